"""Commands around what a chain is compared with: replay, anchor."""

from __future__ import annotations

import contextlib
import time
import urllib.parse
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .cli_output import EXIT_CHAIN_FALSE, DataOption, JsonOption, now, progress, reading, say

if TYPE_CHECKING:
    from .comparison import Comparison
    from .replay import ReplayReport
    from .replay_parts import PartsReport

Files = list[Path] | None


def replay(
    directory: Annotated[Path, typer.Argument(help="A directory that `export` wrote.")],
    checkpoint: Annotated[
        Files, typer.Option(help="A signed checkpoint that somebody kept, or a directory of them.")
    ] = None,
    follower: Annotated[list[str] | None, typer.Option(help="RPC address of a follower to compare with.")] = None,
    receipt: Annotated[Files, typer.Option(help="Receipts that a member kept, as JSON.")] = None,
    tsa_root: Annotated[
        Files, typer.Option(help="Root certificate of a time stamping authority whose stamps in the export count.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Execute an exported chain again from genesis, check everything, and compare it with what others saw.

    Exit code 3: the chain is false, or is not the one that others saw.
    """
    from .checkpoint import RewrittenHistoryError
    from .comparison import compare, read_witnesses
    from .errors import ReplayError
    from .exported import exported_chain
    from .replay import replay as run_replay
    from .replay_parts import replay_in_parts

    started = time.monotonic()
    brought = read_witnesses(checkpoint or (), follower or (), receipt or (), tsa_root or ())
    report: ReplayReport | PartsReport | None
    try:
        report = replay_in_parts(directory, now())
        if report is not None:
            seconds = round(time.monotonic() - started, 3)
            found = compare(exported_chain(directory, report), directory, brought)
        else:
            with progress("replaying", as_json) as advance:
                report = run_replay(directory, progress=advance, now=now())
            seconds = round(time.monotonic() - started, 3)
            with contextlib.closing(report.state):
                found = compare(report.state, directory, brought)
    except ReplayError as error:
        say({"verdict": "false", "block": error.block_number, "field": error.field, "reason": error.reason}, as_json)
        raise typer.Exit(EXIT_CHAIN_FALSE) from None
    except RewrittenHistoryError as error:
        facts = {"verdict": "rewritten", "block": error.block_number, "witness": error.witness}
        say({**facts, "reason": error.reason}, as_json)
        raise typer.Exit(EXIT_CHAIN_FALSE) from None
    say(_facts_of_a_true_chain(report, found, seconds, as_json), as_json)


def _facts_of_a_true_chain(
    report: ReplayReport | PartsReport, found: Comparison, seconds: float, as_json: bool
) -> dict[str, Any]:
    """What is printed: figures, the verdict, and with whom it was compared."""
    statement = found.statement()
    facts = {
        "verdict": "true" if as_json else statement,
        "blocks": report.blocks,
        "transactions": report.transactions,
        "logs": report.logs,
        "head_hash": "0x" + report.head_hash.hex(),
        "state_root": "0x" + report.state_root.hex(),
        "chain_id": report.chain_id,
        "seconds": seconds,
        "parts": getattr(report, "parts", 1),
    }
    if as_json:
        facts |= {"statement": statement, "compared_with": found.facts()}
    else:
        facts |= {f"stamped {stamp.block}": f"{stamp.time} by {stamp.authority}" for stamp in found.stamps}
    if found.stamps_not_checked:
        facts["hint"] = f"{found.stamps_not_checked} time stamps were not checked: name an authority with --tsa-root"
    return facts


def anchor(
    data: DataOption,
    tsa: Annotated[str, typer.Option(help="Address of an RFC 3161 time stamping authority.")],
    tsa_root: Annotated[
        Files, typer.Option(help="The authority's root certificate, to check the stamp before it is kept.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Sign a checkpoint of the head and have a time stamping authority confirm it. `export` carries it along.

    Works while the node runs. Give the two files to others as well: who has only the operator's copy has nothing.
    """
    from .anchor import make_anchor
    from .stamps import load_roots

    if urllib.parse.urlsplit(tsa).scheme not in ("http", "https"):
        raise typer.BadParameter("must be an http or https address", param_hint="--tsa")
    with reading(data) as chain:
        made = make_anchor(chain, data, tsa, load_roots(tsa_root or ()))
    facts = {"block": made.number, "hash": "0x" + made.block_hash.hex(), "checkpoint": str(made.document)}
    say({**facts, "stamp": str(made.stamp), "checked": made.checked}, as_json)
