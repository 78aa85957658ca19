import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey

from pds_adapter.errors import KeyFormatError
from pds_adapter.sealing.keys import FIELD_PRIME, SMALL_ORDER, KeyPair, PublicKey

seeds = st.binary(min_size=32, max_size=32)


@given(seeds)
def test_public_key_hex_and_back(seed):
    public = KeyPair.from_seed(seed).public
    assert PublicKey.from_hex(public.to_hex()) == public


@given(seeds)
def test_a_seed_gives_the_key_pair_libsodium_gives(seed):
    pair, oracle = KeyPair.from_seed(seed), PrivateKey.from_seed(seed)
    assert pair.public.encoded == bytes(oracle.public_key)
    assert pair.secret == bytes(oracle)


def test_the_wallet_derivation_is_pinned_and_separate_from_the_seed():
    wallet = b"\x01" * 32
    seed = hashlib.blake2b(wallet, digest_size=32, person=b"azukari x25519 1").digest()
    assert KeyPair.from_wallet_key(wallet) == KeyPair.from_seed(seed)
    assert KeyPair.from_wallet_key(wallet) != KeyPair.from_seed(wallet)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0x",
        "ab" * 32,
        "0x" + "AB" * 32,
        "0x" + "ab" * 31,
        "0x" + "ab" * 33,
        " 0x" + "ab" * 32,
        "0x" + "zz" * 32,
        None,
    ],
)
def test_any_other_spelling_of_a_public_key_is_refused(text):
    with pytest.raises(KeyFormatError, match="64 lower-case hex digits"):
        PublicKey.from_hex(text)


@pytest.mark.parametrize("coordinate", sorted(SMALL_ORDER))
def test_points_of_small_order_are_refused(coordinate):
    with pytest.raises(KeyFormatError, match="small order"):
        PublicKey(coordinate.to_bytes(32, "little"))


@pytest.mark.parametrize("coordinate", [FIELD_PRIME, FIELD_PRIME + 9, 2**255 + 9, 2**256 - 1])
def test_non_canonical_points_are_refused(coordinate):
    with pytest.raises(KeyFormatError, match="canonical"):
        PublicKey(coordinate.to_bytes(32, "little"))


@pytest.mark.parametrize("make", [KeyPair.from_seed, KeyPair.from_wallet_key, PublicKey])
@pytest.mark.parametrize("material", [b"", b"x" * 31, b"x" * 33, "x" * 32, None])
def test_wrong_sizes_and_types_are_refused(make, material):
    with pytest.raises(KeyFormatError, match="32 bytes"):
        make(material)


@given(seeds)
def test_a_secret_never_shows(seed):
    pair = KeyPair.from_seed(seed)
    shown = repr(pair) + str(pair)
    assert pair.secret.hex() not in shown
    assert repr(pair.secret) not in shown
    assert pair.public.to_hex() in shown


def test_generate_takes_its_randomness_from_the_caller(randomness):
    assert KeyPair.generate(lambda n: b"k" * n) == KeyPair.from_seed(b"k" * 32)
    assert KeyPair.generate(randomness) != KeyPair.generate(randomness)
