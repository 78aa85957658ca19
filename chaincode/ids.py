"""Ids, text hashes and addresses: the small values every record on the ledger is named by.

An id is 32 bytes made by the caller at random, so that sending the same thing again is recognised and nothing
personal can be guessed from it. Parsing refuses what is not canonical: an id has exactly 64 hex digits after
`0x`, an address is either all lower case or carries its EIP-55 checksum.
"""

import re
import secrets
from collections.abc import Callable
from functools import lru_cache

from chaincode.errors import MessageError
from chaincode.keccak import keccak

ID_BYTES = 32
EMPTY_ID = bytes(ID_BYTES)
NOBODY = "0x" + "00" * 20

_ID = re.compile(r"0x[0-9a-f]{64}", re.ASCII)
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)


def new_id(random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> bytes:
    """Return a fresh 32-byte id."""
    return random_bytes(ID_BYTES)


def to_hex(value: bytes) -> str:
    """Return `0x` and the lower-case hex digits of `value`."""
    return "0x" + value.hex()


def id_from_hex(text: str, field: str = "id") -> bytes:
    """Return the 32 bytes that `to_hex` wrote as `text`."""
    if not isinstance(text, str) or not _ID.fullmatch(text):
        raise MessageError(field, "must be 0x and 64 lower-case hex digits")
    return bytes.fromhex(text[2:])


def parse_address(text: str, field: str = "address") -> str:
    """Return `text` as a checksummed address."""
    if not isinstance(text, str) or not _ADDRESS.fullmatch(text):
        raise MessageError(field, "must be 0x and 40 hex digits")
    address = checksummed(text.lower())
    if text not in (address, text.lower()):
        raise MessageError(field, "has a wrong checksum (EIP-55)")
    return address


@lru_cache(maxsize=65536)
def checksummed(address: str) -> str:
    """Return an address known to be well formed with its EIP-55 checksum."""
    digits = address[2:].lower()
    hashed = keccak(digits.encode()).hex()
    return "0x" + "".join(digit.upper() if mark >= "8" else digit for digit, mark in zip(digits, hashed, strict=False))


REMEMBERED_CHARACTERS_MAX = 4096
"""Longer texts are hashed anew each time: thousands of them, of whatever length strangers like, would fill memory."""


def text_hash(text: str) -> bytes:
    """Return the hash by which contracts know a text: keccak-256 of its UTF-8 bytes."""
    return _text_hash(text) if len(text) <= REMEMBERED_CHARACTERS_MAX else keccak(text.encode())


@lru_cache(maxsize=4096)
def _text_hash(text: str) -> bytes:
    return keccak(text.encode())


def salted_account(account: str, salt: bytes) -> bytes:
    """Return the hash that stands for an account in words that others read: keccak-256 of abi.encode(account, salt)."""
    return keccak(bytes(12) + bytes.fromhex(account[2:]) + salt)
