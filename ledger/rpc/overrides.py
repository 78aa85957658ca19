"""State overrides and block overrides, as geth has them: what is to be different for this one call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eth_utils.address import to_checksum_address

from ..errors import ExecutionFailedError, InvalidParamsError, RpcError
from ..node import Node
from .arguments import UINT256_MAX, data, fixed, mapping, only, quantity

ACCOUNT_FIELDS = ("balance", "nonce", "code", "state", "stateDiff", "movePrecompileToAddress")
BLOCK_NUMBERS = {
    "number": "_block_number",
    "time": "_timestamp",
    "gasLimit": "_gas_limit",
    "baseFeePerGas": "_base_fee_per_gas",
}
"""geth's names of overrides, and py-evm's of the context's fields (it has no way to change them from outside)."""


def place_in_next_block(vm: Any, node: Node) -> None:
    """Let the call see the number and the time that the next block will have, as geth does for "pending"."""
    head = node.chain.head.header
    context = vm.state.execution_context
    context._block_number = head.block_number + 1
    context._timestamp = max(node.chain.clock(), node.chain.earliest_timestamp())


def apply_block_overrides(vm: Any, overrides: Any, where: str) -> None:
    """An override nobody knows is refused rather than ignored."""
    context = vm.state.execution_context
    for name, value in mapping(overrides, where).items():
        if name == "feeRecipient":
            context._coinbase = fixed(value, 20, f"{where}.{name}")
        elif name in BLOCK_NUMBERS:
            setattr(context, BLOCK_NUMBERS[name], quantity(value, f"{where}.{name}", UINT256_MAX))
        else:
            raise InvalidParamsError(f"invalid {where}.{name}: this block override is not supported")


def apply_state_overrides(vm: Any, overrides: Any, where: str) -> None:
    """What the accounts are to be for this one call."""
    given = {fixed(key, 20, f"{where}.{key}"): (key, account) for key, account in mapping(overrides, where).items()}
    precompiled = vm.state.computation_class.get_precompiles()
    if not precompiled.keys().isdisjoint(given) or any(_moves(account) for _, account in given.values()):
        # What is warm from the start stays what it was: get_precompiles is asked for that.
        parts = {
            "_precompiles": _moved(precompiled, given, where),
            "get_precompiles": staticmethod(lambda: precompiled),
        }
        base = vm.state.computation_class
        vm.state.computation_class = type(base.__name__, (base,), parts)
    for address, (key, account) in given.items():
        _override(vm.state, address, account, f"{where}.{key}")


def _moves(account: Any) -> bool:
    return isinstance(account, Mapping) and account.get("movePrecompileToAddress") is not None


def _moved(precompiled: Mapping[bytes, Any], given: Mapping[bytes, tuple[str, Any]], where: str) -> dict[bytes, Any]:
    """The precompiled contracts as they are for this call: an overridden one is gone, or somewhere else."""
    left = {address: function for address, function in precompiled.items() if address not in given}
    for address, (key, account) in given.items():
        if not _moves(account):
            continue
        target = fixed(account["movePrecompileToAddress"], 20, f"{where}.{key}.movePrecompileToAddress")
        if address not in precompiled:
            raise ExecutionFailedError(f"account {to_checksum_address(address)} is not a precompile")
        if target == address:
            raise OverrideError(-38022, f"account {to_checksum_address(address)} cannot be moved to itself")
        if target in given:
            raise OverrideError(-38023, f"account {to_checksum_address(target)} is already overridden")
        left[target] = precompiled[address]
    return left


class OverrideError(RpcError):
    """the override cannot be made"""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def _override(state: Any, address: bytes, account: Any, where: str) -> None:
    if not isinstance(account, Mapping):
        raise InvalidParamsError(f"invalid {where}: must be an object")
    only(account, ACCOUNT_FIELDS, where)
    if account.get("state") is not None and account.get("stateDiff") is not None:
        raise InvalidParamsError(f"invalid {where}: both state and stateDiff are set")
    if account.get("balance") is not None:
        state.set_balance(address, quantity(account["balance"], f"{where}.balance", UINT256_MAX))
    if account.get("nonce") is not None:
        state.set_nonce(address, quantity(account["nonce"], f"{where}.nonce"))
    if account.get("code") is not None:
        state.set_code(address, data(account["code"], f"{where}.code"))
    for field in ("state", "stateDiff"):
        if account.get(field) is None:
            continue
        slots = _slots(account[field], f"{where}.{field}")
        if field == "state":
            state.delete_storage(address)
        for slot, value in slots.items():
            state.set_storage(address, slot, value)


def _slots(values: Any, where: str) -> dict[int, int]:
    return {
        int.from_bytes(fixed(slot, 32, where), "big"): int.from_bytes(fixed(value, 32, f"{where}.{slot}"), "big")
        for slot, value in mapping(values, where).items()
    }
