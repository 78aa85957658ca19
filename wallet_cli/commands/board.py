"""azukari board: the data ethics board decides before any member is asked."""

from typing import Annotated

import typer

from bank_api.protocol.shapes import RequestView
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.output import find_by_prefix
from wallet_cli.signing.partner import decide_request
from wallet_cli.views import organization as views

app = typer.Typer(help="What the data ethics board does.", no_args_is_help=True)

RequestId = Annotated[str, typer.Argument(help="Id of the request, or its first digits.")]
Note = Annotated[str, typer.Option(help="The reason; it is published with the decision.")]


@command(app, "requests")
def requests(
    invocation: Invocation, request: Annotated[str | None, typer.Argument(help="Show this one in full.")] = None
) -> None:
    """List the partners' requests, or show one in full.

    Example: azukari board requests
    """
    found = invocation.client.board.requests()
    if request is None:
        invocation.output.result({"requests": found}, views.requests(invocation.messages, found))
        return
    chosen = _chosen(found, request)
    invocation.output.result(chosen, views.request(invocation.messages, chosen))


@command(app, "approve")
def approve(invocation: Invocation, request: RequestId, note: Note, yes: Yes = False) -> None:
    """Approve a request: members may now be asked.

    Example: azukari board approve 0x3fd1 --note "Purpose is specific; five items; k = 5"
    """
    _decide(invocation, request, note, approved=True, yes=yes)


@command(app, "refuse")
def refuse(invocation: Invocation, request: RequestId, note: Note, yes: Yes = False) -> None:
    """Refuse a request: nobody is asked, and the partner's coins are unlocked.

    Example: azukari board refuse 0x3fd1 --note "The purpose is too wide"
    """
    _decide(invocation, request, note, approved=False, yes=yes)


def _decide(invocation: Invocation, prefix: str, note: str, *, approved: bool, yes: bool) -> None:
    chosen = _chosen(invocation.client.board.requests(), prefix)
    invocation.output.show(views.request(invocation.messages, chosen))
    invocation.confirm("Approve?" if approved else "Refuse?", yes)
    signed = decide_request(invocation.signer, chosen, approved=approved, note=note)
    receipt = invocation.client.send(signed)
    invocation.output.result(receipt, "Approved." if approved else "Refused.")


def _chosen(found: list[RequestView], prefix: str) -> RequestView:
    request_id = find_by_prefix(prefix, (request.request_id for request in found), "request")
    return next(request for request in found if request.request_id == request_id)
