"""What somebody else keeps of a person, fetched with that person's leave: OAuth 2.0, authorization code with PKCE.

Plan (RFC 6749, 7636, 8252, 8414, 9207): 1. the server says of itself where it is asked, under its own name, 2. the
person agrees there, in a browser, 3. the browser comes back to this machine, with the state that was sent and from the
server that was meant, 4. code and verifier become a token, 5. the token reads one address, 6. the token is given back.
Nothing of it is kept: neither code nor token reaches a file or a message. Everything is https, but on this machine.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.rfc6749.parameters import (
    parse_authorization_code_response,
    prepare_grant_uri,
    prepare_token_request,
)
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from bank_api.protocol.messages.said import said
from ledger.strict_json import load_json
from wallet_cli.errors import EvidenceError, InputError, WalletError
from wallet_cli.intake.facts import BYTES_MAX

LOOPBACK = ("127.0.0.1", "::1", "localhost")
ANSWER_SECONDS = 30.0
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


@dataclass(frozen=True)
class Source:
    """A server that keeps something of a person, as it says of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str | None = None


@dataclass
class Returned:
    """Where the browser comes back to on this machine: one call is taken, and then no more."""

    server: HTTPServer
    found: list[str] = field(default_factory=list, repr=False)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/callback"

    def wait(self) -> str:
        while not self.found:
            self.server.handle_request()
        self.server.server_close()
        return self.address + self.found[0]


def listening(page: str, port: int = 0) -> Returned:
    """Ready for the browser, which is then shown `page`. Raises InputError where the port is taken."""
    found: list[str] = []

    class Callback(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            is_it = parts.path == "/callback"
            if is_it and not found:
                found.append(f"?{parts.query}")
            content = page.encode() if is_it else b""
            self.send_response(200 if is_it else 404)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            return

    try:
        return Returned(HTTPServer(("127.0.0.1", port), Callback), found)
    except OSError as error:
        raise InputError("--port", said("rule-port-taken", port=str(port))) from error


def pull(
    issuer: str,
    client_id: str,
    scope: str,
    resource: str,
    returned: Returned,
    show: Callable[[str], None],
) -> bytes:
    """What the resource says, with the person's leave; `show` brings the person to an address. See the plan above."""
    check_address("RESOURCE", resource)
    with connected() as line, leave(line, issuer, client_id, scope, returned, show) as token:
        found = asked(line, "GET", resource, headers={"Authorization": f"Bearer {token}"})  # 5.
    if len(found.content) > BYTES_MAX:
        raise EvidenceError(said("rule-bytes-at-most", most=str(BYTES_MAX), found=str(len(found.content))))
    return found.content


def connected() -> httpx.Client:
    """A line to strangers' servers, which never sends anybody on to another."""
    return httpx.Client(timeout=ANSWER_SECONDS, follow_redirects=False)


@contextmanager
def leave(
    line: httpx.Client, issuer: str, client_id: str, scope: str, returned: Returned, show: Callable[[str], None]
) -> Iterator[str]:
    """The token that stands for the person's leave, as long as it is needed: steps 1 to 4, and 6 at the end."""
    check_address("--issuer", issuer)
    source = _source(line, issuer)  # 1.
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    challenge = {"code_challenge": create_s256_code_challenge(verifier), "code_challenge_method": "S256"}
    redirect = returned.address
    show(prepare_grant_uri(source.authorization_endpoint, client_id, "code", redirect, scope, state, **challenge))
    code = _code(source, returned.wait(), state)  # 2. and 3.
    more = {"client_id": client_id, "code": code, "code_verifier": verifier}
    form = prepare_token_request("authorization_code", "", redirect, **more)
    answer = read_object(asked(line, "POST", source.token_endpoint, content=form, headers=FORM))  # 4.
    token = answer.get("access_token")
    if not isinstance(token, str) or str(answer.get("token_type", "")).lower() != "bearer":
        raise EvidenceError(said("error-source-token"))
    try:
        yield token
    finally:
        if source.revocation_endpoint is not None:  # 6.
            with suppress(httpx.HTTPError):
                line.post(source.revocation_endpoint, data={"token": token, "client_id": client_id})


def _source(line: httpx.Client, issuer: str) -> Source:
    told = read_object(asked(line, "GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
    if str(told.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
        raise EvidenceError(said("error-source-other", named=str(told.get("issuer"))[:200], issuer=issuer))
    if "S256" not in told.get("code_challenge_methods_supported", ()):
        raise EvidenceError(said("error-source-pkce", issuer=issuer))
    names = ("authorization_endpoint", "token_endpoint", "revocation_endpoint")
    found = {name: told[name] for name in names if isinstance(told.get(name), str)}
    for name in names[:2]:
        if name not in found:
            raise EvidenceError(said("error-source-lacks", issuer=issuer, what=name))
    for name, url in found.items():
        check_address(name, url)
    return Source(issuer, **found)


def _code(source: Source, address: str, state: str) -> str:
    """From where the browser came back: the server's refusal is told, another's answer is not taken."""
    try:
        given = parse_authorization_code_response(address, state)
    except AuthlibBaseError as error:
        query = httpx.URL(address).params
        why = query.get("error_description") or query.get("error") or type(error).__name__
        raise WalletError(said("error-source-refused", issuer=source.issuer, why=why[:200])) from error
    if given.get("iss", source.issuer).rstrip("/") != source.issuer.rstrip("/"):
        raise EvidenceError(said("error-source-other", named=given["iss"][:200], issuer=source.issuer))
    return str(given["code"])


def asked(line: httpx.Client, method: str, url: str, **more: Any) -> httpx.Response:
    """The answer, if it is one. Raises WalletError for silence and refusals."""
    try:
        answer = line.request(method, url, **more)
    except httpx.HTTPError as error:
        raise WalletError(said("error-source-silent", url=url, why=type(error).__name__)) from error
    if answer.status_code != httpx.codes.OK:
        raise WalletError(said("error-source-status", url=url, status=str(answer.status_code)))
    return answer


def read_object(answer: httpx.Response) -> dict[str, Any]:
    """An answer that is a JSON object. Raises EvidenceError."""
    try:
        found = load_json(answer.text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise EvidenceError(said("error-source-token"))
    return found


def check_address(name: str, url: str) -> None:
    """Raises InputError for what is neither https nor on this machine."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        raise InputError(name, said("rule-https-address"))
