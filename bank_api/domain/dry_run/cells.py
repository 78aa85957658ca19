"""The cells of a CSV text: a header that names every column once, and lines that are as long; options within a cell.

Divided by commas (RFC 4180), or by the semicolons or tabs that a spreadsheet writes where the comma divides decimals.
Blank lines count for nothing, nor do lines of dividers alone at the end, which spreadsheets write below a table: nobody
is in them, and they would count as people. Nor does a column without name or content: a divider at each line's end
makes one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from bank_api.domain.anonymize.choices import BETWEEN
from bank_api.domain.dry_run.errors import DryRunError

DIVIDERS = (",", ";", "\t")


class Cells(list[str]):
    """Those of one column, and the line of the file that each stands on."""

    def __init__(self, cells: Iterable[str], numbers: Sequence[int]) -> None:
        super().__init__(cells)
        self.numbers = numbers


class Lines(list[list[str]]):
    """Those below the header, and of each the line of the file that it ends on."""

    def __init__(self, lines: Iterable[list[str]], numbers: Sequence[int]) -> None:
        super().__init__(lines)
        self.numbers = numbers

    def column(self, at: int) -> Cells:
        return Cells((line[at].strip() for line in self), self.numbers)


def read_csv(text: str, where: str) -> tuple[list[str], Lines]:
    """Header and lines; names without the blanks around them. Raises DryRunError."""
    text = text.removeprefix("\ufeff")
    try:
        divider = max(DIVIDERS, key=lambda one: len(next(_lines(text, one), (0, []))[1]))
        numbered = list(_lines(text, divider))
    except csv.Error as error:
        raise DryRunError(where, "is no CSV ({why})", why=error) from error
    header, lines = ([name.strip() for name in numbered[0][1]] if numbered else []), numbered[1:]
    while lines and not any(cell.strip() for cell in lines[-1][1]):
        lines.pop()
    if not header or len(set(header)) < len(header):
        raise DryRunError(where, "needs a header that names every column once")
    for number, line in lines:
        if len(line) != len(header):
            raise DryRunError(
                where,
                "line {line} has {found} cells, the header {expected}",
                line=number,
                found=len(line),
                expected=len(header),
            )
    cells = [line for _, line in lines]
    if "" in header:
        at = header.index("")
        if any(line[at].strip() for line in cells):
            raise DryRunError(where, "has a column without a name")
        header, cells = header[:at] + header[at + 1 :], [line[:at] + line[at + 1 :] for line in cells]
    return header, Lines(cells, [number for number, _ in lines])


def _lines(text: str, divider: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=divider)
    return ((reader.line_num, line) for line in reader if line)


def options_of(cell: str) -> list[str]:
    return [option for part in cell.replace(";", BETWEEN).split(BETWEEN) if (option := part.strip())]
