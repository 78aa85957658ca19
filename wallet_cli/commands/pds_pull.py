"""azukari pds pull: fetch what another service keeps of me, with my leave given there."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wallet_cli.invocation import Invocation, command
from wallet_cli.later import later

if TYPE_CHECKING:
    from wallet_cli import private_file, pulled
else:
    private_file = later("wallet_cli.private_file")
    pulled = later("wallet_cli.pulled")


def add_pull_command(app: typer.Typer) -> None:
    example = "https://payroll.example/me --issuer https://login.payroll.example --client-id azukari --out payroll.json"
    command(app, "pull", example)(pull)


def pull(
    invocation: Invocation,
    resource: Annotated[str, typer.Argument()],
    issuer: Annotated[str, typer.Option()],
    client_id: Annotated[str, typer.Option()],
    out: Annotated[Path, typer.Option()],
    scope: Annotated[str, typer.Option()] = "openid",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser")] = True,
) -> None:
    say = invocation.messages
    returned = pulled.listening(say("done-pull-come-back"), port)

    def show(address: str) -> None:
        invocation.output.say(say("done-pull-agree", url=address))
        if browser:
            typer.launch(address)

    content = pulled.pull(issuer, client_id, scope, resource, returned, show)
    private_file.write_private(out, content, "--out")
    document = {"file": str(out), "resource": resource, "issuer": issuer, "bytes": len(content)}
    invocation.output.result(document, say("done-pulled", file=str(out), issuer=issuer))
