from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pds_adapter.errors import (
    EnvelopeForgedError,
    EscrowForgedError,
    EscrowTermsError,
    ForeignShareError,
    NotARecipientError,
    ShareIndexError,
    ThresholdRefusedError,
    TooFewSharesError,
    WrongShareError,
)
from pds_adapter.escrow.document import DocumentEscrow, _context, create_escrow, open_escrow, open_escrow_as
from pds_adapter.escrow.group import Scalar
from pds_adapter.escrow.terms import EscrowTerms
from pds_adapter.sealing.canonical import canonical_json, parse_canonical_json
from pds_adapter.sealing.envelope import KeyPair, seal

CUSTODIANS = [KeyPair.from_seed(bytes([100 + i]) * 32) for i in range(6)]
KEYS = [pair.public for pair in CUSTODIANS]
ID = b"\xe5" * 32
WILL = "遺言書: everything to the cat".encode()


@pytest.fixture
def dealt(randomness, member):
    return create_escrow(WILL, KEYS[:3], 2, ID, [member.public], randomness)


@given(st.binary(max_size=200), st.integers(2, 6), st.data())
def test_any_k_of_n_open_and_k_minus_1_never(document, holders, data):
    threshold = data.draw(st.integers(2, holders))
    escrow, shares = create_escrow(document, KEYS[:holders], threshold, ID)
    order = data.draw(st.permutations(shares))
    assert open_escrow(escrow, order[:threshold]).content == document
    with pytest.raises(TooFewSharesError) as refused:
        open_escrow(escrow, order[: threshold - 1])
    assert refused.value.missing == 1


@given(st.integers(2, 6), st.integers(0, 5))
def test_a_tampered_share_is_named(holders, which):
    escrow, shares = create_escrow(WILL, KEYS[:holders], 2, ID)
    bad = shares[which % holders]
    tampered = [replace(s, value=s.value + Scalar.from_int(1)) if s is bad else s for s in shares]
    with pytest.raises(WrongShareError) as refused:
        open_escrow(escrow, tampered)
    assert refused.value.indexes == (bad.index,)


def test_the_owner_opens_alone_and_a_custodian_does_not(dealt, member):
    escrow, _shares = dealt
    assert open_escrow_as(escrow, member).content == WILL
    with pytest.raises(NotARecipientError):
        open_escrow_as(escrow, CUSTODIANS[0])


def test_shares_of_another_escrow_are_refused_and_named(dealt):
    escrow, shares = dealt
    _other, foreign = create_escrow(WILL, KEYS[:3], 2, b"\xe6" * 32)
    with pytest.raises(ForeignShareError) as refused:
        open_escrow(escrow, [shares[0], foreign[1]])
    assert (refused.value.index, refused.value.field) == (2, "escrow")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"epoch": 1}, "epoch"),
        ({"threshold": 3}, "threshold"),
        ({"holders": 4}, "number of holders"),
        ({"commitments_hash": bytes(32)}, "policy"),
    ],
)
def test_shares_of_another_epoch_or_policy_are_refused(dealt, change, field):
    escrow, shares = dealt
    with pytest.raises(ForeignShareError) as refused:
        open_escrow(escrow, [shares[0], replace(shares[1], **change)])
    assert (refused.value.index, refused.value.field) == (2, field)


def test_the_same_share_twice_does_not_count_twice(dealt):
    escrow, shares = dealt
    with pytest.raises(ShareIndexError, match="twice"):
        open_escrow(escrow, [shares[0], shares[0]])


def test_another_document_under_the_same_hash_is_refused(dealt, member):
    escrow, _shares = dealt
    context = _context(ID, escrow.document_hash)
    forged = replace(escrow, sealed=seal(bytes(32) + b"another will", [member.public], context))
    with pytest.raises(EscrowForgedError):
        open_escrow_as(forged, member)
    short = replace(escrow, sealed=seal(b"short", [member.public], context))
    with pytest.raises(EscrowForgedError):
        open_escrow_as(short, member)


def test_another_document_hash_is_refused(dealt, member):
    escrow, shares = dealt
    other = replace(escrow, document_hash=bytes(32))
    with pytest.raises(EscrowForgedError, match="another escrow or document"):
        open_escrow(other, shares)
    with pytest.raises(EnvelopeForgedError):
        open_escrow_as(other, member)


def test_the_document_hash_is_salted():
    hashes = {create_escrow(b"yes", KEYS[:2], 2, ID)[0].document_hash for _ in range(3)}
    assert len(hashes) == 3


@pytest.mark.parametrize(
    ("threshold", "holders", "error"),
    [(1, 3, EscrowTermsError), (0, 3, ThresholdRefusedError), (4, 3, ThresholdRefusedError)],
)
def test_senseless_policies_are_refused(threshold, holders, error):
    with pytest.raises(error):
        create_escrow(WILL, KEYS[:holders], threshold, ID)


def test_one_custodian_may_not_hold_two_shares():
    with pytest.raises(EscrowTermsError, match="two shares"):
        create_escrow(WILL, [KEYS[0], KEYS[1], KEYS[0]], 2, ID)


def test_escrow_bytes_and_back(dealt):
    escrow, shares = dealt
    again = DocumentEscrow.from_bytes(escrow.to_bytes())
    assert again == escrow
    assert again.to_bytes() == escrow.to_bytes()
    assert again.commitments_hash == escrow.commitments_hash == shares[0].commitments_hash
    assert open_escrow(again, shares[1:]).content == WILL


def test_the_commitments_hash_covers_every_term(dealt):
    terms = dealt[0].terms
    others = [
        replace(terms, escrow_id=bytes(32)),
        replace(terms, epoch=1),
        replace(terms, custodians=terms.custodians[::-1]),
        replace(terms, commitments=replace(terms.commitments, points=terms.commitments.points[::-1])),
    ]
    assert len({terms.commitments_hash, *(other.commitments_hash for other in others)}) == 5


TORSION_POINT = "0x26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("format",), "azukari document escrow 2", "format"),
        (("document_hash",), "0xAB", "document_hash"),
        (("wrapped_key",), "0x00", "wrapped_key"),
        (("wrapped_key",), "0x02" + "00" * 160, "wrapped_key"),
        (("wrapped_key",), "0x01" + "00" * 160, "wrapped_key"),
        (("sealed",), "AAAA", "sealed"),
        (("sealed",), "not base64!", "sealed"),
        (("sealed",), 3, "sealed"),
        (("terms", "scheme"), "shamir", "scheme"),
        (("terms", "threshold"), 3, "threshold"),
        (("terms", "threshold"), True, "threshold"),
        (("terms", "epoch"), -1, "epoch"),
        (("terms", "epoch"), "0", "epoch"),
        (("terms", "escrow_id"), "0x00", "escrow_id"),
        (("terms", "custodians"), [], "custodians"),
        (("terms", "custodians"), ["0x00", "0x01"], "custodians"),
        (("terms", "custodians"), "x", "custodians"),
        (("terms", "commitments"), [TORSION_POINT, TORSION_POINT], "commitments"),
        (("terms", "extra"), 1, "terms"),
        (("terms",), None, "terms"),
    ],
)
def test_malformed_escrows_are_refused_by_field(dealt, path, value, field):
    tree = parse_canonical_json(dealt[0].to_bytes())
    place = tree
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(EscrowTermsError) as refused:
        DocumentEscrow.from_bytes(canonical_json(tree))
    assert refused.value.field == field


def test_non_canonical_escrow_bytes_are_refused(dealt):
    for data in (dealt[0].to_bytes() + b"\n", b"", b"{}", b"[]"):
        with pytest.raises(EscrowTermsError):
            DocumentEscrow.from_bytes(data)


def test_terms_json_and_back(dealt):
    terms = dealt[0].terms
    assert EscrowTerms.from_json(terms.to_json()) == terms
    assert (terms.threshold, terms.holders, terms.custodian(1)) == (2, 3, KEYS[0])
