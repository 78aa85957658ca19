"""A file of bytes fetched from the bank, going on where the line broke: in this run, and in the next one after a crash.

What has come rests in a file beside the one that it is for, below a line with the tag of the whole (an entity tag,
which the bank makes of the SHA-256 of all bytes); a file there that does not begin so is somebody's own. The bank
sends the rest only where the whole is still the same (If-Range, RFC 9110 13.1.5), else everything, which takes the
place of what was there. What is whole has the hash that its tag names.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import httpx

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from wallet_cli.errors import BankAnswerError, BankProblemError, InputError

Stream = Callable[[dict[str, str]], AbstractContextManager[httpx.Response]]
"""Asks with these headers besides. Raises BankProblemError for a refusal."""

RETRIED_STATUSES = frozenset({429, 502, 503, 504})
"""The bank or its ledger is busy or restarting: sending the same bytes again is safe and may succeed."""
STALLS_MAX = 5
"""How often in a row the line may break, or the bank be busy, without a byte having come."""
_PARTIAL = 206
_TAG = re.compile(rb'"[0-9a-f]{64}"')
_TORN = re.compile(rb'(?:"[0-9a-f]{0,64})?|"[0-9a-f]{64}"')
"""A tag, or the beginning of one, without the end of its line."""


def download(stream: Stream, path: str, part: Path, wait: Callable[[int], None]) -> bytes:
    """The whole file. `part` keeps what has come; who is done with the file removes it. `wait` sleeps before a try.

    Raises BankAnswerError for bytes that are not what their tag says, httpx.RequestError for a line that stays dead,
    BankProblemError for a refusal and for a bank that stays busy.
    """
    stalls = 0
    while True:
        tag, before = _kept(part)
        try:
            size = _go_on(stream, path, part, tag, before)
        except (httpx.RequestError, BankProblemError) as error:
            if isinstance(error, BankProblemError) and error.status not in RETRIED_STATUSES:
                raise
            stalls = 0 if _kept(part)[1] > before else stalls + 1
            if stalls > STALLS_MAX:
                raise
            wait(stalls)
            continue
        tag, length = _kept(part)
        if length != size:  # the line ended early without a word
            stalls = 0 if length > before else stalls + 1
            if stalls > STALLS_MAX:
                raise BankAnswerError(said("error-download-short", path=path, bytes=str(length), size=str(size)))
            wait(stalls)
            continue
        content = _content(part)
        if tag != f'"{hashlib.sha256(content).hexdigest()}"':
            part.unlink()
            raise BankAnswerError(said("error-download-false", path=path))
        return content


def _go_on(stream: Stream, path: str, part: Path, tag: str, before: int) -> int:
    """Fetch what is missing; answers how many bytes the whole has."""
    asked = {"Range": f"bytes={before}-", "If-Range": tag} if before else {}
    with stream(asked) as response:
        found = response.headers.get("ETag", "")
        if not _TAG.fullmatch(found.encode()):
            raise BankAnswerError(said("error-answer-lacks", path=path, key="ETag"))
        if response.status_code == _PARTIAL:
            first, size = _range(response, path)
            if found != tag or first != before:
                raise BankAnswerError(said("error-download-false", path=path))
        else:
            size = _number(response.headers.get("Content-Length", ""), path)
            before = 0
        _write(part, found, before, response.iter_bytes())
    return size


def _write(part: Path, tag: str, before: int, chunks: Iterator[bytes]) -> None:
    try:
        flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if before else os.O_TRUNC)
        with os.fdopen(os.open(part, flags, 0o600), "ab" if before else "wb") as file:
            if not before:
                file.write(tag.encode() + b"\n")
            for chunk in chunks:
                file.write(chunk)
                file.flush()
    except OSError as error:
        raise InputError("--out", said("rule-cannot-be-written", file=str(part), why=fault(error))) from error


def _kept(part: Path) -> tuple[str, int]:
    """The tag of what was begun, and how many bytes of it have come; of a tag that was torn nothing is kept.

    Raises InputError for a file that no download began: it is somebody's own.
    """
    try:
        head, found, rest = part.read_bytes().partition(b"\n")
    except FileNotFoundError:
        return "", 0
    except OSError as error:
        raise InputError("--out", said("rule-cannot-be-read", why=fault(error))) from error
    if found and _TAG.fullmatch(head):
        return head.decode(), len(rest)
    if found or not _TORN.fullmatch(head):
        raise InputError("--out", said("rule-not-overwritten", file=str(part)))
    return "", 0


def _content(part: Path) -> bytes:
    return part.read_bytes().partition(b"\n")[2]


def _range(response: httpx.Response, path: str) -> tuple[int, int]:
    """The first byte of what comes, and the size of the whole, as in `bytes 10-19/20`."""
    where, _, size = response.headers.get("Content-Range", "").removeprefix("bytes ").partition("/")
    return _number(where.partition("-")[0], path), _number(size, path)


def _number(text: str, path: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise BankAnswerError(said("error-answer-lacks", path=path, key="Content-Range"))
    return int(text)
