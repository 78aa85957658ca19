"""azukari audit: replay an exported chain without trusting the bank, and read what it says."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.terminal.command_line import Group
from wallet_cli.errors import EXIT_OK, EXIT_REFUSED
from wallet_cli.invocation import Invocation, command

if TYPE_CHECKING:
    from rich.progress import TaskID

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)

Folder = Annotated[Path, typer.Argument()]
DeploymentFile = Annotated[Path | None, typer.Option("--deployment")]


@command(app, "replay", "./audit --json")
def replay(
    invocation: Invocation,
    folder: Folder,
    deployment: DeploymentFile = None,
    own_code: Annotated[bool, typer.Option("--own-code")] = False,
) -> None:
    # The chain's engine takes a second to import, which every other command would pay for.
    from wallet_cli.audit import audit_chain
    from wallet_cli.views import audit as views

    with invocation.output.progress() as bar:
        tasks: dict[str, TaskID] = {}

        def advance(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = bar.add_task(invocation.messages.named("done-phase", phase), total=None)
            bar.update(tasks[phase], completed=done, total=total or None)

        report = audit_chain(
            folder,
            deployment,
            now=invocation.clock(),
            own_code=own_code,
            progress=advance,
        )
    invocation.output.result(report.to_json(), views.report(invocation.messages, report))
    raise typer.Exit(EXIT_OK if report.is_true else EXIT_REFUSED)


@command(app, "show", "./audit --event Disclosed")
def show(
    invocation: Invocation,
    folder: Folder,
    deployment: DeploymentFile = None,
    event: Annotated[str | None, typer.Option()] = None,
    account: Annotated[str | None, typer.Option()] = None,
    last: Annotated[int, typer.Option(min=1)] = 50,
) -> None:
    from wallet_cli.recorded_events import recorded_events
    from wallet_cli.views import audit as views

    found = [
        one
        for one in recorded_events(folder, deployment, invocation.clock())
        if event in (None, one.name) and (account is None or one.mentions(account))
    ][-last:]
    invocation.output.result({"events": [one.to_json() for one in found]}, views.events(invocation.messages, found))
