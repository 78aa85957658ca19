"""Blocks that nobody seals: eth_simulateV1's chain of headers and messages on top of a sealed block.

Everything is executed as a block would be, but messages need no signature, and what is written goes nowhere. A
message may break rules that a transaction may not, unless validation is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from eth.abc import BlockHeaderAPI
from eth.rlp.headers import BlockHeader
from eth.vm.base import VM
from eth.vm.forks.cancun import CancunVM
from eth.vm.forks.cancun.blocks import CancunBlockHeader
from eth.vm.forks.cancun.headers import calc_excess_blob_gas_cancun
from eth.vm.forks.london import LondonVM
from eth.vm.forks.london.blocks import LondonBlockHeader
from eth.vm.forks.london.headers import calculate_expected_base_fee_per_gas
from eth.vm.forks.paris import ParisVM
from eth.vm.forks.prague import PragueVM
from eth.vm.forks.prague.blocks import PragueBlockHeader
from eth.vm.forks.prague.headers import calc_excess_blob_gas_prague
from eth.vm.forks.shanghai import ShanghaiVM
from eth.vm.forks.shanghai.blocks import ShanghaiBlockHeader

from .blocks import Block, encode_block
from .chain import Chain
from .execution import Executed, Execution
from .receipts import Log, Receipt
from .simulate import CallMessage, CallResult, set_blob_base_fee
from .state import NodeCache
from .tracing.machine import watch
from .tracing.transfers import EveryLog
from .trie_node import NEVER_WRITTEN
from .unsigned import unsigned_transaction

BLOCK_SECONDS = 12
"""Between blocks whose time nobody gave, on a chain that has no period; as in geth."""
NO_NONCE = b"\x00" * 8
HEADERS: tuple[tuple[type[VM], Any], ...] = (
    (PragueVM, PragueBlockHeader),
    (CancunVM, CancunBlockHeader),
    (ShanghaiVM, ShanghaiBlockHeader),
    (LondonVM, LondonBlockHeader),
    (VM, BlockHeader),
)


@dataclass(frozen=True)
class BlockFields:
    """What a simulated block's header is to say; None for what follows from its parent."""

    number: int | None = None
    timestamp: int | None = None
    gas_limit: int | None = None
    fee_recipient: bytes | None = None
    base_fee: int | None = None
    difficulty: int | None = None
    mix_hash: bytes = b"\x00" * 32
    beacon_root: bytes = b"\x00" * 32
    blob_base_fee: int | None = None


@dataclass
class SimulatedBlock:
    """One block while messages are put into it, and once it is closed, the block itself."""

    header: Any
    execution: Execution
    results: list[CallResult] = field(default_factory=list)
    logs: list[Sequence[tuple[int, Log]]] = field(default_factory=list)
    """Of each message, each with its index in the block. Logs of frames that failed are gone, but had one too."""
    log_count: int = 0
    block: Block | None = None
    receipts: tuple[Receipt, ...] = ()


class _Overlay(NodeCache):
    """The chain's nodes, and before them those that simulated blocks have written."""

    def __init__(self, nodes: NodeCache) -> None:
        super().__init__(None)
        self._below = nodes
        self._written: dict[bytes, bytes] = {}

    def __getitem__(self, key: bytes) -> bytes:
        node = self._written.get(key)
        return self._below[key] if node is None else node

    def next_write_number(self) -> bytes:
        return NEVER_WRITTEN

    def remember(self, nodes: dict[bytes, bytes], decoded: dict[bytes, list[Any]]) -> None:
        self._written.update(nodes)


class SimulatedChain:
    """Grows block by block from a sealed header."""

    def __init__(self, chain: Chain, base: BlockHeaderAPI, *, validation: bool) -> None:
        self._chain = chain
        self._base: Any = base
        self._validation = validation
        self._nodes = _Overlay(chain.nodes_at(base))
        self._headers: list[Any] = []

    @property
    def head(self) -> Any:
        return self._headers[-1] if self._headers else self._base

    def next_timestamp(self) -> int:
        clique = self._chain.clique
        return int(self.head.timestamp) + (BLOCK_SECONDS if clique is None else max(clique.period, 1))

    def open(self, fields: BlockFields) -> SimulatedBlock:
        """The next block, empty."""
        parent = self.head
        timestamp = self.next_timestamp() if fields.timestamp is None else fields.timestamp
        difficulty = parent.difficulty if fields.difficulty is None else fields.difficulty
        rules = self._chain.genesis.forks.rules(parent.block_number + 1, timestamp, difficulty)
        header = self._header(rules, fields, timestamp, difficulty)
        ancestors = self._ancestors()
        execution = Execution(rules, header, parent.state_root, self._nodes, ancestors, self._chain.chain_id)
        execution.vm.state.execution_context._coinbase = header.coinbase
        if fields.blob_base_fee is not None and issubclass(rules, CancunVM):
            set_blob_base_fee(execution.vm.state, fields.blob_base_fee)
        return SimulatedBlock(header, execution)

    def run(
        self, opened: SimulatedBlock, message: CallMessage, nonce: int, kind: int, *, transfers: bool
    ) -> CallResult:
        """Execute one message into the block. Raises py-evm's ValidationError."""
        watcher = EveryLog(opened.log_count, transfers=transfers)
        watch(opened.execution.vm.state, watcher)
        transaction = unsigned_transaction(message, nonce, kind, self._chain.chain_id)
        _, result = opened.execution.apply_message(transaction, message)
        opened.results.append(result)
        opened.logs.append(tuple(watcher.logs))
        opened.log_count = watcher.next_index
        return result

    def close(self, opened: SimulatedBlock) -> Block:
        """Settle the state and make the block what the next one stands on."""
        rules = type(opened.execution.vm)
        shanghai = issubclass(rules, ShanghaiVM)
        pays = self._chain.clique is None and not issubclass(rules, ParisVM)
        executed: Executed = opened.execution.finish(withdrawals=() if shanghai else None, rewards=pays)
        header = opened.header.copy(
            state_root=executed.state_root,
            transaction_root=executed.transaction_root,
            receipt_root=executed.receipt_root,
            bloom=executed.bloom,
            gas_used=executed.gas_used,
            **({"blob_gas_used": executed.blob_gas_used} if "blob_gas_used" in opened.header._meta.field_names else {}),
            **({"requests_hash": executed.requests_hash} if executed.requests_hash is not None else {}),
        )
        withdrawals: Any = () if shanghai else None
        raw = encode_block(header, executed.transactions, (), withdrawals)
        self._nodes.remember(executed.nodes, executed.decoded_nodes)
        self._headers.append(header)
        opened.block = Block(header, executed.transactions, (), withdrawals, raw)
        opened.receipts = executed.receipts
        return opened.block

    def _header(self, rules: type[VM], fields: BlockFields, timestamp: int, difficulty: int) -> Any:
        parent = self.head
        header_class = next(made for fork, made in HEADERS if issubclass(rules, fork))
        values: dict[str, Any] = {
            "parent_hash": parent.hash,
            "block_number": parent.block_number + 1,
            "timestamp": timestamp,
            "difficulty": difficulty,
            "gas_limit": parent.gas_limit if fields.gas_limit is None else fields.gas_limit,
            "coinbase": parent.coinbase if fields.fee_recipient is None else fields.fee_recipient,
            "mix_hash": fields.mix_hash,
            "nonce": NO_NONCE,
        }
        if issubclass(rules, LondonVM):
            expected = calculate_expected_base_fee_per_gas(parent) if self._validation else 0
            values["base_fee_per_gas"] = expected if fields.base_fee is None else fields.base_fee
        if issubclass(rules, CancunVM):
            formula = calc_excess_blob_gas_prague if issubclass(rules, PragueVM) else calc_excess_blob_gas_cancun
            values["excess_blob_gas"] = formula(parent)
            values["parent_beacon_block_root"] = fields.beacon_root
        return header_class(**values)

    def _ancestors(self) -> Iterator[bytes]:
        for header in reversed(self._headers):
            yield header.hash
        yield from self._chain.history.ancestors(self._base)
