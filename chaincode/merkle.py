"""The payload root of a release: an RFC 6962 hash tree (keccak-256 for SHA-256) over salted rows.

A leaf is `H(0x00 || salt || row)`, a node `H(0x01 || left || right)`, and the empty tree is refused: there is no
release without rows. The 16-byte salt keeps a leaf from being guessed; who holds row and salt can prove inclusion.
"""

from collections.abc import Sequence

from eth_hash.auto import keccak

SALT_BYTES = 16


def leaf_hash(salt: bytes, row: bytes) -> bytes:
    """Hash of one released row (its canonical JSON bytes) under its 16-byte salt."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return keccak(b"\x00" + salt + row)


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Root over leaf hashes, in order."""
    if not leaves:
        raise ValueError("a payload has at least one row")
    if len(leaves) == 1:
        return leaves[0]
    split = _split(len(leaves))
    return _node(merkle_root(leaves[:split]), merkle_root(leaves[split:]))


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Sibling hashes from the leaf at `index` up to the root."""
    if not 0 <= index < len(leaves):
        raise ValueError(f"there is no leaf {index} among {len(leaves)}")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), merkle_root(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), merkle_root(leaves[:split])]


def verify_inclusion(leaf: bytes, index: int, count: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `leaf` stands at `index` of the `count` leaves under `root` (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < count:
        return False
    position, last, found = index, count - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            found = _node(sibling, found)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            found = _node(found, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and found == root


def _split(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1


def _node(left: bytes, right: bytes) -> bytes:
    return keccak(b"\x01" + left + right)
