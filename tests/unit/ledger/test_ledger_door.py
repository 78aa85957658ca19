"""The bounds of a connection, small enough to be reached at once, on a real server."""

import asyncio
import contextlib
import socket
import threading
import time

import pytest
import uvicorn

from ledger import door
from ledger.door import DESCRIPTORS_RESERVED, DOORS, Bounds, Door, room_for_connections

PATIENCE_SECONDS = 20
LARGE_BYTES = 32 << 20


async def app(scope, receive, send):
    """/large answers much, /slow never in time, anything else at once; ?trusted says that the caller is known."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        await receive()
        await receive()
        return
    scope["state"]["trusted"] = b"trusted" in scope["query_string"]
    if scope["path"] == "/slow":
        await asyncio.sleep(PATIENCE_SECONDS)
    body = b"x" * LARGE_BYTES if scope["path"] == "/large" else b"yes"
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def serve(monkeypatch):
    """serve(**bounds) -> a function that opens a connection to a server within these bounds."""
    monkeypatch.setattr(door, "SWEEP_SECONDS", 0.05)
    with contextlib.ExitStack() as stack:

        def start(**bounds):
            guard = Door(Bounds(**bounds))
            config = uvicorn.Config(
                app,
                http=guard.http_protocol(),
                ws=guard.websocket_protocol(),
                lifespan="off",
                log_level="critical",
                timeout_keep_alive=PATIENCE_SECONDS,
                timeout_graceful_shutdown=0,
            )
            server = uvicorn.Server(config)
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            thread = threading.Thread(target=server.run, args=([listener],))
            thread.start()
            stack.callback(thread.join)
            stack.callback(setattr, server, "should_exit", True)
            return lambda: stack.enter_context(
                socket.create_connection(listener.getsockname(), timeout=PATIENCE_SECONDS)
            )

        yield start


def ask(connection, path="/"):
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: here\r\n\r\n".encode())


def said(connection):
    """What it is answered; a head may come before its body."""
    heard = connection.recv(4096)
    if heard.endswith(b"\r\n\r\n") and b"content-length: " in heard:
        heard += connection.recv(4096)
    return heard


def is_cut_off(connection):
    with contextlib.suppress(ConnectionResetError):
        while connection.recv(65_536):
            pass
    return True


def test_within_the_bounds_everything_is_answered_on_one_connection(serve):
    connection = serve(head_bytes=200, headers=2, url_bytes=20)()
    for _ in range(3):
        ask(connection)
        assert said(connection).endswith(b"yes")


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /" + b"x" * 40, b" 414 "),
        (b"GET / HTTP/1.1\r\na: 1\r\nb: 2\r\nc: 3\r\nd: 4\r\n", b" 431 "),
        (b"GET / HTTP/1.1\r\na: " + b"x" * 400, b" 431 "),
        (b"\r\n" * 400, b" 431 "),
    ],
)
def test_a_head_beyond_its_bounds_is_refused_by_its_number(serve, request_bytes, status):
    connection = serve(head_bytes=200, headers=2, url_bytes=20)()
    connection.sendall(request_bytes)
    assert status in said(connection)


@pytest.mark.parametrize("opening", [b"", b"GET / HT", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n123"])
def test_who_takes_too_long_is_told_so_and_closed(serve, opening):
    connection = serve(head_seconds=0.2, body_seconds=0.2)()
    connection.sendall(opening)
    answer = said(connection)
    assert not opening.startswith(b"P") or b"yes" in answer or b" 408 " in answer
    assert is_cut_off(connection)


def test_a_further_request_has_its_time_too(serve):
    connection = serve(head_seconds=0.3)()
    ask(connection)
    assert said(connection).endswith(b"yes")
    connection.sendall(b"GET / HT")
    assert b" 408 " in said(connection)


def test_an_answer_that_nobody_reads_is_given_up(serve, monkeypatch):
    monkeypatch.setattr(door, "SLOWEST_READER_BYTES_PER_SECOND", LARGE_BYTES * 10)
    connect = serve(unread_seconds=0.2)
    lazy = connect()
    ask(lazy)
    assert said(lazy).endswith(b"yes")  # the server runs
    ask(lazy, "/large")
    time.sleep(1.0)
    received = 0
    with contextlib.suppress(ConnectionResetError):
        while piece := lazy.recv(1 << 20):
            received += len(piece)
    assert received < LARGE_BYTES


def test_when_the_room_is_full_the_stranger_who_waited_longest_makes_way(serve):
    connect = serve(connections=3)
    known, stranger, later = connect(), connect(), connect()
    for connection, path in ((known, "/?trusted"), (stranger, "/"), (later, "/")):
        ask(connection, path)
        assert said(connection).endswith(b"yes")
    newcomer = connect()
    ask(newcomer)
    assert said(newcomer).endswith(b"yes")
    assert is_cut_off(stranger)
    for connection in (known, later):
        ask(connection)
        assert said(connection).endswith(b"yes")


def test_nobody_who_is_being_answered_makes_way(serve):
    connect = serve(connections=2)
    busy = [connect(), connect()]
    for connection in busy:
        ask(connection)
        assert said(connection).endswith(b"yes")  # the server runs
    for connection in busy:
        ask(connection, "/slow")
    time.sleep(0.3)
    assert b" 503 " in said(connect())


UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


def test_websockets_have_half_of_the_room_and_outlast_idle_connections(serve):
    connect = serve(connections=4, head_seconds=0.3)
    sockets, answers = [], []
    for _ in range(3):  # each has its own time from when it comes
        sockets.append(connect())
        sockets[-1].sendall(UPGRADE)
        answers.append(said(sockets[-1]).split()[1])
    assert answers == [b"101", b"101", b"503"]
    time.sleep(0.6)
    for _ in range(5):
        assert said_to(connect()).endswith(b"yes")
    sockets[0].settimeout(0.1)
    with pytest.raises(TimeoutError):
        sockets[0].recv(1)


def said_to(connection):
    ask(connection)
    return said(connection)


def test_requests_in_one_breath_are_bounded(serve):
    connection = serve(pipelined_requests=2)()
    connection.sendall(b"GET /slow HTTP/1.1\r\nHost: here\r\n\r\n" * 5)
    assert is_cut_off(connection)


def test_the_room_is_what_the_descriptors_allow():
    assert room_for_connections(10) == 10
    assert 0 < room_for_connections(1 << 30) <= (1 << 30) - 2 * DOORS
    assert DESCRIPTORS_RESERVED > 2 * DOORS
