"""A wallet's session with the bank: lazy EIP-4361 login, and a new login when the old one has ended.

Refuses to sign a login text that is not an EIP-4361 message for this very bank and this very key, so that a hostile
server cannot have the wallet log in elsewhere.
"""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from bank_api.protocol import order
from bank_api.protocol.fields import Paged
from bank_api.protocol.login import LoginText
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.bank import Login, LoginChallenge
from bank_api.protocol.ward import HEADER
from chaincode.keys import Key, sign_text
from wallet_cli.bank_client.connection import BankConnection, S, read_shape, read_shapes
from wallet_cli.errors import BankProblemError, EvidenceError

P = TypeVar("P", bound=Paged)
Order = Callable[[bytes], dict[str, str]]
"""Signs the bytes of a body into a header."""


class BankSession:
    """Calls in the name of one key. Cheap: nothing is sent until a call needs a token. Thread-safe."""

    def __init__(self, connection: BankConnection, key: Key, ward: str | None = None) -> None:
        """`ward` is the account that is acted for, where it is not the key's own."""
        self.connection = connection
        self.key = key
        self._more = {} if ward is None else {HEADER: ward}
        self._login: Login | None = None
        self._lock = threading.Lock()

    def login(self) -> Login:
        """The current login; made now if there is none."""
        with self._lock:
            if self._login is None:
                self._login = self._log_in()
            return self._login

    @property
    def account(self) -> str:
        """The permanent account this key acts for: another address than the key's own after a rotation."""
        return self.login().account

    def log_out(self) -> None:
        with self._lock:
            login, self._login = self._login, None
        if login is not None:
            self.connection.call("DELETE", "/v1/session", token=login.token)

    def log_out_everywhere(self) -> None:
        """End every session that this key has opened, on whatever device."""
        self.call("DELETE", "/v1/session?everywhere=true")
        with self._lock:
            self._login = None

    def call(
        self, method: str, path: str, body: dict[str, Any] | None = None, order: Order | None = None
    ) -> dict[str, Any]:
        """A call with the bearer token; logs in again once if the bank no longer knows the token."""
        login = self.login()
        try:
            return self.connection.call(method, path, body=body, token=login.token, order=order, more=self._more)
        except BankProblemError as problem:
            if problem.status != 401:
                raise
        self._forget(login)
        return self.connection.call(method, path, body=body, token=self.login().token, order=order, more=self._more)

    def get(self, path: str) -> dict[str, Any]:
        return self.call("GET", path)

    def fetch(self, path: str, part: Path) -> bytes:
        """A file of bytes, gone on with after a break; `part` keeps what has come."""
        login = self.login()
        try:
            return self.connection.fetch(path, login.token, part, self._more)
        except BankProblemError as problem:
            if problem.status != 401:
                raise
        self._forget(login)
        return self.connection.fetch(path, self.login().token, part, self._more)

    def read(self, shape: type[S], path: str) -> S:
        return read_shape(shape, self.get(path), path)

    def pages(self, shape: type[P], path: str) -> Iterator[P]:
        """Page after page of what comes in pages, as they are asked for; `path` has a query."""
        page = self.read(shape, path)
        yield page
        while page.next is not None:
            page = self.read(shape, f"{path}&{urlencode({'cursor': page.next})}")
            yield page

    def read_all(self, shape: type[S], path: str, key: str) -> list[S]:
        """The list that the answer has under `key`."""
        return read_shapes(shape, self.get(path), key, path)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self.call("POST", path, body)

    def order(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A POST that the key signs besides, request by request: what the operator does."""
        until = int(time.time()) + order.SECONDS
        account = self.account

        def sign(content: bytes) -> dict[str, str]:
            text = order.order_text(self.connection.url, account, "POST", path, content, until)
            signature = sign_text(text, self.key)
            return {order.HEADER: f"{until}.0x{bytes(signature).hex()}"}

        return self.call("POST", path, body, sign)

    def _forget(self, login: Login) -> None:
        with self._lock:
            if self._login is login:
                self._login = None

    def _log_in(self) -> Login:
        try:
            return self._answer_challenge()
        except BankProblemError as problem:
            if problem.status != 401:
                raise
            # A challenge serves once: if its answer was lost on the way and sent again, a new one is needed.
            return self._answer_challenge()

    def _answer_challenge(self) -> Login:
        path = "/v1/session/challenge"
        document = self.connection.call("POST", path, body={"address": self.key.address})
        challenge = read_shape(LoginChallenge, document, path)
        check_login_text(challenge.message, self.connection.url, self.key.address)
        signature = sign_text(challenge.message, self.key)
        body = {"message": challenge.message, "signature": "0x" + bytes(signature).hex()}
        return read_shape(Login, self.connection.call("POST", "/v1/session", body=body), "/v1/session")


def check_login_text(text: str, url: str, address: str) -> None:
    """Refuse a text that would log this key in anywhere but here."""
    try:
        login = LoginText.parse(text)
    except ValueError as error:
        raise EvidenceError(said("error-login-text", text=text[:120])) from error
    if login.url != url:
        raise EvidenceError(said("error-login-url", named=login.url[:120], url=url), said("hint-bank-url"))
    if login.address != address:
        raise EvidenceError(said("error-login-account", account=login.address))
