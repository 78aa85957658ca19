"""eth_createAccessList: which accounts and slots a message touches, and its gas once they are declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from eth._utils.address import generate_contract_address
from eth.vm.forks.shanghai import ShanghaiVM
from eth_typing import Address
from eth_utils.exceptions import ValidationError

from ..errors import ExecutionFailedError, RpcError
from ..node import Node
from ..simulate import CallMessage, CallResult, attempt
from .arguments import Arguments
from .call_objects import read_message
from .calls import raise_if_failed, require_funds
from .overrides import apply_state_overrides
from .render import access_list_json
from .select import require_header

ROUNDS_MAX = 16
"""Declaring a list changes what is warm, never what is touched; more rounds would be a gas-dependent contract."""

AccessList = list[tuple[bytes, list[int]]]


class AccessLists:
    def __init__(self, node: Node) -> None:
        self._node = node

    def create(self, params: Sequence[Any]) -> dict[str, Any]:
        arguments = Arguments(params, 1, 3)
        header = require_header(self._node.chain, arguments.get(1), "argument 1")
        vm = self._node.chain.vm_at(header)
        message = read_message(arguments.mapping(0), vm)
        apply_state_overrides(vm, arguments.get(2), "argument 2")
        require_funds(vm, message)
        try:
            access_list, result = _settle(vm, message)
        except ValidationError as error:
            raise ExecutionFailedError(str(error)) from None
        answer: dict[str, Any] = {"accessList": access_list_json(access_list), "gasUsed": hex(result.gas_used)}
        try:
            raise_if_failed(result)
        except RpcError as error:
            answer["error"] = error.reason
        return answer


def _settle(vm: Any, message: CallMessage) -> tuple[AccessList, CallResult]:
    declared = message.access_list
    for _ in range(ROUNDS_MAX):
        touched, result = _run_recording(vm, replace(message, access_list=declared))
        if touched == declared:
            return declared, result
        declared = touched
    raise ExecutionFailedError("the access list does not settle")


def _run_recording(vm: Any, message: CallMessage) -> tuple[AccessList, CallResult]:
    """Run the message while the state tells what it is asked for, reverted frames included."""
    state = vm.state
    accounts: dict[bytes, set[int]] = {}
    mark_address, mark_storage = state.mark_address_warm, state.mark_storage_warm

    def on_address(address: bytes) -> None:
        accounts.setdefault(address, set())
        mark_address(address)

    def on_storage(address: bytes, slot: int) -> None:
        accounts.setdefault(address, set()).add(slot)
        mark_storage(address, slot)

    state.mark_address_warm, state.mark_storage_warm = on_address, on_storage
    try:
        result = attempt(vm, message)
    finally:
        del state.mark_address_warm, state.mark_storage_warm
    excluded = _always_warm(vm, message)
    touched = [
        (address, sorted(slots)) for address, slots in sorted(accounts.items()) if slots or address not in excluded
    ]
    return touched, result


def _always_warm(vm: Any, message: CallMessage) -> set[bytes]:
    """What costs nothing anyway: the sender, the target, the precompiled contracts."""
    target = message.to or generate_contract_address(
        Address(message.sender), vm.state.get_nonce(Address(message.sender))
    )
    precompiled = vm.state.computation_class.get_precompiles()
    warm = {message.sender, target, *precompiled}
    return warm | {vm.state.coinbase} if isinstance(vm, ShanghaiVM) else warm
