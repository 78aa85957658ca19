"""azukari pds grant, grants, revoke, log, receive: who may read which document, until when, and who did."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from wallet_cli.commands.pds_files import DocumentId, Version, chosen
from wallet_cli.errors import InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.moments import parse_moment
from wallet_cli.output import find_account, find_by_prefix, short

if TYPE_CHECKING:
    from pds_adapter.sealing import keys
    from pds_adapter.sealing.keys import PublicKey
    from wallet_cli import granted_files as granting
    from wallet_cli import operator_files
    from wallet_cli import sealed_files as sealing
    from wallet_cli.bank_client import boxes as bank_boxes
    from wallet_cli.bank_client import files as bank_files
    from wallet_cli.bank_client.files import ReceivedFilesFace
    from wallet_cli.views import files as views
else:
    bank_boxes = later("wallet_cli.bank_client.boxes")
    bank_files = later("wallet_cli.bank_client.files")
    keys = later("pds_adapter.sealing.keys")
    granting = later("wallet_cli.granted_files")
    operator_files = later("wallet_cli.operator_files")
    sealing = later("wallet_cli.sealed_files")
    views = later("wallet_cli.views.files")

Elsewhere = Annotated[bool, typer.Option("--elsewhere")]
GrantId = Annotated[str | None, typer.Argument()]


def add_file_grant_commands(app: typer.Typer) -> None:
    command(app, "grant", "0d3f --to bob.json --until +7d")(grant)
    command(app, "grants", listing=True)(grants)
    command(app, "revoke", "3c1a")(revoke)
    command(app, "log", listing=True)(log)
    command(app, "receive", "3c1a --out scan.pdf")(receive)


def grant(
    invocation: Invocation,
    to: Annotated[str, typer.Option()],
    until: Annotated[str, typer.Option()],
    document: DocumentId = None,
    version: Version = None,
    elsewhere: Elsewhere = False,
    yes: Yes = False,
) -> None:
    end = parse_moment(until, invocation.clock(), "--until")
    recipient, key = _recipient(invocation, to)
    found = sealing.own_files(invocation.client.files, invocation.signer)
    one = sealing.newest(found, chosen(found, document), version)
    say, cover = invocation.messages, sealing.cover_of(one)
    told = {"recipient": recipient, "title": cover.title, "until": say.moment(end)}
    invocation.confirm(say("ask-grant-file", version=str(cover.version), **told), yes)
    here = (invocation.client.file_grants, invocation.signer, invocation.connection.url)
    made = granting.grant_file(*here, one, recipient, key, end, elsewhere)
    invocation.output.result(made, say("done-file-granted", grant=made.grant_id, **told))


def grants(invocation: Invocation) -> None:
    face = invocation.client.file_grants
    given, received = face.given(), face.received()
    told = {"given": given, "received": received}
    invocation.output.result(told, views.grants(invocation.messages, [*given, *received], _titles(invocation)))


def revoke(invocation: Invocation, grant: GrantId = None) -> None:
    face = invocation.client.file_grants
    given = face.given()
    live = [one.grant_id for one in given if one.is_live]
    chosen_grant = find_by_prefix(grant, (one.grant_id for one in given), "GRANT", live)
    ended = face.revoke(chosen_grant)
    invocation.output.result(ended, invocation.messages("done-grant-ended", grant=short(ended.grant_id)))


def log(invocation: Invocation) -> None:
    found = invocation.client.file_grants.readings()
    invocation.output.result({"readings": found}, views.readings(invocation.messages, found, _titles(invocation)))


def receive(
    invocation: Invocation,
    grant: GrantId = None,
    out: Annotated[Path | None, typer.Option()] = None,
    elsewhere: Elsewhere = False,
) -> None:
    face: ReceivedFilesFace = _signing(invocation) if elsewhere else invocation.client.file_grants
    grant_id = find_by_prefix(grant, (one.grant_id for one in face.received()), "GRANT")
    handed = face.cover(grant_id)
    ledger = invocation.proven_to_strangers if elsewhere else invocation.proven
    own = invocation.key.address if elsewhere else invocation.client.account
    here = (invocation.connection.url, ledger.anybody(handed.owner), own, grant_id)
    cover = granting.received_cover(keys.KeyPair.from_wallet_key(bytes(invocation.key.key)), handed, *here)
    target = out or Path(Path(cover.title).name or cover.document)
    with invocation.output.progress() as bar:
        task = bar.add_task(cover.title, total=cover.chunks)
        sealing.get_file(
            cover, handed.owner, lambda index: face.chunk(grant_id, index), target,
            lambda done, whole: bar.update(task, completed=done, total=whole),
        )  # fmt: skip
    whose = {"grant_id": grant_id, "owner": handed.owner}
    told = whose | {"title": cover.title, "file": str(target), "size_bytes": cover.size_bytes}
    text = invocation.messages("done-file-got", title=cover.title, file=str(target), size=views.size(cover.size_bytes))
    invocation.output.result(told, text)


def _signing(invocation: Invocation) -> "ReceivedFilesFace":
    """At a bank where this wallet has no account: each call is signed."""
    calls = bank_boxes.SignedCalls(invocation.connection, invocation.key.address, invocation.key)
    return bank_files.ReceivedFilesFace(calls)


def _recipient(invocation: Invocation, to: str) -> "tuple[str, PublicKey]":
    """From the file that a person gave out, or of an account in office, whose key the ledger proves."""
    with translated_errors():
        if Path(to).is_file():
            account, text = operator_files.read_identity(Path(to))
            return account, keys.PublicKey.from_hex(text)
    if not to.startswith("0x") and not to.isdecimal():
        raise InputError("--to", said("rule-reader-file", given=to), said("hint-export-address"))
    account = find_account(to, "--to")
    return account, granting.key_of(invocation.client.file_grants, invocation.proven.account(account))


def _titles(invocation: Invocation) -> dict[str, str]:
    """Of one's own documents, for reading; a list of grants needs no key to be right."""
    found = sealing.own_files(invocation.client.files, invocation.signer)
    return {one.kept.document: one.cover.title for one in found if one.cover}
