import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pds_adapter.errors import ShareIndexError, ThresholdRefusedError
from pds_adapter.escrow.group import ORDER, Scalar
from pds_adapter.escrow.shamir import check_threshold, evaluate, lagrange_coefficient, random_polynomial, value_at_zero

secrets = st.integers(0, ORDER - 1).map(Scalar.from_int)


@st.composite
def policies(draw, largest=8):
    holders = draw(st.integers(1, largest))
    return draw(st.integers(1, holders)), holders


@given(secrets, policies(), st.randoms(use_true_random=False))
def test_any_k_values_give_the_secret(secret, policy, rng):
    threshold, holders = policy
    coefficients = random_polynomial(secret, threshold, rng.randbytes)
    chosen = rng.sample(range(1, holders + 1), threshold)
    assert value_at_zero({index: evaluate(coefficients, index) for index in chosen}) == secret


@given(secrets, secrets, st.integers(2, 6), st.randoms(use_true_random=False))
def test_k_minus_1_values_fit_every_secret_equally(secret, other, threshold, rng):
    """Perfect secrecy: with one value missing there is a polynomial through the others for any other secret."""
    coefficients = random_polynomial(secret, threshold, rng.randbytes)
    known = {index: evaluate(coefficients, index) for index in range(1, threshold)}
    forged = dict(known)
    indexes = [0, *known]

    # the value at k that makes `other` the secret, by interpolation through (0, other) and the known ones
    def weight(index):
        numerator = denominator = Scalar.from_int(1)
        for j in indexes:
            if j != index:
                numerator = numerator * (Scalar.from_int(threshold) - Scalar.from_int(j))
                denominator = denominator * (Scalar.from_int(index) - Scalar.from_int(j))
        return numerator * denominator.inverse()

    total = other * weight(0)
    for index, value in known.items():
        total = total + value * weight(index)
    forged[threshold] = total
    assert value_at_zero(forged) == other


def test_the_arithmetic_agrees_with_python_integers():
    rng = random.Random(1)
    coefficients = random_polynomial(Scalar.random(rng.randbytes), 5, rng.randbytes)
    plain = [int.from_bytes(c.encoded, "little") for c in coefficients]
    for index in (1, 2, 7, 255):
        expected = sum(c * index**power for power, c in enumerate(plain)) % ORDER
        assert evaluate(coefficients, index) == Scalar.from_int(expected)


def test_every_subset_of_a_3_of_5():
    rng = random.Random(2)
    secret = Scalar.random(rng.randbytes)
    coefficients = random_polynomial(secret, 3, rng.randbytes)
    for chosen in itertools.combinations(range(1, 6), 3):
        assert value_at_zero({index: evaluate(coefficients, index) for index in chosen}) == secret
    assert value_at_zero({index: evaluate(coefficients, index) for index in (1, 2)}) != secret


def test_weights_at_another_place_give_the_value_there():
    rng = random.Random(3)
    coefficients = random_polynomial(Scalar.random(rng.randbytes), 2, rng.randbytes)
    total = Scalar.from_int(0)
    for index in (1, 3):
        total = total + evaluate(coefficients, index) * lagrange_coefficient(index, [1, 3], at=9)
    assert total == evaluate(coefficients, 9)


@pytest.mark.parametrize(("threshold", "holders"), [(0, 3), (4, 3), (-1, 3), (1, 0), (2, 256)])
def test_senseless_policies_are_refused(threshold, holders):
    with pytest.raises(ThresholdRefusedError) as refused:
        check_threshold(threshold, holders)
    assert (refused.value.threshold, refused.value.holders) == (threshold, holders)


@pytest.mark.parametrize("index", [0, -1, 256])
def test_index_zero_and_beyond_one_byte_are_refused(index):
    with pytest.raises(ShareIndexError) as refused:
        evaluate((Scalar.from_int(1),), index)
    assert refused.value.index == index
    with pytest.raises(ShareIndexError):
        value_at_zero({index: Scalar.from_int(1), 1: Scalar.from_int(2)})
