"""azukari board approve-decision, carry-decision: where the board has several seats, a majority decides a request."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from wallet_cli.commands.revocations import add_revoke, approve_revocation, carry_revocation, is_revocation
from wallet_cli.commands.series_decisions import DECISIONS, approve_series, carry_series
from wallet_cli.errors import InputError
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later

if TYPE_CHECKING:
    from bank_api.protocol import decision as shapes
    from wallet_cli import asked_items, operator_files
    from wallet_cli import handed_file as files
    from wallet_cli.signing import decision as signing
    from wallet_cli.views import organization as views
else:
    asked_items = later("wallet_cli.asked_items")
    files = later("wallet_cli.handed_file")
    operator_files = later("wallet_cli.operator_files")
    shapes = later("bank_api.protocol.decision")
    signing = later("wallet_cli.signing.decision")
    views = later("wallet_cli.views.organization")

File = Annotated[Path, typer.Argument()]
Out = Annotated[Path, typer.Option()]


def add_decision_commands(app: typer.Typer) -> None:
    """They belong to `azukari board`."""
    add_revoke(app)
    command(app, "approve-decision", "decision.json --out decision-2.json")(approve)
    command(app, "carry-decision", "decision-2.json")(carry)


def approve(invocation: Invocation, file: File, out: Out, yes: Yes = False) -> None:
    if _is_series(file):
        approve_series(invocation, file, out, yes)
        return
    if is_revocation(file):
        approve_revocation(invocation, file, out, yes)
        return
    body = files.read_handed(file, shapes.DecisionBody, "rule-no-decision")
    say, wanted = invocation.messages, signing.request_of(body)
    request = next((one for one in invocation.client.board.requests() if one.request_id == wanted), None)
    if request is None:
        raise InputError(str(file), said("rule-id-unknown", id=wanted))
    words = signing.decision_of(body, request)
    asked_items.check_items(invocation, request)
    signed = signing.keys_in(body, invocation.signer.deployment)
    invocation.output.show(views.request(say, request, signed))
    invocation.confirm(say("ask-approve-together" if words.approved else "ask-decline-together", note=body.note), yes)
    approved = signing.approve_decision(invocation.signer, body, request)
    files.hand_on(invocation, out, approved, 1 + len(approved.approvals))


def carry(invocation: Invocation, file: File) -> None:
    if _is_series(file):
        carry_series(invocation, file)
        return
    if is_revocation(file):
        carry_revocation(invocation, file)
        return
    draft = signing.draft_of(files.read_handed(file, shapes.DecisionBody, "rule-no-decision"))
    receipt = invocation.client.send(draft)
    told = "done-approved" if draft.signed.struct.approved else "done-declined"
    invocation.output.result(receipt, invocation.messages(told))


def _is_series(file: Path) -> bool:
    return DECISIONS in operator_files.read_object(file)
