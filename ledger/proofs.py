"""Merkle proofs of accounts and storage (EIP-1186): made from the store, checked by anybody without it.

A proof is the list of trie nodes from the root to where the key is, or to where it would have been.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_hash.auto import keccak

from . import rlp_codec, trie_node
from .errors import LedgerError

NIBBLES_OF_BYTE = [(byte >> 4, byte & 15) for byte in range(256)]

BLANK_ROOT_HASH = keccak(rlp_codec.encode(b""))
"""Of a trie without entries."""
EMPTY_SHA3 = keccak(b"")
"""Of an account without code."""

NodeReader = Callable[[bytes], bytes]
"""A node by its hash or the reference that stands in its parent (`trie_node`); raises KeyError when it is not known."""


class ProofError(LedgerError):
    """The proof does not hold."""


@dataclass(frozen=True)
class ProvenAccount:
    nonce: int
    balance: int
    storage_root: bytes
    code_hash: bytes


EMPTY_ACCOUNT = ProvenAccount(0, 0, BLANK_ROOT_HASH, EMPTY_SHA3)


def prove(read: NodeReader, root: bytes, key: bytes) -> tuple[list[bytes], bytes | None]:
    """The nodes on the way to `key` (which is hashed first, as state tries do), and what stands there."""
    nodes: list[bytes] = []

    def reading(reference: bytes) -> list[Any]:
        node = trie_node.decode(read(reference))
        nodes.append(trie_node.forms(node)[0])
        return node

    return nodes, None if root == BLANK_ROOT_HASH else look_up(reading, root, keccak(key))


def find(read: NodeReader, root: bytes, key: bytes) -> bytes | None:
    """What stands under `key`, without a proof."""
    if root == BLANK_ROOT_HASH:
        return None
    return look_up(lambda reference: trie_node.decode(read(reference)), root, keccak(key))


def proven_value(nodes: Sequence[bytes], root: bytes, key: bytes) -> bytes | None:
    """What the proof says is stored under `key`; None when it proves that nothing is. Raises ProofError."""
    if root == BLANK_ROOT_HASH:
        return None
    known = {keccak(node): node for node in nodes}

    def reading(node_hash: bytes) -> Any:
        try:
            return trie_node.decode_strictly(known.pop(node_hash))
        except KeyError:
            raise ProofError(f"the node 0x{node_hash.hex()} is missing") from None

    try:
        found = look_up(reading, root, keccak(key))
    except (rlp_codec.RlpError, ValueError, IndexError, TypeError):
        raise ProofError("a node is malformed") from None
    if known:
        raise ProofError(f"{len(known)} nodes do not belong to the proof")
    return found


def proven_account(nodes: Sequence[bytes], root: bytes, address: bytes) -> ProvenAccount:
    """The account at `address` in the state `root`; an absent one is empty. Raises ProofError."""
    found = proven_value(nodes, root, address)
    return EMPTY_ACCOUNT if found is None else decode_account(found)


def decode_account(raw: bytes) -> ProvenAccount:
    nonce, balance, storage_root, code_hash = rlp_codec.decode(raw)
    return ProvenAccount(int.from_bytes(nonce, "big"), int.from_bytes(balance, "big"), storage_root, code_hash)


def look_up(reading: Callable[[bytes], Any], root: bytes, hashed_key: bytes) -> bytes | None:
    """Walk a Merkle-Patricia trie from its root to a key. `reading` decodes what it reads: of strangers, strictly."""
    path = [nibble for byte in hashed_key for nibble in NIBBLES_OF_BYTE[byte]]
    node: Any = reading(root)
    position = 0
    while True:
        if len(node) == 17:
            if position == len(path):
                return node[16] or None
            child = node[path[position]]
            position += 1
        else:
            prefix, is_leaf = decode_path(node[0])
            if path[position : position + len(prefix)] != prefix:
                return None
            position += len(prefix)
            if is_leaf:
                return node[1] if position == len(path) else None
            child = node[1]
        if isinstance(child, list):
            node = child
        elif len(child) in (trie_node.HASH_BYTES, trie_node.REFERENCE_BYTES):
            node = reading(child)
        else:
            return None


def decode_path(encoded: bytes) -> tuple[list[int], bool]:
    """Hex-prefix decoding: the nibbles, and whether the node is a leaf."""
    nibbles = [nibble for byte in encoded for nibble in NIBBLES_OF_BYTE[byte]]
    flag = nibbles[0]
    return nibbles[1:] if flag & 1 else nibbles[2:], bool(flag & 2)


def check_account_proof(proof: Mapping[str, Any], state_root: bytes) -> ProvenAccount:
    """Check an eth_getProof answer against a state root, storage included. Raises ProofError."""
    address = bytes.fromhex(proof["address"][2:])
    account = proven_account(_nodes(proof["accountProof"]), state_root, address)
    claimed = ProvenAccount(
        nonce=int(proof["nonce"], 16),
        balance=int(proof["balance"], 16),
        storage_root=bytes.fromhex(proof["storageHash"][2:]),
        code_hash=bytes.fromhex(proof["codeHash"][2:]),
    )
    if claimed != account:
        raise ProofError("the account is not the one that was proven")
    for entry in proof["storageProof"]:
        slot = int(entry["key"], 16).to_bytes(32, "big")
        found = proven_value(_nodes(entry["proof"]), account.storage_root, slot)
        value = 0 if found is None else int.from_bytes(rlp_codec.decode(found), "big")
        if value != int(entry["value"], 16):
            raise ProofError(f"the value of slot {entry['key']} is not the one that was proven")
    return account


def _nodes(entries: Sequence[str]) -> list[bytes]:
    return [bytes.fromhex(entry[2:]) for entry in entries]
