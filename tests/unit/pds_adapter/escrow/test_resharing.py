from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pds_adapter.errors import (
    DealFormatError,
    EscrowTermsError,
    ForeignShareError,
    MissingDealsError,
    NotARecipientError,
    WrongDealError,
    WrongShareError,
)
from pds_adapter.escrow.document import create_escrow, open_escrow, with_terms
from pds_adapter.escrow.group import BASE, Scalar
from pds_adapter.escrow.opening import contribute, open_contribution, open_with_contributions
from pds_adapter.escrow.proofs import prove
from pds_adapter.escrow.resharing import (
    Deal,
    _piece_context,
    _proof_context,
    check_deal,
    deal_anew,
    receive_share,
    terms_after,
)
from pds_adapter.sealing.canonical import canonical_json, parse_canonical_json
from pds_adapter.sealing.envelope import KeyPair, seal

PAIRS = [KeyPair.from_seed(bytes([50 + i]) * 32) for i in range(8)]
KEYS = [pair.public for pair in PAIRS]
ID = b"\xe5" * 32
WILL = b"will"


def deal_round(escrow, shares, quorum, custodians, threshold):
    return [deal_anew(shares[i - 1], escrow.terms, quorum, custodians, threshold) for i in quorum]


def receive_all(escrow, deals, pairs):
    received = [receive_share(deals, escrow.terms, pair) for pair in pairs]
    assert len({terms.commitments_hash for _share, terms in received}) == 1
    return with_terms(escrow, received[0][1]), [share for share, _terms in received]


@pytest.fixture
def dealt():
    return create_escrow(WILL, KEYS[:3], 2, ID)


@settings(max_examples=12)
@given(st.data())
def test_any_quorum_deals_to_any_new_policy_and_the_document_stays(data):
    n, m = data.draw(st.integers(2, 4)), data.draw(st.integers(2, 4))
    k, j = data.draw(st.integers(2, n)), data.draw(st.integers(2, m))
    escrow, shares = create_escrow(WILL, KEYS[:n], k, ID)
    quorum = data.draw(st.permutations(range(1, n + 1)))[:k]
    new_pairs = data.draw(st.permutations(PAIRS))[:m]
    after, new_shares = receive_all(
        escrow, deal_round(escrow, shares, quorum, [p.public for p in new_pairs], j), new_pairs
    )
    assert (after.terms.epoch, after.terms.threshold, after.terms.holders) == (1, j, m)
    assert after.sealed == escrow.sealed
    assert open_escrow(after, data.draw(st.permutations(new_shares))[:j]).content == WILL


def test_a_refresh_gives_every_custodian_another_share_and_epochs_do_not_mix(dealt):
    escrow, shares = dealt
    after, new_shares = receive_all(escrow, deal_round(escrow, shares, [1, 3], KEYS[:3], 2), PAIRS[:3])
    assert all(old.value != new.value for old, new in zip(shares, new_shares, strict=True))
    with pytest.raises(ForeignShareError) as refused:
        open_escrow(after, [new_shares[0], shares[1]])
    assert (refused.value.index, refused.value.field) == (2, "epoch")
    forged = replace(shares[1], epoch=1, commitments_hash=after.commitments_hash)
    with pytest.raises(WrongShareError) as refused:
        open_escrow(after, [new_shares[0], forged])
    assert refused.value.indexes == (2,)


def test_a_refresh_does_not_revoke(dealt):
    escrow, shares = dealt
    receive_all(escrow, deal_round(escrow, shares, [1, 2], KEYS[:3], 2), PAIRS[:3])
    assert open_escrow(escrow, shares[:2]).content == WILL


def test_a_lost_custodian_is_replaced_by_the_others_and_contributions_still_open(dealt):
    escrow, shares = dealt
    custodians = [PAIRS[0], PAIRS[1], PAIRS[5]]
    deals = deal_round(escrow, shares, [1, 2], [pair.public for pair in custodians], 2)
    after, new_shares = receive_all(escrow, deals, custodians)
    with pytest.raises(NotARecipientError):
        receive_share(deals, escrow.terms, PAIRS[2])
    opening, asker = b"o" * 32, PAIRS[7]
    partials = [
        open_contribution(contribute(after, share, opening, asker.public), asker, after, opening)
        for share in new_shares[1:]
    ]
    assert open_with_contributions(after, partials, opening).content == WILL


def test_twice_in_a_row(dealt):
    escrow, shares = dealt
    for epoch in (1, 2):
        escrow, shares = receive_all(escrow, deal_round(escrow, shares, [2, 3], KEYS[:3], 2), PAIRS[:3])
        assert escrow.terms.epoch == epoch
    assert open_escrow(escrow, shares[1:]).content == WILL


def test_a_missing_deal_is_named(dealt):
    escrow, shares = dealt
    deals = deal_round(escrow, shares, [1, 3], KEYS[:3], 2)
    with pytest.raises(MissingDealsError) as refused:
        terms_after(deals[:1], escrow.terms)
    assert refused.value.dealers == (3,)
    with pytest.raises(DealFormatError, match="none"):
        terms_after([], escrow.terms)
    with pytest.raises(DealFormatError, match="dealt twice"):
        terms_after([deals[0], deals[0]], escrow.terms)


def test_a_dealer_who_shares_out_another_secret_is_named(dealt):
    escrow, _shares = dealt
    other, foreign = create_escrow(b"x", KEYS[:3], 2, ID)
    deal = deal_anew(foreign[0], other.terms, [1, 2], KEYS[:3], 2)
    with pytest.raises(WrongDealError, match="own share") as refused:
        check_deal(deal, escrow.terms)
    assert refused.value.dealers == (1,)


def test_nobody_deals_for_another(dealt):
    """The starting point is public and can be copied; the proof of possession cannot be made."""
    escrow, shares = dealt
    true = deal_anew(shares[0], escrow.terms, [1, 2], KEYS[:3], 2)
    other = deal_anew(shares[0], escrow.terms, [1, 2], KEYS[:3], 2)
    for forged in (
        replace(true, pieces=other.pieces),
        replace(true, proof=other.proof),
        replace(true, terms=replace(true.terms, custodians=(KEYS[0], KEYS[1], KEYS[7]))),
    ):
        with pytest.raises(WrongDealError, match="proof of possession") as refused:
            check_deal(forged, escrow.terms)
        assert refused.value.dealers == (1,)


def test_a_bad_piece_names_its_dealer_and_whom_it_was_for(dealt):
    escrow, shares = dealt
    quorum = (1, 2)
    honest, deal = deal_round(escrow, shares, quorum, KEYS[:3], 2)
    false_piece = seal(Scalar.from_int(5).encoded, [KEYS[1]], _piece_context(escrow.terms, 2))
    pieces = (deal.pieces[0], false_piece, deal.pieces[2])
    value, statement = shares[1].value, _proof_context(escrow.terms, quorum, 2, deal.terms, pieces)
    proof = prove(value, [BASE], [BASE.times(value)], statement)
    liar = replace(deal, pieces=pieces, proof=proof)
    check_deal(liar, escrow.terms)
    receive_share([honest, liar], escrow.terms, PAIRS[0])
    with pytest.raises(WrongDealError, match="new custodian 2") as refused:
        receive_share([honest, liar], escrow.terms, PAIRS[1])
    assert refused.value.dealers == (2,)


def test_a_wrong_share_cannot_be_dealt(dealt):
    escrow, shares = dealt
    with pytest.raises(WrongShareError):
        deal_anew(replace(shares[0], value=Scalar.from_int(3)), escrow.terms, [1, 2], KEYS[:3], 2)


@pytest.mark.parametrize("quorum", [[1], [1, 2, 3], [2, 3], [1, 4], [1, 1], [0, 1]])
def test_a_quorum_is_exactly_k_present_custodians_with_the_dealer(dealt, quorum):
    escrow, shares = dealt
    with pytest.raises(DealFormatError) as refused:
        deal_anew(shares[0], escrow.terms, quorum, KEYS[:3], 2)
    assert refused.value.field == "quorum"


def test_deals_of_different_rounds_do_not_add_up(dealt):
    escrow, shares = dealt
    one = deal_anew(shares[0], escrow.terms, [1, 2], KEYS[:3], 2)
    for other in (
        deal_anew(shares[2], escrow.terms, [1, 3], KEYS[:3], 2),
        deal_anew(shares[1], escrow.terms, [1, 2], KEYS[:3], 3),
        deal_anew(shares[1], escrow.terms, [1, 2], KEYS[1:4], 2),
    ):
        with pytest.raises(DealFormatError) as refused:
            terms_after([one, other], escrow.terms)
        assert refused.value.field == "round"


def test_a_deal_for_another_epoch_or_with_pieces_missing_is_refused(dealt):
    escrow, shares = dealt
    deal = deal_anew(shares[0], escrow.terms, [1, 2], KEYS[:3], 2)
    with pytest.raises(DealFormatError, match="one epoch on"):
        check_deal(deal, replace(escrow.terms, epoch=1))
    with pytest.raises(DealFormatError, match="one for each"):
        check_deal(replace(deal, pieces=deal.pieces[:2]), escrow.terms)


def test_an_escrow_takes_only_terms_of_the_same_secret_one_epoch_on(dealt):
    escrow, shares = dealt
    after, _new = receive_all(escrow, deal_round(escrow, shares, [1, 2], KEYS[:3], 2), PAIRS[:3])
    other, _shares = create_escrow(b"x", KEYS[:3], 2, ID)
    with pytest.raises(EscrowTermsError, match="another escrow"):
        with_terms(escrow, replace(other.terms, epoch=1))
    with pytest.raises(EscrowTermsError, match="must be 1"):
        with_terms(escrow, replace(after.terms, epoch=2))


def test_deal_bytes_and_back(dealt):
    escrow, shares = dealt
    deal = deal_anew(shares[0], escrow.terms, [1, 2], KEYS[:3], 2)
    assert Deal.from_bytes(deal.to_bytes()) == deal
    check_deal(Deal.from_bytes(deal.to_bytes()), escrow.terms)
    assert shares[0].value.encoded.hex() not in deal.to_bytes().decode()


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("format", "azukari deal 2", "format"),
        ("extra", 1, "format"),
        ("quorum", "1,2", "quorum"),
        ("quorum", [1, "2"], "quorum"),
        ("dealer", True, "dealer"),
        ("pieces", {}, "dealer"),
        ("pieces", ["!"], "sealed"),
        ("terms", {}, "terms"),
        ("proof", "0x00", "proof"),
        ("proof", "0x" + "ff" * 64, "proof"),
    ],
)
def test_malformed_deals_are_refused_by_field(dealt, name, value, field):
    escrow, shares = dealt
    tree = parse_canonical_json(deal_anew(shares[0], escrow.terms, [1, 2], KEYS[:3], 2).to_bytes())
    tree[name] = value
    with pytest.raises(DealFormatError) as refused:
        Deal.from_bytes(canonical_json(tree))
    assert refused.value.field == field
    with pytest.raises(DealFormatError):
        Deal.from_bytes(b"{ }")


def test_a_piece_is_bound_to_its_dealer_and_epoch(dealt):
    terms = dealt[0].terms
    contexts = {_piece_context(terms, 1), _piece_context(terms, 2), _piece_context(replace(terms, epoch=1), 1)}
    assert len(contexts) == 3
