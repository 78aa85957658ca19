"""Whoever trickles is left, at whatever point; what moves is waited for."""

import socket
import threading
import time

import httpcore
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
    socket.create_connection(listening.getsockname()).close()  # for closing alone does not wake who accepts
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


def test_a_name_with_hundreds_of_silent_addresses_is_waited_for_as_one(monkeypatch):
    """Whose server it is says what its name means, and the system's own way waits as long for each address."""
    transport, tried = TimedTransport(Patience(30.0, 300.0)), []
    many = [f"192.0.2.{at}" for at in range(200)]

    def found(host, port, *_words, **_options):
        hosts = many if host == "pod.example" else [host]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in hosts]

    def silent(line, address):
        tried.append(address)
        transport._clock._began -= line.gettimeout()  # so long it took
        raise TimeoutError

    monkeypatch.setattr(socket, "getaddrinfo", found)
    monkeypatch.setattr(socket.socket, "connect", silent)
    transport._clock.begin()
    with pytest.raises(httpcore.ConnectTimeout):
        transport._pool._network_backend.connect_tcp("pod.example", 443, timeout=10.0)
    assert 1 <= len(tried) <= 4
    transport.close()


def test_of_several_addresses_the_one_that_answers_is_taken(server, monkeypatch):
    url, pieces = server
    pieces += [(HEAD, 0), (b"x" * 20, 0)]
    port, known = httpx.URL(url).port, socket.getaddrinfo

    def both(host, *words, **options):
        found = known("127.0.0.1", *words, **options)
        refuses = [(*one[:4], ("127.0.0.2", one[4][1])) for one in found]
        return [*refuses, *found] if host == "pod.example" else known(host, *words, **options)

    monkeypatch.setattr(socket, "getaddrinfo", both)
    assert asked(f"http://pod.example:{port}/", 30.0) == b"x" * 20
