"""`python -m chaincode`: compile the contracts, put them on a chain, check a deployment.

Refuses to take a private key on the command line: keys come from a keystore or from a file.
"""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from eth_account import Account
from eth_account.signers.local import LocalAccount

from chaincode.deployment import Deployment
from chaincode.errors import ChaincodeError, DeploymentError

if TYPE_CHECKING:
    from web3 import Web3

app = typer.Typer(help="The bank's contracts.", no_args_is_help=True, add_completion=False)

Rpc = Annotated[str, typer.Option(help="Where the node answers JSON-RPC; several of one network stand between commas.")]
TokenFile = Annotated[Path | None, typer.Option(help="File with the node's bearer token.")]


@app.command("compile")
def compile_contracts(
    out: Annotated[Path | None, typer.Option(help="Directory for one JSON artifact per contract.")] = None,
) -> None:
    """Compile every contract and print its code size and hash."""
    from chaincode.build import compile_all
    from chaincode.publish import publish_compiled

    artifacts = compile_all()
    if out is not None:
        publish_compiled(artifacts, out)
    for artifact in artifacts.values():
        size = (len(artifact.runtime) - 2) // 2
        typer.echo(f"{artifact.name:12} {size:6} bytes  sha256 {artifact.runtime_hash}")


@app.command("deploy")
def deploy_contracts(
    rpc: Rpc,
    key_file: Annotated[Path, typer.Option(help="Operator's key: hex, or a keystore (version 3).")],
    out: Annotated[Path, typer.Option(help="Where to write the deployment.")] = Path("deployment.json"),
    artifacts: Annotated[
        Path | None,
        typer.Option(help="Directory for one JSON file per contract; deployments/CHAIN beside the deployment else."),
    ] = None,
    password_file: Annotated[Path | None, typer.Option(help="File with the keystore's password.")] = None,
    token_file: TokenFile = None,
    quota_coins: Annotated[
        int, typer.Option(min=0, max=2**64 - 1, help="How many coins may come into being in a period.")
    ] = 10_000_000,
    quota_days: Annotated[int, typer.Option(min=1, max=36_500, help="How long the period is.")] = 30,
) -> None:
    """Deploy and wire every contract and publish ABI, bytecode and addresses as JSON.

    The deployment is what the bank and the wallets read; the files per contract are for Ethereum tools (Hardhat,
    Foundry, ethers, web3). Run again after a crash, it goes on where it stopped.
    """
    from chaincode.build import compile_all
    from chaincode.deploy import FirstQuota, deploy
    from chaincode.publish import publish

    account, w3, compiled = read_key(key_file, password_file), connect(rpc, token_file), compile_all()
    quota = FirstQuota(quota_coins, quota_days * 86400)
    deployment = deploy(w3, account, artifacts=compiled, quota=quota, progress=lambda step: typer.echo(step, err=True))
    folder = artifacts or out.parent / "deployments" / str(deployment.chain_id)
    publish(w3, deployment, compiled, folder)
    deployment.save(out)
    typer.echo(f"{len(deployment.contracts)} contracts on chain {deployment.chain_id} -> {out}, {folder}")


@app.command("verify")
def verify_deployment(
    rpc: Rpc,
    deployment: Annotated[Path, typer.Option(help="The deployment file.")],
    token_file: TokenFile = None,
) -> None:
    """Check that the chain has the code that the deployment names."""
    loaded = Deployment.load(deployment)
    loaded.verify(connect(rpc, token_file))
    typer.echo(f"{len(loaded.contracts)} contracts on chain {loaded.chain_id} are what {deployment} says")


def connect(rpc: str, token_file: Path | None) -> "Web3":
    """Return a web3 handle on a node, or on several as one."""
    from web3 import Web3

    from chaincode.several import provider_of

    headers = {} if token_file is None else {"Authorization": f"Bearer {_read(token_file)}"}
    return Web3(provider_of(rpc, headers))


def read_key(key_file: Path, password_file: Path | None) -> LocalAccount:
    """Return the account whose key a file holds, as hex or as a keystore."""
    text = _read(key_file)
    try:
        if not text.startswith("{"):
            return _account(text)
        if password_file is not None:
            password = _read(password_file)
        else:
            password = typer.prompt("Password of the keystore", hide_input=True, err=True)
        return _account(Account.decrypt(json.loads(text), password))
    except ValueError as error:
        raise DeploymentError(f"key in {key_file} cannot be read: {error}") from error


def _account(key: bytes | str) -> LocalAccount:
    account: LocalAccount = Account.from_key(key)
    return account


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise DeploymentError(f"file {path} cannot be read: {error}") from error


def main() -> None:
    """Run the command line; a refusal is one line on stderr and exit code 1."""
    try:
        app()
    except ChaincodeError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
