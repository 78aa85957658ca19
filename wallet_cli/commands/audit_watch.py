"""azukari audit watch: every new block executed and held against the rules as it comes."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wallet_cli.errors import EXIT_OK, EXIT_REFUSED, BankUnreachableError
from wallet_cli.invocation import Invocation, command

if TYPE_CHECKING:
    from wallet_cli.watching import Seen

WAIT_SECONDS = 2.0
"""Between two looks at a ledger that had nothing new."""


def add_watch_command(app: typer.Typer) -> None:
    command(app, "watch", "--ledger http://127.0.0.1:8545 --genesis genesis.json --data ./watch")(watch)


def watch(
    invocation: Invocation,
    ledger: Annotated[str, typer.Option()],
    data: Annotated[Path, typer.Option()],
    genesis: Annotated[Path | None, typer.Option()] = None,
    deployment: Annotated[Path | None, typer.Option()] = None,
    ledger_token_file: Annotated[Path | None, typer.Option()] = None,
    once: Annotated[bool, typer.Option("--once")] = False,
) -> None:
    # The chain's engine takes a second to import, which every other command would pay for.
    from wallet_cli.chain_copies import named_deployment
    from wallet_cli.watching import open_watch

    named = named_deployment(invocation, deployment)
    with open_watch(data, ledger, named, genesis, ledger_token_file, invocation.clock) as watching:
        silent = False
        while True:
            try:
                seen, silent = watching.look(), False
            except BankUnreachableError as error:
                if once:
                    raise
                if not silent:
                    invocation.output.refusal(error)
                seen, silent = None, True
            if seen is not None:
                _tell(invocation, seen)
                if not seen.is_true:
                    raise typer.Exit(EXIT_REFUSED)
                if once and seen.at_the_end:
                    raise typer.Exit(EXIT_OK)
            if seen is None or not seen.blocks:
                time.sleep(WAIT_SECONDS)


def _tell(invocation: Invocation, seen: "Seen") -> None:
    """With --json one line for each look that had something, so that a program reads them as they come."""
    from wallet_cli.views import audit as views

    if not seen.blocks and seen.is_true and not seen.at_the_end:
        return
    invocation.output.line(seen.to_json(), views.seen(invocation.messages, seen))
