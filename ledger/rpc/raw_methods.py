"""debug_getRaw*: the sealed bytes themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eth.abc import BlockHeaderAPI

from ..chain import Chain
from ..errors import ExecutionFailedError
from .arguments import Arguments
from .render import hex_bytes, raw_header
from .select import select_header


class RawMethods:
    def __init__(self, chain: Chain) -> None:
        self._chain = chain

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

    def _header(self, params: Sequence[Any]) -> BlockHeaderAPI:
        parameter = Arguments(params, 1).get(0)
        header = select_header(self._chain, parameter)
        if header is None:
            raise ExecutionFailedError(f"block {parameter} not found")
        return header
