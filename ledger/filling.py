"""The next block while it is open: what waits is executed into it, and what comes meanwhile too.

Blocks are at least a second apart, so a block that opens as soon as something waits has its work done when its second
comes, and a crowd that takes a while to arrive gets into one block instead of two.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from .chain import Draft
from .errors import TransactionError
from .transactions import SignedTransaction
from .txpool import TxPool

EXECUTION_SECONDS_PER_BLOCK = 0.8
"""A block whose second has come takes nothing more after so much work, so that blocks keep coming at about one a
second."""


class Filling:
    """Puts the pool's transactions into one draft, in the order the pool gives them."""

    def __init__(self, draft: Draft, pool: TxPool, drop: Callable[[SignedTransaction, TransactionError], None]) -> None:
        self._draft, self._pool, self._drop = draft, pool, drop
        self._next_nonce: dict[bytes, int] = {}
        self._left_out: set[bytes] = set()
        self.taken = 0
        self.seconds = 0.0
        """Spent on executing, not on waiting."""

    def take(self, stays_open: Callable[[], bool]) -> None:
        """Execute what waits until nothing new has come, or as long as `stays_open`, which waits a little itself."""
        while (self._take_once() and self.seconds < EXECUTION_SECONDS_PER_BLOCK) or stays_open():
            pass

    def _take_once(self) -> int:
        """Execute what is new in the pool; how many were taken."""
        before, began = self.taken, time.perf_counter()
        for transaction in self._pool.executable(self._next_nonce):
            if self.taken > before and self.seconds + time.perf_counter() - began > EXECUTION_SECONDS_PER_BLOCK:
                break
            self._try(transaction)
        self.seconds += time.perf_counter() - began
        return self.taken - before

    def _try(self, transaction: SignedTransaction) -> None:
        sender = transaction.sender
        if sender in self._left_out:
            return
        if transaction.inner.gas > self._draft.execution.gas_left:
            self._left_out.add(sender)
            return
        try:
            self._draft.apply(transaction)
        except TransactionError as error:
            self._left_out.add(sender)
            self._drop(transaction, error)
            return
        self._next_nonce[sender] = transaction.nonce + 1
        self.taken += 1
