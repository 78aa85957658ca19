"""Taking transactions in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import RpcError
from ..node import Node
from .arguments import Arguments
from .chain_methods import ChainMethods
from .render import hex_bytes

SYNC_SECONDS_DEFAULT = 30.0
SYNC_SECONDS_MAX = 120.0


class NotSealedInTimeError(RpcError):
    """The transaction was accepted but not sealed in time; ask for its receipt."""

    code = 4


class Sending:
    def __init__(self, node: Node, reading: ChainMethods) -> None:
        self._node = node
        self._reading = reading

    def send_raw(self, params: Sequence[Any]) -> str:
        return hex_bytes(self._node.submit(Arguments(params, 1).data(0)).hash)

    def send_raw_sync(self, params: Sequence[Any]) -> Any:
        """EIP-7966: answer only when the block is on the disk."""
        arguments = Arguments(params, 1, 2)
        seconds = SYNC_SECONDS_DEFAULT
        if arguments.get(1) is not None:
            seconds = min(arguments.quantity(1) / 1000, SYNC_SECONDS_MAX)
        transaction = self._node.submit(arguments.data(0))
        if not self._node.wait_for_receipt(transaction.hash, seconds):
            raise NotSealedInTimeError(data=hex_bytes(transaction.hash))
        return self._reading.receipt([hex_bytes(transaction.hash)])
