"""A signed checkpoint together with the sealed header it speaks of: the form in which witnesses tell each other.

The witness's signature says who saw it; the seal in the header says that the chain's own signer made it. So a
witness that invents a block convinces nobody, and a signer that sealed two blocks of one number is convicted by
its own signatures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eth.abc import BlockHeaderAPI
from eth.consensus.clique._utils import get_signers_at_checkpoint
from eth_utils.exceptions import ValidationError

from . import rlp_codec
from .blocks import decode_header, header_items
from .chain import Chain
from .checkpoint import CheckpointError, SignedCheckpoint, from_fields
from .seal import header_signer

FIELDS = frozenset({"checkpoint", "witness", "signature", "header"})


@dataclass(frozen=True)
class Witnessed:
    """What a witness saw, and the header itself."""

    signed: SignedCheckpoint
    header: BlockHeaderAPI

    @property
    def number(self) -> int:
        return self.signed.checkpoint.number

    @property
    def witness(self) -> str:
        return self.signed.witness

    def to_fields(self) -> dict[str, str]:
        raw = rlp_codec.encode(header_items(self.header))
        return {**self.signed.to_fields(), "header": "0x" + raw.hex()}


def parse_witnessed(fields: Any, chain: Chain) -> Witnessed:
    """Check everything that can be checked without believing the witness. Raises CheckpointError."""
    if not isinstance(fields, Mapping) or set(fields) != FIELDS:
        raise CheckpointError("expected checkpoint, witness, signature and header")
    signed = from_fields({name: fields[name] for name in FIELDS - {"header"}})
    seen = signed.checkpoint
    if (seen.chain_id, seen.genesis_hash) != (chain.chain_id, chain.history.header(0).hash):
        raise CheckpointError("{witness} speaks of another chain", witness=signed.witness)
    try:
        header = decode_header(bytes.fromhex(str(fields["header"]).removeprefix("0x")))
        signer = header_signer(header) if seen.number else None
    except (rlp_codec.RlpError, ValidationError, ValueError, TypeError) as error:
        raise CheckpointError("the header is malformed: {why}", why=error) from None
    if (header.hash, header.block_number, header.state_root) != (seen.block_hash, seen.number, seen.state_root):
        raise CheckpointError("the header is not the one that {witness} signed for", witness=signed.witness)
    if signer is not None and signer not in known_signers(chain):
        sealed_by = f"0x{signer.hex()}"
        raise CheckpointError("the header is sealed by {signer}, who is no signer of this chain", signer=sealed_by)
    return Witnessed(signed, header)


def known_signers(chain: Chain) -> frozenset[bytes]:
    """Who may have sealed: the signers of the genesis and those of now."""
    if chain.head.snapshot is None:
        raise CheckpointError("only a Clique chain's headers carry a seal that can be checked")
    return frozenset(get_signers_at_checkpoint(chain.history.header(0))) | frozenset(chain.head.snapshot.signers)
