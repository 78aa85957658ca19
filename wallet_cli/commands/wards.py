"""azukari member delegate, delegations, end-delegation; board propose-guardian, approve-guardian; operator appoint."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from wallet_cli.commands.offices import address
from wallet_cli.errors import InputError
from wallet_cli.given_file import read_given
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.moments import parse_moment
from wallet_cli.output import find_by_prefix

if TYPE_CHECKING:
    from bank_api.protocol import appointment as shapes
    from chaincode import bindings
    from chaincode.bindings import Scope
    from pds_adapter.sealing import canonical
    from wallet_cli import handed_file as files
    from wallet_cli.signing import wards as signing
    from wallet_cli.views import wards as views
else:
    bindings = later("chaincode.bindings")
    canonical = later("pds_adapter.sealing.canonical")
    files = later("wallet_cli.handed_file")
    shapes = later("bank_api.protocol.appointment")
    signing = later("wallet_cli.signing.wards")
    views = later("wallet_cli.views.wards")

MAY = ("survey", "consent", "coin", "coupon", "draw", "escrow")
"""Parts of the bank in which somebody may act for a member."""

May = Annotated[list[str], typer.Option()]
File = Annotated[Path, typer.Argument()]
Out = Annotated[Path, typer.Option()]


def add_delegation_commands(app: typer.Typer) -> None:
    """They belong to `azukari member`."""
    command(app, "delegate", "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf --may survey --may consent")(delegate)
    command(app, "delegations", listing=True)(delegations)
    command(app, "end-delegation", "0x7E5F")(end_delegation)


def add_guardian_commands(app: typer.Typer) -> None:
    """They belong to `azukari board`."""
    people = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf 0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF"
    command(app, "propose-guardian", f"{people} --may survey --evidence order.pdf --out guardian.json")(propose)
    command(app, "approve-guardian", "guardian.json --out guardian-2.json")(approve)


def add_appointing_command(app: typer.Typer) -> None:
    """It belongs to `azukari operator`."""
    command(app, "appoint", "guardian-2.json")(appoint)


def delegate(
    invocation: Invocation,
    account: Annotated[str, typer.Argument()],
    may: May,
    until: Annotated[str, typer.Option()] = "+365d",
    yes: Yes = False,
) -> None:
    say, who, scope = invocation.messages, address(account, "ACCOUNT"), _scope(may)
    ends = parse_moment(until, invocation.clock(), "--until")
    signed = signing.delegate(invocation.signer, who, scope, ends)
    told = {"account": who, "scopes": views.scopes_told(say, may), "until": say.moment(ends)}
    invocation.confirm(say("ask-delegate", **told), yes)
    invocation.output.result(invocation.client.send(signed), say("done-delegated", **told))


def delegations(invocation: Invocation) -> None:
    found = invocation.client.wards.delegations()
    invocation.output.result(found, views.delegations(invocation.messages, found))


def end_delegation(
    invocation: Invocation, account: Annotated[str | None, typer.Argument()] = None, yes: Yes = False
) -> None:
    say, given = invocation.messages, invocation.client.wards.delegations().given
    live = [one.delegate for one in given if one.state in ("active", "waiting")]
    who = find_by_prefix(account, (one.delegate for one in given), "ACCOUNT", live)
    invocation.confirm(say("ask-end-delegation", account=who), yes)
    receipt = invocation.client.send(signing.end_delegation(invocation.signer, who))
    invocation.output.result(receipt, say("done-delegation-ended", account=who))


def propose(
    invocation: Invocation,
    ward: Annotated[str, typer.Argument()],
    guardian: Annotated[str, typer.Argument()],
    may: May,
    evidence: Annotated[Path, typer.Option()],
    out: Out,
    until: Annotated[str, typer.Option()] = "+365d",
    yes: Yes = False,
) -> None:
    say, salt = invocation.messages, secrets.token_bytes(32)
    hashed = canonical.commit(salt, read_given(evidence, "--evidence"))
    ends = parse_moment(until, invocation.clock(), "--until")
    who, whom = address(ward, "WARD"), address(guardian, "GUARDIAN")
    body = signing.propose_guardian(invocation.signer, who, whom, _scope(may), ends, hashed)
    _ask(invocation, body, yes)
    files.write_handed(out, body)
    document = {"file": str(out), "evidence_salt": salt.hex()}
    text = f"{say('done-recovery-approved', count=1, file=str(out))}\n{say('word-salt-kept', salt=salt.hex())}"
    invocation.output.result(document, text)


def approve(invocation: Invocation, file: File, out: Out, yes: Yes = False) -> None:
    body = files.read_handed(file, shapes.AppointmentBody, "rule-no-appointment")
    _ask(invocation, body, yes)
    approved = signing.approve_guardian(invocation.signer, body)
    files.hand_on(invocation, out, approved, 1 + len(approved.approvals))


def appoint(invocation: Invocation, file: File) -> None:
    body = files.read_handed(file, shapes.AppointmentBody, "rule-no-appointment")
    words = signing.words_of(body)
    receipt = invocation.client.wards.appoint(body)
    invocation.records.check_words(words, body.model_dump(mode="json"), receipt)
    told = invocation.messages("done-appointed", account=words.account, guardian=words.guardian)
    invocation.output.result(receipt, told)


def _ask(invocation: Invocation, body: "shapes.AppointmentBody", yes: bool) -> None:
    say, words = invocation.messages, signing.words_of(body)
    names = [one for one in MAY if words.scope & bindings.Scope[one.upper()]]
    told = {"scopes": views.scopes_told(say, names), "until": say.moment(words.until)}
    invocation.confirm(say("ask-appoint", account=words.account, guardian=words.guardian, **told), yes)


def _scope(names: list[str]) -> "Scope":
    unknown = [name for name in names if name not in MAY]
    if unknown:
        raise InputError("--may", said("rule-one-of", names=", ".join(MAY)))
    scope = bindings.Scope(0)
    for name in names:
        scope |= bindings.Scope[name.upper()]
    return scope
