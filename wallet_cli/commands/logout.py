"""azukari logout: end the sessions that a key has open at the bank."""

from typing import Annotated

import typer

from bank_api.protocol.messages.said import said
from wallet_cli.errors import InputError
from wallet_cli.invocation import Invocation, command


def add_logout_command(app: typer.Typer) -> None:
    """It belongs to `azukari` itself: everybody has a key."""
    command(app, "logout", "--everywhere")(logout)


def logout(invocation: Invocation, everywhere: Annotated[bool, typer.Option("--everywhere")] = False) -> None:
    """A command of the wallet keeps no session: those to end are in browsers and other programs."""
    if not everywhere:
        raise InputError("--everywhere", said("rule-logout-everywhere"))
    account = invocation.client.account
    invocation.client.session.log_out_everywhere()
    invocation.output.result({"account": account}, invocation.messages("done-logged-out"))
