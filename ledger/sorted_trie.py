"""A Merkle-Patricia trie made from keys in order, one leaf at a time, in memory for one path only.

The same trie that `trie.update` makes of the same content, when there is too much of it to hold: a branch is hashed
and let go as soon as a key shows that nothing more will come into it. Keys are hex strings of one length.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eth.constants import BLANK_ROOT_HASH
from eth_hash.auto import keccak

from . import trie_node
from .trie_node import BLANK, BRANCH_WIDTH, HASH_BYTES, pack_path

PutNode = Callable[[bytes, bytes], bytes]
"""Gets each node as it is stored, children before parents, with its hash, and gives the reference to it."""
PutRoot = Callable[[bytes, bytes], None]
"""Gets the root, with its hash."""


class SortedTrie:
    """`add` each key once, in order; then `finish`."""

    def __init__(self, put_node: PutNode, put_root: PutRoot) -> None:
        self._put_node = put_node
        self._put_root = put_root
        self._open: list[tuple[int, list[Any]]] = []
        """Branches that more may come into: (depth, children), the deepest last."""
        self._key = ""
        self._value = BLANK

    def add(self, key: str, value: bytes) -> None:
        """The next leaf. Raises ValueError when the key is not after the one before."""
        if self._value:
            if key <= self._key:
                raise ValueError(key)
            self._settle(_shared(self._key, key))
        self._key, self._value = key, value

    def finish(self) -> bytes:
        """The root."""
        if not self._value:
            return BLANK_ROOT_HASH
        node = self._settle(-1)
        canonical, stored = trie_node.forms(node)
        root = keccak(canonical)
        self._put_root(root, stored)
        return root

    def _settle(self, shared: int) -> Any:
        """Put the last leaf in its place, and close every branch deeper than what the next key shares with it."""
        depth = self._open_at_least(shared)
        if depth < 0:
            return [pack_path(self._key, True), self._value]
        self._put(depth, [pack_path(self._key[depth + 1 :], True), self._value])
        while self._open and self._open[-1][0] > shared:
            depth, branch = self._open.pop()
            parent = self._open_at_least(shared)
            node: Any = branch
            path = self._key[parent + 1 : depth]
            if path:
                node = [pack_path(path, False), self._reference(branch)]
            if parent < 0:
                return node
            self._put(parent, node)
        return None

    def _open_at_least(self, shared: int) -> int:
        """The depth of the deepest open branch, which is made if none is as deep as `shared`; -1 for none."""
        deepest = self._open[-1][0] if self._open else -1
        if deepest < shared:
            self._open.append((shared, [BLANK] * BRANCH_WIDTH))
            return shared
        return deepest

    def _put(self, depth: int, node: Any) -> None:
        self._open[-1][1][int(self._key[depth], 16)] = self._reference(node)

    def _reference(self, node: Any) -> Any:
        canonical, stored = trie_node.forms(node)
        if len(canonical) < HASH_BYTES:
            return node
        return self._put_node(keccak(canonical), stored)


def _shared(one: str, other: str) -> int:
    count = 0
    while one[count] == other[count]:
        count += 1
    return count
