import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pds_adapter.errors import (
    EscrowForgedError,
    EscrowTermsError,
    ShareFormatError,
    ShareIndexError,
    TooFewSharesError,
    WrongPartialError,
)
from pds_adapter.escrow.group import BASE, ORDER, Point, Scalar
from pds_adapter.escrow.proofs import prove
from pds_adapter.escrow.threshold import (
    SECOND_BASE,
    WRAPPED_BYTES,
    PartialDecryption,
    WrappedKey,
    _wrap_context,
    check_wrapped,
    combine_partials,
    decrypt_partially,
    unwrap_key,
    verify_partial,
    wrap_key,
)
from pds_adapter.escrow.vss import split

KEY, LABEL, OPENING = b"k" * 32, b"escrow 1, document 1", b"opening 1"
ONE = Scalar.from_int(1)


class Sharing:
    def __init__(self, threshold, holders, seed=7):
        randomness = random.Random(seed).randbytes
        self.secret = Scalar.random(randomness)
        self.shares, self.commitments = split(self.secret, threshold, holders, randomness)
        self.wrapped = wrap_key(KEY, self.commitments.public_key, LABEL, randomness)

    def partials(self, shares=None):
        return [decrypt_partially(self.wrapped, LABEL, share, OPENING) for share in shares or self.shares]

    def combine(self, partials, wrapped=None, label=LABEL, opening=OPENING):
        return combine_partials(partials, wrapped or self.wrapped, label, self.commitments, opening)


@settings(max_examples=15)
@given(st.integers(1, 5), st.integers(0, 2**32), st.data())
def test_any_k_open_and_k_minus_1_never(holders, seed, data):
    threshold = data.draw(st.integers(1, holders))
    sharing = Sharing(threshold, holders, seed)
    chosen = data.draw(st.permutations(sharing.shares))
    assert sharing.combine(sharing.partials(chosen[:threshold])) == KEY
    assert sharing.combine(sharing.partials(chosen)) == KEY
    with pytest.raises(TooFewSharesError) as refused:
        sharing.combine(sharing.partials(chosen)[: threshold - 1])
    assert refused.value.missing == 1


@settings(max_examples=15)
@given(st.sets(st.integers(1, 4), min_size=1), st.sampled_from(["point", "challenge", "response"]))
def test_false_partials_are_named_all_of_them(wrong, what):
    sharing = Sharing(2, 4)

    def spoil(partial):
        if partial.index not in wrong:
            return partial
        if what == "point":
            return replace(partial, point=partial.point + BASE)
        return replace(partial, proof=replace(partial.proof, **{what: getattr(partial.proof, what) + ONE}))

    with pytest.raises(WrongPartialError) as refused:
        sharing.combine([spoil(partial) for partial in sharing.partials()])
    assert refused.value.indexes == tuple(sorted(wrong))


def test_a_partial_of_a_wrong_share_is_named():
    sharing = Sharing(2, 3)
    liar = replace(sharing.shares[1], value=sharing.shares[1].value + ONE)
    with pytest.raises(WrongPartialError) as refused:
        sharing.combine(sharing.partials([sharing.shares[0], liar]))
    assert refused.value.indexes == (2,)


def test_a_partial_serves_one_opening_only():
    sharing = Sharing(2, 3)
    with pytest.raises(WrongPartialError):
        sharing.combine(sharing.partials(), opening=b"opening 2")


def test_a_partial_opens_no_other_key_of_the_same_sharing():
    sharing = Sharing(2, 3)
    other = wrap_key(b"o" * 32, sharing.commitments.public_key, LABEL)
    with pytest.raises(WrongPartialError) as refused:
        sharing.combine(sharing.partials(), wrapped=other)
    assert refused.value.indexes == (1, 2, 3)


def test_a_partial_under_another_index_is_false():
    sharing = Sharing(2, 3)
    moved = replace(sharing.partials()[0], index=2)
    with pytest.raises(WrongPartialError):
        verify_partial(moved, sharing.wrapped, LABEL, sharing.commitments, OPENING)


def test_the_same_holder_twice_is_refused():
    sharing = Sharing(2, 3)
    partial = sharing.partials()[0]
    with pytest.raises(ShareIndexError, match="twice"):
        sharing.combine([partial, partial])


def test_holders_refuse_another_label():
    sharing = Sharing(2, 3)
    with pytest.raises(EscrowForgedError, match="another escrow or document"):
        decrypt_partially(sharing.wrapped, b"escrow 1, document 2", sharing.shares[0], OPENING)
    with pytest.raises(EscrowForgedError):
        sharing.combine(sharing.partials(), label=b"escrow 1, document 2")


def test_holders_refuse_a_shifted_wrapped_key():
    """The classic attack: ask for R + tG, then subtract t times the public key from the answer."""
    sharing = Sharing(2, 3)
    shift = Scalar.from_int(1234)
    shifted = replace(
        sharing.wrapped,
        ephemeral=sharing.wrapped.ephemeral + BASE.times(shift),
        second=sharing.wrapped.second + SECOND_BASE.times(shift),
    )
    with pytest.raises(EscrowForgedError):
        decrypt_partially(shifted, LABEL, sharing.shares[0], OPENING)


@pytest.mark.parametrize("part", ["ephemeral", "second", "masked", "proof"])
def test_holders_refuse_any_altered_part(part):
    sharing, other = Sharing(2, 3), Sharing(2, 3, seed=8)
    with pytest.raises(EscrowForgedError):
        check_wrapped(replace(sharing.wrapped, **{part: getattr(other.wrapped, part)}), LABEL)


def test_unequal_second_point_is_refused_even_with_a_proof_for_the_first():
    sharing = Sharing(2, 3)
    secret = Scalar.from_int(99)
    images = [BASE.times(secret), SECOND_BASE.times(secret + ONE)]
    proof = prove(secret, [BASE, SECOND_BASE], images, _wrap_context(KEY, LABEL))
    wrapped = WrappedKey(*images, KEY, proof)
    with pytest.raises(EscrowForgedError):
        decrypt_partially(wrapped, LABEL, sharing.shares[0], OPENING)


def test_the_whole_secret_unwraps_too_and_another_does_not():
    sharing = Sharing(2, 3)
    assert unwrap_key(sharing.wrapped, LABEL, sharing.secret) == KEY
    assert unwrap_key(sharing.wrapped, LABEL, sharing.secret + ONE) != KEY
    with pytest.raises(EscrowForgedError):
        unwrap_key(sharing.wrapped, b"other", sharing.secret)


def test_wrapping_twice_gives_different_bytes():
    sharing = Sharing(2, 3)
    assert wrap_key(KEY, sharing.commitments.public_key, LABEL) != sharing.wrapped


def test_bytes_and_back():
    sharing = Sharing(2, 3)
    encoded = sharing.wrapped.to_bytes()
    assert len(encoded) == WRAPPED_BYTES
    assert WrappedKey.from_bytes(encoded) == sharing.wrapped
    [partial, *_] = sharing.partials()
    assert PartialDecryption.from_bytes(partial.to_bytes()) == partial


SPOILS = [
    lambda data: b"\x02" + data[1:],
    lambda data: data[:-1],
    lambda data: data + b"\x00",
    lambda data: data[:-32] + ORDER.to_bytes(32, "little"),
    lambda data: b"",
]


@pytest.mark.parametrize("spoil", [*SPOILS, lambda data: data[:2] + bytes(32) + data[34:]])
def test_malformed_partials_are_refused(spoil):
    data = spoil(Sharing(2, 3).partials()[0].to_bytes())
    with pytest.raises(ShareFormatError):
        PartialDecryption.from_bytes(data)


@pytest.mark.parametrize("spoil", [*SPOILS, lambda data: data[:1] + bytes(32) + data[33:]])
def test_malformed_wrapped_keys_are_refused(spoil):
    data = spoil(Sharing(2, 3).wrapped.to_bytes())
    with pytest.raises(EscrowTermsError, match="wrapped_key"):
        WrappedKey.from_bytes(data)


def test_index_zero_is_refused():
    sharing = Sharing(2, 3)
    with pytest.raises(ShareIndexError):
        replace(sharing.partials()[0], index=0)


def test_a_key_of_another_size_is_refused():
    with pytest.raises(EscrowTermsError):
        wrap_key(b"short", BASE, LABEL)


def test_the_second_base_is_nobodys_multiple_and_pinned():
    assert Point.hashed(b"azukari tdh2 second base point 1") == SECOND_BASE
    assert SECOND_BASE != BASE


def test_a_partial_hides_its_point():
    assert repr(Sharing(2, 3).partials()[0]) == "PartialDecryption(index=1)"
