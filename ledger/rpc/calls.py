"""eth_call, eth_estimateGas, eth_createAccessList: running code without sealing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eth.exceptions import OutOfGas, Revert
from eth_utils.exceptions import ValidationError

from ..errors import ExecutionFailedError, ExecutionRevertedError, InvalidParamsError, RpcError
from ..node import Node
from ..simulate import CALL_GAS_MAX, CallMessage, CallResult, attempt, estimate_gas
from .arguments import UINT256_MAX, Arguments, data, fixed, quantity
from .block_context import apply_block_overrides, place_in_next_block
from .select import require_header

ERROR_STRING_SELECTOR = bytes.fromhex("08c379a0")
PANIC_SELECTOR = bytes.fromhex("4e487b71")
PANIC_REASONS = {
    0x00: "generic panic",
    0x01: "assert(false)",
    0x11: "arithmetic underflow or overflow",
    0x12: "division or modulo by zero",
    0x21: "enum overflow",
    0x22: "invalid encoded storage byte array accessed",
    0x31: "out-of-bounds array access; popping on an empty array",
    0x32: "out-of-bounds access of an array or bytesN",
    0x41: "out of memory",
    0x51: "uninitialized function",
}
CALL_FIELDS = frozenset(
    {
        *("from", "to", "gas", "gasPrice", "maxFeePerGas", "maxPriorityFeePerGas", "value", "data", "input"),
        *("nonce", "accessList", "type", "chainId", "maxFeePerBlobGas", "blobVersionedHashes", "blobs"),
        "authorizationList",
    }
)


class Calls:
    def __init__(self, node: Node) -> None:
        self._node = node

    def call(self, params: Sequence[Any]) -> str:
        arguments = Arguments(params, 1, 4)
        vm = self._vm(arguments.get(1))
        message = read_message(arguments.mapping(0), vm)
        apply_overrides(vm, arguments.get(2))
        apply_block_overrides(vm, arguments.get(3))
        result = _attempt(vm, message)
        raise_if_failed(result)
        return "0x" + result.output.hex()

    def estimate_gas(self, params: Sequence[Any]) -> str:
        arguments = Arguments(params, 1, 4)
        vm = self._vm(arguments.get(1))
        message = read_message(arguments.mapping(0), vm)
        apply_overrides(vm, arguments.get(2))
        apply_block_overrides(vm, arguments.get(3))
        _require_funds(vm, message)
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


def read_message(request: Mapping[str, Any], vm: Any) -> CallMessage:
    """A call object of the specification. Fields nobody knows are refused rather than ignored."""
    where = "argument 0"
    unknown = set(request) - CALL_FIELDS
    if unknown:
        raise InvalidParamsError(f"invalid {where}: unknown field {sorted(unknown)[0]!r}")
    payload, legacy_payload = request.get("input"), request.get("data")
    if payload is not None and legacy_payload is not None and payload != legacy_payload:
        raise InvalidParamsError(
            'both "data" and "input" are set and not equal. Please use "input" to pass transaction call data'
        )
    payload = legacy_payload if payload is None else payload
    gas_limit = min(int(vm.state.gas_limit), CALL_GAS_MAX)
    gas = _optional(request, "gas", gas_limit)
    price = _optional(request, "gasPrice", None)
    fee, tip = _optional(request, "maxFeePerGas", None), _optional(request, "maxPriorityFeePerGas", None)
    if price is not None and (fee is not None or tip is not None):
        raise InvalidParamsError("both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified")
    fee = fee if fee is not None else (price or 0)
    tip = tip if tip is not None else (price or 0)
    if tip > fee and fee:
        raise ExecutionFailedError(f"max priority fee per gas higher than max fee per gas: {tip} > {fee}")
    sender = request.get("from")
    to = request.get("to")
    return CallMessage(
        sender=fixed(sender, 20, where) if sender is not None else b"\x00" * 20,
        to=fixed(to, 20, where) if to is not None else b"",
        gas=min(gas, CALL_GAS_MAX),
        gas_price=price if price is not None else fee,
        max_fee_per_gas=fee,
        max_priority_fee_per_gas=tip,
        value=_optional(request, "value", 0),
        data=data(payload, where) if payload is not None else b"",
        access_list=_access_list(request.get("accessList"), where),
    )


def apply_overrides(vm: Any, overrides: Any) -> None:
    """Geth's state overrides: what the accounts are to be for this one call."""
    if overrides is None:
        return
    if not isinstance(overrides, Mapping):
        raise InvalidParamsError("invalid argument 2: must be an object")
    for key, account in overrides.items():
        address = fixed(key, 20, "argument 2")
        if "balance" in account:
            vm.state.set_balance(address, quantity(account["balance"], "argument 2", UINT256_MAX))
        if "nonce" in account:
            vm.state.set_nonce(address, quantity(account["nonce"], "argument 2"))
        if "code" in account:
            vm.state.set_code(address, data(account["code"], "argument 2"))
        if "state" in account:
            vm.state.delete_storage(address)
        for slot, value in {**account.get("state", {}), **account.get("stateDiff", {})}.items():
            number = int.from_bytes(fixed(slot, 32, "argument 2"), "big")
            vm.state.set_storage(address, number, int.from_bytes(fixed(value, 32, "argument 2"), "big"))


def raise_if_failed(result: CallResult) -> None:
    """Turn a failed execution into the error that clients expect: code 3 with data for a revert."""
    error = result.error
    if error is None:
        return
    if isinstance(error, Revert):
        raise revert_error(result.output)
    if isinstance(error, OutOfGas):
        raise ExecutionFailedError("out of gas")
    words = (str(error).splitlines() or [""])[0]
    raise ExecutionFailedError(words or type(error).__name__)


def revert_error(output: bytes) -> RpcError:
    reason = revert_reason(output)
    message = "execution reverted" if reason is None else f"execution reverted: {reason}"
    return ExecutionRevertedError(message, data="0x" + output.hex())


def revert_reason(output: bytes) -> str | None:
    """The text of Error(string) or Panic(uint256), if that is what it is. Compilers do not all pad the text."""
    selector, words = output[:4], output[4:]
    if selector == PANIC_SELECTOR and len(words) == 32:
        code = int.from_bytes(words, "big")
        return PANIC_REASONS.get(code, f"unknown panic code: {hex(code)}")
    if selector != ERROR_STRING_SELECTOR or len(words) < 64 or int.from_bytes(words[:32], "big") != 32:
        return None
    text = words[64 : 64 + int.from_bytes(words[32:64], "big")]
    return text.decode(errors="replace") if len(text) == int.from_bytes(words[32:64], "big") else None


def _attempt(vm: Any, message: CallMessage) -> CallResult:
    _require_funds(vm, message)
    try:
        return attempt(vm, message)
    except ValidationError as error:
        raise ExecutionFailedError(f"err: {error} (supplied gas {message.gas})") from None


def _require_funds(vm: Any, message: CallMessage) -> None:
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
    needed = message.gas * priced + message.value
    if needed > balance:
        raise ExecutionFailedError(
            f"insufficient funds for gas * price + value: address 0x{message.sender.hex()} have {balance} want {needed}"
        )


def _optional(request: Mapping[str, Any], field: str, default: Any) -> Any:
    value = request.get(field)
    return default if value is None else quantity(value, "argument 0", UINT256_MAX)


def _access_list(entries: Any, where: str) -> list[tuple[bytes, list[int]]]:
    return [
        (
            fixed(entry["address"], 20, where),
            [int.from_bytes(fixed(slot, 32, where), "big") for slot in entry.get("storageKeys", ())],
        )
        for entry in entries or ()
    ]
