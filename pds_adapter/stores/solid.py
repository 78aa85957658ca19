"""The personal data store on a Solid server: one pod an account, sealed documents as its resources.

    <pod>boxes/<box>/<name>      a sealed document's bytes
    <pod>boxes/chunks.<upload>/<index>    a sealed chunk of a large one
    <pod>boxes/<box>/.acl        Web Access Control: the owner, and whoever holds a live grant may read

The server decides who reads: a reader's request goes out with the reader's own token. The server's own ETag (its
modification time) guards each write, and an If-None-Match write is atomic there. The server has no times of grants and
no deletion of accounts: see `hosted_directory`. Tested against Community Solid Server 7.2.0, whose base URL must be
http://localhost:PORT/ or https.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import httpx

from pds_adapter.errors import NotGrantedError, StoreFormatError, StoreUnavailableError
from pds_adapter.stores.hosted import HostedStore
from pds_adapter.stores.hosted_server import ACCOUNT, READER, Place
from pds_adapter.stores.one_server import client_of
from pds_adapter.stores.solid_agent import SolidAgent, SolidIdentity, open_identity
from pds_adapter.stores.solid_directory import SolidAccount, SolidDirectory

CONTAINS: Final = "http://www.w3.org/ns/ldp#contains"
TIMEOUT_SECONDS: Final = 60
CREATED, CHANGED, REFUSED = (200, 201), (200, 204, 205), (401, 403)


class SolidStore(HostedStore[SolidIdentity]):
    """Implements `port.PersonalDataStore` over the server at `base_url`."""

    def __init__(self, base_url: str, directory: Path, only_there: bool = False) -> None:
        """With `only_there`, whatever else the server names is not asked: a person brought it, not the operator."""
        super().__init__(SolidDirectory(directory))
        self._base = base_url if base_url.endswith("/") else base_url + "/"
        self._http = client_of(TIMEOUT_SECONDS, self._base if only_there else None)
        self._agents: dict[tuple[str, str], SolidAgent] = {}

    def close(self) -> None:
        super().close()
        self._http.close()

    def _open(self, kind: str, name: str, opened_at: int) -> None:
        pod, password = self._directory.pod_name(kind, name), self._directory.password(kind, name)
        try:
            identity = open_identity(self._http, self._base, pod, password)
        except (httpx.HTTPError, httpx.InvalidURL, TypeError) as error:  # what it names may be no address, or no text
            raise StoreUnavailableError(self._base, str(error) or type(error).__name__) from error
        self._directory.save(kind, SolidAccount(name, opened_at, identity))

    def _read(self, account: SolidAccount, place: Place, reader: str | None = None) -> tuple[bytes | None, str]:
        agent = self._agent(ACCOUNT, account)
        if reader is not None:
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

    def _write(self, account: SolidAccount, place: Place, encoded: bytes, guard: str | None) -> bool:
        condition = {"if-none-match": "*"} if guard is None else {"if-match": guard}
        headers = {"content-type": "application/octet-stream", **condition}
        answer = self._agent(ACCOUNT, account).request("PUT", _url(account, place), encoded, headers)
        if answer.status_code == httpx.codes.PRECONDITION_FAILED:
            return False
        _expect(answer, (*CREATED, *CHANGED))
        return True

    def _drop(self, account: SolidAccount, place: Place, guard: str) -> bool | None:
        answer = self._agent(ACCOUNT, account).request("DELETE", _url(account, place), headers={"if-match": guard})
        if answer.status_code == httpx.codes.PRECONDITION_FAILED:
            return None
        return _expect(answer, (*CHANGED, 404)).status_code != httpx.codes.NOT_FOUND

    def _boxes(self, account: SolidAccount) -> list[str]:
        return self._contained(account, "boxes/")

    def _names(self, account: SolidAccount, box: str) -> list[str]:
        return self._contained(account, f"boxes/{box}/")

    def _contained(self, account: SolidAccount, container: str) -> list[str]:
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
        for box in self._boxes(account):
            self._drop_box(account, box)

    def _drop_box(self, account: SolidAccount, box: str) -> None:
        agent, url = self._agent(ACCOUNT, account), f"{account.identity.pod}boxes/{box}/"
        for name in self._names(account, box):
            _expect(agent.request("DELETE", f"{url}{name}"), (*CHANGED, 404))
        _expect(agent.request("DELETE", url), (*CHANGED, 404))

    def _where(self, account: SolidAccount, place: Place) -> str:
        return _url(account, place)

    def _agent(self, kind: str, account: SolidAccount) -> SolidAgent:
        with self._turn:
            key = (kind, account.account_id)
            if key not in self._agents:
                self._agents[key] = SolidAgent(self._http, self._base, account.identity)
            return self._agents[key]


def _url(account: SolidAccount, place: Place) -> str:
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
