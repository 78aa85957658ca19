"""A node over HTTP, for web3: one connection a thread, kept open, and nothing between a question and the socket.

web3's own provider goes by way of `requests`, which looks for proxies and password files at every question: five times
the work of the question itself, and a bank with batches on their way asks a hundred times a second.
"""

import http.client
import json
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from web3.providers.base import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

JSON = {"Content-Type": "application/json"}


class NodeProvider(JSONBaseProvider):
    """Asks the node at `url`. A question that cannot be asked or has no answer in `timeout_seconds` raises OSError."""

    def __init__(self, url: str, *, timeout_seconds: float = 30.0, headers: Mapping[str, str] = {}) -> None:
        super().__init__()
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url} is no address of a node: http://HOST:PORT")
        self._secure, self._host, self._port = parts.scheme == "https", parts.hostname, parts.port
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._timeout_seconds, self._headers = timeout_seconds, JSON | dict(headers)
        self._here = threading.local()

    @property
    def place(self) -> str:
        """Host and port, and nothing else of the address."""
        return f"{self._host}:{self._port}"

    def __str__(self) -> str:
        return f"node at {self.place}"

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}, separators=(",", ":"))
        found: RPCResponse = json.loads(self._ask(body.encode()))
        return found

    def is_connected(self, show_traceback: bool = False) -> bool:
        try:
            self.make_request(RPCEndpoint("web3_clientVersion"), [])
        except (OSError, ValueError):
            if show_traceback:
                raise
            return False
        return True

    def _ask(self, body: bytes) -> bytes:
        """A connection that was kept may have been closed at the other end: then the question is asked once more.

        Every question of ours may be asked twice: a transaction handed in again is the same transaction.
        """
        kept: http.client.HTTPConnection | None = getattr(self._here, "connection", None)
        try:
            status, said = self._ask_over(kept or self._connect(), body)
        except TimeoutError:
            raise
        except OSError:
            if kept is None:
                raise
            status, said = self._ask_over(self._connect(), body)
        if status >= 400:
            raise ConnectionError(f"{self} answered with status {status}")
        return said

    def _ask_over(self, connection: http.client.HTTPConnection, body: bytes) -> tuple[int, bytes]:
        self._here.connection = None
        try:
            connection.request("POST", self._path, body, self._headers)
            answer = connection.getresponse()
            said = answer.read()
        except http.client.HTTPException as error:
            connection.close()
            raise ConnectionError(f"{self} broke off: {type(error).__name__}") from error
        except OSError:
            connection.close()
            raise
        if not answer.will_close:
            self._here.connection = connection
        return answer.status, said

    def _connect(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        return kind(self._host, self._port, timeout=self._timeout_seconds)
