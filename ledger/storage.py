"""An account's whole storage, read from the trie under a state root, and the root that given slots have.

Keys are hashes of slots: a state trie does not keep what it hashed. Whoever knows which slots there should be
compares hashes, and can make the root from what it knows alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from eth.constants import BLANK_ROOT_HASH
from eth_hash.auto import keccak

from . import rlp_codec, trie, trie_node
from .proofs import decode_account, decode_path

NodeReader = Callable[[bytes], bytes]


def storage_root(read: NodeReader, state_root: bytes, address: bytes) -> bytes:
    """The root of an account's storage; the blank root for an account that is not there."""
    found = trie.get(state_root, keccak(address).hex(), read)
    return decode_account(found).storage_root if found else BLANK_ROOT_HASH


def stored_slots(read: NodeReader, root: bytes) -> Iterator[tuple[bytes, int]]:
    """Every slot under a storage root that is not zero, as (keccak of the slot, value), in the order of the hashes."""
    if root == BLANK_ROOT_HASH:
        return
    waiting: list[tuple[list[int], Any]] = [([], root)]
    while waiting:
        path, reference = waiting.pop()
        node = trie_node.decode(read(reference)) if isinstance(reference, bytes) else reference
        if len(node) == trie_node.BRANCH_WIDTH:
            children = [([*path, nibble], node[nibble]) for nibble in range(16) if node[nibble]]
            waiting.extend(reversed(children))
            continue
        rest, is_leaf = decode_path(node[0])
        if is_leaf:
            value = int.from_bytes(rlp_codec.decode(node[1]), "big")
            yield bytes.fromhex("".join(f"{nibble:x}" for nibble in path + rest)), value
        else:
            waiting.append((path + rest, node[1]))


def root_of_slots(slots: Mapping[bytes, int]) -> bytes:
    """The storage root of an account that holds these values, by the keccak of each slot; zeros are not stored."""
    items = (
        (hashed.hex(), rlp_codec.encode_part(rlp_codec.integer_bytes(value)))
        for hashed, value in slots.items()
        if value
    )
    return trie.update(BLANK_ROOT_HASH, items, _nothing, {})


def _nothing(digest: bytes) -> bytes:
    raise KeyError(digest)
