"""A quicker loop for py-evm's interpreter: the same opcodes, the same gas, the same errors.

py-evm calls four Python functions and checks types several times for each opcode. This loop does the frequent
ones - pushes, stack moves, arithmetic, jumps, memory, keccak, what the message says - on plain integers,
and hands every other opcode to py-evm's own function, or to what `reaching` tells of. Which opcodes exist and
what they cost is read from py-evm's tables for the fork, so a fork changes nothing here. Tests run random programs
through both.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from eth.exceptions import FullStack, Halt, InsufficientStack, InvalidJumpDestination, OutOfGas
from eth.vm import opcode_values as op
from eth.vm.logic.invalid import InvalidOpcode
from eth.vm.opcode import _FastOpcode
from eth_hash.auto import keccak

from .plain_opcodes import PURE_FUNCTIONS, READ_FUNCTIONS
from .quick_calls import reach_of_call
from .quick_copies import COPIES
from .quick_storage import STORAGE_AND_LOGS
from .reaching import OF_THE_BLOCK, OF_THE_MOMENT, Reach, stand_in
from .stretches import Code

STACK_MAX = 1024
JUMPDEST, PUSH1, PUSH32 = 0x5B, 0x60, 0x7F
SHA3_WORD_GAS = 6
COPY_WORD_GAS = 3
MEMORY_WORD_GAS = 3

CODES_KEPT = 32
"""With what was translated of them: of the worst codes that were tried 5.7 MB each."""
QUICK_MEMORY_MAX = 1 << 20
"""Bytes; whoever asks for more is served by py-evm itself."""

SLOW, PUSH, DUP, SWAP, JUMP, JUMPI, READ, MLOAD, MSTORE, SHA3, CODECOPY, PURE = range(12)

Values = Any
"""A list of integers; py-evm's own functions may leave bytes on top, which are turned into integers at once."""
Row = tuple[int, int, int, Any]
"""How to run an opcode: its kind, its gas, how many items it needs, and what else it needs to know."""


@cache
def quick_computation(base: Any) -> Any:
    """py-evm's computation class of a fork, with this loop in place of its own."""

    def apply_computation(
        cls: Any, state: Any, message: Any, transaction_context: Any, parent_computation: Any = None
    ) -> Any:
        with cls(state, message, transaction_context) as computation:
            begin(computation, parent_computation)
            precompiled = computation.precompiles.get(message.code_address)
            if precompiled is None:
                run(computation)
            elif not message.is_delegation:
                precompiled(computation)
        return computation

    return type(base.__name__, (base,), {"apply_computation": classmethod(apply_computation)})


def begin(computation: Any, parent_computation: Any) -> None:
    """What py-evm does before the first instruction."""
    message = computation.msg
    if computation.is_origin_computation:
        computation.contracts_created = []
        if message.is_create:
            computation.consume_initcode_gas_cost(computation)
    if parent_computation is not None:
        computation.contracts_created = parent_computation.contracts_created
    if message.is_create:
        computation.contracts_created.append(message.storage_address)


def run(computation: Any) -> None:
    """Execute a computation's code until it halts. Raises what py-evm would raise."""
    code, message = computation.code, computation.msg
    raw: bytes = code._raw_code_bytes
    forks_class: Any = type(computation)
    known, table = _known(raw, forks_class), _table(forks_class)
    values: Values = computation._stack.values
    meter, memory = computation._gas_meter, computation._memory
    stretches, pushes, size = known.stretches, known.pushes, len(raw)
    gas, pc, is_entered = meter.gas_remaining, 0, True
    while True:
        if is_entered:
            stretch = stretches.get(pc, 0)
            if stretch.__class__ is int:
                stretch = known.visit(pc)
            if stretch is not None:
                gas, pc = stretch(values, gas, memory, computation)
                if pc >= 0:
                    continue
                pc = -1 - pc
            is_entered = False
        kind, cost, needs, extra = table[raw[pc] if pc < size else 0]
        if kind == SLOW:
            meter.gas_remaining, code.program_counter = gas, pc + 1
            if extra is None:
                return
            try:
                extra(computation=computation)
            except Halt:
                return
            gas, pc, is_entered = meter.gas_remaining, code.program_counter, True
            if values and values[-1].__class__ is bytes:
                values[-1] = int.from_bytes(values[-1], "big")
            continue
        gas -= cost
        if gas < 0:
            raise OutOfGas(f"Out of gas: {-gas} more needed")
        if len(values) < needs:
            raise InsufficientStack(f"Wanted {needs} stack items, only had {len(values)}")
        if kind == PURE:
            extra(values)
            pc += 1
        elif kind <= DUP:
            if len(values) >= STACK_MAX:
                raise FullStack("Stack limit reached")
            if kind == PUSH:
                value, pc = pushes[pc]
                values.append(value)
            else:
                values.append(values[extra])
                pc += 1
        elif kind == SWAP:
            values[-1], values[extra] = values[extra], values[-1]
            pc += 1
        elif kind <= JUMPI:
            place, pc, is_entered = pc, _jump(values, kind, pc, known.destinations), True
            if kind == JUMPI:
                known.note_jump(place, taken=pc != place + 1)
        elif kind == READ:
            if not needs and len(values) >= STACK_MAX:
                raise FullStack("Stack limit reached")
            extra(values, message)
            pc += 1
        elif not _is_within(values, kind, memory._bytes) and not _can_be_paid_for_here(values, kind):
            gas += cost
            meter.gas_remaining, code.program_counter = gas, pc + 1
            extra(computation=computation)
            gas, pc = meter.gas_remaining, pc + 1
            if values and values[-1].__class__ is bytes:
                values[-1] = int.from_bytes(values[-1], "big")
        else:
            gas -= _pay_for_memory(values, kind, memory)
            if gas >= 0:
                gas -= _use_memory(values, kind, memory._bytes, raw)
            if gas < 0:
                raise OutOfGas(f"Out of gas: {-gas} more needed")
            pc += 1


@lru_cache(maxsize=CODES_KEPT)
def _known(raw: bytes, forks_class: Any) -> Code:
    """What there is to know of a code before it runs; its stretches are added while it does."""
    table, opcodes = _table(forks_class), forks_class.opcodes
    reached, asked = _reached(forks_class), _asked(forks_class)
    costs = {opcode: cost for opcode, (kind, cost, _, _) in enumerate(table) if kind != SLOW}
    costs |= {opcode: opcodes[opcode].gas_cost for opcode in (*reached, *asked)}
    return Code(raw, costs, *_analyse(raw), PURE_FUNCTIONS, reached, asked)


@cache
def _reached(forks_class: Any) -> dict[int, Reach]:
    """The instructions of a fork that stretches call functions for."""
    return {opcode: found for opcode, known in forks_class.opcodes.items() if (found := reach_of(known)) is not None}


@cache
def _asked(forks_class: Any) -> dict[int, tuple[str, bool]]:
    """What a fork's instructions say of block and moment."""
    logics = {opcode: getattr(known, "logic_fn", None) for opcode, known in forks_class.opcodes.items()}
    of_the_block = {opcode: (OF_THE_BLOCK[logic], True) for opcode, logic in logics.items() if logic in OF_THE_BLOCK}
    moment = {opcode: (OF_THE_MOMENT[logic], False) for opcode, logic in logics.items() if logic in OF_THE_MOMENT}
    return of_the_block | moment


def reach_of(known: Any) -> Reach | None:
    """What does the same as one of py-evm's opcodes in fewer steps, if there is something."""
    logic: Any = getattr(known, "logic_fn", None)
    return STORAGE_AND_LOGS.get(logic) or COPIES.get(logic) or reach_of_call(known, _run_called)


def _run_called(computation: Any, caller: Any) -> None:
    begin(computation, caller)
    run(computation)


def _jump(values: Values, kind: int, pc: int, destinations: frozenset[int]) -> int:
    destination: int = values.pop()
    if kind == JUMPI and not values.pop():
        return pc + 1
    if destination not in destinations:
        raise InvalidJumpDestination("Invalid Jump Destination")
    return destination


def _is_within(values: Values, kind: int, content: bytearray) -> bool:
    """Whether the memory that is asked for has been paid for already."""
    return bool(values[-1] + _memory_size(values, kind) <= len(content))


def _memory_size(values: Values, kind: int) -> int:
    """How many bytes of memory an instruction asks for, from where its first operand says."""
    if kind == SHA3:
        return values[-2]  # type: ignore[no-any-return]
    return values[-3] if kind == CODECOPY else 32


def _can_be_paid_for_here(values: Values, kind: int) -> bool:
    size = _memory_size(values, kind)
    return size > 0 and values[-1] + size <= QUICK_MEMORY_MAX


def _pay_for_memory(values: Values, kind: int, memory: Any) -> int:
    """Extend the memory to what is asked for; the gas that this costs."""
    start: int = values[-1]
    size = _memory_size(values, kind)
    before, after = len(memory._bytes) // 32, (start + size + 31) // 32
    if after <= before:
        return 0
    memory.extend(start, size)
    return (after - before) * MEMORY_WORD_GAS + after * after // 512 - before * before // 512


def _use_memory(values: Values, kind: int, content: bytearray, code: bytes) -> int:
    """MLOAD, MSTORE, SHA3 or CODECOPY within paid memory; the gas it costs besides."""
    start = values.pop()
    if kind == MLOAD:
        values.append(int.from_bytes(content[start : start + 32], "big"))
        return 0
    if kind == MSTORE:
        content[start : start + 32] = values.pop().to_bytes(32, "big")
        return 0
    if kind == CODECOPY:
        source: int = values.pop()
        copied: int = values.pop()
        content[start : start + copied] = code[source : source + copied].ljust(copied, b"\x00")
        return COPY_WORD_GAS * ((copied + 31) // 32)
    length: int = values[-1]
    values[-1] = int.from_bytes(keccak(bytes(content[start : start + length])), "big")
    return SHA3_WORD_GAS * ((length + 31) // 32)


@lru_cache(maxsize=512)
def _analyse(raw: bytes) -> tuple[dict[int, tuple[int, int]], frozenset[int]]:
    """Every push by its position (its value, and where the code goes on), and every valid jump destination."""
    pushes, destinations, position = {}, set(), 0
    while position < len(raw):
        opcode, after = raw[position], position + 1
        if PUSH1 <= opcode <= PUSH32:
            width = opcode - PUSH1 + 1
            after += width
            data = raw[position + 1 : after].ljust(width, b"\x00")
            pushes[position] = (int.from_bytes(data, "big"), after)
        elif opcode == JUMPDEST:
            destinations.add(position)
        position = after
    return pushes, frozenset(destinations)


@cache
def _table(computation_class: Any) -> list[Row]:
    """The rows of one fork, from py-evm's own table of opcodes."""
    return [_row(opcode, computation_class.opcodes.get(opcode)) for opcode in range(256)]


def _row(opcode: int, known: Any) -> Row:
    if opcode == op.STOP:
        return SLOW, 0, 0, None  # is free and ends; raising that takes longer than all before it in a short call
    reach = reach_of(known)
    if reach is not None:
        return SLOW, 0, 0, stand_in(known, reach)
    if not isinstance(known, _FastOpcode):
        return SLOW, 0, 0, known if known is not None else InvalidOpcode(opcode)
    cost = known.gas_cost
    if PUSH1 <= opcode <= PUSH32:
        return PUSH, cost, 0, None
    if op.DUP1 <= opcode <= op.DUP16:
        depth = opcode - op.DUP1 + 1
        return DUP, cost, depth, -depth
    if op.SWAP1 <= opcode <= op.SWAP16:
        depth = opcode - op.SWAP1 + 2
        return SWAP, cost, depth, -depth
    if opcode in PURE_FUNCTIONS:
        needs, function = PURE_FUNCTIONS[opcode]
        return PURE, cost, needs, function
    if opcode in READ_FUNCTIONS:
        needs, read = READ_FUNCTIONS[opcode]
        return READ, cost, needs, read
    if opcode in OTHER_KINDS:
        kind, needs = OTHER_KINDS[opcode]
        return kind, cost, needs, known
    return SLOW, 0, 0, known


OTHER_KINDS = {
    op.JUMP: (JUMP, 1),
    op.JUMPI: (JUMPI, 2),
    op.MLOAD: (MLOAD, 1),
    op.MSTORE: (MSTORE, 2),
    op.SHA3: (SHA3, 2),
    op.CODECOPY: (CODECOPY, 3),
}
