"""What a column of made-up rows may hold: its cells, declared beforehand and never read from the table.

A cell is a choice, a set of options or a band of numbers; the last one may be "no answer".
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

BANDS = 10
"""Of a number that is declared without bands, and has more values than this."""
DRAWN_DIGITS = 3
"""Of a fraction within its band: as many digits as the width of the band has, and these."""

Value = str | int | float | None


@dataclass(frozen=True)
class Attribute:
    """A column: either `values`, one for each cell, or a number with the `edges` of its bands, one more than there are.

    A band reaches from its edge to below the next, the last to its end. Of whole numbers all edges are whole, and the
    last is one beyond the greatest.
    """

    name: str
    values: tuple[Value, ...] = ()
    edges: tuple[float, ...] = ()
    is_whole: bool = False
    may_miss: bool = False

    @classmethod
    def bands(cls, name: str, low: int, high: int, width: int) -> Attribute:
        """Whole numbers from low to high in bands of this width, the last as wide as is left."""
        return cls(name, edges=(*range(low, high + 1, width), high + 1), is_whole=True)

    @property
    def is_number(self) -> bool:
        return bool(self.edges)

    @property
    def answers(self) -> int:
        return len(self.edges) - 1 if self.is_number else len(self.values)

    @property
    def cells(self) -> int:
        return self.answers + self.may_miss

    @cached_property
    def _code_of(self) -> dict[Value, int]:
        return {value: code for code, value in enumerate(self.values)}

    def code(self, value: Value) -> int:
        """The cell of an answer; numbers beyond the range belong to its ends. Raises KeyError for an undeclared one."""
        if value is None:
            if not self.may_miss:
                raise KeyError(value)
            return self.answers
        if not self.is_number:
            return self._code_of[value]
        return min(max(bisect_right(self.edges, float(value)) - 1, 0), self.answers - 1)

    def drawn(self, code: int, dice: random.Random) -> Value:
        """An answer of this cell: of a band any number in it, each as likely."""
        if code == self.answers:
            return None
        if not self.is_number:
            return self.values[code]
        low, high = self.edges[code], self.edges[code + 1]
        if self.is_whole:
            return dice.randrange(int(low), int(high))
        digits = DRAWN_DIGITS - math.floor(math.log10(high - low))
        return min(max(round(dice.uniform(low, high), digits), low), high)

    def middles(self) -> list[float]:
        """Of each band of numbers, for means and quantiles of codes."""
        return [(low + high - self.is_whole) / 2 for low, high in pairwise(self.edges)]


def even_edges(low: float, high: float, is_whole: bool, bands: int) -> tuple[float, ...]:
    """So many bands as wide as each other; of whole numbers the last as wide as is left."""
    if is_whole:
        width = -(-int(high - low + 1) // bands)
        return (*map(float, range(int(low), int(high) + 1, width)), high + 1.0)
    return (*(low + (high - low) * at / bands for at in range(bands)), high)


def drawn_rows(
    attributes: Sequence[Attribute], columns: Sequence[Iterable[int]], dice: random.Random
) -> list[dict[str, Value]]:
    """Codes, a sequence for each attribute, as rows."""
    told = [[one.drawn(int(code), dice) for code in codes] for one, codes in zip(attributes, columns, strict=True)]
    names = [one.name for one in attributes]
    return [dict(zip(names, row, strict=True)) for row in zip(*told, strict=True)]
