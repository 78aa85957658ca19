"""One kept connection over which requests go out as they were spelt beforehand, and answers come back.

A client shares the processors with what it measures: one that makes headers and objects of each answer takes a third
of what the bank takes for it. This one reads a status, a length and a body, and knows nothing else of HTTP.
"""

from __future__ import annotations

import asyncio
import gzip
from typing import cast

HEAD_END = b"\r\n\r\n"


class Line(asyncio.Protocol):
    """One request at a time. Answers must come with their length, as the bank's do."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[tuple[int, bytes]] | None = None
        self._read = b""
        self.is_closed = False

    async def ask(self, spelt: bytes) -> tuple[int, bytes]:
        """The status and the body of the answer. Raises ConnectionError."""
        if self._transport is None or self.is_closed:
            raise ConnectionError("the line is closed")
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(spelt)
        return await self._waiting

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_closed = True
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionError("the bank hung up"))

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, found, rest = self._read.partition(HEAD_END)
        if not found or self._waiting is None:
            return
        headers = head.lower()
        length = int(headers.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        if len(rest) < length:
            return
        self._read = b""
        body = gzip.decompress(rest) if b"content-encoding: gzip" in headers else rest
        waiting, self._waiting = self._waiting, None
        if not waiting.done():
            waiting.set_result((int(head[9:12]), body))


async def connected(loop: asyncio.AbstractEventLoop, host: str) -> Line:
    """A new connection to `HOST:PORT`."""
    name, _, port = host.rpartition(":")
    _, line = await loop.create_connection(Line, name, int(port))
    return line
