"""What instructions are in Python, for `stretches`: `{0}` is the top of the stack, `{1}` what stands below it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from eth.vm import opcode_values as op
from eth_hash.auto import keccak

MEMORY_MAX = 1 << 20
"""Bytes; whoever asks for more is left to the loop."""
HASHES_KEPT = 1 << 15
WORD_MAX = 2**256 - 1

EXPRESSIONS = {
    op.ADD: "({0} + {1}) & WORD_MAX",
    op.SUB: "({0} - {1}) & WORD_MAX",
    op.MUL: "({0} * {1}) & WORD_MAX",
    op.DIV: "{0} // {1} if {1} else 0",
    op.MOD: "{0} % {1} if {1} else 0",
    op.SLT: "({0} ^ SIGN) < ({1} ^ SIGN)",
    op.SGT: "({0} ^ SIGN) > ({1} ^ SIGN)",
    op.LT: "{0} < {1}",
    op.GT: "{0} > {1}",
    op.EQ: "{0} == {1}",
    op.ISZERO: "not {0}",
    op.AND: "{0} & {1}",
    op.OR: "{0} | {1}",
    op.XOR: "{0} ^ {1}",
    op.SHL: "({1} << {0}) & WORD_MAX if {0} < 256 else 0",
    op.SHR: "{1} >> {0} if {0} < 256 else 0",
    op.NOT: "WORD_MAX - {0}",
}
SHIFTED_BY_A_KNOWN_NUMBER = {op.SHL: "({1} << {0}) & WORD_MAX", op.SHR: "{1} >> {0}"}
TRUTHS = frozenset({op.SLT, op.SGT, op.LT, op.GT, op.EQ, op.ISZERO})
BITWISE = frozenset({op.AND, op.OR, op.XOR})
OF_THE_MESSAGE = {
    op.ADDRESS: "number(message.storage_address, 'big')",
    op.CALLER: "number(message.sender, 'big')",
    op.CALLVALUE: "message.value",
    op.CALLDATASIZE: "len(data)",
}


def memory_gas(size: int, end: int) -> int:
    """What it costs to have memory up to `end` where there are `size` bytes, full words, by now."""
    before, after = size // 32, (end + 31) // 32
    return (after - before) * 3 + after * after // 512 - before * before // 512


def grow(memory: Any, end: int, gas: int) -> int:
    """Extend the memory up to `end`; the gas that is left, or -1 where the loop has to see to it."""
    if end > MEMORY_MAX:
        return -1
    size = len(memory._bytes)
    left = gas - memory_gas(size, end)
    if left >= 0:
        try:
            memory._bytes.extend(bytes((end + 31) // 32 * 32 - size))
        except BufferError:  # somebody still reads it
            memory.extend(0, end)
    return left


@lru_cache(maxsize=HASHES_KEPT)
def _hashed(content: bytes) -> int:
    """The place of an entry of a mapping, which is asked for again and again."""
    return int.from_bytes(keccak(content), "big")


def _word(found: Any) -> int:
    """Thirty-two bytes of a message's data, the missing ones zeros."""
    return int.from_bytes(found, "big") << 8 * (32 - len(found))


NAMES: dict[str, Any] = {
    "WORD_MAX": WORD_MAX,
    "SIGN": 1 << 255,
    "number": int.from_bytes,
    "keccak": keccak,
    "word": _word,
    "grow": grow,
    "hashed": _hashed,
    "join": b"".join,
}
