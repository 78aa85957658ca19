"""debug_trace*: how a sealed transaction, a block or a call ran; debug_storageRangeAt: storage between transactions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from eth_utils.exceptions import ValidationError

from ..blocks import Block, decode_block, decode_header_of
from ..errors import BlockError, ExecutionFailedError, InvalidParamsError
from ..node import Node
from ..tracing.again import execution_of, trace_message, trace_transactions
from ..tracing.struct_logs import StructOptions
from ..tracing.tracers import CallTracer, MakeTracer, PrestateTracer, StructTracer
from ..trie_walk import entries_from
from .arguments import Arguments, data, flag, mapping, only
from .call_objects import read_message
from .calls import require_funds
from .overrides import apply_block_overrides, apply_state_overrides, place_in_next_block
from .render import hex_bytes
from .select import by_hash, by_number, require_header

STRUCT_FIELDS = ("enableMemory", "disableStack", "disableStorage", "enableReturnData", "limit", "debug")
CONFIG_FIELDS = (*STRUCT_FIELDS, "tracer", "tracerConfig", "timeout", "reexec")
CALL_CONFIG_FIELDS = (*CONFIG_FIELDS, "stateOverrides", "blockOverrides")
RANGE_ENTRIES_MAX = 1_024
GO_DURATION = re.compile(r"0|(?:[0-9]+(?:\.[0-9]*)?(?:ns|us|µs|ms|s|m|h))+")


class Traces:
    def __init__(self, node: Node) -> None:
        self._node = node
        self._chain = node.chain

    def transaction(self, params: Sequence[Any]) -> Any:
        arguments = Arguments(params, 1, 2)
        make = read_tracer(arguments.get(1), "argument 1")
        place = self._chain.history.transaction_place(arguments.hash(0))
        if place is None:
            raise ExecutionFailedError("transaction not found")
        block = self._chain.history.block(place[0])
        return next(trace_transactions(self._chain, block, make, place[1], place[1]))

    def block_by_number(self, params: Sequence[Any]) -> Any:
        arguments = Arguments(params, 1, 2)
        make = read_tracer(arguments.get(1), "argument 1")
        header = by_number(self._chain, arguments.get(0), "argument 0")
        if header is None:
            raise ExecutionFailedError(f"block #{int(arguments.get(0), 16)} not found")
        return self._trace_block(self._chain.history.block(header.block_number), make)

    def block_by_hash(self, params: Sequence[Any]) -> Any:
        arguments = Arguments(params, 1, 2)
        make = read_tracer(arguments.get(1), "argument 1")
        header = by_hash(self._chain, arguments.hash(0))
        if header is None:
            raise ExecutionFailedError(f"block {hex_bytes(arguments.hash(0))} not found")
        return self._trace_block(self._chain.history.block(header.block_number), make)

    def block(self, params: Sequence[Any]) -> Any:
        """A block given as RLP, whose parent has to be on this chain."""
        arguments = Arguments(params, 1, 2)
        make, raw = read_tracer(arguments.get(1), "argument 1"), arguments.data(0)
        try:
            header = decode_header_of(raw, 0)
            block = decode_block(raw, self._chain.genesis.forks, self._chain.chain_id, header.block_number)
        except BlockError as error:
            raise InvalidParamsError(f"invalid argument 0: could not decode block: {error.reason}") from None
        if block.number and by_hash(self._chain, header.parent_hash) is None:
            raise ExecutionFailedError(f"parent {hex_bytes(header.parent_hash)} not found")
        return self._trace_block(block, make)

    def call(self, params: Sequence[Any]) -> Any:
        arguments = Arguments(params, 1, 3)
        config = arguments.mapping(2)
        make = read_tracer(config, "argument 2", CALL_CONFIG_FIELDS)
        vm, untouched = (self._prepared(arguments.get(1), config) for _ in range(2))
        message = read_message(arguments.mapping(0), vm)
        require_funds(vm, message)
        try:
            return trace_message(vm, untouched, message, make)
        except ValidationError as error:
            raise ExecutionFailedError(str(error)) from None

    def storage_range_at(self, params: Sequence[Any]) -> dict[str, Any]:
        """Slots by the hash of their number, as they were before one of a block's transactions."""
        arguments = Arguments(params, 5)
        header = require_header(self._chain, hex_bytes(arguments.hash(0)), "argument 0")
        block = self._chain.history.block(header.block_number)
        index, address, most = _count(arguments.get(1), "argument 1"), arguments.address(2), arguments.get(4)
        if not index <= len(block.transactions):
            raise InvalidParamsError(f"invalid argument 1: the block has {len(block.transactions)} transactions")
        start = data(arguments.get(3), "argument 3").ljust(32, b"\x00")[:32]
        execution = execution_of(self._chain, block, index)
        read, root = execution.settled_storage(address)
        most = min(_count(most, "argument 4"), RANGE_ENTRIES_MAX)
        found = entries_from(read, root, start, most + 1)
        return {
            "storage": {
                hex_bytes(key): {"key": None, "value": f"0x{int.from_bytes(value, 'big'):064x}"}
                for key, value in found[:most]
            },
            "nextKey": hex_bytes(found[most][0]) if len(found) > most else None,
        }

    def _trace_block(self, block: Block, make: MakeTracer) -> list[dict[str, Any]]:
        traced = zip(block.transactions, trace_transactions(self._chain, block, make), strict=True)
        return [{"txHash": hex_bytes(transaction.hash), "result": result} for transaction, result in traced]

    def _prepared(self, parameter: Any, config: Mapping[str, Any]) -> Any:
        vm = self._chain.vm_at(require_header(self._chain, parameter, "argument 1"))
        if parameter == "pending":
            place_in_next_block(vm, self._node)
        apply_state_overrides(vm, config.get("stateOverrides"), "argument 2.stateOverrides")
        apply_block_overrides(vm, config.get("blockOverrides"), "argument 2.blockOverrides")
        return vm


def read_tracer(config: Any, where: str, known: Sequence[str] = CONFIG_FIELDS) -> MakeTracer:
    """Which tracer a configuration asks for. The node's own time limit holds, whatever `timeout` says."""
    options = mapping(config, where)
    only(options, known, where)
    structs = _struct_options(options, where)
    _read_what_does_not_matter(options, where)
    name, inner = options.get("tracer"), mapping(options.get("tracerConfig"), f"{where}.tracerConfig")
    inside = f"{where}.tracerConfig"
    if name is None or name == "":
        return partial(StructTracer, structs)
    if name == "callTracer":
        only(inner, ("onlyTopCall", "withLog"), inside)
        top, logs = (flag(inner.get(key), f"{inside}.{key}") for key in ("onlyTopCall", "withLog"))
        return partial(CallTracer, top, logs)
    if name == "prestateTracer":
        only(inner, ("diffMode",), inside)
        return partial(PrestateTracer, flag(inner.get("diffMode"), f"{inside}.diffMode"))
    raise InvalidParamsError(f"invalid {where}.tracer: only callTracer and prestateTracer are known")


def _struct_options(options: Mapping[str, Any], where: str) -> StructOptions:
    flags = {key: flag(options.get(key), f"{where}.{key}") for key in STRUCT_FIELDS[:4]}
    return StructOptions(
        stack=not flags["disableStack"],
        memory=flags["enableMemory"],
        storage=not flags["disableStorage"],
        return_data=flags["enableReturnData"],
        entries_max=0 if options.get("limit") is None else _count(options["limit"], f"{where}.limit"),
    )


def _read_what_does_not_matter(options: Mapping[str, Any], where: str) -> None:
    """Well formed all the same: a Go duration, a number of blocks, a flag."""
    timeout = options.get("timeout")
    if timeout is not None and not (isinstance(timeout, str) and GO_DURATION.fullmatch(timeout)):
        raise InvalidParamsError(f"invalid {where}.timeout: must be a duration such as 5s")
    if options.get("reexec") is not None:
        _count(options["reexec"], f"{where}.reexec")
    flag(options.get("debug"), f"{where}.debug")


def _count(value: Any, where: str) -> int:
    """geth takes plain numbers here, not hex."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InvalidParamsError(f"invalid {where}: must be a number that is not negative")
    return value
