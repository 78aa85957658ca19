"""azukari receipt: what shows a consent and its uses to anybody, offline and without believing the bank."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.messages.terminal.command_line import Group
from wallet_cli.errors import EvidenceError, InputError
from wallet_cli.given_file import read_given
from wallet_cli.invocation import Invocation, command
from wallet_cli.later import later
from wallet_cli.output import find_by_prefix
from wallet_cli.private_file import write_private

if TYPE_CHECKING:
    from chaincode import jws
    from ledger import checkpoint as checkpoints
    from ledger.sealed_header import SealedHeader
    from wallet_cli import pins, receipt, receipt_credential
    from wallet_cli.views import member as member_views
    from wallet_cli.views import receipt as views
else:
    checkpoints = later("ledger.checkpoint")
    jws = later("chaincode.jws")
    member_views = later("wallet_cli.views.member")
    pins = later("wallet_cli.pins")
    receipt = later("wallet_cli.receipt")
    receipt_credential = later("wallet_cli.receipt_credential")
    views = later("wallet_cli.views.receipt")

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)


@command(app, "list", listing=True)
def listed(invocation: Invocation) -> None:
    found = invocation.client.member.consents()
    invocation.output.result({"consents": found}, member_views.consents(invocation.messages, found))


@command(app, "get", "0x91ab --out receipt.json")
def get(
    invocation: Invocation,
    out: Annotated[Path, typer.Option()],
    consent: Annotated[str | None, typer.Argument()] = None,
    block: Annotated[int | None, typer.Option(min=0)] = None,
) -> None:
    mine = [one.consent_id for one in invocation.client.member.consents()]
    consent_id = find_by_prefix(consent, mine, "CONSENT")
    invocation.pins  # noqa: B018  what the bank is held to is kept, for whoever verifies later
    evidence = invocation.client.proofs.consent(consent_id, block)
    document = receipt.made(evidence, pins.pins_of(invocation.bank))
    if evidence.consent["consent_id"] != consent_id or evidence.consent["member"] != invocation.client.account:
        raise EvidenceError(said("error-receipt-part", part=said("receipt-part-member")))
    write_private(out, (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode(), "--out")
    shown = {"file": str(out), "receipt": document["receipt"]}
    text = invocation.messages("done-receipt", file=str(out), block=str(document["receipt"]["ledger"]["block"]))
    invocation.output.result(shown, text)


@command(app, "credential", "0x91ab --out consent.sdjwt")
def credential(
    invocation: Invocation,
    out: Annotated[Path, typer.Option()],
    consent: Annotated[str | None, typer.Argument()] = None,
) -> None:
    mine = [one.consent_id for one in invocation.client.member.consents()]
    consent_id = find_by_prefix(consent, mine, "CONSENT")
    invocation.pins  # noqa: B018  what the bank is held to is kept, for whoever verifies later
    proofs, held = invocation.client.proofs, pins.pins_of(invocation.bank)
    text = proofs.receipt_credential(consent_id, jws.public_jwk(invocation.key))
    operator = invocation.proven.anybody(held.operator).word.key
    made, found = receipt_credential.opened(text, invocation.key.address, operator, invocation.clock())
    evidence = proofs.consent(consent_id, found.claims["as_of_block"])
    receipt_credential.check_claims(found, evidence, held, consent_id)
    write_private(out, made.to_text().encode(), "--out")
    shown = {"file": str(out), "issuer": found.issuer, "expires_at": found.expires_at, "claims": dict(found.claims)}
    told = {"file": str(out), "issuer": found.issuer, "count": len(found.claims)}
    invocation.output.result(shown, invocation.messages("done-receipt-credential", **told))


@command(app, "verify", "receipt.json --checkpoint partner.json")
def verify(
    invocation: Invocation,
    file: Annotated[Path, typer.Argument()],
    checkpoint: Annotated[Path | None, typer.Option()] = None,
) -> None:
    readable, evidence = receipt.read(read_given(file, "FILE"))
    held = pins.kept_pins(invocation.home, evidence.genesis_hash)
    if held is None:
        raise EvidenceError(said("error-receipt-chain", genesis=evidence.genesis_hash), said("hint-receipt-chain"))
    proven = receipt.verified(readable, evidence, held)
    witness = None if checkpoint is None else _compared(checkpoint, proven.header, evidence.chain_id)
    document = {"holds": True, "receipt": readable, "witness": witness}
    invocation.output.result(document, views.receipt(invocation.messages, readable, witness))


def _compared(file: Path, header: "SealedHeader", chain_id: int) -> str:
    """Who saw the very block that the receipt stands on. Raises EvidenceError where they saw another."""
    try:
        signed = checkpoints.parse_signed_checkpoint(read_given(file, "--checkpoint").decode())
    except (checkpoints.CheckpointError, UnicodeDecodeError) as error:
        raise InputError("--checkpoint", said("rule-cannot-be-read", why=fault(error))) from error
    seen = signed.checkpoint
    if seen.number != header.number:
        rule = said("rule-receipt-block", seen=str(seen.number), block=str(header.number))
        raise InputError("--checkpoint", rule, said("hint-receipt-block", block=str(seen.number)))
    if (seen.chain_id, seen.block_hash) != (chain_id, header.hash):
        raise EvidenceError(said("error-receipt-checkpoint", block=str(header.number), witness=signed.witness))
    return str(signed.witness)
