"""Wallet files: standard V3, private, never overwritten, and every way of not opening named."""

import json
import stat

import pytest
from eth_account import Account

from wallet_cli.errors import (
    InputError,
    KeystoreError,
    WalletExistsError,
    WalletNotFoundError,
    WrongPassphraseError,
)
from wallet_cli.keystore import Keystore, parse_private_key

PASSPHRASE = "correct horse"
KEY = Account.from_key((7).to_bytes(32, "big"))


@pytest.fixture
def keystore(tmp_path):
    return Keystore(tmp_path / "home")


@pytest.fixture
def alice(keystore):
    return keystore.create("alice", PASSPHRASE, "scrypt-light", KEY)


def test_a_wallet_opens_with_its_passphrase_here_and_in_any_ethereum_wallet(keystore, alice):
    assert keystore.unlock("alice", PASSPHRASE).key == KEY.key
    assert Account.decrypt(alice.path.read_text(), PASSPHRASE) == KEY.key
    assert alice.address == KEY.address


@pytest.mark.parametrize(("kdf", "method"), [("scrypt-light", "scrypt"), ("pbkdf2", "pbkdf2")])
def test_the_key_derivation_is_the_one_asked_for(keystore, kdf, method):
    entry = keystore.create("bob", PASSPHRASE, kdf)
    document = json.loads(entry.path.read_text())
    assert (document["version"], document["crypto"]["kdf"]) == (3, method)
    assert keystore.unlock("bob", PASSPHRASE).address == entry.address


def test_only_the_owner_may_read_the_file_and_its_folder(alice):
    assert stat.S_IMODE(alice.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(alice.path.parent.stat().st_mode) & 0o077 == 0
    assert [path.name for path in alice.path.parent.iterdir()] == ["alice.json"]


def test_a_wallet_is_never_overwritten(keystore, alice):
    before = alice.path.read_bytes()
    with pytest.raises(WalletExistsError, match="alice"):
        keystore.create("alice", PASSPHRASE, "scrypt-light")
    assert alice.path.read_bytes() == before


def test_a_wrong_passphrase_is_named_and_not_repeated(keystore, alice):
    with pytest.raises(WrongPassphraseError) as refusal:
        keystore.unlock("alice", "battery staple")
    assert "battery" not in str(refusal.value)


def test_an_unknown_wallet_is_named(keystore):
    with pytest.raises(WalletNotFoundError, match="no wallet named carol"):
        keystore.unlock("carol", PASSPHRASE)


@pytest.mark.parametrize("name", ["", "../evil", "a/b", ".hidden", "x" * 65])
def test_a_name_that_could_leave_the_folder_is_refused(keystore, name):
    with pytest.raises(InputError, match="wallet"):
        keystore.entry(name)


def test_a_short_passphrase_is_refused(keystore):
    with pytest.raises(InputError, match="at least 8 characters"):
        keystore.create("alice", "short")
    assert keystore.entries() == []


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "cannot be read"), ("[]", "not a V3 key file"), ('{"version": 3, "address": "12"}', "no valid address")],
)
def test_a_damaged_file_is_refused(keystore, alice, text, said):
    alice.path.write_text(text)
    with pytest.raises(KeystoreError, match=said):
        keystore.entry("alice")


@pytest.mark.parametrize("missing", ["crypto", "ciphertext"])
def test_a_file_without_its_parts_is_damaged_not_a_crash(keystore, alice, missing):
    document = json.loads(alice.path.read_text())
    document.pop(missing, None)
    document.get("crypto", {}).pop(missing, None)
    alice.path.write_text(json.dumps(document))
    with pytest.raises(KeystoreError, match="damaged"):
        keystore.unlock("alice", PASSPHRASE)


def test_a_file_that_names_another_address_is_refused(keystore, alice):
    document = json.loads(alice.path.read_text())
    document["address"] = "11" * 20
    alice.path.write_text(json.dumps(document))
    with pytest.raises(KeystoreError, match="another address"):
        keystore.unlock("alice", PASSPHRASE)


def test_a_file_of_another_wallet_is_taken_over_under_a_new_passphrase(keystore, tmp_path):
    source = tmp_path / "geth.json"
    source.write_text(json.dumps(Account.encrypt(KEY.key, "old secret", kdf="pbkdf2", iterations=1000)))
    entry = keystore.import_keyfile("alice", source, "old secret", lambda: PASSPHRASE, "scrypt-light")
    assert entry.address == KEY.address
    assert keystore.unlock("alice", PASSPHRASE).key == KEY.key


def test_the_list_is_sorted_and_starts_empty(keystore):
    assert keystore.entries() == []
    for name in ("zoe", "adam"):
        keystore.create(name, PASSPHRASE, "scrypt-light")
    assert [entry.name for entry in keystore.entries()] == ["adam", "zoe"]


@pytest.mark.parametrize("text", ["12", "zz" * 32, "0x" + "00" * 32, "ff" * 32])
def test_a_private_key_out_of_rule_is_refused_without_repeating_it(text):
    with pytest.raises(InputError, match="private key") as refusal:
        parse_private_key(text)
    assert text not in str(refusal.value)


def test_a_private_key_may_have_its_prefix_and_a_line_end():
    assert parse_private_key("0x" + bytes(KEY.key).hex() + "\n").address == KEY.address
