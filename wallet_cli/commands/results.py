"""azukari results: what everybody may read, without a wallet: open figures, and what the law has the bank publish."""

from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.terminal.command_line import Group
from wallet_cli.invocation import Invocation, command
from wallet_cli.later import later
from wallet_cli.output import find_by_prefix

if TYPE_CHECKING:
    from wallet_cli import open_results
    from wallet_cli.views import results as views
else:
    open_results = later("wallet_cli.open_results")
    views = later("wallet_cli.views.results")

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)


@command(app, "list", listing=True)
def listed(invocation: Invocation) -> None:
    found = invocation.public.results()
    invocation.output.result({"results": found}, views.results(invocation.messages, found))


@command(app, "show", "1")
def show(invocation: Invocation, result: Annotated[str | None, typer.Argument()] = None) -> None:
    known = [one.release_id for one in invocation.public.results()]
    found = invocation.public.result(find_by_prefix(result, known, "RESULT"))
    document = open_results.checked(found, invocation.proven_openly)
    invocation.output.result(found, views.result(invocation.messages, found, document))


@command(app, "publications", "--language ja", listing=True)
def publications(invocation: Invocation) -> None:
    found = invocation.public.publications()
    invocation.output.result({"publications": found}, views.publications(invocation.messages, found))
