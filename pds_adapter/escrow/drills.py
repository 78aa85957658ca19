"""Share drills: a custodian shows that the share is still there and readable, without opening anything.

The proof (Schnorr, against the public share that anybody computes from the terms) is bound to the terms and to a
challenge, which must be fresh: the same proof shown again proves nothing.
"""

from __future__ import annotations

from typing import Final

from pds_adapter.errors import DrillFailedError, EscrowTermsError
from pds_adapter.escrow.group import BASE
from pds_adapter.escrow.proofs import Proof, prove, verify
from pds_adapter.escrow.shares import EscrowShare
from pds_adapter.escrow.terms import ID_BYTES, EscrowTerms
from pds_adapter.sealing.keys import Randomness, system_randomness

LABEL: Final = b"azukari share drill 1\x00"


def prove_possession(share: EscrowShare, challenge: bytes, randomness: Randomness = system_randomness) -> Proof:
    context = _context(share.commitments_hash, share.index, challenge)
    return prove(share.value, [BASE], [BASE.times(share.value)], context, randomness)


def check_possession(index: int, proof: Proof, challenge: bytes, terms: EscrowTerms) -> None:
    """Raises DrillFailedError unless custodian `index` holds the share of these very terms."""
    context = _context(terms.commitments_hash, index, challenge)
    if not verify(proof, [BASE], [terms.commitments.public_share(index)], context):
        raise DrillFailedError(index)


def _context(commitments_hash: bytes, index: int, challenge: bytes) -> bytes:
    if len(challenge) != ID_BYTES:
        raise EscrowTermsError("challenge", f"must be {ID_BYTES} bytes")
    return LABEL + commitments_hash + bytes([index]) + challenge
