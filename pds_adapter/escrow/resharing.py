"""Deal an escrow's shares anew: after a custodian lost a device, or when a lawyer is replaced, or n and k change.

A quorum of k present custodians is enough, and the secret is never put together (Desmedt and Jajodia's redistribution
with Feldman's commitments): each of the quorum shares out its own share, weighted, among the new custodians, and each
new custodian adds up the pieces. Public checks: the deal starts at the dealer's public share, so a dealer cannot slip
in another secret, and carries a proof of possession, so nobody deals for another. A bad piece names its dealer.

The documents stay as they are and the public key stays the same; the epoch grows by one. This does not revoke: k old
shares still fit together. Who must be shut out for good needs a new escrow of the document.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, Final

from pds_adapter.errors import (
    CanonicalFormError,
    DealFormatError,
    EnvelopeError,
    EscrowTermsError,
    MissingDealsError,
    NotARecipientError,
    NotInGroupError,
    WrongDealError,
    WrongShareError,
)
from pds_adapter.escrow.document import sealed_of_base64
from pds_adapter.escrow.group import BASE, Scalar
from pds_adapter.escrow.proofs import Proof, prove, verify
from pds_adapter.escrow.shamir import lagrange_coefficient
from pds_adapter.escrow.shares import EscrowShare, verify_escrow_share
from pds_adapter.escrow.terms import EscrowTerms, bytes_of_hex
from pds_adapter.escrow.vss import Commitments, Share, split, verify_share
from pds_adapter.sealing.canonical import canonical_json, parse_canonical_json
from pds_adapter.sealing.envelope import KeyPair, PublicKey, SealedDocument, open_sealed, seal
from pds_adapter.sealing.keys import Randomness, system_randomness

FORMAT: Final = "azukari deal 1"
FIELDS: Final = ("dealer", "format", "pieces", "proof", "quorum", "terms")
PROOF_LABEL: Final = b"azukari deal proof 1\x00"
PIECE_LABEL: Final = b"azukari deal piece 1\x00"


@dataclass(frozen=True)
class Deal:
    """One present custodian's contribution to the next epoch; public, its pieces sealed."""

    quorum: tuple[int, ...]
    """The present custodians who deal, exactly k of them, ascending."""
    dealer: int
    terms: EscrowTerms
    """Of the next epoch, with the commitments of this deal alone."""
    pieces: tuple[SealedDocument, ...] = field(repr=False)
    """One for each new custodian, in their order."""
    proof: Proof = field(repr=False)

    def to_bytes(self) -> bytes:
        return canonical_json(
            {
                "format": FORMAT,
                **_statement(self.quorum, self.dealer, self.terms, self.pieces),
                "proof": "0x" + self.proof.to_bytes().hex(),
            }
        )

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Deal:
        """The strict inverse of `to_bytes`; whether the deal is right, `check_deal` says."""
        try:
            value = parse_canonical_json(encoded)
        except CanonicalFormError as error:
            raise DealFormatError(error.path, error.rule) from None
        if not isinstance(value, dict) or sorted(value) != list(FIELDS) or value["format"] != FORMAT:
            raise DealFormatError("format", f"must be '{FORMAT}' with exactly {', '.join(FIELDS)}")
        quorum, dealer, pieces = value["quorum"], value["dealer"], value["pieces"]
        if not isinstance(quorum, list) or any(type(index) is not int for index in quorum):
            raise DealFormatError("quorum", "must be a list of whole numbers")
        if type(dealer) is not int or not isinstance(pieces, list):
            raise DealFormatError("dealer", "must be a whole number, and pieces a list")
        try:
            return cls(
                tuple(quorum),
                dealer,
                EscrowTerms.from_json(value["terms"]),
                tuple(sealed_of_base64(piece) for piece in pieces),
                _proof_of(bytes_of_hex(value["proof"], "proof", 64)),
            )
        except EscrowTermsError as error:
            raise DealFormatError(error.field, error.rule) from None
        except NotInGroupError as error:
            raise DealFormatError("proof", error.rule) from None


def deal_anew(
    share: EscrowShare,
    terms: EscrowTerms,
    quorum: Sequence[int],
    custodians: Sequence[PublicKey],
    threshold: int,
    randomness: Randomness = system_randomness,
) -> Deal:
    """This custodian's deal; the same quorum, custodians and threshold must be used by all who deal."""
    verify_escrow_share(share, terms)
    chosen = tuple(sorted(quorum))
    _check_quorum(chosen, share.index, terms)
    weighted = share.value * lagrange_coefficient(share.index, chosen)
    pieces, commitments = split(weighted, threshold, len(custodians), randomness)
    after = EscrowTerms(terms.escrow_id, terms.epoch + 1, tuple(custodians), commitments)
    context = _piece_context(terms, share.index)
    sealed = tuple(
        seal(piece.value.encoded, [custodian], context, randomness)
        for piece, custodian in zip(pieces, custodians, strict=True)
    )
    statement = _proof_context(terms, chosen, share.index, after, sealed)
    proof = prove(share.value, [BASE], [BASE.times(share.value)], statement, randomness)
    return Deal(chosen, share.index, after, sealed, proof)


def check_deal(deal: Deal, terms: EscrowTerms) -> None:
    """Public: the dealer holds the share of the present terms, and shares out that share and nothing else."""
    _check_quorum(deal.quorum, deal.dealer, terms)
    after = deal.terms
    if after.escrow_id != terms.escrow_id or after.epoch != terms.epoch + 1:
        raise DealFormatError("terms", "must be of the same escrow, one epoch on")
    if len(deal.pieces) != after.holders:
        raise DealFormatError("pieces", "must be one for each new custodian")
    public_share = terms.commitments.public_share(deal.dealer)
    weight = lagrange_coefficient(deal.dealer, deal.quorum)
    if after.commitments.public_key != public_share.times(weight):
        raise WrongDealError((deal.dealer,), "it does not share out the dealer's own share")
    context = _proof_context(terms, deal.quorum, deal.dealer, after, deal.pieces)
    if not verify(deal.proof, [BASE], [public_share], context):
        raise WrongDealError((deal.dealer,), "the proof of possession fails")


def terms_after(deals: Iterable[Deal], terms: EscrowTerms) -> EscrowTerms:
    """The public terms of the next epoch, from the checked deals of the whole quorum."""
    ordered = _whole_round(deals, terms)
    return summed(ordered)


def summed(deals: Sequence[Deal]) -> EscrowTerms:
    """The terms of what checked deals of one round make together."""
    rows = zip(*(deal.terms.commitments.points for deal in deals), strict=True)
    points = tuple(reduce(lambda left, right: left + right, row) for row in rows)
    return replace(deals[0].terms, commitments=Commitments(points))


def receive_share(deals: Iterable[Deal], terms: EscrowTerms, key_pair: KeyPair) -> tuple[EscrowShare, EscrowTerms]:
    """A new custodian's share of the next epoch, every piece checked; a bad piece names its dealer."""
    given = tuple(deals)
    after = terms_after(given, terms)
    if key_pair.public not in after.custodians:
        raise NotARecipientError(key_pair.public.to_hex())
    index = after.custodians.index(key_pair.public) + 1
    contexts = {deal.dealer: _piece_context(terms, deal.dealer) for deal in given}
    return added_up(given, after, index, key_pair, contexts), after


def added_up(
    deals: Sequence[Deal], after: EscrowTerms, index: int, key_pair: KeyPair, contexts: Mapping[int, bytes]
) -> EscrowShare:
    """The share that one piece of each deal makes together; a bad piece names its dealer."""
    pieces = {deal.dealer: _piece(deal, contexts[deal.dealer], index, key_pair) for deal in deals}
    wrong = tuple(sorted(dealer for dealer, piece in pieces.items() if piece is None))
    if wrong:
        raise WrongDealError(wrong, f"the piece for new custodian {index} does not fit")
    value = reduce(lambda left, right: left + right, (piece for piece in pieces.values() if piece is not None))
    share = EscrowShare(
        after.escrow_id, after.epoch, index, after.threshold, after.holders, after.commitments_hash, value
    )
    verify_escrow_share(share, after)
    return share


def _piece(deal: Deal, context: bytes, index: int, key_pair: KeyPair) -> Scalar | None:
    """None if it cannot be opened or does not fit the deal's commitments: the caller then names the dealer."""
    try:
        opened = open_sealed(deal.pieces[index - 1], key_pair, context)
        value = Scalar(opened.content)
        verify_share(Share(index, value), deal.terms.commitments)
    except (EnvelopeError, NotInGroupError, WrongShareError):
        return None
    return value


def _whole_round(deals: Iterable[Deal], terms: EscrowTerms) -> tuple[Deal, ...]:
    """Every deal right, all for the same round, one from each of the quorum; in the quorum's order."""
    return one_round(deals, lambda deal: check_deal(deal, terms))


def one_round(deals: Iterable[Deal], check: Callable[[Deal], None]) -> tuple[Deal, ...]:
    """Every deal right by `check`, all for the same round, one from each of the quorum; in the quorum's order."""
    by_dealer: dict[int, Deal] = {}
    for deal in deals:
        check(deal)
        if deal.dealer in by_dealer:
            raise DealFormatError("deals", "the same custodian dealt twice")
        by_dealer[deal.dealer] = deal
    if not by_dealer:
        raise DealFormatError("deals", "there are none")
    rounds = {(deal.quorum, deal.terms.custodians, deal.terms.threshold): None for deal in by_dealer.values()}
    if len(rounds) > 1:
        raise DealFormatError("round", "the deals name different quorums, custodians or thresholds")
    [(quorum, _custodians, _threshold)] = rounds
    missing = tuple(index for index in quorum if index not in by_dealer)
    if missing:
        raise MissingDealsError(missing)
    return tuple(by_dealer[index] for index in quorum)


def _check_quorum(quorum: tuple[int, ...], dealer: int, terms: EscrowTerms) -> None:
    if len(quorum) != terms.threshold or list(quorum) != sorted(set(quorum)):
        raise DealFormatError("quorum", "must be as many different custodians as open the escrow, ascending")
    if quorum[0] < 1 or quorum[-1] > terms.holders or dealer not in quorum:
        raise DealFormatError("quorum", "must be of the present custodians, the dealer among them")


def _statement(
    quorum: tuple[int, ...], dealer: int, after: EscrowTerms, pieces: tuple[SealedDocument, ...]
) -> dict[str, Any]:
    return {
        "quorum": list(quorum),
        "dealer": dealer,
        "terms": after.to_json(),
        "pieces": [base64.b64encode(piece.to_bytes()).decode() for piece in pieces],
    }


def _proof_context(
    terms: EscrowTerms,
    quorum: tuple[int, ...],
    dealer: int,
    after: EscrowTerms,
    pieces: tuple[SealedDocument, ...],
) -> bytes:
    return PROOF_LABEL + terms.commitments_hash + statement_hash(quorum, dealer, after, pieces)


def statement_hash(
    quorum: tuple[int, ...], dealer: int, after: EscrowTerms, pieces: tuple[SealedDocument, ...]
) -> bytes:
    """32 bytes that stand for everything in a deal but its proof."""
    statement = canonical_json(_statement(quorum, dealer, after, pieces))
    return hashlib.blake2b(statement, digest_size=32).digest()


def _piece_context(terms: EscrowTerms, dealer: int) -> bytes:
    return PIECE_LABEL + terms.commitments_hash + bytes([dealer])


def _proof_of(data: bytes) -> Proof:
    return Proof(Scalar(data[:32]), Scalar(data[32:]))
