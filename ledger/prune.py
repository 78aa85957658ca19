"""Leaving old states behind, by choice: a copy of the store that holds only what the newest states need.

Blocks, receipts and indexes stay whole: pruning takes away the answer to "what was the balance then", never the proof
of how it came about, and whoever replays the chain has every state again. The store is copied, not emptied,
because LMDB's file does not shrink: what is left out is room gained. The copy is checked record by record while it
is made. Killed at any moment, the old store is still there, or `azukari-ledger repair` puts the new one in place.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from eth.constants import BLANK_ROOT_HASH

from .blocks import decode_header
from .chain import STATES_FROM_KEY, read_format
from .chain_check import references
from .datadir import DRAFT_DIRECTORY, DataDirectory, put_in_place
from .errors import LedgerError
from .genesis_store import FORMAT, FORMAT_KEY
from .history import number_key, read_head_number
from .records import HEADERS, LOG_INDEX, META, NODES, ORDERED, TABLES, table_of_node
from .start_check import check_at_start
from .store import Store
from .write_batch import WriteBatch
from .write_lock import hold_write_lock

GROUP_BYTES = 8 << 20
UNPRUNED_DIRECTORY = "chain.unpruned"

Progress = Callable[[int, int], None]


class PruneError(LedgerError):
    """The store cannot be pruned."""


@dataclass(frozen=True)
class Pruned:
    """What became of the store. `states_from` is the oldest block whose state can still be asked for."""

    states_from: int
    nodes_before: int
    nodes_after: int
    bytes_before: int
    bytes_after: int
    kept: Path | None


def prune(path: Path, keep_states: int, *, keep_old: bool = False, progress: Progress | None = None) -> Pruned:
    """Keep the states of the newest blocks. The node must not run. Raises PruneError, StoreDamagedError."""
    if keep_states < 1:
        raise PruneError("at least the newest state must be kept")
    directory = DataDirectory(path)
    directory.require_ledger()
    draft = path / DRAFT_DIRECTORY
    with hold_write_lock(directory.store_directory):
        damage = check_at_start(directory.store_directory)
        if damage is not None:
            raise damage
        shutil.rmtree(draft, ignore_errors=True)
        with directory.open_store(read_only=True) as old, Store(draft) as new:
            read_format(old)
            head = read_head_number(old) or 0
            first = max(head - keep_states + 1, _states_from(old))
            copy = _Copy(old, new)
            copy.tables()
            for number in range(first, head + 1):
                copy.state(decode_header(old.require(HEADERS, number_key(number))).state_root)
                if progress is not None:
                    progress(number - first + 1, head - first + 1)
            copy.finish(first)
            before, after = old.statistics(), new.statistics()
        draft.rename(directory.repaired_directory)
        kept = put_in_place(directory, UNPRUNED_DIRECTORY)
    if kept is not None and not keep_old:
        shutil.rmtree(kept)
        kept = None
    nodes_before, nodes_after = (rows[NODES] + rows[ORDERED] for rows in (before, after))
    return Pruned(first, nodes_before, nodes_after, before["file_bytes"], after["file_bytes"], kept)


def _states_from(store: Store) -> int:
    found = store.get(META, STATES_FROM_KEY)
    return 0 if found is None else int.from_bytes(found, "big")


class _Copy:
    """Rows on their way from one store into another, in groups."""

    def __init__(self, old: Store, new: Store) -> None:
        self._old = old
        self._new = new
        self._batch = WriteBatch()
        self._size = 0

    def tables(self) -> None:
        """Everything but the nodes."""
        for table in TABLES:
            if table in (NODES, ORDERED):
                continue
            for key, value in self._old.rows(table):
                if table == LOG_INDEX:
                    self._batch.log_index.append((key, value))
                else:
                    self._batch.put(table, key, value)
                self._grow(len(key) + len(value))

    def state(self, root: bytes) -> None:
        """Every node and code under a state root that is not there yet: what is there has all that is below it."""
        waiting = [] if root == BLANK_ROOT_HASH else [(root, True)]
        while waiting:
            digest, in_accounts = waiting.pop()
            table = table_of_node(digest)
            if digest in self._batch.puts[table] or self._new.read_as_it_is(table, digest) is not None:
                continue
            node = self._old.require(table, digest)
            self._batch.put(table, digest, node)
            self._grow(len(digest) + len(node))
            below, codes = references(node, in_accounts=in_accounts)
            waiting += below
            for code_hash in codes:
                self._batch.put(NODES, code_hash, self._old.require(NODES, code_hash))

    def finish(self, states_from: int) -> None:
        self._batch.put(META, STATES_FROM_KEY, number_key(states_from))
        self._batch.put(META, FORMAT_KEY, FORMAT)
        self._new.commit(self._batch)

    def _grow(self, size: int) -> None:
        self._size += size
        if self._size > GROUP_BYTES:
            self._new.commit(self._batch)
            self._batch, self._size = WriteBatch(), 0
