"""azukari member: join, answer surveys, read the passbook, take a copy of everything."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.panel import Panel

from bank_api.protocol.shapes import SurveyView
from wallet_cli.commands.consents import add_consent_commands
from wallet_cli.commands.coupons import add_coupon_commands
from wallet_cli.errors import InputError
from wallet_cli.export import write_export
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.output import find_by_prefix
from wallet_cli.questions import ask_values, given_values
from wallet_cli.signing.answer import answer_survey
from wallet_cli.signing.member import join_bank
from wallet_cli.views import member as views

app = typer.Typer(help="What a member does: join, answer, consent, spend, read the passbook.", no_args_is_help=True)
add_consent_commands(app)
add_coupon_commands(app)

SurveyId = Annotated[str, typer.Argument(help="Id of the survey, or its first digits.")]


@command(app, "join")
def join(
    invocation: Invocation,
    invitation: Annotated[
        str | None, typer.Argument(envvar="AZUKARI_INVITATION", help="The code you were given; asked for if left out.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Become a member: read the terms and sign them.

    Example: azukari member join 7KQW-3XPA-92MD --wallet alice
    """
    say, bank = invocation.messages, invocation.bank
    code = invitation or typer.prompt("Invitation", err=True)
    if not yes:
        invocation.output.show(Panel(escape(bank.terms.text), title=escape(f"{bank.name} - {say('terms')}")))
    invocation.confirm(say("agree?"), yes)
    signer = invocation.signer_for(invocation.key.address)
    receipt = invocation.client.send(join_bank(signer, bank, code.strip()))
    invocation.output.result(receipt, say("joined", account=signer.account))


@command(app, "surveys")
def surveys(
    invocation: Invocation,
    survey: Annotated[str | None, typer.Argument(help="Show this survey's questions.")] = None,
) -> None:
    """List the surveys, or show the questions of one.

    Example: azukari member surveys 0x5a3c
    """
    found = invocation.public.surveys()
    if survey is None:
        invocation.output.result({"surveys": found}, views.surveys(invocation.messages, found))
        return
    chosen = _chosen(found, survey)
    invocation.output.result(chosen, views.survey(invocation.messages, chosen))


@command(app, "answer")
def answer(
    invocation: Invocation,
    survey: SurveyId,
    values: Annotated[Path | None, typer.Option(help="JSON file: question keys and whole numbers.")] = None,
    pairs: Annotated[list[str] | None, typer.Option("--set", help="key=value; may be repeated.")] = None,
) -> None:
    """Answer a survey, question by question or from a file. The answer is sealed before it leaves this machine.

    Example: azukari member answer 0x5a3c --set age=41 --set vote=1
    """
    chosen = _chosen(invocation.public.surveys(), survey)
    asked = values is None and not pairs
    given = _ask(invocation, chosen) if asked else given_values(chosen, values, pairs or [])
    sealed = answer_survey(invocation.signer, chosen, given, invocation.bank.release_public_key)
    receipt = invocation.client.send(sealed)
    invocation.output.result(receipt, invocation.messages("answer-signed", coins=sealed.signed.struct.coins))


@command(app, "passbook")
def passbook(invocation: Invocation) -> None:
    """Show the passbook: every coin, every consent, every disclosure of your data.

    Example: azukari member passbook --language ja
    """
    book = invocation.client.member.passbook()
    invocation.output.result(book, views.passbook(invocation.messages, book))


@command(app, "releases")
def releases(invocation: Invocation) -> None:
    """List the anonymized releases that your answers went into.

    Example: azukari member releases
    """
    found = invocation.client.member.releases()
    invocation.output.result({"releases": found}, views.releases(invocation.messages, found))


@command(app, "export")
def export(
    invocation: Invocation,
    folder: Annotated[Path, typer.Argument(help="A new folder for the copy.")],
) -> None:
    """Take a copy of everything kept for you, opened with your key and checked against the ledger's commitments.

    Example: azukari member export my-data
    """
    written = write_export(invocation.client, invocation.signer, folder, invocation.output)
    document = {"folder": str(folder), "files": [str(path.relative_to(folder)) for path in written]}
    text = invocation.messages("exported", count=len(written), folder=folder)
    invocation.output.result(document, escape(text))


def _chosen(surveys: list[SurveyView], prefix: str) -> SurveyView:
    survey_id = find_by_prefix(prefix, (survey.survey_id for survey in surveys), "survey")
    return next(survey for survey in surveys if survey.survey_id == survey_id)


def _ask(invocation: Invocation, survey: SurveyView) -> dict[str, int]:
    if not invocation.at_terminal:
        raise InputError("--values", "or --set must be given when nobody is at the terminal")
    invocation.output.say(survey.title)

    def ask(prompt: str) -> str:
        return str(typer.prompt(prompt, default="", show_default=False, err=True))

    return ask_values(survey, ask, invocation.output.say, invocation.messages)
