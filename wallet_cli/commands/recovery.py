"""azukari recovery: who may replace a lost key, and replacing it. A recovery is a file that goes from hand to hand."""

import json
import secrets
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from bank_api.protocol.messages.said import said
from bank_api.protocol.recovery import RecoveryBody
from chaincode.ids import to_hex
from pds_adapter.sealing.canonical import commit
from wallet_cli.command_line import Group
from wallet_cli.errors import InputError
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.moments import parse_length
from wallet_cli.operator_files import read_object
from wallet_cli.output import facts
from wallet_cli.private_file import write_private
from wallet_cli.signing.recovery import approve_recovery, ask_recovery, name_guardians, veto_recovery, words_of

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)

File = Annotated[Path, typer.Argument()]
Out = Annotated[Path, typer.Option()]


@command(app, "guardians", "0x7E5F... 0x2B5A... 0x6813... --threshold 2")
def guardians(
    invocation: Invocation,
    people: Annotated[list[str], typer.Argument()],
    threshold: Annotated[int, typer.Option()],
    wait: Annotated[str, typer.Option()] = "7d",
) -> None:
    seconds = parse_length(wait, "--wait")
    receipt = invocation.client.send(name_guardians(invocation.signer, people, threshold, seconds))
    text = invocation.messages("done-guardians", threshold=threshold, count=len(set(people)), wait=wait)
    invocation.output.result(receipt, text)


@command(app, "ask", "0x7E5F... --wallet new --evidence passport.pdf --out recovery.json")
def ask(
    invocation: Invocation,
    account: Annotated[str, typer.Argument()],
    evidence: Annotated[Path, typer.Option()],
    out: Out,
) -> None:
    try:
        record = evidence.read_bytes()
    except OSError as error:
        raise InputError(
            "--evidence", said("rule-file-cannot-be-read", file=str(evidence), why=str(error.strerror))
        ) from error
    salt, say = secrets.token_bytes(32), invocation.messages
    body = ask_recovery(invocation.signer_for(account), account, commit(salt, record))
    _write(out, body)
    document = {"file": str(out), "recovery_id": to_hex(words_of(body).recovery_id), "evidence_salt": salt.hex()}
    rows = [
        (say("word-account"), account),
        (say("word-new-key"), words_of(body).new_key),
        (say("word-evidence-salt"), say("word-salt-kept", salt=salt.hex())),
    ]
    invocation.output.result(document, facts(say("word-recovery"), rows))


@command(app, "approve", "recovery.json --out recovery-2.json")
def approve(invocation: Invocation, file: File, out: Out, yes: Yes = False) -> None:
    body = _read(file)
    words = words_of(body)
    invocation.confirm(invocation.messages("ask-recovery", account=words.account, key=words.new_key), yes)
    approved = approve_recovery(invocation.signer, body)
    _write(out, approved)
    count = len(approved.approvals)
    text = invocation.messages("done-recovery-approved", count=count, file=str(out))
    invocation.output.result({"file": str(out), "approvals": count}, text)


@command(app, "begin", "recovery-2.json")
def begin(invocation: Invocation, file: File, by_operator: Annotated[bool, typer.Option("--operator")] = False) -> None:
    body, face = _read(file), invocation.client.recovery
    receipt = face.propose(body) if by_operator else face.begin(body)
    invocation.output.result(receipt, invocation.messages("done-recovery-begun", id=receipt.id))


@command(app, "complete", "recovery-2.json")
def complete(invocation: Invocation, file: File) -> None:
    body = _read(file)
    words = words_of(body)
    receipt = invocation.client.recovery.complete(to_hex(words.recovery_id), body)
    invocation.output.result(receipt, invocation.messages("done-recovered", account=words.account))


@command(app, "veto", "0x3fd1...")
def veto(invocation: Invocation, recovery: Annotated[str, typer.Argument()], yes: Yes = False) -> None:
    invocation.confirm(invocation.messages("ask-veto-recovery"), yes)
    receipt = invocation.client.send(veto_recovery(invocation.signer, recovery))
    invocation.output.result(receipt, invocation.messages("done-recovery-vetoed"))


def _read(path: Path) -> RecoveryBody:
    try:
        return RecoveryBody.model_validate(read_object(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(str(path), said("rule-no-recovery", field=where)) from error


def _write(path: Path, body: RecoveryBody) -> None:
    write_private(path, json.dumps(body.model_dump(mode="json"), indent=1).encode(), "--out")
