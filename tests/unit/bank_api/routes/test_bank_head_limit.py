"""A head without end is cut off before it fills memory; whatever has a body goes on as before."""

import asyncio

import pytest
import uvicorn
from uvicorn.server import ServerState

from bank_api.routes.head_limit import HEAD_BYTES_MAX, HeadLimit

PIECE = b"x" * 16_384
IN_PARTS = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
BEGUN = b"GET /v1/bank HTTP/1.1\r\nHost: here\r\n"


class Wire(asyncio.Transport):
    """A connection that remembers what was said over it."""

    def __init__(self):
        super().__init__()
        self.said, self.is_shut = b"", False

    def write(self, data):
        self.said += data

    def close(self):
        self.is_shut = True

    def is_closing(self):
        return self.is_shut

    def pause_reading(self):
        pass

    def resume_reading(self):
        pass


async def app(_scope, receive, send):
    length = 0
    while (message := await receive()).get("more_body"):
        length += len(message["body"])
    body = str(length + len(message.get("body", b""))).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


def sent(*pieces):
    """Send them one by one, as long as somebody listens; the connection, and how many were heard."""

    async def talk():
        config = uvicorn.Config(app, http=HeadLimit, lifespan="off", log_config=None)
        config.load()
        wire, protocol, heard = Wire(), HeadLimit(config, ServerState(), {}), 0
        protocol.connection_made(wire)
        for piece in pieces:
            if wire.is_shut:
                break
            protocol.data_received(piece)
            heard += 1
        if wire.is_shut:
            protocol.connection_lost(None)
        await asyncio.gather(*protocol.tasks)
        return wire, heard

    return asyncio.run(talk())


@pytest.mark.parametrize(
    "begun",
    [b"GET /", BEGUN, BEGUN + b"X: ", BEGUN + b"X: y\r\n" * 10 + b"Y: ", IN_PARTS + b"0\r\nX: "],
    ids=["address", "name", "header", "headers", "trailer"],
)
def test_who_never_comes_to_an_end_is_cut_off(begun):
    wire, heard = sent(begun, *[PIECE] * 1000)
    assert wire.is_shut
    assert (heard - 1) * len(PIECE) <= HEAD_BYTES_MAX + len(PIECE)


def test_a_long_body_in_small_pieces_is_no_head():
    count = 2 * HEAD_BYTES_MAX // len(PIECE)
    head = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n" % (count * len(PIECE))
    wire, heard = sent(head, *[PIECE] * count)
    assert (wire.is_shut, heard) == (False, count + 1)
    assert wire.said.endswith(b"%d" % (count * len(PIECE)))


def test_many_requests_on_one_connection_are_counted_one_by_one():
    header = b"X: " + b"y" * (HEAD_BYTES_MAX // 2) + b"\r\n"
    wire, heard = sent(*[BEGUN + header + b"\r\n"] * 3)
    assert (wire.is_shut, heard) == (False, 3)
    assert wire.said.count(b" 200 OK") == 3
