"""Polled filters: eth_newFilter, eth_newBlockFilter, eth_newPendingTransactionFilter and what reads them."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import ExecutionFailedError, InvalidParamsError, LimitExceededError
from ..node import Node
from ..transactions import SignedTransaction
from .arguments import Arguments
from .logs import LogFilter, LogMethods, parse_filter, parse_range
from .render import hex_bytes
from .select import block_number

OPEN_FILTERS_MAX = 1_000
IDLE_SECONDS_MAX = 300.0
PENDING_HASHES_MAX = 100_000


class FilterNotFoundError(ExecutionFailedError):
    """filter not found"""


@dataclass
class _Filter:
    kind: str
    next_block: int
    used_at: float
    logs: LogFilter | None = None
    last_block: int | None = None
    request: Mapping[str, Any] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)


class FilterMethods:
    """A filter that nobody asks for five minutes is forgotten, as in geth."""

    def __init__(self, node: Node, logs: LogMethods, clock: Callable[[], float] = time.monotonic) -> None:
        self._node = node
        self._logs = logs
        self._clock = clock
        self._filters: dict[str, _Filter] = {}
        self._lock = threading.Lock()
        node.subscribe_pending(self._on_pending)

    def new_filter(self, params: Sequence[Any]) -> str:
        request = Arguments(params, 1).mapping(0)
        chain = self._node.chain
        if request.get("blockHash") is not None:
            raise InvalidParamsError("invalid argument 0: a filter cannot be bound to one block; use eth_getLogs")
        last = None
        if request.get("toBlock") not in (None, "latest", "pending", "safe", "finalized"):
            last = block_number(chain, request["toBlock"], "argument 0.toBlock")
        start = chain.head.number + 1
        if request.get("fromBlock") not in (None, "latest", "pending", "safe", "finalized"):
            start = min(start, block_number(chain, request["fromBlock"], "argument 0.fromBlock"))
        if last is not None and last < start - 1:
            raise InvalidParamsError("invalid block range params")
        return self._add(_Filter("logs", start, self._clock(), parse_filter(request), last, request))

    def new_block_filter(self, params: Sequence[Any]) -> str:
        Arguments(params, 0)
        return self._add(_Filter("blocks", self._node.chain.head.number + 1, self._clock()))

    def new_pending_filter(self, params: Sequence[Any]) -> str:
        Arguments(params, 0)
        return self._add(_Filter("pending", 0, self._clock()))

    def changes(self, params: Sequence[Any]) -> list[Any]:
        """What is new since the last time this was asked."""
        with self._lock:
            found = self._get(params)
            if found.kind == "pending":
                found.pending, hashes = [], found.pending
                return list(hashes)
            head = self._node.chain.head.number
            first, last = found.next_block, head if found.last_block is None else min(head, found.last_block)
            found.next_block = head + 1
        if first > last:
            return []
        if found.kind == "blocks":
            history = self._node.chain.history
            return [hex_bytes(history.header(number).hash) for number in range(first, last + 1)]
        assert found.logs is not None  # noqa: S101 - new_filter always sets it
        try:
            return self._logs.between(found.logs, first, last)
        except LimitExceededError:
            with self._lock:
                found.next_block = min(found.next_block, first)  # nothing of these blocks was told
            raise

    def logs(self, params: Sequence[Any]) -> list[Any]:
        """Everything that matches, from the filter's own first block on."""
        with self._lock:
            found = self._get(params)
        if found.logs is None:
            raise FilterNotFoundError
        first, last = parse_range(self._node.chain, found.request)
        return self._logs.between(found.logs, first, last)

    def uninstall(self, params: Sequence[Any]) -> bool:
        identity = _identity(params)
        with self._lock:
            return self._filters.pop(identity, None) is not None

    def _add(self, made: _Filter) -> str:
        with self._lock:
            self._forget_idle()
            if len(self._filters) >= OPEN_FILTERS_MAX:
                raise LimitExceededError(f"too many open filters, limit {OPEN_FILTERS_MAX}")
            identity = "0x" + secrets.token_hex(16)
            self._filters[identity] = made
            return identity

    def _get(self, params: Sequence[Any]) -> _Filter:
        identity = _identity(params)
        self._forget_idle()
        found = self._filters.get(identity)
        if found is None:
            raise FilterNotFoundError
        found.used_at = self._clock()
        return found

    def _forget_idle(self) -> None:
        oldest = self._clock() - IDLE_SECONDS_MAX
        for identity in [key for key, entry in self._filters.items() if entry.used_at < oldest]:
            del self._filters[identity]

    def _on_pending(self, transaction: SignedTransaction) -> None:
        with self._lock:
            for entry in self._filters.values():
                if entry.kind == "pending" and len(entry.pending) < PENDING_HASHES_MAX:
                    entry.pending.append(hex_bytes(transaction.hash))


def _identity(params: Sequence[Any]) -> str:
    value = Arguments(params, 1).get(0)
    if not isinstance(value, str):
        raise InvalidParamsError("invalid argument 0: must be a filter id")
    return value
