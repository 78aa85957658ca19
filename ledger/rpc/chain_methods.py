"""Reading the chain: blocks, headers, transactions, receipts, accounts."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from eth.abc import BlockHeaderAPI

from ..blocks import Block
from ..errors import InvalidParamsError
from ..node import Node
from ..receipts import Receipt
from . import render
from .arguments import HEX_DIGITS, Arguments
from .select import by_hash, by_number, require_header, select_header


class ChainMethods:
    def __init__(self, node: Node) -> None:
        self._node = node
        self._chain = node.chain
        self._history = node.chain.history

    # -- blocks ---------------------------------------------------------------------------------------

    def block_number(self, params: Sequence[Any]) -> str:
        Arguments(params, 0)
        return hex(self._chain.head.number)

    def block_by_number(self, params: Sequence[Any]) -> Any:
        arguments = Arguments(params, 2)
        full = arguments.flag(1)
        if arguments.get(0) == "pending" and (pending := self._node.pending_block()) is not None:
            return {**render.block_json(pending, full), "hash": None, "nonce": None, "miner": None}
        return self._block_json(by_number(self._chain, arguments.get(0), "argument 0"), full)

    def block_by_hash(self, params: Sequence[Any]) -> Any:
        arguments = Arguments(params, 2)
        return self._block_json(by_hash(self._chain, arguments.hash(0)), arguments.flag(1))

    def header_by_number(self, params: Sequence[Any]) -> Any:
        header = by_number(self._chain, Arguments(params, 1).get(0), "argument 0")
        return render.header_json(header) if header else None

    def header_by_hash(self, params: Sequence[Any]) -> Any:
        header = by_hash(self._chain, Arguments(params, 1).hash(0))
        return render.header_json(header) if header else None

    def transaction_count_by_number(self, params: Sequence[Any]) -> Any:
        block = self._block(by_number(self._chain, Arguments(params, 1).get(0), "argument 0"))
        return hex(len(block.transactions)) if block else None

    def transaction_count_by_hash(self, params: Sequence[Any]) -> Any:
        block = self._block(by_hash(self._chain, Arguments(params, 1).hash(0)))
        return hex(len(block.transactions)) if block else None

    def uncle_count_by_number(self, params: Sequence[Any]) -> Any:
        block = self._block(by_number(self._chain, Arguments(params, 1).get(0), "argument 0"))
        return hex(len(block.uncles)) if block else None

    def uncle_count_by_hash(self, params: Sequence[Any]) -> Any:
        block = self._block(by_hash(self._chain, Arguments(params, 1).hash(0)))
        return hex(len(block.uncles)) if block else None

    def uncle_by_number(self, params: Sequence[Any]) -> Any:
        arguments = Arguments(params, 2)
        block = self._block(by_number(self._chain, arguments.get(0), "argument 0"))
        return _uncle(block, arguments.quantity(1))

    def uncle_by_hash(self, params: Sequence[Any]) -> Any:
        arguments = Arguments(params, 2)
        return _uncle(self._block(by_hash(self._chain, arguments.hash(0))), arguments.quantity(1))

    def block_receipts(self, params: Sequence[Any]) -> Any:
        block = self._block(select_header(self._chain, Arguments(params, 1).get(0)))
        return None if block is None else self.receipts_json(block)

    # -- transactions ---------------------------------------------------------------------------------

    def transaction_by_hash(self, params: Sequence[Any]) -> Any:
        wanted = Arguments(params, 1).hash(0)
        found = self._history.transaction(wanted)
        if found is not None:
            return render.transaction_json(*found)
        waiting = self._node.pool.get(wanted)
        return render.transaction_json(waiting, None, None) if waiting else None

    def transaction_by_number_and_index(self, params: Sequence[Any]) -> Any:
        arguments = Arguments(params, 2)
        block = self._block(by_number(self._chain, arguments.get(0), "argument 0"))
        return _transaction(block, arguments.quantity(1))

    def transaction_by_hash_and_index(self, params: Sequence[Any]) -> Any:
        arguments = Arguments(params, 2)
        return _transaction(self._block(by_hash(self._chain, arguments.hash(0))), arguments.quantity(1))

    def receipt(self, params: Sequence[Any]) -> Any:
        place = self._history.transaction_place(Arguments(params, 1).hash(0))
        if place is None:
            return None
        block, receipts = self._history.block(place[0]), self._history.receipts(place[0])
        first_log = sum(len(receipt.logs) for receipt in receipts[: place[1]])
        return self._receipt_json(block, receipts, place[1], first_log)

    def receipts_json(self, block: Block) -> list[dict[str, Any]]:
        receipts = self._history.receipts(block.number)
        first_logs = itertools.accumulate((len(receipt.logs) for receipt in receipts), initial=0)
        each = enumerate(itertools.islice(first_logs, len(receipts)))
        return [self._receipt_json(block, receipts, index, first_log) for index, first_log in each]

    # -- accounts -------------------------------------------------------------------------------------

    def balance(self, params: Sequence[Any]) -> str:
        address, state = self._account(params)
        return hex(state.get_balance(address))

    def code(self, params: Sequence[Any]) -> str:
        address, state = self._account(params)
        return render.hex_bytes(state.get_code(address))

    def transaction_count(self, params: Sequence[Any]) -> str:
        arguments = Arguments(params, 1, 2)
        address = arguments.address(0)
        if arguments.get(1) == "pending":
            return hex(self._node.pool.next_nonce(address))
        header = require_header(self._chain, arguments.get(1), "argument 1")
        return hex(self._chain.vm_at(header).state.get_nonce(address))

    def storage_at(self, params: Sequence[Any]) -> str:
        arguments = Arguments(params, 2, 3)
        slot = storage_slot(arguments.get(1))
        header = require_header(self._chain, arguments.get(2), "argument 2")
        value = self._chain.vm_at(header).state.get_storage(arguments.address(0), slot)
        return render.hex_bytes(value.to_bytes(32, "big"))

    def _account(self, params: Sequence[Any]) -> tuple[bytes, Any]:
        arguments = Arguments(params, 1, 2)
        header = require_header(self._chain, arguments.get(1), "argument 1")
        return arguments.address(0), self._chain.vm_at(header).state

    # -- helpers of the above -------------------------------------------------------------------------

    def _block(self, header: BlockHeaderAPI | None) -> Block | None:
        return self._history.block(header.block_number) if header else None

    def _block_json(self, header: BlockHeaderAPI | None, full: bool) -> Any:
        block = self._block(header)
        return render.block_json(block, full) if block else None

    def _receipt_json(self, block: Block, receipts: Sequence[Receipt], index: int, first_log: int) -> dict[str, Any]:
        blob_base_fee = None
        if block.transactions[index].type == render.BLOB:
            blob_base_fee = self._chain.vm_at(block.header).state.blob_base_fee
        return render.receipt_json(block, receipts, index, first_log, blob_base_fee)


def storage_slot(value: Any, where: str = "argument 1") -> int:
    """A storage key; unlike other numbers it may have leading zeros, or no prefix, as geth takes it."""
    if not isinstance(value, str):
        raise InvalidParamsError(f"invalid {where}: must be a hex string")
    digits = value[2:] if value[:2] in ("0x", "0X") else value
    if len(digits) > 64:
        raise InvalidParamsError(f'storage key too long (want at most 32 bytes): "{value}"')
    if not HEX_DIGITS.issuperset(digits):
        raise InvalidParamsError(f'invalid hex in storage key: "{value}"')
    return int(digits or "0", 16)


def _uncle(block: Block | None, index: int) -> Any:
    if block is None or index >= len(block.uncles):
        return None
    return render.uncle_json(block.uncles[index])


def _transaction(block: Block | None, index: int) -> Any:
    if block is None or index >= len(block.transactions):
        return None
    return render.transaction_json(block.transactions[index], block.header, index)
