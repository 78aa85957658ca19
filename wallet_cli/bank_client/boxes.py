"""Boxes of records: an owner's, another person's, or an app's calls. Who has no account signs each call instead."""

import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol
from urllib.parse import quote

from bank_api.protocol import app_call
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.boxes import (
    AppBody,
    AppKeyBody,
    AppRemoved,
    AppView,
    BoxGrant,
    BoxGrantBody,
    BoxReading,
    BoxReceived,
    RecordBody,
    RecordKept,
    RecordRemoved,
    Records,
    RecordView,
)
from chaincode.keys import Key, sign_text
from wallet_cli.bank_client.connection import BankConnection, read_shape, read_shapes
from wallet_cli.errors import BankProblemError, WalletError


class Calls(Protocol):
    """A person's session, or an app's or a stranger's signatures."""

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]: ...


class SignedCalls:
    """Calls of an app, or of somebody whose account is at another bank: each is signed by the key, none logs in."""

    def __init__(
        self,
        connection: BankConnection,
        name: str,
        key: Key,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`name` is the app's id, or the key's own address."""
        self._connection, self._name, self._key, self._clock = connection, name, key, clock

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        until = int(self._clock()) + app_call.SECONDS

        def sign(content: bytes) -> dict[str, str]:
            text = app_call.call_text(self._connection.url, self._name, method, path, content, until)
            return {app_call.HEADER: f"{self._name}.{until}.0x{bytes(sign_text(text, self._key)).hex()}"}

        return self._connection.call(method, path, body=body, order=sign)


class RecordsFace:
    """What owners, people and apps do with records."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def received(self) -> list[BoxReceived]:
        return read_shapes(BoxReceived, self._calls.call("GET", "/v1/boxes"), "boxes", "/v1/boxes")

    def put(self, owner: str, box: str, name: str, body: RecordBody) -> RecordKept:
        """An older bank knows no `over`, which is sent only where it is needed. Raises WalletError there."""
        path = _record(owner, box, name)
        try:
            answer = self._calls.call("PUT", path, body.model_dump(mode="json", exclude_none=True))
        except BankProblemError as problem:
            if body.over is None or problem.code != "invalid-input" or not (problem.field or "").endswith("over"):
                raise
            raise WalletError(said("error-record-over-unknown"), said("hint-record-over-unknown")) from problem
        return read_shape(RecordKept, answer, path)

    def get(self, owner: str, box: str, name: str) -> RecordView:
        path = _record(owner, box, name)
        return read_shape(RecordView, self._calls.call("GET", path), path)

    def find(self, owner: str, box: str, tokens: Sequence[str] = ()) -> list[RecordView]:
        """All of them, page by page."""
        found: list[RecordView] = []
        after: str | None = ""
        while after is not None:
            words = "&".join([f"after={quote(after)}", *(f"token={token}" for token in tokens)])
            path = f"/v1/boxes/{owner}/{box}/records?{words}"
            page = read_shape(Records, self._calls.call("GET", path), path)
            found += page.records
            after = page.more
        return found

    def remove(self, owner: str, box: str, name: str) -> RecordRemoved:
        path = _record(owner, box, name)
        return read_shape(RecordRemoved, self._calls.call("DELETE", path), path)


class BoxesFace(RecordsFace):
    """An owner's own boxes besides."""

    def apps(self) -> list[AppView]:
        return read_shapes(AppView, self._calls.call("GET", "/v1/apps"), "apps", "/v1/apps")

    def register(self, body: AppBody) -> AppView:
        """As the operator, in its signed order."""
        order: Any = self._calls
        return read_shape(AppView, order.order("/v1/apps", body.model_dump(mode="json")), "/v1/apps")

    def replace_app_key(self, app_id: str, body: AppKeyBody) -> AppView:
        order: Any = self._calls
        path = f"/v1/apps/{app_id}/key"
        return read_shape(AppView, order.order(path, body.model_dump(mode="json")), path)

    def remove_app(self, app_id: str) -> AppRemoved:
        order: Any = self._calls
        path = f"/v1/apps/{app_id}/removal"
        return read_shape(AppRemoved, order.order(path, {}), path)

    def grant(self, box: str, grantee: str, body: BoxGrantBody) -> BoxGrant:
        path = f"/v1/me/boxes/{box}/grants/{grantee}"
        return read_shape(BoxGrant, self._calls.call("PUT", path, body.model_dump(mode="json")), path)

    def revoke(self, box: str, grantee: str) -> BoxGrant:
        path = f"/v1/me/boxes/{box}/grants/{grantee}"
        return read_shape(BoxGrant, self._calls.call("DELETE", path), path)

    def grants(self) -> list[BoxGrant]:
        path = "/v1/me/box-grants"
        return read_shapes(BoxGrant, self._calls.call("GET", path), "grants", path)

    def readings(self) -> list[BoxReading]:
        path = "/v1/me/box-readings"
        return read_shapes(BoxReading, self._calls.call("GET", path), "readings", path)


def _record(owner: str, box: str, name: str) -> str:
    return f"/v1/boxes/{owner}/{box}/records/{name}"
