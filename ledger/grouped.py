"""A chain for replay: its store is thrown away afterwards, so blocks are written in groups and only for reading on.

Kept are the state, the headers and, where anybody may ask, where each transaction stands; bodies, receipts and the
log index are not asked for. Until a group is written its nodes and headers are in memory, where reading finds them.
"""

from __future__ import annotations

from typing import Any

from . import rlp_codec
from .blocks import Block, header_items
from .chain import Chain, Head, Sealed
from .clique import Clique
from .execution import Executed
from .genesis import Genesis
from .genesis_block import genesis_block
from .history import HEAD_KEY, HEADER_CACHE_ENTRIES, number_key
from .records import HEADERS, META, TRANSACTIONS
from .state import NodeCache
from .store import Store
from .trie_node import WRITE_NUMBER_BYTES
from .write_batch import WriteBatch

GROUP_NODES = 50_000
GROUP_BLOCKS = HEADER_CACHE_ENTRIES // 2
"""Headers of blocks that are not written yet are found in the history's cache, which must hold them all."""


class GroupedNodes(NodeCache):
    """Nodes that are not in the store yet are found all the same."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.pending: dict[bytes, bytes] = {}
        self._blocks_before = int.from_bytes(store.next_write_number(), "big")
        self._blocks = 0

    def next_write_number(self) -> bytes:
        return (self._blocks_before + self._blocks).to_bytes(WRITE_NUMBER_BYTES, "big")

    def add(self, executed: Executed) -> None:
        """A block's nodes, which will be written some time later."""
        self.pending.update(executed.nodes)
        self.remember(executed.nodes, executed.decoded_nodes)
        self._blocks += 1

    def __getitem__(self, key: bytes) -> bytes:
        node = self.pending.get(key)
        return super().__getitem__(key) if node is None else node


class GroupedChain(Chain):
    """Call `flush` before the store is read by anybody else."""

    keeps_places = True
    """Whether somebody will ask in which block a transaction stands; a random page for each, while it executes."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._pending = GroupedNodes(self.store)
        self.nodes = self._pending
        self._batch = WriteBatch()
        self._blocks = 0

    @classmethod
    def begin(cls, store: Store, genesis: Genesis, state_root: bytes) -> GroupedChain:
        """A chain of nothing but its genesis, whose state is in the store already."""
        header = genesis_block(genesis, state_root).header
        snapshot = Clique(genesis.clique).genesis_snapshot(header) if genesis.clique else None
        batch = WriteBatch()
        batch.put(HEADERS, number_key(0), rlp_codec.encode(header_items(header)))
        batch.put(META, HEAD_KEY, number_key(0))
        store.commit(batch)
        return cls(store, genesis, Head(header, snapshot), lambda: 0, None)

    def _commit(self, block: Block, executed: Executed) -> Sealed:
        header, number = block.header, number_key(block.number)
        self._pending.add(executed)
        self._batch.put(HEADERS, number, rlp_codec.encode(header_items(header)))
        for index, transaction in enumerate(block.transactions if self.keeps_places else ()):
            self._batch.put(TRANSACTIONS, transaction.hash, number + index.to_bytes(4, "big"))
        self.history.note_header(header)
        snapshot = self._head.snapshot
        if self.clique is not None and snapshot is not None:
            snapshot = self.clique.advance(snapshot, header)
        self._head = Head(header, snapshot)
        self._blocks += 1
        if self._blocks >= GROUP_BLOCKS or len(self._pending.pending) >= GROUP_NODES:
            self.flush()
        return Sealed(block, executed.receipts)

    def flush(self) -> None:
        """Write what is waiting."""
        batch, self._batch, self._blocks = self._batch, WriteBatch(), 0
        batch.put_nodes(self._pending.pending)
        batch.put(META, HEAD_KEY, number_key(self._head.number))
        self.store.commit(batch)
        self._pending.pending = {}
