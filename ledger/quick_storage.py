"""SLOAD, SSTORE and LOG in fewer steps than py-evm takes: the same reads, the same gas, the same refunds.

py-evm checks types, formats a reason for each gas charge and goes through several layers for each of these. Here each
does only what a plain case needs; whatever is unusual - too little gas, memory that is not paid for, a static call, an
empty stack - is handed to py-evm's own function before anything was changed. They stand in for exactly those opcodes of
py-evm that are named below, so a fork that has others keeps its own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from eth import constants
from eth.vm import opcode_values as op
from eth.vm.forks.berlin.constants import COLD_SLOAD_COST, WARM_STORAGE_READ_COST
from eth.vm.forks.berlin.logic import GAS_SCHEDULE_EIP2929
from eth.vm.forks.berlin.opcodes import BERLIN_OPCODES

SSTORE_GAS_LEAST = 2300
"""With no more than this nothing may be stored (EIP-2200)."""

Opcode = Callable[..., None]


def in_fewer_steps(known: Any) -> Opcode:
    """What to run instead of one of py-evm's opcodes, which is itself when there is nothing quicker."""
    quick = _QUICK.get(getattr(known, "logic_fn", None))
    return known if quick is None else partial(quick, known)


def _load(known: Any, computation: Any) -> None:
    values, meter = computation._stack.values, computation._gas_meter
    if not values:
        known(computation=computation)
        return
    accounts, address, slot = computation.state._account_db, computation.msg.storage_address, values[-1]
    is_warm = accounts.is_storage_warm(address, slot)
    cost = known.gas_cost + (WARM_STORAGE_READ_COST if is_warm else COLD_SLOAD_COST)
    if meter.gas_remaining < cost:
        known(computation=computation)
        return
    meter.gas_remaining -= cost
    if not is_warm:
        computation.state.mark_storage_warm(address, slot)  # whoever makes an access list listens there
    values[-1] = accounts.get_storage(address, slot)


def _store(known: Any, computation: Any) -> None:
    values, meter, message = computation._stack.values, computation._gas_meter, computation.msg
    if message.is_static or len(values) < 2 or meter.gas_remaining <= SSTORE_GAS_LEAST:
        known(computation=computation)
        return
    accounts, address = computation.state._account_db, message.storage_address
    slot, value = values[-1], values[-2]
    current = accounts.get_storage(address, slot)
    cost, refund = _price(accounts.get_storage(address, slot, False), current, value)
    is_warm = accounts.is_storage_warm(address, slot)
    cost += known.gas_cost + (0 if is_warm else COLD_SLOAD_COST)
    if meter.gas_remaining < cost:
        known(computation=computation)
        return
    del values[-2:]
    meter.gas_remaining -= cost
    if refund:
        meter.refund_gas(refund)
    if not is_warm:
        computation.state.mark_storage_warm(address, slot)  # whoever makes an access list listens there
    accounts.set_storage(address, slot, value)


def _price(original: int, current: int, value: int) -> tuple[int, int]:
    """The gas and the refund of storing, by what stood there when the transaction began and what stands there now."""
    touch, fill, reset, clear = GAS_SCHEDULE_EIP2929
    if current == value:
        return touch, 0
    if original == current:
        if original == 0:
            return fill, 0
        return reset, 0 if value else clear
    refund = 0
    if original != 0:
        refund = (clear if value == 0 else 0) - (clear if current == 0 else 0)
    if original == value:
        refund += (fill if original == 0 else reset) - touch
    return touch, refund


def _log(topic_count: int, known: Any, computation: Any) -> None:
    values, meter, message = computation._stack.values, computation._gas_meter, computation.msg
    taken = 2 + topic_count
    if message.is_static or len(values) < taken:
        known(computation=computation)
        return
    start, size = values[-1], values[-2]
    memory = computation._memory._bytes
    cost = known.gas_cost + constants.GAS_LOGDATA * size + constants.GAS_LOGTOPIC * topic_count
    if meter.gas_remaining < cost or (size and start + size > len(memory)):
        known(computation=computation)
        return
    meter.gas_remaining -= cost
    topics = tuple(values[-3 : -taken - 1 : -1])
    del values[-taken:]
    number = computation.transaction_context.get_next_log_counter()
    data = bytes(memory[start : start + size]) if size else b""
    computation._log_entries.append((number, message.storage_address, topics, data))


def _logic(opcode: int) -> Any:
    return BERLIN_OPCODES[opcode].logic_fn


_QUICK: dict[Any, Callable[..., None]] = {
    _logic(op.SLOAD): _load,
    _logic(op.SSTORE): _store,
    **{_logic(op.LOG0 + count): partial(_log, count) for count in range(5)},
}
"""By py-evm's very function: a fork that changed an opcode's rules has another one."""
