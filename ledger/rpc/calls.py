"""eth_call and eth_estimateGas: running code without sealing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eth.exceptions import OutOfGas, Revert
from eth_utils.exceptions import ValidationError

from ..errors import ExecutionFailedError, ExecutionRevertedError, RpcError
from ..node import Node
from ..reverts import revert_reason
from ..simulate import CallMessage, CallResult, attempt, estimate_gas
from ..tracing.words import error_words
from .arguments import Arguments
from .call_objects import read_message
from .overrides import apply_block_overrides, apply_state_overrides, place_in_next_block
from .select import require_header


class Calls:
    def __init__(self, node: Node) -> None:
        self._node = node

    def call(self, params: Sequence[Any]) -> str:
        arguments = Arguments(params, 1, 4)
        vm = self._vm(arguments.get(1))
        message = read_message(arguments.mapping(0), vm)
        apply_state_overrides(vm, arguments.get(2), "argument 2")
        apply_block_overrides(vm, arguments.get(3), "argument 3")
        result = _attempt(vm, message)
        raise_if_failed(result)
        return "0x" + result.output.hex()

    def estimate_gas(self, params: Sequence[Any]) -> str:
        arguments = Arguments(params, 1, 4)
        vm = self._vm(arguments.get(1))
        message = read_message(arguments.mapping(0), vm)
        apply_state_overrides(vm, arguments.get(2), "argument 2")
        apply_block_overrides(vm, arguments.get(3), "argument 3")
        require_funds(vm, message)
        try:
            gas, full = estimate_gas(vm, message)
        except ValidationError as error:
            raise ExecutionFailedError(str(error)) from None
        if full.out_of_gas:
            raise ExecutionFailedError(f"gas required exceeds allowance ({message.gas})")
        raise_if_failed(full)
        return hex(gas)

    def _vm(self, parameter: Any) -> Any:
        header = require_header(self._node.chain, parameter, "argument 1")
        vm = self._node.chain.vm_at(header)
        if parameter == "pending":
            place_in_next_block(vm, self._node)
        return vm


def raise_if_failed(result: CallResult) -> None:
    """Turn a failed execution into the error that clients expect: code 3 with data for a revert."""
    error = result.error
    if error is None:
        return
    if isinstance(error, Revert):
        raise revert_error(result.output)
    if isinstance(error, OutOfGas):
        raise ExecutionFailedError("out of gas")
    raise ExecutionFailedError(error_words(error))


def revert_error(output: bytes) -> RpcError:
    reason = revert_reason(output)
    message = "execution reverted" if reason is None else f"execution reverted: {reason}"
    return ExecutionRevertedError(message, data="0x" + output.hex())


def _attempt(vm: Any, message: CallMessage) -> CallResult:
    require_funds(vm, message)
    try:
        return attempt(vm, message)
    except ValidationError as error:
        raise ExecutionFailedError(f"err: {error} (supplied gas {message.gas})") from None


def refuse_cheap_blobs(vm: Any, message: CallMessage) -> None:
    """Raises ExecutionFailedError for blobs that offer less than they cost; without an offer they cost nothing."""
    offered = message.max_fee_per_blob_gas
    if message.blob_versioned_hashes and offered and offered < vm.state.blob_base_fee:
        raise ExecutionFailedError(
            f"max fee per blob gas less than block blob gas fee: address 0x{message.sender.hex()} "
            f"blobGasFeeCap: {offered}, blobBaseFee: {vm.state.blob_base_fee}"
        )


def require_funds(vm: Any, message: CallMessage) -> None:
    base_fee = vm.state.execution_context._base_fee_per_gas or 0
    priced = message.max_fee_per_gas
    if 0 < priced < base_fee:
        raise ExecutionFailedError(
            f"max fee per gas less than block base fee: address 0x{message.sender.hex()}, "
            f"maxFeePerGas: {priced}, baseFee: {base_fee}"
        )
    if not priced:
        vm.state.execution_context._base_fee_per_gas = 0 if base_fee else vm.state.execution_context._base_fee_per_gas
    balance = vm.state.get_balance(message.sender)
    refuse_cheap_blobs(vm, message)
    needed = message.coins_needed
    if needed > balance:
        raise ExecutionFailedError(
            f"insufficient funds for gas * price + value: address 0x{message.sender.hex()} have {balance} want {needed}"
        )
