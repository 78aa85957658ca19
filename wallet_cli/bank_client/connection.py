"""One pooled HTTP connection to the bank, shared by every session and thread.

It remembers the block of the newest receipt and has nothing answered from an earlier one: whoever wrote sees it.
It turns `application/problem+json` into BankProblemError, a silent bank into BankUnreachableError and an answer of
the wrong shape into BankAnswerError. Every write of the API carries an id its caller made, so a write whose answer
was lost is simply sent again; nothing happens twice. It knows no wallet and holds no key.
"""

import json
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from bank_api.protocol.as_of import NOT_BEFORE
from bank_api.protocol.messages.checked import broken
from bank_api.protocol.messages.said import Words, said, said_from_json
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.obeyed import COMMANDS, OBEYED
from ledger.strict_json import load_json
from wallet_cli.bank_client.download import RETRIED_STATUSES, download
from wallet_cli.errors import BankAnswerError, BankProblemError, BankUnreachableError

S = TypeVar("S", bound=BaseModel)

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
UNREACHABLE_HINT = said("hint-name-bank")


@dataclass(frozen=True)
class RetryPolicy:
    """How patiently a lost request is sent again: waits grow from `first_wait_seconds`, doubling to the maximum."""

    attempts: int = 4
    first_wait_seconds: float = 0.25
    wait_seconds_maximum: float = 5.0

    def asked_seconds(self, header: str) -> float:
        """How long the bank asks us to wait (Retry-After, RFC 9110 10.2.3), within our patience."""
        return min(float(header), self.wait_seconds_maximum) if header.isdecimal() else 0.0

    def wait_seconds(self, attempt: int) -> float:
        return min(self.first_wait_seconds * 2.0**attempt, self.wait_seconds_maximum)


class _EachThreadsOwn(httpx.BaseTransport):
    """A connection for each thread, to a bank on this machine.

    A shared pool looks through all of its connections at every request: two hundred people in one program, as in the
    demo, spend more on that than on what they say.
    """

    def __init__(self) -> None:
        self._here, self._lock = threading.local(), threading.Lock()
        self._every: list[httpx.HTTPTransport] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        own: httpx.HTTPTransport | None = getattr(self._here, "transport", None)
        if own is None:
            own = self._here.transport = httpx.HTTPTransport(verify=False, trust_env=False)
            with self._lock:
                self._every.append(own)
        return own.handle_request(request)

    def close(self) -> None:
        with self._lock:
            for one in self._every:
                one.close()
            self._every.clear()


class BankConnection:
    """The bank at one address. Thread-safe: any number of sessions may share one connection."""

    def __init__(
        self,
        base_url: str,
        *,
        timeout_seconds: float = 60.0,
        connections_maximum: int = 32,
        retry: RetryPolicy | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._retry = retry or RetryPolicy()
        self._sleep = sleep
        self._newest_receipt, self._receipts = 0, threading.Lock()
        limits = httpx.Limits(max_connections=connections_maximum, max_keepalive_connections=connections_maximum)
        try:
            self._http = httpx.Client(
                base_url=self.base_url,
                timeout=httpx.Timeout(timeout_seconds, connect=5.0, pool=None),
                limits=limits,
                transport=transport or (_EachThreadsOwn() if is_loopback(self.base_url) else None),
                headers={"Accept": "application/json"},
                trust_env=not is_loopback(self.base_url),
                verify=_certificates(self.base_url),
            )
        except httpx.InvalidURL as error:
            raise BankUnreachableError(base_url, str(error), UNREACHABLE_HINT) from error

    def __enter__(self) -> "BankConnection":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    @property
    def is_private(self) -> bool:
        """Whether nobody on the way can read along: encrypted, or on this very machine."""
        return self._http.base_url.scheme == "https" or is_loopback(self.base_url)

    @property
    def url(self) -> str:
        """Scheme, host and port as a login text and an order must name them."""
        return f"{self._http.base_url.scheme}://{self._http.base_url.netloc.decode('ascii')}"

    def call(
        self,
        method: str,
        path: str,
        *,
        body: dict[str, Any] | None = None,
        token: str | None = None,
        retry: bool = True,
        order: Callable[[bytes], dict[str, str]] | None = None,
        more: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Send one request, patiently, and answer its JSON object.

        `order` signs its very bytes into a header; `more` are headers besides.
        """
        headers = dict(more or {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        if self._newest_receipt:
            headers[NOT_BEFORE] = str(self._newest_receipt)
        content = b"" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        if body is not None:
            headers["Content-Type"] = "application/json"
        headers |= order(content) if order is not None else {}
        response = self._send(method, path, content, headers, self._retry.attempts if retry else 1)
        if response.status_code >= 400:
            raise _problem(response)
        if response.status_code == 204:
            return {}
        document = _json_object(response, path)
        if method == "POST":
            self._remember(document.get("block_number"))
        return document

    def listen(self, path: str, token: str, last: str | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
        """Server-sent events as they come, each with its id, until the bank ends the line or nothing is heard of it.

        `last` is the id of the newest one that was heard before.
        """
        headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {token}"}
        headers |= {} if last is None else {"Last-Event-ID": last}
        event_id = ""
        try:
            with self._http.stream("GET", path, headers=headers) as response:
                if response.status_code >= 400:
                    response.read()
                    raise _problem(response)
                for line in response.iter_lines():
                    name, _, value = line.partition(": ")
                    if name == "id":
                        event_id = value
                    elif name == "data":
                        yield event_id, _parsed(value)
        except httpx.RequestError as error:
            raise BankUnreachableError(self.base_url, _reason(error), UNREACHABLE_HINT) from error

    def fetch(self, path: str, token: str, part: Path, more: Mapping[str, str] | None = None) -> bytes:
        """A file of bytes; `part` keeps what has come, so that it is gone on with after a break (`download`)."""
        own = dict(more or {}) | {"Authorization": f"Bearer {token}", "Accept": "*/*", "Accept-Encoding": "identity"}
        if self._newest_receipt:
            own[NOT_BEFORE] = str(self._newest_receipt)
        asked_seconds = 0.0

        @contextmanager
        def stream(asked: dict[str, str]) -> Iterator[httpx.Response]:
            nonlocal asked_seconds
            asked_seconds = 0.0
            with self._http.stream("GET", path, headers=own | asked) as response:
                if response.status_code >= 400:
                    asked_seconds = self._retry.asked_seconds(response.headers.get("Retry-After", ""))
                    response.read()
                    raise _problem(response)
                yield response

        def wait(stalls: int) -> None:
            self._sleep(max(self._retry.wait_seconds(stalls), asked_seconds))

        try:
            return download(stream, path, part, wait)
        except httpx.RequestError as error:
            raise BankUnreachableError(self.base_url, _reason(error), UNREACHABLE_HINT) from error

    def _remember(self, block: Any) -> None:
        if isinstance(block, int):
            with self._receipts:
                self._newest_receipt = max(self._newest_receipt, block)

    def _send(self, method: str, path: str, content: bytes, headers: dict[str, str], attempts: int) -> httpx.Response:
        for attempt in range(attempts):
            last, asked = attempt == attempts - 1, 0.0
            try:
                response = self._http.request(method, path, content=content, headers=headers)
            except httpx.RequestError as error:
                if last:
                    raise BankUnreachableError(self.base_url, _reason(error), UNREACHABLE_HINT) from error
            except httpx.InvalidURL as error:
                raise BankUnreachableError(self.base_url, str(error), UNREACHABLE_HINT) from error
            else:
                if last or response.status_code not in RETRIED_STATUSES:
                    return response
                asked = self._retry.asked_seconds(response.headers.get("Retry-After", ""))
            self._sleep(max(self._retry.wait_seconds(attempt), asked))
        raise AssertionError("RetryPolicy.attempts is at least 1")


def _certificates(url: str) -> ssl.SSLContext | bool:
    """The authorities to trust; none are read for an address that is not encrypted, and so none would be trusted."""
    return True if url.startswith("https:") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def is_loopback(url: str) -> bool:
    """This machine: reached without any proxy of the environment, and without encryption."""
    return httpx.URL(url).host in LOOPBACK_HOSTS


def read_shape(shape: type[S], document: Any, path: str) -> S:
    """The answer as its value; an answer that lacks a promised field is refused by name."""
    try:
        return shape.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or shape.__name__
        raise BankAnswerError(
            said("error-answer-shape", path=path, field=where, why=broken(first)), said("hint-other-version")
        ) from error


def read_shapes(shape: type[S], document: dict[str, Any], key: str, path: str) -> list[S]:
    """The list under `key`, each entry as its value."""
    entries = document.get(key)
    if not isinstance(entries, list):
        raise BankAnswerError(said("error-answer-lacks", path=path, key=key))
    return [read_shape(shape, entry, path) for entry in entries]


_WRITTEN = re.compile(rf"[{OBEYED}]|\\(?:[bfr]|u(?:00[01789]|20[26]))")
"""As JSON may write them; it finds a few harmless ones too."""


def harmless(value: Any) -> Any:
    """A JSON value in which such characters are shown as what they are not; words that hold some fit no signature."""
    if isinstance(value, str):
        return COMMANDS.sub("\ufffd", value)
    if isinstance(value, list):
        return [harmless(one) for one in value]
    if isinstance(value, dict):
        return {harmless(name): harmless(one) for name, one in value.items()}
    return value


def _parsed(text: str) -> Any:
    """Raises ValueError."""
    document = load_json(text)
    return harmless(document) if _WRITTEN.search(text) else document


def _json_object(response: httpx.Response, path: str) -> dict[str, Any]:
    try:
        document = _parsed(response.text)
    except ValueError as error:
        raise BankAnswerError(said("error-answer-no-json", path=path, why=fault(error))) from error
    if not isinstance(document, dict):
        raise BankAnswerError(said("error-answer-no-object", path=path))
    return document


def _problem(response: httpx.Response) -> BankProblemError:
    try:
        document = _parsed(response.text)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        document = {}

    def text(key: str) -> str | None:
        value = document.get(key)
        return None if value is None else str(value)

    return BankProblemError(
        code=text("code") or f"http-{response.status_code}",
        status=response.status_code,
        detail=text("detail") or text("title") or f"HTTP {response.status_code} {response.reason_phrase}",
        field=text("field"),
        rule=text("rule"),
        hint=text("hint"),
        told=said_from_json(document.get("message")),
        advised=said_from_json(document.get("advice")),
    )


def _reason(error: httpx.RequestError) -> Words:
    """Why nobody answered: what the system said in the reader's language, the rest as the library puts it."""
    if isinstance(error, httpx.TimeoutException):
        return said("error-no-answer-in-time")
    behind: BaseException | None = error
    while behind is not None:
        if isinstance(behind, OSError):
            return fault(behind)
        behind = behind.__cause__ or behind.__context__
    return str(error) or type(error).__name__
