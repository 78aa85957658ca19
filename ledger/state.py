"""The state under the engine: py-evm's database interface over the store's trie nodes.

A node is known by the reference that stands in its parent, or by its hash when it is a root; code by its hash. Reads
go to what this block has written, then to a cache of recent nodes, then to the store. Writes stay in
memory until the block is committed, so an execution that fails leaves no trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from eth.abc import BlockHeaderAPI
from eth.db.backends.base import BaseAtomicDB
from eth.vm.base import VM
from eth.vm.chain_context import ChainContext
from lru import LRU

from .errors import StatePrunedError
from .records import NODES, ORDERED
from .store import Store
from .trie import DecodedNodes
from .trie_node import NEVER_WRITTEN, REFERENCE_BYTES, WRITE_NUMBER_BYTES

CODE_CACHE_ENTRIES = 2_000


class NodeCache:
    """Recent trie nodes, as the lists that tries work on, and recent roots and code as bytes.

    None of them ever changes, so nothing is ever invalidated. Without a store it is enough for a genesis.
    """

    def __init__(self, store: Store | None) -> None:
        self._store = store
        self._codes: Any = LRU(CODE_CACHE_ENTRIES)
        self.decoded: Any = DecodedNodes().read

    def __getitem__(self, key: bytes) -> bytes:
        if self._store is None:
            raise KeyError(key)
        if len(key) == REFERENCE_BYTES:
            return self._store.require(ORDERED, key)
        found = self._codes.get(key)
        if found is None:
            found = self._codes[key] = self._store.require(NODES, key)
        return found  # type: ignore[no-any-return]

    def next_write_number(self) -> bytes:
        """The number of the write that a block which is begun now would be in."""
        return bytes(WRITE_NUMBER_BYTES) if self._store is None else self._store.next_write_number()

    def remember(self, nodes: dict[bytes, bytes], decoded: dict[bytes, list[Any]]) -> None:
        """What was written, and the lists it was written from."""
        self.decoded.update(decoded)


class PrunedNodes(NodeCache):
    """The nodes of a state that is not kept any more."""

    def __init__(self, number: int, states_from: int) -> None:
        super().__init__(None)
        self._reason = f"the state of block {number} is not kept here; states are kept from block {states_from} on"

    def __getitem__(self, key: bytes) -> bytes:
        raise StatePrunedError(self._reason)


class StateDatabase(BaseAtomicDB):
    """One execution's view of the nodes: `writes` is what it adds, in the write of the given number."""

    def __init__(self, nodes: NodeCache, write_number: bytes = NEVER_WRITTEN) -> None:
        self._nodes = nodes
        self.write_number = write_number
        self.writes: dict[bytes, bytes] = {}
        self.decoded = DecodedNodes(nodes.decoded)

    def __getitem__(self, key: bytes) -> bytes:
        value = self.writes.get(key)
        return self._nodes[key] if value is None else value

    def __setitem__(self, key: bytes, value: bytes) -> None:
        self.writes[key] = value

    def __delitem__(self, key: bytes) -> None:
        self.writes.pop(key, None)

    def _exists(self, key: bytes) -> bool:
        if key in self.writes:
            return True
        try:
            self._nodes[key]
        except KeyError:
            return False
        return True

    @contextmanager
    def atomic_batch(self) -> Iterator[StateDatabase]:  # type: ignore[override]
        """Writes are in memory until the block's one commit, so the batch is this object itself."""
        yield self


def build_vm(
    rules: type[VM],
    header: BlockHeaderAPI,
    database: StateDatabase,
    state_root: bytes,
    ancestors: Iterable[bytes],
    chain_id: int,
) -> Any:
    """A py-evm VM in the context of `header`, on the state at `state_root`."""
    context = ChainContext(chain_id)
    make: Any = rules
    vm = make(header, None, context, None)
    execution_context = make.create_execution_context(header, ancestors, context)
    vm._state = make.get_state_class()(database, execution_context, state_root)
    return vm
