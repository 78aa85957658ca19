"""What an instruction costs and why it may be refused, worked out as geth does: before it runs.

py-evm counts while it runs an instruction and stops at the first thing that is wrong, so of one that fails it knows
neither the whole cost nor what geth would have called wrong first: the stack, then the gas, then everything
else. Rules since Berlin (EIP-2929). Sources: interpreter.go, gas_table.go, operations_acl.go and memory_table.go in
core/vm of geth v1.13.15.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from eth.vm import opcode_values as op
from eth.vm.forks.berlin.state import BerlinState
from eth.vm.forks.london.state import LondonState
from eth.vm.forks.shanghai.state import ShanghaiState

from .words import OUT_OF_GAS

GAS_OVERFLOW = "gas uint64 overflow"
UINT64 = 1 << 64
STACK_ITEMS_MAX = 1024
MEMORY_BYTES_MAX = 0x1FFFFFFFE0
INITCODE_BYTES_MAX = 2 * 24_576
WARM, COLD_ACCOUNT, COLD_SLOT = 100, 2_600, 2_100
SSTORE_SENTRY, SSTORE_SET, SSTORE_RESET = 2_300, 20_000, 5_000
CALL_VALUE, NEW_ACCOUNT, SELFDESTRUCT = 9_000, 25_000, 5_000
SELFDESTRUCT_REFUND = 24_000
"""Until London, and once for each contract."""
CALLS = frozenset({op.CALL, op.CALLCODE, op.DELEGATECALL, op.STATICCALL})
CREATIONS = frozenset({op.CREATE, op.CREATE2})


@dataclass(frozen=True)
class Verdict:
    """The cost that geth shows, and its words if it refuses to begin."""

    cost: int
    refusal: str | None = None


class _RefusedError(Exception):
    """The dynamic part of the gas cannot be had, whatever it is."""


def foresee(computation: Any, opcode: int, gas: int) -> Verdict | None:
    """What geth would say to this instruction; None under rules before Berlin."""
    if not isinstance(computation.state, BerlinState):
        return None
    known = computation.opcodes.get(opcode)
    if known is None:
        return Verdict(0)
    constant = CONSTANT[opcode] if opcode in CONSTANT else known.gas_cost  # noqa: SIM401 - not every one has it
    pops, pushes = _stack_use(opcode)
    items = len(computation._stack.values)
    if items < pops:
        return Verdict(constant, f"stack underflow ({items} <=> {pops})")
    most = STACK_ITEMS_MAX + pops - pushes
    if items > most:
        return Verdict(constant, f"stack limit reached {items} ({most})")
    if gas < constant:
        return Verdict(constant, OUT_OF_GAS)
    look = _Look(computation, gas - constant)
    try:
        memory_bytes = max((_end(look, *place) for place in MEMORY.get(opcode, ())), default=0)
    except OverflowError:
        return Verdict(constant, GAS_OVERFLOW)
    try:
        dynamic = DYNAMIC[opcode](look, memory_bytes) if opcode in DYNAMIC else 0
    except _RefusedError:
        return Verdict(constant, OUT_OF_GAS)
    return Verdict(constant + dynamic, OUT_OF_GAS if look.gas < dynamic else None)


class _Look:
    """Stack, memory and state as they are before the instruction, and the gas that is left for its dynamic part."""

    def __init__(self, computation: Any, gas: int) -> None:
        self.state, self.gas = computation.state, gas
        self.own = computation.msg.storage_address
        self.memory_bytes = len(computation._memory._bytes)
        self._values = computation._stack.values

    def item(self, back: int) -> int:
        value = self._values[-1 - back]
        return int.from_bytes(value, "big") if isinstance(value, bytes) else int(value)

    def address(self, back: int) -> bytes:
        return (self.item(back) % (1 << 160)).to_bytes(20, "big")

    def cold_account(self, back: int) -> int:
        """What it costs more than a warm one."""
        return 0 if self.state.is_address_warm(self.address(back)) else COLD_ACCOUNT - WARM


def _end(look: _Look, start: int, size: int | None, width: int = 0) -> int:
    """Where a range of memory ends, in whole words. Raises OverflowError beyond 64 bits, as geth does."""
    length = width if size is None else look.item(size)
    if not length:
        return 0
    end = look.item(start) + length
    if end > UINT64 - 32:
        raise OverflowError
    return (end + 31) // 32 * 32


def _memory(look: _Look, memory_bytes: int) -> int:
    if memory_bytes > MEMORY_BYTES_MAX:
        raise _RefusedError
    if memory_bytes <= look.memory_bytes:
        return 0
    before, after = look.memory_bytes // 32, memory_bytes // 32
    return (after - before) * 3 + after * after // 512 - before * before // 512


def _by_words(size: int, gas_for_each: int) -> Callable[[_Look, int], int]:
    """Memory, and so much for each word of a size on the stack."""
    return lambda look, memory_bytes: _memory(look, memory_bytes) + (look.item(size) + 31) // 32 * gas_for_each


def _exponent(look: _Look, _: int) -> int:
    return 10 + 50 * ((look.item(1).bit_length() + 7) // 8)


def _account(look: _Look, _: int) -> int:
    return look.cold_account(0)


def _copied_code(look: _Look, memory_bytes: int) -> int:
    return _memory(look, memory_bytes) + (look.item(3) + 31) // 32 * 3 + look.cold_account(0)


def _load(look: _Look, _: int) -> int:
    return WARM if look.state.is_storage_warm(look.own, look.item(0)) else COLD_SLOT


def _store(look: _Look, _: int) -> int:
    if look.gas <= SSTORE_SENTRY:
        raise _RefusedError
    slot, value = look.item(0), look.item(1)
    cost = 0 if look.state.is_storage_warm(look.own, slot) else COLD_SLOT
    present, original = (look.state.get_storage(look.own, slot, journal) for journal in (True, False))
    if present == value or original != present:
        return cost + WARM
    return cost + (SSTORE_RESET - COLD_SLOT if original else SSTORE_SET)


def _log(topics: int) -> Callable[[_Look, int], int]:
    return lambda look, memory_bytes: _memory(look, memory_bytes) + 375 * (1 + topics) + 8 * look.item(1)


def _create(gas_for_each_word: int) -> Callable[[_Look, int], int]:
    def cost(look: _Look, memory_bytes: int) -> int:
        size, each = look.item(2), gas_for_each_word
        if isinstance(look.state, ShanghaiState):  # EIP-3860
            each += 2
            if size > INITCODE_BYTES_MAX:
                raise _RefusedError
        return _memory(look, memory_bytes) + (size + 31) // 32 * each

    return cost


def _call(opcode: int) -> Callable[[_Look, int], int]:
    def cost(look: _Look, memory_bytes: int) -> int:
        cold, left = look.cold_account(1), look.gas
        if left < cold:
            raise _RefusedError
        left -= cold
        base = _memory(look, memory_bytes)
        if opcode in (op.CALL, op.CALLCODE) and look.item(2):
            base += CALL_VALUE
            if opcode == op.CALL and look.state.account_is_empty(look.address(1)):
                base += NEW_ACCOUNT
        available = (left - base) % UINT64  # geth's numbers go round
        handed_on = min(available - available // 64, look.item(0))
        if base + handed_on + cold >= UINT64:
            raise _RefusedError
        return base + handed_on + cold

    return cost


def _destroy(look: _Look, _: int) -> int:
    heir, state = look.address(0), look.state
    cost = 0 if state.is_address_warm(heir) else COLD_ACCOUNT
    return cost + (NEW_ACCOUNT if state.account_is_empty(heir) and state.get_balance(look.own) else 0)


def refund_of(computation: Any, opcode: int, destroyed: set[bytes]) -> int:
    """What geth has refunded for an instruction even if it then fails; its frame takes it back."""
    state = computation.state
    if not isinstance(state, BerlinState):
        return 0
    look, before_london = _Look(computation, 0), not isinstance(state, LondonState)
    if opcode == op.SELFDESTRUCT:
        return SELFDESTRUCT_REFUND if before_london and look.own not in destroyed else 0
    slot, value = look.item(0), look.item(1)
    present, original = (state.get_storage(look.own, slot, journal) for journal in (True, False))
    if present == value:
        return 0
    clearing = 15_000 if before_london else 4_800
    refund = 0
    if original and original != present:
        refund += clearing if not value else -clearing if not present else 0
    elif original and not value:
        refund += clearing
    if original != present and original == value:
        refund += SSTORE_RESET - COLD_SLOT - WARM if original else SSTORE_SET - WARM
    return refund


CONSTANT = {
    **{op.EXP: 0, op.SHA3: 30, op.SLOAD: 0, op.SSTORE: 0, op.RETURN: 0, op.REVERT: 0},
    **dict.fromkeys((op.BALANCE, op.EXTCODESIZE, op.EXTCODECOPY, op.EXTCODEHASH, *CALLS), WARM),
    **dict.fromkeys((op.CALLDATACOPY, op.CODECOPY, op.RETURNDATACOPY, op.MLOAD, op.MSTORE, op.MSTORE8, op.MCOPY), 3),
    **dict.fromkeys(range(op.LOG0, op.LOG4 + 1), 0),
    **{op.CREATE: 32_000, op.CREATE2: 32_000, op.SELFDESTRUCT: SELFDESTRUCT},
}
"""Of what has a dynamic part too; of the others py-evm's own table tells it."""
MEMORY: dict[int, tuple[tuple[Any, ...], ...]] = {
    **dict.fromkeys((op.SHA3, op.RETURN, op.REVERT, *range(op.LOG0, op.LOG4 + 1)), ((0, 1),)),
    **dict.fromkeys((op.CALLDATACOPY, op.CODECOPY, op.RETURNDATACOPY), ((0, 2),)),
    **dict.fromkeys((op.MLOAD, op.MSTORE), ((0, None, 32),)),
    **{op.MSTORE8: ((0, None, 1),), op.EXTCODECOPY: ((1, 3),), op.MCOPY: ((0, 2), (1, 2))},
    **dict.fromkeys((op.CREATE, op.CREATE2), ((1, 2),)),
    **dict.fromkeys((op.CALL, op.CALLCODE), ((5, 6), (3, 4))),
    **dict.fromkeys((op.DELEGATECALL, op.STATICCALL), ((4, 5), (2, 3))),
}
"""Where on the stack the start and the size of each range stand that is read or written."""
DYNAMIC: dict[int, Callable[[_Look, int], int]] = {
    **dict.fromkeys((op.MLOAD, op.MSTORE, op.MSTORE8, op.RETURN, op.REVERT), _memory),
    **dict.fromkeys((op.CALLDATACOPY, op.CODECOPY, op.RETURNDATACOPY, op.MCOPY), _by_words(2, 3)),
    **dict.fromkeys((op.BALANCE, op.EXTCODESIZE, op.EXTCODEHASH), _account),
    **{op.SHA3: _by_words(1, 6), op.EXP: _exponent, op.EXTCODECOPY: _copied_code, op.SLOAD: _load, op.SSTORE: _store},
    **{op.LOG0 + topics: _log(topics) for topics in range(5)},
    **{op.CREATE: _create(0), op.CREATE2: _create(6), op.SELFDESTRUCT: _destroy},
    **{opcode: _call(opcode) for opcode in CALLS},
}


def _stack_use(opcode: int) -> tuple[int, int]:
    """How many items an opcode needs, and how many there are in their place afterwards."""
    if op.PUSH1 <= opcode <= op.PUSH32:
        return 0, 1
    if op.DUP1 <= opcode <= op.DUP16:
        return opcode - op.DUP1 + 1, opcode - op.DUP1 + 2
    if op.SWAP1 <= opcode <= op.SWAP16:
        return opcode - op.SWAP1 + 2, opcode - op.SWAP1 + 2
    if op.LOG0 <= opcode <= op.LOG4:
        return opcode - op.LOG0 + 2, 0
    return STACK_USE[opcode]


STACK_USE: dict[int, tuple[int, int]] = {
    **dict.fromkeys((op.STOP, op.JUMPDEST), (0, 0)),
    **dict.fromkeys((*range(op.ADD, op.SMOD + 1), op.EXP, op.SIGNEXTEND), (2, 1)),
    **dict.fromkeys((op.ADDMOD, op.MULMOD, op.CREATE), (3, 1)),
    **dict.fromkeys((*range(op.LT, op.EQ + 1), op.AND, op.OR, op.XOR, *range(op.BYTE, op.SAR + 1), op.SHA3), (2, 1)),
    **dict.fromkeys((op.ISZERO, op.NOT, op.BALANCE, op.CALLDATALOAD, op.EXTCODESIZE, op.EXTCODEHASH), (1, 1)),
    **dict.fromkeys((op.BLOCKHASH, op.BLOBHASH, op.MLOAD, op.SLOAD, op.TLOAD), (1, 1)),
    **dict.fromkeys(
        (op.ADDRESS, op.ORIGIN, op.CALLER, op.CALLVALUE, op.CALLDATASIZE, op.CODESIZE, op.GASPRICE), (0, 1)
    ),
    **dict.fromkeys((op.RETURNDATASIZE, *range(op.COINBASE, op.BASEFEE + 1), op.BLOBBASEFEE, op.PUSH0), (0, 1)),
    **dict.fromkeys((op.PC, op.MSIZE, op.GAS), (0, 1)),
    **dict.fromkeys((op.CALLDATACOPY, op.CODECOPY, op.RETURNDATACOPY, op.MCOPY), (3, 0)),
    **dict.fromkeys((op.POP, op.JUMP, op.SELFDESTRUCT), (1, 0)),
    **dict.fromkeys((op.MSTORE, op.MSTORE8, op.SSTORE, op.TSTORE, op.JUMPI, op.RETURN, op.REVERT), (2, 0)),
    **{op.EXTCODECOPY: (4, 0), op.CREATE2: (4, 1)},
    **dict.fromkeys((op.CALL, op.CALLCODE), (7, 1)),
    **dict.fromkeys((op.DELEGATECALL, op.STATICCALL), (6, 1)),
}
