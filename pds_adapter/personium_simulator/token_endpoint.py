"""`__token`: the password, refresh and SAML grants, an app's own authentication beside them (RFC 6749, 7522)."""

from __future__ import annotations

import uuid
from base64 import b64decode
from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Any, Final
from urllib.parse import unquote

from pds_adapter.personium_simulator.acl import OWN_PRIVILEGES
from pds_adapter.personium_simulator.callers import roles_of_stranger
from pds_adapter.personium_simulator.entities import Entity
from pds_adapter.personium_simulator.exchange import Refused, Request, Response, as_json
from pds_adapter.personium_simulator.kinds import is_cell_url
from pds_adapter.personium_simulator.passwords import Credential, try_password
from pds_adapter.personium_simulator.tokens import (
    ACCESS_SECONDS,
    CHANGE_PASSWORD,
    CHANGE_SECONDS,
    OWN,
    REFRESH,
    REFRESH_SECONDS,
    REFRESH_SWAPPED,
    SWAPPED,
    Token,
    TokenError,
    read_local,
    read_transcell,
    write_local,
    write_transcell,
)
from pds_adapter.personium_simulator.unit import Cell

SAML_GRANT: Final = "urn:ietf:params:oauth:grant-type:saml2-bearer"
FORM: Final = "application/x-www-form-urlencoded"
SCOPES: Final = {"root", "openid", *OWN_PRIVILEGES}
NOT_A_FORM: Final = (
    "Cannot find a deserializer for non-concrete Map type [map type; class javax.ws.rs.core.MultivaluedMap, "
    "[simple type, class java.lang.String] -> [collection type; class java.util.List, contains "
    "[simple type, class java.lang.String]]]\n at [Source: (org.glassfish.jersey.message.internal."
    "ReaderInterceptorExecutor$UnCloseableInputStream); line: 1, column: 1]"
)


class GrantRefused(Exception):  # noqa: N818  a refusal is an answer here
    def __init__(self, code: str, message: str, error: str) -> None:
        super().__init__(message)
        self.body = {"error_description": f"[{code}] - {message}", "error": error}


def missing(name: str) -> GrantRefused:
    return GrantRefused("PR400-AN-0016", f"Required parameter [{name}] missing.", "invalid_request")


def not_authenticated() -> GrantRefused:
    return GrantRefused("PR400-AN-0017", "Authentication failed.", "invalid_grant")


def give_token(cell: Cell, request: Request) -> Response:
    if request.method != "POST":
        raise Refused("PR405-MC-0001")
    kind = request.header("Content-Type")
    if kind is not None and not kind.startswith(FORM):
        return Response(400, NOT_A_FORM.encode(), [("Content-Type", "text/plain")])
    form = request.form()
    try:
        if kind is None:
            raise missing("grant_type")
        grant = form.get("grant_type")
        if grant == "password":
            return _password(cell, request, form)
        if grant == "refresh_token":
            return _refresh(cell, form)
        if grant == SAML_GRANT:
            return _swap(cell, form)
        raise GrantRefused("PR400-AN-0001", f"Unsupported grant type. [{grant or 'null'}]", "unsupported_grant_type")
    except GrantRefused as refusal:
        return as_json(refusal.body, 400)


def _password(cell: Cell, request: Request, form: dict[str, str]) -> Response:
    """1. What is asked.  2. The app.  3. The account.  4. The tokens."""
    # 1.
    name, password = form.get("username"), form.get("password")
    if name is None:
        raise missing("username")
    if password is None:
        raise missing("password")
    target, seconds, refresh_seconds = _asked(cell, form)
    # 2.
    schema = _app(cell, request, form)
    # 3.
    account = cell.sets["Account"].find({"Name": name})
    if account is None or account.values["Status"] == "deactivated" or not _may_come(account):
        raise not_authenticated()
    credential: Credential | None = account.holds
    if not try_password(credential, password, cell.unit.clock()) or credential is None:
        raise not_authenticated()
    if form.get("p_owner") == "true":
        raise GrantRefused("PR400-AN-0014", "Not allowed to represent owner.", "invalid_grant")
    if account.values["Status"] == "passwordChangeRequired":
        return _must_change(cell, name, credential)
    # 4.
    token = Token(OWN, name, cell.url, cell.unit.now(), seconds, scope=_scope(form), schema=schema)
    history = {"last_authenticated": credential.last_authenticated, "failed_count": credential.failed_count}
    credential.last_authenticated, credential.failed_count = cell.unit.now(), 0
    return _tokens(cell, token, target, refresh_seconds, history, cookie=form.get("p_cookie") == "true")


def _refresh(cell: Cell, form: dict[str, str]) -> Response:
    text = form.get("refresh_token", "")
    target, seconds, refresh_seconds = _asked(cell, form)
    if text[:3] not in (REFRESH, REFRESH_SWAPPED):
        try:
            read_local(cell.unit, text, cell.url)
        except TokenError:
            raise _unreadable("parse") from None
        raise GrantRefused("PR400-AN-0013", "Not a refresh token.", "invalid_grant")
    try:
        old = read_local(cell.unit, text, cell.url)
    except TokenError as error:
        raise _unreadable(error.fault) from None
    if old.expired(cell.unit.now()):
        raise _unreadable("expired")
    token = replace(old, mark=OWN, issued=cell.unit.now(), seconds=seconds)
    if old.mark == REFRESH_SWAPPED:
        return _swapped(cell, token)
    return _tokens(cell, token, target, refresh_seconds, {})


def _swap(cell: Cell, form: dict[str, str]) -> Response:
    """A token of another cell, made for this one, becomes one of this cell; its roles here are fixed from now on."""
    try:
        token = read_transcell(cell.unit, form.get("assertion", ""))
    except TokenError as error:
        raise _unreadable(error.fault) from None
    if token.expired(cell.unit.now()):
        raise _unreadable("expired")
    if token.target != cell.url:
        raise GrantRefused("PR400-AN-0012", f"Token target is wrong. target=[{token.target}]", "invalid_grant")
    return _swapped(cell, replace(token, issued=cell.unit.now(), seconds=ACCESS_SECONDS))


def _swapped(cell: Cell, token: Token) -> Response:
    """`token` carries the roles at home; the access token those here."""
    here = tuple(cell.role_url(role) for role in roles_of_stranger(cell, token))
    access = replace(token, mark=SWAPPED, roles=here)
    refresh = replace(token, mark=REFRESH_SWAPPED, seconds=REFRESH_SECONDS)
    return as_json(
        {
            "access_token": write_local(cell.unit, access, cell.url),
            "refresh_token_expires_in": REFRESH_SECONDS,
            "refresh_token": write_local(cell.unit, refresh, cell.url),
            "scope": token.scope,
            "token_type": "Bearer",
            "expires_in": token.seconds,
        }
    )


def _tokens(
    cell: Cell, token: Token, target: str, refresh_seconds: int, history: dict[str, Any], cookie: bool = False
) -> Response:
    unit = cell.unit
    access = write_local(unit, token, cell.url)
    if target != cell.url:
        account = cell.sets["Account"].find({"Name": token.subject})
        roles = tuple(cell.role_url(role) for role in account.linked("Role")) if account is not None else ()
        subject = f"{cell.url}#{token.subject}"
        access = write_transcell(unit, replace(token, mark="", subject=subject, target=target, roles=roles))
    body: dict[str, Any] = {
        "access_token": access,
        "refresh_token_expires_in": refresh_seconds,
        "refresh_token": write_local(unit, replace(token, mark=REFRESH, seconds=refresh_seconds), cell.url),
        **history,
        "p_target": target,
        "token_type": "Bearer",
        "expires_in": token.seconds,
    }
    if token.scope:
        body["scope"] = token.scope
    headers = [("Location", f"{target}__token")]
    if cookie:
        peer = str(uuid.uuid4())
        body["p_cookie_peer"] = peer
        value = f"p_cookie={peer}.{access};Version=0;Comment=;Domain=localhost;Path=/{cell.name}/"
        headers.append(("Set-Cookie", value))
    return as_json(body, 200, headers)


def _must_change(cell: Cell, name: str, credential: Credential) -> Response:
    token = Token(CHANGE_PASSWORD, name, cell.url, cell.unit.now(), CHANGE_SECONDS)
    body = {
        "access_token": write_local(cell.unit, token, cell.url),
        "last_authenticated": credential.last_authenticated,
        "error_description": "[PR401-AN-0023] - The password should be changed.",
        "failed_count": credential.failed_count,
        "error": "invalid_grant",
        "url": f"{cell.url}__mypassword",
    }
    return as_json(body, 401, [("WWW-Authenticate", f'Basic realm="{cell.url}"')])


def _asked(cell: Cell, form: dict[str, str]) -> tuple[str, int, int]:
    """The cell (or unit) aimed at, and how many seconds both tokens shall live."""
    target = form.get("p_target", cell.url)
    target = target if target.endswith("/") else f"{target}/"
    if not is_cell_url(target):
        raise GrantRefused("PR400-AN-0002", "Invalid p_target.", "invalid_request")
    return (
        target,
        _seconds(form, "expires_in", ACCESS_SECONDS),
        _seconds(form, "refresh_token_expires_in", REFRESH_SECONDS),
    )


def _seconds(form: dict[str, str], name: str, most: int) -> int:
    text = form.get(name, str(most))
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise missing(name)
    return int(text)


def _scope(form: dict[str, str]) -> str:
    asked = form.get("scope", "root").split()
    return " ".join(scope for scope in asked if scope in SCOPES)


def _may_come(account: Entity) -> bool:
    """From this address; the simulator's callers all come from its own machine."""
    allowed = account.values["IPAddressRange"]
    return allowed is None or any(ip_address("127.0.0.1") in ip_network(part) for part in allowed.split(","))


def _app(cell: Cell, request: Request, form: dict[str, str]) -> str:
    """The schema that an app proved with its own token for this cell; "" for none."""
    client, secret = form.get("client_id"), form.get("client_secret", "")
    basic = request.header("Authorization")
    if client is None and basic is not None and basic.startswith("Basic "):
        client, _, secret = b64decode(basic.removeprefix("Basic ")).decode().partition(":")
        client = unquote(client)
    if client is None:
        return ""
    try:
        token = read_transcell(cell.unit, secret)
        if token.expired(cell.unit.now()) or token.target != cell.url:
            raise TokenError("parse")
    except TokenError:
        raise GrantRefused("PR400-AN-0003", "Failed to parse client assertion.", "invalid_client") from None
    if token.issuer != client:
        raise GrantRefused("PR400-AN-0006", "Client secret issuer does not match the client_id.", "invalid_client")
    return client + ("#c" if f"{client}__role/__/confidentialClient" in token.roles else "")


def _unreadable(fault: str) -> GrantRefused:
    code, message = {
        "parse": ("PR400-AN-0009", "Token parse error."),
        "expired": ("PR400-AN-0010", "Token expired or invalid."),
        "signature": ("PR400-AN-0011", "Token dsig is invalid."),
    }[fault]
    return GrantRefused(code, message, "invalid_grant")
