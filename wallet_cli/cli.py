"""The `azukari` command: one group per role.

Exit codes: 0 done (audit: the chain is true), 1 refused (audit: the chain is false), 2 unusable input, 3 wallet cannot
be used (release: the policy cannot be met), 4 the bank does not answer, 5 what was received contradicts what was
promised.
"""

from typing import Annotated

import typer

from bank_api.protocol.messages.terminal.command_line import Root
from wallet_cli.commands.inbox import add_inbox_command
from wallet_cli.commands.logout import add_logout_command
from wallet_cli.commands.notices import add_notices_command
from wallet_cli.invocation import Invocation, command

GROUPS = (
    "wallet",
    "member",
    "partner",
    "shop",
    "board",
    "operator",
    "custodian",
    "escrow",
    "recovery",
    "pds",
    "box",
    "credential",
    "audit",
    "release",
    "receipt",
    "webhook",
    "results",
)


class Azukari(Root):
    """One module of `wallet_cli.commands` for each group."""

    MODULES = {name: f"wallet_cli.commands.{name}" for name in GROUPS}  # noqa: RUF012  nobody changes it


app = typer.Typer(cls=Azukari, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_show_locals=False)


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        typer.echo(f"azukari {metadata.version('azukari')}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[bool, typer.Option("--version", callback=_tell_version, is_eager=True)] = False,
) -> None:
    """Every command says of itself what it does."""


@command(app, "bank", "--bank http://127.0.0.1:8600 --json")
def bank(invocation: Invocation) -> None:
    from wallet_cli.layout import facts
    from wallet_cli.pins import pins_of

    say, info, health = invocation.messages, invocation.public.bank(), invocation.public.health()
    rows = [
        (say("word-chain"), info.chain_id),
        (say("word-operator"), info.operator),
        (say("word-ledger"), say("word-block-number", number=str(health.ledger.get("block_number")))),
        (say("word-genesis"), pins_of(info).genesis_hash),
        (say("word-terms"), say("word-terms-of", hash=info.terms.hash, language=info.terms.language)),
        (say("word-release-key"), info.release_public_key),
    ]
    document = info.model_dump(mode="json") | {"health": health.model_dump(mode="json")}
    invocation.output.result(document, facts(info.name, rows))


add_inbox_command(app)
add_logout_command(app)
add_notices_command(app)
