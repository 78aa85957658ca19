"""azukari box: records in boxes of one's own, and who is let in."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.terminal.command_line import Group
from wallet_cli.errors import InputError, WalletError
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.moments import parse_moment
from wallet_cli.output import find_account

if TYPE_CHECKING:
    from pds_adapter.sealing import keys
    from pds_adapter.sealing.keys import KeyPair, PublicKey
    from wallet_cli import operator_files
    from wallet_cli import sealed_records as sealing
    from wallet_cli.bank_client import boxes as bank_boxes
    from wallet_cli.bank_client.boxes import RecordsFace
    from wallet_cli.views import boxes as views
else:
    bank_boxes = later("wallet_cli.bank_client.boxes")
    keys = later("pds_adapter.sealing.keys")
    operator_files = later("wallet_cli.operator_files")
    sealing = later("wallet_cli.sealed_records")
    views = later("wallet_cli.views.boxes")

MYSELF = "me"
"""Of `--to`, where somebody acts for another account."""

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)

BoxName = Annotated[str, typer.Argument()]
RecordName = Annotated[str, typer.Argument()]
Fields = Annotated[list[str] | None, typer.Option("--field")]
Labels = Annotated[list[str] | None, typer.Option("--label")]
Links = Annotated[list[str] | None, typer.Option("--link")]
To = Annotated[str, typer.Option()]
Owner = Annotated[str | None, typer.Option()]
Elsewhere = Annotated[bool, typer.Option("--elsewhere")]


@command(app, "apps")
def apps(invocation: Invocation) -> None:
    found = invocation.client.boxes.apps()
    invocation.output.result({"apps": found}, views.apps(invocation.messages, found))


@command(app, "put", "diary 2026-11-29 --field mood=calm --label tea")
def put(
    invocation: Invocation,
    box: BoxName,
    record: RecordName,
    field: Fields = None,
    json_file: Annotated[Path | None, typer.Option("--json-file")] = None,
    label: Labels = None,
    link: Links = None,
    owner: Owner = None,
    elsewhere: Elsewhere = False,
) -> None:
    fields = {} if json_file is None else operator_files.read_object(json_file)
    made = sealing.Record(fields | _fields(field), tuple(label or ()), _links(link))
    face, opened, pair = _opened(invocation, box, owner, elsewhere)
    kept = sealing.put(face, opened, pair, record, made)
    invocation.output.result(kept, invocation.messages("done-record-kept", box=box, name=record))


@command(app, "get", "diary 2026-11-29")
def get(
    invocation: Invocation, box: BoxName, record: RecordName, owner: Owner = None, elsewhere: Elsewhere = False
) -> None:
    face, opened, pair = _opened(invocation, box, owner, elsewhere)
    found = sealing.get(face, opened, pair, record)
    invocation.output.result(_document(record, found), views.records(invocation.messages, {record: found}))


@command(app, "find", "diary --field mood=calm")
def find(
    invocation: Invocation,
    box: BoxName,
    field: Fields = None,
    label: Labels = None,
    link: Links = None,
    owner: Owner = None,
    elsewhere: Elsewhere = False,
) -> None:
    face, opened, pair = _opened(invocation, box, owner, elsewhere)
    closed: list[str] = []
    found = sealing.find(face, opened, pair, _fields(field), label or (), _links(link), closed.append)
    document = {"records": [_document(name, one) for name, one in found.items()], "closed": closed}
    invocation.output.result(document, views.records(invocation.messages, found))
    if closed:
        as_delegate = bool(opened.delegates) and (owner is not None or invocation.ward is not None)
        is_own = not elsewhere and owner is None and invocation.ward is None
        ended = "done-records-closed-to-delegate" if as_delegate else "done-records-closed"
        ended = "done-records-closed-to-new-key" if is_own else ended
        invocation.output.say(invocation.messages(ended, count=len(closed), box=box))


@command(app, "remove", "diary 2026-11-29")
def remove(invocation: Invocation, box: BoxName, record: RecordName) -> None:
    gone = invocation.client.boxes.remove(invocation.signer.account, box, record)
    if not gone.removed:
        raise WalletError(said("rule-no-such-record", box=box, name=record), said("hint-box-find", box=box))
    invocation.output.result(gone, invocation.messages("done-record-removed", box=box, name=record))


@command(app, "grant", "diary --to tea-diary --until +30d --write")
def grant(
    invocation: Invocation,
    box: BoxName,
    to: To,
    until: Annotated[str, typer.Option()],
    write: Annotated[bool, typer.Option("--write")] = False,
    yes: Yes = False,
) -> None:
    say, end = invocation.messages, parse_moment(until, invocation.clock(), "--until")
    if invocation.ward is not None:
        _enter(invocation, box, to, end, write, yes)
        return
    grantee, name, key = _grantee(invocation, to)
    told = {"grantee": name, "box": box, "until": say.moment(end)}
    invocation.confirm(say("ask-grant-box", may="write" if write else "read", **told), yes)
    face = invocation.client.boxes
    here = (invocation.signer, invocation.connection.url, face)
    count = sealing.let_in(*here, _own(invocation, box), grantee, key, end, write)
    document = {"box": box, "grantee": grantee, "until": end, "may_write": write, "records_sealed": count}
    invocation.output.result(document, say("done-box-granted", count=str(count), **told))


def _enter(invocation: Invocation, box: str, to: str, end: int, write: bool, yes: bool) -> None:
    """As the delegate of a ward, into one of its boxes."""
    if to != MYSELF:
        raise InputError("--to", said("rule-delegate-itself"))
    say, own, signer = invocation.messages, invocation.client.account, invocation.signer
    told = {"grantee": own, "box": box, "until": say.moment(end)}
    invocation.confirm(say("ask-grant-box", may="write" if write else "read", **told), yes)
    sealing.let_oneself_in(signer, invocation.connection.url, invocation.client.boxes, box, own, end, write)
    document = {"box": box, "owner": signer.account, "grantee": own, "until": end, "may_write": write}
    invocation.output.result(document, say("done-box-entered", **told))


@command(app, "revoke", "diary --to tea-diary")
def revoke(invocation: Invocation, box: BoxName, to: To) -> None:
    grantee = invocation.client.account if invocation.ward is not None and to == MYSELF else to
    ended = invocation.client.boxes.revoke(box, grantee)
    invocation.output.result(ended, invocation.messages("done-box-revoked", grantee=to, box=box))


@command(app, "grants")
def grants(invocation: Invocation) -> None:
    face = invocation.client.boxes
    given, received = face.grants(), face.received()
    document = {"given": given, "received": received}
    invocation.output.result(document, views.grants(invocation.messages, [*given, *received]))


@command(app, "log")
def log(invocation: Invocation) -> None:
    found = invocation.client.boxes.readings()
    invocation.output.result({"readings": found}, views.readings(invocation.messages, found))


def _opened(
    invocation: Invocation, box: str, owner: str | None, elsewhere: bool
) -> "tuple[RecordsFace, sealing.Box, KeyPair]":
    """My own box, or one that I am let into: at this bank, or at one where I have no account."""
    pair = keys.KeyPair.from_wallet_key(bytes(invocation.key.key))
    face: RecordsFace = invocation.client.boxes
    if elsewhere:
        calls = bank_boxes.SignedCalls(invocation.connection, invocation.key.address, invocation.key)
        face = bank_boxes.RecordsFace(calls)
    elif owner is None and invocation.ward is None:
        return face, _own(invocation, box), pair
    wanted = invocation.ward if owner is None else find_account(owner, "--owner")
    known = [one for one in face.received() if one.box == box]
    found = [one for one in known if wanted in (None, one.owner)]
    if len(found) != 1:
        open_here = ", ".join(one.owner for one in known)
        rule = said("rule-box-of", names=open_here) if known else said("rule-box-of-nobody", box=box)
        raise InputError("--owner", rule, None if known else said("hint-box-grants"))
    ledger = invocation.proven_to_strangers if elsewhere else invocation.proven
    proven = ledger.anybody(found[0].owner)
    own = invocation.key.address
    return face, sealing.received_box(found[0], pair, invocation.connection.url, proven, own), pair


def _own(invocation: Invocation, box: str) -> "sealing.Box":
    def key_of(account: str) -> str:
        return invocation.proven.anybody(account).word.key

    return sealing.own_box(invocation.signer, invocation.connection.url, box, invocation.client.boxes, key_of)


def _grantee(invocation: Invocation, to: str) -> "tuple[str, str, PublicKey]":
    """Id, what to call it, and key: of an app, or from a person's file."""
    known = {one.app_id: one for one in invocation.client.boxes.apps()}
    if to in known:
        return to, known[to].name, keys.PublicKey.from_hex(known[to].encryption_key)
    path = Path(to)
    if not path.is_file():
        raise InputError("--to", said("rule-no-such-app"))
    account, key = operator_files.read_identity(path)
    return account, account, keys.PublicKey.from_hex(key)


def _fields(given: list[str] | None) -> dict[str, Any]:
    """NAME=VALUE; a value that is a whole number, true or false in JSON is taken as such."""
    found: dict[str, Any] = {}
    for one in given or ():
        name, is_given, text = one.partition("=")
        if not name or not is_given:
            raise InputError("--field", said("rule-field-value"))
        found[name] = _value(text)
    return found


def _value(text: str) -> str | int | bool:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, bool | int | str) else text


def _links(given: list[str] | None) -> tuple[tuple[str, str], ...]:
    parts = [one.rpartition("=") for one in given or ()]
    return tuple((rel, other) for rel, _, other in parts)


def _document(name: str, record: "sealing.Record") -> dict[str, Any]:
    links = [{"rel": rel, "to": other} for rel, other in record.links]
    return {"name": name, "fields": dict(record.fields), "labels": list(record.labels), "links": links}
