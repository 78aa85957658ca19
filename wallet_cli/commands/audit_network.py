"""azukari audit network: a chain that nobody here can execute again, held against what all its nodes say."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import Sentence
from wallet_cli.errors import EXIT_OK, EXIT_REFUSED, InputError
from wallet_cli.invocation import Invocation, command

if TYPE_CHECKING:
    from rich.progress import TaskID


def add_network_command(app: typer.Typer) -> None:
    command(app, "network", "--ledger http://a:8545 --ledger http://b:8545 --deployment deployment.json")(network)


def network(
    invocation: Invocation,
    ledger: Annotated[list[str], typer.Option("--ledger")],
    deployment: Annotated[Path, typer.Option("--deployment")],
) -> None:
    # web3 and the compiler take a second to import, which every other command would pay for.
    from chaincode.deployment import Deployment
    from chaincode.errors import DeploymentError
    from wallet_cli.network_audit import audit_network
    from wallet_cli.views import audit as views

    try:
        known = Deployment.load(deployment)
    except DeploymentError as error:
        raise InputError("--deployment", said("rule-cannot-be-read", why=Sentence(error.reason))) from error
    with invocation.output.progress() as bar:
        tasks: dict[str, TaskID] = {}

        def advance(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = bar.add_task(invocation.messages.named("done-phase", phase), total=None)
            bar.update(tasks[phase], completed=done, total=total or None)

        report = audit_network(ledger, known, advance)
    invocation.output.result(report.to_json(), views.report(invocation.messages, report))
    raise typer.Exit(EXIT_OK if report.is_true else EXIT_REFUSED)
