"""Asking another node by JSON-RPC, and reading what it says as what it must be. Nothing of it is believed.

The other side may be anybody: an answer has a size and a time, redirects are not followed (they would carry the token
along), and what is not of the form that was asked for is an AnswerError, never a surprise further in.
"""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Callable, Sequence
from http.client import HTTPException, HTTPResponse
from typing import Any, NoReturn

from .errors import LedgerError
from .strict_json import load_json

FOLLOWER_HEADER = "X-Azukari-Follower"
REQUEST_SECONDS = 30.0
"""For the connection, and for each piece of an answer."""
ANSWER_SECONDS_MAX = 300.0
ANSWER_BYTES_MAX = 256 << 20
"""The largest block there can be, in hex, and room beside it."""
READ_BYTES = 1 << 20
SHOWN_CHARACTERS = 200
QUANTITY = re.compile(r"0x(0|[1-9a-f][0-9a-f]{0,15})")

Ask = Callable[[Sequence[tuple[str, list[Any]]]], list[Any]]
"""Send several JSON-RPC calls and return their results in order."""


class LeaderUnreachableError(LedgerError):
    """The node that was asked does not answer."""


class AnswerTooLargeError(LeaderUnreachableError):
    """The answer is larger than what is read of one."""


class AnswerError(LedgerError):
    """The node's answer is malformed."""


def quantity(answer: Any) -> int:
    """A number of at most 64 bits as Ethereum's JSON-RPC writes it. Raises AnswerError."""
    if not isinstance(answer, str) or QUANTITY.fullmatch(answer) is None:
        raise AnswerError(f"the node's answer is malformed: {_shown(answer)} is no number")
    return int(answer, 16)


def data(answer: Any) -> bytes:
    """Bytes as Ethereum's JSON-RPC writes them. Raises AnswerError."""
    try:
        if not isinstance(answer, str) or not answer.startswith("0x"):
            raise ValueError
        return bytes.fromhex(answer[2:])
    except ValueError:
        raise AnswerError(f"the node's answer is malformed: {_shown(answer)} is no bytes") from None


def ask_over_http(
    url: str,
    witness: str,
    token: str | None = None,
    answer_bytes_max: int = ANSWER_BYTES_MAX,
    answer_seconds_max: float = ANSWER_SECONDS_MAX,
) -> Ask:
    """Ask a node at `url` by JSON-RPC batches, as `witness`. What it returns raises LeaderUnreachableError."""
    headers = {"Content-Type": "application/json", FOLLOWER_HEADER: witness}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    opener = urllib.request.build_opener(_StayHere)

    def ask(calls: Sequence[tuple[str, list[Any]]]) -> list[Any]:
        body = [
            {"jsonrpc": "2.0", "id": index, "method": method, "params": params}
            for index, (method, params) in enumerate(calls)
        ]
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - the operator's URL
        try:
            with opener.open(request, timeout=REQUEST_SECONDS) as answer:
                raw = _read(answer, url, answer_bytes_max, time.monotonic() + answer_seconds_max)
            answers = load_json(raw)
        except (OSError, ValueError, HTTPException) as error:
            raise LeaderUnreachableError(f"{url}: {error}") from None
        return _in_order(answers, len(calls), url)

    return ask


class _StayHere(urllib.request.HTTPRedirectHandler):
    """A redirect is an error like any other status."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


def _read(answer: HTTPResponse, url: str, bytes_max: int, deadline: float) -> bytes:
    body = bytearray()
    while piece := answer.read1(READ_BYTES):
        body += piece
        if len(body) > bytes_max:
            raise AnswerTooLargeError(f"{url} answered more than {bytes_max} bytes")
        if time.monotonic() > deadline:
            raise LeaderUnreachableError(f"{url} took too long to answer")
    return bytes(body)


def _in_order(answers: Any, count: int, url: str) -> list[Any]:
    """The results by their ids, each exactly once."""
    if not isinstance(answers, list) or not all(isinstance(entry, dict) and "result" in entry for entry in answers):
        _refuse(answers, url)
    found = {entry.get("id"): entry["result"] for entry in answers if type(entry.get("id")) is int}
    if len(answers) != count or set(found) != set(range(count)):
        _refuse(answers, url)
    return [found[index] for index in range(count)]


def _refuse(answers: Any, url: str) -> NoReturn:
    raise LeaderUnreachableError(f"{url} answered {_shown(answers)}")


def _shown(answer: Any) -> str:
    return json.dumps(answer)[:SHOWN_CHARACTERS]
