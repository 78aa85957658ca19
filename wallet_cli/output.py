"""Where output goes: results on stdout, what is said along the way on stderr.

With --json, stdout holds exactly one JSON value. Colours and progress bars appear on terminals only.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

from pydantic import BaseModel
from rich.console import Console, RenderableType
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from chaincode.ids import to_hex
from wallet_cli.errors import InputError, WalletError

SHORT_ID_DIGITS = 10
PROGRESS_WIDTH = 32
FILE_WIDTH = 160
"""Into a file or a pipe, tables are this wide; a terminal says its own width."""


class Output:
    """The two streams of one run."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self.stdout = _console(sys.stdout)
        self.stderr = _console(sys.stderr)

    def result(self, document: Any, view: RenderableType | None = None) -> None:
        """The outcome of a command: the document for programs, the view for people."""
        if self.as_json:
            sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=_plain) + "\n")
        elif view is not None:
            self.stdout.print(view)

    def say(self, text: str) -> None:
        """Something for the person at the terminal, never part of the result."""
        self.stderr.print(escape(text))

    def show(self, view: RenderableType) -> None:
        """Something to read before deciding."""
        self.stderr.print(view)

    def refusal(self, error: WalletError) -> None:
        """What went wrong and what to do about it."""
        self.stderr.print(f"[bold red]error:[/] {escape(error.message)}")
        if error.hint:
            self.stderr.print(f"[bold]hint:[/] {escape(error.hint)}")
        if self.as_json:
            named = {name: getattr(error, name, None) for name in ("code", "field", "rule", "status")}
            body = {"message": error.message, "hint": error.hint, "exit_code": error.exit_code}
            self.result({"error": body | {name: value for name, value in named.items() if value is not None}})

    @contextmanager
    def progress(self) -> "Iterator[Progress]":
        """A progress bar on stderr, on terminals only."""
        columns = (
            TextColumn("{task.description}"),
            BarColumn(PROGRESS_WIDTH),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self.stderr, transient=True, disable=not self.stderr.is_terminal) as bar:
            yield bar


def _console(stream: TextIO) -> Console:
    return Console(file=stream, highlight=False, soft_wrap=True, width=None if stream.isatty() else FILE_WIDTH)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, bytes):
        return to_hex(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], right: Sequence[int] = ()) -> Table:
    """A table whose cells are plain text; `right` names the columns of numbers."""
    made = Table(title=escape(title), title_justify="left", title_style="bold", header_style="bold cyan")
    for index, column in enumerate(columns):
        # Ids stay whole: a cut id is of no use to the next command.
        made.add_column(column, justify="right" if index in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*("" if cell is None else escape(str(cell)) for cell in row))
    return made


def facts(title: str, rows: Iterable[tuple[str, object]]) -> Table:
    """Names and values, one pair a line."""
    made = Table(title=escape(title), title_justify="left", title_style="bold", show_header=False, box=None)
    made.add_column(style="cyan")
    made.add_column(overflow="fold")
    for name, value in rows:
        made.add_row(escape(name), escape("" if value is None else str(value)))
    return made


def short(identifier: str) -> str:
    """The first digits of an id, which commands take in place of the whole."""
    return identifier[: SHORT_ID_DIGITS + 2]


def find_by_prefix(prefix: str, candidates: Iterable[str], what: str) -> str:
    """The one candidate that starts so; refuses none and several."""
    found = sorted({candidate for candidate in candidates if candidate.lower().startswith(prefix.lower())})
    if not prefix.removeprefix("0x") or not found:
        raise InputError(what, f"{prefix or 'an empty id'} is not among those known to the bank for you")
    if len(found) > 1:
        raise InputError(what, f"{prefix} fits {len(found)} of them; give more digits")
    return found[0]
