"""A raw Clique header (EIP-225) read without py-evm: what it says, and whose key sealed it.

For whoever holds no chain: a wallet checks what a bank shows it, and starts without the whole engine.
"""

from __future__ import annotations

from dataclasses import dataclass

from eth_hash.auto import keccak

from . import rlp_codec
from .errors import LedgerError
from .recover import recover_address

FIELDS = 15
"""Of a header before London, in the order of the yellow paper."""
PARENT, STATE_ROOT, RECEIPTS_ROOT, BLOOM, NUMBER, TIMESTAMP, EXTRA = 0, 3, 5, 6, 8, 11, 12
VANITY_BYTES, SEAL_BYTES, ADDRESS_BYTES = 32, 65, 20


_MALFORMED = (rlp_codec.RlpError, ValueError)


class HeaderError(LedgerError):
    """The header is malformed."""


@dataclass(frozen=True)
class SealedHeader:
    """What a header says. `listed` are the signers that it names, as the genesis and every epoch's first block do."""

    hash: bytes
    number: int
    timestamp: int
    state_root: bytes
    parent_hash: bytes
    receipts_root: bytes
    bloom: int
    """The bits of every address and topic in the block's logs (`ledger.receipts.bloom_bits`), and of a few others."""
    listed: tuple[bytes, ...]
    signer: bytes | None
    """None for the genesis, which nobody seals."""


def read_header(raw: bytes) -> SealedHeader:
    """Read a header's RLP. Raises HeaderError."""
    try:
        fields = rlp_codec.decode(raw)
        if not isinstance(fields, list) or len(fields) != FIELDS or any(not isinstance(one, bytes) for one in fields):
            raise HeaderError("a Clique header has 15 fields")
        extra, number = fields[EXTRA], int.from_bytes(fields[NUMBER], "big")
        listed = extra[VANITY_BYTES : len(extra) - SEAL_BYTES]
        if len(extra) < VANITY_BYTES + SEAL_BYTES or len(listed) % ADDRESS_BYTES or len(fields[STATE_ROOT]) != 32:
            raise HeaderError("the header's extra data or state root has a wrong length")
        unsealed = [*fields[:EXTRA], extra[:-SEAL_BYTES], *fields[EXTRA + 1 :]]
        signer = recover_address(extra[-SEAL_BYTES:], keccak(rlp_codec.encode(unsealed))) if number else None
    except _MALFORMED as error:
        raise HeaderError(f"the header is malformed: {error}") from None
    return SealedHeader(
        hash=keccak(raw),
        number=number,
        timestamp=int.from_bytes(fields[TIMESTAMP], "big"),
        state_root=fields[STATE_ROOT],
        parent_hash=fields[PARENT],
        receipts_root=fields[RECEIPTS_ROOT],
        bloom=int.from_bytes(fields[BLOOM], "big"),
        listed=tuple(listed[at : at + ADDRESS_BYTES] for at in range(0, len(listed), ADDRESS_BYTES)),
        signer=signer,
    )
