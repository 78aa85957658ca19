from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pds_adapter.escrow.group import BASE, ORDER, Point, Scalar
from pds_adapter.escrow.proofs import Proof, prove, verify

secrets = st.integers(1, ORDER - 1).map(Scalar.from_int)
BASES = [BASE, Point.hashed(b"another base"), Point.hashed(b"a third base")]
ONE = Scalar.from_int(1)


def images_of(secret, bases):
    return [base.times(secret) for base in bases]


@given(secrets, st.integers(1, 3), st.binary(max_size=40))
def test_a_right_proof_verifies(secret, count, context):
    bases = BASES[:count]
    images = images_of(secret, bases)
    assert verify(prove(secret, bases, images, context), bases, images, context)


@given(secrets, st.sampled_from(["challenge", "response", "context", "image", "base", "other secret"]))
def test_whatever_is_altered_the_proof_fails(secret, what):
    bases, context = BASES[:2], b"opening 7"
    images = images_of(secret, bases)
    proof = prove(secret, bases, images, context)
    if what in ("challenge", "response"):
        proof = replace(proof, **{what: getattr(proof, what) + ONE})
    elif what == "context":
        context = b"opening 8"
    elif what == "image":
        images[1] = images[1] + BASE
    elif what == "base":
        bases = [BASES[0], BASES[2]]
    else:
        proof = prove(secret + Scalar.from_int(2), bases, images, context)
    assert not verify(proof, bases, images, context)


def test_unequal_logarithms_cannot_be_proven(randomness):
    """The statement of a false partial decryption: two images with different logarithms."""
    secret = Scalar.random(randomness)
    images = [BASES[0].times(secret), BASES[1].times(secret + ONE)]
    for claimed in (secret, secret + ONE):
        assert not verify(prove(claimed, BASES[:2], images, b""), BASES[:2], images, b"")


@pytest.mark.parametrize("number", [0, 1])
def test_zero_in_a_proof_is_false_and_not_a_crash(number):
    proof = Proof(Scalar.from_int(0), Scalar.from_int(number))
    assert not verify(proof, [BASE], [BASE], b"")


def test_the_number_of_images_must_fit():
    with pytest.raises(ValueError, match="zip"):
        verify(prove(ONE, [BASE], [BASE], b""), [BASE], [BASE, BASE], b"")


def test_the_same_randomness_for_two_statements_gives_two_nonces(randomness):
    """With one nonce for two challenges anybody could compute the secret."""
    secret = Scalar.random(randomness)

    def stuck(n):
        return bytes(n)

    one, two = (prove(secret, [BASE], [BASE.times(secret)], context, stuck) for context in (b"1", b"2"))
    nonce_one = one.response - one.challenge * secret
    nonce_two = two.response - two.challenge * secret
    assert nonce_one != nonce_two
    recovered = (one.response - two.response) * (one.challenge - two.challenge).inverse()
    assert recovered != secret
