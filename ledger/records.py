"""How a record proves that the disk gives back what was written, and where it stands.

A trie node or code is stored under its keccak, which is its proof; the references in a node, which its keccak does not
cover, have a CRC-32. Every other value carries a checksum over its
table, its key and itself, so that a record which turns up under another key does not fit either. That is a
guard against disks, not against people: whoever can write the file can write checksums. `integrity` and replay
are what check the records against the hashes that the sealed headers commit to.

Keys of what a block writes much of begin with something that grows, so that one block's records come to stand on the
same pages, however large the store is: nodes by the number of their write, log index entries by a section of the chain.
"""

from __future__ import annotations

import zlib
from hashlib import blake2b

from eth_hash.auto import keccak

from . import trie_node
from .errors import StoreDamagedError
from .sentence import Sentence

NODES = "nodes"
"""The roots of tries and contract code by their hash; of a store that a former version began, other nodes as well."""
ORDERED = "ordered_nodes"
"""Trie nodes in the order in which they were written, by the reference that stands in their parent: the number of the
write and their hash. Absent from a store that a former version wrote last."""
HEADERS = "headers"
"""Block number to the header's RLP."""
BLOCKS = "blocks"
"""Block number to the whole block's RLP."""
RECEIPTS = "receipts"
SENDERS = "senders"
NUMBERS = "numbers"
"""Block hash to block number."""
TRANSACTIONS = "transactions"
"""Transaction hash to block number and index."""
LOG_INDEX = "log_index"
"""Section of the chain, and log address or topic, to the numbers of the blocks that hold it (several values to a key).
A store that a former version began has keys without a section as well."""
META = "meta"
TABLES = (NODES, ORDERED, HEADERS, BLOCKS, RECEIPTS, SENDERS, NUMBERS, TRANSACTIONS, LOG_INDEX, META)
BY_NUMBER = frozenset({HEADERS, BLOCKS, RECEIPTS, SENDERS})

CHECKSUM_BYTES = 8
NUMBER_BYTES = 8
SECTION_BYTES = 4
SECTION_BLOCKS = 64
"""A section's entries are what a block's may fall among; a search over the whole chain looks once into each section."""
INDEX_CHECKSUM_BYTES = 4

NO_CHECKSUM_FITS = "the stored bytes do not fit their checksum"


def protect(table: str, key: bytes, value: bytes) -> bytes:
    """The value as it is stored."""
    if table == ORDERED or (table == NODES and keccak(value) != key):
        return value + _check_references(key, value)
    return value if table == NODES else value + _checksum(table, key, value)


def recover(table: str, key: bytes, stored: bytes) -> bytes:
    """The inverse of `protect`. Raises StoreDamagedError."""
    if table == NODES and keccak(stored) == key:
        return stored
    if table in (NODES, ORDERED):
        return _recover_node(table, key, stored)
    value = stored[:-CHECKSUM_BYTES]
    if len(stored) < CHECKSUM_BYTES or stored[-CHECKSUM_BYTES:] != _checksum(table, key, value):
        raise StoreDamagedError(place(table, key), NO_CHECKSUM_FITS)
    return value


def table_of_node(reference: bytes) -> str:
    """Where the node with this reference, or the root or code with this hash, stands."""
    return ORDERED if len(reference) == trie_node.REFERENCE_BYTES else NODES


def _recover_node(table: str, key: bytes, stored: bytes) -> bytes:
    node = stored[:-INDEX_CHECKSUM_BYTES]
    if stored[-INDEX_CHECKSUM_BYTES:] != _check_references(key, node):
        raise StoreDamagedError(place(table, key), NO_CHECKSUM_FITS)
    try:
        found = keccak(trie_node.canonical(node))
    except (IndexError, ValueError, TypeError) as error:
        raise StoreDamagedError(
            place(table, key), Sentence("the stored bytes are no node ({why})", why=error)
        ) from None
    if not key.endswith(found):
        raise StoreDamagedError(
            place(table, key), Sentence("the stored bytes hash to {found}", found=f"0x{found.hex()}")
        )
    return node


def _check_references(key: bytes, node: bytes) -> bytes:
    return zlib.crc32(node, zlib.crc32(key)).to_bytes(INDEX_CHECKSUM_BYTES, "big")


def section_of(number: int) -> bytes:
    """What the keys of a block's entries in the log index begin with."""
    return (number // SECTION_BLOCKS).to_bytes(SECTION_BYTES, "big")


def protect_index_entry(key: bytes, number: bytes) -> bytes:
    """One entry of the log index: an eight-byte block number, and what shows that it belongs to this key."""
    return number + zlib.crc32(number, zlib.crc32(key)).to_bytes(INDEX_CHECKSUM_BYTES, "big")


def recover_index_entry(key: bytes, stored: bytes) -> bytes:
    """The inverse of `protect_index_entry`. Raises StoreDamagedError."""
    number = stored[:NUMBER_BYTES]
    if stored != protect_index_entry(key, number):
        raise StoreDamagedError(place(LOG_INDEX, key), NO_CHECKSUM_FITS)
    return number


def damage_of(table: str, key: bytes, stored: bytes) -> StoreDamagedError | None:
    """What is wrong with a record, whichever table it stands in."""
    try:
        if table == LOG_INDEX:
            recover_index_entry(key, stored)
        else:
            recover(table, key, stored)
    except StoreDamagedError as error:
        return error
    return None


def missing(table: str, key: bytes) -> StoreDamagedError:
    """The error for a record that must be there and is not."""
    return StoreDamagedError(place(table, key), "the record is missing")


def place(table: str, key: bytes) -> str:
    """A record's name for people: what it is, and of which block or hash."""
    if table in BY_NUMBER and len(key) == NUMBER_BYTES:
        return Sentence("{table} of block {number}", table=table, number=int.from_bytes(key, "big"))
    if table == META:
        return f"{table} {key.decode(errors='backslashreplace')}"
    return f"{table} 0x{key.hex()}"


def _checksum(table: str, key: bytes, value: bytes) -> bytes:
    return blake2b(b"".join((key, value)), digest_size=CHECKSUM_BYTES, person=table.encode()).digest()
