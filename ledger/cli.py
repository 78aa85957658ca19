"""The command line: `azukari-ledger` or `python -m ledger`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from .cli_audit import audit, checkpoint, follow
from .cli_disk import prune, repair, verify
from .cli_output import (
    EXIT_REFUSED,
    CallSecondsOption,
    DataOption,
    JsonOption,
    LogJsonOption,
    LogLevelOption,
    errors,
    now,
    progress,
    reading,
    say,
)
from .cli_replay import anchor, replay
from .cli_words import run_in_japanese, told_in_japanese, without_language
from .datadir import DataDirectory, initialise, initialise_from_file
from .errors import DataDirectoryError, LedgerError
from .genesis import DEFAULT_CHAIN_ID
from .runners import RUN_SECONDS
from .words import in_japanese

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})

app = typer.Typer(
    name="azukari-ledger",
    help="A durable Clique chain with standard JSON-RPC, which anybody can replay. In Japanese: --language ja.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line; the ledger's own errors become one clear line and an exit code."""
    words, is_japanese = without_language(sys.argv[1:])
    try:
        if is_japanese:
            run_in_japanese(app, words)
        else:
            app(words)
    except LedgerError as error:
        refused = (in_japanese("title-refused"), told_in_japanese(error)) if is_japanese else ("refused", error)
        errors.print(f"[bold red]{refused[0]}:[/] {refused[1]}", highlight=False, markup=True, soft_wrap=True)
        sys.exit(EXIT_REFUSED)


@app.command(
    epilog="Example: [bold]azukari-ledger init --data ./ledger --writer 0x5050A4F4b3f9338C3472dcC01A87C76A144b3c9c[/]"
)
def init(
    data: DataOption,
    genesis: Annotated[Path | None, typer.Option(help="A geth-format genesis.json to use as it is.")] = None,
    writer: Annotated[
        list[str] | None, typer.Option(help="An account that may write until the permission contract stands.")
    ] = None,
    permission_contract: Annotated[
        str | None, typer.Option(help="The contract that is asked `mayWrite(address)` once it has code.")
    ] = None,
    period: Annotated[int, typer.Option(min=0, help="Least seconds between blocks.")] = 1,
    chain_id: Annotated[int, typer.Option(min=1, help="The chain id.")] = DEFAULT_CHAIN_ID,
    as_json: JsonOption = False,
) -> None:
    """Make a genesis, a signer's key and an empty store. Safe to repeat with the same content."""
    if genesis is not None:
        _take_genesis(data, genesis)
    else:
        initialise(
            data,
            writers=[_address(value, "--writer") for value in writer or ()],
            permission_contract=None
            if permission_contract is None
            else _address(permission_contract, "--permission-contract"),
            period=period,
            chain_id=chain_id,
            clock=now,
        )
    with reading(data) as chain:
        facts = {"chain_id": chain.chain_id, "genesis_hash": "0x" + chain.history.header(0).hash.hex()}
    say({"data": str(data), **facts}, as_json)


@app.command(
    "import-chain",
    epilog="Example: [bold]azukari-ledger import-chain --data ./copy --genesis genesis.json chain.rlp[/]",
)
def import_chain(
    data: DataOption,
    genesis: Annotated[Path, typer.Option(help="The chain's genesis.json, as geth reads it.")],
    chain_file: Annotated[Path, typer.Argument(help="Concatenated RLP blocks, as `geth export` writes them.")],
    check_work: Annotated[
        bool,
        typer.Option(
            "--check-proof-of-work/--skip-proof-of-work",
            help="Check ethash seals, which takes minutes for each epoch; everything else is always checked.",
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Import a third party's chain, checking every block. Safe to repeat: what is there is not imported again."""
    from .importer import check_ethash, import_chain_file

    _take_genesis(data, genesis)
    chain = DataDirectory(data).open_chain(now)
    try:
        with progress("importing", as_json) as advance:
            imported = import_chain_file(
                chain, chain_file, check_work=check_ethash if check_work else None, progress=advance
            )
        head = chain.head.header
    finally:
        chain.store.close()
    say({"imported": imported, "height": head.block_number, "head_hash": "0x" + head.hash.hex()}, as_json)


@app.command(epilog="Example: [bold]azukari-ledger serve --data ./ledger --port 8545[/]")
def serve(
    data: DataOption,
    host: Annotated[str, typer.Option(help="Address to listen on; anything but loopback needs tokens.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 picks a free one.")] = 8545,
    token_file: Annotated[Path | None, typer.Option(help="Bearer tokens, `read|write|admin TOKEN` a line.")] = None,
    call_seconds: CallSecondsOption = RUN_SECONDS,
    log_json: LogJsonOption = False,
    log_level: LogLevelOption = "warning",
) -> None:
    """Answer JSON-RPC and seal blocks. Prints `ready http://HOST:PORT` once it answers."""
    from .logs import set_up_logs
    from .node import Node
    from .pool_journal import PoolJournal
    from .scrub import scrubbing
    from .server import serve as run_server
    from .tokens import load_tokens

    set_up_logs(log_json, log_level)
    tokens = load_tokens(token_file)
    if host not in LOOPBACK_HOSTS and not tokens.entries:
        raise LedgerError(f"serving on {host} needs --token-file; without one only loopback is served")
    directory = DataDirectory(data)
    chain = directory.open_chain(now)
    journal = PoolJournal(directory.pool_file)
    try:
        with scrubbing(chain):
            node = Node(chain, journal=journal)
            run_server(
                node,
                host,
                port,
                tokens,
                lambda address: print(f"ready {address}", flush=True),
                call_seconds=call_seconds,
            )
    finally:
        chain.store.close()


@app.command(epilog="Example: [bold]azukari-ledger export --data ./ledger --out ./audit[/]")
def export(
    data: DataOption,
    out: Annotated[Path, typer.Option(help="Directory for genesis.json, chain.rlp and manifest.json.")],
    parts: Annotated[
        int, typer.Option(min=1, help="Write states in between, so that a replay can work on so many parts at once.")
    ] = 1,
    as_json: JsonOption = False,
) -> None:
    """Write the chain out as geth reads it. Works while the node runs."""
    from .export import export_chain

    with reading(data) as chain, progress("exporting", as_json) as advance:
        place = DataDirectory(data)
        manifest = export_chain(chain, out, advance, place.checkpoint_directory, parts, place.genesis_file)
    say({"out": str(out), **manifest.__dict__}, as_json)


@app.command(epilog="Example: [bold]azukari-ledger status --data ./ledger --json[/]")
def status(data: DataOption, as_json: JsonOption = False) -> None:
    """Show the head, the signers and what the store holds. Works while the node runs."""
    with reading(data) as chain:
        head, snapshot = chain.head.header, chain.head.snapshot
        facts: dict[str, Any] = {
            "height": head.block_number,
            "head_hash": "0x" + head.hash.hex(),
            "head_time": head.timestamp,
            "state_root": "0x" + head.state_root.hex(),
            "chain_id": chain.chain_id,
            "rules": chain.rules_for(head).fork,
            "states_from": chain.states_from,
            "signers": ["0x" + signer.hex() for signer in snapshot.get_sorted_signers()] if snapshot else [],
            "store": dict(chain.store.statistics()),
        }
    say(facts, as_json)


@app.command(epilog="Example: [bold]azukari-ledger reindex --data ./ledger[/]")
def reindex(data: DataOption, as_json: JsonOption = False) -> None:
    """Make the log index anew from the chain. The node must not run meanwhile."""
    chain = DataDirectory(data).open_chain(now)
    try:
        chain.history.rebuild_log_index(chain.head.number)
        entries = chain.store.statistics()["log_index"]
    finally:
        chain.store.close()
    say({"blocks": chain.head.number, "entries": entries}, as_json)


app.command(epilog="Example: [bold]azukari-ledger follow --data ./copy --leader http://127.0.0.1:8545[/]")(follow)
app.command(epilog="Example: [bold]azukari-ledger checkpoint --data ./copy --out today.json[/]")(checkpoint)
app.command(epilog="Example: [bold]azukari-ledger verify --data ./ledger[/]")(verify)
app.command(epilog="Example: [bold]azukari-ledger repair --data ./ledger --from http://127.0.0.1:8546[/]")(repair)
app.command(epilog="Example: [bold]azukari-ledger replay ./audit --checkpoint partner.json[/]")(replay)
app.command(epilog="Example: [bold]azukari-ledger anchor --data ./ledger --tsa https://tsa.example[/]")(anchor)
app.command(epilog="Example: [bold]azukari-ledger prune --data ./ledger --keep-states 1000[/]")(prune)
app.add_typer(audit, name="audit")


def _take_genesis(data: Path, file: Path) -> None:
    try:
        initialise_from_file(data, file, now)
    except (OSError, UnicodeDecodeError) as error:
        raise DataDirectoryError("{file} cannot be read: {why}", file=file, why=error) from None


def _address(value: str, option: str) -> bytes:
    try:
        address = bytes.fromhex(value.removeprefix("0x"))
    except ValueError:
        address = b""
    if len(address) != 20:
        raise typer.BadParameter(f"{value!r} is not an address", param_hint=option)
    return address
