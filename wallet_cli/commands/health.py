"""azukari operator health: how the bank is, and what somebody has to do something about."""

from typing import TYPE_CHECKING

import typer

from wallet_cli.invocation import Invocation, command
from wallet_cli.later import later

if TYPE_CHECKING:
    from wallet_cli.views import health as views
else:
    views = later("wallet_cli.views.health")


def add_health_command(app: typer.Typer) -> None:
    """It belongs to `azukari operator`."""
    command(app, "health", "--json")(health)


def health(invocation: Invocation) -> None:
    found = invocation.client.operator.health()
    invocation.output.result(found, views.health(invocation.messages, found))
