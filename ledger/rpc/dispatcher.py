"""The JSON-RPC 2.0 protocol: from bytes to an answer, whatever the transport.

1. the bytes are JSON (else -32700)
2. each request has a method name and parameters (else -32600)
3. the method exists (else -32601) and this caller may use it (else -32604)
4. the method's own refusals carry their own code; anything unforeseen is -32603 and logged
"""

from __future__ import annotations

import json
import logging
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
    UnknownBlockError,
)
from ..strict_json import load_json

REQUEST_BYTES_MAX = 16 << 20
REQUEST_PARTS_MAX = 200_000
"""Commas, brackets and escapes in one body. Ten thousand storage keys are far below; parsing more takes seconds."""
MESSAGE_CHARACTERS_MAX = 1_000
"""Messages repeat what was wrong; nobody gets megabytes of it back."""
BATCH_REQUESTS_MAX = 1_000
NOTHING = object()

logger = logging.getLogger("ledger.rpc")


class Access(IntEnum):
    """What a caller may do; each level includes the ones before it."""

    READ = 1
    WRITE = 2
    ADMIN = 3


@dataclass(frozen=True)
class Method:
    handler: Callable[[Sequence[Any]], Any]
    access: Access = Access.READ


class Dispatcher:
    """Answers requests from a table of methods."""

    def __init__(self, methods: Mapping[str, Method], batch_max: int = BATCH_REQUESTS_MAX) -> None:
        self.methods = dict(methods)
        self._batch_max = batch_max

    def handle(self, body: bytes, access: Access = Access.ADMIN) -> bytes | None:
        """Answer one HTTP body or WebSocket message; None when there is nothing to say."""
        try:
            request = load_json(body, REQUEST_PARTS_MAX)
        except ValueError:
            return _encode(_failure(None, ParseError()))
        if not isinstance(request, list):
            answer = self.answer(request, access)
            return None if answer is NOTHING else _encode(answer)
        return self._handle_batch(request, access)

    def _handle_batch(self, requests: list[Any], access: Access) -> bytes | None:
        if not requests:
            return _encode(_failure(None, InvalidRequestError("empty batch")))
        if len(requests) > self._batch_max:
            error = LimitExceededError(f"batch too large: {len(requests)} requests, limit {self._batch_max}")
            return _encode(_failure(None, error))
        answers = [self.answer(request, access) for request in requests]
        said = [answer for answer in answers if answer is not NOTHING]
        return _encode(said) if said else None

    def answer(self, request: Any, access: Access = Access.ADMIN) -> Any:
        """Answer one decoded request with a decoded response; NOTHING for a notification."""
        identity = request.get("id") if isinstance(request, Mapping) else None
        try:
            name, params = _parse_request(request)
            result = self.call(name, params, access)
        except RpcError as error:
            response = _failure(identity, error)
        else:
            response = {"jsonrpc": "2.0", "id": identity, "result": result}
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
        except UnknownBlockError as error:
            raise RpcError(error.reason) from None
        except LedgerError as error:
            raise RpcError(error.reason) from error
        except Exception as error:
            logger.exception("method %s failed", name)
            kind = "engine" if isinstance(error, PyEVMError) else "internal"
            raise RpcError(f"{kind} error: {type(error).__name__}") from error


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


def _encode(answer: Any) -> bytes:
    return json.dumps(answer, separators=(",", ":")).encode()
