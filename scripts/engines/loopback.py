"""A web3 provider for nodes on this machine: one kept connection, no retry, a fraction of the usual cost of a question.

The suite asks some fifteen questions a transaction, and most of what it costs is asking.
"""

from __future__ import annotations

import time
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from web3.providers.base import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

IDLE_SECONDS = 20.0
"""After so long unused a connection is made anew, before the node gives it up."""


class LoopbackProvider(JSONBaseProvider):
    """Raises OSError when the node does not answer. For one thread."""

    def __init__(self, url: str, timeout: float) -> None:
        super().__init__()
        self.url, self._timeout = url, timeout
        self._connection: HTTPConnection | None = None
        self._used = 0.0

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        connection = self._fresh()
        try:
            connection.request("POST", "/", self.encode_rpc_request(method, params), _HEADERS)
            content = connection.getresponse().read()
        except (OSError, HTTPException) as error:
            self._drop()
            raise ConnectionError(f"{self.url} does not answer: {error}") from error
        self._used = time.monotonic()
        return self.decode_rpc_response(content)

    def _fresh(self) -> HTTPConnection:
        if self._connection is None or time.monotonic() - self._used > IDLE_SECONDS:
            self._drop()
            place = urlsplit(self.url)
            self._connection = HTTPConnection(place.hostname or "", place.port, timeout=self._timeout)
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


_HEADERS = {"Content-Type": "application/json"}
