"""The `azukari` command: one group per role.

Exit codes: 0 done (audit: the chain is true), 1 refused (audit: the chain is false), 2 unusable input, 3 wallet cannot
be used (release: the policy cannot be met), 4 the bank does not answer, 5 what was received contradicts what was
promised.
"""

from importlib import metadata
from typing import Annotated

import typer

from wallet_cli.commands import audit, board, custodian, escrow, member, operator, partner, release, shop, wallet
from wallet_cli.invocation import Invocation, command
from wallet_cli.output import facts

EPILOG = """
Exit codes: 0 done, 1 refused or found false, 2 unusable input, 3 wallet (release: policy unmet), 4 bank unreachable,
5 evidence does not hold.
"""

app = typer.Typer(
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
app.add_typer(wallet.app, name="wallet")
app.add_typer(member.app, name="member")
app.add_typer(partner.app, name="partner")
app.add_typer(shop.app, name="shop")
app.add_typer(board.app, name="board")
app.add_typer(operator.app, name="operator")
app.add_typer(custodian.app, name="custodian")
app.add_typer(escrow.app, name="escrow")
app.add_typer(audit.app, name="audit")
app.add_typer(release.app, name="release")


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"azukari {metadata.version('azukari')}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", help="Show the version and exit.", callback=_tell_version, is_eager=True)
]


@app.callback()
def root(version: Version = False) -> None:
    """Azukari, an information bank that anyone can audit. Your keys stay on this machine."""


@command(app, "bank")
def bank(invocation: Invocation) -> None:
    """Show the bank: its name, chain, contracts and terms. No wallet is needed.

    Example: azukari bank --bank http://127.0.0.1:8600 --json
    """
    info, health = invocation.public.bank(), invocation.public.health()
    rows = [
        ("chain", info.chain_id),
        ("operator", info.operator),
        ("ledger", "block {block_number}".format_map({"block_number": health.ledger.get("block_number")})),
        ("terms", f"{info.terms.hash} ({info.terms.language})"),
        ("release key", info.release_public_key),
    ]
    document = info.model_dump(mode="json") | {"health": health.model_dump(mode="json")}
    invocation.output.result(document, facts(info.name, rows))
