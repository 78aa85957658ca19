"""Reading a Merkle-Patricia trie in the order of its keys, from any key on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eth.constants import BLANK_ROOT_HASH

from . import rlp_codec
from .proofs import NodeReader, decode_path

Path = tuple[int, ...]


def entries_from(read: NodeReader, root: bytes, start: bytes, most: int) -> list[tuple[bytes, bytes]]:
    """At most `most` hashed keys and decoded values, beginning at the first key that is not below `start`."""
    if root == BLANK_ROOT_HASH:
        return []
    lowest = tuple(nibble for byte in start for nibble in (byte >> 4, byte & 15))
    found: list[tuple[bytes, bytes]] = []
    for path, value in _walk(read, rlp_codec.decode(read(root)), (), lowest):
        if len(found) == most:
            break
        key = bytes(high << 4 | low for high, low in zip(path[::2], path[1::2], strict=True))
        found.append((key, rlp_codec.decode(value)))
    return found


def _walk(read: NodeReader, node: Any, path: Path, lowest: Path) -> Iterator[tuple[Path, bytes]]:
    """Leaves below a node, leaving out every branch that lies wholly below `lowest`."""
    if len(node) == 17:
        for nibble in range(16):
            if node[nibble]:
                yield from _below(read, node[nibble], (*path, nibble), lowest)
        return
    prefix, is_leaf = decode_path(node[0])
    path = (*path, *prefix)
    if not is_leaf:
        yield from _below(read, node[1], path, lowest)
    elif path >= lowest:
        yield path, node[1]


def _below(read: NodeReader, child: Any, path: Path, lowest: Path) -> Iterator[tuple[Path, bytes]]:
    if path >= lowest[: len(path)]:
        yield from _walk(read, child if isinstance(child, list) else rlp_codec.decode(read(child)), path, lowest)
