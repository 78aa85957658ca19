"""A whole state in a file: every trie node and code under one root, so that a replay can begin in the middle.

Nothing in it is believed. Each node is stored under the hash that it has, so what does not belong is never found,
and the root that everything hangs from is the one in a sealed header. Form: for each node its length and its bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from eth.constants import BLANK_ROOT_HASH
from eth_hash.auto import keccak

from . import trie_node
from .chain_check import references
from .records import NODES
from .store import Store
from .write_batch import WriteBatch

SUFFIX = ".state"
LENGTH_BYTES = 4
NODE_BYTES_MAX = 1 << 24
GROUP_BYTES = 4 << 20


def write_state(path: Path, read: Callable[[bytes], bytes], root: bytes) -> None:
    """Write what is under a root; a node that is there many times may be written more than once."""
    with path.open("wb") as file:
        for node in _nodes_under(read, root):
            file.write(len(node).to_bytes(LENGTH_BYTES, "big") + node)


def load_state(path: Path, store: Store) -> None:
    """Put the nodes into a store, under their hashes. Raises ValueError for a file that is cut off."""
    batch, size = WriteBatch(), 0
    with path.open("rb") as file:
        while head := file.read(LENGTH_BYTES):
            length = int.from_bytes(head, "big")
            node = file.read(length) if length <= NODE_BYTES_MAX else b""
            if len(node) != length:
                raise ValueError(f"{path} is cut off")
            batch.put(NODES, keccak(node), node)
            size += length
            if size > GROUP_BYTES:
                store.commit(batch)
                batch, size = WriteBatch(), 0
    store.commit(batch)


def _nodes_under(read: Callable[[bytes], bytes], root: bytes) -> Iterator[bytes]:
    waiting = [] if root == BLANK_ROOT_HASH else [(root, True)]
    written_codes: set[bytes] = set()
    while waiting:
        digest, in_accounts = waiting.pop()
        node = read(digest)
        yield trie_node.canonical(node)
        below, codes = references(node, in_accounts=in_accounts)
        waiting += below
        for code_hash in codes:
            if code_hash not in written_codes:
                written_codes.add(code_hash)
                yield read(code_hash)
