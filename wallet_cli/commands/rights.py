"""azukari member ask-right, rights; azukari operator rights, answer-right: what must be answered in time."""

import secrets
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.kinds import RightKind, RightOutcome
from bank_api.protocol.messages.said import said
from chaincode.ids import to_hex
from wallet_cli.errors import InputError
from wallet_cli.invocation import Invocation, command
from wallet_cli.later import later
from wallet_cli.output import find_by_prefix

if TYPE_CHECKING:
    from bank_api.protocol import rights as protocol
    from wallet_cli.views import rights as views
else:
    protocol = later("bank_api.protocol.rights")
    views = later("wallet_cli.views.rights")

Words = Annotated[str, typer.Option()]


def add_asking_commands(app: typer.Typer) -> None:
    """They belong to `azukari member`."""
    command(app, "ask-right", 'correction --words "My year of birth is 1981"')(ask_right)
    command(app, "rights", listing=True)(rights)


def add_answering_commands(app: typer.Typer) -> None:
    """They belong to `azukari operator`."""
    command(app, "rights", listing=True)(to_answer)
    command(app, "answer-right", '0x3fd1 --words "Corrected on 1 December"')(answer_right)


def ask_right(invocation: Invocation, kind: Annotated[str, typer.Argument()], words: Words) -> None:
    if kind not in tuple(RightKind):
        raise InputError("KIND", said("rule-one-of", names=", ".join(RightKind)))
    body = protocol.RightBody(request_id=to_hex(secrets.token_bytes(32)), kind=RightKind(kind), words=words)
    asked = invocation.client.rights.ask(body)
    say = invocation.messages
    invocation.output.result(asked, say("done-right-asked", until=say.moment(asked.due_at)))


def rights(invocation: Invocation) -> None:
    found = invocation.client.rights.mine()
    invocation.output.result({"requests": found}, views.requests(invocation.messages, found))


def to_answer(invocation: Invocation, answered: Annotated[bool, typer.Option("--answered")] = False) -> None:
    found = invocation.client.rights.to_answer(answered)
    invocation.output.result({"requests": found}, views.requests(invocation.messages, found))


def answer_right(
    invocation: Invocation,
    words: Words,
    request: Annotated[str | None, typer.Argument()] = None,
    refuse: Annotated[bool, typer.Option("--refuse")] = False,
) -> None:
    known = invocation.client.rights.to_answer(answered=True)
    waiting = [one.request_id for one in known if one.outcome is None]
    chosen = find_by_prefix(request, (one.request_id for one in known), "REQUEST", waiting)
    outcome = RightOutcome.REFUSED if refuse else RightOutcome.DONE
    done = invocation.client.rights.answer(chosen, protocol.RightAnswerBody(outcome=outcome, words=words))
    invocation.output.result(done, invocation.messages("done-right-answered"))
