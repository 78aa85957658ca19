"""Those who wait for a transaction to be sealed, without a thread for each of them."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from concurrent.futures import Future, InvalidStateError

from .errors import LedgerError

WAITING_MAX = 500
"""When more wait, the one who has waited longest is told that there is no receipt yet."""

Sealed = Future[bool]
"""True once the transaction is on the disk, False when there was no patience to wait longer."""


class Waiting:
    """Futures by transaction hash. They are done by whoever seals, drops, or finds that nothing can be sealed."""

    def __init__(self, most: int = WAITING_MAX) -> None:
        self._most = most
        self._futures: OrderedDict[Sealed, bytes] = OrderedDict()
        self._by_hash: dict[bytes, list[Sealed]] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._futures)

    def add(self, transaction_hash: bytes) -> Sealed:
        """A future for this transaction; cancel it to wait no longer."""
        future: Sealed = Future()
        with self._lock:
            self._futures[future] = transaction_hash
            self._by_hash.setdefault(transaction_hash, []).append(future)
            oldest = next(iter(self._futures)) if len(self._futures) > self._most else None
        future.add_done_callback(self._forget)
        if oldest is not None:
            _finish(oldest, False)
        return future

    def sealed(self, transaction_hash: bytes) -> None:
        for future in self._of(transaction_hash):
            _finish(future, True)

    def failed(self, error: LedgerError, transaction_hash: bytes) -> None:
        """The transaction will not be sealed, or not for now."""
        for future in self._of(transaction_hash):
            _finish(future, error)

    def hashes(self) -> list[bytes]:
        """What somebody waits for."""
        with self._lock:
            return list(self._by_hash)

    def _of(self, transaction_hash: bytes) -> list[Sealed]:
        with self._lock:
            return list(self._by_hash.get(transaction_hash, ()))

    def _forget(self, future: Sealed) -> None:
        with self._lock:
            transaction_hash = self._futures.pop(future)
            left = self._by_hash[transaction_hash]
            left.remove(future)
            if not left:
                del self._by_hash[transaction_hash]


def _finish(future: Sealed, outcome: bool | LedgerError) -> None:
    """Whoever is told first stays told; who has gone is not told."""
    with contextlib.suppress(InvalidStateError):
        if isinstance(outcome, LedgerError):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
