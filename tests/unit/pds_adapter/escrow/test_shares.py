import json
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pds_adapter.errors import (
    EnvelopeError,
    EnvelopeForgedError,
    ForeignShareError,
    NotARecipientError,
    PersonalDataStoreError,
    ShareChecksumError,
    ShareFormatError,
    ShareIndexError,
    SharePasswordError,
    WrongShareError,
)
from pds_adapter.escrow.document import create_escrow
from pds_adapter.escrow.group import ORDER, Scalar
from pds_adapter.escrow.share_keystore import KeystoreCost, lock_share, unlock_share
from pds_adapter.escrow.shares import EscrowShare, _checksum, open_share, seal_share, verify_escrow_share
from pds_adapter.sealing.envelope import KeyPair, seal

CUSTODIANS = [KeyPair.from_seed(bytes([100 + i]) * 32) for i in range(3)]
KEYS = [pair.public for pair in CUSTODIANS]
CHEAP = KeystoreCost(passes=1, memory_bytes=8 * 1024)


@st.composite
def some_shares(draw):
    holders = draw(st.integers(2, 255))
    return EscrowShare(
        escrow_id=draw(st.binary(min_size=32, max_size=32)),
        epoch=draw(st.integers(0, 2**32 - 1)),
        index=draw(st.integers(1, holders)),
        threshold=draw(st.integers(2, holders)),
        holders=holders,
        commitments_hash=draw(st.binary(min_size=32, max_size=32)),
        value=Scalar.from_int(draw(st.integers(0, ORDER - 1))),
    )


@pytest.fixture
def dealt():
    return create_escrow(b"will", KEYS, 2, b"\xe5" * 32, randomness=random.Random(5).randbytes)


@given(some_shares())
def test_every_form_and_back(share):
    assert EscrowShare.from_text(share.to_text()) == share
    assert EscrowShare.from_json(json.loads(json.dumps(share.to_json()))) == share
    assert EscrowShare.from_bytes(share.to_bytes()) == share


@given(some_shares(), st.data())
def test_one_mistyped_character_is_found(share, data):
    text = share.to_text()
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567").filter(lambda c: c != text[at]))
    with pytest.raises((ShareChecksumError, ShareFormatError)):
        EscrowShare.from_text(text[:at] + other + text[at + 1 :])


@given(st.binary(max_size=150))
def test_arbitrary_bytes_are_refused(data):
    with pytest.raises((ShareChecksumError, ShareFormatError)):
        EscrowShare.from_bytes(data)


def test_the_text_fits_a_dense_qr_code(dealt):
    text = dealt[1][0].to_text()
    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    assert len(text) == 189


@pytest.mark.parametrize(
    "spoil",
    [
        str.lower,
        lambda text: text + "=",
        lambda text: text + " ",
        lambda text: text[:-1],
        lambda text: text + "A",
        lambda text: text[:-1] + ("B" if text[-1] == "A" else "A"),
        lambda text: text.replace("SHARE-1", "SHARE-2"),
        lambda text: "",
    ],
)
def test_any_other_spelling_of_the_text_is_refused(dealt, spoil):
    with pytest.raises((ShareFormatError, ShareChecksumError)):
        EscrowShare.from_text(spoil(dealt[1][0].to_text()))


def test_unused_bits_of_base32_must_be_zero(dealt):
    """173 characters carry 865 bits for 864: another last character would be a second spelling."""
    text = dealt[1][0].to_text()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    other = text[:-1] + alphabet[alphabet.index(text[-1]) + 1]
    with pytest.raises(ShareFormatError, match="canonical spelling"):
        EscrowShare.from_text(other)


def spelled(share, **change):
    """JSON of the share with fields changed and the checksum made right again where possible."""
    return {**share.to_json(), **change}


@pytest.mark.parametrize(
    ("change", "error", "field"),
    [
        ({"scheme": "other"}, ShareFormatError, "scheme"),
        ({"extra": 1}, ShareFormatError, "share"),
        ({"escrow_id": "00"}, ShareFormatError, "escrow_id"),
        ({"value": "0x" + "ff" * 32}, ShareFormatError, "value"),
        ({"value": "0x" + "FF" * 32}, ShareFormatError, "value"),
        ({"threshold": 1}, ShareFormatError, "threshold"),
        ({"threshold": 4}, ShareFormatError, "threshold"),
        ({"epoch": -1}, ShareFormatError, "epoch"),
        ({"epoch": 2**32}, ShareFormatError, "epoch"),
        ({"epoch": True}, ShareFormatError, "epoch"),
        ({"index": "1"}, ShareFormatError, "index"),
        ({"holders": 256}, ShareFormatError, "threshold"),
        ({"index": 0}, ShareIndexError, None),
        ({"index": 4}, ShareIndexError, None),
        ({"index": 2}, ShareChecksumError, None),
        ({"checksum": "0x00000000"}, ShareChecksumError, None),
        ({"checksum": "0x00"}, ShareFormatError, "checksum"),
    ],
)
def test_malformed_json_shares_are_refused_by_field(dealt, change, error, field):
    with pytest.raises(error) as refused:
        EscrowShare.from_json(spelled(dealt[1][0], **change))
    if field is not None:
        assert refused.value.field == field


@pytest.mark.parametrize("value", [None, [], "text", {}])
def test_what_is_no_share_object_is_refused(value):
    with pytest.raises(ShareFormatError):
        EscrowShare.from_json(value)


def test_a_non_canonical_scalar_is_refused_even_with_a_right_checksum(dealt):
    body = dealt[1][0]._body()[:-32] + ORDER.to_bytes(32, "little")
    with pytest.raises(ShareFormatError, match="group order"):
        EscrowShare.from_bytes(body + _checksum(body))


def test_a_share_hides_its_value(dealt):
    share = dealt[1][0]
    assert share.value.encoded.hex() not in repr(share) + str(share)


def test_a_custodian_opens_and_verifies_the_own_share(dealt):
    escrow, shares = dealt
    for share, pair in zip(shares, CUSTODIANS, strict=True):
        assert open_share(seal_share(share, pair.public), pair, escrow.terms) == share


def test_a_custodian_finds_a_wrong_share_before_acknowledging(dealt):
    escrow, shares = dealt
    wrong = replace(shares[0], value=shares[0].value + Scalar.from_int(1))
    with pytest.raises(WrongShareError) as refused:
        open_share(seal_share(wrong, KEYS[0]), CUSTODIANS[0], escrow.terms)
    assert refused.value.indexes == (1,)


def test_a_share_sealed_to_somebody_else_or_meant_for_somebody_else_is_refused(dealt):
    escrow, shares = dealt
    with pytest.raises(NotARecipientError):
        open_share(seal_share(shares[0], KEYS[0]), CUSTODIANS[1], escrow.terms)
    with pytest.raises(ForeignShareError) as refused:
        open_share(seal_share(shares[0], KEYS[1]), CUSTODIANS[1], escrow.terms)
    assert refused.value.field == "custodian"


def test_a_share_of_another_epoch_does_not_open(dealt):
    escrow, shares = dealt
    with pytest.raises(EnvelopeForgedError):
        open_share(seal_share(replace(shares[0], epoch=1), KEYS[0]), CUSTODIANS[0], escrow.terms)


def test_what_is_sealed_but_no_share_is_refused(dealt):
    escrow, _shares = dealt
    sealed = seal(b"hello", [KEYS[0]], b"azukari share\x00" + escrow.terms.escrow_id + bytes(4))
    with pytest.raises(PersonalDataStoreError):
        open_share(sealed, CUSTODIANS[0], escrow.terms)


def test_verify_refuses_other_terms(dealt):
    escrow, shares = dealt
    other = replace(escrow.terms, custodians=tuple(KEYS[::-1]))
    with pytest.raises(ForeignShareError) as refused:
        verify_escrow_share(shares[0], other)
    assert refused.value.field == "policy"


@settings(max_examples=20)
@given(some_shares(), st.text(max_size=20))
def test_keystore_and_back(share, password):
    keystore = json.loads(json.dumps(lock_share(share, password, CHEAP)))
    assert unlock_share(keystore, password) == share
    with pytest.raises(SharePasswordError) as refused:
        unlock_share(keystore, password + "x")
    assert refused.value.index == share.index


def test_a_keystore_shows_what_it_is_but_not_the_share(dealt):
    share = dealt[1][0]
    keystore = lock_share(share, "pw", CHEAP)
    assert share.value.encoded.hex() not in json.dumps(keystore)
    assert keystore["share"]["index"] == 1
    assert keystore["share"]["escrow_id"] == "0x" + share.escrow_id.hex()


def test_a_full_width_password_is_the_same_password(dealt):
    keystore = lock_share(dealt[1][0], "ＡＢＣ　パスワード", CHEAP)
    assert unlock_share(keystore, "ABC ﾊﾟｽﾜｰﾄﾞ") == dealt[1][0]


def test_a_password_that_is_no_text_is_refused(dealt):
    with pytest.raises(ShareFormatError) as refused:
        lock_share(dealt[1][0], "\ud800", CHEAP)
    assert refused.value.field == "password"


def test_the_default_cost_is_libsodiums_moderate_level(dealt):
    from nacl.bindings import crypto_pwhash_argon2id_MEMLIMIT_MODERATE, crypto_pwhash_argon2id_OPSLIMIT_MODERATE

    cost = KeystoreCost()
    assert cost.passes == crypto_pwhash_argon2id_OPSLIMIT_MODERATE
    assert cost.memory_bytes == crypto_pwhash_argon2id_MEMLIMIT_MODERATE


def test_an_altered_description_does_not_open(dealt):
    keystore = lock_share(dealt[1][0], "pw", CHEAP)
    altered = {**keystore, "share": {**keystore["share"], "epoch": 9}}
    with pytest.raises(SharePasswordError):
        unlock_share(altered, "pw")


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("format",), "azukari share keystore 2", "keystore"),
        (("extra",), 1, "keystore"),
        (("kdf", "name"), "scrypt", "kdf"),
        (("kdf",), [], "kdf"),
        (("kdf", "passes"), 0, "kdf.passes"),
        (("kdf", "passes"), 17, "kdf.passes"),
        (("kdf", "passes"), "3", "kdf.passes"),
        (("kdf", "memory_bytes"), 2**31, "kdf.memory_bytes"),
        (("kdf", "memory_bytes"), 1, "kdf.memory_bytes"),
        (("kdf", "salt"), "0x00", "kdf.salt"),
        (("nonce",), "0x00", "nonce"),
        (("ciphertext",), "zz", "ciphertext"),
        (("ciphertext",), 5, "ciphertext"),
        (("share",), {}, "share"),
        (("share", "holders"), 1.5, "$.share.holders"),
    ],
)
def test_malformed_keystores_are_refused_by_field(dealt, path, value, field):
    keystore = lock_share(dealt[1][0], "pw", CHEAP)
    place = keystore
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(ShareFormatError) as refused:
        unlock_share(keystore, "pw")
    assert refused.value.field == field


def test_every_refusal_here_is_of_the_one_tree():
    for error in (EnvelopeError, ShareFormatError, ShareChecksumError, SharePasswordError, ForeignShareError):
        assert issubclass(error, PersonalDataStoreError)
