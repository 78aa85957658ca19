"""The nodes of a Merkle-Patricia trie as bytes (yellow paper, appendix D).

A node is a list: a branch of sixteen children and a value, or a packed path and what follows it. A child is a hash, a
node that is shorter than one, or BLANK. Upper branches, which every change of a large trie goes through, nearly all
hold sixteen hashes: those are told by their form and written and read without looking at each child.
"""

from __future__ import annotations

from typing import Any

from . import rlp_codec

BLANK = b""
BRANCH_WIDTH = 17
HASH_BYTES = 32

_HASH_PREFIX = rlp_codec.STRING_PREFIXES[HASH_BYTES]
_CHILD_BYTES = 1 + HASH_BYTES
_FULL_PREFIX = rlp_codec.list_prefix(16 * _CHILD_BYTES + 1)
_FULL_SUFFIX = rlp_codec.STRING_PREFIXES[0]
_FULL_BYTES = len(_FULL_PREFIX) + 16 * _CHILD_BYTES + 1
_CHILD_PREFIXES = slice(len(_FULL_PREFIX), _FULL_BYTES - 1, _CHILD_BYTES)
_CHILDREN = [slice(start + 1, start + _CHILD_BYTES) for start in range(*_CHILD_PREFIXES.indices(_FULL_BYTES))]


def encode(node: list[Any]) -> bytes:
    """The RLP of a node whose children are at most 32 bytes long, as a trie's are."""
    if len(node) == BRANCH_WIDTH and not node[-1]:
        try:
            children = _HASH_PREFIX.join(node)
        except TypeError:  # a short node stands in it
            return rlp_codec.encode_node(node)
        if len(children) == 16 * _CHILD_BYTES:
            return b"".join((_FULL_PREFIX, _HASH_PREFIX, children[:-1], _FULL_SUFFIX))
    return rlp_codec.encode_node(node)


def decode(raw: bytes) -> list[Any]:
    """The inverse of `encode`, for bytes that are known by their hash."""
    if len(raw) == _FULL_BYTES and raw[_CHILD_PREFIXES] == _HASH_PREFIX * 16 and raw[-1:] == _FULL_SUFFIX:
        node: list[Any] = [raw[child] for child in _CHILDREN]
        node.append(BLANK)
        return node
    return rlp_codec.decode_node(raw)


def pack_path(path: str, is_leaf: bool) -> bytes:
    """Hex-prefix encoding (yellow paper, appendix C)."""
    if len(path) % 2:
        return bytes.fromhex(("3" if is_leaf else "1") + path)
    return bytes.fromhex(("20" if is_leaf else "00") + path)


def unpack_path(packed: bytes) -> tuple[str, bool]:
    """The path in hex, and whether it ends in a leaf."""
    text, flag = packed.hex(), packed[0] >> 4
    return (text[1:] if flag & 1 else text[2:]), bool(flag & 2)
