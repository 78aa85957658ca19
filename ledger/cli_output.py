"""What the commands share: options, output, progress, opening a chain for reading."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from .chain import Chain
from .datadir import DataDirectory
from .errors import LedgerError

EXIT_REFUSED = 1
EXIT_CHAIN_FALSE = 3

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


def read_text(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise LedgerError(f"{path} cannot be read: {error}") from None
