"""What the ledger says, with the proof of it."""

from typing import Any

from bank_api.protocol.fields import Shape


class LedgerProof(Shape):
    """A sealed header's RLP, and the node's own answer to eth_getProof (EIP-1186) for that block."""

    header: str
    proof: dict[str, Any]


class LedgerPulse(Shape):
    """The newest block, sealed a moment ago."""

    block_number: int
    sealed: bool
    """Whether it was sealed for this; else somebody's act had it sealed."""
