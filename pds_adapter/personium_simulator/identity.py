"""What else of a cell is about who one is: a token looked into, one's own password, the certificate."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pds_adapter.personium_simulator.acl import ask_cell, refuse
from pds_adapter.personium_simulator.callers import caller_of
from pds_adapter.personium_simulator.exchange import Refused, Request, Response, as_json
from pds_adapter.personium_simulator.passwords import make
from pds_adapter.personium_simulator.tokens import SWAPPED, Token, TokenError, read_local, read_transcell
from pds_adapter.personium_simulator.unit import Cell


def introspect(cell: Cell, request: Request) -> Response:
    """Only for the unit, or for a token that carries the same app (RFC 7662)."""
    caller = caller_of(cell.unit, cell, request, basic=True)
    if not (caller.master or caller.unit_user or caller.schema):
        raise refuse(cell.unit, cell, caller, basic=True)
    text = request.form().get("token", "")
    try:
        local = text[2:3] == "~"
        token = read_local(cell.unit, text, cell.url) if local else read_transcell(cell.unit, text)
    except TokenError:
        return as_json({"active": False})
    aimed_here = local or token.target == cell.url
    same_app = caller.master or bool(caller.unit_user) or token.schema == caller.schema
    if token.expired(cell.unit.now()) or not aimed_here or not same_app:
        return as_json({"active": False})
    return as_json(_told(cell, token))


def _told(cell: Cell, token: Token) -> dict[str, Any]:
    at = token.issued // 1000
    own = token.mark not in ("", SWAPPED)
    told: dict[str, Any] = {
        "sub": f"{cell.url}#{token.subject}" if own else token.subject,
        "iss": token.issuer if token.mark == "" else cell.url,
        "active": True,
        "exp": at + token.seconds,
        "iat": at,
        "client_id": token.schema,
        "p_roles": list(token.roles),
    }
    if not own:
        told["aud"] = token.target if token.mark == "" else None
    return told


def change_password(cell: Cell, request: Request) -> Response:
    if request.method != "PUT":
        raise Refused("PR405-MC-0001")
    caller = caller_of(cell.unit, cell, request, basic=False)
    if caller.account is None:
        raise refuse(cell.unit, cell, caller, basic=False)
    password = request.header("X-Personium-Credential")
    if password is None:
        raise Refused("PR400-AU-0003")
    caller.account.holds = make(password)
    if caller.account.values["Status"] == "passwordChangeRequired":
        caller.account.values["Status"] = "active"
    caller.account.touch(cell.unit.now())
    return Response(204)


def certificates(cell: Cell) -> Response:
    """The public key in the form of RFC 7517."""
    key = cell.unit.signing_key.public_key()
    digest = hashes.Hash(hashes.SHA256())
    digest.update(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    numbers = key.public_numbers()
    return as_json(
        {
            "keys": [
                {
                    "kty": "RSA",
                    "alg": "RS256",
                    "kid": str(UUID(bytes=digest.finalize()[:16])),
                    "n": _base64(numbers.n),
                    "e": _base64(numbers.e),
                }
            ]
        }
    )


def _base64(number: int) -> str:
    return urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).decode().rstrip("=")


def role(cell: Cell, segments: list[str], request: Request) -> Response:
    """`__role/<box>/<name>`: the address that stands for a role."""
    ask_cell(cell, request, "auth", writing=False)
    found = cell.role_at(f"{cell.url}__role/{'/'.join(segments)}")
    if found is None:
        raise Refused("PR404-OD-0002")
    return as_json({"Name": found.values["Name"], "_Box.Name": found.values["_Box.Name"]})
