"""Who asks: the Authorization header (or the cookie) turned into a caller and the roles it has here, at this moment.

A token that cannot be taken is no refusal yet: where everybody may read, it is never looked at. The target of a token
made for another cell is not checked when it is used as a bearer, as the unit does not.
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from dataclasses import dataclass
from typing import Final

from pds_adapter.personium_simulator.entities import Entity
from pds_adapter.personium_simulator.exchange import Refused, Request
from pds_adapter.personium_simulator.passwords import fits
from pds_adapter.personium_simulator.tokens import (
    CHANGE_PASSWORD,
    OWN,
    SWAPPED,
    Token,
    TokenError,
    read_local,
    read_transcell,
)
from pds_adapter.personium_simulator.unit import Cell, Unit

FAULTS: Final = {"parse": "PR401-AU-0006", "expired": "PR401-AU-0002", "signature": "PR401-AU-0008"}


@dataclass(frozen=True)
class Caller:
    master: bool = False
    account: Entity | None = None
    """An account of this very cell."""
    token: Token | None = None
    roles: tuple[Entity, ...] = ()
    unit_user: str | None = None
    """URL of a unit user."""
    unit_roles: tuple[str, ...] = ()
    refusal: Refused | None = None
    """Why the credentials cannot be taken; None with nothing else set: none were sent."""

    @property
    def schema(self) -> str:
        return self.token.schema if self.token is not None else ""

    @property
    def is_nobody(self) -> bool:
        return not (self.master or self.token or self.account or self.unit_user)


def challenges(unit: Unit, cell: Cell | None, basic: bool) -> tuple[str, ...]:
    realm = cell.url if cell is not None else f"{unit.url}/"
    bearer = f'Bearer realm="{realm}"'
    return (bearer, f'Basic realm="{realm}"') if basic else (bearer,)


def caller_of(unit: Unit, cell: Cell | None, request: Request, basic: bool) -> Caller:
    """`basic`: whether an account's name and password are taken here (in boxes)."""
    asked = challenges(unit, cell, basic)
    header = request.header("Authorization")
    if header is None:
        cookie = _cookie(request)
        if cookie is None:
            return Caller(refusal=Refused("PR401-AU-0001", challenges=asked))
        header = f"Bearer {cookie}"
    scheme, _, text = header.partition(" ")
    if scheme == "Basic":
        account = _by_password(cell, text) if basic and cell is not None else None
        if account is None:
            return Caller(refusal=Refused("PR401-AU-0011", challenges=asked))
        return Caller(account=account, roles=tuple(account.linked("Role")))
    if scheme != "Bearer":
        return Caller(refusal=Refused("PR401-AU-0003", challenges=asked[-1:]))
    if hmac.compare_digest(text.encode(), unit.master_token.encode()):
        return Caller(master=True)
    try:
        return _by_token(unit, cell, text)
    except TokenError as error:
        code = "PR401-AU-0007" if error.fault == "refresh" else FAULTS[error.fault]
        return Caller(refusal=Refused(code, challenges=asked))


def _by_token(unit: Unit, cell: Cell | None, text: str) -> Caller:
    if text[2:3] == "~":
        if text.startswith("R"):
            raise TokenError("refresh")
        if cell is None:
            raise TokenError("parse")
        return _local(unit, cell, read_local(unit, text, cell.url))
    token = read_transcell(unit, text)
    if token.expired(unit.now()):
        raise TokenError("expired")
    issuer = unit.cell_at(token.issuer)
    if token.target == f"{unit.url}/":
        if issuer is None or issuer.name not in unit.unit_user_issuers:
            return Caller(token=token)
        return Caller(token=token, unit_user=token.subject, unit_roles=tuple(r.rsplit("/", 1)[-1] for r in token.roles))
    return Caller(token=token, roles=roles_of_stranger(cell, token) if cell is not None else ())


def _local(unit: Unit, cell: Cell, token: Token) -> Caller:
    if token.expired(unit.now()):
        raise TokenError("expired")
    if token.mark == CHANGE_PASSWORD:
        account = cell.sets["Account"].find({"Name": token.subject})
        return Caller(account=account, refusal=Refused("PR401-AU-0012", challenges=challenges(unit, cell, True)))
    if token.mark == SWAPPED:
        frozen = [cell.role_at(url) for url in token.roles]
        return Caller(token=token, roles=tuple(role for role in frozen if role is not None))
    account = cell.sets["Account"].find({"Name": token.subject}) if token.mark == OWN else None
    if account is None:
        return Caller(refusal=Refused("PR401-AU-0001", challenges=challenges(unit, cell, False)))
    return Caller(account=account, token=token, roles=tuple(account.linked("Role")))


def roles_of_stranger(cell: Cell, token: Token) -> tuple[Entity, ...]:
    """What another cell's account is here: by its ExtCell, by that one's relations, and by its roles at home."""
    known = cell.sets["ExtCell"].find({"Url": token.issuer})
    if known is None:
        return ()
    roles = list(known.linked("Role"))
    for relation in known.linked("Relation"):
        roles += relation.linked("Role")
        for there in cell.sets["ExtRole"].all():
            mine = there.values["_Relation.Name"] == relation.values["Name"]
            if mine and there.values["ExtRole"] in token.roles:
                roles += there.linked("Role")
    return tuple(dict.fromkeys(roles))


def _cookie(request: Request) -> str | None:
    """The cookie counts only with its other half in the address."""
    text = (request.header("Cookie") or "").partition("p_cookie=")[2].partition(";")[0]
    peer = request.options.get("p_cookie_peer")
    return text.removeprefix(f"{peer}.") if text and peer and text.startswith(f"{peer}.") else None


def _by_password(cell: Cell | None, text: str) -> Entity | None:
    try:
        name, _, password = b64decode(text, validate=True).decode().partition(":")
    except ValueError:
        return None
    account = cell.sets["Account"].find({"Name": name}) if cell is not None else None
    if account is None or account.values["Status"] != "active" or not fits(account.holds, password):
        return None
    return account
