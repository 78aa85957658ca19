"""SLIP-0039 words for one 32-byte secret: the 1-of-1 form, 33 words that any SLIP-39 tool reads back.

Only what a paper form needs: one group, one member, no passphrase (a wrong one would give another secret without any
error, by design of the standard), extendable backup flag set, iteration exponent 0. The RS1024 checksum finds any
three wrong words. Words are recognised by their first four letters and in any case; an unknown one is named with its
position and what was perhaps meant.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from pds_adapter.errors import PaperWordError, ShareChecksumError, ShareFormatError
from pds_adapter.escrow.slip39_words import WORDS

SECRET_BYTES: Final = 32
WORD_BITS: Final = 10
CHECKSUM_WORDS: Final = 3
WORDS_IN_ALL: Final = 33
IDENTIFIER_BITS: Final = 15
CUSTOMIZATION: Final = b"shamir_extendable"
ROUNDS: Final = 4
ITERATIONS_EACH: Final = 2500
GENERATOR: Final = (
    0x0E0E040, 0x1C1C080, 0x3838100, 0x7070200, 0xE0E0009,
    0x1C0C2412, 0x38086C24, 0x3090FC48, 0x21B1F890, 0x3F3F120,
)  # fmt: skip
INDEX: Final = {word[:4]: number for number, word in enumerate(WORDS)}


def words_of(secret: bytes, identifier: int) -> str:
    """33 words; `identifier` (15 bits) tells sets of words apart."""
    if len(secret) != SECRET_BYTES or not 0 <= identifier < 1 << IDENTIFIER_BITS:
        raise ShareFormatError("words", f"need {SECRET_BYTES} bytes and an identifier of {IDENTIFIER_BITS} bits")
    head = identifier << 5 | 1 << 4
    value = int.from_bytes(_feistel(secret, range(ROUNDS)), "big")
    numbers = [*_digits(head, 2), *_digits(0, 2), *_digits(value, 26)]
    return " ".join(WORDS[number] for number in [*numbers, *_checksum(numbers)])


def secret_of(words: str) -> tuple[bytes, int]:
    """The secret and the identifier; the inverse of `words_of`."""
    numbers = [_number(position, word) for position, word in enumerate(words.split(), start=1)]
    if len(numbers) != WORDS_IN_ALL:
        raise ShareFormatError("words", f"must be {WORDS_IN_ALL}, not {len(numbers)}")
    if _polymod([*CUSTOMIZATION, *numbers]) != 1:
        raise ShareChecksumError
    head, policy, value = _joined(numbers[:2]), _joined(numbers[2:4]), _joined(numbers[4:-CHECKSUM_WORDS])
    if head & 0b11111 != 0b10000 or policy != 0:
        raise ShareFormatError("words", "are of another kind of SLIP-39 share: only 1 of 1, exponent 0, is read here")
    if value >> (8 * SECRET_BYTES):
        raise ShareFormatError("words", "have padding bits that are not zero")
    secret = _feistel(value.to_bytes(SECRET_BYTES, "big"), reversed(range(ROUNDS)))
    return secret, head >> 5


def _number(position: int, word: str) -> int:
    known = INDEX.get(word.lower()[:4])
    if known is None or not WORDS[known].startswith(word.lower()) or len(word) < 4:
        raise PaperWordError(position, word, tuple(get_close_matches(word.lower(), WORDS, n=3, cutoff=0.5)))
    return known


def _feistel(secret: bytes, rounds: Iterable[int]) -> bytes:
    """The standard's encryption of the secret, here under the empty passphrase: four rounds of PBKDF2."""
    half = SECRET_BYTES // 2
    left, right = secret[:half], secret[half:]
    for number in rounds:
        pad = hashlib.pbkdf2_hmac("sha256", bytes([number]), right, ITERATIONS_EACH, half)
        left, right = right, bytes(a ^ b for a, b in zip(left, pad, strict=True))
    return right + left


def _checksum(numbers: list[int]) -> list[int]:
    return _digits(_polymod([*CUSTOMIZATION, *numbers, 0, 0, 0]) ^ 1, CHECKSUM_WORDS)


def _polymod(numbers: list[int]) -> int:
    check = 1
    for number in numbers:
        top = check >> 20
        check = (check & 0xFFFFF) << WORD_BITS ^ number
        for bit, generator in enumerate(GENERATOR):
            check ^= generator if top >> bit & 1 else 0
    return check


def _digits(value: int, count: int) -> list[int]:
    return [value >> (WORD_BITS * place) & 0x3FF for place in reversed(range(count))]


def _joined(numbers: list[int]) -> int:
    value = 0
    for number in numbers:
        value = value << WORD_BITS | number
    return value
