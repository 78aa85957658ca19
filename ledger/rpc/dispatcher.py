"""The JSON-RPC 2.0 protocol: from bytes to an answer, whatever the transport.

1. the bytes are JSON (else -32700)
2. each request has a method name and parameters (else -32600)
3. the method exists (else -32601) and this caller may use it (else -32604)
4. the method's own refusals carry their own code; anything unforeseen is -32603 and logged

The requests of a batch begin in their order; results that come later are waited for side by side.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from eth.exceptions import PyEVMError

from ..errors import (
    InvalidParamsError,
    InvalidRequestError,
    LedgerError,
    LimitExceededError,
    MethodNotFoundError,
    NotAllowedError,
    ParseError,
    RpcError,
)
from ..strict_json import load_json
from .later import Later

REQUEST_BYTES_MAX = 16 << 20
REQUEST_PARTS_MAX = 200_000
"""Commas, brackets and escapes in one body. Ten thousand storage keys are far below; parsing more takes seconds."""
MESSAGE_CHARACTERS_MAX = 1_000
"""Messages repeat what was wrong; nobody gets megabytes of it back."""
BATCH_REQUESTS_MAX = 1_000
BATCH_SECONDS_MAX = 20.0
"""What has not begun by then is refused. Receipts that are waited for do not count: their waits run side by side."""
NOTHING = object()
_written = json.JSONEncoder(separators=(",", ":")).encode

logger = logging.getLogger("ledger.rpc")


class Access(IntEnum):
    """What a caller may do; each level includes the ones before it."""

    READ = 1
    WRITE = 2
    ADMIN = 3


@dataclass(frozen=True)
class RawJson:
    """A result that is encoded already."""

    encoded: bytes


@dataclass(frozen=True)
class Method:
    handler: Callable[[Sequence[Any]], Any]
    access: Access = Access.READ


class Dispatcher:
    """Answers requests from a table of methods."""

    def __init__(
        self,
        methods: Mapping[str, Method],
        batch_max: int = BATCH_REQUESTS_MAX,
        batch_seconds: float = BATCH_SECONDS_MAX,
    ) -> None:
        self.methods = dict(methods)
        self._batch_max = batch_max
        self._batch_seconds = batch_seconds
        self.before_batch: Callable[[Sequence[Any]], None] | None = None

    def handle(self, body: bytes, access: Access = Access.ADMIN) -> bytes | None:
        """Answer one HTTP body or WebSocket message, or None; blocks until every result has come."""
        return self.begin(body, access).encode()

    def begin(self, body: bytes, access: Access = Access.ADMIN) -> Reply:
        """Do everything that can be done now. The reply may hold results that come later."""
        try:
            request = load_json(body, REQUEST_PARTS_MAX)
        except ValueError:
            return Reply([_failure(None, ParseError())])
        if not isinstance(request, list):
            return Reply([self.answer(request, access)])
        return self._begin_batch(request, access)

    def _begin_batch(self, requests: list[Any], access: Access) -> Reply:
        if not requests:
            return Reply([_failure(None, InvalidRequestError("empty batch"))])
        if len(requests) > self._batch_max:
            error = LimitExceededError(f"batch too large: {len(requests)} requests, limit {self._batch_max}")
            return Reply([_failure(None, error)])
        deadline = time.monotonic() + self._batch_seconds
        if self.before_batch is not None:
            self.before_batch(requests)
        answers = [self._answer_in_time(request, access, deadline) for request in requests]
        return Reply(answers, is_batch=True)

    def _answer_in_time(self, request: Any, access: Access, deadline: float) -> Any:
        if time.monotonic() < deadline:
            return self.answer(request, access)
        identity = request.get("id") if isinstance(request, Mapping) else None
        reason = f"not tried: the requests before it in this batch took more than {self._batch_seconds:g} s"
        return _failure(identity, LimitExceededError(reason))

    def answer(self, request: Any, access: Access = Access.ADMIN) -> Any:
        """Answer one decoded request: a decoded response, one that is still to come, or NOTHING for a notification."""
        identity = request.get("id") if isinstance(request, Mapping) else None
        try:
            name, params = _parse_request(request)
            result = self.call(name, params, access)
        except RpcError as error:
            response: Any = _failure(identity, error)
        else:
            response = Coming(identity, name, result) if isinstance(result, Later) else _success(identity, result)
        is_notification = isinstance(request, Mapping) and "id" not in request and "method" in request
        return NOTHING if is_notification else response

    def call(self, name: str, params: Sequence[Any], access: Access = Access.ADMIN) -> Any:
        """Run one method. Raises RpcError and nothing else."""
        method = self.methods.get(name)
        if method is None:
            raise MethodNotFoundError(f"the method {name} does not exist/is not available")
        if access < method.access:
            raise NotAllowedError(f"this token may not use {name}: it needs {method.access.name.lower()} access")
        try:
            return method.handler(params)
        except RpcError:
            raise
        except Exception as error:
            raise _as_rpc_error(name, error) from error


@dataclass(frozen=True)
class Coming:
    """A response whose result is still to come."""

    identity: Any
    method: str
    later: Later

    def response(self) -> dict[str, Any]:
        try:
            return _success(self.identity, self.later.result())
        except RpcError as error:
            return _failure(self.identity, error)
        except Exception as error:  # noqa: BLE001 - it is logged and told as an RpcError
            return _failure(self.identity, _as_rpc_error(self.method, error))


@dataclass(frozen=True)
class Reply:
    """The answers to one body, some of them perhaps still to come."""

    answers: list[Any]
    is_batch: bool = False

    @property
    def coming(self) -> list[Later]:
        return [answer.later for answer in self.answers if isinstance(answer, Coming)]

    def encode(self) -> bytes | None:
        """The body to send. Blocks until everything has come."""
        said = [_encode(answer) for answer in self.answers if answer is not NOTHING]
        if not said:
            return None
        return b"[" + b",".join(said) + b"]" if self.is_batch else said[0]


def _as_rpc_error(name: str, error: Exception) -> RpcError:
    """What a method raised, as it is told; what nobody foresaw is logged."""
    if isinstance(error, LedgerError):
        return RpcError(error.reason)
    logger.error("method %s failed", name, exc_info=error)
    kind = "engine" if isinstance(error, PyEVMError) else "internal"
    return RpcError(f"{kind} error: {type(error).__name__}")


def _parse_request(request: Any) -> tuple[str, Sequence[Any]]:
    if not isinstance(request, Mapping):
        raise InvalidRequestError
    identity = request.get("id")
    if request.get("jsonrpc") != "2.0" or isinstance(identity, (dict, list, bool)):
        raise InvalidRequestError
    name = request.get("method")
    if not isinstance(name, str):
        raise InvalidRequestError
    params = request.get("params")
    if params is None:
        return name, ()
    if not isinstance(params, list):
        raise InvalidParamsError("non-array args")
    return name, params


def _failure(identity: Any, error: RpcError) -> dict[str, Any]:
    body = error.as_json()
    body["message"] = body["message"][:MESSAGE_CHARACTERS_MAX]
    return {"jsonrpc": "2.0", "id": identity, "error": body}


def _success(identity: Any, result: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": identity, "result": result}


def _encode(answer: Any) -> bytes:
    if isinstance(answer, Coming):
        answer = answer.response()
    raw = answer.get("result")
    if isinstance(raw, RawJson):
        return _encode({**answer, "result": None}).removesuffix(b"null}") + raw.encoded + b"}"
    return _written(answer).encode()
