"""Requests to a server that somebody else runs, perhaps the person whose documents rest there.

Such a server chooses how long its answers are and where it says that its parts stand. So an answer is taken unpacked
(a kilobyte may unpack to a gigabyte), so long and for so long as any document needs, and from there alone where the
bank was sent by a person's word: what the bank's machine reaches besides is nobody's to ask through it. Whoever
trickles is left after half a minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import httpx

from pds_adapter.sealing.envelope import CONTENT_BYTES_MAX
from pds_adapter.stores.timed_line import Patience, TimedTransport

ANSWER_BYTES_MAX: Final = CONTENT_BYTES_MAX + 2**20
PATIENCE: Final = Patience(seconds=30.0, seconds_max=300.0)


def client_of(timeout_seconds: float, only: str | None = None) -> httpx.Client:
    """A client whose answers are bounded; with `only`, an address, it asks nothing but that server."""
    origin = None if only is None else _origin(httpx.URL(only))
    transport = _Bounded(TimedTransport(PATIENCE), origin)
    return httpx.Client(timeout=timeout_seconds, transport=transport, headers={"accept-encoding": "identity"})


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


class _Bounded(httpx.BaseTransport):
    """Raises kinds of httpx.TransportError."""

    def __init__(self, inner: httpx.BaseTransport, origin: tuple[str, str, int | None] | None) -> None:
        self._inner, self._origin = inner, origin

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._origin is not None and _origin(request.url) != self._origin:
            raise httpx.UnsupportedProtocol("the server names another server, which is not asked", request=request)
        answer = self._inner.handle_request(request)
        if answer.headers.get("content-encoding", "identity") != "identity":
            answer.close()
            raise httpx.RemoteProtocolError("the answer is packed, which nobody asked for", request=request)
        if isinstance(answer.stream, httpx.SyncByteStream):
            answer.stream = _Counted(answer.stream, request)
        return answer

    def close(self) -> None:
        self._inner.close()


class _Counted(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, request: httpx.Request) -> None:
        self._stream, self._request = stream, request

    def __iter__(self) -> Iterator[bytes]:
        left = ANSWER_BYTES_MAX
        for piece in self._stream:
            left -= len(piece)
            if left < 0:
                raise httpx.ReadError("the answer is longer than any document", request=self._request)
            yield piece

    def close(self) -> None:
        self._stream.close()
