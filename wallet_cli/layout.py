"""Tables and lists of facts, as every view lays them out."""

from collections.abc import Iterable, Sequence
from typing import Literal

from rich.cells import cell_len, set_cell_size
from rich.markup import escape
from rich.table import Table
from rich.text import Text


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], right: Sequence[int] = ()) -> Table:
    """A table whose cells are plain text; `right` names the columns of numbers."""
    made = Table(title=escape(title), title_justify="left", title_style="bold", header_style="bold cyan")
    for index, column in enumerate(columns):
        # The first column names the row, mostly by an id, which must stay whole to be typed again.
        side: Literal["left", "right"] = "right" if index in right else "left"
        made.add_column(column, justify=side, overflow="fold", no_wrap=index == 0)
    for row in rows:
        made.add_row(*("" if cell is None else escape(str(cell)) for cell in row))
    return made


def facts(title: str, rows: Iterable[tuple[str, object]]) -> Text:
    """Names and values, one pair a line; long values run on, so that they can be copied whole."""
    listed = [(name, "" if value is None else str(value)) for name, value in rows]
    width = max((cell_len(name) for name, _ in listed), default=0)
    made = Text(title + "\n", style="bold", no_wrap=True, overflow="ignore")
    for name, value in listed:
        made.append(f"  {set_cell_size(name, width)}  ", "not bold cyan")
        made.append(value.replace("\n", "\n" + " " * (width + 4)) + "\n", "not bold")
    made.rstrip()
    return made
