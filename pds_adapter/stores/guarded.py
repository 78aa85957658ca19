"""A store whose server may be slow or gone: few calls at a time, and a rest after one that was not answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from pds_adapter.errors import StoreUnavailableError
from pds_adapter.stores.port import Document, PersonalDataStore

CALLS_AT_ONCE: Final = 8
"""How many calls one server is asked at a time; whoever comes beyond is told to try again."""
REST_SECONDS: Final = 5.0
"""For how long a server that did not answer is not asked again."""


class Patience:
    """How one server is asked: `with patience.asked()`. Raises StoreUnavailableError at once instead of waiting."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._room = threading.BoundedSemaphore(CALLS_AT_ONCE)
        self._rests_until = 0.0
        self.failed = False
        """Whether it did not answer when it was asked last."""

    @contextmanager
    def asked(self) -> Iterator[None]:
        if time.monotonic() < self._rests_until:
            raise StoreUnavailableError(self._label, "did not answer a moment ago: try again")
        if not self._room.acquire(blocking=False):
            raise StoreUnavailableError(self._label, "has more callers than it answers: try again")
        self.failed = False
        try:
            yield
        except StoreUnavailableError:
            self.rest()
            raise
        finally:
            self._room.release()

    def rest(self) -> None:
        self._rests_until, self.failed = time.monotonic() + REST_SECONDS, True


class Room:
    """How many threads may wait for all of the servers that people brought: `with room.asked()`.

    Raises StoreUnavailableError at once instead of waiting. The bank's threads are few, and a server that somebody
    brought may be slow on purpose: beyond this only those people wait who brought theirs.
    """

    def __init__(self, calls_at_once: int) -> None:
        self._room = threading.BoundedSemaphore(calls_at_once)

    @contextmanager
    def asked(self, label: str) -> Iterator[None]:
        if not self._room.acquire(blocking=False):
            raise StoreUnavailableError(label, "waits behind other people's servers: try again")
        try:
            yield
        finally:
            self._room.release()


class InRoom:
    """Has every method of the port, each asked within a room."""

    def __init__(self, label: str, store: PersonalDataStore, room: Room) -> None:
        self._label, self._store, self._room = label, store, room

    def __getattr__(self, name: str) -> Any:
        def asked(*arguments: Any, **options: Any) -> Any:
            with self._room.asked(self._label):
                return getattr(self._store, name)(*arguments, **options)

        return asked

    def export(self, account_id: str) -> Iterator[Document]:
        """Asked all the while that it is read, not when it begins."""
        with self._room.asked(self._label):
            yield from self._store.export(account_id)


class Guarded:
    """Has every method of the port, each asked in this way. Opened when it is first asked, and again after a rest."""

    def __init__(self, label: str, open_store: Callable[[], PersonalDataStore]) -> None:
        self._open_store, self._patience = open_store, Patience(label)
        self._turn = threading.Lock()
        self._store: PersonalDataStore | None = None
        self._asking = 0

    def __getattr__(self, name: str) -> Any:
        def guarded(*arguments: Any, **options: Any) -> Any:
            with self._patience.asked(), self._opened() as store:
                answer = getattr(store, name)(*arguments, **options)
                if isinstance(answer, list) and any(isinstance(each, StoreUnavailableError) for each in answer):
                    self._patience.rest()
                return answer

        return guarded

    def export(self, account_id: str) -> Iterator[Document]:
        """Asked all the while that it is read, not when it begins."""
        with self._patience.asked(), self._opened() as store:
            yield from store.export(account_id)

    @property
    def failed(self) -> bool:
        """Whether the server did not answer when it was asked last."""
        return self._patience.failed

    def let_go(self) -> bool:
        """Close what is open, unless somebody is asking; whether nothing is open any more."""
        with self._turn:
            if self._asking:
                return False
            store, self._store = self._store, None
        if store is not None:
            store.close()
        return True

    def close(self) -> None:
        with self._turn:
            store, self._store = self._store, None
        if store is not None:
            store.close()

    @contextmanager
    def _opened(self) -> Iterator[PersonalDataStore]:
        with self._turn:
            if self._store is None:
                self._store = self._open_store()
            store = self._store
            self._asking += 1
        try:
            yield store
        finally:
            with self._turn:
                self._asking -= 1
