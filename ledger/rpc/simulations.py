"""eth_simulateV1: blocks of calls on top of a sealed block, each with its overrides, answered as blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from eth.exceptions import Revert
from eth.vm.forks.london import LondonVM
from eth_utils.address import to_checksum_address
from eth_utils.exceptions import ValidationError

from ..blocks import Block
from ..errors import ExecutionFailedError, InvalidParamsError, RpcError
from ..node import Node
from ..reverts import revert_reason
from ..simulate import CALL_GAS_MAX, CallMessage, CallResult, intrinsic_gas
from ..simulated import BlockFields, SimulatedBlock, SimulatedChain
from ..tracing.words import error_words
from ..unsigned import ACCESS_LIST, BLOB, DYNAMIC_FEE, LEGACY, SET_CODE
from . import render
from .arguments import UINT64_MAX, UINT256_MAX, Arguments, fixed, flag, listing, mapping, only, quantity
from .call_objects import read_message
from .calls import refuse_cheap_blobs
from .overrides import apply_state_overrides
from .select import require_header

BLOCKS_MAX = 256
FIELDS = ("blockStateCalls", "traceTransfers", "validation", "returnFullTransactions")
BLOCK_FIELDS = ("blockOverrides", "stateOverrides", "calls")
OVERRIDES = (
    *("number", "time", "gasLimit", "feeRecipient", "prevRandao", "difficulty", "beaconRoot"),
    *("baseFeePerGas", "blobBaseFee"),
)
VM_ERROR, REVERTED = -32015, 3


class SimulationError(RpcError):
    """the simulation cannot be done"""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True)
class _Options:
    transfers: bool
    validation: bool
    full: bool


class Simulations:
    def __init__(self, node: Node) -> None:
        self._chain = node.chain

    def simulate(self, params: Sequence[Any]) -> list[dict[str, Any]]:
        arguments = Arguments(params, 1, 2)
        request, where = arguments.mapping(0), "argument 0"
        only(request, FIELDS, where)
        transfers, validation, full = (flag(request.get(name), f"{where}.{name}") for name in FIELDS[1:])
        options = _Options(transfers, validation, full)
        given = listing(request.get("blockStateCalls"), f"{where}.blockStateCalls")
        if not given:
            raise InvalidParamsError("empty input")
        if len(given) > BLOCKS_MAX:
            raise SimulationError(-38026, "too many blocks")
        base = require_header(self._chain, arguments.get(1), "argument 1")
        run = _Run(SimulatedChain(self._chain, base, validation=validation), base.block_number, options)
        for index, entry in enumerate(given):
            run.block(mapping(entry, f"{where}.blockStateCalls[{index}]"), f"{where}.blockStateCalls[{index}]")
        return run.answers


class _Run:
    """One request while its blocks are worked off."""

    def __init__(self, chain: SimulatedChain, base_number: int, options: _Options) -> None:
        self._chain, self._base_number, self._options = chain, base_number, options
        self._gas_left = CALL_GAS_MAX
        self.answers: list[dict[str, Any]] = []

    def block(self, entry: Mapping[str, Any], where: str) -> None:
        only(entry, BLOCK_FIELDS, where)
        fields = read_fields(entry.get("blockOverrides"), f"{where}.blockOverrides")
        following = self._chain.head.block_number + 1
        number = following if fields.number is None else fields.number
        if number < following:
            raise SimulationError(-38020, f"block numbers must be in order: {number} <= {following - 1}")
        if number - self._base_number > BLOCKS_MAX:
            raise SimulationError(-38026, "too many blocks")
        for _ in range(following, number):
            self._finish(self._chain.open(BlockFields()))
        last = self._chain.head.timestamp
        if fields.timestamp is not None and fields.timestamp <= last:
            raise SimulationError(-38021, f"block timestamps must be in order: {fields.timestamp} <= {last}")
        opened = self._chain.open(fields)
        apply_state_overrides(opened.execution.vm, entry.get("stateOverrides"), f"{where}.stateOverrides")
        for index, call in enumerate(listing(entry.get("calls"), f"{where}.calls")):
            self._call(opened, mapping(call, f"{where}.calls[{index}]"), f"{where}.calls[{index}]")
        self._finish(opened)

    def _call(self, opened: SimulatedBlock, call: Mapping[str, Any], where: str) -> None:
        vm, execution = opened.execution.vm, opened.execution
        asked = call.get("gas")
        room = execution.gas_left
        message = read_message(call, vm, where, gas_default=max(1, room))
        if asked is not None and quantity(asked, f"{where}.gas") > room:
            raise SimulationError(-38015, f"block gas limit reached: {room} left, {message.gas} asked for")
        message = replace(message, gas=0 if asked == "0x0" else min(message.gas, self._gas_left))
        present = vm.state.get_nonce(message.sender)
        nonce = present if call.get("nonce") is None else quantity(call["nonce"], f"{where}.nonce")
        self._check(vm, message, nonce, present)
        kind = _kind(call, vm, message)
        try:
            result = self._chain.run(opened, message, nonce, kind, transfers=self._options.transfers)
        except ValidationError as error:
            raise ExecutionFailedError(f"err: {error} (supplied gas {message.gas})") from None
        self._gas_left -= result.gas_used

    def _check(self, vm: Any, message: CallMessage, nonce: int, present: int) -> None:
        """What geth checks before it runs a message; prices and nonces only when validation is asked for."""

        def refuse(code: int, words: str) -> None:
            raise SimulationError(code, f"err: {words} (supplied gas {message.gas})")

        who = f"address {to_checksum_address(message.sender)}"
        if self._options.validation:
            if nonce < present:
                refuse(-38010, f"nonce too low: {who}, tx: {nonce} state: {present}")
            if nonce > present:
                refuse(-38011, f"nonce too high: {who}, tx: {nonce} state: {present}")
        if present >= UINT64_MAX:
            refuse(-32603, f"nonce has max value: {who}, nonce: {present}")
        base_fee = vm.state.execution_context._base_fee_per_gas or 0
        priced = message.max_fee_per_gas or message.gas_price
        if (self._options.validation or priced) and priced < base_fee:
            refuse(
                -38012,
                f"max fee per gas less than block base fee: {who}, maxFeePerGas: {priced}, baseFee: {base_fee}",
            )
        if base_fee and not priced:
            vm.state.execution_context._base_fee_per_gas = 0
        balance, needed = vm.state.get_balance(message.sender), message.coins_needed
        if needed > balance:
            refuse(-38014, f"insufficient funds for gas * price + value: {who} have {balance} want {needed}")
        refuse_cheap_blobs(vm, message)
        needed = intrinsic_gas(vm, message)
        if message.gas < needed:
            refuse(-38013, f"intrinsic gas too low: have {message.gas}, want {needed}")

    def _finish(self, opened: SimulatedBlock) -> None:
        block = self._chain.close(opened)
        body = render.block_json(block, self._options.full)
        self.answers.append({**body, "calls": _calls_json(opened, block)})


def read_fields(overrides: Any, where: str) -> BlockFields:
    given = mapping(overrides, where)
    only(given, OVERRIDES, where)

    def number(name: str, most: int = UINT64_MAX) -> int | None:
        return None if given.get(name) is None else quantity(given[name], f"{where}.{name}", most)

    def exact(name: str, length: int) -> bytes | None:
        return None if given.get(name) is None else fixed(given[name], length, f"{where}.{name}")

    return BlockFields(
        number=number("number"),
        timestamp=number("time"),
        gas_limit=number("gasLimit"),
        fee_recipient=exact("feeRecipient", 20),
        base_fee=number("baseFeePerGas", UINT256_MAX),
        difficulty=number("difficulty", UINT256_MAX),
        mix_hash=exact("prevRandao", 32) or b"\x00" * 32,
        beacon_root=exact("beaconRoot", 32) or b"\x00" * 32,
        blob_base_fee=number("blobBaseFee", UINT256_MAX),
    )


def _kind(call: Mapping[str, Any], vm: Any, message: CallMessage) -> int:
    """The type of transaction a call would be: the newest that its block knows, unless it names a gas price."""
    if message.blob_versioned_hashes:
        return BLOB
    if message.authorization_list:
        return SET_CODE
    if call.get("gasPrice") is not None or not isinstance(vm, LondonVM):
        return ACCESS_LIST if message.access_list else LEGACY
    return DYNAMIC_FEE


def _calls_json(opened: SimulatedBlock, block: Block) -> list[dict[str, Any]]:
    answers = []
    for index, (result, logs) in enumerate(zip(opened.results, opened.logs, strict=True)):
        answers.append({**_result_json(result), "logs": render.logs_json(logs, block, index)})
    return answers


def _result_json(result: CallResult) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "returnData": render.hex_bytes(result.output),
        "gasUsed": hex(result.gas_used),
        "maxUsedGas": hex(result.gas_used_max),
        "status": "0x1" if result.error is None else "0x0",
    }
    if isinstance(result.error, Revert):
        reason = revert_reason(result.output)
        message = "execution reverted" if reason is None else f"execution reverted: {reason}"
        answer["error"] = {"code": REVERTED, "message": message, "data": render.hex_bytes(result.output)}
        answer["returnData"] = "0x"
    elif result.error is not None:
        answer["error"] = {"code": VM_ERROR, "message": error_words(result.error)}
        answer["returnData"] = "0x"
    return answer
