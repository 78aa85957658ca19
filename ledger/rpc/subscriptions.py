"""eth_subscribe: one connection's subscriptions, pushed as blocks are sealed. Knows no sockets.

The connection gives a `push` function, which takes a notification from whatever thread and must not block.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from ..chain import Sealed
from ..errors import InvalidParamsError, LimitExceededError, MethodNotFoundError
from ..node import Node
from ..transactions import SignedTransaction
from .arguments import Arguments
from .dispatcher import Method
from .logs import LogFilter, matching_logs, parse_filter
from .render import header_json, hex_bytes, transaction_json

SUBSCRIPTIONS_MAX = 100
KINDS = ("newHeads", "logs", "newPendingTransactions", "syncing")

Push = Callable[[bytes], None]


class Subscriptions:
    """Close it when the connection ends."""

    def __init__(self, node: Node, push: Push) -> None:
        self._push = push
        self._open: dict[str, tuple[str, LogFilter | None, bool]] = {}
        self._leave = (node.chain.subscribe(self._on_sealed), node.subscribe_pending(self._on_pending))

    def methods(self) -> dict[str, Method]:
        return {"eth_subscribe": Method(self.subscribe), "eth_unsubscribe": Method(self.unsubscribe)}

    def subscribe(self, params: Sequence[Any]) -> str:
        arguments = Arguments(params, 1, 2)
        kind = arguments.get(0)
        if kind not in KINDS:
            raise MethodNotFoundError(f'no "{kind}" subscription in eth namespace')
        if len(self._open) >= SUBSCRIPTIONS_MAX:
            raise LimitExceededError(f"too many subscriptions, limit {SUBSCRIPTIONS_MAX}")
        chosen = parse_filter(arguments.mapping(1), "argument 1") if kind == "logs" else None
        full = arguments.flag(1) if kind == "newPendingTransactions" else False
        identity = "0x" + secrets.token_hex(16)
        self._open[identity] = (kind, chosen, full)
        return identity

    def unsubscribe(self, params: Sequence[Any]) -> bool:
        identity = Arguments(params, 1).get(0)
        if self._open.pop(identity if isinstance(identity, str) else "", None) is None:
            raise InvalidParamsError("subscription not found")
        return True

    def close(self) -> None:
        for leave in self._leave:
            leave()
        self._open.clear()

    def _on_sealed(self, sealed: Sealed) -> None:
        for identity, (kind, chosen, _) in tuple(self._open.items()):
            if kind == "newHeads":
                self._notify(identity, header_json(sealed.block.header))
            elif chosen is not None:
                for log in matching_logs(sealed.block, sealed.receipts, chosen):
                    self._notify(identity, log)

    def _on_pending(self, transaction: SignedTransaction) -> None:
        for identity, (kind, _, full) in tuple(self._open.items()):
            if kind == "newPendingTransactions":
                shown = transaction_json(transaction, None, None) if full else hex_bytes(transaction.hash)
                self._notify(identity, shown)

    def _notify(self, identity: str, result: Any) -> None:
        params = {"subscription": identity, "result": result}
        message = {"jsonrpc": "2.0", "method": "eth_subscription", "params": params}
        self._push(json.dumps(message, separators=(",", ":")).encode())


def not_over_http(params: Sequence[Any]) -> Any:
    raise MethodNotFoundError("notifications not supported")
