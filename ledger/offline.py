"""Checking a proof with nothing but the genesis: eth_getProof, a raw header, and the seal on it.

1. the header is sealed by a signer whom the genesis names
2. the account and the slots are under the header's state root

A vote may have changed the signers since; then the header of the newest epoch block, which lists them, takes
the genesis's place, and replay is what checks that list.
"""

from __future__ import annotations

from typing import Any

from eth.consensus.clique._utils import get_signers_at_checkpoint
from eth_utils.exceptions import ValidationError

from .blocks import decode_header
from .errors import LedgerError
from .genesis import Genesis
from .proofs import ProofError, check_account_proof
from .rlp_codec import RlpError
from .seal import header_signer


def check_offline(proof: Any, raw_header: Any, genesis: Genesis) -> dict[str, Any]:
    """What was proven. Raises LedgerError with the reason when it was not."""
    if genesis.clique is None:
        raise LedgerError("only a Clique chain's headers carry a seal that can be checked")
    try:
        header = decode_header(bytes.fromhex(str(raw_header).removeprefix("0x")))
        signer = header_signer(header)
    except (RlpError, ValidationError, ValueError, TypeError) as error:
        raise ProofError(f"the header is malformed: {error}") from None
    signers = get_signers_at_checkpoint(genesis.header(b"\x00" * 32))
    if signer not in signers:
        raise ProofError(f"the header is sealed by 0x{signer.hex()}, whom the genesis does not name")
    try:
        account = check_account_proof(proof, header.state_root)
    except (KeyError, TypeError, ValueError) as error:
        raise ProofError(f"the proof is malformed: {error}") from None
    return {
        "block": header.block_number,
        "hash": "0x" + header.hash.hex(),
        "signer": "0x" + signer.hex(),
        "address": proof["address"],
        "nonce": account.nonce,
        "balance": account.balance,
        "storage": [f"{entry['key']} = {entry['value']}" for entry in proof["storageProof"]],
    }
