import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pds_adapter.errors import ShareIndexError, ThresholdRefusedError, TooFewSharesError, WrongShareError
from pds_adapter.escrow.group import ORDER, Point, Scalar
from pds_adapter.escrow.vss import Commitments, Share, combine, split, verify_share

ONE = Scalar.from_int(1)


@st.composite
def dealings(draw, smallest=1):
    holders = draw(st.integers(smallest, 6))
    threshold = draw(st.integers(smallest, holders))
    rng = random.Random(draw(st.integers(0, 2**32)))
    secret = Scalar.from_int(draw(st.integers(1, ORDER - 1)))
    shares, commitments = split(secret, threshold, holders, rng.randbytes)
    return secret, threshold, list(shares), commitments, rng


@given(dealings())
def test_any_k_recover_and_every_share_verifies(dealing):
    secret, threshold, shares, commitments, rng = dealing
    for share in shares:
        verify_share(share, commitments)
        assert commitments.public_share(share.index) == Point.base_times(share.value)
    assert combine(rng.sample(shares, threshold), commitments) == secret
    assert combine(shares, commitments) == secret
    assert commitments.public_key == Point.base_times(secret)


@given(dealings(smallest=2))
def test_k_minus_1_never_recover_and_the_missing_are_counted(dealing):
    _secret, threshold, shares, commitments, rng = dealing
    given_shares = rng.sample(shares, rng.randint(0, threshold - 1))
    with pytest.raises(TooFewSharesError) as refused:
        combine(given_shares, commitments)
    assert refused.value.given == len(given_shares)
    assert refused.value.missing == threshold - len(given_shares)


@given(dealings(), st.data())
def test_tampered_shares_are_named_all_of_them(dealing, data):
    _secret, _threshold, shares, commitments, _rng = dealing
    wrong = data.draw(st.sets(st.sampled_from([share.index for share in shares]), min_size=1))
    tampered = [replace(s, value=s.value + ONE) if s.index in wrong else s for s in shares]
    with pytest.raises(WrongShareError) as refused:
        combine(tampered, commitments)
    assert refused.value.indexes == tuple(sorted(wrong))


def test_a_share_under_another_index_is_wrong(randomness):
    shares, commitments = split(ONE, 2, 3, randomness)
    with pytest.raises(WrongShareError) as refused:
        verify_share(Share(2, shares[0].value), commitments)
    assert refused.value.indexes == (2,)


def test_the_same_index_twice_is_refused(randomness):
    shares, commitments = split(ONE, 2, 3, randomness)
    with pytest.raises(ShareIndexError, match="twice") as refused:
        combine([shares[0], shares[0]], commitments)
    assert refused.value.index == 1


@pytest.mark.parametrize("index", [0, 256])
def test_index_zero_is_the_secret_itself_and_refused(index):
    with pytest.raises(ShareIndexError):
        Share(index, ONE)


def test_a_zero_share_is_wrong_and_does_not_crash(randomness):
    _shares, commitments = split(ONE, 2, 3, randomness)
    with pytest.raises(WrongShareError):
        verify_share(Share(1, Scalar.from_int(0)), commitments)


def test_commitments_that_cancel_out_are_a_refusal_not_a_crash():
    point = Point.base_times(Scalar.from_int(5))
    minus = Point.base_times(-Scalar.from_int(5))
    cancelling = Commitments((minus, point))
    with pytest.raises(WrongShareError):
        verify_share(Share(1, ONE), cancelling)


def test_no_commitments_are_refused():
    with pytest.raises(ThresholdRefusedError):
        Commitments(())


def test_a_share_hides_its_value(randomness):
    shares, _commitments = split(ONE, 2, 3, randomness)
    assert repr(shares[0]) == "Share(index=1, value=Scalar(hidden))"
