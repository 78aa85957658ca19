"""azukari member terms show, accept; operator terms publish, show: new terms and who agrees to them."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.terminal.command_line import Group
from wallet_cli.given_file import read_text
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.moments import parse_moment

if TYPE_CHECKING:
    from bank_api.protocol import terms as protocol
    from bank_api.protocol.documents import terms as documents
    from wallet_cli import read_terms as reading
    from wallet_cli.signing import terms as signing
    from wallet_cli.views import terms as views
else:
    documents = later("bank_api.protocol.documents.terms")
    protocol = later("bank_api.protocol.terms")
    reading = later("wallet_cli.read_terms")
    signing = later("wallet_cli.signing.terms")
    views = later("wallet_cli.views.terms")

member_app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)
operator_app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)


@command(member_app, "show", "--whole")
def show(invocation: Invocation, whole: Annotated[bool, typer.Option("--whole")] = False) -> None:
    read = reading.read_terms(invocation)
    document = {
        "terms": read.present.model_dump(mode="json"),
        "accepted": read.proven.accepted,
        "agrees": read.proven.agrees,
        "changes": [asdict(one) for one in read.changes],
    }
    invocation.output.result(document, views.own(invocation.messages, read, whole))


@command(member_app, "accept", "--yes")
def accept(invocation: Invocation, yes: Yes = False) -> None:
    read, say = reading.read_terms(invocation), invocation.messages
    if not yes:
        invocation.output.show(views.own(say, read, whole=False))
    invocation.confirm(say("ask-accept-terms", number=read.present.number), yes)
    signed = signing.accept_terms(invocation.signer, read.proven.present_hash)
    invocation.output.result(invocation.client.send(signed), say("done-terms-accepted", number=read.present.number))


@command(operator_app, "publish", "terms.txt --until +30d")
def publish(
    invocation: Invocation,
    until: Annotated[str, typer.Option()],
    file: Annotated[Path | None, typer.Argument()] = None,
    statement: Annotated[str | None, typer.Option()] = None,
    text_language: Annotated[str, typer.Option()] = "ja",
) -> None:
    say, accept_by = invocation.messages, parse_moment(until, invocation.clock(), "--until")
    body = protocol.TermsBody(
        statement=statement or documents.STATEMENT,
        text=documents.TEXT if file is None else read_text(file, "FILE"),
        language=text_language,
        accept_by=accept_by,
    )
    receipt = invocation.client.terms.publish(body)
    invocation.output.result(receipt, say("done-terms-published", until=say.moment(accept_by)))


@command(operator_app, "show")
def agreements(invocation: Invocation) -> None:
    found = invocation.client.terms.agreements()
    invocation.output.result(found, views.agreements(invocation.messages, found))
