"""azukari board: the data ethics board decides before any member is asked."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.terminal.command_line import Group
from wallet_cli.commands.decisions import add_decision_commands
from wallet_cli.commands.draws import add_board_draw_commands
from wallet_cli.commands.encryption_key import add_publish_key
from wallet_cli.commands.quota import add_quota_commands
from wallet_cli.commands.seats import add_seat_commands
from wallet_cli.commands.series_decisions import decide_series
from wallet_cli.commands.shared_key import add_keeper_commands
from wallet_cli.commands.wards import add_guardian_commands
from wallet_cli.errors import InputError
from wallet_cli.invocation import Invocation, Series, Yes, command
from wallet_cli.later import later
from wallet_cli.output import find_by_prefix

if TYPE_CHECKING:
    from bank_api.protocol.shapes.requests import RequestView
    from wallet_cli import asked_items
    from wallet_cli import handed_file as files
    from wallet_cli.signing import decision as together
    from wallet_cli.signing import partner as signing
    from wallet_cli.signing import revocation as taken_back
    from wallet_cli.views import organization as views
else:
    asked_items = later("wallet_cli.asked_items")
    files = later("wallet_cli.handed_file")
    together = later("wallet_cli.signing.decision")
    signing = later("wallet_cli.signing.partner")
    taken_back = later("wallet_cli.signing.revocation")
    views = later("wallet_cli.views.organization")

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)
add_decision_commands(app)
add_board_draw_commands(app)
add_seat_commands(app)
add_quota_commands(app)
add_guardian_commands(app)
add_publish_key(app)
add_keeper_commands(app)

RequestId = Annotated[str | None, typer.Argument()]
Note = Annotated[str, typer.Option()]
Out = Annotated[Path | None, typer.Option()]


@command(app, "releases", "--overdue", listing=True)
def releases(invocation: Invocation, overdue: Annotated[bool, typer.Option("--overdue")] = False) -> None:
    found = [one for one in invocation.client.board.releases() if one.deletion_overdue or not overdue]
    invocation.output.result({"releases": found}, views.releases(invocation.messages, found))


@command(app, "requests", listing=True)
def requests(invocation: Invocation, request: Annotated[str | None, typer.Argument()] = None) -> None:
    found = invocation.client.board.requests()
    if request is None:
        invocation.output.result({"requests": found}, views.requests(invocation.messages, found))
        return
    chosen = _chosen(found, request)
    together.signers_of(chosen, invocation.signer.deployment)
    taken_back.revokers_of(chosen, invocation.signer.deployment)
    chosen = _with_series(invocation, chosen)
    invocation.output.result(chosen, views.request(invocation.messages, chosen))


@command(app, "approve", '0x3fd1 --note "Purpose is specific; five items; k = 5"')
def approve(
    invocation: Invocation,
    note: Note,
    request: RequestId = None,
    out: Out = None,
    series: Series = False,
    yes: Yes = False,
) -> None:
    _decide(invocation, request, note, approved=True, out=out, series=series, yes=yes)


@command(app, "refuse", '0x3fd1 --note "The purpose is too wide"')
def refuse(
    invocation: Invocation,
    note: Note,
    request: RequestId = None,
    out: Out = None,
    series: Series = False,
    yes: Yes = False,
) -> None:
    _decide(invocation, request, note, approved=False, out=out, series=series, yes=yes)


def _with_series(invocation: Invocation, chosen: "RequestView") -> "RequestView":
    """The same, and what the series of its sensitive answers began with, by the bank's word."""
    began = invocation.client.board.request(chosen.request_id).come_and_go if chosen.sensitive else None
    return chosen.model_copy(update={"come_and_go": began})


def _decide(
    invocation: Invocation, prefix: str | None, note: str, *, approved: bool, out: Path | None, series: bool, yes: bool
) -> None:
    """Where the board has several seats nothing is sent: what one proposes goes into a file for the others."""
    found = invocation.client.board.requests()
    chosen = _chosen(found, prefix)
    asked_items.check_items(invocation, chosen)
    invocation.output.show(views.request(invocation.messages, _with_series(invocation, chosen)))
    if out is None and (chosen.approvals_needed or 1) > 1:
        raise InputError("--out", said("rule-board-together", count=chosen.approvals_needed))
    if series:
        decide_series(invocation, found, chosen, note, approved=approved, out=out, yes=yes)
        return
    invocation.confirm(invocation.messages("ask-approve" if approved else "ask-decline"), yes)
    if out is not None:
        body = together.propose_decision(invocation.signer, chosen, approved=approved, note=note)
        files.hand_on(invocation, out, body, 1)
        return
    signed = signing.decide_request(invocation.signer, chosen, approved=approved, note=note)
    receipt = invocation.client.send(signed)
    invocation.output.result(receipt, invocation.messages("done-approved" if approved else "done-declined"))


def _chosen(found: "list[RequestView]", prefix: str | None) -> "RequestView":
    undecided = [request.request_id for request in found if request.state == "filed"]
    request_id = find_by_prefix(prefix, (request.request_id for request in found), "REQUEST", undecided)
    return next(request for request in found if request.request_id == request_id)
