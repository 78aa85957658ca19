"""In which block a call runs: the one named, the next one for "pending", or as geth's block overrides say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import InvalidParamsError
from ..node import Node
from .arguments import UINT256_MAX, fixed, quantity

WHERE = "argument 3"
NUMBERS = {
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


def apply_block_overrides(vm: Any, overrides: Any) -> None:
    """The fourth parameter of eth_call. An override nobody knows is refused rather than ignored."""
    if overrides is None:
        return
    if not isinstance(overrides, Mapping):
        raise InvalidParamsError(f"invalid {WHERE}: must be an object")
    context = vm.state.execution_context
    for name, value in overrides.items():
        if name == "feeRecipient":
            context._coinbase = fixed(value, 20, WHERE)
        elif name in NUMBERS:
            setattr(context, NUMBERS[name], quantity(value, WHERE, UINT256_MAX))
        else:
            raise InvalidParamsError(f"invalid {WHERE}: block override {name!r} is not supported")
