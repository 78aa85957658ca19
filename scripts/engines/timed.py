"""Any engine's node as a chain under a clock set by hand, which seals each transaction before it answers.

So it can stand where `ledger.testing.LocalChain` stands in a test: `w3`, `set_time`, `advance`. Block times are the
same to the second on every engine: the time that was set, or one second after the parent if that is later.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from web3 import Web3
from web3.middleware import ExtraDataToPOAMiddleware
from web3.providers.base import BaseProvider
from web3.types import RPCEndpoint, RPCResponse

from .nodes import EngineFailedError

SEALED_WITHIN_SECONDS = 180.0
STUCK_SECONDS = 3.0
"""After so long without what it waits for, and after as long again, a node is told to look whether it is stuck."""
_FIRST_POLL_SECONDS, _LAST_POLL_SECONDS = 0.003, 0.03
_SEND, _RECEIPT = RPCEndpoint("eth_sendRawTransaction"), RPCEndpoint("eth_getTransactionReceipt")
_BLOCK, _COUNT = RPCEndpoint("eth_getBlockByNumber"), RPCEndpoint("eth_getTransactionCount")
_TRANSACTION = RPCEndpoint("eth_getTransactionByHash")
_STEADY = {_RECEIPT, _BLOCK, _COUNT, "eth_chainId"}
"""Nothing but a transaction moves this chain, so these are asked once between two of them."""


class TimedNode:
    """Sets the engine's clock before each transaction, waits for its receipt, and tells `sealed` of it."""

    def __init__(
        self,
        provider: BaseProvider,
        move: Callable[[int], None],
        start: int,
        sealed: Callable[[Any], None],
        unstick: Callable[[], None] = lambda: None,
    ) -> None:
        self._time = start
        self._move = move
        self.w3 = Web3(_SealsAtOnce(provider, self._before, sealed, unstick))
        self.w3.middleware_onion.inject(ExtraDataToPOAMiddleware, layer=0)

    def set_time(self, seconds: int) -> None:
        """The next block's timestamp is `seconds`, or one second after its parent if that is later."""
        self._time = seconds

    def advance(self, seconds: int) -> None:
        """Move the time on from where the chain is."""
        self._time = max(self._time, self._head_time()) + seconds

    def _before(self) -> None:
        self._move(max(self._time, self._head_time() + 1))

    def _head_time(self) -> int:
        return int(self.w3.eth.get_block("latest")["timestamp"])


class _SealsAtOnce(BaseProvider):
    """Answers a sent transaction when its receipt is there; asks once for what only sending changes."""

    def __init__(
        self,
        inner: BaseProvider,
        before: Callable[[], None],
        sealed: Callable[[Any], None],
        unstick: Callable[[], None],
    ) -> None:
        super().__init__()
        self._inner, self._before, self._sealed, self._unstick = inner, before, sealed, unstick
        self._known: dict[tuple[str, str], RPCResponse] = {}
        self._sent: Any = None
        """What is waited for."""

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        if method == _SEND:
            return self._send(params)
        if method not in _STEADY:
            return self._inner.make_request(method, params)
        question = (method, str(list(params)))
        if question not in self._known:
            self._known[question] = self._inner.make_request(method, params)
        return self._known[question]

    def _send(self, params: Any) -> RPCResponse:
        self._before()
        self._known.clear()
        self._sent = params
        answer = self._inner.make_request(_SEND, params)
        if "error" not in answer:
            self._sealed(self._await(answer["result"]))
        return answer

    def _await(self, name: Any) -> Any:
        receipt = self._poll(_RECEIPT, [name], lambda _: True)
        # A node may know a receipt a moment before it answers from that block, and one of several before the others.
        number = int(receipt["blockNumber"], 16)
        self._poll(_BLOCK, ["latest", False], lambda head: int(head["number"], 16) >= number)
        nonce = int(self._poll(_TRANSACTION, [name], lambda _: True)["nonce"], 16)
        self._poll(_COUNT, [receipt["from"], "latest"], lambda count: int(count, 16) > nonce)
        return receipt

    def _poll(self, method: RPCEndpoint, params: list[Any], enough: Callable[[Any], bool]) -> Any:
        """Ask until the answer is enough, and keep it."""
        begun, pause, looked = time.monotonic(), _FIRST_POLL_SECONDS, 0
        while (waited := time.monotonic() - begun) < SEALED_WITHIN_SECONDS:
            if waited > (looked + 1) * STUCK_SECONDS:
                looked += 1
                self._inner.make_request(_SEND, self._sent)  # a node that dropped it takes it anew; others refuse it
                self._unstick()
            answer = self._inner.make_request(method, params)
            if (result := answer.get("result")) and enough(result):
                self._known[method, str(params)] = answer
                return result
            time.sleep(pause)
            pause = min(pause * 1.4, _LAST_POLL_SECONDS)
        raise EngineFailedError(f"{method} {params} did not come within {SEALED_WITHIN_SECONDS:g} s")
