"""How a record proves that the disk gives back what was written.

A trie node or code is stored under its keccak, which is its proof. Every other value carries a checksum over its
table, its key and itself, so that a record which turns up under another key does not fit either. That is a
guard against disks, not against people: whoever can write the file can write checksums. `integrity` and replay
are what check the records against the hashes that the sealed headers commit to.
"""

from __future__ import annotations

import zlib
from hashlib import blake2b

from eth_hash.auto import keccak

from .errors import StoreDamagedError

NODES = "nodes"
"""Trie nodes and contract code by their hash."""
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
"""Log address or topic to the numbers of the blocks that hold it (several values to a key)."""
META = "meta"
TABLES = (NODES, HEADERS, BLOCKS, RECEIPTS, SENDERS, NUMBERS, TRANSACTIONS, LOG_INDEX, META)
BY_NUMBER = frozenset({HEADERS, BLOCKS, RECEIPTS, SENDERS})

CHECKSUM_BYTES = 8
NUMBER_BYTES = 8
INDEX_CHECKSUM_BYTES = 4

NO_CHECKSUM_FITS = "the stored bytes do not fit their checksum"


def protect(table: str, key: bytes, value: bytes) -> bytes:
    """The value as it is stored."""
    return value if table == NODES else value + _checksum(table, key, value)


def recover(table: str, key: bytes, stored: bytes) -> bytes:
    """The inverse of `protect`. Raises StoreDamagedError."""
    if table == NODES:
        if keccak(stored) != key:
            raise StoreDamagedError(place(table, key), f"the stored bytes hash to 0x{keccak(stored).hex()}")
        return stored
    value = stored[:-CHECKSUM_BYTES]
    if len(stored) < CHECKSUM_BYTES or stored[-CHECKSUM_BYTES:] != _checksum(table, key, value):
        raise StoreDamagedError(place(table, key), NO_CHECKSUM_FITS)
    return value


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
        return f"{table} of block {int.from_bytes(key, 'big')}"
    if table == META:
        return f"{table} {key.decode(errors='backslashreplace')}"
    return f"{table} 0x{key.hex()}"


def _checksum(table: str, key: bytes, value: bytes) -> bytes:
    return blake2b(b"".join((key, value)), digest_size=CHECKSUM_BYTES, person=table.encode()).digest()
