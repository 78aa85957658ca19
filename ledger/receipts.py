"""Receipts and logs: their consensus encoding, their bloom, and the compact form the store keeps.

The store leaves the bloom out, because it follows from the logs; the consensus form puts it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from eth_hash.auto import keccak

from . import rlp_codec

BLOOM_BYTES = 256
BLOOM_PREFIX = b"\xb9\x01\x00"
"""RLP's for a string of that many bytes."""
ADDRESS_PREFIX, TOPIC_PREFIX = rlp_codec.STRING_PREFIXES[20], rlp_codec.STRING_PREFIXES[32]


class Log(NamedTuple):
    address: bytes
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """`status` is one byte (empty for failure) from Byzantium on, and a state root before."""

    type: int
    status: bytes
    cumulative_gas_used: int
    logs: tuple[Log, ...]

    @property
    def bloom(self) -> int:
        return bloom_of(self.logs)

    @property
    def succeeded(self) -> bool:
        return self.status == b"\x01"

    def consensus_bytes(self) -> bytes:
        """The form that the receipts root is made of."""
        return encode_receipts((self,)).consensus[0]


def bloom_of(logs: Iterable[Log]) -> int:
    bloom = 0
    for log in logs:
        bloom |= bloom_bits(log.address)
        for topic in log.topics:
            bloom |= bloom_bits(topic)
    return bloom


@lru_cache(maxsize=65_536)
def bloom_bits(item: bytes) -> int:
    """The three bits that an address or topic sets in a bloom."""
    digest = keccak(item)
    return (
        1 << (int.from_bytes(digest[0:2], "big") & 2047)
        | 1 << (int.from_bytes(digest[2:4], "big") & 2047)
        | 1 << (int.from_bytes(digest[4:6], "big") & 2047)
    )


class EncodedReceipts(NamedTuple):
    """One block's receipts, with what is made of them."""

    consensus: list[bytes]
    packed: bytes
    """The store's form."""
    bloom: int


def encode_receipts(receipts: Sequence[Receipt]) -> EncodedReceipts:
    """Every form of one block's receipts at once: they share the logs, which are most of the work."""
    consensus, rows, block_bloom = [], [], 0
    for receipt in receipts:
        bloom = receipt.bloom
        block_bloom |= bloom
        head = rlp_codec.encode_part(receipt.status)
        head += rlp_codec.encode_part(rlp_codec.integer_bytes(receipt.cumulative_gas_used))
        logs = _list(b"".join(map(_encode_log, receipt.logs)))
        body = _list(head + BLOOM_PREFIX + bloom.to_bytes(BLOOM_BYTES, "big") + logs)
        consensus.append(body if receipt.type == 0 else bytes([receipt.type]) + body)
        rows.append(_list(rlp_codec.encode_part(rlp_codec.integer_bytes(receipt.type)) + head + logs))
    return EncodedReceipts(consensus, _list(b"".join(rows)), block_bloom)


def _encode_log(log: Log) -> bytes:
    topics = TOPIC_PREFIX.join((b"", *log.topics))
    listed = rlp_codec.list_prefix(len(topics)) + topics
    return _list(b"".join((ADDRESS_PREFIX, log.address, listed, rlp_codec.encode_part(log.data))))


def _list(payload: bytes) -> bytes:
    return rlp_codec.list_prefix(len(payload)) + payload


def pack_receipts(receipts: Sequence[Receipt]) -> bytes:
    """The store's form of one block's receipts."""
    return encode_receipts(receipts).packed


def unpack_receipts(packed: bytes) -> tuple[Receipt, ...]:
    """The inverse of pack_receipts."""
    rows: Any = rlp_codec.decode_node(packed)
    return tuple(
        Receipt(
            type=int.from_bytes(kind, "big"),
            status=status,
            cumulative_gas_used=int.from_bytes(cumulative, "big"),
            logs=tuple(Log(address, tuple(topics), data) for address, topics, data in logs),
        )
        for kind, status, cumulative, logs in rows
    )
