"""How a genesis is kept in a store: a small one whole, a large one without its accounts.

The accounts of a large genesis are in the first state, so the store keeps only the rest of the document and the
SHA-256 of the file, which stays beside the store. A node that opens it reads a few kilobytes, however many accounts
there are; the file itself is read again only to be checked or exported.
"""

from __future__ import annotations

from pathlib import Path

from .clique import Clique, pack_snapshot
from .errors import DataDirectoryError
from .genesis import Genesis
from .genesis_block import genesis_block, genesis_state
from .genesis_stream import read_genesis, sha256_of, write_genesis_state
from .history import read_head_number, write_block
from .receipts import pack_receipts
from .records import META
from .state import NodeCache
from .store import Store
from .write_batch import WriteBatch

GENESIS_KEY = b"genesis"
GENESIS_FILE_KEY = b"genesis file"
"""The SHA-256 of a large genesis; absent beside a small one."""
SNAPSHOT_KEY = b"clique"
FORMAT_KEY = b"format"
FORMAT = b"3"
"""Since 2 the records carry checksums; since 3 nodes stand in the order in which they were written."""
FORMAT_BEFORE = b"2"
"""A store that is read as it is; what is written to it is written as now, after which the former version refuses it."""
LARGE_BYTES = 8 << 20


def is_large(file: Path) -> bool:
    """Whether a genesis file is read piece by piece. Raises OSError."""
    return file.stat().st_size > LARGE_BYTES


def write_genesis(store: Store, genesis: Genesis) -> None:
    """Put a genesis and its state into an empty store."""
    batch = WriteBatch()
    root, nodes = genesis_state(genesis, NodeCache(store))
    _write(store, batch, genesis, root, nodes)


def write_large_genesis(store: Store, file: Path) -> None:
    """Put a genesis file's state into an empty store; safe to repeat. Raises GenesisError, DataDirectoryError."""
    digest = bytes.fromhex(sha256_of(file))
    if read_head_number(store) is not None:
        if file_digest(store) != digest:
            raise DataDirectoryError("{path} already holds a chain with another genesis", path=store.path)
        return
    batch = WriteBatch()
    batch.put(META, GENESIS_FILE_KEY, digest)
    _write(store, batch, read_genesis(file), write_genesis_state(file, store), {})


def file_digest(store: Store) -> bytes | None:
    """The SHA-256 of the file that a large genesis stands in; None beside a small one."""
    return store.get(META, GENESIS_FILE_KEY)


def _write(store: Store, batch: WriteBatch, genesis: Genesis, root: bytes, nodes: dict[bytes, bytes]) -> None:
    block = genesis_block(genesis, root)
    write_block(batch, block, (), pack_receipts(()), nodes)
    batch.put(META, GENESIS_KEY, genesis.canonical_json().encode())
    batch.put(META, FORMAT_KEY, FORMAT)
    if genesis.clique is not None:
        batch.put(META, SNAPSHOT_KEY, pack_snapshot(Clique(genesis.clique).genesis_snapshot(block.header)))
    store.commit(batch)
