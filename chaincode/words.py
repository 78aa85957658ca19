"""The contract ABI, spelt and read word by word: what eth_abi makes of the same values, at a tenth of its cost.

A batch carries hundreds of structs and its receipt a thousand logs, all of a few kinds of values. Of each kind a
function is made once. Nothing is refused here: whatever is not as plain as our own values are gives None, and
eth_abi, which knows how to say why, is asked instead. A property test holds both to the same bytes and values.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from chaincode.ids import checksummed

WORD_BYTES = 32
_EMPTY = bytes(12)
_UINT = re.compile(r"uint(\d+)", re.ASCII)
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)

Read = Callable[[bytes], Any]
"""One value from one word. Raises _NotPlainError."""


class _NotPlainError(Exception):
    """A value, or a kind of value, that is eth_abi's to judge."""


class _Spelling(NamedTuple):
    """How values of a kind are spelt. One that is dynamic stands behind its place, which holds where."""

    is_dynamic: bool
    spell: Callable[[Any], bytes]
    """Raises _NotPlainError."""
    bytes_in_place: int = WORD_BYTES


def spelt(kinds: tuple[str, ...], values: Sequence[Any]) -> bytes | None:
    """Return `abi_encode(kinds, values)`; None where that is eth_abi's to judge."""
    try:
        return _tuple_of(kinds).spell(values)
    except _NotPlainError:
        return None


def reader(kinds: Sequence[str]) -> Callable[[bytes], tuple[Any, ...] | None] | None:
    """Return what reads values of one word each, addresses with their checksums; None where a kind takes more.

    It reads as many words as there are kinds, and answers None where one of them is not canonical.
    """
    try:
        reads = [_read_of(kind) for kind in kinds]
    except _NotPlainError:
        return None
    places = [slice(start, start + WORD_BYTES) for start in range(0, WORD_BYTES * len(reads), WORD_BYTES)]
    whole = WORD_BYTES * len(reads)

    def read(data: bytes) -> tuple[Any, ...] | None:
        if len(data) < whole:
            return None
        try:
            return tuple([one(data[place]) for one, place in zip(reads, places, strict=True)])
        except _NotPlainError:
            return None

    return read


@lru_cache(maxsize=512)
def _spelling_of(kind: str) -> _Spelling:
    if kind.endswith("[]"):
        return _list_of(_spelling_of(kind[:-2]))
    if kind.startswith("(") and kind.endswith(")"):
        return _tuple_of(tuple(parts_of(kind)))
    if kind == "string":
        return _Spelling(True, _text)
    if kind == "bytes":
        return _Spelling(True, _bytes)
    if kind == "bytes32":
        return _Spelling(False, _bytes32)
    if kind == "address":
        return _Spelling(False, _address)
    if kind == "bool":
        return _Spelling(False, _flag)
    return _Spelling(False, _number_of(_bits(kind)))


@lru_cache(maxsize=512)
def _tuple_of(kinds: tuple[str, ...]) -> _Spelling:
    parts = [_spelling_of(kind) for kind in kinds]
    spells = [part.spell for part in parts]
    in_place = sum(part.bytes_in_place for part in parts)

    def fixed(values: Any) -> bytes:
        if not isinstance(values, list | tuple) or len(values) != len(spells):
            raise _NotPlainError
        return b"".join([spell(value) for spell, value in zip(spells, values, strict=True)])

    def with_tails(values: Any) -> bytes:
        if not isinstance(values, list | tuple) or len(values) != len(parts):
            raise _NotPlainError
        return _heads_and_tails(parts, values, in_place)

    if any(part.is_dynamic for part in parts):
        return _Spelling(True, with_tails)
    return _Spelling(False, fixed, in_place)


def _list_of(item: _Spelling) -> _Spelling:
    def spell(values: Any) -> bytes:
        if not isinstance(values, list | tuple):
            raise _NotPlainError
        count = len(values).to_bytes(WORD_BYTES)
        if item.is_dynamic:
            return count + _heads_and_tails([item] * len(values), values, WORD_BYTES * len(values))
        return count + b"".join(map(item.spell, values))

    return _Spelling(True, spell)


def _heads_and_tails(parts: Sequence[_Spelling], values: Sequence[Any], in_place: int) -> bytes:
    heads, tails = [], []
    for part, value in zip(parts, values, strict=True):
        one = part.spell(value)
        if part.is_dynamic:
            heads.append(in_place.to_bytes(WORD_BYTES))
            tails.append(one)
            in_place += len(one)
        else:
            heads.append(one)
    return b"".join(heads + tails)


def _text(value: Any) -> bytes:
    if not isinstance(value, str):
        raise _NotPlainError
    try:
        return _bytes(value.encode())
    except UnicodeEncodeError as error:
        raise _NotPlainError from error


def _bytes(value: Any) -> bytes:
    if not isinstance(value, bytes):
        raise _NotPlainError
    return len(value).to_bytes(WORD_BYTES) + value + bytes(-len(value) % WORD_BYTES)


def _bytes32(value: Any) -> bytes:
    if not isinstance(value, bytes) or len(value) != WORD_BYTES:
        raise _NotPlainError
    return value


def _address(value: Any) -> bytes:
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value) or checksummed(value) != value:
        raise _NotPlainError
    return _EMPTY + bytes.fromhex(value[2:])


def _flag(value: Any) -> bytes:
    if value is not True and value is not False:
        raise _NotPlainError
    return int(value).to_bytes(WORD_BYTES)


def _number_of(bits: int) -> Callable[[Any], bytes]:
    def spell(value: Any) -> bytes:
        if not isinstance(value, int) or isinstance(value, bool) or value < 0 or value >> bits:
            raise _NotPlainError
        return value.to_bytes(WORD_BYTES)

    return spell


def _bits(kind: str) -> int:
    found = _UINT.fullmatch(kind)
    if found is None:
        raise _NotPlainError
    return int(found[1])


def _read_of(kind: str) -> Read:
    if kind == "bytes32":
        return bytes
    if kind == "address":
        return _read_address
    if kind == "bool":
        return _read_flag
    bits = _bits(kind)

    def read_number(word: bytes) -> int:
        value = int.from_bytes(word)
        if value >> bits:
            raise _NotPlainError
        return value

    return read_number


def _read_address(word: bytes) -> str:
    if not word.startswith(_EMPTY):
        raise _NotPlainError
    return checksummed("0x" + word[12:].hex())


def _read_flag(word: bytes) -> bool:
    value = int.from_bytes(word)
    if value > 1:
        raise _NotPlainError
    return value == 1


def parts_of(kind: str) -> list[str]:
    """Return the kinds that stand in a tuple's."""
    parts, depth, start = [], 0, 1
    for index, sign in enumerate(kind):
        depth += (sign == "(") - (sign == ")")
        if (sign == "," and depth == 1) or (sign == ")" and depth == 0):
            parts.append(kind[start:index])
            start = index + 1
    return parts
