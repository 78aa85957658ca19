"""`azukari-bank`: serve the API, rebuild the index from the ledger, copy a bank and put it back."""

import gc
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Annotated, Any

import typer
import uvicorn
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from web3 import Web3

from bank_api import release_keys
from bank_api.app import make_app
from bank_api.backup import BackupError, back_up
from bank_api.backup import restore as put_back
from bank_api.bank import Bank
from bank_api.doors import doors
from bank_api.errors import DatabaseDownError
from bank_api.explorer import make_explorer
from bank_api.flows.erase import erase_again
from bank_api.flows.opening import open_bank, open_beside
from bank_api.flows.restored import what_is_missing
from bank_api.leading.crew import Crew, CrewError, end_with_the_parent, lead_until_told
from bank_api.log_lines import to_standard_error
from bank_api.protocol.messages import Catalogue
from bank_api.protocol.messages.checked import broken
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.messages.terminal.command_line import Command, Root, messages_of
from bank_api.routes.head_limit import HeadLimit
from bank_api.routes.inbox import SAID_BYTES_MAX
from bank_api.settings import PAGES, Settings
from bank_api.starting import SettingsRefusedError, check_many, lead_alone, made
from bank_api.store.database import Database
from bank_api.store.schema import SchemaError
from chaincode.deployment import Deployment
from chaincode.errors import ChaincodeError
from chaincode.node import Node
from chaincode.provider import NodeProvider
from pds_adapter.errors import PersonalDataStoreError


class AzukariBank(Root):
    PROGRAM = "azukari-bank"


cli = typer.Typer(cls=AzukariBank, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_show_locals=False)

Data = Annotated[Path | None, typer.Option()]
DatabaseUrl = Annotated[str | None, typer.Option("--database", envvar="AZUKARI_BANK_DATABASE_URL")]
LedgerUrl = Annotated[str | None, typer.Option()]
LedgerToken = Annotated[Path | None, typer.Option()]
DeploymentFile = Annotated[Path | None, typer.Option()]
OperatorKey = Annotated[Path | None, typer.Option()]


BACKLOG = 1024
"""Connections that wait to be taken: a crowd comes within a moment."""
GARBAGE_LEAST = 20_000
"""Objects that must have come and stayed before it is worth while to look which of them are garbage."""
EXAMPLE = "--data bank --deployment deployment.json --operator-key-file operator.key"


@cli.command(cls=Command, epilog=EXAMPLE)
def serve(
    context: typer.Context,
    data: Data = None,
    deployment: DeploymentFile = None,
    operator_key_file: OperatorKey = None,
    ledger_url: LedgerUrl = None,
    ledger_token_file: LedgerToken = None,
    host: str = "127.0.0.1",
    port: int = 8600,
    name: Annotated[str | None, typer.Option()] = None,
    url: Annotated[str | None, typer.Option(envvar="AZUKARI_BANK_URL")] = None,
    database_url: DatabaseUrl = None,
    workers: Annotated[int, typer.Option(min=1, max=64)] = 1,
) -> None:
    """Serve the API. Prints `ready http://HOST:PORT` once it answers; port 0 takes a free one.

    On SIGTERM it takes no more, ends what is under way, and sends what waits in its lanes.
    """
    say = messages_of(context)
    listener = socket.create_server((host, port), backlog=BACKLOG)
    here = f"http://{host}:{listener.getsockname()[1]}"
    given = context.params | {"url": url or here}
    if workers > 1:
        settings = _settings(say, given)
        with _told(say):
            check_many(settings)
            settings.data.mkdir(parents=True, exist_ok=True)
            Database(settings.database).close()  # its tables are there before anybody needs them
            release_keys.load(settings.data)
            Crew(settings, listener, workers).run(ready=lambda: _say_ready(here))
        return
    bank = _open(say, given)
    _serve(bank, listener, lambda: _say_ready(here))


@cli.command(cls=Command, hidden=True)
def work(context: typer.Context, listener: Annotated[int, typer.Option()]) -> None:
    """One of several processes that serve the API; `serve --workers` starts it."""
    say = messages_of(context)
    end_with_the_parent()
    bank = _open(say, {}, is_led=True)
    _serve(bank, socket.socket(fileno=listener), lambda: _say_ready("worker"))


@cli.command(cls=Command, hidden=True)
def lead(context: typer.Context) -> None:
    """The process that signs as the operator, or stands by to; `serve --workers` starts it."""
    say = messages_of(context)
    end_with_the_parent()
    settings = _settings(say, {})
    to_standard_error(settings.log_level)
    with _told(say):
        bank = made(settings, is_led=False)
        lead_until_told(bank, settings.database, ready=lambda: _say_ready("leader"))


def _say_ready(what: str) -> None:
    typer.echo(f"ready {what}")
    sys.stdout.flush()


def _serve(bank: Bank, listener: socket.socket, ready: Callable[[], None]) -> None:
    if bank.settings.metrics_port is not None:
        typer.echo(f"metrics http://127.0.0.1:{bank.figures.serve(bank.settings.metrics_port)}/metrics", err=True)
    config = uvicorn.Config(
        make_app(bank),
        http=HeadLimit,
        ws_max_size=SAID_BYTES_MAX,
        log_config=None,
        access_log=False,
        forwarded_allow_ips=bank.settings.trusted_proxies,
        timeout_graceful_shutdown=bank.settings.stop_seconds,
    )
    to_standard_error(bank.settings.log_level)
    _leave_alone_what_stays()
    ready()
    _Server(config, bank.stopping).run(sockets=doors(listener))


@cli.command(cls=Command, epilog="--deployment deployment.json --ledger-url http://127.0.0.1:8546")
def explorer(
    context: typer.Context,
    deployment: Annotated[Path, typer.Option()],
    ledger_url: Annotated[str, typer.Option()],
    host: str = "127.0.0.1",
    port: int = 8700,
) -> None:
    """Serve the explorer from a follower of one's own, without the bank. Prints `ready http://HOST:PORT`."""
    try:
        found = Deployment.load(deployment)
        node = Node(Web3(NodeProvider(ledger_url)))
        app = make_explorer(found, node, PAGES)
    except ChaincodeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    listener = socket.create_server((host, port))
    typer.echo(f"ready http://{host}:{listener.getsockname()[1]}")
    sys.stdout.flush()
    uvicorn.Server(uvicorn.Config(app, http=HeadLimit, log_config=None, access_log=False)).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Says at once that it was told to end, so that streams end too and nobody is waited for in vain."""

    def __init__(self, config: uvicorn.Config, stopping: Event) -> None:
        super().__init__(config)
        self._stopping = stopping

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._stopping.set()
        super().handle_exit(sig, frame)


def _leave_alone_what_stays() -> None:
    """Half a million objects of libraries and contracts live as long as the process: none of them is looked at again
    whenever garbage is collected, which takes a tenth of a second each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_LEAST)


@cli.command(cls=Command, epilog=EXAMPLE)
def reindex(
    context: typer.Context,
    data: Data = None,
    deployment: DeploymentFile = None,
    operator_key_file: OperatorKey = None,
    ledger_url: LedgerUrl = None,
    ledger_token_file: LedgerToken = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Throw the SQL index of ledger events away and read the whole ledger again."""
    bank = _open(messages_of(context), context.params)
    read = bank.index.rebuild()
    last = str(bank.index.next_block() - 1)
    typer.echo(messages_of(context)("done-reindexed", count=read, block=last))
    bank.close()


@cli.command(cls=Command, epilog="--data bank --out /backup/bank-2026-11-28")
def backup(
    context: typer.Context,
    out: Annotated[Path, typer.Option()],
    data: Annotated[Path, typer.Option(envvar="AZUKARI_BANK_DATA")],
    database_url: DatabaseUrl = None,
) -> None:
    """Copy all that the bank keeps, while it runs. The copy opens what the bank can open."""
    say = messages_of(context)
    with _told_in_a_line(say):
        manifest = back_up(data, out, int(time.time()), database_url)
    copied = sum(facts["bytes"] for facts in manifest["files"].values())
    typer.echo(say("done-backed-up", bytes=str(copied), out=str(out)))


@cli.command(cls=Command, epilog=f"--from /backup/bank-2026-11-28 {EXAMPLE}")
def restore(
    context: typer.Context,
    backup: Annotated[Path, typer.Option("--from")],
    data: Annotated[Path, typer.Option(envvar="AZUKARI_BANK_DATA")],
    deployment: DeploymentFile = None,
    operator_key_file: OperatorKey = None,
    ledger_url: LedgerUrl = None,
    ledger_token_file: LedgerToken = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Put a copy into a new folder and read the ledger again; exit code 3 if something came after the copy."""
    say = messages_of(context)
    with _told_in_a_line(say):
        put_back(backup, data, database_url)
    bank = _open(say, context.params)
    read = bank.index.rebuild()
    again = erase_again(bank)
    missing, reached = what_is_missing(bank), str(bank.index.reached)
    bank.close()
    typer.echo(say("done-restored", count=read, block=reached))
    if again:
        typer.echo(say("done-erased-again", count=len(again)))
    for name in ("members", "surveys", "requests", "answers"):
        for one in getattr(missing, name):
            typer.echo(say("done-not-in-the-copy", what=say(f"word-{name}"), id=str(one)))
    if len(missing):
        raise typer.Exit(3)


@cli.command("rotate-release-key", cls=Command, epilog="--data bank")
def rotate_release_key(context: typer.Context, data: Annotated[Path, typer.Option(envvar="AZUKARI_BANK_DATA")]) -> None:
    """Put a new release key in place of the present one; all documents pass to it once the bank starts."""
    say = messages_of(context)
    with _told_in_a_line(say):
        keys = release_keys.rotate(data)
    typer.echo(say("done-key-rotated", key=keys.present.public.to_hex()))


@cli.command("release-key", cls=Command, epilog="--data bank")
def release_key(context: typer.Context, data: Annotated[Path, typer.Option(envvar="AZUKARI_BANK_DATA")]) -> None:
    """Show the release key, and how far a rotation of it is."""
    say = messages_of(context)
    with _told_in_a_line(say):
        keys, progress = release_keys.shown(data)
    typer.echo(say("word-release-key-is", key=keys.present.public.to_hex()))
    if progress is not None:
        told = {name: str(value) for name, value in asdict(progress).items()}
        typer.echo(say("done-key-progress", **told, state="done" if progress.is_finished else "on"))
    elif keys.former is not None:
        typer.echo(say("done-key-waits"))


@contextmanager
def _told_in_a_line(say: Catalogue) -> Iterator[None]:
    """What went wrong, in a line, and exit code 2."""
    try:
        yield
    except (BackupError, release_keys.RotationRefusedError) as error:
        typer.echo(f"azukari-bank: {error.said.told(say)}", err=True)
        raise typer.Exit(2) from error


def _open(say: Catalogue, options: Mapping[str, Any], is_led: bool = False) -> Bank:
    """A bank by the options given; what was not given comes from the environment, else from the settings' defaults."""
    settings = _settings(say, options)
    with _told(say):
        bank = made(settings, is_led)
        if not is_led:
            lead_alone(settings)  # before anything is written anywhere
        (open_beside if is_led else open_bank)(bank)
    return bank


def _settings(say: Catalogue, options: Mapping[str, Any]) -> Settings:
    given = {name: options[name] for name in Settings.model_fields if options.get(name) is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        typer.echo(f"azukari-bank: {'; '.join(_setting(say, one) for one in error.errors())}", err=True)
        raise typer.Exit(2) from error


@contextmanager
def _told(say: Catalogue) -> Iterator[None]:
    """Why the bank cannot be opened, in a line, and exit code 2."""
    try:
        yield
    except (SchemaError, SettingsRefusedError, CrewError, DatabaseDownError) as error:
        told = said("refusal-database-down") if isinstance(error, DatabaseDownError) else error.said
        typer.echo(f"azukari-bank: {told.told(say)}", err=True)
        raise typer.Exit(2) from error
    except (ChaincodeError, PersonalDataStoreError, OSError, ValueError) as error:
        file = getattr(error, "filename", None)
        told = said("error-field", field=str(file), rule=fault(error)) if file else fault(error)
        typer.echo(f"azukari-bank: {told.told(say)}", err=True)
        raise typer.Exit(2) from error


def _setting(say: Catalogue, error: ErrorDetails) -> str:
    """A setting and what is wrong with it; never its value."""
    name = str(error["loc"][0]) if error["loc"] else "settings"
    option, variable = f"--{name.replace('_', '-')}", f"AZUKARI_BANK_{name.upper()}"
    return say("error-setting", option=option, variable=variable, rule=broken(error).told(say))


NESTED_MAX = 5_000
"""How deep calls, and a stranger's JSON, may nest."""


def main() -> None:
    # py_ecc, which key files bring, sets it to 100,000 for its whole process. The parser of JSON would then not stop
    # with an error at so many brackets, but overflow the C stack: one request would end the bank.
    sys.setrecursionlimit(NESTED_MAX)
    cli()
