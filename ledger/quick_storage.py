"""SLOAD, SSTORE and LOG in fewer steps than py-evm takes: the same reads, the same gas, the same refunds.

py-evm checks types, formats a reason for each gas charge and goes through several layers for each of these. Here each
does only what a plain case needs; whatever is unusual - too little gas, memory that is not paid for, a static call - is
py-evm's own before anything was changed (`reaching`). They stand in for exactly those opcodes of py-evm that are named
below, so a fork that has others keeps its own.
"""

from __future__ import annotations

from typing import Any

from eth import constants
from eth.vm import opcode_values as op
from eth.vm.forks.berlin.constants import COLD_SLOAD_COST, WARM_STORAGE_READ_COST
from eth.vm.forks.berlin.logic import GAS_SCHEDULE_EIP2929
from eth.vm.forks.berlin.opcodes import BERLIN_OPCODES

from .reaching import Reach

SSTORE_GAS_LEAST = 2300
"""With no more than this nothing may be stored (EIP-2200)."""
UNFIT = (-1, 0)


def _load(computation: Any, gas: int, slot: int) -> tuple[int, int]:
    state, address = computation.state, computation.msg.storage_address
    accounts = state._account_db
    if accounts.is_storage_warm(address, slot):
        gas -= WARM_STORAGE_READ_COST
        return UNFIT if gas < 0 else (gas, accounts.get_storage(address, slot))
    gas -= COLD_SLOAD_COST
    if gas < 0:
        return UNFIT
    state.mark_storage_warm(address, slot)  # whoever makes an access list listens there
    return gas, accounts.get_storage(address, slot)


def _store(computation: Any, gas: int, slot: int, value: int) -> int:
    message = computation.msg
    if message.is_static or gas <= SSTORE_GAS_LEAST:
        return -1
    accounts, address = computation.state._account_db, message.storage_address
    original, current = accounts.storage_before_and_now(address, slot)
    cost, refund = _price(original, current, value)
    is_warm = accounts.is_storage_warm(address, slot)
    gas -= cost + (0 if is_warm else COLD_SLOAD_COST)
    if gas < 0:
        return -1
    if refund:
        computation._gas_meter.refund_gas(refund)
    if not is_warm:
        computation.state.mark_storage_warm(address, slot)  # whoever makes an access list listens there
    if current != value:
        accounts.write_storage(address, slot, current, value)
    return gas


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


def _log(computation: Any, gas: int, start: int, size: int, *topics: int) -> int:
    message, memory = computation.msg, computation._memory._bytes
    gas -= constants.GAS_LOGDATA * size + constants.GAS_LOGTOPIC * len(topics)
    if message.is_static or gas < 0 or (size and start + size > len(memory)):
        return -1
    number = computation.transaction_context.get_next_log_counter()
    data = bytes(memory[start : start + size]) if size else b""
    computation._log_entries.append((number, message.storage_address, topics, data))
    return gas


def _logic(opcode: int) -> Any:
    return BERLIN_OPCODES[opcode].logic_fn


STORAGE_AND_LOGS: dict[Any, Reach] = {
    _logic(op.SLOAD): Reach(1, True, _load),
    _logic(op.SSTORE): Reach(2, False, _store),
    **{_logic(op.LOG0 + count): Reach(2 + count, False, _log) for count in range(5)},
}
"""By py-evm's very function: a fork that changed an opcode's rules has another one."""
