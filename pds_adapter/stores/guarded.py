"""A store whose server may be slow or gone: few calls at a time, and a rest after one that was not answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
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

    @contextmanager
    def asked(self) -> Iterator[None]:
        if time.monotonic() < self._rests_until:
            raise StoreUnavailableError(self._label, "did not answer a moment ago: try again")
        if not self._room.acquire(blocking=False):
            raise StoreUnavailableError(self._label, "has more callers than it answers: try again")
        try:
            yield
        except StoreUnavailableError:
            self.rest()
            raise
        finally:
            self._room.release()

    def rest(self) -> None:
        self._rests_until = time.monotonic() + REST_SECONDS


class Guarded:
    """Has every method of the port, each asked in this way."""

    def __init__(self, label: str, store: PersonalDataStore) -> None:
        self._store, self._patience = store, Patience(label)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)

        def guarded(*arguments: Any, **options: Any) -> Any:
            with self._patience.asked():
                answer = method(*arguments, **options)
                if isinstance(answer, list) and any(isinstance(each, StoreUnavailableError) for each in answer):
                    self._patience.rest()
                return answer

        return guarded

    def export(self, account_id: str) -> Iterator[Document]:
        """Asked all the while that it is read, not when it begins."""
        with self._patience.asked():
            yield from self._store.export(account_id)

    def close(self) -> None:
        self._store.close()
