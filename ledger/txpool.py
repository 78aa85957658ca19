"""Transactions that wait for a block: ordered by nonce for each sender, by arrival between senders.

The pool is memory; with a journal (`pool_journal`) what waits outlives the process, and is taken in again by
`restore`. A transaction counts as accepted for good when its block is on the disk. The words of the refusals
are geth's, because clients match on them.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from types import MappingProxyType

from .errors import LimitExceededError, RpcError, TransactionError
from .pool_journal import PoolJournal
from .transactions import SignedTransaction

WAITING_MAX = 100_000
WAITING_PER_SENDER_MAX = 50_000
TRANSACTION_BYTES_MAX = 4 << 20
"""Far above geth's 128 KiB: compound calls carry hundreds of signed items."""

logger = logging.getLogger("ledger.pool")

NOTHING_TAKEN: Mapping[bytes, int] = MappingProxyType({})
AccountState = Callable[[bytes], tuple[int, int]]
"""The nonce and balance of an address in the state after the head."""


@dataclass(frozen=True, slots=True)
class _Entry:
    arrival: int
    transaction: SignedTransaction


@dataclass(frozen=True, slots=True)
class Replaced:
    """Two transactions of one sender and nonce: `earlier` has left the pool for `later`, which pays more."""

    earlier: SignedTransaction
    later: SignedTransaction


class TxPool:
    """Thread-safe. `pending` may be executed in order; `queued` wait for an earlier nonce."""

    def __init__(
        self, account_state: AccountState, waiting_max: int = WAITING_MAX, journal: PoolJournal | None = None
    ) -> None:
        self._account_state = account_state
        self._journal = journal
        self._waiting_max = waiting_max
        self._by_sender: dict[bytes, dict[int, _Entry]] = {}
        self._by_hash: dict[bytes, SignedTransaction] = {}
        self._next_nonce: dict[bytes, int] = {}
        self._claimed: set[bytes] = set()
        self._outbid: list[Replaced] = []
        self._arrivals = itertools.count()
        self._lock = threading.RLock()
        self.arrived = threading.Condition(self._lock)

    def __len__(self) -> int:
        return len(self._by_hash)

    def get(self, transaction_hash: bytes) -> SignedTransaction | None:
        return self._by_hash.get(transaction_hash)

    def add(self, transaction: SignedTransaction, gas_limit: int) -> Replaced | None:
        """Take a transaction in, or raise TransactionError with geth's words.

        What it replaced is given back if that can no longer be sealed; else `release` tells of it.
        """
        if len(transaction.raw) > TRANSACTION_BYTES_MAX:
            raise TransactionError(
                f"oversized data: transaction size {len(transaction.raw)}, limit {TRANSACTION_BYTES_MAX}"
            )
        if transaction.gas > gas_limit:
            raise TransactionError("exceeds block gas limit")
        with self._lock:
            if transaction.hash in self._by_hash:
                raise TransactionError("already known")
            if len(self._by_hash) >= self._waiting_max:
                raise LimitExceededError("txpool is full")
            self._check_account(transaction)
            replaced = self._place(transaction)
            self.arrived.notify_all()
            if replaced is not None and replaced.earlier.hash in self._claimed:
                self._outbid.append(replaced)
                return None
            return replaced

    def restore(self, take: Callable[[bytes], object]) -> None:
        """Offer again what the journal kept; `take` refuses what has been sealed or is no longer allowed."""
        if self._journal is None:
            return
        journal, self._journal = self._journal, None
        try:
            for raw in journal.load():
                try:
                    take(raw)
                except RpcError as error:
                    logger.info("a transaction that waited is not taken again: %s", error)
            with self._lock:
                journal.rewrite(self._in_arrival_order())
        finally:
            self._journal = journal

    def _in_arrival_order(self) -> list[bytes]:
        entries = [entry for waiting in self._by_sender.values() for entry in waiting.values()]
        return [entry.transaction.raw for entry in sorted(entries, key=lambda entry: entry.arrival)]

    def _check_account(self, transaction: SignedTransaction) -> None:
        inner = transaction.inner
        price = getattr(inner, "max_fee_per_gas", 0)
        cost = transaction.gas * price + inner.value
        next_nonce = self._next_nonce.get(transaction.sender)
        if next_nonce is None or cost:
            next_nonce, balance = self._account_state(transaction.sender)
            if cost > balance:
                raise TransactionError(
                    f"insufficient funds for gas * price + value: balance {balance}, "
                    f"tx cost {cost}, overshot {cost - balance}"
                )
            self._next_nonce[transaction.sender] = next_nonce
        if transaction.nonce < next_nonce:
            raise _nonce_too_low(next_nonce, transaction)

    def claim(self, transaction: SignedTransaction) -> SignedTransaction | None:
        """What an open block is to execute in the place of what waited a while ago; None when nothing does any more.

        Until `release` nobody is told that it was replaced: it may be sealed yet.
        """
        with self._lock:
            entry = self._by_sender.get(transaction.sender, {}).get(transaction.nonce)
            if entry is None:
                return None
            self._claimed.add(entry.transaction.hash)
            return entry.transaction

    def release(self) -> list[Replaced]:
        """The block is closed, sealed or not: what was replaced after it had been claimed."""
        with self._lock:
            outbid, self._outbid = self._outbid, []
            self._claimed.clear()
            return outbid

    def _place(self, transaction: SignedTransaction) -> Replaced | None:
        waiting = self._by_sender.get(transaction.sender, {})
        earlier = waiting.get(transaction.nonce)
        arrival = next(self._arrivals)
        if earlier is not None:
            offered, asked = _price(transaction), _price(earlier.transaction)
            if offered <= asked or offered * 10 < asked * 11:
                raise TransactionError("replacement transaction underpriced")
            arrival = earlier.arrival
        elif len(waiting) >= WAITING_PER_SENDER_MAX:
            raise LimitExceededError("txpool is full for this sender")
        if self._journal is not None:
            self._journal.append(transaction.raw)
            if earlier is not None:
                self._journal.forget(earlier.transaction.hash)
        if earlier is not None:
            del self._by_hash[earlier.transaction.hash]
        waiting[transaction.nonce] = _Entry(arrival, transaction)
        self._by_sender[transaction.sender] = waiting
        self._by_hash[transaction.hash] = transaction
        return None if earlier is None else Replaced(earlier.transaction, transaction)

    def next_nonce(self, sender: bytes) -> int:
        """The nonce after everything of this sender that can be executed."""
        with self._lock:
            nonce = self._account_state(sender)[0]
            waiting = self._by_sender.get(sender, {})
            while nonce in waiting:
                nonce += 1
            return nonce

    def executable(
        self, after: Mapping[bytes, int] = NOTHING_TAKEN, without: Set[bytes] = frozenset()
    ) -> list[SignedTransaction]:
        """Everything that could go into the next block, in the order it should be tried.

        `after` names the next nonce of senders of whom an open block has taken something already, `without` the
        senders of whom it takes nothing more.
        """
        keyed: list[tuple[int, int, SignedTransaction]] = []
        with self._lock:
            for sender in self._by_sender:
                if sender not in without:
                    latest = -1
                    for position, entry in enumerate(self._in_sequence(sender, after.get(sender))):
                        latest = max(latest, entry.arrival)
                        keyed.append((latest, position, entry.transaction))
        keyed.sort()  # by arrival, but never a nonce before an earlier one that arrived late; no two have the same key
        return [transaction for _, _, transaction in keyed]

    def has_executable(self) -> bool:
        with self._lock:
            return any(next(self._in_sequence(sender), None) is not None for sender in self._by_sender)

    def remove_sealed(
        self, transactions: tuple[SignedTransaction, ...]
    ) -> list[tuple[SignedTransaction, TransactionError]]:
        """Forget what a block has just put on the chain, and whatever its nonces made stale: that is given back."""
        stale: list[tuple[SignedTransaction, TransactionError]] = []
        with self._lock:
            sealed = {transaction.hash for transaction in transactions}
            for sender in {transaction.sender for transaction in transactions}:
                nonce = self._account_state(sender)[0]
                forgotten = self._forget_stale(sender, nonce)
                stale += [(one, _nonce_too_low(nonce, one)) for one in forgotten if one.hash not in sealed]
            for transaction_hash in sealed:
                self._by_hash.pop(transaction_hash, None)
            if self._journal is not None:
                self._shorten(self._journal)
        return stale

    def _shorten(self, journal: PoolJournal) -> None:
        if not self._by_hash and not journal.is_empty:
            journal.clear()
        elif journal.wants_compaction:
            journal.rewrite(self._in_arrival_order())

    def drop(self, transaction: SignedTransaction) -> None:
        """Forget one transaction that cannot be executed."""
        with self._lock:
            self._by_hash.pop(transaction.hash, None)
            waiting = self._by_sender.get(transaction.sender, {})
            entry = waiting.get(transaction.nonce)
            if entry is not None and entry.transaction.hash == transaction.hash:
                del waiting[transaction.nonce]
            if self._journal is not None:
                self._journal.forget(transaction.hash)
            self._forget_stale(transaction.sender, 0)

    def content(self) -> tuple[dict[bytes, list[SignedTransaction]], dict[bytes, list[SignedTransaction]]]:
        """Pending and queued transactions of each sender, by nonce."""
        pending: dict[bytes, list[SignedTransaction]] = {}
        queued: dict[bytes, list[SignedTransaction]] = {}
        with self._lock:
            for sender, waiting in self._by_sender.items():
                ready = [entry.transaction for entry in self._in_sequence(sender)]
                known = {transaction.nonce for transaction in ready}
                later = [waiting[nonce].transaction for nonce in sorted(waiting) if nonce not in known]
                if ready:
                    pending[sender] = ready
                if later:
                    queued[sender] = later
        return pending, queued

    def _in_sequence(self, sender: bytes, nonce: int | None = None) -> Iterator[_Entry]:
        waiting = self._by_sender[sender]
        if nonce is None:
            nonce = self._next_nonce.get(sender, 0)
        while (entry := waiting.get(nonce)) is not None:
            yield entry
            nonce += 1

    def _forget_stale(self, sender: bytes, nonce: int) -> list[SignedTransaction]:
        waiting = self._by_sender.get(sender)
        if waiting is None:
            return []
        stale = [waiting.pop(known).transaction for known in sorted(waiting) if known < nonce]
        for transaction in stale:
            self._by_hash.pop(transaction.hash, None)
        if waiting:
            self._next_nonce[sender] = max(nonce, self._next_nonce.get(sender, 0))
        else:
            del self._by_sender[sender]
            self._next_nonce.pop(sender, None)
        return stale


def _nonce_too_low(next_nonce: int, transaction: SignedTransaction) -> TransactionError:
    return TransactionError(f"nonce too low: next nonce {next_nonce}, tx nonce {transaction.nonce}")


def _price(transaction: SignedTransaction) -> int:
    return int(getattr(transaction.inner, "max_fee_per_gas", 0))
