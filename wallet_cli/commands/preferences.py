"""azukari member preferences, prefer: what each company may have at most, in one screen's worth."""

from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.kinds import Form
from bank_api.protocol.messages.said import said
from wallet_cli.errors import InputError
from wallet_cli.invocation import Invocation, command
from wallet_cli.later import later
from wallet_cli.output import find_account
from wallet_cli.shown_lists import number_in

if TYPE_CHECKING:
    from bank_api.protocol.shapes.preferences import PreferenceView
    from wallet_cli.signing import preference as signing
    from wallet_cli.views import preferences as views
else:
    signing = later("wallet_cli.signing.preference")
    views = later("wallet_cli.views.preferences")


def add_preference_commands(app: typer.Typer) -> None:
    """They belong to `azukari member`."""
    command(app, "preferences", listing=True)(preferences)
    command(app, "prefer", '"Acme Research" --form statistical --item age')(prefer)


def preferences(invocation: Invocation) -> None:
    found = invocation.client.rights.preferences()
    invocation.output.result({"preferences": found}, views.preferences(invocation.messages, found))


def prefer(
    invocation: Invocation,
    partner: Annotated[str, typer.Argument()],
    form: Annotated[list[str] | None, typer.Option("--form")] = None,
    item: Annotated[list[str] | None, typer.Option("--item")] = None,
    nothing: Annotated[bool, typer.Option("--nothing")] = False,
    everything: Annotated[bool, typer.Option("--everything")] = False,
) -> None:
    if sum((nothing, everything, bool(form or item))) != 1:
        raise InputError("--form", said("rule-preference-one"))
    chosen, questions = _company(invocation, partner), _questions(invocation)
    for key in item or ():
        if key not in questions:
            raise InputError("--item", said("rule-one-of", names=", ".join(sorted(questions))))
    forms = [] if nothing else _forms(form)
    body = signing.prefer(invocation.signer, invocation.connection.url, chosen.partner, forms, item or [])
    told = invocation.client.rights.prefer(chosen.partner, body)
    invocation.output.result(told, views.preferred(invocation.messages, told))


def _forms(given: list[str] | None) -> list[Form]:
    """All of them if none was named."""
    for name in given or ():
        if name not in tuple(Form):
            raise InputError("--form", said("rule-one-of", names=", ".join(Form)))
    return [Form(name) for name in given] if given else list(Form)


def _questions(invocation: Invocation) -> set[str]:
    return {question.key for survey in invocation.public.surveys() for question in survey.questions}


def _company(invocation: Invocation, sought: str) -> "PreferenceView":
    """By its number in the list, its name or a part of it, or the first digits of its address."""
    found = invocation.client.rights.preferences()
    if number_in(sought) is not None:
        account = find_account(sought, "PARTNER")
        return next(one for one in found if one.partner == account)
    fitting = [one for one in found if sought == one.name] or [one for one in found if _fits(one, sought.lower())]
    if len(fitting) != 1:
        names = ", ".join(one.name for one in (fitting or found))
        raise InputError("PARTNER", said("rule-one-of", names=names))
    return fitting[0]


def _fits(one: "PreferenceView", sought: str) -> bool:
    return sought in one.name.lower() or (sought.startswith("0x") and one.partner.lower().startswith(sought))
