"""CALL and STATICCALL in fewer steps than py-evm takes: the same gas, the same output, the same state.

Contracts that Vyper compiles for rules before Cancun copy each string by a call of the identity contract at address 4,
and ask each other all the time. For each call py-evm makes a message, a computation with five parts, and two
checkpoints, and checks the kind of everything. Here identity and ecrecover are answered where they are called, and a
contract gets a computation without what is known to be true of it.

Whatever is unusual - a value, too little gas, much memory, an account without code - is handed to py-evm's own opcode
before anything was changed. These stand in for Berlin's two opcodes only: a fork that has others keeps its own.

A call that has come to its end leaves nothing behind but what counts later: its logs, its refund. py-evm keeps every
computation until the transaction has ended and goes through all of them five times.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from eth import constants
from eth.exceptions import VMError
from eth.precompiles.ecrecover import ecrecover
from eth.precompiles.identity import identity
from eth.vm.code_stream import CodeStream
from eth.vm.computation import BaseComputation
from eth.vm.forks.berlin.constants import COLD_ACCOUNT_ACCESS_COST, WARM_STORAGE_READ_COST
from eth.vm.forks.berlin.logic import CallEIP2929, StaticCallEIP2929
from eth.vm.gas_meter import GasMeter
from eth.vm.memory import Memory
from eth.vm.message import Message
from eth.vm.stack import Stack

from .reaching import Reach
from .recover import CURVE_ORDER, recover_address
from .stretch_python import MEMORY_MAX, memory_gas

ADDRESS_MASK = (1 << 160) - 1
RECOVERED_KEPT = 1 << 13
"""Addresses by what was signed and how; one that is rehearsed or previewed is recovered again otherwise."""
RECOVERY_BYTES = 128

Run = Callable[[Any, Any], None]
"""Runs a computation's code, given who called it; fails as py-evm's would."""
UNFIT = (-1, 0)


def reach_of_call(known: Any, run: Run) -> Reach | None:
    """One of py-evm's calling opcodes as it is reached here; None for one that has no quicker way."""
    kind = type(known).__mro__[1]
    if kind is CallEIP2929:
        return Reach(7, True, partial(_call, run), runs_code=True)
    if kind is StaticCallEIP2929:
        return Reach(6, True, partial(_static_call, run), runs_code=True)
    return None


def _call(run: Run, computation: Any, gas: int, asked: int, target: int, value: int, *spans: int) -> tuple[int, int]:
    return UNFIT if value else _called(run, computation, gas, computation.msg.is_static, asked, target, *spans)


def _static_call(run: Run, computation: Any, gas: int, asked: int, target: int, *spans: int) -> tuple[int, int]:
    return _called(run, computation, gas, True, asked, target, *spans)


def _called(
    run: Run,
    computation: Any,
    gas: int,
    is_static: bool,
    asked: int,
    target: int,
    start: int,
    size: int,
    out_start: int,
    out_size: int,
) -> tuple[int, int]:
    """The gas that is left, and whether the call did well (1) or not (0)."""
    memory, state = computation._memory, computation.state
    end = max(start + size if size else 0, out_start + out_size if out_size else 0)
    address = (target & ADDRESS_MASK).to_bytes(20, "big")
    precompiled = computation._precompiles.get(address)
    is_warm = precompiled is not None or state._account_db.is_address_warm(address)
    gas -= WARM_STORAGE_READ_COST if is_warm else COLD_ACCOUNT_ACCESS_COST
    if end > len(memory._bytes):
        gas -= memory_gas(len(memory._bytes), end)
    if gas < 0 or end > MEMORY_MAX or computation.msg.depth >= constants.STACK_DEPTH_LIMIT:
        return UNFIT
    handed_on = min(asked, gas - gas // 64)
    if precompiled is None:
        code = state.get_code(address)
        if not code or type(computation).__init__ is not BaseComputation.__init__:
            return UNFIT
    else:
        cost, answer = _PRECOMPILED.get(precompiled, _UNKNOWN)
        fee = cost(size)
        # An empty account at this address would be cleared because it was called.
        if handed_on < fee or (state.account_exists(address) and state.account_is_empty(address)):
            return UNFIT
    if end > len(memory._bytes):
        memory.extend(0, end)
    if not is_warm:
        state.mark_address_warm(address)  # whoever makes an access list listens there
    data = bytes(memory._bytes[start : start + size]) if size else b""
    if precompiled is None:
        caller = computation.msg
        message = made_message(
            caller.storage_address,
            address,
            handed_on,
            data,
            code,
            depth=caller.depth + 1,
            is_static=is_static,
            transfers=not is_static,
        )
        given_back, output, success = _run_called(computation, message, run)
        gas += given_back - handed_on
    else:
        computation.return_data = output = answer(data)
        gas, success = gas - fee, 1
    if out_size and output:
        written = min(out_size, len(output))
        memory._bytes[out_start : out_start + written] = output[:written]
    return gas, success


def made_message(
    sender: bytes, to: bytes, gas: int, data: bytes, code: bytes, *, depth: int, is_static: bool, transfers: bool
) -> Any:
    """py-evm's message to a contract, without a value, of parts that need no check."""
    message: Any = Message.__new__(Message)
    message.gas, message.to, message.sender, message.value = gas, to, sender, 0
    message.data, message.depth, message.code = data, depth, code
    message._storage_address = message._code_address = message.create_address = None
    message.should_transfer_value, message.is_static = transfers, is_static
    message._is_delegation, message.refund = False, 0
    return message


def made_computation(kind: Any, state: Any, message: Any, context: Any, refund_strategy: Any) -> Any:
    """py-evm's computation of this class, of parts that need no check."""
    made = object.__new__(kind)
    made.state, made.msg, made.transaction_context = state, message, context
    made.code = code = CodeStream.__new__(CodeStream)
    code.program_counter, code._raw_code_bytes, code._length_cache = 0, message.code, len(message.code)
    code.invalid_positions, code.valid_positions = set(), set()
    made._gas_meter = meter = GasMeter.__new__(GasMeter)
    meter.start_gas = meter.gas_remaining = message.gas
    meter.gas_refunded, meter.refund_strategy = 0, refund_strategy
    made.children, made.accounts_to_delete, made.beneficiaries = [], [], []
    made._stack, made._memory, made._log_entries = Stack(), Memory(), []
    made.data_floor_cost = 0
    return made


def _run_called(caller: Any, message: Any, run: Run) -> tuple[int, bytes, int]:
    """Run what was called and tell the caller how it went: gas that comes back, output, and whether it did well."""
    state = caller.state
    strategy = caller._gas_meter.refund_strategy
    child = made_computation(type(caller), state, message, caller.transaction_context, strategy)
    snapshot = state.snapshot()
    try:
        run(child, caller)
    except VMError as error:
        child._error = error
        state.revert(snapshot)
        if child.children:
            caller.children.append(child)
        caller.return_data = output = b"" if error.burns_gas else child._output
        return 0 if error.burns_gas else child._gas_meter.gas_remaining, output, 0
    state.commit(snapshot)
    caller.return_data = output = child._output
    if child.children or child.accounts_to_delete:
        caller.children.append(child)
    else:
        caller._log_entries += child._log_entries
        caller._gas_meter.gas_refunded += child._gas_meter.gas_refunded
    return child._gas_meter.gas_remaining, output, 1


def forget_recovered() -> None:
    """As if nobody's signature had been seen yet, for whoever measures."""
    _recovered.cache_clear()


@lru_cache(maxsize=RECOVERED_KEPT)
def _recovered(data: bytes) -> bytes:
    """What the contract at address 1 answers: who signed a hash with v, r and s, or nothing."""
    data = data[:RECOVERY_BYTES].ljust(RECOVERY_BYTES, b"\x00")
    v, r, s = (int.from_bytes(data[place : place + 32], "big") for place in (32, 64, 96))
    if v not in (27, 28) or r >= CURVE_ORDER or s >= CURVE_ORDER:
        return b""
    try:
        return recover_address(data[64:] + bytes([v - 27]), data[:32]).rjust(32, b"\x00")
    except ValueError:
        return b""


def _identity_cost(size: int) -> int:
    return constants.GAS_IDENTITY + constants.GAS_IDENTITYWORD * ((size + 31) // 32)


def _identity(data: bytes) -> bytes:
    return data


def _more_than_anybody_has(_size: int) -> int:
    return 1 << 256


Answered = tuple[Callable[[int], int], Callable[[bytes], bytes]]
_UNKNOWN: Answered = (_more_than_anybody_has, _identity)
_PRECOMPILED: dict[Any, Answered] = {
    identity: (_identity_cost, _identity),
    ecrecover: (lambda _size: constants.GAS_ECRECOVER, lambda data: _recovered(data[:RECOVERY_BYTES])),
}
"""By py-evm's very function: what it costs for so many bytes, and what it answers."""
