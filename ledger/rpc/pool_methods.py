"""txpool_*: what waits for a block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eth_utils.address import to_checksum_address

from ..node import Node
from ..transactions import SignedTransaction
from .arguments import Arguments
from .render import transaction_json

BySender = Mapping[bytes, Sequence[SignedTransaction]]


class PoolMethods:
    def __init__(self, node: Node) -> None:
        self._pool = node.pool

    def status(self, params: Sequence[Any]) -> dict[str, str]:
        Arguments(params, 0)
        pending, queued = self._pool.content()
        return {"pending": hex(_count(pending)), "queued": hex(_count(queued))}

    def content(self, params: Sequence[Any]) -> dict[str, Any]:
        Arguments(params, 0)
        pending, queued = self._pool.content()
        return {"pending": _full(pending), "queued": _full(queued)}

    def content_from(self, params: Sequence[Any]) -> dict[str, Any]:
        sender = Arguments(params, 1).address(0)
        pending, queued = self._pool.content()
        return {"pending": _by_nonce(pending.get(sender, ())), "queued": _by_nonce(queued.get(sender, ()))}

    def inspect(self, params: Sequence[Any]) -> dict[str, Any]:
        Arguments(params, 0)
        pending, queued = self._pool.content()
        return {"pending": _short(pending), "queued": _short(queued)}


def _count(by_sender: BySender) -> int:
    return sum(map(len, by_sender.values()))


def _full(by_sender: BySender) -> dict[str, Any]:
    return {to_checksum_address(sender): _by_nonce(waiting) for sender, waiting in by_sender.items()}


def _by_nonce(waiting: Sequence[SignedTransaction]) -> dict[str, Any]:
    return {str(transaction.nonce): transaction_json(transaction, None, None) for transaction in waiting}


def _short(by_sender: BySender) -> dict[str, Any]:
    return {
        to_checksum_address(sender): {str(entry.nonce): _one_line(entry) for entry in waiting}
        for sender, waiting in by_sender.items()
    }


def _one_line(transaction: SignedTransaction) -> str:
    inner: Any = transaction.inner
    target = to_checksum_address(inner.to) if inner.to else "contract creation"
    return f"{target}: {inner.value} wei + {inner.gas} gas × {getattr(inner, 'max_fee_per_gas', 0)} wei"
