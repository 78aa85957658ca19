"""geth's words for instructions and for why code failed, because clients match on them."""

from __future__ import annotations

from eth.exceptions import (
    FullStack,
    InsufficientFunds,
    InsufficientStack,
    InvalidInstruction,
    InvalidJumpDestination,
    OutOfBoundsRead,
    OutOfGas,
    ReservedBytesInCode,
    Revert,
    StackDepthLimit,
    WriteProtection,
)
from eth.vm import opcode_values

OUT_OF_GAS = "out of gas"
ERROR_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (Revert, "execution reverted"),
    (OutOfGas, OUT_OF_GAS),
    (InvalidJumpDestination, "invalid jump destination"),
    (WriteProtection, "write protection"),
    (InsufficientStack, "stack underflow"),
    (FullStack, "stack limit reached 1024 (1023)"),
    (StackDepthLimit, "max call depth exceeded"),
    (OutOfBoundsRead, "return data out of bounds"),
    (ReservedBytesInCode, "invalid code: must not begin with 0xef"),
    (InsufficientFunds, "insufficient balance for transfer"),
)
BEGINNINGS = (
    ("Contract code size exceeds EIP170", "max code size exceeded"),
    ("Blake2b input parameter validation failure: input length", "invalid input length"),
    ("Blake2b input parameter validation failure: incorrect final", "invalid final flag"),
)
"""Of what py-evm says of one kind of error, and geth of several."""
CODE_DEPOSIT = "Write contract code for CREATE"
NAMES = {
    **{value: name for name, value in vars(opcode_values).items() if isinstance(value, int)},
    opcode_values.SHA3: "KECCAK256",
    opcode_values.DIFFICULTY: "DIFFICULTY",
    0xFE: "INVALID",
}
"""By opcode, because some of py-evm's functions do not know their own name."""


def error_words(error: Exception) -> str:
    said = str(error)
    if isinstance(error, InvalidInstruction):
        return f"invalid opcode: {opcode_name(int(said.split(' @')[0].removeprefix('Invalid opcode '), 16))}"
    for beginning, words in BEGINNINGS:
        if said.startswith(beginning):
            return words
    if isinstance(error, OutOfGas) and CODE_DEPOSIT in said:
        return "contract creation code storage out of gas"
    for kind, words in ERROR_WORDS:
        if isinstance(error, kind):
            return words
    return (said.splitlines() or [type(error).__name__])[0]


def opcode_name(opcode: int) -> str:
    """Of every opcode that any fork has, known to the present one or not."""
    return NAMES.get(opcode) or f"opcode {opcode:#x} not defined"
