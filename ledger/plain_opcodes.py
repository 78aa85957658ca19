"""Opcodes that need nothing but the stack, or the message, as functions on plain integers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eth.vm import opcode_values as op

WORD_MAX = 2**256 - 1
SIGN_BIT = 1 << 255
JUMPDEST = 0x5B

Values = Any
"""A list of integers, the top of the stack last."""


def _binary(function: Callable[[int, int], int]) -> tuple[int, Callable[[Values], None]]:
    def apply(values: Values) -> None:
        top = values.pop()
        values[-1] = function(top, values[-1])

    return 2, apply


def _unary(function: Callable[[int], int]) -> tuple[int, Callable[[Values], None]]:
    def apply(values: Values) -> None:
        values[-1] = function(values[-1])

    return 1, apply


def _pop(values: Values) -> None:
    values.pop()


def _nothing(values: Values) -> None:
    """JUMPDEST marks a place and does nothing."""


PURE_FUNCTIONS: dict[int, tuple[int, Callable[[Values], None]]] = {
    op.POP: (1, _pop),
    JUMPDEST: (0, _nothing),
    op.ADD: _binary(lambda top, next_: (top + next_) & WORD_MAX),
    op.SUB: _binary(lambda top, next_: (top - next_) & WORD_MAX),
    op.MUL: _binary(lambda top, next_: (top * next_) & WORD_MAX),
    op.DIV: _binary(lambda top, next_: top // next_ if next_ else 0),
    op.MOD: _binary(lambda top, next_: top % next_ if next_ else 0),
    op.LT: _binary(lambda top, next_: 1 if top < next_ else 0),
    op.GT: _binary(lambda top, next_: 1 if top > next_ else 0),
    op.SLT: _binary(lambda top, next_: 1 if top ^ SIGN_BIT < next_ ^ SIGN_BIT else 0),
    op.SGT: _binary(lambda top, next_: 1 if top ^ SIGN_BIT > next_ ^ SIGN_BIT else 0),
    op.EQ: _binary(lambda top, next_: 1 if top == next_ else 0),
    op.AND: _binary(lambda top, next_: top & next_),
    op.OR: _binary(lambda top, next_: top | next_),
    op.XOR: _binary(lambda top, next_: top ^ next_),
    op.SHL: _binary(lambda top, next_: (next_ << top) & WORD_MAX if top < 256 else 0),
    op.SHR: _binary(lambda top, next_: next_ >> top if top < 256 else 0),
    op.ISZERO: _unary(lambda top: 0 if top else 1),
    op.NOT: _unary(lambda top: WORD_MAX - top),
}


def _call_data_word(values: Values, message: Any) -> None:
    start = values[-1]
    values[-1] = int.from_bytes(bytes(message.data[start : start + 32]).ljust(32, b"\x00"), "big")


READ_FUNCTIONS: dict[int, tuple[int, Callable[[Values, Any], None]]] = {
    op.ADDRESS: (0, lambda values, message: values.append(int.from_bytes(message.storage_address, "big"))),
    op.CALLER: (0, lambda values, message: values.append(int.from_bytes(message.sender, "big"))),
    op.CALLVALUE: (0, lambda values, message: values.append(message.value)),
    op.CALLDATASIZE: (0, lambda values, message: values.append(len(message.data))),
    op.CALLDATALOAD: (1, _call_data_word),
}
