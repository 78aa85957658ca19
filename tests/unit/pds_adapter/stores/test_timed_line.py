"""Whoever trickles is left, at whatever point; what moves is waited for."""

import socket
import threading
import time

import httpx
import pytest

from pds_adapter.stores.timed_line import Patience, TimedTransport

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n"


@pytest.fixture
def server():
    """Sends what a test tells, a byte at a time, with so many seconds between."""
    listening = socket.create_server(("127.0.0.1", 0))
    over, pieces = threading.Event(), []

    def serve():
        while not over.is_set():
            try:
                line, _ = listening.accept()
            except OSError:
                return
            with line:
                line.recv(65536)
                for piece, wait in pieces:
                    if over.wait(wait):
                        return
                    try:
                        line.sendall(piece)
                    except OSError:
                        break

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/", pieces
    over.set()
    listening.close()
    thread.join(10)


def trickled(content, seconds=0.05):
    return [(content[at : at + 1], seconds) for at in range(len(content))]


def asked(url, seconds, seconds_max=60.0):
    """With a limit for each piece that no piece comes near."""
    with httpx.Client(
        timeout=60.0, transport=TimedTransport(Patience(seconds, seconds_max)), trust_env=False
    ) as client:
        return client.get(url).content


@pytest.mark.parametrize("sent", [trickled(HEAD * 100), [(HEAD, 0), *trickled(b"x" * 10_000)]], ids=["head", "body"])
def test_whoever_trickles_is_left_in_the_head_and_in_the_body(server, sent):
    url, pieces = server
    pieces += sent
    with pytest.raises(httpx.TimeoutException):
        asked(url, 0.3)


def test_a_server_that_takes_its_time_and_comes_to_an_end_is_heard(server):
    url, pieces = server
    pieces += [(HEAD, 0.01), (b"x" * 20, 0.01)]
    assert asked(url, 30.0) == b"x" * 20


def test_what_moves_gets_longer_and_never_longer_than_the_most():
    transport = TimedTransport(Patience(1_000.0, 10_000.0))
    clock = transport._clock
    clock.begin()
    assert 0 < clock.left(None, httpx.ReadTimeout) <= 1_000
    clock.moved(64 * 1024 * 5_000)
    assert 1_000 < clock.left(None, httpx.ReadTimeout) <= 6_000
    clock.moved(64 * 1024 * 50_000)
    assert clock.left(None, httpx.ReadTimeout) <= 10_000
    assert clock.left(0.5, httpx.ReadTimeout) == 0.5
    clock._began = time.monotonic() - 10_001
    with pytest.raises(httpx.ReadTimeout):
        clock.left(None, httpx.ReadTimeout)
    transport.close()
