"""eth_callMany: bundles of calls, each seeing what the ones before it did, at any place within a sealed block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eth_utils.exceptions import ValidationError

from ..errors import InvalidParamsError, RpcError
from ..node import Node
from ..simulate import run_message
from ..tracing.again import execution_of
from .arguments import Arguments, listing, mapping, only
from .call_objects import read_message
from .calls import raise_if_failed, require_funds
from .overrides import apply_block_overrides, apply_state_overrides, place_in_next_block
from .select import require_header

BUNDLE_FIELDS = ("transactions", "blockOverride")
CONTEXT_FIELDS = ("blockNumber", "transactionIndex")
BLOCK_NAMES = {"blockNumber": "number", "timestamp": "time", "coinbase": "feeRecipient", "baseFee": "baseFeePerGas"}
"""This method's names for block overrides, and eth_call's."""
AFTER_THE_BLOCK = -1


class CallMany:
    def __init__(self, node: Node) -> None:
        self._node = node

    def call_many(self, params: Sequence[Any]) -> list[list[dict[str, str]]]:
        arguments = Arguments(params, 1, 4)
        _require_milliseconds(arguments.get(3, 0), "argument 3")
        bundles = listing(arguments.get(0), "argument 0")
        if not bundles:
            raise InvalidParamsError("empty bundles")
        vm = self._place(arguments.mapping(1))
        apply_state_overrides(vm, arguments.get(2), "argument 2")
        answers = []
        for index, bundle in enumerate(bundles):
            where = f"argument 0[{index}]"
            given = mapping(bundle, where)
            only(given, BUNDLE_FIELDS, where)
            overrides = mapping(given.get("blockOverride"), f"{where}.blockOverride")
            renamed = {BLOCK_NAMES.get(name, name): value for name, value in overrides.items()}
            apply_block_overrides(vm, renamed, f"{where}.blockOverride")
            calls = listing(given.get("transactions"), f"{where}.transactions")
            answers.append(
                [
                    _run(vm, mapping(call, f"{where}.transactions[{number}]"), f"{where}.transactions[{number}]")
                    for number, call in enumerate(calls)
                ]
            )
        return answers

    def _place(self, context: Mapping[str, Any]) -> Any:
        only(context, CONTEXT_FIELDS, "argument 1")
        parameter, chain = context.get("blockNumber"), self._node.chain
        header = require_header(chain, parameter, "argument 1.blockNumber")
        index = context.get("transactionIndex", AFTER_THE_BLOCK)
        if isinstance(index, bool) or not isinstance(index, int) or index < AFTER_THE_BLOCK:
            raise InvalidParamsError("invalid argument 1.transactionIndex: must be -1 or the index of a transaction")
        if index != AFTER_THE_BLOCK and header.block_number:
            return execution_of(chain, chain.history.block(header.block_number), index).vm
        vm = chain.vm_at(header)
        if parameter == "pending":
            place_in_next_block(vm, self._node)
        return vm


def _require_milliseconds(value: Any, where: str) -> None:
    """A time limit; the node's own holds all the same."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InvalidParamsError(f"invalid {where}: must be a number of milliseconds that is not negative")


def _run(vm: Any, call: Mapping[str, Any], where: str) -> dict[str, str]:
    message = read_message(call, vm, where)
    try:
        require_funds(vm, message)
        vm.state.lock_changes()
        result = run_message(vm, message)
        raise_if_failed(result)
    except ValidationError as error:
        return {"error": str(error)}
    except RpcError as error:
        return {"error": error.reason}
    return {"value": "0x" + result.output.hex()}
