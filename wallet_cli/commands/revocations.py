"""azukari board revoke: the board takes an approval back; approve-decision and carry-decision go on with its file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from wallet_cli.errors import InputError
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.output import find_by_prefix

if TYPE_CHECKING:
    from bank_api.protocol import decision as shapes
    from bank_api.protocol.shapes.requests import RequestView
    from wallet_cli import asked_items, operator_files
    from wallet_cli import handed_file as files
    from wallet_cli.signing import request_words
    from wallet_cli.signing import revocation as signing
    from wallet_cli.views import organization as views
else:
    asked_items = later("wallet_cli.asked_items")
    files = later("wallet_cli.handed_file")
    operator_files = later("wallet_cli.operator_files")
    shapes = later("bank_api.protocol.decision")
    request_words = later("wallet_cli.signing.request_words")
    signing = later("wallet_cli.signing.revocation")
    views = later("wallet_cli.views.organization")

APPROVED = "approved"


def add_revoke(app: typer.Typer) -> None:
    """It belongs to `azukari board`."""
    command(app, "revoke", '0x3fd1 --because "The partner sold the data on"')(revoke)


def revoke(
    invocation: Invocation,
    because: Annotated[str, typer.Option()],
    request: Annotated[str | None, typer.Argument()] = None,
    out: Annotated[Path | None, typer.Option()] = None,
    yes: Yes = False,
) -> None:
    """Where the board has several seats nothing is sent: what one proposes goes into a file for the others."""
    say, found = invocation.messages, {one.request_id: one for one in invocation.client.board.requests()}
    approved = [one.request_id for one in found.values() if one.state == APPROVED]
    chosen = found[find_by_prefix(request, found, "REQUEST", approved)]
    _check(invocation, chosen)
    invocation.output.show(views.request(say, chosen))
    if out is None and (chosen.approvals_needed or 1) > 1:
        raise InputError("--out", said("rule-board-together", count=chosen.approvals_needed))
    invocation.confirm(say("ask-revoke-approval", recipient=chosen.recipient, note=because), yes)
    if out is not None:
        files.hand_on(invocation, out, signing.propose_revocation(invocation.signer, chosen, note=because), 1)
        return
    receipt = invocation.client.send(signing.revoke_approval(invocation.signer, chosen, note=because))
    invocation.output.result(receipt, say("done-approval-revoked"))


def is_revocation(file: Path) -> bool:
    return signing.FIELD in operator_files.read_object(file)


def approve_revocation(invocation: Invocation, file: Path, out: Path, yes: bool) -> None:
    """Sign what another member of the board proposed."""
    body = files.read_handed(file, shapes.ApprovalRevocationBody, "rule-no-decision")
    wanted = signing.request_of(body)
    request = next((one for one in invocation.client.board.requests() if one.request_id == wanted), None)
    if request is None:
        raise InputError(str(file), said("rule-id-unknown", id=wanted))
    signing.revocation_of(body, request)
    _check(invocation, request)
    signed = signing.keys_in(body, invocation.signer.deployment)
    invocation.output.show(views.request(invocation.messages, request, signed))
    question = invocation.messages("ask-revoke-approval", recipient=request.recipient, note=body.note)
    invocation.confirm(question, yes)
    agreed = signing.approve_revocation(invocation.signer, body, request)
    files.hand_on(invocation, out, agreed, 1 + len(agreed.approvals))


def carry_revocation(invocation: Invocation, file: Path) -> None:
    """Send it; refused unless a majority has signed."""
    body = files.read_handed(file, shapes.ApprovalRevocationBody, "rule-no-decision")
    receipt = invocation.client.send(signing.draft_of(body))
    invocation.output.result(receipt, invocation.messages("done-approval-revoked"))


def _check(invocation: Invocation, request: "RequestView") -> None:
    """Only what the ledger has as approved, in the words and items that are shown."""
    if request.state != APPROVED:
        raise InputError("REQUEST", said("rule-not-approved", request=request.request_id))
    invocation.proven.check_approved(request.request_id, request_words.words_of(request).struct_hash())
    asked_items.check_items(invocation, request)
