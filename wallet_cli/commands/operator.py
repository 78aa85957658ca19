"""azukari operator: the bank's own staff."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from chaincode.ids import id_from_hex, to_hex
from pds_adapter.sealing.canonical import commit
from wallet_cli.bank_client import Organization
from wallet_cli.bank_client.operator import ROLES
from wallet_cli.errors import InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.invocation import Invocation, command
from wallet_cli.operator_files import (
    read_identity,
    read_invitations,
    read_survey,
    write_invitations,
)
from wallet_cli.output import facts, find_by_prefix
from wallet_cli.views import organization as views

app = typer.Typer(help="What the bank's staff does.", no_args_is_help=True)
survey_app = typer.Typer(help="Surveys.", no_args_is_help=True)
app.add_typer(survey_app, name="survey")

INVITATIONS_AT_ONCE = 500
Account = Annotated[str, typer.Argument(help="The account's address.")]
EncryptionKey = Annotated[str | None, typer.Option(help="X25519 public key, 0x-hex.")]
Identity = Annotated[Path | None, typer.Option("--from", help="What `azukari wallet export-address --json` printed.")]


@command(app, "invite")
def invite(
    invocation: Invocation,
    names: Annotated[
        Path, typer.Argument(help="CSV with the columns name, email, code (the last two may be missing).")
    ],
    out: Annotated[Path, typer.Option(help="New CSV file for the codes; written before anything is sent.")],
) -> None:
    """Invite people: every line gets a code for one person. To send again after a failure, give --out's file as NAMES.

    Example: azukari operator invite employees.csv --out codes.csv
    """
    invitations = read_invitations(names, secrets.token_bytes)
    write_invitations(out, invitations)
    created = existing = 0
    with invocation.output.progress() as bar:
        for start in bar.track(range(0, len(invitations), INVITATIONS_AT_ONCE), description="inviting"):
            sent = invocation.client.operator.invite(invitations[start : start + INVITATIONS_AT_ONCE])
            created, existing = created + sent.created, existing + sent.existing
    document = {"created": created, "existing": existing, "file": str(out)}
    invocation.output.result(document, f"{created} invited, {existing} were already; codes in {out}")


@command(app, "enroll")
def enroll(
    invocation: Invocation,
    role: Annotated[str, typer.Argument(help=f"One of {', '.join(ROLES)}.")],
    name: Annotated[str, typer.Argument(help="Registered name; members read it.")],
    account: Annotated[str | None, typer.Option(help="Address; or give --from.")] = None,
    encryption_key: EncryptionKey = None,
    parent: Annotated[str | None, typer.Option(help="A shop's company.")] = None,
    identity: Identity = None,
) -> None:
    """Enroll a partner, shop, board member, custodian, auditor or operator.

    Example: azukari operator enroll partner "Acme Research" --from acme.json
    """
    if identity is not None:
        account, encryption_key = read_identity(identity)
    if account is None:
        raise InputError("--account", "or --from must be given")
    for known in ROLES:
        if known == role:
            organization = Organization(
                account=account, role=known, name=name, parent=parent, encryption_key=encryption_key
            )
            receipt = invocation.client.operator.enroll(organization)
            invocation.output.result(receipt, f"Enrolled {name} as {role}.")
            return
    raise InputError("role", f"must be one of {', '.join(ROLES)}")


@command(survey_app, "publish")
def survey_publish(
    invocation: Invocation,
    file: Annotated[
        Path, typer.Argument(help="JSON: title, description, questions, base_coins, budget_coins, opens_at, closes_at.")
    ],
) -> None:
    """Publish a survey from a file. Without a survey_id in the file a new one is made and shown.

    Example: azukari operator survey publish election.json
    """
    draft = read_survey(file, invocation.clock(), lambda: to_hex(secrets.token_bytes(32)))
    invocation.output.say(f"survey_id {draft.survey_id}")
    receipt = invocation.client.operator.publish_survey(draft)
    invocation.output.result(receipt, f"Published as {draft.survey_id}.")


@command(survey_app, "close")
def survey_close(
    invocation: Invocation, survey: Annotated[str, typer.Argument(help="Id, or its first digits.")]
) -> None:
    """Close a survey before its time.

    Example: azukari operator survey close 0x5a3c
    """
    survey_id = find_by_prefix(survey, (one.survey_id for one in invocation.public.surveys()), "survey")
    invocation.output.result(invocation.client.operator.close_survey(survey_id), "Closed.")


@command(app, "sell-coins")
@translated_errors()
def sell_coins(
    invocation: Invocation,
    partner: Account,
    coins: Annotated[int, typer.Argument(min=1, help="How many.")],
    invoice: Annotated[
        str | None, typer.Option(help="Invoice id, 0x and 64 hex digits; a repeated one sells once.")
    ] = None,
) -> None:
    """Sell coins to a partner.

    Example: azukari operator sell-coins 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf 5000
    """
    invoice_id = to_hex(secrets.token_bytes(32) if invoice is None else id_from_hex(invoice, "--invoice"))
    invocation.output.say(f"invoice {invoice_id}: give it with --invoice if you have to repeat this")
    receipt = invocation.client.operator.sell_coins(partner, invoice_id, coins)
    invocation.output.result(receipt, f"Sold {coins} coins.")


@command(app, "release")
@translated_errors()
def release(
    invocation: Invocation,
    request: Annotated[str, typer.Argument(help="Id of an approved request, or its first digits.")],
    k: Annotated[int | None, typer.Option(min=2, help="More than the request asks for.")] = None,
    suppression_limit: Annotated[
        float | None, typer.Option(min=0, max=1, help="Share of rows that may be left out.")
    ] = None,
    release_id: Annotated[str | None, typer.Option(help="0x and 64 hex digits, to repeat a release safely.")] = None,
) -> None:
    """Make a release from the live consents: anonymized, verified, recorded, paid, delivered.

    Example: azukari operator release 0x3fd1 --k 10
    """
    requests = invocation.client.partner.requests()
    request_id = find_by_prefix(request, (one.request_id for one in requests), "request")
    chosen = to_hex(secrets.token_bytes(32) if release_id is None else id_from_hex(release_id, "--release-id"))
    invocation.output.say(f"release {chosen}: give it with --release-id if you have to repeat this")
    receipt = invocation.client.operator.release(chosen, request_id, k, suppression_limit)
    shown = receipt.model_dump(mode="json")
    names = ("release_id", "recipient", "purpose", "rows", "suppressed", "k", "loss", "payload_root")
    invocation.output.result(receipt, facts("Release", [(name, shown.get(name)) for name in names]))


@command(app, "rotate-key")
def rotate_key(
    invocation: Invocation,
    account: Account,
    evidence: Annotated[
        Path, typer.Option(help="The record of the identity check; only a salted hash leaves this machine.")
    ],
    new_key: Annotated[str | None, typer.Option(help="New address; or give --from.")] = None,
    encryption_key: EncryptionKey = None,
    identity: Identity = None,
) -> None:
    """Give an account a new wallet after an identity check; coins, coupons and consents stay with the account.

    Example: azukari operator rotate-key 0x7E5F...5Bdf --from new-wallet.json --evidence check-2026-11-22.pdf
    """
    if identity is not None:
        new_key, encryption_key = read_identity(identity)
    if new_key is None or encryption_key is None:
        raise InputError("--from", "or --new-key and --encryption-key must be given")
    try:
        record = evidence.read_bytes()
    except OSError as error:
        raise InputError("--evidence", f"{evidence} cannot be read: {error.strerror}") from error
    salt = secrets.token_bytes(32)
    evidence_hash = to_hex(commit(salt, record))
    receipt = invocation.client.operator.rotate_key(account, new_key, encryption_key, evidence_hash)
    document = receipt.model_dump(mode="json") | {"evidence_hash": evidence_hash, "evidence_salt": salt.hex()}
    rows = [("account", account), ("new key", new_key), ("evidence salt", f"{salt.hex()} (keep it with the record)")]
    invocation.output.result(document, facts("Key rotated", rows))


@command(app, "requests")
def requests(invocation: Invocation) -> None:
    """List all requests.

    Example: azukari operator requests
    """
    found = invocation.client.partner.requests()
    invocation.output.result({"requests": found}, views.requests(invocation.messages, found))


@command(app, "summary")
def summary(invocation: Invocation) -> None:
    """Show the books: members, answers, consents, releases, coins, coupons, escrows.

    Example: azukari operator summary --json
    """
    counts = invocation.client.operator.summary()
    invocation.output.result(counts, views.summary("The bank", counts))
