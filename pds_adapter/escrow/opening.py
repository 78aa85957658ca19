"""Opening an escrow without anybody ever holding its key: custodians contribute, the requester combines.

A custodian's contribution is a partial decryption bound to one opening id and sealed to the requester's key: whoever
carries it (the bank) learns nothing, and k contributions open this one document, once asked for, and no other.
A custodian refuses when the escrow does not prove itself; a requester learns whose contribution is false.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pds_adapter.errors import EscrowTermsError, ForeignShareError
from pds_adapter.escrow.document import DocumentEscrow, open_escrow_as
from pds_adapter.escrow.shares import EscrowShare, verify_escrow_share
from pds_adapter.escrow.terms import ID_BYTES
from pds_adapter.escrow.threshold import PartialDecryption, combine_partials, decrypt_partially, verify_partial
from pds_adapter.sealing.envelope import KeyPair, OpenedDocument, PublicKey, SealedDocument, open_sealed, seal
from pds_adapter.sealing.keys import Randomness, system_randomness

CONTEXT_LABEL: Final = b"azukari contribution\x00"


def contribute(
    escrow: DocumentEscrow,
    share: EscrowShare,
    opening_id: bytes,
    requester: PublicKey,
    randomness: Randomness = system_randomness,
) -> SealedDocument:
    """A custodian's part of one opening, for the requester's eyes only."""
    opening = _opening(escrow, opening_id)
    verify_escrow_share(share, escrow.terms)
    partial = decrypt_partially(escrow.wrapped_key, escrow.label, share.share, opening, randomness)
    return seal(partial.to_bytes(), [requester], CONTEXT_LABEL + opening, randomness)


def open_contribution(
    sealed: SealedDocument, key_pair: KeyPair, escrow: DocumentEscrow, opening_id: bytes
) -> PartialDecryption:
    """Open and verify one contribution; a false one names its custodian."""
    opening = _opening(escrow, opening_id)
    partial = PartialDecryption.from_bytes(open_sealed(sealed, key_pair, CONTEXT_LABEL + opening).content)
    if partial.index > escrow.terms.holders:
        raise ForeignShareError(partial.index, "number of holders", str(escrow.terms.holders), str(partial.index))
    verify_partial(partial, escrow.wrapped_key, escrow.label, escrow.terms.commitments, opening)
    return partial


def open_with_contributions(
    escrow: DocumentEscrow, partials: Iterable[PartialDecryption], opening_id: bytes
) -> OpenedDocument:
    """The document, from k contributions to this opening."""
    seed = combine_partials(
        partials, escrow.wrapped_key, escrow.label, escrow.terms.commitments, _opening(escrow, opening_id)
    )
    return open_escrow_as(escrow, KeyPair.from_seed(seed))


def _opening(escrow: DocumentEscrow, opening_id: bytes) -> bytes:
    if len(opening_id) != ID_BYTES:
        raise EscrowTermsError("opening_id", f"must be {ID_BYTES} bytes")
    return escrow.commitments_hash + opening_id
