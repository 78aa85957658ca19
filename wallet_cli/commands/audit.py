"""azukari audit: replay an exported chain without trusting the bank, and read what it says."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import TaskID

from wallet_cli.errors import EXIT_OK, EXIT_REFUSED
from wallet_cli.invocation import Invocation, command

app = typer.Typer(help="Check the whole ledger from genesis. Needs no bank and no wallet.", no_args_is_help=True)

Folder = Annotated[
    Path, typer.Argument(help="Folder with genesis.json and chain.rlp, as `azukari-ledger export` wrote.")
]
DeploymentFile = Annotated[
    Path | None, typer.Option("--deployment", help="deployment.json; the one in the folder if not given.")
]


@command(app, "replay")
def replay(
    invocation: Invocation,
    folder: Folder,
    deployment: DeploymentFile = None,
    own_code: Annotated[
        bool, typer.Option("--own-code", help="Demand contracts compiled from this program's sources.")
    ] = False,
) -> None:
    """Re-execute every block, check seals and roots, and fold the events through the rules.

    Exit code 0: the chain is true. 1: it is false, and block and field or rule are named. 2: the files cannot be used.

    Example: azukari audit replay ./audit --json
    """
    # The chain's engine takes a second to import, which every other command would pay for.
    from wallet_cli.audit import audit_chain
    from wallet_cli.views import audit as views

    with invocation.output.progress() as bar:
        tasks: dict[str, TaskID] = {}

        def advance(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = bar.add_task(phase, total=None)
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


@command(app, "show")
def show(
    invocation: Invocation,
    folder: Folder,
    deployment: DeploymentFile = None,
    event: Annotated[str | None, typer.Option(help="Only events of this name, such as Disclosed.")] = None,
    account: Annotated[str | None, typer.Option(help="Only events that name this account or id.")] = None,
    last: Annotated[int, typer.Option(min=1, help="At most this many, the latest.")] = 50,
) -> None:
    """List what the contracts recorded, after replaying the chain.

    Example: azukari audit show ./audit --event Disclosed
    """
    from wallet_cli.recorded_events import recorded_events
    from wallet_cli.views import audit as views

    found = [
        one
        for one in recorded_events(folder, deployment, invocation.clock())
        if event in (None, one.name) and (account is None or one.mentions(account))
    ][-last:]
    invocation.output.result({"events": [one.to_json() for one in found]}, views.events(invocation.messages, found))
