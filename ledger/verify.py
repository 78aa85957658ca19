"""Checking a block that somebody else made, and naming the field that is false.

1. it follows its parent (number, parentHash)
2. its header keeps the rules of its fork and of its consensus (timestamp, gas limit, base fee, seal …)
3. its body is the one the header commits to (uncles, transactions, withdrawals)
4. executing the body leads to the header's gas, bloom, receipts root and state root

A seal that does not fit says only that something in the header was altered. So when the seal fails, the
rest is checked all the same, and the field that is really false is the one that is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from eth.abc import BlockHeaderAPI
from eth.consensus.clique.datatypes import Snapshot
from eth.vm.base import VM
from eth.vm.forks.cancun import CancunVM
from eth.vm.forks.cancun.headers import calc_excess_blob_gas_cancun
from eth.vm.forks.homestead import HomesteadVM
from eth.vm.forks.london import LondonVM
from eth.vm.forks.london.headers import calculate_expected_base_fee_per_gas
from eth.vm.forks.paris import ParisVM
from eth.vm.forks.prague import PragueVM
from eth.vm.forks.prague.headers import calc_excess_blob_gas_prague
from eth.vm.forks.shanghai import ShanghaiVM
from eth_hash.auto import keccak
from eth_utils.exceptions import ValidationError

from . import rlp_codec
from .blocks import Block, header_items
from .clique import Clique
from .errors import BlockError
from .execution import Executed, Execution, execute_body
from .forks import ForkSchedule, UnsupportedForkError
from .sentence import Sentence
from .state import NodeCache
from .trie import ordered_trie_root

UNCLES_MAX = 2
EXPECTED_HEADER_FIELDS = ((PragueVM, 21), (CancunVM, 20), (ShanghaiVM, 17), (LondonVM, 16), (VM, 15))


@dataclass(frozen=True)
class Rules:
    """What checking needs to know of the chain; `proof_of_work` says whether work would have to be checked."""

    chain_id: int
    forks: ForkSchedule
    clique: Clique | None
    header_by_number: Callable[[int], BlockHeaderAPI]
    ancestors: Callable[[BlockHeaderAPI], Iterable[bytes]]


def verify_block(
    block: Block,
    parent: BlockHeaderAPI,
    snapshot: Snapshot | None,
    rules: Rules,
    nodes: NodeCache,
    now: int | None,
) -> Executed:
    """Check everything about a block and return what executing it led to. Raises BlockError."""
    vm_class = _rules_for(block.header, rules.forks)
    _check_position(block.header, parent)
    seal_error: BlockError | None = None
    try:
        _check_header(block.header, parent, snapshot, rules, vm_class, now)
    except BlockError as error:
        if error.field != "seal":
            raise
        seal_error = error
    _check_body(block, vm_class)
    executed = _execute(block, parent, rules, vm_class, nodes)
    _compare(block.header, executed, vm_class)
    if seal_error is not None:
        raise seal_error
    return executed


def _rules_for(header: BlockHeaderAPI, forks: ForkSchedule) -> type[VM]:
    try:
        rules = forks.rules_for(header)
    except UnsupportedForkError as error:
        raise BlockError(header.block_number, "timestamp", error.reason) from None
    expected = next(count for fork, count in EXPECTED_HEADER_FIELDS if issubclass(rules, fork))
    found = len(header_items(header))
    if found != expected:
        raise BlockError(
            header.block_number,
            "header",
            "has {found} fields, but {fork} headers have {expected}",
            found=found,
            fork=rules.fork,
            expected=expected,
        )
    return rules


def _check_position(header: BlockHeaderAPI, parent: BlockHeaderAPI) -> None:
    expected = parent.block_number + 1
    if header.block_number != expected:
        raise BlockError(
            expected,
            "number",
            "is {found}, but must be {expected}",
            found=header.block_number,
            expected=expected,
        )
    if header.parent_hash != parent.hash:
        reason = Sentence(
            "is {found}, but block {number} is {expected}",
            found=_show(header.parent_hash),
            number=parent.block_number,
            expected=_show(parent.hash),
        )
        raise BlockError(expected, "parentHash", reason)


def _check_header(
    header: BlockHeaderAPI,
    parent: BlockHeaderAPI,
    snapshot: Snapshot | None,
    rules: Rules,
    vm_class: type[VM],
    now: int | None,
) -> None:
    number = header.block_number
    if header.timestamp <= parent.timestamp:
        raise BlockError(
            number,
            "timestamp",
            "{found} is not after the parent's {parent}",
            found=header.timestamp,
            parent=parent.timestamp,
        )
    if header.gas_used > header.gas_limit:
        raise BlockError(
            number,
            "gasUsed",
            "{found} is above the limit of {limit}",
            found=header.gas_used,
            limit=header.gas_limit,
        )
    _check_gas(header, parent, vm_class)
    if issubclass(vm_class, CancunVM):
        formula = calc_excess_blob_gas_prague if issubclass(vm_class, PragueVM) else calc_excess_blob_gas_cancun
        _require(number, "excessBlobGas", header.excess_blob_gas, formula(parent))
    if issubclass(vm_class, ParisVM):
        _check_merged(header)
    elif rules.clique is not None and snapshot is not None:
        rules.clique.check(header, parent, snapshot, rules.header_by_number, now)
    else:
        if len(header.extra_data) > vm_class.extra_data_max_bytes:
            raise BlockError(number, "extraData", "is longer than {count} bytes", count=vm_class.extra_data_max_bytes)
        compute: Any = vm_class.compute_difficulty
        _require(number, "difficulty", header.difficulty, compute(parent, header.timestamp))


def _check_gas(header: BlockHeaderAPI, parent: BlockHeaderAPI, vm_class: type[VM]) -> None:
    if issubclass(vm_class, LondonVM):
        expected = calculate_expected_base_fee_per_gas(parent)
        _require(header.block_number, "baseFeePerGas", header.base_fee_per_gas, expected)
    try:
        vm_class.validate_gas(header, parent)
    except ValidationError as error:
        raise BlockError(header.block_number, "gasLimit", str(error).splitlines()[0]) from None


def _check_merged(header: BlockHeaderAPI) -> None:
    _require(header.block_number, "nonce", header.nonce, b"\x00" * 8)
    if len(header.extra_data) > 32:
        raise BlockError(header.block_number, "extraData", "is longer than {count} bytes", count=32)


def _check_body(block: Block, vm_class: type[VM]) -> None:
    header, number = block.header, block.number
    uncles = keccak(rlp_codec.encode([header_items(uncle) for uncle in block.uncles]))
    _require(number, "sha3Uncles", header.uncles_hash, uncles)
    if len(block.uncles) > UNCLES_MAX:
        raise BlockError(number, "uncles", "{found} are more than {most}", found=len(block.uncles), most=UNCLES_MAX)
    transactions = ordered_trie_root([transaction.raw for transaction in block.transactions])
    _require(number, "transactionsRoot", header.transaction_root, transactions)
    if issubclass(vm_class, ShanghaiVM):
        if block.withdrawals is None:
            raise BlockError(number, "withdrawals", "are missing")
        withdrawals = ordered_trie_root([item.encode() for item in block.withdrawals])
        _require(number, "withdrawalsRoot", header.withdrawals_root, withdrawals)
    elif block.withdrawals is not None:
        raise BlockError(number, "withdrawals", "are unknown to {fork}", fork=vm_class.fork)


def _execute(block: Block, parent: BlockHeaderAPI, rules: Rules, vm_class: type[VM], nodes: NodeCache) -> Executed:
    execution = Execution(vm_class, block.header, parent.state_root, nodes, rules.ancestors(parent), rules.chain_id)
    if block.number == rules.forks.dao_fork_block and issubclass(vm_class, HomesteadVM):
        execution.move_dao_funds()
    execute_body(execution, block.number, block.transactions)
    try:
        pays = rules.clique is None and not issubclass(vm_class, ParisVM)
        root = block.header.transaction_root  # which `_check_body` has compared
        return execution.finish(block.uncles, block.withdrawals, rewards=pays, transaction_root=root)
    except ValidationError as error:
        raise BlockError(block.number, "body", str(error).splitlines()[0]) from None


def _compare(header: Any, executed: Executed, vm_class: type[VM]) -> None:
    number = header.block_number
    _require(number, "gasUsed", header.gas_used, executed.gas_used)
    _require(number, "logsBloom", header.bloom, executed.bloom)
    _require(number, "receiptsRoot", header.receipt_root, executed.receipt_root)
    if issubclass(vm_class, CancunVM):
        _require(number, "blobGasUsed", header.blob_gas_used, executed.blob_gas_used)
    if issubclass(vm_class, PragueVM):
        _require(number, "requestsHash", header.requests_hash, executed.requests_hash)
    _require(number, "stateRoot", header.state_root, executed.state_root)


def _require(number: int, field: str, found: object, expected: object) -> None:
    if found != expected:
        raise BlockError(
            number, field, "is {found}, but must be {expected}", found=_show(found), expected=_show(expected)
        )


def _show(value: object) -> str:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, int) and value >= 1 << 256:
        return f"a bloom with {value.bit_count()} bits"
    return str(value)
