"""`azukari-bank`: serve the API, or rebuild the index from the ledger."""

import os
import socket
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from eth_account import Account
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from web3 import HTTPProvider, Web3

from bank_api.app import make_app
from bank_api.bank import Bank
from bank_api.flows.opening import open_bank
from bank_api.flows.places import open_stores
from bank_api.settings import Settings
from bank_api.store.database import Database
from chaincode.deployment import Deployment
from chaincode.errors import ChaincodeError
from chaincode.transactor import Transactor
from pds_adapter.errors import PersonalDataStoreError
from pds_adapter.sealing.keys import KeyPair

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
    config = uvicorn.Config(make_app(bank), log_level="warning", access_log=False, timeout_graceful_shutdown=10)
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
            open_stores(settings),
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
