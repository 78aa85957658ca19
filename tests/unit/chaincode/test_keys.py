"""Keys and their signatures are those of every other Ethereum library, byte for byte."""

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct
from eth_utils.address import to_checksum_address
from hypothesis import given
from hypothesis import strategies as st

from chaincode.ids import checksummed
from chaincode.keccak import keccak
from chaincode.keys import SigningKey, sign_digest, sign_text

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
secrets = st.integers(1, ORDER - 1).map(lambda number: number.to_bytes(32, "big"))


@given(secrets)
def test_a_key_has_the_address_that_others_give_it(secret):
    assert SigningKey(secret).address == Account.from_key(secret).address


@given(secrets, st.binary(min_size=32, max_size=32))
def test_a_digest_is_signed_as_others_sign_it(secret, digest):
    theirs = Account.from_key(secret)
    expected = bytes(theirs.unsafe_sign_hash(digest).signature)
    assert sign_digest(digest, SigningKey(secret)) == sign_digest(digest, theirs) == expected


@given(secrets, st.text())
def test_a_text_is_signed_as_others_sign_it(secret, text):
    signature = sign_text(text, SigningKey(secret))
    assert signature == bytes(Account.from_key(secret).sign_message(encode_defunct(text=text)).signature)


@pytest.mark.parametrize("secret", [bytes(32), ORDER.to_bytes(32, "big"), b"\xff" * 32, b"\x01" * 31, b"\x01" * 33])
def test_what_is_no_key_is_refused(secret):
    with pytest.raises(ValueError, match="must be"):
        SigningKey(secret)


def test_a_key_shows_no_secret():
    assert "0101" not in repr(SigningKey(b"\x01" * 32))


@given(st.binary(min_size=20, max_size=20))
def test_addresses_carry_the_checksum_of_eip_55(address):
    assert checksummed("0x" + address.hex()) == to_checksum_address("0x" + address.hex())


def test_keccak_is_ethereums():
    assert keccak(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
