"""Merkle-Patricia tries, many keys at a time.

An update sorts its keys and walks the trie once: every node on the way is read once, and encoded, hashed
and written once, however many keys lie below it. Keys are given as hex strings, one character for each
nibble, and must be prefix-free (hashes are, and so are RLP-encoded positions). A value of b"" deletes.

A root is known by its hash; a node below it by the reference that stands in its parent (`trie_node`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from eth.constants import BLANK_ROOT_HASH
from eth_hash.auto import keccak
from lru import LRU

from . import rlp_codec, trie_node
from .trie_node import BLANK, BRANCH_WIDTH, HASH_BYTES, NEVER_WRITTEN, pack_path, unpack_path

DECODED_CACHE_ENTRIES = 30_000
ONE_BYTE_POSITIONS = 128
"""Below it a position's RLP is the position itself; but zero's is 0x80, which comes after all of them."""
POSITIONS_KEPT = 1 << 14
NO_PATH = pack_path("", True)

Item = tuple[str, bytes]
NodeReader = Callable[[bytes], bytes]


@dataclass
class DecodedNodes:
    """Nodes as lists, by their reference: what this update or block has made, and what its store was asked for lately.

    Nodes never change and are never altered in place, so many may share them. What is made stays with who made it until
    it is written: another block may make the same node with other references in it.
    """

    read: Any = field(default_factory=lambda: LRU(DECODED_CACHE_ENTRIES))
    made: dict[bytes, list[Any]] = field(default_factory=dict)


def update(
    root: bytes,
    changes: Iterable[Item],
    read: NodeReader,
    write: MutableMapping[bytes, bytes],
    write_number: bytes = NEVER_WRITTEN,
    decoded: DecodedNodes | None = None,
) -> bytes:
    """Apply the changes and return the new root. New nodes go to `write` under their references, the root under its
    hash; `read` gives old ones."""
    items = sorted(changes)
    if not items:
        return root
    batch = _Batch(read, write, write_number, decoded or DecodedNodes())
    node = batch.updated(batch.resolved(BLANK if root == BLANK_ROOT_HASH else root), items, 0)
    return batch.rooted(node) if node else BLANK_ROOT_HASH


def get(root: bytes, key: str, read: NodeReader, decoded: DecodedNodes | None = None) -> bytes:
    """The value under a key, or b"". Raises KeyError when a node is missing from the store."""
    if root == BLANK_ROOT_HASH:
        return BLANK
    decoded = decoded or DecodedNodes()
    node, position = _decode(root, read, decoded), 0
    while node:
        if len(node) == BRANCH_WIDTH:
            child = node[int(key[position], 16)]
            position += 1
        else:
            path, is_leaf = unpack_path(node[0])
            if not key.startswith(path, position):
                return BLANK
            if is_leaf:
                return node[1]  # type: ignore[no-any-return]
            position += len(path)
            child = node[1]
        node = child if isinstance(child, list) else (_decode(child, read, decoded) if child else BLANK)
    return BLANK


def ordered_trie_root(items: Sequence[bytes]) -> bytes:
    """The root of a trie whose keys are the RLP-encoded positions of its items."""
    count = len(items)
    order = [*range(1, min(count, ONE_BYTE_POSITIONS)), *range(min(count, 1)), *range(ONE_BYTE_POSITIONS, count)]
    keyed = [(_position_key(index), items[index]) for index in order]
    node = _Hashed(_nothing, {}, NEVER_WRITTEN, DecodedNodes()).updated(BLANK, keyed, 0)
    return keccak(trie_node.encode(node)) if node else BLANK_ROOT_HASH


@lru_cache(maxsize=POSITIONS_KEPT)
def _position_key(index: int) -> str:
    return rlp_codec.encode_part(rlp_codec.integer_bytes(index)).hex()


class _Batch:
    """One update. Nodes are decoded lists; what stands for one is a reference, a short node itself, or BLANK."""

    def __init__(
        self, read: NodeReader, write: MutableMapping[bytes, bytes], write_number: bytes, decoded: DecodedNodes
    ) -> None:
        self._read = read
        self._write = write
        self._write_number = write_number
        self._decoded = decoded

    def resolved(self, reference: Any) -> Any:
        if isinstance(reference, list) or not reference:
            return reference
        return _decode(reference, self._read, self._decoded)

    def rooted(self, node: list[Any]) -> bytes:
        """The hash of a root, which is written under it."""
        canonical, stored = trie_node.forms(node)
        root = keccak(canonical)
        self._write[root] = stored
        self._decoded.made[root] = node
        return root

    def updated(self, node: Any, items: list[Item], depth: int) -> Any:
        """The node after the changes; all keys agree with each other up to `depth`."""
        if not node:
            return self._built([item for item in items if item[1]], depth)
        if len(node) == BRANCH_WIDTH:
            return self._updated_branch(node, items, depth)
        path, is_leaf = unpack_path(node[0])
        if is_leaf:
            merged = {items[0][0][:depth] + path: node[1]}
            merged.update(items)
            return self._built(sorted(item for item in merged.items() if item[1]), depth)
        return self._updated_extension(path, node[1], items, depth)

    def _updated_branch(self, node: Any, items: list[Item], depth: int) -> Any:
        branch = list(node)
        start, count = 0, len(items)
        while start < count:
            nibble, end = items[start][0][depth], start + 1
            while end < count and items[end][0][depth] == nibble:
                end += 1
            index = int(nibble, 16)
            branch[index] = self._reference(self.updated(self.resolved(branch[index]), items[start:end], depth + 1))
            start = end
        return self._collapsed(branch)

    def _updated_extension(self, path: str, child: Any, items: list[Item], depth: int) -> Any:
        shared = min(_shared(path, items[0][0], depth), _shared(path, items[-1][0], depth))
        if shared == len(path):
            return self._extended(path, self.updated(self.resolved(child), items, depth + shared))
        branch: list[Any] = [BLANK] * BRANCH_WIDTH
        rest = path[shared + 1 :]
        branch[int(path[shared], 16)] = self._reference([pack_path(rest, False), child]) if rest else child
        return self._extended(path[:shared], self._updated_branch(branch, items, depth + shared))

    def _built(self, items: list[Item], depth: int) -> Any:
        """A new subtrie of sorted items without deletions."""
        if not items:
            return BLANK
        first, last = items[0][0], items[-1][0]
        if len(items) == 1:
            return [pack_path(first[depth:], True), items[0][1]]
        shared = _shared(first[depth:], last, depth)
        branch: list[Any] = [BLANK] * BRANCH_WIDTH
        position, start = depth + shared, 0
        while start < len(items):
            nibble, end = items[start][0][position], start + 1
            while end < len(items) and items[end][0][position] == nibble:
                end += 1
            branch[int(nibble, 16)] = self._reference(self._built(items[start:end], position + 1))
            start = end
        return self._extended(first[depth:position], branch)

    def _collapsed(self, branch: list[Any]) -> Any:
        """A branch with one child left is no branch any more."""
        used = [index for index in range(16) if branch[index]]
        if len(used) > 1:
            return branch
        if not used:
            return BLANK
        return self._extended(f"{used[0]:x}", self.resolved(branch[used[0]]))

    def _extended(self, path: str, node: Any) -> Any:
        """The node with a path before it."""
        if not path or not node:
            return node
        if len(node) == BRANCH_WIDTH:
            return [pack_path(path, False), self._reference(node)]
        below, is_leaf = unpack_path(node[0])
        return [pack_path(path + below, is_leaf), node[1]]

    def _reference(self, node: Any) -> Any:
        if not node:
            return BLANK
        canonical, stored = trie_node.forms(node)
        if len(canonical) < HASH_BYTES:
            return node
        reference = self._write_number + keccak(canonical)
        self._write[reference] = stored
        self._decoded.made[reference] = node
        return reference


class _Hashed(_Batch):
    """An update of a trie of which only the root is wanted."""

    def _built(self, items: list[Item], depth: int) -> Any:
        if len(items) == BRANCH_WIDTH - 1 and len(items[0][0]) == len(items[-1][0]) == depth + 1:
            # A branch of sixteen leaves, as nearly all are in a trie of positions.
            return [*(self._last_leaf(value) for _, value in items), BLANK]
        return super()._built(items, depth)

    def _last_leaf(self, value: bytes) -> Any:
        part = rlp_codec.encode_part(value)
        length = len(part) + len(NO_PATH)
        return [NO_PATH, value] if length < HASH_BYTES - 1 else keccak(rlp_codec.list_prefix(length) + NO_PATH + part)

    def _reference(self, node: Any) -> Any:
        if not node:
            return BLANK
        encoded = trie_node.encode(node)
        return node if len(encoded) < HASH_BYTES else keccak(encoded)


def _decode(reference: bytes, read: NodeReader, decoded: DecodedNodes) -> Any:
    node = decoded.made.get(reference) or decoded.read.get(reference)
    if node is None:
        node = decoded.read[reference] = trie_node.decode(read(reference))
    return node


def _shared(path: str, key: str, depth: int) -> int:
    """How many characters of `path` the key goes along with from `depth` on."""
    if key.startswith(path, depth):
        return len(path)
    count = 0
    while path[count] == key[depth + count]:
        count += 1
    return count


def _nothing(digest: bytes) -> bytes:
    raise KeyError(digest)
