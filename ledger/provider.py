"""A web3 provider over a node in this process: the same dispatcher as the server's, without HTTP."""

from __future__ import annotations

import json
from typing import Any

from web3.providers.base import BaseProvider
from web3.types import RPCEndpoint, RPCResponse

from .node import Node
from .rpc.methods import build_dispatcher


class ChainProvider(BaseProvider):
    """`Web3(ChainProvider(node))`. Parameters pass through JSON, so nothing works here that HTTP refuses."""

    def __init__(self, node: Node) -> None:
        super().__init__()
        self.node = node
        self._dispatcher = build_dispatcher(node)
        self._requests = 0

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        self._requests += 1
        request = {"jsonrpc": "2.0", "id": self._requests, "method": method, "params": params}
        body = json.dumps(request, default=_plain).encode()
        answer = self._dispatcher.handle(body)
        return json.loads(answer or b"null")  # type: ignore[no-any-return]

    def is_connected(self, show_traceback: bool = False) -> bool:
        return True


def _plain(value: Any) -> Any:
    """As web3's own HTTP encoder: bytes as hex, mappings as objects."""
    if isinstance(value, bytes):
        return "0x" + value.hex()
    return dict(value)
