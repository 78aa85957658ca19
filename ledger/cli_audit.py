"""Commands for those who trust nobody: follow, checkpoint, audit compare, audit proof, audit referee."""

from __future__ import annotations

import urllib.parse
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .checkpoint import (
    SignedCheckpoint,
    checkpoint_of,
    compare_with_export,
    parse_signed_checkpoint,
    sign_checkpoint,
)
from .cli_output import (
    EXIT_CHAIN_FALSE,
    CallSecondsOption,
    DataOption,
    JsonOption,
    LogJsonOption,
    LogLevelOption,
    now,
    read_text,
    reading,
    say,
)
from .datadir import DataDirectory, load_key
from .errors import LedgerError
from .export import GENESIS_FILE
from .genesis import load_genesis
from .genesis_block import genesis_block, genesis_state
from .runners import RUN_SECONDS
from .state import NodeCache
from .strict_json import load_json

if TYPE_CHECKING:
    from .asking import Ask

audit = typer.Typer(help="Check what others claim, with what you hold.", no_args_is_help=True)


def follow(
    data: DataOption,
    leader: Annotated[str, typer.Option(help="The leader's RPC address.")],
    host: Annotated[str, typer.Option(help="Address to serve reads on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to serve reads on; 0 picks one.")] = 8546,
    peer: Annotated[
        list[str] | None, typer.Option(help="Another follower's RPC address, to exchange checkpoints with.")
    ] = None,
    leader_token: Annotated[Path | None, typer.Option(help="A file with the leader's bearer token.")] = None,
    token_file: Annotated[Path | None, typer.Option(help="Bearer tokens of this node's own readers.")] = None,
    call_seconds: CallSecondsOption = RUN_SECONDS,
    log_json: LogJsonOption = False,
    log_level: LogLevelOption = "warning",
) -> None:
    """Pull a leader's blocks, check every one, serve reads, and sign checkpoints. First: init --genesis."""
    from .asking import ask_over_http
    from .follow import Follower
    from .logs import set_up_logs
    from .node import Node
    from .scrub import scrubbing
    from .server import serve as run_server
    from .tokens import load_tokens

    set_up_logs(log_json, log_level)
    _require_address(leader, "--leader")
    for url in peer or ():
        _require_address(url, "--peer")
    directory = DataDirectory(data)
    chain = directory.open_chain(now)
    try:
        witness = directory.load_or_make_witness()
        token = None if leader_token is None else read_text(leader_token).strip()
        name = witness.public_key.to_checksum_address()
        peers = {url: _peer(url, name) for url in peer or ()}
        ask = ask_over_http(leader, name, token)
        follower = Follower(chain, ask, witness, directory.checkpoint_directory, peers)
        node = Node(chain)
        node.leader, node.gossip = leader, follower.gossip
        tokens = load_tokens(token_file)
        with scrubbing(chain):
            run_server(
                node, host, port, tokens, lambda address: print(f"ready {address}", flush=True), follower, call_seconds
            )
    finally:
        chain.store.close()


def _require_address(url: str, option: str) -> None:
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise typer.BadParameter("must be an http or https address", param_hint=option)


def _peer(url: str, name: str) -> Ask:
    """Another follower, of which no more is read than followers have to say to each other."""
    from .asking import ask_over_http
    from .follow import PEER_BYTES_MAX, PEER_SECONDS_MAX

    return ask_over_http(url, name, answer_bytes_max=PEER_BYTES_MAX, answer_seconds_max=PEER_SECONDS_MAX)


def checkpoint(
    data: DataOption,
    out: Annotated[Path, typer.Option(help="The file to write; give it to somebody else.")],
    block: Annotated[int | None, typer.Option(min=0, help="Block number; the head by default.")] = None,
    key: Annotated[Path | None, typer.Option(help="A file with the witness's private key in hex.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Sign what the chain is now. Works while the node runs."""
    directory = DataDirectory(data)
    witness = directory.load_or_make_witness() if key is None else load_key(key)
    if witness is None:
        raise LedgerError(f"{key} does not exist")
    with reading(data) as chain:
        signed = sign_checkpoint(checkpoint_of(chain, block), witness)
    out.write_text(signed.to_json())
    facts = {"out": str(out), "block": signed.checkpoint.number, "witness": signed.witness}
    say({**facts, "hash": "0x" + signed.checkpoint.block_hash.hex()}, as_json)


@audit.command(epilog="Example: [bold]azukari-ledger audit compare ./audit partner-a.json partner-b.json[/]")
def compare(
    directory: Annotated[Path, typer.Argument(help="An exported chain.")],
    checkpoints: Annotated[list[Path], typer.Argument(help="Checkpoints that others hold.")],
    as_json: JsonOption = False,
) -> None:
    """Compare an exported chain with what witnesses signed. Exit code 3: history was rewritten."""
    from .checkpoint import RewrittenHistoryError

    signed: list[SignedCheckpoint] = [parse_signed_checkpoint(read_text(path)) for path in checkpoints]
    genesis = load_genesis(read_text(directory / GENESIS_FILE))
    root, _ = genesis_state(genesis, NodeCache(None))
    try:
        genesis_hash = genesis_block(genesis, root).header.hash
        agreed = compare_with_export(directory, signed, genesis_hash, genesis.chain_id)
    except RewrittenHistoryError as error:
        facts = {"verdict": "rewritten", "block": error.block_number, "witness": error.witness}
        say({**facts, "reason": error.reason}, as_json)
        raise typer.Exit(EXIT_CHAIN_FALSE) from None
    witnesses = sorted({entry.witness for entry in signed})
    say({"verdict": "agrees", "checkpoints": agreed, "witnesses": witnesses}, as_json)


@audit.command(epilog="Example: [bold]azukari-ledger audit proof proof.json header.rlp --genesis genesis.json[/]")
def proof(
    answer: Annotated[Path, typer.Argument(help="The result of eth_getProof, as JSON.")],
    header: Annotated[Path, typer.Argument(help="The block's header: the result of debug_getRawHeader.")],
    genesis: Annotated[Path, typer.Option(help="The chain's genesis, which names the signers.")],
    as_json: JsonOption = False,
) -> None:
    """Check an account's proof without any node: the proof against the header, the header against its seal."""
    from .offline import check_offline

    facts = check_offline(_result(read_text(answer)), _result(read_text(header)), load_genesis(read_text(genesis)))
    say(facts, as_json)


@audit.command(epilog="Example: [bold]azukari-ledger audit referee ./audit --python ./eels/bin/python[/]")
def referee(
    directory: Annotated[Path, typer.Argument(help="An exported chain.")],
    python: Annotated[
        Path, typer.Option(help="The Python of an environment in which `ethereum-execution` is installed.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Execute the chain with a second, independent engine (EELS) and compare every state root."""
    from .errors import ReplayError
    from .referee import run_referee

    try:
        verdict = run_referee(directory, python)
    except ReplayError as error:
        say({"verdict": "false", "block": error.block_number, "field": error.field, "reason": error.reason}, as_json)
        raise typer.Exit(EXIT_CHAIN_FALSE) from None
    say({"verdict": "true", **verdict}, as_json)


def _result(text: str) -> Any:
    """Plain content, or the result inside a whole JSON-RPC answer."""
    try:
        content = load_json(text)
    except ValueError:
        return text.strip()
    return content.get("result", content) if isinstance(content, dict) else content
