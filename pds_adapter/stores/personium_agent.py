"""One account of a Personium cell: its token, its requests, and what the unit's answers mean.

A token is fetched by password and renewed before its end. It is good for its own cell alone: tokens for other cells are
never asked for here, because a unit does not check whom such a token was meant for, so that whoever receives one could
use it elsewhere. A wrong password shuts an account for a second, with the same answer as before: so the agent tries
twice, a second apart, before it says that the account is refused.
"""

from __future__ import annotations

import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx

from pds_adapter.errors import StoreFormatError, StoreUnavailableError

TOKEN_MARGIN_SECONDS: Final = 60
SHUT_SECONDS: Final = 1.1
EXPIRED, NO_FOLDER, WRITING_SHUT = "PR401-AU-0002", "PR409-DV-0001", "PR409-CM-0002"
DAV: Final = "{DAV:}"


@dataclass(frozen=True)
class PersoniumIdentity:
    """`cell` ends in a slash; it is empty for a reader, who has an account in each cell that it may read in."""

    cell: str
    account: str
    password: str = field(repr=False)


class PersoniumAgent:
    """Sends requests as one account; any thread may call."""

    def __init__(
        self,
        http: httpx.Client,
        identity: PersoniumIdentity,
        clock: Callable[[], float] = time.time,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http, self.identity, self._clock, self._wait = http, identity, clock, wait
        self._turn = threading.Lock()
        self._token, self._until = "", 0.0

    def request(
        self, method: str, url: str, content: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Raises StoreUnavailableError: no answer, no login, or the cell is shut for writing."""
        answer = self._send(method, url, content, headers)
        if answer.status_code == httpx.codes.UNAUTHORIZED and code_of(answer) == EXPIRED:
            self._until = 0.0
            answer = self._send(method, url, content, headers)
        if answer.status_code == httpx.codes.CONFLICT and code_of(answer) == WRITING_SHUT:
            raise StoreUnavailableError(url, "the cell is being exported or imported: try again")
        return answer

    def names_in(self, url: str) -> list[str] | None:
        """What a folder holds; None if there is no such folder. Addresses come back unencoded and in no order."""
        answer = self.request("PROPFIND", url, headers={"depth": "1"})
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        root = expect(answer, (207,)).text
        if "<!" in root:
            raise StoreFormatError(url, "the list declares entities")
        try:
            hrefs = [part.text or "" for part in ET.fromstring(root).iterfind(f"{DAV}response/{DAV}href")]  # noqa: S314
        except ET.ParseError as error:
            raise StoreFormatError(url, f"the list is no XML: {error}") from error
        return sorted(href.rstrip("/").rpartition("/")[2] for href in hrefs if href.rstrip("/") != url.rstrip("/"))

    def _send(self, method: str, url: str, content: bytes | None, headers: Mapping[str, str] | None) -> httpx.Response:
        named = {"accept": "application/json", **(headers or {}), "authorization": f"Bearer {self._live_token()}"}
        return send(self._http, method, url, content, named)

    def _live_token(self) -> str:
        with self._turn:
            if self._clock() >= self._until - TOKEN_MARGIN_SECONDS:
                answer = self._login()
                if answer.status_code == httpx.codes.BAD_REQUEST:
                    self._wait(SHUT_SECONDS)  # perhaps somebody else's wrong password shut the account
                    answer = self._login()
                if answer.status_code != httpx.codes.OK:
                    raise StoreUnavailableError(
                        self.identity.cell, f"the server refuses our account: {answer.text[:200]}"
                    )
                try:
                    body = answer.json()
                    self._token, seconds = str(body["access_token"]), int(body["expires_in"])
                except (ValueError, KeyError, TypeError) as error:
                    where = f"{self.identity.cell}__token"
                    raise StoreFormatError(
                        where, f"no token in the answer ({error}): is it a Personium cell?"
                    ) from error
                self._until = self._clock() + seconds
            return self._token

    def _login(self) -> httpx.Response:
        words = {
            "grant_type": "password",
            "username": self.identity.account,
            "password": self.identity.password,
        }
        try:
            return self._http.post(f"{self.identity.cell}__token", data=words)
        except httpx.HTTPError as error:
            raise StoreUnavailableError(self.identity.cell, str(error) or type(error).__name__) from error


def send(
    http: httpx.Client, method: str, url: str, content: bytes | None, headers: Mapping[str, str]
) -> httpx.Response:
    """One request. Raises StoreUnavailableError: no answer."""
    try:
        return http.request(method, url, content=content, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise StoreUnavailableError(url, str(error) or type(error).__name__) from error


def code_of(answer: httpx.Response) -> str:
    """The unit's code (`PR404-DV-0001`); empty where the answer has none."""
    try:
        body = answer.json()
    except ValueError:
        return ""
    return str(body.get("code", "")) if isinstance(body, dict) else ""


def expect(answer: httpx.Response, statuses: tuple[int, ...]) -> httpx.Response:
    if answer.status_code not in statuses:
        request = f"{answer.request.method} {answer.request.url}"
        raise StoreUnavailableError(request, f"the server answered {answer.status_code}: {answer.text[:200]}")
    return answer
