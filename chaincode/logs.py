"""A log as the chain holds it, before it is decoded, and its place in the chain."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Position:
    """Where in the chain something was recorded."""

    block_number: int
    timestamp: int | None
    """Unix seconds of the block; None where the node's answer does not carry it."""
    transaction_hash: bytes
    log_index: int


@dataclass(frozen=True)
class Log:
    """One log: the contract that wrote it, its topics and its data."""

    address: str
    topics: tuple[bytes, ...]
    data: bytes
    position: Position | None = None
