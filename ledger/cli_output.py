"""What the commands share: options, output, progress, opening a chain for reading."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from .chain import Chain
from .datadir import DataDirectory
from .errors import LedgerError
from .words import in_japanese

if TYPE_CHECKING:
    from .integrity import Verification

REPAIR_HINT = "azukari-ledger repair --data {data} --from URL-OF-A-FOLLOWER-OR-DIRECTORY-OF-AN-EXPORT"
PUT_BACK_HINT = "{files} from your own copy: no chain holds what stands there, and repair does not make it anew"
EXIT_REFUSED = 1
EXIT_CHAIN_FALSE = 3

reader_is_japanese = False
"""Set once, before a command runs."""
errors = Console(stderr=True)
output = Console()

DataOption = Annotated[Path, typer.Option("--data", help="The node's data directory.", show_default=False)]
LogJsonOption = Annotated[bool, typer.Option("--log-json", help="Log one JSON object a line.")]
LogLevelOption = Annotated[str, typer.Option(help="debug, info, warning or error, on stderr.")]
CallSecondsOption = Annotated[float, typer.Option(min=0.1, help="Longest time for a call, an estimate or a trace.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


def now() -> int:
    return int(time.time())


@contextmanager
def reading(data: Path) -> Iterator[Chain]:
    chain = DataDirectory(data).open_chain(now, read_only=True)
    try:
        yield chain
    finally:
        chain.store.close()


@contextmanager
def progress(title: str, silent: bool) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, disable=silent or not errors.is_terminal) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)


def say(facts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(facts))
        return
    width = max(map(len, facts), default=0)
    for name, value in facts.items():
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        output.print(f"[bold]{name:<{width}}[/]  {shown}", highlight=False, soft_wrap=True)


def say_damage(found: Verification, as_json: bool, facts: dict[str, Any], data: Path) -> None:
    """Each place on a line of its own, then the facts and what to do. Programs read English."""
    japanese = reader_is_japanese and not as_json
    told = [damage.in_japanese() if japanese else str(damage) for damage in found.places]
    if as_json:
        facts["places"] = told
    else:
        for line in told:
            print(line)
    if found.files_made_anew:
        facts["repair"] = REPAIR_HINT.format(data=data)
    if found.files_to_put_back:
        files = ", ".join(found.files_to_put_back)
        facts["put_back"] = in_japanese("hint-put-back", files=files) if japanese else PUT_BACK_HINT.format(files=files)
    say(facts, as_json)


def read_text(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise LedgerError(f"{path} cannot be read: {error}") from None
