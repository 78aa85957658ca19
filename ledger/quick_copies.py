"""CALLDATACOPY, RETURNDATACOPY, RETURN, and SHA3 of a size that is not known beforehand, in fewer steps
than py-evm takes, as `quick_storage` has it for storage."""

from __future__ import annotations

from typing import Any

from eth import constants
from eth.vm.logic import context, system
from eth_hash.auto import keccak

from .reaching import Reach
from .stretch_python import grow


def _copy_call_data(computation: Any, gas: int, start: int, source: int, size: int) -> int:
    gas = _paid(computation, gas, start, size, constants.GAS_COPY)
    if gas >= 0 and size:
        data = bytes(computation.msg.data[source : source + size])
        computation._memory._bytes[start : start + size] = data.ljust(size, b"\x00")
    return gas


def _copy_return_data(computation: Any, gas: int, start: int, source: int, size: int) -> int:
    if source + size > len(computation.return_data):
        return -1
    gas = _paid(computation, gas, start, size, constants.GAS_COPY)
    if gas >= 0 and size:
        computation._memory._bytes[start : start + size] = computation.return_data[source : source + size]
    return gas


def _return(computation: Any, gas: int, start: int, size: int) -> int:
    gas = _paid(computation, gas, start, size, 0)
    if gas >= 0:
        computation._output = bytes(computation._memory._bytes[start : start + size]) if size else b""
    return gas


def _hash(computation: Any, gas: int, start: int, size: int) -> tuple[int, int]:
    gas = _paid(computation, gas, start, size, constants.GAS_SHA3WORD)
    content = computation._memory._bytes
    return gas, int.from_bytes(keccak(content[start : start + size] if size else b""), "big") if gas >= 0 else 0


def _paid(computation: Any, gas: int, start: int, size: int, word_gas: int) -> int:
    """What is left when memory up to there and each word of it are paid for; -1 where that is not enough."""
    gas -= (size + 31) // 32 * word_gas
    if gas < 0 or not size:
        return max(gas, -1)
    memory = computation._memory
    return gas if start + size <= len(memory._bytes) else grow(memory, start + size, gas)


COPIES = {
    context.calldatacopy: Reach(3, False, _copy_call_data, writes_memory=True),
    context.returndatacopy: Reach(3, False, _copy_return_data, writes_memory=True),
    system.return_op: Reach(2, False, _return, writes_memory=True, halts=True),
}
"""By py-evm's very function."""
HASH = Reach(2, True, _hash, writes_memory=True)
