"""A key that nobody ever holds: each keeper deals a secret of their own, and the key is the sum of all of them.

Pedersen's distributed generation with Feldman's commitments, each dealer proving possession of what it deals as FROST
does (RFC 9591, appendix C; Komlo and Goldberg, figure 1), so that none can choose its part by the others'. Every keeper
must deal, checks each piece it gets, and adds the pieces up to its share. Afterwards the terms are those of any escrow:
the shares can be dealt anew (`resharing`) and contribute to releases (`releases`). A bad piece names its dealer; then
the ceremony is begun anew under another id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from pds_adapter.errors import DealFormatError, NotARecipientError, WrongDealError
from pds_adapter.escrow.group import BASE, Scalar
from pds_adapter.escrow.proofs import prove, verify
from pds_adapter.escrow.resharing import Deal, added_up, one_round, statement_hash, summed
from pds_adapter.escrow.shares import EscrowShare
from pds_adapter.escrow.terms import EscrowTerms
from pds_adapter.escrow.vss import split
from pds_adapter.sealing.envelope import KeyPair, PublicKey, seal
from pds_adapter.sealing.keys import Randomness, system_randomness

FIRST_EPOCH: Final = 1
PROOF_LABEL: Final = b"azukari ceremony proof 1\x00"
PIECE_LABEL: Final = b"azukari ceremony piece 1\x00"


def deal_first(
    key_id: bytes,
    index: int,
    keepers: Sequence[PublicKey],
    threshold: int,
    randomness: Randomness = system_randomness,
) -> Deal:
    """Keeper `index`'s deal. The secret in it is forgotten at once: the keeper's own piece is sealed to it as well."""
    secret = Scalar.random(randomness)
    pieces, commitments = split(secret, threshold, len(keepers), randomness)
    terms = EscrowTerms(key_id, FIRST_EPOCH, tuple(keepers), commitments)
    everybody = tuple(range(1, len(keepers) + 1))
    context = _piece_context(terms, index)
    sealed = tuple(
        seal(piece.value.encoded, [keeper], context, randomness) for piece, keeper in zip(pieces, keepers, strict=True)
    )
    proof_context = PROOF_LABEL + statement_hash(everybody, index, terms, sealed)
    return Deal(everybody, index, terms, sealed, prove(secret, [BASE], [BASE.times(secret)], proof_context, randomness))


def check_first(deal: Deal, key_id: bytes, keepers: Sequence[PublicKey], threshold: int) -> None:
    """Public: the deal is of this ceremony, and its dealer knows what it deals. Raises DealError."""
    terms = deal.terms
    expected = (key_id, FIRST_EPOCH, tuple(keepers), threshold)
    if (terms.escrow_id, terms.epoch, terms.custodians, terms.threshold) != expected:
        raise DealFormatError("terms", "must be those of this ceremony: id, epoch, keepers and threshold")
    if deal.quorum != tuple(range(1, len(keepers) + 1)) or deal.dealer not in deal.quorum:
        raise DealFormatError("quorum", "must be all keepers, the dealer among them")
    if len(deal.pieces) != len(keepers):
        raise DealFormatError("pieces", f"must be {len(keepers)}, one for each keeper")
    context = PROOF_LABEL + statement_hash(deal.quorum, deal.dealer, terms, deal.pieces)
    if not verify(deal.proof, [BASE], [terms.commitments.public_key], context):
        raise WrongDealError((deal.dealer,), "the proof of possession fails")


def terms_of(deals: Iterable[Deal], key_id: bytes, keepers: Sequence[PublicKey], threshold: int) -> EscrowTerms:
    """The public terms of the key, from the deals of all keepers. Raises DealError for a bad or missing one."""
    return summed(one_round(deals, lambda deal: check_first(deal, key_id, keepers, threshold)))


def receive_first(
    deals: Iterable[Deal], key_id: bytes, keepers: Sequence[PublicKey], threshold: int, key_pair: KeyPair
) -> tuple[EscrowShare, EscrowTerms]:
    """A keeper's share of the key, every piece checked; a bad piece names its dealer."""
    given = tuple(deals)
    terms = terms_of(given, key_id, keepers, threshold)
    if key_pair.public not in terms.custodians:
        raise NotARecipientError(key_pair.public.to_hex())
    index = terms.custodians.index(key_pair.public) + 1
    contexts = {deal.dealer: _piece_context(deal.terms, deal.dealer) for deal in given}
    return added_up(given, terms, index, key_pair, contexts), terms


def _piece_context(terms: EscrowTerms, dealer: int) -> bytes:
    return PIECE_LABEL + terms.commitments_hash + bytes([dealer])
