"""One running node: a chain, the transactions that wait for it, and who may send them."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from lru import LRU

from .blocks import Block
from .chain import Chain, Sealed
from .draft import CannotSealError, Draft
from .errors import LedgerError, ReplacedError, RpcError, StillPendingError, StoreDamagedError, TransactionError
from .filling import Filling
from .gossip import Gossip
from .permission import Permission
from .pool_journal import PoolJournal
from .recovery import Recovery
from .transactions import SignedTransaction
from .txpool import Replaced, TxPool
from .waiting import Waiting

PENDING_TRANSACTIONS_MAX = 100
PENDING_SECONDS_MAX = 0.2
"""A pending block is a preview; whoever asks for it shares the interpreter with the sealer."""
CLOCK_LEAP_SECONDS = 2
"""A clock of whole seconds may run ahead of the time that has passed by less than this."""
DROPPED_REMEMBERED = 10_000
"""How many refusals at sealing are kept for those who wait on a receipt."""
BLOB_TRANSACTION = b"\x03"
UNPROTECTED_REFUSED = "only replay-protected (EIP-155) transactions allowed over RPC"

logger = logging.getLogger("ledger.node")


@dataclass
class Figures:
    """What this process has done so far."""

    blocks: int = 0
    transactions: int = 0
    seal_seconds: float = 0.0
    seal_seconds_last: float = 0.0


class Node:
    """What the RPC methods work on. `seal_at_once` makes every accepted transaction a block of its own."""

    def __init__(self, chain: Chain, *, seal_at_once: bool = False, journal: PoolJournal | None = None) -> None:
        self.chain = chain
        self.permission = Permission(chain)
        self.pool = TxPool(self._account_state, journal=journal)
        self.dropped: Any = LRU(DROPPED_REMEMBERED)
        self._sealing_error: LedgerError | None = None
        self.seal_at_once = seal_at_once
        self.figures = Figures()
        self.leader: str | None = None
        self.gossip: Gossip | None = None
        self.sealed = threading.Condition()
        self.waiting = Waiting()
        self.recovery = Recovery(chain.chain_id)
        self._sealing = threading.Lock()
        self._account_vm: tuple[bytes, Any] | None = None
        self._account_lock = threading.Lock()
        self._pending_listeners: list[Callable[[SignedTransaction], None]] = []
        chain.subscribe(self._on_sealed)
        self._restore_pool()

    def _restore_pool(self) -> None:
        """Take in what waited when the node died. Upon a damaged store it goes on waiting, in its file."""
        if self.chain.store.damage is None:
            with contextlib.suppress(StoreDamagedError):
                self.pool.restore(self.submit)

    @property
    def sealing_error(self) -> LedgerError | None:
        """Why nothing can be sealed now. Damage of the store, once seen by anybody, stays until it is repaired."""
        return self.chain.store.damage or self._sealing_error

    @sealing_error.setter
    def sealing_error(self, error: LedgerError | None) -> None:
        self._sealing_error = error

    def submit(self, raw: bytes) -> SignedTransaction:
        """Take a raw transaction from outside. Raises TransactionError with the usual words."""
        if self.leader is not None:
            raise TransactionError(f"this node only follows; send transactions to {self.leader}")
        if raw[:1] == BLOB_TRANSACTION:
            raise TransactionError("transaction type not supported")  # no ledger of ours keeps blobs
        transaction = self.chain.decode(raw, self.recovery.sender(raw))
        if not transaction.replay_protected and self.chain.genesis.forks.eip155_block == 0:
            raise TransactionError(UNPROTECTED_REFUSED)
        self._require_new(transaction)
        if self.sealing_error is not None:
            reason = f"the transaction was not taken: the ledger cannot seal: {self.sealing_error.reason}"
            raise TransactionError(reason)
        self.permission.require(transaction.sender)
        refused = self.dropped.pop(transaction.hash, None)  # sent again, and what it was refused for may be over
        try:
            replaced = self.pool.add(transaction, self.chain.head.header.gas_limit)
        except RpcError:
            if refused is not None:
                self.dropped[transaction.hash] = refused
            raise
        if replaced is not None:
            self._tell_replaced(replaced)
        for listener in tuple(self._pending_listeners):
            listener(transaction)
        if self.seal_at_once:
            self.seal_waiting(max(self.chain.clock(), self.chain.earliest_timestamp()))
        return transaction

    def _require_new(self, transaction: SignedTransaction) -> None:
        """Who sends again what waits or is sealed is told so, also while nothing can be sealed. A damaged store tells
        nothing of what is not in it. What has a nonce that its sender has yet to use is not sealed."""
        if self.pool.get(transaction.hash) is not None:
            raise TransactionError("already known")
        if self.chain.store.damage is not None or transaction.nonce >= self._account_state(transaction.sender)[0]:
            return
        if self._is_sealed(transaction.hash):
            raise TransactionError("already known")

    def subscribe_pending(self, listener: Callable[[SignedTransaction], None]) -> Callable[[], None]:
        """Call `listener` with every transaction taken into the pool, until the returned function is called."""
        self._pending_listeners.append(listener)
        return lambda: self._pending_listeners.remove(listener)

    def seal_waiting(self, timestamp: int, stays_open: Callable[[], bool] | None = None) -> Sealed | None:
        """Seal what waits into one block; None when nothing that waits can be executed.

        With `stays_open` the block may open before its time: it takes in what comes for as long as that says (it
        waits a little each time), and is given up if its time has not come by then, or if the clock has leapt
        meanwhile: what came after that would be stamped with a time long past.
        """
        opened, opened_at = time.monotonic(), self.chain.clock()

        def is_early() -> bool:
            return stays_open is not None and self.chain.clock() < timestamp

        def has_leapt() -> bool:
            return self.chain.clock() - opened_at > time.monotonic() - opened + CLOCK_LEAP_SECONDS

        with self._sealing:
            if not self.pool.has_executable():
                return None
            with self._claims(), self.chain.draft(timestamp) as draft:
                filling = Filling(draft, self.pool, self._drop, is_early)
                filling.take(stays_open or _closes)
                if not filling.taken or is_early() or (stays_open is not None and has_leapt()):
                    return None
                started = time.perf_counter()
                sealed = draft.seal()
            self._note(sealed, filling.seconds + time.perf_counter() - started)
            return sealed

    @contextlib.contextmanager
    def _claims(self) -> Iterator[None]:
        """What was replaced while a block was open that had it is told afterwards, unless that sealed it."""
        try:
            yield
        finally:
            for replaced in self.pool.release():
                if self.chain.store.damage is None and not self._is_sealed(replaced.earlier.hash):
                    self._tell_replaced(replaced)

    def _is_sealed(self, transaction_hash: bytes) -> bool:
        return self.chain.history.transaction_place(transaction_hash) is not None

    def _tell_replaced(self, replaced: Replaced) -> None:
        self._tell_refused(replaced.earlier, ReplacedError("0x" + replaced.later.hash.hex()))

    def _drop(self, transaction: SignedTransaction, error: TransactionError) -> None:
        self.pool.drop(transaction)
        self._tell_refused(transaction, error)

    def _tell_refused(self, transaction: SignedTransaction, error: TransactionError) -> None:
        self.dropped[transaction.hash] = error
        self.waiting.failed(error, transaction.hash)

    def pending_block(self) -> Block | None:
        """What the next block would be now; None on a node that cannot seal it. It keeps no sealer waiting."""
        timestamp = max(self.chain.clock(), self.chain.earliest_timestamp())
        deadline = time.monotonic() + PENDING_SECONDS_MAX
        try:
            draft = Draft(self.chain, timestamp)
        except CannotSealError:
            return None
        for transaction in self.pool.executable()[:PENDING_TRANSACTIONS_MAX]:
            with contextlib.suppress(TransactionError):
                draft.apply(transaction)
            if time.monotonic() > deadline:
                break
        return draft.preview()

    def _note(self, sealed: Sealed, seconds: float) -> None:
        self.figures.seal_seconds += seconds
        self.figures.seal_seconds_last = seconds
        header = sealed.block.header
        facts = {
            "block": header.block_number,
            "transactions": len(sealed.receipts),
            "gas_used": header.gas_used,
            "seconds": round(seconds, 4),
        }
        logger.info("sealed block %d with %d transactions", facts["block"], facts["transactions"], extra=facts)

    def when_sealed(self, transaction_hash: bytes) -> Future[bool]:
        """Done with True once the transaction is on the disk; with a TransactionError when it will not get there."""
        future = self.waiting.add(transaction_hash)
        if self._is_sealed(transaction_hash):
            self.waiting.sealed(transaction_hash)
        elif transaction_hash in self.dropped:
            self.waiting.failed(self.dropped[transaction_hash], transaction_hash)
        elif self.sealing_error is not None:
            self.waiting.failed(still_pending(self.sealing_error, transaction_hash), transaction_hash)
        return future

    def stop_sealing(self, error: LedgerError) -> None:
        """Nothing can be sealed for now; those who wait are told why, and that what they sent is kept."""
        self.sealing_error = error
        for transaction_hash in self.waiting.hashes():
            self.waiting.failed(still_pending(error, transaction_hash), transaction_hash)
        with self.sealed:
            self.sealed.notify_all()

    def _on_sealed(self, sealed: Sealed) -> None:
        self.figures.blocks += 1
        self.figures.transactions += len(sealed.receipts)
        for replacement, error in self.pool.remove_sealed(sealed.block.transactions):  # came too late
            self._tell_refused(replacement, error)
        for transaction in sealed.block.transactions if len(self.waiting) else ():
            self.waiting.sealed(transaction.hash)
        with self.sealed:
            self.sealed.notify_all()

    def _account_state(self, address: bytes) -> tuple[int, int]:
        with self._account_lock:
            header = self.chain.head.header
            if self._account_vm is None or self._account_vm[0] != header.hash:
                self._account_vm = (header.hash, self.chain.vm_at(header))
            state = self._account_vm[1].state
            return state.get_nonce(address), state.get_balance(address)


def _closes() -> bool:
    return False


def still_pending(error: LedgerError, transaction_hash: bytes) -> StillPendingError:
    """What is true of a transaction that was taken while nothing can be sealed."""
    reason = f"the ledger cannot seal now ({error.reason})"
    words = f"the transaction is pending and is kept: {reason}; ask for its receipt by its hash"
    return StillPendingError(words, "0x" + transaction_hash.hex())
