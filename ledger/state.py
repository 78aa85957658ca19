"""The state under the engine: py-evm's database interface over the store's trie nodes.

Reads go to what this block has written, then to a cache of recent nodes, then to the store. Writes stay in
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
from .records import NODES
from .store import Store

NODE_CACHE_ENTRIES = 50_000


class NodeCache:
    """Recent trie nodes and code by hash. A node never changes, so nothing is ever invalidated.

    Without a store it holds nothing but what it is told, which is enough for a genesis.
    """

    def __init__(self, store: Store | None, entries: int = NODE_CACHE_ENTRIES) -> None:
        self._store = store
        self._nodes: Any = LRU(entries)

    def __getitem__(self, key: bytes) -> bytes:
        node = self._nodes.get(key)
        if node is None:
            if self._store is None:
                raise KeyError(key)
            node = self._nodes[key] = self._store.require(NODES, key)
        return node  # type: ignore[no-any-return]

    def remember(self, nodes: dict[bytes, bytes]) -> None:
        for key, node in nodes.items():
            self._nodes[key] = node


class PrunedNodes(NodeCache):
    """The nodes of a state that is not kept any more."""

    def __init__(self, number: int, states_from: int) -> None:
        super().__init__(None, 1)
        self._reason = f"the state of block {number} is not kept here; states are kept from block {states_from} on"

    def __getitem__(self, key: bytes) -> bytes:
        raise StatePrunedError(self._reason)


class StateDatabase(BaseAtomicDB):
    """One execution's view of the nodes: `writes` is what it adds."""

    def __init__(self, nodes: NodeCache) -> None:
        self._nodes = nodes
        self.writes: dict[bytes, bytes] = {}

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
