"""azukari member register; azukari operator registrations, approve-registration, refuse-registration."""

from typing import TYPE_CHECKING, Annotated

import typer

from wallet_cli.invocation import Invocation, command
from wallet_cli.later import later
from wallet_cli.output import find_by_prefix

if TYPE_CHECKING:
    from bank_api.protocol.shapes.registrations import RegistrationView
    from wallet_cli.signing import registration as signing
    from wallet_cli.views import registrations as views
else:
    signing = later("wallet_cli.signing.registration")
    views = later("wallet_cli.views.registrations")

WAITING = "waiting"


def add_register_command(app: typer.Typer) -> None:
    """It belongs to `azukari member`."""
    command(app, "register", '--name "Alice Sato" --email alice@example.org --why "Sales, Osaka; staff no. 4711"')(
        register
    )


def add_registration_commands(app: typer.Typer) -> None:
    """They belong to `azukari operator`."""
    command(app, "registrations", listing=True)(registrations)
    command(app, "approve-registration", "2")(approve)
    command(app, "refuse-registration", '2 --reason "Nobody of this name works here"')(refuse)


def register(
    invocation: Invocation,
    name: Annotated[str, typer.Option()],
    why: Annotated[str, typer.Option()],
    email: Annotated[str | None, typer.Option()] = None,
) -> None:
    say, url = invocation.messages, invocation.connection.url
    body = signing.register(invocation.signer_for(invocation.key.address), url, name, email, why)
    found = invocation.public.register(body)
    until = say.moment(found.join_by) if found.join_by is not None else ""
    told = {"waiting": say("done-registered"), "approved": say("done-registration-approved", until=until)}
    refused = say("done-registration-refused", reason=found.reason or "")
    invocation.output.result(found, told.get(found.state, refused))


def registrations(invocation: Invocation, decided: Annotated[bool, typer.Option("--decided")] = False) -> None:
    found = invocation.client.office.registrations(decided)
    invocation.output.result({"registrations": found}, views.registrations(invocation.messages, found))


def approve(invocation: Invocation, account: Annotated[str | None, typer.Argument()] = None) -> None:
    who = _chosen(invocation, account)
    done = invocation.client.office.approve_registration(who.account)
    until = invocation.messages.moment(done.join_by) if done.join_by is not None else ""
    invocation.output.result(done, invocation.messages("done-registration-let-in", name=done.name, until=until))


def refuse(
    invocation: Invocation,
    reason: Annotated[str, typer.Option()],
    account: Annotated[str | None, typer.Argument()] = None,
) -> None:
    who = _chosen(invocation, account)
    done = invocation.client.office.refuse_registration(who.account, reason)
    invocation.output.result(done, invocation.messages("done-registration-turned-down", name=done.name))


def _chosen(invocation: Invocation, prefix: str | None) -> "RegistrationView":
    found = {one.account: one for one in invocation.client.office.registrations(decided=True)}
    waiting = [one.account for one in found.values() if one.state == WAITING]
    return found[find_by_prefix(prefix, found, "ACCOUNT", waiting)]
