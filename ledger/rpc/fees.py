"""eth_gasPrice, eth_feeHistory and their kin. On a chain without base fees everything is free."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eth.abc import BlockHeaderAPI
from eth.vm.forks.cancun import CancunVM
from eth.vm.forks.cancun.constants import GAS_PER_BLOB
from eth.vm.forks.cancun.headers import calc_excess_blob_gas_cancun
from eth.vm.forks.london import LondonVM
from eth.vm.forks.london.headers import calculate_expected_base_fee_per_gas
from eth.vm.forks.prague import PragueVM
from eth.vm.forks.prague.headers import calc_excess_blob_gas_prague

from ..chain import Chain
from ..errors import InvalidParamsError
from . import render
from .arguments import Arguments, quantity
from .select import block_number

BLOCKS_MAX = 1024
PERCENTILES_MAX = 100
MAX_BLOB_GAS_CANCUN = 6 * GAS_PER_BLOB
MAX_BLOB_GAS_PRAGUE = 9 * GAS_PER_BLOB


class Fees:
    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    def gas_price(self, params: Sequence[Any]) -> str:
        """Zero, or the base fee where there is one: permission, not money, limits who may write."""
        Arguments(params, 0)
        return hex(self._next_base_fee())

    def max_priority_fee(self, params: Sequence[Any]) -> str:
        Arguments(params, 0)
        return "0x0"

    def base_fee(self, params: Sequence[Any]) -> str:
        """The base fee of the next block."""
        Arguments(params, 0)
        return hex(self._next_base_fee())

    def blob_base_fee(self, params: Sequence[Any]) -> str:
        Arguments(params, 0)
        header = self._chain.head.header
        return hex(self._blob_base_fee(header) or 0)

    def fee_history(self, params: Sequence[Any]) -> dict[str, Any]:
        arguments = Arguments(params, 2, 3)
        count = min(_count(arguments.get(0)), BLOCKS_MAX)
        percentiles = _percentiles(arguments.get(2))
        newest = block_number(self._chain, arguments.get(1), "argument 1")
        if newest > self._chain.head.number:
            raise InvalidParamsError(f"request beyond head block: requested {newest}, head {self._chain.head.number}")
        count = min(count, newest + 1)
        if count == 0:
            return {"oldestBlock": "0x0", "gasUsedRatio": None}
        headers = [self._chain.history.header(number) for number in range(newest - count + 1, newest + 1)]
        answer: dict[str, Any] = {
            "oldestBlock": hex(headers[0].block_number),
            "baseFeePerGas": [hex(_base_fee(header)) for header in headers] + [hex(self._base_fee_after(headers[-1]))],
            "gasUsedRatio": [header.gas_used / header.gas_limit for header in headers],
            "baseFeePerBlobGas": [hex(self._blob_base_fee(header) or 0) for header in headers]
            + [hex(self._blob_base_fee_after(headers[-1]))],
            "blobGasUsedRatio": [self._blob_ratio(header) for header in headers],
        }
        if percentiles:
            answer["reward"] = [self._rewards(header, percentiles) for header in headers]
        return answer

    def _next_base_fee(self) -> int:
        return self._base_fee_after(self._chain.head.header)

    def _base_fee_after(self, header: BlockHeaderAPI) -> int:
        rules = self._chain.genesis.forks.rules(header.block_number + 1, header.timestamp + 1, header.difficulty)
        return calculate_expected_base_fee_per_gas(header) if issubclass(rules, LondonVM) else 0

    def _blob_base_fee(self, header: BlockHeaderAPI) -> int | None:
        if not issubclass(self._chain.rules_for(header), CancunVM):
            return None
        return int(self._chain.vm_at(header).state.blob_base_fee)

    def _blob_base_fee_after(self, header: BlockHeaderAPI) -> int:
        rules = self._chain.rules_for(header)
        if not issubclass(rules, CancunVM):
            return 0
        formula = calc_excess_blob_gas_prague if issubclass(rules, PragueVM) else calc_excess_blob_gas_cancun
        context = self._chain.vm_at(header)
        context.state.execution_context._excess_blob_gas = formula(header)
        return int(context.state.blob_base_fee)

    def _blob_ratio(self, header: Any) -> float:
        rules = self._chain.rules_for(header)
        if not issubclass(rules, CancunVM):
            return 0
        most = MAX_BLOB_GAS_PRAGUE if issubclass(rules, PragueVM) else MAX_BLOB_GAS_CANCUN
        return float(header.blob_gas_used / most)

    def _rewards(self, header: BlockHeaderAPI, percentiles: Sequence[float]) -> list[str]:
        """The priority fee at each percentile of the block's gas, as geth computes it."""
        block = self._chain.history.block(header.block_number)
        receipts = self._chain.history.receipts(header.block_number)
        if not receipts:
            return ["0x0"] * len(percentiles)
        tips, before = [], 0
        for transaction, receipt in zip(block.transactions, receipts, strict=True):
            tip = render.effective_gas_price(transaction, header) - _base_fee(header)
            tips.append((tip, receipt.cumulative_gas_used - before))
            before = receipt.cumulative_gas_used
        tips.sort()
        rewards, index, spent = [], 0, tips[0][1]
        for percentile in percentiles:
            threshold = int(before * percentile / 100)
            while spent < threshold and index < len(tips) - 1:
                index += 1
                spent += tips[index][1]
            rewards.append(hex(tips[index][0]))
        return rewards


def _base_fee(header: Any) -> int:
    return int(header.base_fee_per_gas) if "base_fee_per_gas" in header._meta.field_names else 0


def _count(value: Any) -> int:
    """A hex quantity, or a plain number as geth also takes."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return quantity(value, "argument 0")


def _percentiles(values: Any) -> list[float]:
    if values is None:
        return []
    if not isinstance(values, list) or not all(type(value) in (int, float) for value in values):
        raise InvalidParamsError("invalid argument 2: must be a list of numbers")
    if len(values) > PERCENTILES_MAX:
        raise InvalidParamsError(f"over the query limit {PERCENTILES_MAX}")
    for index, value in enumerate(values):
        if not 0 <= value <= 100:
            raise InvalidParamsError(f"invalid reward percentile: {value}")
        if index and value <= values[index - 1]:
            raise InvalidParamsError(f"invalid reward percentile: #{index - 1}:{values[index - 1]} >= #{index}:{value}")
    return [float(value) for value in values]
