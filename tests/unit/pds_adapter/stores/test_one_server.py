"""A server that somebody else runs gives so much and no more, and sends the bank nowhere else."""

import gzip

import httpx
import pytest

from pds_adapter.stores import one_server

HERE = "https://pod.example/"


def asked(url, pieces, headers=None, only=HERE):
    def answer(_request):
        return httpx.Response(200, headers=headers, content=iter(pieces))

    bounded = one_server._Bounded(httpx.MockTransport(answer), one_server._origin(httpx.URL(only)))
    with httpx.Client(transport=bounded) as client:
        return client.get(url)


def test_what_is_bounded_comes_as_it_is():
    assert asked(HERE + "a", [b"one", b"two"]).content == b"onetwo"
    assert asked("https://pod.example:443/a", [b"one"]).content == b"one"


@pytest.mark.parametrize(
    "url", ["http://pod.example/", "https://pod.example:8443/", "https://169.254.169.254/", "https://x.pod.example/"]
)
def test_another_server_than_the_one_that_was_chosen_is_not_asked(url):
    with pytest.raises(httpx.UnsupportedProtocol):
        asked(url, [b"what is nobody's"])


def test_a_packed_answer_is_not_unpacked():
    with pytest.raises(httpx.RemoteProtocolError):
        asked(HERE, [gzip.compress(b"\0" * 100_000)], {"content-encoding": "gzip"})


def test_an_answer_without_end_is_left(monkeypatch):
    monkeypatch.setattr(one_server, "ANSWER_BYTES_MAX", 10)
    assert asked(HERE, [b"12345", b"67890"]).content == b"1234567890"
    with pytest.raises(httpx.ReadError):
        asked(HERE, [b"12345"] * 3)
