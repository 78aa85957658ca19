"""One chain: its genesis, its head, and the two ways it grows - sealing a block of one's own, or importing.

A block becomes visible only after the store has it on the disk. Growing is for one thread at a time;
reading is for any number.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from eth.abc import BlockHeaderAPI
from eth.consensus.clique.datatypes import Snapshot
from eth.vm.base import VM
from eth_keys.datatypes import PrivateKey

from .blocks import Block, decode_block
from .clique import Clique, pack_snapshot, unpack_snapshot
from .draft import Draft
from .errors import DataDirectoryError, StoreCorruptError
from .execution import Executed
from .genesis import Genesis, load_genesis
from .genesis_store import FORMAT, FORMAT_BEFORE, FORMAT_KEY, GENESIS_KEY, SNAPSHOT_KEY, write_genesis
from .history import History, read_head_number, write_block
from .receipts import Receipt
from .records import META
from .state import NodeCache, PrunedNodes, StateDatabase, build_vm
from .store import Store
from .transactions import SignedTransaction, check_cost, decode_transaction
from .verify import Rules, verify_block
from .write_batch import WriteBatch

STATES_FROM_KEY = b"states_from"
"""The oldest block whose state is kept; absent while none was pruned."""

Clock = Callable[[], int]
Listener = Callable[["Sealed"], None]


@dataclass(frozen=True)
class Sealed:
    """A block that is on the disk, with what it led to."""

    block: Block
    receipts: tuple[Receipt, ...]


@dataclass(frozen=True)
class Head:
    header: BlockHeaderAPI
    snapshot: Snapshot | None

    @property
    def number(self) -> int:
        return self.header.block_number


class Chain:
    """Make one with `Chain.create` or `Chain.open`."""

    def __init__(self, store: Store, genesis: Genesis, head: Head, clock: Clock, signer: PrivateKey | None) -> None:
        self.store = store
        self.genesis = genesis
        self.clock = clock
        self.clique = Clique(genesis.clique) if genesis.clique else None
        self.history = History(store, genesis.forks, genesis.chain_id)
        self.nodes = NodeCache(store)
        pruned = store.get(META, STATES_FROM_KEY)
        self.states_from = 0 if pruned is None else int.from_bytes(pruned, "big")
        self.votes: dict[bytes, bool] = {}
        self._signer = signer
        self._head = head
        self._next_rules: tuple[Head, type[VM]] | None = None
        self._growing = threading.Lock()
        self._listeners: list[Listener] = []
        self._rules = Rules(
            chain_id=genesis.chain_id,
            forks=genesis.forks,
            clique=self.clique,
            header_by_number=self.history.header,
            ancestors=self.history.ancestors,
        )

    @classmethod
    def create(cls, store: Store, genesis: Genesis, clock: Clock, signer: PrivateKey | None = None) -> Self:
        """Write the genesis into an empty store, or open a store that holds the very same genesis."""
        if read_head_number(store) is None:
            write_genesis(store, genesis)
        chain = cls.open(store, clock, signer)
        if chain.genesis.canonical_json() != genesis.canonical_json():
            raise DataDirectoryError("{path} already holds a chain with another genesis", path=store.path)
        return chain

    @classmethod
    def open(cls, store: Store, clock: Clock, signer: PrivateKey | None = None) -> Self:
        """Open a store as it was left, whatever the length of the chain."""
        _take_format(store)
        document, number = store.get(META, GENESIS_KEY), read_head_number(store)
        if document is None or number is None:
            raise DataDirectoryError("{path} holds no chain; run `azukari-ledger init` first", path=store.path)
        genesis = load_genesis(document.decode())
        head = _read_head(store, History(store, genesis.forks, genesis.chain_id), number)
        return cls(store, genesis, head, clock, signer)

    def refresh(self) -> None:
        """Take the head over from the store, for a process that only reads while another one seals."""
        number = read_head_number(self.store)
        if number is not None and number != self._head.number:
            self._head = _read_head(self.store, self.history, number)

    @property
    def head(self) -> Head:
        return self._head

    @property
    def chain_id(self) -> int:
        return self.genesis.chain_id

    @property
    def signer_address(self) -> bytes | None:
        return self._signer.public_key.to_canonical_address() if self._signer else None

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every block once it is on the disk, until the returned function is called.

        It runs on the thread that wrote the block, so it must be quick.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # -- rules and state ------------------------------------------------------------------------------

    def rules_for(self, header: BlockHeaderAPI) -> type[VM]:
        return self.genesis.forks.rules_for(header)

    def next_rules(self) -> type[VM]:
        """The rules that a transaction sent now is executed under."""
        known = self._next_rules
        if known is None or known[0] is not self._head:
            known = self._next_rules = (self._head, self._rules_after(self._head.header))
        return known[1]

    def _rules_after(self, head: BlockHeaderAPI) -> type[VM]:
        difficulty = 0 if self.clique is None and head.difficulty == 0 else 1
        return self.genesis.forks.rules(head.block_number + 1, max(head.timestamp + 1, 0), difficulty)

    def snapshot_at(self, header: BlockHeaderAPI) -> Snapshot:
        """The signers and open votes after a sealed block, counted from the epoch block before it."""
        assert self.clique is not None  # noqa: S101 - only a Clique chain has these
        head = self._head
        if header.hash == head.header.hash and head.snapshot is not None:
            return head.snapshot
        start = header.block_number - header.block_number % self.clique.epoch
        snapshot = self.clique.genesis_snapshot(self.history.header(start))
        for number in range(start + 1, header.block_number + 1):
            snapshot = self.clique.advance(snapshot, self.history.header(number))
        return snapshot

    def decode(self, raw: bytes, sender: bytes | None = None) -> SignedTransaction:
        """A transaction from outside, fully checked; a sender that is given was recovered for this chain before."""
        transaction = decode_transaction(raw, self.next_rules(), self.chain_id, sender)
        if sender is not None:
            check_cost(transaction.inner)
        return transaction

    def nodes_at(self, header: BlockHeaderAPI) -> NodeCache:
        """The nodes of the state after a block. Reading from them raises StatePrunedError when it was pruned."""
        if header.block_number >= self.states_from:
            return self.nodes
        return PrunedNodes(header.block_number, self.states_from)

    def vm_at(self, header: BlockHeaderAPI) -> Any:
        """A VM in the context of a sealed block, on the state after it. What it writes goes nowhere."""
        ancestors: Iterator[bytes] = self.history.ancestors(header)
        next(ancestors)
        database = StateDatabase(self.nodes_at(header))
        return build_vm(self.rules_for(header), header, database, header.state_root, ancestors, self.chain_id)

    # -- growing --------------------------------------------------------------------------------------

    def earliest_timestamp(self) -> int:
        """The first second at which the next block may be sealed."""
        period = max(self.clique.period, 1) if self.clique else 1
        return self._head.header.timestamp + period

    @contextmanager
    def draft(self, timestamp: int) -> Iterator[Draft]:
        """Open the next block. Nothing happens to the chain unless `seal` is called on it."""
        with self._growing:
            self._require_sound()
            yield Draft(self, timestamp)

    def import_block(self, raw: bytes, now: int | None = None, senders: bytes | None = None) -> Sealed:
        """Check a block that somebody else made, execute it, and put it on the disk.

        `senders` are the transactions' senders when this program has recovered them already.
        """
        with self._growing:
            self._require_sound()
            head = self._head
            block = decode_block(raw, self.genesis.forks, self.chain_id, head.number + 1, senders)
            executed = verify_block(block, head.header, head.snapshot, self._rules, self.nodes, now)
            return self._commit(block, executed)

    def _require_sound(self) -> None:
        if self.store.damage is not None:
            raise self.store.damage

    def _commit(self, block: Block, executed: Executed) -> Sealed:
        batch = WriteBatch()
        write_block(batch, block, executed.receipts, executed.packed_receipts, executed.nodes)
        snapshot = self._head.snapshot
        if self.clique is not None and snapshot is not None:
            snapshot = self.clique.advance(snapshot, block.header)
            batch.put(META, SNAPSHOT_KEY, pack_snapshot(snapshot))
        self.store.commit(batch)
        self.nodes.remember(executed.nodes, executed.decoded_nodes)
        self.history.note_sealed(block, executed.receipts)
        self._head = Head(block.header, snapshot)
        sealed = Sealed(block, executed.receipts)
        for listener in tuple(self._listeners):
            listener(sealed)
        return sealed


def _take_format(store: Store) -> None:
    """Raise StoreCorruptError for a format that is not read; a former one that is becomes the present one."""
    if read_format(store) == FORMAT_BEFORE and not store.read_only and store.damage is None:
        batch = WriteBatch()
        batch.put(META, FORMAT_KEY, FORMAT)
        store.commit(batch)


def read_format(store: Store) -> bytes | None:
    """The format of a store that holds something. Raises StoreCorruptError for one that this version does not read."""
    found = store.read_as_it_is(META, FORMAT_KEY)
    if found == b"1":
        raise StoreCorruptError(
            f"{store.path} was written by an earlier version, without checksums; export it with that version and "
            "make it anew from the export with `azukari-ledger import-chain`"
        )
    form = None if found is None else store.get(META, FORMAT_KEY)
    if form not in (None, FORMAT, FORMAT_BEFORE):
        raise StoreCorruptError("{path} was written in a format that this version does not know", path=store.path)
    return form


def _read_head(store: Store, history: History, number: int) -> Head:
    packed = store.get(META, SNAPSHOT_KEY)
    return Head(history.header(number), unpack_snapshot(packed) if packed else None)
