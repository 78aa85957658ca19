"""Commands about the store on the disk: verify, repair, prune."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated, Any

import typer

from .cli_output import EXIT_CHAIN_FALSE, DataOption, JsonOption, now, progress, read_text, say, say_damage


def verify(data: DataOption, as_json: JsonOption = False) -> None:
    """Read everything in the data directory and check it. Exit code 0: sound; 3: damaged, a line for each place.

    Works while the node runs. Nothing is changed.
    """
    from .integrity import verify_directory

    logging.getLogger("ledger.store").disabled = True  # each place is told once, on its own line
    with progress("verifying", as_json) as advance:
        found = verify_directory(data, advance)
    facts: dict[str, Any] = {
        "verdict": "damaged" if found.places else "sound",
        "blocks": found.blocks,
        "records": found.records,
        "page_sums": "compared" if found.page_sums_compared else "none of this state (the node runs or was killed)",
    }
    say_damage(found, as_json, facts, data)
    if found.places:
        raise typer.Exit(EXIT_CHAIN_FALSE)


def repair(
    data: DataOption,
    source: Annotated[
        str | None, typer.Option("--from", help="A follower's RPC address, or the directory of an export.")
    ] = None,
    token: Annotated[Path | None, typer.Option(help="A file with that follower's bearer token.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Make the store anew from its own sound blocks and what the source has; every block is executed again.

    The node must not run meanwhile. The damaged store is kept beside the new one.
    Exit code 3: something is still damaged.
    """
    from .block_source import open_source
    from .integrity import verify_directory
    from .repair import repair as run_repair

    given = None if source is None else open_source(source, None if token is None else read_text(token).strip())
    with progress("repairing", as_json) as advance:
        done = run_repair(data, given, now, advance)
    left = verify_directory(data)
    facts: dict[str, Any] = {
        "verdict": "damaged" if left.places else "sound",
        "blocks": done.blocks,
        "from_source": done.from_source,
        "damaged_store": str(done.kept) if done.kept else "",
    }
    say_damage(left, as_json, facts, data)
    if left.places:
        raise typer.Exit(EXIT_CHAIN_FALSE)


def prune(
    data: DataOption,
    keep_states: Annotated[int, typer.Option(min=1, help="How many of the newest blocks' states to keep.")],
    keep_old: Annotated[bool, typer.Option("--keep-old", help="Keep the whole store beside the pruned one.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Leave out old states: what a balance was long ago can no longer be asked. Blocks, receipts and logs stay whole.

    The node must not run meanwhile. A replay of the chain has every state again.
    """
    from .prune import prune as run_prune

    with progress("pruning", as_json) as advance:
        done = run_prune(data, keep_states, keep_old=keep_old, progress=advance)
    say({name: value if isinstance(value, int) else str(value or "") for name, value in vars(done).items()}, as_json)
