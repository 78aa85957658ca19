"""azukari credential: what a source signs of somebody, shown claim by claim; no bank is needed."""

import json
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.terminal.command_line import Group
from wallet_cli.errors import InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.invocation import Invocation, command
from wallet_cli.later import later
from wallet_cli.messages import Messages
from wallet_cli.moments import parse_moment
from wallet_cli.output import find_account

if TYPE_CHECKING:
    from bank_api.protocol import sd_jwt
    from chaincode import jws
    from wallet_cli import given_file, issued, layout, operator_files, private_file, pulled
else:
    given_file = later("wallet_cli.given_file")
    issued = later("wallet_cli.issued")
    jws = later("chaincode.jws")
    layout = later("wallet_cli.layout")
    operator_files = later("wallet_cli.operator_files")
    private_file = later("wallet_cli.private_file")
    pulled = later("wallet_cli.pulled")
    sd_jwt = later("bank_api.protocol.sd_jwt")

CHECK = re.compile(r"(?P<name>[^<>=]+)(?P<how>[<>])(?P<bound>-?\d+)")

TIMES = ("valid_from", "valid_until")
"""Claims of a consent's receipt that are unix seconds."""

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)

Out = Annotated[Path, typer.Option()]
File = Annotated[Path, typer.Argument()]
Audience = Annotated[str | None, typer.Option()]
Nonce = Annotated[str, typer.Option()]


@command(app, "key", "--out holder.json")
def key(invocation: Invocation, out: Out) -> None:
    jwk = jws.public_jwk(invocation.key)
    private_file.write_private(out, json.dumps(jwk).encode(), "--out")
    invocation.output.result({"file": str(out), "jwk": jwk}, invocation.messages("done-credential-key", file=str(out)))


@command(app, "issue", 'facts.json --to holder.json --kind payslip --check "income<5000000" --out hanako.sdjwt')
def issue(
    invocation: Invocation,
    facts: Annotated[Path, typer.Argument()],
    to: Annotated[Path, typer.Option()],
    kind: Annotated[str, typer.Option()],
    out: Out,
    until: Annotated[str | None, typer.Option()] = None,
    check: Annotated[list[str] | None, typer.Option("--check")] = None,
) -> None:
    claims = dict(operator_files.read_object(facts))
    claims |= dict(_checked(claims, text) for text in check or ())
    holder, now = operator_files.read_object(to), invocation.clock()
    end = None if until is None else parse_moment(until, now, "--until")
    with translated_errors():
        sd_jwt.address_of(holder)
        made = sd_jwt.issue(claims, kind, sd_jwt.KeyInHand(invocation.key), holder, now, end, secrets.token_bytes)
    private_file.write_private(out, made.to_text().encode(), "--out")
    told = invocation.messages("done-credential-issued", count=len(claims), file=str(out))
    invocation.output.result({"file": str(out), "claims": list(claims), "issuer": invocation.key.address}, told)


@command(app, "fetch", "https://payroll.example --kind payslip --client-id azukari --out payslip.sdjwt")
def fetch(
    invocation: Invocation,
    source: Annotated[str, typer.Argument()],
    kind: Annotated[str, typer.Option()],
    client_id: Annotated[str, typer.Option()],
    out: Out,
    port: Annotated[int, typer.Option(min=0, max=65535)] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser")] = True,
) -> None:
    say, key = invocation.messages, invocation.key
    returned = pulled.listening(say("done-pull-come-back"), port)

    def ask(address: str) -> None:
        invocation.output.say(say("done-pull-agree", url=address))
        if browser:
            typer.launch(address)

    credential, found = issued.fetch(source, kind, key, invocation.clock(), client_id, returned, ask)
    private_file.write_private(out, credential.to_text().encode(), "--out")
    document = {"file": str(out), "issuer": found.issuer, "kind": found.kind, "claims": list(found.claims)}
    told = say("done-credential-fetched", count=len(found.claims), issuer=found.issuer, file=str(out))
    invocation.output.result(document, told)


@command(app, "show", "hanako.sdjwt --claim age --audience https://bank.example --nonce 8c2f --out shown.sdjwt")
def show(
    invocation: Invocation,
    credential: File,
    audience: Annotated[str, typer.Option()],
    nonce: Nonce,
    out: Out,
    claim: Annotated[list[str] | None, typer.Option("--claim")] = None,
) -> None:
    kept = _read(credential)
    with translated_errors():
        shown = sd_jwt.show(kept, claim or [], invocation.key, audience, nonce, invocation.clock())
    private_file.write_private(out, shown.to_text().encode(), "--out")
    told = invocation.messages("done-credential-shown", count=len(shown.disclosures), file=str(out))
    invocation.output.result({"file": str(out), "claims": claim or []}, told)


@command(app, "verify", "shown.sdjwt --issuer 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf")
def verify(
    invocation: Invocation,
    credential: File,
    issuer: Annotated[str, typer.Option()],
    audience: Audience = None,
    nonce: Annotated[str | None, typer.Option()] = None,
) -> None:
    if nonce is not None and audience is None:
        raise InputError("--nonce", said("rule-nonce-without-audience"))
    signer = find_account(issuer, "--issuer")
    with translated_errors():
        found = sd_jwt.verify(_read(credential), signer, invocation.clock(), audience, nonce)
    say = invocation.messages
    document = {
        "issuer": found.issuer,
        "holder": found.holder,
        "kind": found.kind,
        "issued_at": found.issued_at,
        "expires_at": found.expires_at,
        "shown_by_holder": found.is_shown_by_holder,
        "claims": dict(found.claims),
    }
    rows = [(name, _shown(say, name, value)) for name, value in found.claims.items()]
    title = say("line-credential", kind=found.kind, issuer=found.issuer)
    invocation.output.result(document, layout.facts(title, rows))


def _shown(say: Messages, name: str, value: Any) -> str:
    """A claim as people read it: of a receipt's times the moment stands before the seconds that are signed."""
    text = json.dumps(value, ensure_ascii=False)
    return f"{say.moment(value)} ({text})" if name in TIMES and type(value) is int else text


def _checked(claims: dict[str, Any], text: str) -> tuple[str, bool]:
    """`income<5000000` as a claim by that name: yes or no, and the amount need not be shown."""
    match = CHECK.fullmatch(text)
    value: Any = None if match is None else claims.get(match["name"])
    if match is None or type(value) not in (int, float):
        raise InputError("--check", said("rule-credential-check"))
    bound = int(match["bound"])
    return text, bool(value < bound if match["how"] == "<" else value > bound)


def _read(path: Path) -> "sd_jwt.Credential":
    with translated_errors():
        return sd_jwt.Credential.from_text(given_file.read_text(path, "CREDENTIAL"))
