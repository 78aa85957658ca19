"""Taking transactions in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import RpcError
from ..node import Node
from .arguments import Arguments
from .chain_methods import ChainMethods
from .later import Later
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

    def send_raw_sync(self, params: Sequence[Any]) -> Later:
        """EIP-7966: answer only when the block is on the disk."""
        arguments = Arguments(params, 1, 2)
        seconds = SYNC_SECONDS_DEFAULT
        if arguments.get(1) is not None:
            seconds = min(arguments.quantity(1) / 1000, SYNC_SECONDS_MAX)
        shown = hex_bytes(self._node.submit(arguments.data(0)).hash)

        def receipt(is_sealed: bool) -> Any:
            if not is_sealed:
                raise NotSealedInTimeError(data=shown)
            return self._reading.receipt([shown])

        return Later(
            self._node.when_sealed(bytes.fromhex(shown[2:])), seconds, receipt, NotSealedInTimeError(data=shown)
        )
