"""The personal data store on a Solid server: one pod an account, sealed documents as its resources.

    <pod>boxes/<box>/<name>      a sealed document's bytes
    <pod>boxes/<box>/.acl        Web Access Control: the owner, and whoever holds a live grant may read

The server decides who reads: a reader's request goes out with the reader's own token. ETags of this port are digests of
the content, the same in every back end; the server's own ETag (its modification time) guards each write besides, and
an If-None-Match write is atomic there. The server has no times of grants and no deletion of accounts: see
`solid_directory`. Tested against Community Solid Server 7.2.0, whose base URL must be http://localhost:PORT/ or https.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx

from pds_adapter.errors import (
    AccountErasedError,
    AccountUnknownError,
    DocumentUnknownError,
    EnvelopeFormatError,
    ETagConflictError,
    NotGrantedError,
    StoreError,
    StoreFormatError,
    StoreUnavailableError,
)
from pds_adapter.sealing.envelope import SealedDocument
from pds_adapter.stores.port import (
    Document,
    Entry,
    Erasure,
    Grant,
    Outcome,
    Put,
    Reference,
    Stored,
    check_name,
    etag_of,
)
from pds_adapter.stores.solid_agent import SolidAgent, open_identity
from pds_adapter.stores.solid_directory import SolidAccount, SolidDirectory

Value = TypeVar("Value")
ACCOUNT, READER = "account", "reader"
CONTAINS: Final = "http://www.w3.org/ns/ldp#contains"
TIMEOUT_SECONDS: Final = 60
RACES_MAX: Final = 20
"""How often a write without condition is tried again when others write at the same moment."""
CREATED, CHANGED, REFUSED = (200, 201), (200, 204, 205), (401, 403)


class SolidStore:
    """Implements `port.PersonalDataStore`; `directory` keeps credentials, grants and erasures."""

    def __init__(self, base_url: str, directory: Path) -> None:
        self._base = base_url if base_url.endswith("/") else base_url + "/"
        self._directory = SolidDirectory(directory)
        self._http = httpx.Client(timeout=TIMEOUT_SECONDS)
        self._agents: dict[tuple[str, str], SolidAgent] = {}
        self._turn = threading.RLock()

    def open_account(self, account_id: str, opened_at: int) -> bool:
        return self.open_accounts([account_id], opened_at) == 1

    def open_accounts(self, account_ids: Sequence[str], opened_at: int) -> int:
        for account_id in account_ids:
            check_name("account id", account_id)
        with self._turn:
            known = {account_id: self._directory.load(ACCOUNT, account_id) for account_id in account_ids}
            for account in known.values():
                _refuse_erased(account)
            new = [account_id for account_id, account in known.items() if account is None]
            for account_id in new:
                self._open(ACCOUNT, account_id, opened_at)
        return len(new)

    def put(
        self,
        account_id: str,
        box: str,
        name: str,
        content: SealedDocument,
        *,
        if_match: str | None = None,
        if_none_match: bool = False,
    ) -> Stored:
        return self._put(Put(account_id, box, name, content, if_match, if_none_match))

    def put_many(self, puts: Sequence[Put]) -> list[Stored | StoreError]:
        """One request after the other: a Solid server has no transactions."""
        return [_answer(self._put, put) for put in puts]

    def get(self, account_id: str, box: str, name: str, *, reader: str | None = None) -> Document:
        return self._get(Reference(account_id, box, name), reader)

    def get_many(self, references: Sequence[Reference], *, reader: str | None = None) -> list[Document | StoreError]:
        return [_answer(self._get, place, reader) for place in references]

    def entries(self, account_id: str, box: str | None = None, *, reader: str | None = None) -> list[Entry]:
        account = self._account(account_id)
        if reader is not None:
            check_name("reader", reader)
        if box is None:
            boxes = [
                name for name in self._names(account, "boxes/") if reader is None or reader in account.readers(name)
            ]
        else:
            check_name("box", box)
            if reader is not None and reader not in account.readers(box):
                raise NotGrantedError(account_id, box, reader)
            boxes = [box]
        places = [
            Reference(account_id, each, name) for each in boxes for name in self._names(account, f"boxes/{each}/")
        ]
        documents = [self._get(place, reader) for place in places]
        return [Entry(d.account_id, d.box, d.name, d.etag, len(d.content.to_bytes())) for d in documents]

    def delete(self, account_id: str, box: str, name: str, *, if_match: str | None = None) -> bool:
        place = Reference(account_id, box, name)
        account = self._account(account_id)
        found, guard = self._read(account, place)
        if found is None:
            return False
        if if_match is not None and if_match != etag_of(found):
            raise ETagConflictError(account_id, box, name, if_match, etag_of(found))
        url = _url(account, place)
        answer = self._agent(ACCOUNT, account).request("DELETE", url, headers={"if-match": guard})
        if answer.status_code == httpx.codes.PRECONDITION_FAILED:
            return self.delete(account_id, box, name, if_match=if_match)  # changed meanwhile: look again
        return _expect(answer, (*CHANGED, 404)).status_code != httpx.codes.NOT_FOUND

    def grant(self, account_id: str, box: str, recipient: str, granted_at: int) -> Grant:
        check_name("box", box)
        check_name("recipient", recipient)
        with self._turn:
            account = self._account(account_id)
            grant = account.live_grant(box, recipient)
            if grant is None:
                if self._directory.load(READER, recipient) is None:
                    self._open(READER, recipient, granted_at)
                grant = Grant(account_id, box, recipient, granted_at)
                account = account.with_grant(grant)
                self._directory.save(ACCOUNT, account)
            self._write_rules(account, box)  # also for a live grant: an earlier call may have died before this
        return grant

    def revoke(self, account_id: str, box: str, recipient: str, revoked_at: int) -> Grant | None:
        check_name("box", box)
        check_name("recipient", recipient)
        with self._turn:
            account = self._account(account_id)
            live = account.live_grant(box, recipient)
            if live is None:
                return None
            ended = replace(live, revoked_at=revoked_at)
            account = account.with_revoked(live, ended)
            self._write_rules(account, box)  # the server first: from here on nobody reads
            self._directory.save(ACCOUNT, account)
        return ended

    def grants(self, account_id: str, box: str | None = None) -> list[Grant]:
        return [grant for grant in self._account(account_id).grants if box in (None, grant.box)]

    def export(self, account_id: str) -> Iterator[Document]:
        for entry in self.entries(account_id):
            yield self._get(Reference(account_id, entry.box, entry.name), None)

    def erase(self, account_id: str, erased_at: int) -> Erasure:
        check_name("account id", account_id)
        with self._turn:
            account = self._known(account_id)
            erasure = account.erasure
            if erasure is None:
                documents = list(self.export(account_id))
                wraps = sum(len(document.content.wraps) for document in documents)
                erasure = Erasure(account_id, len(documents), wraps, len(account.grants), erased_at)
                account = replace(account, erasure=erasure)
                self._directory.save(ACCOUNT, account)
            if not account.erased:
                self._remove(account)
                self._directory.save(ACCOUNT, replace(account, erased=True, grants=()))
        return erasure

    def close(self) -> None:
        self._http.close()
        self._directory.close()

    def _put(self, put: Put) -> Stored:
        """1. Read what is there.  2. Decide.  3. Write on condition that it is still there; else again.

        A document that is believed to be new is written at once: the server refuses if it is not.
        """
        account = self._account(put.account_id)
        place, encoded = Reference(put.account_id, put.box, put.name), put.content.to_bytes()
        etag = etag_of(encoded)
        for attempt in range(RACES_MAX):
            # 1.
            hopeful = attempt == 0 and put.if_match is None
            found, guard = (None, "") if hopeful else self._read(account, place)
            # 2.
            present = None if found is None else etag_of(found)
            if present == etag:
                return Stored(etag, Outcome.REPEATED)
            expected = None if put.if_none_match else put.if_match or present
            if expected != present:
                raise ETagConflictError(put.account_id, put.box, put.name, expected, present)
            # 3.
            condition = {"if-none-match": "*"} if found is None else {"if-match": guard}
            headers = {"content-type": "application/octet-stream", **condition}
            answer = self._agent(ACCOUNT, account).request("PUT", _url(account, place), encoded, headers)
            if answer.status_code != httpx.codes.PRECONDITION_FAILED:
                _expect(answer, (*CREATED, *CHANGED))
                return Stored(etag, Outcome.CREATED if found is None else Outcome.CHANGED)
        raise StoreUnavailableError(_url(account, place), "others keep writing this document: try again")

    def _get(self, place: Reference, reader: str | None) -> Document:
        account = self._account(place.account_id)
        found, _guard = self._read(account, place, reader)
        if found is None:
            raise DocumentUnknownError(place.account_id, place.box, place.name)
        try:
            content = SealedDocument.from_bytes(found)
        except EnvelopeFormatError as error:
            raise StoreFormatError(_url(account, place), f"the stored document is damaged: {error}") from error
        return Document(place.account_id, place.box, place.name, etag_of(found), content)

    def _read(self, account: SolidAccount, place: Reference, reader: str | None = None) -> tuple[bytes | None, str]:
        """Bytes (None: not there) and the server's ETag; asked with the owner's or the reader's own token."""
        agent = self._agent(ACCOUNT, account)
        if reader is not None:
            check_name("reader", reader)
            known = self._directory.load(READER, reader)
            if known is None:
                raise NotGrantedError(place.account_id, place.box, reader)
            agent = self._agent(READER, known)
        answer = agent.request("GET", _url(account, place), headers={"accept": "*/*"})
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None, ""
        if reader is not None and answer.status_code in REFUSED:
            raise NotGrantedError(place.account_id, place.box, reader)
        return _expect(answer, (200,)).content, answer.headers.get("etag", "*")

    def _names(self, account: SolidAccount, container: str) -> list[str]:
        """What a container holds, in order; nothing if there is no such container."""
        url = account.identity.pod + container
        answer = self._agent(ACCOUNT, account).request("GET", url, headers={"accept": "application/ld+json"})
        if answer.status_code == httpx.codes.NOT_FOUND:
            return []
        try:
            nodes: list[dict[str, Any]] = _expect(answer, (200,)).json()
            held = [item["@id"] for node in nodes if node["@id"] == url for item in node.get(CONTAINS, [])]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreFormatError(url, f"the server's list of it is not JSON-LD as expected: {error}") from error
        return sorted(address.removeprefix(url).rstrip("/") for address in held)

    def _write_rules(self, account: SolidAccount, box: str) -> None:
        """The whole access rule of the box, from the grants; the owner never loses it."""
        agent, url = self._agent(ACCOUNT, account), f"{account.identity.pod}boxes/{box}/"
        readers = [self._directory.load(READER, name) for name in account.readers(box)]
        web_ids = [reader.identity.web_id for reader in readers if reader is not None]
        lines = ["@prefix acl: <http://www.w3.org/ns/auth/acl#>.", _rule(0, account.identity.web_id, owner=True)]
        lines += [_rule(number, web_id, owner=False) for number, web_id in enumerate(web_ids, start=1)]
        _expect(agent.request("PUT", url, b"", {"content-type": "text/turtle"}), (*CREATED, *CHANGED, 409))
        rules = "\n".join(lines).encode()
        _expect(agent.request("PUT", f"{url}.acl", rules, {"content-type": "text/turtle"}), (*CREATED, *CHANGED))

    def _remove(self, account: SolidAccount) -> None:
        agent, root = self._agent(ACCOUNT, account), f"{account.identity.pod}boxes/"
        for box in self._names(account, "boxes/"):
            for name in self._names(account, f"boxes/{box}/"):
                _expect(agent.request("DELETE", f"{root}{box}/{name}"), (*CHANGED, 404))
            _expect(agent.request("DELETE", f"{root}{box}/"), (*CHANGED, 404))

    def _open(self, kind: str, name: str, opened_at: int) -> None:
        pod, password = self._directory.pod_name(kind, name), self._directory.password(kind, name)
        try:
            identity = open_identity(self._http, self._base, pod, password)
        except httpx.HTTPError as error:
            raise StoreUnavailableError(self._base, str(error) or type(error).__name__) from error
        self._directory.save(kind, SolidAccount(name, opened_at, identity))

    def _agent(self, kind: str, account: SolidAccount) -> SolidAgent:
        with self._turn:
            key = (kind, account.account_id)
            if key not in self._agents:
                self._agents[key] = SolidAgent(self._http, self._base, account.identity)
            return self._agents[key]

    def _account(self, account_id: str) -> SolidAccount:
        account = self._known(account_id)
        _refuse_erased(account)
        return account

    def _known(self, account_id: str) -> SolidAccount:
        check_name("account id", account_id)
        account = self._directory.load(ACCOUNT, account_id)
        if account is None:
            raise AccountUnknownError(account_id)
        return account


def _answer(call: Callable[..., Value], *arguments: Any) -> Value | StoreError:
    try:
        return call(*arguments)
    except StoreError as error:
        return error


def _refuse_erased(account: SolidAccount | None) -> None:
    if account is not None and account.erasure is not None:
        raise AccountErasedError(account.account_id, account.erasure.erased_at)


def _url(account: SolidAccount, place: Reference) -> str:
    return f"{account.identity.pod}boxes/{place.box}/{place.name}"


def _rule(number: int, web_id: str, owner: bool) -> str:
    modes = "acl:Read, acl:Write, acl:Control" if owner else "acl:Read"
    return (
        f"<#r{number}> a acl:Authorization; acl:agent <{web_id}>; "
        f"acl:accessTo <./>; acl:default <./>; acl:mode {modes}."
    )


def _expect(answer: httpx.Response, statuses: tuple[int, ...]) -> httpx.Response:
    if answer.status_code not in statuses:
        request = f"{answer.request.method} {answer.request.url}"
        raise StoreUnavailableError(request, f"the server answered {answer.status_code}: {answer.text[:200]}")
    return answer
