"""Named wallets on disk, each a Web3 Secret Storage V3 file that any Ethereum wallet opens.

A file is made whole with mode 0600 and never overwritten. The private key exists in clear only in memory, between
opening and signing; passphrases are handed in by the caller and appear in no error.
"""

import json
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import Sentence, fault
from chaincode.errors import MessageError
from chaincode.ids import parse_address
from chaincode.keys import Key, SigningKey
from wallet_cli.errors import (
    InputError,
    KeystoreError,
    WalletExistsError,
    WalletNotFoundError,
    WrongPassphraseError,
)
from wallet_cli.keyfile import KeyfileError, WrongMacError, decrypt_key, encrypt_key

Kdf = Literal["scrypt", "scrypt-light", "pbkdf2"]
KDFS: dict[Kdf, tuple[Literal["scrypt", "pbkdf2"], int]] = {
    "scrypt": ("scrypt", 2**18),
    "scrypt-light": ("scrypt", 2**12),
    "pbkdf2": ("pbkdf2", 600_000),
}
"""Work factors: geth's standard and light scrypt, and OWASP's iterations for PBKDF2-HMAC-SHA256."""

PASSPHRASE_LENGTH_MINIMUM = 8
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_PRIVATE_KEY = re.compile(r"(0x)?[0-9a-fA-F]{64}", re.ASCII)


@dataclass(frozen=True)
class WalletEntry:
    """A wallet as the list shows it; nothing secret."""

    name: str
    address: str
    path: Path


class Keystore:
    """The wallets under one home folder."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "wallets"

    def entries(self) -> list[WalletEntry]:
        if not self.folder.is_dir():
            return []
        return [self.entry(path.stem) for path in sorted(self.folder.glob("*.json"))]

    def entry(self, name: str) -> WalletEntry:
        path = self._path(name)
        return WalletEntry(name, _address(_read(path, name), path), path)

    def create(self, name: str, passphrase: str, kdf: Kdf = "scrypt", key: Key | None = None) -> WalletEntry:
        """A new wallet with a fresh key, or with the given one."""
        check_passphrase(passphrase)
        path = self._path(name)
        if path.exists():
            raise WalletExistsError(said("error-wallet-exists", name=name), said("hint-another-name"))
        key = SigningKey(secrets.token_bytes(32)) if key is None else key
        method, work = KDFS[kdf]
        document = encrypt_key(bytes(key.key), key.address, passphrase, method, work)
        _write_new(path, json.dumps(document, indent=1) + "\n", name)
        return WalletEntry(name, key.address, path)

    def unlock(self, name: str, passphrase: str) -> SigningKey:
        path = self._path(name)
        key = _open(_read(path, name), passphrase, str(path))
        if key.address != self.entry(name).address:
            raise KeystoreError(said("error-wallet-address", name=name), said("hint-file-altered", file=str(path)))
        return key

    def import_keyfile(
        self, name: str, source: Path, passphrase: str, new_passphrase: Callable[[], str], kdf: Kdf = "scrypt"
    ) -> WalletEntry:
        """Take over a V3 file of another wallet, sealed anew under `new_passphrase`."""
        key = _open(_read(source, source.name), passphrase, str(source))
        return self.create(name, new_passphrase(), kdf, key)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise InputError("wallet", said("rule-wallet-name"))
        return self.folder / f"{name}.json"


def parse_private_key(text: str) -> SigningKey:
    """A key from 64 hex digits; the digits appear in no error."""
    stripped = text.strip()
    if not _PRIVATE_KEY.fullmatch(stripped):
        raise InputError(said("word-private-key"), said("rule-hex-digits", count="64"))
    try:
        return SigningKey(bytes.fromhex(stripped.removeprefix("0x")))
    except ValueError as error:
        raise InputError(said("word-private-key"), said("rule-key-order")) from error


def check_passphrase(passphrase: str) -> None:
    if len(passphrase) < PASSPHRASE_LENGTH_MINIMUM:
        raise InputError(said("word-passphrase"), said("rule-characters-at-least", count=PASSPHRASE_LENGTH_MINIMUM))


def _read(path: Path, name: str) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        what = said("error-no-wallet", name=name, folder=str(path.parent))
        raise WalletNotFoundError(what, said("hint-wallet-list")) from error
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise KeystoreError(said("error-keyfile-unreadable", file=str(path), why=fault(error))) from error
    if not isinstance(document, dict) or document.get("version") != 3:
        raise KeystoreError(said("error-no-keyfile", file=str(path)))
    return document


def _address(document: dict[str, Any], path: Path) -> str:
    try:
        return parse_address("0x" + str(document["address"]).lower().removeprefix("0x"))
    except (KeyError, MessageError) as error:
        raise KeystoreError(said("error-keyfile-address", file=str(path))) from error


def _open(document: dict[str, Any], passphrase: str, where: str) -> SigningKey:
    try:
        return SigningKey(decrypt_key(document, passphrase))
    except WrongMacError as error:
        raise WrongPassphraseError(said("error-wrong-passphrase", file=where), said("hint-wrong-passphrase")) from error
    except KeyfileError as error:
        raise KeystoreError(said("error-keyfile-damaged", file=where, why=error.why)) from error
    except ValueError as error:
        raise KeystoreError(said("error-keyfile-damaged", file=where, why=Sentence(str(error)))) from error


def _write_new(path: Path, text: str, name: str) -> None:
    """The file appears whole or not at all, readable by its owner alone, and never over another."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError as error:
        raise WalletExistsError(said("error-wallet-exists", name=name)) from error
    except OSError as error:
        raise KeystoreError(said("error-cannot-be-written", file=str(path), why=fault(error))) from error
    finally:
        draft.unlink(missing_ok=True)
