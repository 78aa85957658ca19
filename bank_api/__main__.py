"""`azukari-bank`: serve the API, rebuild the index from the ledger, copy a bank and put it back."""

import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from eth_account import Account
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from web3 import HTTPProvider, Web3

from bank_api.app import make_app
from bank_api.backup import BackupError, back_up
from bank_api.backup import restore as put_back
from bank_api.bank import Bank
from bank_api.flows.opening import open_bank
from bank_api.flows.restored import what_is_missing
from bank_api.log_lines import to_standard_error
from bank_api.settings import Settings
from bank_api.store.database import Database
from chaincode.deployment import Deployment
from chaincode.errors import ChaincodeError
from chaincode.transactor import Transactor
from pds_adapter.errors import PersonalDataStoreError
from pds_adapter.sealing.keys import KeyPair
from pds_adapter.stores.embedded import EmbeddedStore

cli = typer.Typer(
    help="The bank's API server. Settings also come from AZUKARI_BANK_* in the environment.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)

Data = Annotated[Path | None, typer.Option(help="folder of the bank: SQL database, personal data store, keys")]
LedgerUrl = Annotated[
    str | None, typer.Option(help="JSON-RPC address of the ledger; http://127.0.0.1:8545 unless told")
]
LedgerToken = Annotated[Path | None, typer.Option(help="file with the bearer token that the ledger's node asks for")]
DeploymentFile = Annotated[Path | None, typer.Option(help="deployment.json of `python -m chaincode deploy`")]
OperatorKey = Annotated[Path | None, typer.Option(help="file with the operator's private key, 0x-hex")]


@cli.command()
def serve(
    data: Data = None,
    deployment: DeploymentFile = None,
    operator_key_file: OperatorKey = None,
    ledger_url: LedgerUrl = None,
    ledger_token_file: LedgerToken = None,
    host: str = "127.0.0.1",
    port: int = 8600,
    name: Annotated[str | None, typer.Option(help="what people read; Azukari unless told")] = None,
    url: Annotated[
        str | None, typer.Option(envvar="AZUKARI_BANK_URL", help="where people reach the bank; HOST:PORT unless told")
    ] = None,
) -> None:
    """Serve the API. Prints `ready http://HOST:PORT` once it answers; port 0 takes a free one.

    On SIGTERM it takes no more, ends what is under way, and sends what waits in its lanes.

    Example: azukari-bank serve --data bank --deployment deployment.json --operator-key-file operator.key
    """
    listener = socket.create_server((host, port))
    url = url or f"http://{host}:{listener.getsockname()[1]}"
    bank = _open(
        data=data,
        deployment=deployment,
        operator_key_file=operator_key_file,
        ledger_url=ledger_url,
        ledger_token_file=ledger_token_file,
        name=name,
        url=url,
    )
    if bank.settings.metrics_port is not None:
        typer.echo(f"metrics http://127.0.0.1:{bank.figures.serve(bank.settings.metrics_port)}/metrics", err=True)
    config = uvicorn.Config(
        make_app(bank),
        log_config=None,
        access_log=False,
        forwarded_allow_ips=bank.settings.trusted_proxies,
        timeout_graceful_shutdown=bank.settings.stop_seconds,
    )
    to_standard_error(bank.settings.log_level)
    typer.echo(f"ready http://{host}:{listener.getsockname()[1]}")
    sys.stdout.flush()
    uvicorn.Server(config).run(sockets=[listener])


@cli.command()
def reindex(
    data: Data = None,
    deployment: DeploymentFile = None,
    operator_key_file: OperatorKey = None,
    ledger_url: LedgerUrl = None,
    ledger_token_file: LedgerToken = None,
) -> None:
    """Throw the SQL index of ledger events away and read the whole ledger again."""
    bank = _open(
        data=data,
        deployment=deployment,
        operator_key_file=operator_key_file,
        ledger_url=ledger_url,
        ledger_token_file=ledger_token_file,
    )
    read = bank.index.rebuild()
    typer.echo(f"read {read} events up to block {bank.index.next_block() - 1}")
    bank.close()


@cli.command()
def backup(
    out: Annotated[Path, typer.Option(help="new folder for the copy")],
    data: Annotated[Path, typer.Option(envvar="AZUKARI_BANK_DATA", help="folder of the bank")],
) -> None:
    """Copy all that the bank keeps, while it runs. The copy opens what the bank can open: keep it as well.

    Example: azukari-bank backup --data bank --out /backup/bank-2026-11-28
    """
    with _said():
        manifest = back_up(data, out, int(time.time()))
    typer.echo(f"copied {sum(facts['bytes'] for facts in manifest['files'].values())} bytes to {out}")


@cli.command()
def restore(
    backup: Annotated[Path, typer.Option("--from", help="folder that `azukari-bank backup` wrote")],
    data: Annotated[Path, typer.Option(envvar="AZUKARI_BANK_DATA", help="new folder of the bank")],
    deployment: DeploymentFile = None,
    operator_key_file: OperatorKey = None,
    ledger_url: LedgerUrl = None,
    ledger_token_file: LedgerToken = None,
) -> None:
    """Put a copy into a new folder, read the ledger again, and say what came after the copy was made.

    Exit code 3 if something did.
    """
    with _said():
        put_back(backup, data)
    bank = _open(
        data=data,
        deployment=deployment,
        operator_key_file=operator_key_file,
        ledger_url=ledger_url,
        ledger_token_file=ledger_token_file,
    )
    read = bank.index.rebuild()
    missing = what_is_missing(bank)
    bank.close()
    typer.echo(f"restored; read {read} events up to block {bank.index.reached}")
    for name in ("members", "surveys", "requests", "answers"):
        for one in getattr(missing, name):
            typer.echo(f"on the ledger and not in the copy, {name}: {one}")
    if len(missing):
        raise typer.Exit(3)


@contextmanager
def _said() -> Iterator[None]:
    """What went wrong, in a line, and exit code 2."""
    try:
        yield
    except BackupError as error:
        typer.echo(f"azukari-bank: {error}", err=True)
        raise typer.Exit(2) from error


def _open(**options: Any) -> Bank:
    """A bank by the options given; what was not given comes from the environment, else from the settings' defaults."""
    try:
        settings = Settings(**{name: value for name, value in options.items() if value is not None})
        data = settings.data
        data.mkdir(parents=True, exist_ok=True)
        w3 = Web3(HTTPProvider(settings.ledger_url, request_kwargs={"timeout": 30, "headers": _headers(settings)}))
        operator = Account.from_key(settings.operator_key_file.read_text().strip())
        bank = Bank(
            settings,
            Database(settings.database),
            EmbeddedStore(data / "pds.sqlite3"),
            w3,
            Deployment.load(settings.deployment),
            Transactor(w3, operator, timeout_seconds=settings.ledger_timeout_seconds),
            release_key(data / "release.key"),
            lambda: int(time.time()),
        )
        open_bank(bank)
    except ValidationError as error:
        typer.echo(f"azukari-bank: {'; '.join(map(_told, error.errors()))}", err=True)
        raise typer.Exit(2) from error
    except (ChaincodeError, PersonalDataStoreError, OSError, ValueError) as error:
        typer.echo(f"azukari-bank: {error}", err=True)
        raise typer.Exit(2) from error
    return bank


def _headers(settings: Settings) -> dict[str, str]:
    headers = {"Content-Type": "application/json"}
    if settings.ledger_token_file is not None:
        headers["Authorization"] = f"Bearer {settings.ledger_token_file.read_text(encoding='ascii').strip()}"
    return headers


def _told(error: ErrorDetails) -> str:
    """A setting and what is wrong with it; never its value."""
    name = str(error["loc"][0]) if error["loc"] else "settings"
    option, variable = f"--{name.replace('_', '-')}", f"AZUKARI_BANK_{name.upper()}"
    return f"{option} or {variable}: {error['msg']}"


def release_key(path: Path) -> KeyPair:
    """The key that answers are sealed to besides the member's own; made once, readable by the bank alone."""
    if not path.exists():
        draft = path.with_suffix(".tmp")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(os.urandom(32).hex())
            file.flush()
            os.fsync(file.fileno())  # answers sealed to a key that a power cut took could never be released
        draft.replace(path)
    return KeyPair.from_seed(bytes.fromhex(path.read_text().strip()))


def main() -> None:
    cli()


if __name__ == "__main__":
    main()
