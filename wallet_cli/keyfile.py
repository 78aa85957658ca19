"""A key in a file as every Ethereum wallet reads it: Web3 Secret Storage, version 3.

The key is encrypted with AES-128-CTR under half of what scrypt or PBKDF2-HMAC-SHA256 makes of the passphrase; keccak
over the other half and the ciphertext tells a wrong passphrase from a right one.
Source: https://ethereum.org/en/developers/docs/data-structures-and-encoding/web3-secret-storage
"""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Mapping
from typing import Any, Literal

from bank_api.protocol.messages.said import Words, said
from chaincode.keccak import keccak

KEY_BYTES = 32
MEMORY_BYTES_MAXIMUM = 2**30
"""A file that asks for more is not opened: scrypt's memory is the file's to name."""


class KeyfileError(ValueError):
    """The file is not a V3 file, or is damaged; says why."""

    def __init__(self, why: Words) -> None:
        super().__init__(str(why))
        self.why = why


class WrongMacError(KeyfileError):
    """The passphrase is wrong, or the ciphertext was altered."""


def encrypt_key(
    key: bytes, address: str, passphrase: str, kdf: Literal["scrypt", "pbkdf2"], work: int
) -> dict[str, Any]:
    """The file of a key of 32 bytes; `work` is scrypt's n or PBKDF2's iterations."""
    salt, counter = secrets.token_bytes(32), secrets.token_bytes(16)
    parameters: dict[str, Any] = {"dklen": KEY_BYTES, "salt": salt.hex()}
    parameters |= {"n": work, "r": 8, "p": 1} if kdf == "scrypt" else {"c": work, "prf": "hmac-sha256"}
    derived = _derive(passphrase, kdf, parameters)
    ciphertext = _aes(derived[:16], counter, key)
    return {
        "address": address.removeprefix("0x").lower(),
        "crypto": {
            "cipher": "aes-128-ctr",
            "cipherparams": {"iv": counter.hex()},
            "ciphertext": ciphertext.hex(),
            "kdf": kdf,
            "kdfparams": parameters,
            "mac": keccak(derived[16:32] + ciphertext).hex(),
        },
        "id": str(uuid.uuid4()),
        "version": 3,
    }


def decrypt_key(document: Mapping[str, Any], passphrase: str) -> bytes:
    """The 32 bytes of the key. Raises WrongMacError for another passphrase, KeyfileError for a damaged file."""
    try:
        crypto = document["crypto"] if "crypto" in document else document["Crypto"]
        if crypto["cipher"] != "aes-128-ctr":
            raise KeyfileError(said("rule-is-not", name="cipher", found=repr(crypto["cipher"]), wanted="aes-128-ctr"))
        counter, ciphertext = bytes.fromhex(crypto["cipherparams"]["iv"]), bytes.fromhex(crypto["ciphertext"])
        mac, kdf, parameters = bytes.fromhex(crypto["mac"]), crypto["kdf"], crypto["kdfparams"]
        derived = _derive(passphrase, kdf, parameters)
    except KeyfileError:
        raise
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise KeyfileError(repr(error)) from error
    if len(counter) != 16 or len(ciphertext) != KEY_BYTES:
        raise KeyfileError(said("rule-lengths", names="iv, ciphertext"))
    if not hmac.compare_digest(keccak(derived[16:32] + ciphertext), mac):
        raise WrongMacError(said("rule-mac"))
    return _aes(derived[:16], counter, ciphertext)


def _derive(passphrase: str, kdf: str, parameters: Mapping[str, Any]) -> bytes:
    salt, length = bytes.fromhex(parameters["salt"]), parameters["dklen"]
    if length != KEY_BYTES:
        raise KeyfileError(said("rule-is-not", name="dklen", found=str(length), wanted=str(KEY_BYTES)))
    if kdf == "scrypt":
        n, r, p = parameters["n"], parameters["r"], parameters["p"]
        memory = 128 * r * (n + p + 2)
        if memory > MEMORY_BYTES_MAXIMUM:
            raise KeyfileError(said("rule-scrypt-memory", count=str(memory)))
        return hashlib.scrypt(passphrase.encode(), salt=salt, n=n, r=r, p=p, dklen=length, maxmem=memory + 2**20)
    if kdf == "pbkdf2":
        if parameters["prf"] != "hmac-sha256":
            raise KeyfileError(said("rule-is-not", name="prf", found=repr(parameters["prf"]), wanted="hmac-sha256"))
        return hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, parameters["c"], length)
    raise KeyfileError(said("rule-is-not", name="kdf", found=repr(kdf), wanted="scrypt, pbkdf2"))


def _aes(key: bytes, counter: bytes, text: bytes) -> bytes:
    from Crypto.Cipher import AES

    return AES.new(key, AES.MODE_CTR, nonce=b"", initial_value=counter).encrypt(text)
