"""The first block of a chain: the state that its genesis allots, and the header over it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eth.constants import BLANK_ROOT_HASH
from eth.rlp.headers import BlockHeader

from .blocks import Block, encode_block
from .genesis import Genesis
from .state import NodeCache, StateDatabase, build_vm


def genesis_state(genesis: Genesis, nodes: NodeCache) -> tuple[bytes, dict[bytes, bytes]]:
    """The state root of a genesis allocation, and the trie nodes under it."""
    database = StateDatabase(nodes, nodes.next_write_number())
    rules = genesis.forks.rules(0, 0, 1)
    before = BlockHeader(difficulty=0, block_number=0, gas_limit=0, timestamp=0)
    state: Any = build_vm(rules, before, database, BLANK_ROOT_HASH, (), genesis.chain_id).state
    for address, account in genesis.allocation.items():
        state.set_balance(address, account.balance)
        state.set_nonce(address, account.nonce)
        if account.code:
            state.set_code(address, account.code)
        for slot, value in account.storage:
            state.set_storage(address, slot, value)
    state.persist()
    return state.state_root, database.writes


def genesis_block(genesis: Genesis, state_root: bytes) -> Block:
    header = genesis.header(state_root)
    withdrawals: Sequence[Any] | None = () if _has_withdrawals(header) else None
    raw = encode_block(header, (), (), withdrawals)
    return Block(header, (), (), None if withdrawals is None else (), raw)


def _has_withdrawals(header: Any) -> bool:
    return "withdrawals_root" in header._meta.field_names
