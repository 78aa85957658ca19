"""Messages over a pipe: four bytes of length, then the message."""

from __future__ import annotations

import os
import select
import time
from typing import IO

LENGTH_BYTES = 4
RESULT, ERROR, OUT_OF_TIME, DAMAGE = b"r", b"e", b"t", b"d"
"""The first byte of a runner's answer; JSON follows. DAMAGE is what is wrong with the store, in place of an answer."""
PIECE_BYTES = 1 << 20


class PipeClosedError(Exception):
    """The other side is gone."""


def write_frame(descriptor: int, message: bytes) -> None:
    """Write the whole message. Raises PipeClosedError."""
    rest = memoryview(len(message).to_bytes(LENGTH_BYTES, "big") + message)
    while rest:
        try:
            rest = rest[os.write(descriptor, rest) :]
        except OSError:
            raise PipeClosedError from None


def read_frame(descriptor: int, seconds: float | None = None) -> bytes:
    """Read one whole message. Raises PipeClosedError, and TimeoutError when it does not come in time."""
    deadline = None if seconds is None else time.monotonic() + seconds
    length = int.from_bytes(_read(descriptor, LENGTH_BYTES, deadline), "big")
    return _read(descriptor, length, deadline)


def _read(descriptor: int, length: int, deadline: float | None) -> bytes:
    pieces = bytearray()
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    while len(pieces) < length:
        if deadline is not None and not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise TimeoutError
        piece = os.read(descriptor, min(length - len(pieces), PIECE_BYTES))
        if not piece:
            raise PipeClosedError
        pieces += piece
    return bytes(pieces)


def descriptor_of(pipe: IO[bytes] | None) -> int:
    """Of a pipe to a process that was started with it."""
    assert pipe is not None  # noqa: S101 - whoever asks has started the process with both pipes
    return pipe.fileno()
