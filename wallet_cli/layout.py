"""Tables and lists of facts, as every view lays them out."""

from collections.abc import Iterable, Sequence
from typing import Literal

from rich.cells import cell_len, set_cell_size
from rich.markup import escape
from rich.table import Table
from rich.text import Text

NUMBER = "#"


class Listing(Table):
    """A table that can be shown in part, and whose rows can be numbered where each begins with an id."""

    def __init__(
        self,
        heading: str,
        names: Sequence[str],
        lines: Iterable[Sequence[object]],
        numbers: Sequence[int] = (),
        places: Sequence[int] | None = None,
    ) -> None:
        super().__init__(title=escape(heading), title_justify="left", title_style="bold", header_style="bold cyan")
        self.heading, self._names, self._numbers = heading, names, numbers
        self.lines = [tuple(line) for line in lines]
        self.places = places
        """The number of each row, from one on; None where rows are not numbered."""
        self._lay_out()

    def _lay_out(self) -> None:
        if self.places is not None:
            self.add_column(NUMBER, justify="right", no_wrap=True)
        for index, column in enumerate(self._names):
            # The first column names the row, mostly by an id, which must stay whole to be typed again.
            side: Literal["left", "right"] = "right" if index in self._numbers else "left"
            self.add_column(column, justify=side, overflow="fold", no_wrap=index == 0)
        for place, line in enumerate(self.lines):
            number = () if self.places is None else (str(self.places[place]),)
            self.add_row(*number, *("" if cell is None else escape(str(cell)) for cell in line))

    @property
    def ids(self) -> list[str] | None:
        """The whole ids that the rows begin with; None unless all do, each with its own."""
        found = [line[0].whole for line in self.lines if line and isinstance(line[0], ShortId)]
        return found if found and len(set(found)) == len(self.lines) else None

    def holds(self, place: int, text: str) -> bool:
        """Whether a row shows a text, in capitals or not; an id is looked at as a whole."""
        cells = (cell.whole if isinstance(cell, ShortId) else str(cell or "") for cell in self.lines[place])
        return any(text.casefold() in cell.casefold() for cell in cells)

    def part(self, rows: Sequence[int]) -> "Listing":
        """Some of the rows by their place from zero on, under the numbers that they have in the whole."""
        places = [row + 1 for row in rows] if self.ids is not None else None
        return Listing(self.heading, self._names, [self.lines[row] for row in rows], self._numbers, places)


class ShortId(str):
    """The first digits of an id, which remember the rest."""

    whole: str

    def __new__(cls, whole: str, digits: int) -> "ShortId":
        made = super().__new__(cls, whole[:digits])
        made.whole = whole
        return made


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], right: Sequence[int] = ()) -> Listing:
    """A table whose cells are plain text; `right` names the columns of numbers."""
    return Listing(title, columns, rows, right)


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
