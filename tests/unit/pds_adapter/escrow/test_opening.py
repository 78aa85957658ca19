from dataclasses import replace

import pytest

from pds_adapter.errors import (
    EnvelopeForgedError,
    EscrowForgedError,
    EscrowTermsError,
    ForeignShareError,
    NotARecipientError,
    TooFewSharesError,
    WrongPartialError,
    WrongShareError,
)
from pds_adapter.escrow.document import create_escrow
from pds_adapter.escrow.group import Scalar
from pds_adapter.escrow.opening import contribute, open_contribution, open_with_contributions
from pds_adapter.escrow.shares import EscrowShare
from pds_adapter.sealing.envelope import KeyPair, seal

CUSTODIANS = [KeyPair.from_seed(bytes([100 + i]) * 32) for i in range(5)]
KEYS = [pair.public for pair in CUSTODIANS]
REQUESTER = KeyPair.from_seed(b"r" * 32)
ID, OPENING, OTHER_OPENING = b"\xe5" * 32, b"\x0a" * 32, b"\x0b" * 32


@pytest.fixture
def dealt():
    return create_escrow("遺言書".encode(), KEYS, 3, ID)


def partials_of(escrow, shares, opening_id=OPENING):
    return [
        open_contribution(contribute(escrow, share, opening_id, REQUESTER.public), REQUESTER, escrow, opening_id)
        for share in shares
    ]


def test_three_of_five_open_without_the_key_ever_existing(dealt):
    escrow, shares = dealt
    partials = partials_of(escrow, [shares[4], shares[0], shares[2]])
    assert open_with_contributions(escrow, partials, OPENING).content == "遺言書".encode()


def test_two_of_five_do_not(dealt):
    escrow, shares = dealt
    with pytest.raises(TooFewSharesError) as refused:
        open_with_contributions(escrow, partials_of(escrow, shares[:2]), OPENING)
    assert (refused.value.given, refused.value.threshold, refused.value.missing) == (2, 3, 1)


def test_nobody_but_the_requester_reads_a_contribution(dealt):
    escrow, shares = dealt
    with pytest.raises(NotARecipientError):
        open_contribution(contribute(escrow, shares[0], OPENING, REQUESTER.public), CUSTODIANS[1], escrow, OPENING)


def test_a_contribution_to_another_opening_does_not_count(dealt):
    escrow, shares = dealt
    sealed = contribute(escrow, shares[0], OTHER_OPENING, REQUESTER.public)
    with pytest.raises(EnvelopeForgedError):
        open_contribution(sealed, REQUESTER, escrow, OPENING)
    with pytest.raises(WrongPartialError):
        open_with_contributions(escrow, partials_of(escrow, shares, OTHER_OPENING), OPENING)


def test_a_custodian_with_a_wrong_share_learns_it_before_contributing(dealt):
    escrow, shares = dealt
    wrong = replace(shares[1], value=shares[1].value + Scalar.from_int(1))
    with pytest.raises(WrongShareError) as refused:
        contribute(escrow, wrong, OPENING, REQUESTER.public)
    assert refused.value.indexes == (2,)


def test_a_custodian_refuses_the_wrapped_key_of_another_document(dealt):
    escrow, shares = dealt
    other, _shares = create_escrow(b"another", KEYS, 3, ID)
    for forged in (
        replace(escrow, wrapped_key=other.wrapped_key),
        replace(escrow, document_hash=other.document_hash),
    ):
        with pytest.raises(EscrowForgedError):
            contribute(forged, shares[0], OPENING, REQUESTER.public)


def test_a_lying_custodian_is_named_by_the_requester(dealt):
    escrow, shares = dealt
    true = partials_of(escrow, shares[:1])[0]
    lie = replace(true, index=3)
    context = b"azukari contribution\x00" + escrow.commitments_hash + OPENING
    with pytest.raises(WrongPartialError) as refused:
        open_contribution(seal(lie.to_bytes(), [REQUESTER.public], context), REQUESTER, escrow, OPENING)
    assert refused.value.indexes == (3,)
    beyond = replace(true, index=6)
    with pytest.raises(ForeignShareError):
        open_contribution(seal(beyond.to_bytes(), [REQUESTER.public], context), REQUESTER, escrow, OPENING)


def test_a_share_of_another_escrow_is_refused(dealt):
    escrow, _shares = dealt
    _other, foreign = create_escrow(b"another", KEYS, 3, b"\xe6" * 32)
    with pytest.raises(ForeignShareError):
        contribute(escrow, EscrowShare.from_text(foreign[0].to_text()), OPENING, REQUESTER.public)


def test_an_opening_id_of_another_size_is_refused(dealt):
    escrow, shares = dealt
    with pytest.raises(EscrowTermsError) as refused:
        contribute(escrow, shares[0], b"short", REQUESTER.public)
    assert refused.value.field == "opening_id"
