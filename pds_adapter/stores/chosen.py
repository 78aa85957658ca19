"""Many stores behind one port: each account's documents rest where its owner chose.

What an account chose is one small file (mode 0600), replaced atomically; who chose nothing is in the house's own store.
A store on somebody's server is asked by a few threads at a time; one that is down or full of waiting callers costs its
own people a StoreUnavailableError and nobody else anything: calls that concern several stores ask them side by side.
Moving is in `moving`, which alone changes where an account is.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final, TypeVar, cast

from pds_adapter.errors import AccountErasedError, AccountUnknownError, StoreError, StoreUnavailableError
from pds_adapter.sealing.chunks import SealedChunk
from pds_adapter.sealing.envelope import SealedDocument
from pds_adapter.stores.asked_stores import OpenStore, OpenStores
from pds_adapter.stores.guarded import InRoom, Room
from pds_adapter.stores.hosted_directory import write_whole
from pds_adapter.stores.places import HOUSE, OWN, Choice, Elsewhere, Place, choice_of
from pds_adapter.stores.port import (
    Document,
    Entry,
    Erasure,
    Grant,
    PersonalDataStore,
    Put,
    Reference,
    Stored,
    check_name,
)

Value = TypeVar("Value")
Item = TypeVar("Item", Put, Reference)
OWN_CALLS_AT_ONCE: Final = 16
"""Threads that may wait for servers that people brought, less than half of those that answer everybody."""


class ChosenStores:
    """Implements `port.PersonalDataStore`. `open_store` makes the store of a place, whenever it is opened.

    `drop_store` removes what is remembered here of a person's own server.
    """

    def __init__(
        self,
        house: PersonalDataStore,
        directory: Path,
        open_store: OpenStore,
        drop_store: Callable[[Place], None] = lambda _place: None,
    ) -> None:
        self._directory, self._drop_store = directory, drop_store
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._stores = OpenStores(house, open_store)
        self._room = Room(OWN_CALLS_AT_ONCE)
        self._turn = threading.RLock()
        self._pool = ThreadPoolExecutor(32, thread_name_prefix="chosen-stores")
        self._choices = {file.stem: choice_of(file) for file in directory.glob("*.json")}
        self._writing: dict[str, int] = {}
        self._shut: set[str] = set()
        self._moving: set[str] = set()
        self._quiet = threading.Condition()

    def choice(self, account_id: str) -> Choice:
        check_name("account id", account_id)
        return self._choices.get(account_id, Choice())

    def choose(self, account_id: str, choice: Choice) -> None:
        """Remember it, durably. Only `moving` calls this."""
        check_name("account id", account_id)
        content = json.dumps(asdict(choice)).encode()
        with self._turn:
            write_whole(self._directory / f"{account_id}.json", content)
            self._choices[account_id] = choice

    def is_remote(self, account_id: str) -> bool:
        """Whether asking for this account may take as long as somebody's server likes."""
        return self.choice(account_id).place.key != HOUSE

    def elsewhere(self) -> list[Elsewhere]:
        """How many people rest at each offer and at servers of their own, and how many of them wait; asks nobody."""
        with self._turn:
            places = [choice.place for choice in self._choices.values() if choice.place.key != HOUSE]
        found: dict[str, Elsewhere] = {}
        for place in places:
            name = OWN if place.kind else place.offer
            so_far = found.get(name, Elsewhere(name, 0, 0))
            silent = so_far.silent + self._stores.failed(place)
            found[name] = Elsewhere(name, so_far.people + 1, silent)
        return sorted(found.values(), key=lambda one: one.name)

    def is_open(self, account_id: str) -> bool:
        """Whether documents could be here for the account: it was opened and not erased. Asks no server."""
        if self.choice(account_id) != Choice():
            return True
        try:
            return self._stores.house.entries(account_id) is not None
        except (AccountErasedError, AccountUnknownError):
            return False

    def store_of(self, place: Place) -> PersonalDataStore:
        return self._stores.at(place)

    def forget(self, place: Place) -> None:
        """Open it anew when it is asked next: something that it was opened with has changed."""
        self._stores.forget(place)

    @contextmanager
    def quiet(self, account_id: str) -> Iterator[None]:
        """Nobody writes to the account in here; who would is told to try again. Waits for those who are at it."""
        with self._quiet:
            self._shut.add(account_id)
            self._quiet.wait_for(lambda: not self._writing.get(account_id))
        try:
            yield
        finally:
            with self._quiet:
                self._shut.discard(account_id)

    @contextmanager
    def moving(self, account_id: str) -> Iterator[None]:
        """One move of an account at a time: whoever comes meanwhile is told to try again."""
        with self._turn:
            if account_id in self._moving:
                raise StoreUnavailableError(account_id, "the documents are just being moved: try again")
            self._moving.add(account_id)
        try:
            with self._room.asked(account_id):
                yield
        finally:
            with self._turn:
                self._moving.discard(account_id)

    def open_account(self, account_id: str, opened_at: int) -> bool:
        return self._of(account_id).open_account(account_id, opened_at)

    def open_accounts(self, account_ids: Sequence[str], opened_at: int) -> int:
        groups: dict[str, tuple[PersonalDataStore, list[str]]] = {}
        for account_id in account_ids:
            place = self.choice(account_id).place
            groups.setdefault(place.key, (self.store_of(place), []))[1].append(account_id)
        return sum(store.open_accounts(ids, opened_at) for store, ids in groups.values())

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
        return self.put_one(Put(account_id, box, name, content, if_match, if_none_match))

    def put_one(self, put: Put) -> Stored:
        [answer] = self.put_many([put])
        if isinstance(answer, StoreError):
            raise answer
        return answer

    def put_many(self, puts: Sequence[Put]) -> list[Stored | StoreError]:
        return self._each(puts, lambda store, some: self._put_some(store, some))

    def get(self, account_id: str, box: str, name: str, *, reader: str | None = None) -> Document:
        return self._of(account_id).get(account_id, box, name, reader=reader)

    def get_many(self, references: Sequence[Reference], *, reader: str | None = None) -> list[Document | StoreError]:
        return self._each(references, lambda store, some: store.get_many(some, reader=reader))

    def entries(self, account_id: str, box: str | None = None, *, reader: str | None = None) -> list[Entry]:
        return self._of(account_id).entries(account_id, box, reader=reader)

    def delete(self, account_id: str, box: str, name: str, *, if_match: str | None = None) -> bool:
        with self._writer(account_id):
            return self._of(account_id).delete(account_id, box, name, if_match=if_match)

    def grant(self, account_id: str, box: str, recipient: str, granted_at: int) -> Grant:
        with self._writer(account_id):
            return self._of(account_id).grant(account_id, box, recipient, granted_at)

    def revoke(self, account_id: str, box: str, recipient: str, revoked_at: int) -> Grant | None:
        with self._writer(account_id):
            return self._of(account_id).revoke(account_id, box, recipient, revoked_at)

    def grants(self, account_id: str, box: str | None = None) -> list[Grant]:
        return self._of(account_id).grants(account_id, box)

    def put_chunk(self, account_id: str, upload: str, index: int, chunk: SealedChunk) -> bool:
        with self._writer(account_id):
            return self._of(account_id).put_chunk(account_id, upload, index, chunk)

    def get_chunk(self, account_id: str, upload: str, index: int, *, reader: str | None = None) -> SealedChunk:
        return self._of(account_id).get_chunk(account_id, upload, index, reader=reader)

    def chunks(self, account_id: str, upload: str) -> list[int]:
        return self._of(account_id).chunks(account_id, upload)

    def uploads(self, account_id: str) -> list[str]:
        return self._of(account_id).uploads(account_id)

    def drop_upload(self, account_id: str, upload: str) -> int:
        with self._writer(account_id):
            return self._of(account_id).drop_upload(account_id, upload)

    def export(self, account_id: str) -> Iterator[Document]:
        return self._of(account_id).export(account_id)

    def erase(self, account_id: str, erased_at: int, *, leave_own: bool = False) -> Erasure:
        """Where the account is, and before that what a move that died has left elsewhere.

        Where the account was is forgotten with it; that it was erased, the house remembers. After a death anywhere in
        here the same call goes on. With `leave_own` a person's own server is not asked: it may be gone for good.
        """
        choice = self.choice(account_id)
        with self._writer(account_id):
            for other in (choice.emptying, choice.moving_to):
                if other is not None and other.key != choice.place.key and not (leave_own and other.kind):
                    _empty(self.store_of(other), account_id)
            house = self._erase_at(Place(), account_id, erased_at) if choice.place.key != HOUSE else None
            if house is not None and leave_own and choice.place.kind:
                erasure = house
            else:
                erasure = self._erase_at(choice.place, account_id, erased_at)
            for place in (choice.place, choice.emptying, choice.moving_to):
                if place is not None and place.kind and not self._is_used(place, account_id):
                    self.forget(place)
                    self._drop_store(place)
            self._forget_choice(account_id)
        return erasure

    def _is_used(self, place: Place, but_for: str) -> bool:
        """Whether somebody else's documents are there too."""
        with self._turn:
            others = [choice for account_id, choice in self._choices.items() if account_id != but_for]
        used = [one for choice in others for one in (choice.place, choice.emptying, choice.moving_to)]
        return any(one is not None and one.key == place.key for one in used)

    def _erase_at(self, place: Place, account_id: str, erased_at: int) -> Erasure:
        """Also where the account was never opened, or where an erasure that died has forgotten it."""
        store = self.store_of(place)
        with suppress(AccountErasedError):
            store.open_account(account_id, erased_at)
        return store.erase(account_id, erased_at)

    def _forget_choice(self, account_id: str) -> None:
        with self._turn:
            (self._directory / f"{account_id}.json").unlink(missing_ok=True)
            self._choices.pop(account_id, None)

    def close(self) -> None:
        self._pool.shutdown()
        self._stores.close()

    def _of(self, account_id: str) -> PersonalDataStore:
        place = self.choice(account_id).place
        store = self.store_of(place)
        return cast(PersonalDataStore, InRoom(place.label, store, self._room)) if place.kind else store

    def _put_some(self, store: PersonalDataStore, puts: Sequence[Put]) -> list[Stored | StoreError]:
        answers: dict[int, Stored | StoreError] = {}
        open_now: list[int] = []
        for at, put in enumerate(puts):
            try:
                self._begin(put.account_id)
                open_now.append(at)
            except StoreError as error:
                answers[at] = error
        try:
            done = store.put_many([puts[at] for at in open_now]) if open_now else []
            answers |= dict(zip(open_now, done, strict=True))
        finally:
            for at in open_now:
                self._end(puts[at].account_id)
        return [answers[at] for at in range(len(puts))]

    def _each(
        self, items: Sequence[Item], call: Callable[[PersonalDataStore, list[Item]], Sequence[Value | StoreError]]
    ) -> list[Value | StoreError]:
        """Each store asked once, all at the same time; a store that cannot answer refuses its own items only."""
        groups: dict[str, tuple[Place, list[int]]] = {}
        for at, item in enumerate(items):
            place = self.choice(item.account_id).place
            groups.setdefault(place.key, (place, []))[1].append(at)
        answers: dict[int, Value | StoreError] = {}

        def ask(group: tuple[Place, list[int]], room: AbstractContextManager[None]) -> None:
            place, positions = group
            try:
                with room:
                    found = call(self.store_of(place), [items[at] for at in positions])
                answers.update(zip(positions, found, strict=True))
            except StoreError as error:
                answers.update(dict.fromkeys(positions, error))

        if len(groups) == 1:
            [group] = groups.values()
            ask(group, self._room.asked(group[0].label) if group[0].kind else nullcontext())
        else:
            list(self._pool.map(lambda group: ask(group, nullcontext()), groups.values()))
        return [answers[at] for at in range(len(items))]

    @contextmanager
    def _writer(self, account_id: str) -> Iterator[None]:
        self._begin(account_id)
        try:
            yield
        finally:
            self._end(account_id)

    def _begin(self, account_id: str) -> None:
        with self._quiet:
            if account_id in self._shut:
                raise StoreUnavailableError(account_id, "the documents are just being moved: try again")
            self._writing[account_id] = self._writing.get(account_id, 0) + 1

    def _end(self, account_id: str) -> None:
        with self._quiet:
            self._writing[account_id] -= 1
            if not self._writing[account_id]:
                del self._writing[account_id]
            self._quiet.notify_all()


def _empty(store: PersonalDataStore, account_id: str) -> None:
    for entry in store.entries(account_id):
        store.delete(account_id, entry.box, entry.name)
    for upload in store.uploads(account_id):
        store.drop_upload(account_id, upload)
