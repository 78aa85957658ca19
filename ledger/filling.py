"""The next block while it is open: what waits is executed into it, and what comes meanwhile too.

Blocks are at least a second apart, so a block that opens as soon as something waits has its work done when its second
comes, and a crowd that takes a while to arrive gets into one block instead of two.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from .draft import Draft
from .errors import TransactionError
from .transactions import SignedTransaction
from .txpool import TxPool

EXECUTION_SECONDS_PER_BLOCK = 0.8
"""A block whose second has come takes nothing more after so much work, so that blocks keep coming at about one a
second."""


class Filling:
    """Puts the pool's transactions into one draft, in the order the pool gives them."""

    def __init__(
        self,
        draft: Draft,
        pool: TxPool,
        drop: Callable[[SignedTransaction, TransactionError], None],
        is_early: Callable[[], bool],
    ) -> None:
        """`is_early` says whether the block's second has yet to come."""
        self._draft, self._pool, self._drop, self._is_early = draft, pool, drop, is_early
        self._next_nonce: dict[bytes, int] = {}
        self._left_out: set[bytes] = set()
        self.taken = 0
        self.seconds = 0.0
        """Spent on executing, not on waiting."""
        self._asked_at = 0.0

    def take(self, stays_open: Callable[[], bool]) -> None:
        """Execute what waits until nothing new has come, or as long as `stays_open`, which waits a little itself.

        However much waits, it is asked again after so much work as a block may have.
        """
        while (self._take_once() and not self._must_ask()) or stays_open():
            if self._must_ask():
                self._asked_at = self.seconds

    def _must_ask(self) -> bool:
        if self.seconds - self._asked_at >= EXECUTION_SECONDS_PER_BLOCK:
            return True
        return self.seconds >= EXECUTION_SECONDS_PER_BLOCK and not self._is_early()

    def _take_once(self) -> int:
        """Execute what is new in the pool; how many were taken."""
        before = self.taken
        for transaction in self._pool.executable(self._next_nonce, self._left_out):
            if self.taken > before and self._must_ask():
                break
            began = time.perf_counter()
            self._try_what_waits(transaction)
            self.seconds += time.perf_counter() - began
        return self.taken - before

    def _try_what_waits(self, seen: SignedTransaction) -> None:
        """Execute what has the sender and nonce of a transaction that was seen to wait: it may have been replaced."""
        sender = seen.sender
        if sender in self._left_out:
            return
        transaction = self._pool.claim(seen)
        if transaction is None:
            self._left_out.add(sender)
            return
        if transaction.gas > self._draft.execution.gas_left:
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
