"""What every store on somebody's server does alike: conditions by digest, grants with their history, erasure in steps.

A back end says how one document is read, written and removed (`hosted_server`); chunks are in `hosted_chunks`.
ETags of the port are digests of the content, the same everywhere; the server's own ETag guards each write besides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final, TypeVar

from pds_adapter.errors import (
    EnvelopeFormatError,
    ETagConflictError,
    NotGrantedError,
    StoreError,
    StoreFormatError,
    StoreUnavailableError,
)
from pds_adapter.sealing.envelope import SealedDocument
from pds_adapter.stores.hosted_chunks import HostedChunks
from pds_adapter.stores.hosted_directory import HostedDirectory, Identity
from pds_adapter.stores.hosted_server import ACCOUNT, RACES_MAX, READER, refuse_erased
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

Value = TypeVar("Value")
Item = TypeVar("Item", Put, Reference)
AT_ONCE: Final = 8
"""Of how many accounts documents are read or written at the same time."""


class HostedStore(HostedChunks[Identity]):
    """Implements `port.PersonalDataStore`; `directory` keeps credentials, grants and erasures."""

    def __init__(self, directory: HostedDirectory[Identity]) -> None:
        super().__init__(directory)
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="hosted-store")

    def open_account(self, account_id: str, opened_at: int) -> bool:
        return self.open_accounts([account_id], opened_at) == 1

    def open_accounts(self, account_ids: Sequence[str], opened_at: int) -> int:
        for account_id in account_ids:
            check_name("account id", account_id)
        with self._turn:
            known = {account_id: self._directory.load(ACCOUNT, account_id) for account_id in account_ids}
            for account in known.values():
                refuse_erased(account)
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
        """One request after the other for each account, several accounts at once: there are no transactions."""
        return self._each(puts, self._put)

    def get(self, account_id: str, box: str, name: str, *, reader: str | None = None) -> Document:
        return self._get(Reference(account_id, box, name), reader)

    def get_many(self, references: Sequence[Reference], *, reader: str | None = None) -> list[Document | StoreError]:
        return self._each(references, lambda place: self._get(place, reader))

    def entries(self, account_id: str, box: str | None = None, *, reader: str | None = None) -> list[Entry]:
        account = self._account(account_id)
        if reader is not None:
            check_name("reader", reader)
        if box is None:
            own = self._document_boxes(account)
            boxes = [name for name in own if reader is None or reader in account.readers(name)]
        else:
            check_name("box", box)
            if reader is not None and reader not in account.readers(box):
                raise NotGrantedError(account_id, box, reader)
            boxes = [box]
        places = [Reference(account_id, each, name) for each in boxes for name in self._names(account, each)]
        documents = [self._get(place, reader) for place in places]
        return [Entry(d.account_id, d.box, d.name, d.etag, len(d.content.to_bytes())) for d in documents]

    def delete(self, account_id: str, box: str, name: str, *, if_match: str | None = None) -> bool:
        place = Reference(account_id, box, name)
        account = self._account(account_id)
        for _ in range(RACES_MAX):
            found, guard = self._read(account, place)
            if found is None:
                return False
            if if_match is not None and if_match != etag_of(found):
                raise ETagConflictError(account_id, box, name, if_match, etag_of(found))
            removed = self._drop(account, place, guard)
            if removed is not None:
                return removed
        raise StoreUnavailableError(self._where(account, place), "others keep writing this document: try again")

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
        account = self._account(account_id)
        for box in self._document_boxes(account):
            for name in self._names(account, box):
                yield self._get(Reference(account_id, box, name), None)

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
        self._pool.shutdown()
        self._directory.close()

    def _put(self, put: Put) -> Stored:
        """1. Read what is there.  2. Decide.  3. Write on condition that it is still there; else again.

        A document that is believed to be new is written at once: the back end refuses if it is not.
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
            if self._write(account, place, encoded, None if found is None else guard):
                return Stored(etag, Outcome.CREATED if found is None else Outcome.CHANGED)
        raise StoreUnavailableError(self._where(account, place), "others keep writing this document: try again")

    def _get(self, place: Reference, reader: str | None) -> Document:
        account = self._account(place.account_id)
        found = self._found(account, place, reader)
        try:
            content = SealedDocument.from_bytes(found)
        except EnvelopeFormatError as error:
            raise StoreFormatError(self._where(account, place), f"the stored document is damaged: {error}") from error
        return Document(place.account_id, place.box, place.name, etag_of(found), content)

    def _each(self, items: Sequence[Item], call: Callable[[Item], Value]) -> list[Value | StoreError]:
        groups: dict[str, list[int]] = {}
        for at, item in enumerate(items):
            groups.setdefault(item.account_id, []).append(at)
        answers: dict[int, Value | StoreError] = {}

        def work(positions: list[int]) -> None:
            for at in positions:
                answers[at] = _answer(call, items[at])

        list(self._pool.map(work, groups.values()))
        return [answers[at] for at in range(len(items))]


def _answer(call: Callable[[Any], Value], item: Any) -> Value | StoreError:
    try:
        return call(item)
    except StoreError as error:
        return error
