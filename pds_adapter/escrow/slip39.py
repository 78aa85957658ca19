"""SLIP-0039: words that keep a secret, alone on paper or split among groups of people (SatoshiLabs, SLIP-0039).

The arithmetic, the checksum and the cipher are the library's (`shamir-mnemonic`, by the authors of the standard). Here
are two uses of it. On paper a 32-byte secret is 33 words in the 1-of-1 form: no passphrase (a wrong one would give
another secret without any error, by design of the standard), extendable backup flag set, iteration exponent 0. And
any secret of 128 or 256 bits (or more) is split and combined as the standard allows, with groups and a passphrase.
Words are recognised by their first four letters and in any case; an unknown one is named with its position and what
was perhaps meant. The checksum finds any three wrong words.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

import shamir_mnemonic
from shamir_mnemonic import Share
from shamir_mnemonic.cipher import decrypt, encrypt
from shamir_mnemonic.wordlist import WORDLIST

from pds_adapter.errors import (
    GroupCountError,
    MnemonicCountError,
    MnemonicLineError,
    MnemonicSetError,
    PaperWordError,
    ShareChecksumError,
    ShareFormatError,
)

SECRET_BYTES: Final = 32
WORDS_IN_ALL: Final = 33
IDENTIFIER_BITS: Final = 15
SHORTEST_BYTES: Final = 16
SHORTEST_WORDS: Final = 20
GROUP_WORDS: Final = 3
"""How many words the members of a group share."""
EXPONENTS: Final = range(16)
MEMBERS_MAX: Final = 16
WORDS: Final[dict[str, str]] = {word[:4]: word for word in WORDLIST}


@dataclass(frozen=True)
class Group:
    """Any `threshold` of `members` people speak for the group."""

    threshold: int
    members: int


def words_of(secret: bytes, identifier: int) -> str:
    """33 words; `identifier` (15 bits) tells sets of words apart."""
    if len(secret) != SECRET_BYTES or not 0 <= identifier < 1 << IDENTIFIER_BITS:
        raise ShareFormatError("words", f"need {SECRET_BYTES} bytes and an identifier of {IDENTIFIER_BITS} bits")
    value = encrypt(secret, b"", 0, identifier, extendable=True)
    words: str = Share(identifier, True, 0, 0, 1, 1, 0, 1, value).mnemonic()
    return words


def secret_of(words: str) -> tuple[bytes, int]:
    """The secret and the identifier; the inverse of `words_of`."""
    whole = whole_words(words)
    if len(whole.split()) != WORDS_IN_ALL:
        raise ShareFormatError("words", f"must be {WORDS_IN_ALL} words")
    try:
        share = Share.from_mnemonic(whole)
    except shamir_mnemonic.MnemonicError as error:
        if "checksum" in str(error):
            raise ShareChecksumError from None
        raise ShareFormatError("words", "these words are no set that the standard knows") from None
    alone = (share.group_threshold, share.group_count, share.member_threshold) == (1, 1, 1)
    first = (share.group_index, share.index) == (0, 0)
    if not (alone and first and share.extendable and share.iteration_exponent == 0):
        raise ShareFormatError("words", "are of another kind of SLIP-39 share: only 1 of 1, exponent 0, is read here")
    return decrypt(share.value, b"", 0, share.identifier, extendable=True), share.identifier


def split(
    secret: bytes,
    groups: Sequence[Group],
    group_threshold: int = 1,
    passphrase: str = "",
    extendable: bool = True,
    exponent: int = 0,
) -> list[list[str]]:
    """Mnemonics of each group's members: any `group_threshold` groups together give the secret again.

    `exponent` doubles the time that guessing a passphrase takes. Raises MnemonicSetError where the standard forbids it.
    """
    _check_split(secret, groups, group_threshold, exponent)
    pairs = [(group.threshold, group.members) for group in groups]
    made: list[list[str]] = shamir_mnemonic.generate_mnemonics(
        group_threshold, pairs, secret, _passphrase(passphrase), extendable, exponent
    )
    return made


def _check_split(secret: bytes, groups: Sequence[Group], group_threshold: int, exponent: int) -> None:
    """What the standard allows: the library says some of it in its own words, and some not at all."""
    if exponent not in EXPONENTS:
        raise MnemonicSetError(f"the exponent must be 0 to {EXPONENTS[-1]}")
    if len(secret) < SHORTEST_BYTES or len(secret) % 2:
        raise MnemonicSetError(f"the secret must be {SHORTEST_BYTES} bytes or more, and an even number of them")
    if len(groups) > MEMBERS_MAX or not 1 <= group_threshold <= len(groups):
        raise MnemonicSetError(f"must be 1 to {MEMBERS_MAX} groups, and the group threshold no more than there are")
    for group in groups:
        if not 1 <= group.threshold <= group.members <= MEMBERS_MAX:
            raise MnemonicSetError(f"a group has 1 to {MEMBERS_MAX} members and wants no more than it has")
        if group.threshold == 1 < group.members:
            raise MnemonicSetError("a group that wants one member has only one: give several people the same words")


def combine(mnemonics: Sequence[str], passphrase: str = "") -> bytes:
    """The master secret. Raises MnemonicSetError: damaged, of different sets, too few or too many. A wrong passphrase
    is no error but another secret: by design of the standard."""
    whole = [whole_words(each) for each in mnemonics]
    _check_set({_share(number, words) for number, words in enumerate(whole, start=1)})
    try:
        secret: bytes = shamir_mnemonic.combine_mnemonics(whole, _passphrase(passphrase))
    except (ValueError, shamir_mnemonic.MnemonicError):
        raise MnemonicSetError("these sets of words give no secret together") from None
    return secret


def _share(number: int, words: str) -> Share:
    if len(words.split()) < SHORTEST_WORDS:
        raise MnemonicLineError(number, f"must be {SHORTEST_WORDS} words or more")
    try:
        return Share.from_mnemonic(words)
    except shamir_mnemonic.MnemonicError as error:
        if "checksum" in str(error):
            raise MnemonicLineError(number, "the checksum does not fit: mistyped or damaged") from None
        raise MnemonicLineError(number, "these words are no set that the standard knows") from None


def _check_set(shares: Set[Share]) -> None:
    """Of one split, and of as many groups and members as it wants: no fewer, and no more either."""
    if len({share.common_parameters() for share in shares}) > 1:
        raise MnemonicSetError("these sets of words were not made together")
    groups: dict[int, list[Share]] = {}
    for share in sorted(shares, key=lambda one: (one.group_index, one.index)):
        groups.setdefault(share.group_index, []).append(share)
    for members in groups.values():
        needed = members[0].member_threshold
        if len(members) != needed:
            raise MnemonicCountError(" ".join(members[0].words()[:GROUP_WORDS]), len(members), needed)
    wanted = next(iter(shares)).group_threshold if shares else 1
    if len(groups) != wanted:
        raise GroupCountError(len(groups), wanted)


def whole_words(words: str) -> str:
    """Each word as the list has it. Raises PaperWordError."""
    return " ".join(_whole(position, word) for position, word in enumerate(words.split(), start=1))


def _whole(position: int, word: str) -> str:
    known = WORDS.get(word.lower()[:4])
    if known is None or not known.startswith(word.lower()) or len(word) < 4:
        raise PaperWordError(position, word, tuple(get_close_matches(word.lower(), WORDLIST, n=3, cutoff=0.5)))
    return known


def _passphrase(text: str) -> bytes:
    if not all(32 <= ord(letter) <= 126 for letter in text):
        raise MnemonicSetError("a passphrase is made of the printable characters of ASCII")
    return text.encode("ascii")
