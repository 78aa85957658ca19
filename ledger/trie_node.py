"""The nodes of a Merkle-Patricia trie as bytes (yellow paper, appendix D).

A node is a list: a branch of sixteen children and a value, or a packed path and what follows it. A child is BLANK, a
node that is shorter than a hash, or a reference. A reference ends with the child's hash; before it may stand the number
of the write in which the child was written (`records.ORDERED`), by which it is found without looking for a hash.

So a node has two forms: the canonical one, in which children are hashes and which is what is hashed, and the stored
one, which keeps the references. Without references both are the same bytes. Upper branches, which every change of a
large trie goes through, nearly all hold sixteen references: those are told by their form and written and read without
looking at each child.
"""

from __future__ import annotations

from typing import Any

from . import rlp_codec

BLANK = b""
BRANCH_WIDTH = 17
HASH_BYTES = 32
WRITE_NUMBER_BYTES = 4
REFERENCE_BYTES = WRITE_NUMBER_BYTES + HASH_BYTES
NEVER_WRITTEN = b"\xff" * WRITE_NUMBER_BYTES
"""The write of nodes that nobody will write, such as those of a call."""
LEAF_FLAG = 0x20


class _FullBranch:
    """The bytes of a branch with sixteen children of one length and no value."""

    def __init__(self, child_bytes: int) -> None:
        self.child_prefix = rlp_codec.STRING_PREFIXES[child_bytes]
        self.payload_bytes = 16 * (1 + child_bytes)
        self.prefix = rlp_codec.list_prefix(self.payload_bytes + 1)
        self.all_bytes = len(self.prefix) + self.payload_bytes + 1
        self._prefixes = slice(len(self.prefix), self.all_bytes - 1, 1 + child_bytes)
        starts = range(*self._prefixes.indices(self.all_bytes))
        self._children = [slice(start + 1, start + 1 + child_bytes) for start in starts]

    def joined(self, payload: bytes) -> bytes:
        """From children with the prefix between them, the last being the value."""
        return b"".join((self.prefix, self.child_prefix, payload[:-1], _NO_VALUE))

    def split(self, raw: bytes) -> list[Any] | None:
        """The children, if these are the bytes of such a branch."""
        if raw[self._prefixes] != self.child_prefix * 16 or raw[-1:] != _NO_VALUE:
            return None
        node: list[Any] = [raw[child] for child in self._children]
        node.append(BLANK)
        return node


_NO_VALUE = rlp_codec.STRING_PREFIXES[0]
_OF_HASHES = _FullBranch(HASH_BYTES)
_OF_REFERENCES = _FullBranch(REFERENCE_BYTES)
_BLANK_OR_REFERENCE = {0, REFERENCE_BYTES}
_FULL_BY_BYTES = {form.all_bytes: form for form in (_OF_HASHES, _OF_REFERENCES)}


def encode(node: list[Any]) -> bytes:
    """The RLP of a node whose children are at most as long as a hash: its canonical form."""
    if len(node) == BRANCH_WIDTH and not node[-1]:
        try:
            children = _OF_HASHES.child_prefix.join(node)
        except TypeError:  # a short node stands in it
            return rlp_codec.encode_node(node)
        if len(children) == _OF_HASHES.payload_bytes:
            return _OF_HASHES.joined(children)
    return rlp_codec.encode_node(node)


def forms(node: list[Any]) -> tuple[bytes, bytes]:
    """A node of a trie whose keys have one length, canonical and as it is stored."""
    if len(node) == BRANCH_WIDTH:
        return _branch_forms(node)
    if node[0][0] & LEAF_FLAG or node[1].__class__ is not bytes or len(node[1]) != REFERENCE_BYTES:
        encoded = rlp_codec.encode_node(node)
        return encoded, encoded
    return rlp_codec.encode_node([node[0], node[1][WRITE_NUMBER_BYTES:]]), rlp_codec.encode_node(node)


def _branch_forms(node: list[Any]) -> tuple[bytes, bytes]:
    try:
        hashes = [child[-HASH_BYTES:] for child in node]
        canonical = _OF_HASHES.child_prefix.join(hashes)
        if len(canonical) == _OF_HASHES.payload_bytes:
            children = _OF_REFERENCES.child_prefix.join(node)
            if len(children) == _OF_REFERENCES.payload_bytes:
                return _OF_HASHES.joined(canonical), _OF_REFERENCES.joined(children)
        elif {*map(len, node)} == _BLANK_OR_REFERENCE:
            return _sparse(_OF_HASHES.child_prefix, hashes), _sparse(_OF_REFERENCES.child_prefix, node)
    except TypeError:  # a short node stands in it
        hashes = [child[-HASH_BYTES:] if child.__class__ is bytes else child for child in node]
    return rlp_codec.encode_node(hashes), rlp_codec.encode_node(node)


def _sparse(prefix: bytes, children: list[Any]) -> bytes:
    """A branch whose children are BLANK or have the length that the prefix tells."""
    payload = b"".join([prefix + child if child else _NO_VALUE for child in children])
    return rlp_codec.list_prefix(len(payload)) + payload


def canonical(stored: bytes) -> bytes:
    """What is hashed, of a node as it is stored."""
    return forms(decode(stored))[0]


def decode(raw: bytes) -> list[Any]:
    """The node, of either form, from bytes that are known by their hash."""
    form = _FULL_BY_BYTES.get(len(raw))
    node = None if form is None else form.split(raw)
    return rlp_codec.decode_node(raw) if node is None else node


def decode_strictly(raw: bytes) -> Any:
    """As `decode`, of bytes that somebody else wrote. Raises RlpError unless every one of them is as it must be."""
    form = _FULL_BY_BYTES.get(len(raw))
    node = form.split(raw) if form is not None and raw.startswith(form.prefix) else None
    return rlp_codec.decode(raw) if node is None else node


def pack_path(path: str, is_leaf: bool) -> bytes:
    """Hex-prefix encoding (yellow paper, appendix C)."""
    if len(path) % 2:
        return bytes.fromhex(("3" if is_leaf else "1") + path)
    return bytes.fromhex(("20" if is_leaf else "00") + path)


def unpack_path(packed: bytes) -> tuple[str, bool]:
    """The path in hex, and whether it ends in a leaf."""
    text, flag = packed.hex(), packed[0] >> 4
    return (text[1:] if flag & 1 else text[2:]), bool(flag & 2)
