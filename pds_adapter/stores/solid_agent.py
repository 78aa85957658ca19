"""One identity on a Solid server: its account, its pod, its DPoP-bound tokens, its requests.

Speaks the account API of Community Solid Server 7 (every answer carries its `controls`; no path is assumed) and
Solid-OIDC with client credentials (RFC 9449 proofs, ES256: the resource side of the server takes no EdDSA). Each
request has a fresh proof; a token is renewed before its end. Knows nothing of documents.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

import httpx
from Crypto.Hash import SHA256
from Crypto.PublicKey import ECC
from Crypto.Signature import DSS

from pds_adapter.errors import StoreFormatError, StoreUnavailableError

TOKEN_MARGIN_SECONDS: Final = 30
Clock = Callable[[], float]


@dataclass(frozen=True)
class SolidIdentity:
    web_id: str
    pod: str
    client_id: str
    client_secret: str = field(repr=False)


def open_identity(http: httpx.Client, base: str, name: str, password: str) -> SolidIdentity:
    """Make the account and its pod, or finish what an earlier attempt began: the same name gives the same pod."""
    index = f"{base}.account/"
    controls = _ask(http, "GET", index)
    token = pick(_ask(http, "POST", pick(controls, "controls", "account", "create"), json={}), "authorization")
    email = f"{name}@azukari.invalid"
    login = {"email": email, "password": password}
    register = pick(_ask(http, "GET", index, token), "controls", "password", "create")
    if http.post(register, json=login, headers=_as(token)).status_code != httpx.codes.OK:
        token = pick(_ask(http, "POST", pick(controls, "controls", "password", "login"), json=login), "authorization")
    mine = pick(_ask(http, "GET", index, token), "controls", "account")
    pods = pick(_ask(http, "GET", pick(mine, "pod"), token), "pods")
    made = {} if pods else _ask(http, "POST", pick(mine, "pod"), token, json={"name": name})
    pod = next(iter(pods)) if pods else pick(made, "pod")
    web_id = f"{pod}profile/card#me"
    key = _ask(http, "POST", pick(mine, "clientCredentials"), token, json={"name": name, "webId": web_id})
    return SolidIdentity(web_id, str(pod), str(pick(key, "id")), str(pick(key, "secret")))


class SolidAgent:
    """Sends requests as one identity; any thread may call."""

    def __init__(self, http: httpx.Client, base: str, identity: SolidIdentity, clock: Clock = time.time) -> None:
        self.identity = identity
        self._http, self._base, self._clock = http, base, clock
        self._key = ECC.generate(curve="P-256")
        self._turn = threading.Lock()
        self._token, self._token_end = "", 0.0

    def request(
        self, method: str, url: str, content: bytes | None = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """The server's answer, whatever its status; StoreUnavailableError if there is none."""
        token = self._live_token()
        try:
            sent = {**(headers or {}), "authorization": f"DPoP {token}", "dpop": self._proof(method, url, token)}
            return self._http.request(method, url, content=content, headers=sent)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise StoreUnavailableError(url, str(error) or type(error).__name__) from error

    def _live_token(self) -> str:
        with self._turn:
            if self._clock() > self._token_end - TOKEN_MARGIN_SECONDS:
                endpoint = self._token_endpoint()
                pair = f"{quote(self.identity.client_id, safe='')}:{quote(self.identity.client_secret, safe='')}"
                headers = {
                    "authorization": f"Basic {base64.b64encode(pair.encode()).decode()}",
                    "dpop": self._proof("POST", endpoint),
                }
                form = {"grant_type": "client_credentials", "scope": "webid"}
                answer = _ask(self._http, "POST", endpoint, headers=headers, data=form)
                self._token = str(pick(answer, "access_token"))
                try:
                    self._token_end = self._clock() + float(pick(answer, "expires_in"))
                except (TypeError, ValueError) as error:
                    raise StoreFormatError("the server's answer", "has no expires_in that is a number") from error
            return self._token

    def _token_endpoint(self) -> str:
        found: str = pick(_ask(self._http, "GET", f"{self._base}.well-known/openid-configuration"), "token_endpoint")
        return found

    def _proof(self, method: str, url: str, token: str | None = None) -> str:
        """RFC 9449: this request, by this key, now, once."""
        parts = urlsplit(url)
        claims: dict[str, Any] = {
            "htu": urlunsplit((parts.scheme, parts.netloc, parts.path, "", "")),
            "htm": method,
            "iat": int(self._clock()),
            "jti": str(uuid.uuid4()),
        }
        if token is not None:
            claims["ath"] = _base64url(hashlib.sha256(token.encode()).digest())
        point = self._key.pointQ
        jwk = {
            "kty": "EC",
            "crv": "P-256",
            "x": _base64url(int(point.x).to_bytes(32, "big")),
            "y": _base64url(int(point.y).to_bytes(32, "big")),
        }
        head = {"alg": "ES256", "typ": "dpop+jwt", "jwk": jwk}
        signed = ".".join(_base64url(json.dumps(part).encode()) for part in (head, claims))
        signature = DSS.new(self._key, "fips-186-3").sign(SHA256.new(signed.encode()))
        return f"{signed}.{_base64url(signature)}"


def _ask(
    http: httpx.Client,
    method: str,
    url: str,
    account_token: str | None = None,
    headers: dict[str, str] | None = None,
    json: Any = None,
    data: dict[str, str] | None = None,
) -> Any:
    """An answer of the account or token API, which must be success in JSON."""
    sent = {"accept": "application/json", **(headers or {}), **(_as(account_token) if account_token else {})}
    try:
        response = http.request(method, url, headers=sent, json=json, data=data)
        response.raise_for_status()
        return response.json()
    except httpx.HTTPStatusError as error:
        raise StoreUnavailableError(url, f"{error.response.status_code} {error.response.text[:200]}") from error
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError) as error:
        raise StoreUnavailableError(str(url), str(error) or type(error).__name__) from error


def pick(answer: Any, *path: str) -> Any:
    """One member of an answer, by its path; an answer without it comes from another kind of server."""
    value = answer
    for name in path:
        if not isinstance(value, dict) or name not in value:
            raise StoreFormatError("the server's answer", f"has no {'.'.join(path)}: is it a Community Solid Server?")
        value = value[name]
    return value


def _as(account_token: str) -> dict[str, str]:
    return {"accept": "application/json", "authorization": f"CSS-Account-Token {account_token}"}


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
