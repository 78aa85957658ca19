"""azukari recovery: who may replace a lost key, and replacing it. A recovery is a file that goes from hand to hand."""

import re
import secrets
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.terminal.command_line import Group
from chaincode.ids import text_hash, to_hex
from wallet_cli.commands.rotating import add_rotation_commands, open_entrusted
from wallet_cli.errors import BankProblemError, EvidenceError, InputError
from wallet_cli.given_file import read_given
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.moments import parse_length
from wallet_cli.output import find_account, find_by_prefix

if TYPE_CHECKING:
    from bank_api.protocol import recovery as shapes
    from chaincode import traces
    from pds_adapter.sealing import canonical, keys
    from wallet_cli import entrusted_keys, granted_files, layout, operator_files
    from wallet_cli import handed_file as files
    from wallet_cli.signing import recovery as signing
    from wallet_cli.views import recoveries as views
else:
    canonical = later("pds_adapter.sealing.canonical")
    traces = later("chaincode.traces")
    entrusted_keys = later("wallet_cli.entrusted_keys")
    granted_files = later("wallet_cli.granted_files")
    keys = later("pds_adapter.sealing.keys")
    layout = later("wallet_cli.layout")
    operator_files = later("wallet_cli.operator_files")
    files = later("wallet_cli.handed_file")
    shapes = later("bank_api.protocol.recovery")
    signing = later("wallet_cli.signing.recovery")
    views = later("wallet_cli.views.recoveries")

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)
add_rotation_commands(app)

WHOLE_ID = re.compile(r"0x[0-9a-f]{64}")
File = Annotated[Path, typer.Argument()]
Out = Annotated[Path, typer.Option()]


@command(app, "guardians", "0x7E5F... 0x2B5A... 0x6813... --threshold 2")
def guardians(
    invocation: Invocation,
    people: Annotated[list[str], typer.Argument()],
    threshold: Annotated[int, typer.Option()],
    wait: Annotated[str, typer.Option()] = "7d",
    give_up: Annotated[bool, typer.Option("--give-up")] = False,
) -> None:
    """Who is named by the file of its address and key gets a share of this wallet's encryption key, too."""
    seconds, say = parse_length(wait, "--wait"), invocation.messages
    chosen = dict(_guardian(invocation, one) for one in people)
    if invocation.client.account in chosen:
        raise InputError("PEOPLE", said("rule-not-yourself"))
    told = _entrust(invocation, chosen, threshold, give_up)
    receipt = invocation.client.send(signing.name_guardians(invocation.signer, list(chosen), threshold, seconds))
    text = say("done-guardians", threshold=threshold, count=len(chosen), wait=wait)
    invocation.output.result(receipt, f"{text}\n{told}".rstrip())


@command(app, "status", "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf")
def status(invocation: Invocation, account: Annotated[str | None, typer.Argument()] = None) -> None:
    who = invocation.client.account if account is None else find_account(account, "ACCOUNT")
    found = invocation.public.recoveries(who)
    document = found.model_dump(mode="json")
    if account is not None:
        invocation.output.result(document, views.recoveries(invocation.messages, found))
        return
    holders = entrusted_keys.holders(invocation.client.kept_keys, invocation.signer)
    document |= {"entrusted": holders is not None and holders.opens} | ({} if holders is None else asdict(holders))
    words = [views.entrusted(invocation.messages, holders)]
    invocation.output.result(document, views.recoveries(invocation.messages, found, words))


@command(app, "ask", "0x7E5F... --wallet new --evidence passport.pdf --out recovery.json")
def ask(
    invocation: Invocation,
    account: Annotated[str, typer.Argument()],
    evidence: Annotated[Path, typer.Option()],
    out: Out,
) -> None:
    record, lost = read_given(evidence, "--evidence"), find_account(account, "ACCOUNT")
    salt, say = secrets.token_bytes(32), invocation.messages
    body = signing.ask_recovery(invocation.signer_for(lost), lost, canonical.commit(salt, record))
    files.write_handed(out, body)
    words = signing.words_of(body)
    document = {"file": str(out), "recovery_id": to_hex(words.recovery_id), "evidence_salt": salt.hex()}
    rows = [
        (say("word-account"), lost),
        (say("word-new-key"), words.new_key),
        (say("word-evidence-salt"), say("word-salt-kept", salt=salt.hex())),
    ]
    invocation.output.result(document, layout.facts(say("word-recovery"), rows))


@command(app, "approve", "recovery.json --out recovery-2.json")
def approve(invocation: Invocation, file: File, out: Out, yes: Yes = False) -> None:
    body = _read(file)
    words = signing.words_of(body)
    invocation.confirm(invocation.messages("ask-recovery", account=words.account, key=words.new_key), yes)
    approved = signing.approve_recovery(invocation.signer, body)
    new_key = keys.PublicKey.from_hex(body.encryption_key)
    given = (invocation.client.kept_keys, invocation.signer.encryption, words.account, words.recovery_id, new_key)
    if entrusted_keys.contribute(*given):
        invocation.output.say(invocation.messages("line-key-contributed", account=words.account))
    files.hand_on(invocation, out, approved, len(approved.approvals))


@command(app, "begin", "recovery-2.json")
def begin(invocation: Invocation, file: File, by_operator: Annotated[bool, typer.Option("--operator")] = False) -> None:
    body, face = _read(file), invocation.client.recovery
    receipt = face.propose(body) if by_operator else face.begin(body)
    invocation.records.check_words(signing.words_of(body), body.model_dump(mode="json"), receipt)
    invocation.output.result(receipt, invocation.messages("done-recovery-begun", id=receipt.id))


@command(app, "complete", "recovery-2.json")
def complete(invocation: Invocation, file: File) -> None:
    body = _read(file)
    words = signing.words_of(body)
    receipt = invocation.client.recovery.complete(to_hex(words.recovery_id), body)
    replaced = traces.account_trace(words.account, lambda word: word.key == words.new_key)
    invocation.records.check_trace("completion", replaced, body.model_dump(mode="json"), receipt)
    say = invocation.messages
    rows = [
        (say("word-account"), words.account),
        (say("word-new-key"), words.new_key),
        (say("word-documents-wrapped"), receipt.documents_wrapped),
        (say("word-documents-closed"), receipt.documents_closed),
    ]
    invocation.output.say(say("done-recovered", account=words.account))
    if invocation.key.address == words.new_key:
        _open_entrusted(invocation)
    invocation.output.result(receipt, layout.facts(say("word-recovery"), rows))


@command(app, "veto", "0x3fd1...")
def veto(invocation: Invocation, recovery: Annotated[str | None, typer.Argument()] = None, yes: Yes = False) -> None:
    """A whole id is taken as it is: the bank may have kept silent of that recovery."""
    chosen = recovery if recovery is not None and WHOLE_ID.fullmatch(recovery) else _waiting(invocation, recovery)
    invocation.confirm(invocation.messages("ask-veto-recovery"), yes)
    receipt = invocation.client.send(signing.veto_recovery(invocation.signer, chosen))
    invocation.output.result(receipt, invocation.messages("done-recovery-vetoed"))


def _guardian(invocation: Invocation, given: str) -> "tuple[str, keys.PublicKey | None]":
    """The account, and the key that the ledger has of it: from the file that the guardian gave out, or of an office."""
    if Path(given).is_file():
        account, text = operator_files.read_identity(Path(given))
        proven = invocation.proven.anybody(account)
        if text_hash(text) != proven.encryption_key_hash:
            raise EvidenceError(said("error-other-key-of-account", account=account))
        return account, keys.PublicKey.from_hex(text)
    account = find_account(given, "PEOPLE")
    try:
        return account, granted_files.key_of(invocation.client.file_grants, invocation.proven.anybody(account))
    except BankProblemError as problem:
        if problem.status != 404:
            raise
        return account, None


def _entrust(invocation: Invocation, chosen: "dict[str, keys.PublicKey | None]", threshold: int, give_up: bool) -> str:
    """Shares for all of them, or for nobody; what becomes of documents and records at a recovery, in words."""
    face, known = invocation.client.kept_keys, {one: key for one, key in chosen.items() if key is not None}
    if len(known) == len(chosen) and 2 <= threshold <= len(known):
        try:
            entrusted_keys.entrust(face, invocation.signer, known, threshold, give_up)
        except BankProblemError as problem:
            return _not_entrusted(invocation, problem)
        return invocation.messages("line-key-entrusted", count=len(known), threshold=threshold)
    try:
        face.end_entrusted(give_up)  # whom nobody names any more holds nothing
    except BankProblemError as problem:
        return _not_entrusted(invocation, problem)
    names = ", ".join(one for one in chosen if one not in known)
    return invocation.messages("line-key-not-entrusted", names=names or str(threshold))


def _not_entrusted(invocation: Invocation, problem: BankProblemError) -> str:
    """Guardians are named all the same; what they would have opened stays as it was."""
    if problem.status == 404:
        return invocation.messages("line-older-bank-keys")
    if problem.status != 409:
        raise problem
    invocation.output.refusal(problem)
    return ""


def _open_entrusted(invocation: Invocation) -> None:
    """What the guardians' parts open; where they do not, what that means."""
    try:
        _, text = open_entrusted(invocation)
    except EvidenceError as error:
        invocation.output.refusal(error)
    else:
        invocation.output.say(text)


def _waiting(invocation: Invocation, prefix: str | None) -> str:
    """A recovery of this wallet's account; the one that waits unless told."""
    found = invocation.public.recoveries(invocation.client.account)
    if found.recoveries:
        invocation.output.show(views.recoveries(invocation.messages, found))
    every = {one.recovery_id: one.state for one in found.recoveries}
    return find_by_prefix(prefix, every, "RECOVERY", [one for one, state in every.items() if state == "waiting"])


def _read(file: Path) -> "shapes.RecoveryBody":
    return files.read_handed(file, shapes.RecoveryBody, "rule-no-recovery")
