"""debug_getRaw* and eth_getRawTransaction*: the sealed bytes themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eth.abc import BlockHeaderAPI

from ..errors import ExecutionFailedError
from ..node import Node
from .arguments import Arguments
from .render import hex_bytes, raw_header
from .select import by_hash, by_number, select_header


class RawMethods:
    def __init__(self, node: Node) -> None:
        self._pool = node.pool
        self._chain = node.chain

    def block(self, params: Sequence[Any]) -> str:
        return hex_bytes(self._chain.history.raw_block(self._header(params).block_number))

    def header(self, params: Sequence[Any]) -> str:
        return raw_header(self._header(params))

    def receipts(self, params: Sequence[Any]) -> list[str]:
        receipts = self._chain.history.receipts(self._header(params).block_number)
        return [hex_bytes(receipt.consensus_bytes()) for receipt in receipts]

    def transaction(self, params: Sequence[Any]) -> str:
        found = self._chain.history.transaction(Arguments(params, 1).hash(0))
        return "0x" if found is None else hex_bytes(found[0].raw)

    def transaction_by_hash(self, params: Sequence[Any]) -> str:
        """Unlike debug_getRawTransaction, also of one that still waits."""
        waiting = self._pool.get(Arguments(params, 1).hash(0))
        return self.transaction(params) if waiting is None else hex_bytes(waiting.raw)

    def transaction_by_number_and_index(self, params: Sequence[Any]) -> str:
        arguments = Arguments(params, 2)
        return self._raw(by_number(self._chain, arguments.get(0), "argument 0"), arguments.quantity(1))

    def transaction_by_hash_and_index(self, params: Sequence[Any]) -> str:
        arguments = Arguments(params, 2)
        return self._raw(by_hash(self._chain, arguments.hash(0)), arguments.quantity(1))

    def _raw(self, header: BlockHeaderAPI | None, index: int) -> str:
        transactions = () if header is None else self._chain.history.block(header.block_number).transactions
        return hex_bytes(transactions[index].raw) if index < len(transactions) else "0x"

    def _header(self, params: Sequence[Any]) -> BlockHeaderAPI:
        parameter = Arguments(params, 1).get(0)
        header = select_header(self._chain, parameter)
        if header is None:
            raise ExecutionFailedError(f"block {parameter} not found")
        return header
