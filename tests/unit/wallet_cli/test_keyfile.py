"""Key files: what other wallets write opens here, what is written here opens there, and damage has a name."""

import json

import pytest
from eth_keyfile.keyfile import create_keyfile_json, decode_keyfile_json
from hypothesis import given, settings
from hypothesis import strategies as st

from wallet_cli.keyfile import KeyfileError, WrongMacError, decrypt_key, encrypt_key

KEY = bytes(range(1, 33))
ADDRESS = "0x6370eF2f4Db3611D657b90667De398a2Cc2a370C"
WORK = {"scrypt": 2**4, "pbkdf2": 10}

SPECIFICATION = {
    "crypto": {
        "cipher": "aes-128-ctr",
        "cipherparams": {"iv": "6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext": "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
        "kdf": "pbkdf2",
        "kdfparams": {
            "c": 262144,
            "dklen": 32,
            "prf": "hmac-sha256",
            "salt": "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd",
        },
        "mac": "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2",
    },
    "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6",
    "version": 3,
}
"""The test vector of the specification; its passphrase is `testpassword`."""


def test_the_specifications_own_vector_opens():
    opened = decrypt_key(SPECIFICATION, "testpassword")
    assert opened.hex() == "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d"


@pytest.mark.parametrize("kdf", WORK)
@settings(max_examples=10)
@given(key=st.binary(min_size=32, max_size=32), passphrase=st.text(max_size=20))
def test_what_is_written_opens_here_and_there(kdf, key, passphrase):
    document = json.loads(json.dumps(encrypt_key(key, ADDRESS, passphrase, kdf, WORK[kdf])))
    assert decrypt_key(document, passphrase) == key
    assert decode_keyfile_json(document, passphrase.encode()) == key
    assert document["address"] == ADDRESS[2:].lower()


@pytest.mark.parametrize("kdf", WORK)
def test_what_another_wallet_wrote_opens(kdf):
    document = create_keyfile_json(KEY, b"open sesame", kdf=kdf, iterations=WORK[kdf])
    assert decrypt_key(document, "open sesame") == KEY


def test_another_passphrase_is_told_from_damage():
    document = encrypt_key(KEY, ADDRESS, "right", "pbkdf2", 10)
    with pytest.raises(WrongMacError):
        decrypt_key(document, "wrong")


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (("crypto",), None, "TypeError"),
        (("crypto", "cipher"), "aes-256-gcm", "aes-128-ctr"),
        (("crypto", "kdf"), "argon2", "is not scrypt, pbkdf2"),
        (("crypto", "ciphertext"), "zz", "non-hexadecimal"),
        (("crypto", "cipherparams"), {}, "iv"),
        (("crypto", "cipherparams", "iv"), "00", "length of iv"),
        (("crypto", "kdfparams", "dklen"), 64, "dklen"),
        (("crypto", "kdfparams", "prf"), "hmac-md5", "hmac-sha256"),
        (("crypto", "kdfparams", "c"), 0, "iteration"),
    ],
)
def test_a_damaged_file_says_what_is_wrong(path, value, why):
    document = encrypt_key(KEY, ADDRESS, "right", "pbkdf2", 10)
    *parents, last = path
    place = document
    for name in parents:
        place = place[name]
    place[last] = value
    with pytest.raises(KeyfileError, match=why):
        decrypt_key(document, "right")


def test_a_file_that_wants_all_memory_is_not_opened():
    document = encrypt_key(KEY, ADDRESS, "right", "scrypt", 16)
    document["crypto"]["kdfparams"]["n"] = 2**30
    with pytest.raises(KeyfileError, match="bytes of memory"):
        decrypt_key(document, "right")
