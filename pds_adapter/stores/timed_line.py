"""Lines to servers that somebody else runs: each exchange ends in time, however slowly the other side trickles.

A library's time limit is for one piece: who sends a byte every few seconds keeps a thread for days. Here an exchange
has so long in all, from connecting to the end of its answer, and longer only as content really moves.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import httpcore
import httpx

BYTES_A_SECOND: Final = 64 * 1024
"""What is moved no faster than that, in whichever direction, gets no longer."""
PIECE_BYTES: Final = 16 * 1024


@dataclass(frozen=True)
class Patience:
    """For how long one exchange is waited for."""

    seconds: float
    """Without anything that moves; each 64 KiB give one second more."""
    seconds_max: float
    """In all."""


class TimedTransport(httpx.HTTPTransport):
    """Raises the kinds of httpx.TimeoutException. A body that is streamed is read by the thread that asked for it."""

    def __init__(self, patience: Patience) -> None:
        super().__init__()
        self._clock = _Exchange(patience)
        # httpx has no parameter for the backend of its own pool, which is otherwise made alike
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=5.0,
            network_backend=_Backend(self._clock),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._clock.begin()
        return super().handle_request(request)


class _Exchange(threading.local):
    """The time that the exchange of this thread has left."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self.begin()

    def begin(self) -> None:
        self._began, self._moved = time.monotonic(), 0

    def moved(self, count: int) -> None:
        self._moved += count

    def left(self, timeout: float | None, over: type[Exception]) -> float:
        """At most `timeout`. Raises `over` where nothing is left."""
        allowed = min(self._patience.seconds + self._moved / BYTES_A_SECOND, self._patience.seconds_max)
        left = self._began + allowed - time.monotonic()
        if left <= 0:
            raise over("the exchange does not come to an end")
        return left if timeout is None else min(timeout, left)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, clock: _Exchange) -> None:
        self._clock, self._inner = clock, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """One address after the other: a name may have hundreds, and the inner one would wait so long for each."""
        refused: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in _addresses(host, port):
            left = self._clock.left(timeout, httpcore.ConnectTimeout)
            try:
                line = self._inner.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                refused = error
            else:
                return _Stream(line, self._clock)
        raise refused


def _addresses(host: str, port: int) -> list[str]:
    """Raises httpcore.ConnectError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(str(error)) from error
    return [str(info[4][0]) for info in found]


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, clock: _Exchange) -> None:
        self._inner, self._clock = inner, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        found = self._inner.read(max_bytes, self._clock.left(timeout, httpcore.ReadTimeout))
        self._clock.moved(len(found))
        return found

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for at in range(0, len(buffer), PIECE_BYTES):
            piece = buffer[at : at + PIECE_BYTES]
            self._inner.write(piece, self._clock.left(timeout, httpcore.WriteTimeout))
            self._clock.moved(len(piece))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._clock.left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._clock)

    def close(self) -> None:
        self._inner.close()

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
