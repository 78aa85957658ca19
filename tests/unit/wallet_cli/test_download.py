"""A download goes on where the line broke, in the same run and in the next, and what is whole is what its tag says."""

import hashlib

import httpx
import pytest

from wallet_cli.bank_client.connection import BankConnection, RetryPolicy
from wallet_cli.errors import BankAnswerError, BankProblemError, BankUnreachableError, InputError

CONTENT = bytes(range(256)) * 2000
PATH = "/v1/releases/0x1/sealed"
TAG = f'"{hashlib.sha256(CONTENT).hexdigest()}"'.encode()


class Cut(httpx.SyncByteStream):
    """Some bytes, and then the line breaks."""

    def __init__(self, content, at):
        self.content, self.at = content, at

    def __iter__(self):
        yield self.content[: self.at]
        if self.at < len(self.content):
            raise httpx.ReadError("the line broke")


class Bank:
    """Serves CONTENT by RFC 9110; each answer breaks off after so many bytes."""

    def __init__(self, cuts=(), content=CONTENT, tag=None):
        self.cuts, self.content = list(cuts), content
        self.tag = tag or f'"{hashlib.sha256(content).hexdigest()}"'
        self.asked = []

    def __call__(self, request):
        self.asked.append(request.headers.get("Range"))
        first = 0
        if request.headers.get("If-Range") == self.tag:
            first = int(request.headers["Range"].removeprefix("bytes=").removesuffix("-"))
        body = self.content[first:]
        headers = {"ETag": self.tag, "Content-Length": str(len(body))}
        if first:
            headers["Content-Range"] = f"bytes {first}-{len(self.content) - 1}/{len(self.content)}"
        return httpx.Response(
            206 if first else 200, headers=headers, stream=Cut(body, (self.cuts or [len(body)]).pop(0))
        )


def connected(bank):
    transport = httpx.MockTransport(bank)
    return BankConnection(
        "http://127.0.0.1:1", transport=transport, retry=RetryPolicy(first_wait_seconds=0), sleep=lambda _: None
    )


@pytest.mark.parametrize("cuts", [[], [10], [1, 1, 1, 70_000], [0, 0, 5], [len(CONTENT) - 1]])
def test_what_is_missing_is_asked_for(tmp_path, cuts):
    bank = Bank(cuts)
    assert connected(bank).fetch(PATH, "token", tmp_path / "part") == CONTENT
    assert len(bank.asked) == len(cuts) + 1
    assert (tmp_path / "part").stat().st_mode & 0o077 == 0


def test_the_next_run_goes_on(tmp_path):
    dead = Bank([100, 0, 0, 0, 0, 0, 0])
    with pytest.raises(BankUnreachableError):
        connected(dead).fetch(PATH, "token", tmp_path / "part")
    bank = Bank()
    assert connected(bank).fetch(PATH, "token", tmp_path / "part") == CONTENT
    assert bank.asked == ["bytes=100-"]
    assert connected(bank).fetch(PATH, "token", tmp_path / "part") == CONTENT


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_bank_is_waited_out_as_with_every_call(tmp_path, status):
    bank, waits, busy = Bank([10]), [], iter([False, True, True, False])
    answer = httpx.Response(status, headers={"Retry-After": "3"}, json={"code": "busy", "detail": "later"})
    transport = httpx.MockTransport(lambda request: answer if next(busy) else bank(request))
    patient = BankConnection("http://127.0.0.1:1", transport=transport, sleep=waits.append)
    assert patient.fetch(PATH, "token", tmp_path / "part") == CONTENT
    assert bank.asked == [None, "bytes=10-"]
    assert waits == [0.25, 3, 3]
    for_ever = connected(lambda _: answer)
    with pytest.raises(BankProblemError, match="later"):
        for_ever.fetch(PATH, "token", tmp_path / "part")


def test_another_whole_takes_the_place_of_what_was_begun(tmp_path):
    with pytest.raises(BankUnreachableError):
        connected(Bank([100, 0, 0, 0, 0, 0, 0])).fetch(PATH, "token", tmp_path / "part")
    other = Bank(content=b"sealed anew")
    assert connected(other).fetch(PATH, "token", tmp_path / "part") == b"sealed anew"


def test_what_is_not_what_its_tag_says_is_refused_and_forgotten(tmp_path):
    with pytest.raises(BankAnswerError, match="not what its tag says"):
        connected(Bank(tag='"' + "0" * 64 + '"')).fetch(PATH, "token", tmp_path / "part")
    assert not (tmp_path / "part").exists()
    assert connected(Bank()).fetch(PATH, "token", tmp_path / "part") == CONTENT


@pytest.mark.parametrize(
    "theirs", [b"my own notes", b"a tag?\nno", "\u540d\u524d\n1".encode(), TAG[:-1] + b"x\n", b"\n"]
)
def test_a_file_of_somebody_else_is_left_alone(tmp_path, theirs):
    (tmp_path / "part").write_bytes(theirs)
    bank = Bank()
    with pytest.raises(InputError, match="is there already and is not overwritten"):
        connected(bank).fetch(PATH, "token", tmp_path / "part")
    assert (tmp_path / "part").read_bytes() == theirs
    assert bank.asked == []


@pytest.mark.parametrize("length", [0, 1, 40, len(TAG)])
def test_a_tag_that_a_crash_tore_is_written_anew(tmp_path, length):
    (tmp_path / "part").write_bytes(TAG[:length])
    assert connected(Bank()).fetch(PATH, "token", tmp_path / "part") == CONTENT


def test_an_answer_without_a_tag_is_no_beginning(tmp_path):
    with pytest.raises(BankAnswerError, match="ETag"):
        connected(Bank(tag="version 3")).fetch(PATH, "token", tmp_path / "part")
    assert not (tmp_path / "part").exists()


def test_a_refusal_and_a_place_that_cannot_be_written_are_named(tmp_path):
    refusing = connected(lambda request: httpx.Response(404, json={"code": "not-found", "detail": "no release"}))
    with pytest.raises(BankProblemError, match="no release"):
        refusing.fetch(PATH, "token", tmp_path / "part")
    with pytest.raises(InputError, match="part"):
        connected(Bank()).fetch(PATH, "token", tmp_path / "nowhere" / "part")
