"""Columns of numbers: what their cells say, over which range, in which bands.

A range that is not declared is made of round numbers around what was answered; a number of bands becomes cut points at
round numbers that part the answers about evenly. Sensitive numbers with bands leave as their bands.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bank_api.domain.anonymize import Column, ColumnRole
from bank_api.domain.anonymize.grid import bands, counting_cuts
from bank_api.domain.anonymize.schema import Value
from bank_api.domain.dry_run.cells import Cells
from bank_api.domain.dry_run.errors import DryRunError

EXACT = 2.0**53
"""From here on a float has no neighbour one below, so that whole bands would overlap."""


@dataclass(frozen=True)
class Banding:
    """How a sensitive number was banded: the next release of a series bands it alike."""

    ends: tuple[float, ...]
    """The range's least, the cut points, the range's greatest."""
    whole: bool
    """Were the numbers whole, so that bands end where the next has not begun?"""


def number_column(
    name: str, role: ColumnRole, about: Mapping[str, Any], cells: Cells, before: Banding | None, rows: int
) -> tuple[Column, list[Value], Banding | None]:
    """The column, its values, and how a sensitive one is banded: as before, if it was.

    `rows`: so many cells are the table's, the others those of the list of everybody.
    """
    lines = list(zip(cells, cells.numbers, strict=True))
    numbers = [parsed_number(cell, name, line) for cell, line in lines[:rows]]
    numbers += [_listed_number(cell, name, line) for cell, line in lines[rows:]]
    known = [number for number in numbers if number is not None]
    declared = declared_ends(about, name)
    integer = all(float(one).is_integer() and abs(one) < EXACT for one in [*known, *declared.values()])
    low, high = _range(known, integer, **declared)
    if before is not None:
        return (*_banded(name, role, before, numbers), before)
    wanted = _cuts(about.get("bands"), known, low, high, integer, name)
    integer = integer and all(float(cut).is_integer() for cut in wanted)
    if role is ColumnRole.SENSITIVE and "bands" in about:
        banding = Banding((low, *wanted, high), integer)
        return (*_banded(name, role, banding, numbers), banding)
    values: list[Value] = [None if n is None else int(n) if integer else float(n) for n in numbers]
    return Column.number(name, role, low, high, integer=integer, clamp=True, cuts=wanted), values, None


def parsed_number(cell: str, name: str, line: int) -> float | None:
    if not cell:
        return None
    try:
        number = float(cell if "_" not in cell else "")  # Python's own way to write a thousand
    except ValueError:
        raise DryRunError(
            name, "line {line} holds no number: decimals follow a point, thousands stand together", line=line
        ) from None
    if number != number or number in (float("inf"), float("-inf")):
        raise DryRunError(name, "line {line} holds no finite number", line=line)
    return number


def _listed_number(cell: str, name: str, line: int) -> float | None:
    try:
        return parsed_number(cell, name, line)
    except DryRunError as error:
        raise DryRunError("--population", "column {column}: {rule}", column=repr(name), rule=error.rule) from error


def declared_ends(about: Mapping[str, Any], name: str) -> dict[str, float]:
    ends = {end: about[end] for end in ("minimum", "maximum") if end in about}
    for end, number in ends.items():
        if type(number) not in (int, float) or not math.isfinite(number):
            raise DryRunError(f"columns.{name}.{end}", "is a number")
    if len(ends) == len(("minimum", "maximum")) and not ends["minimum"] < ends["maximum"]:
        raise DryRunError(f"columns.{name}.minimum", "lies below maximum")
    return ends


def _range(
    known: Sequence[float], integer: bool, minimum: float | None = None, maximum: float | None = None
) -> tuple[float, float]:
    """As declared; else round numbers around what was answered: full steps of a tenth to the whole of its width."""
    least = min(known, default=0.0) if minimum is None else minimum
    most = max(known, default=1.0) if maximum is None else maximum
    places = math.floor(math.log10(most - least)) if most > least else 0
    places = max(0, places) if integer else places
    step, digits = 10.0**places, max(0, -places)
    low = round(math.floor(least / step) * step, digits) if minimum is None else minimum
    high = round(math.ceil(most / step) * step, digits) if maximum is None else maximum
    return float(low), float(high if high > low else low + step)


def _cuts(wanted: Any, known: Sequence[float], low: float, high: float, integer: bool, name: str) -> tuple[float, ...]:
    """Declared cut points; or, for a number of bands, round numbers that part the answers about evenly."""
    if wanted is None:
        return ()
    if isinstance(wanted, list) and all(type(one) in (int, float) and math.isfinite(one) for one in wanted):
        return tuple(float(cut) for cut in wanted if low < cut and (cut < high or (integer and cut == high)))
    if type(wanted) is not int or wanted < 2:
        raise DryRunError(f"columns.{name}.bands", "is a list of cut points, or a number of bands from 2")
    grid, ranked = counting_cuts(low, high, integer), sorted(known)
    chosen: list[float] = []
    begun = 0
    for left in range(wanted, 1, -1):
        open_ = [cut for cut in grid if cut > (ranked[begun] if begun < len(ranked) else high)]
        if not open_:
            break
        goal = ranked[min(len(ranked) - 1, begun + (len(ranked) - begun) // left)]
        chosen.append(min(open_, key=lambda cut, goal=goal: (abs(cut - goal), cut)))  # type: ignore[misc]
        begun = bisect_left(ranked, chosen[-1])
    return tuple(chosen)


def _banded(
    name: str, role: ColumnRole, banding: Banding, numbers: Sequence[float | None]
) -> tuple[Column, list[Value]]:
    """Numbers leave as their bands."""
    low, *cuts, high = banding.ends
    ranges = bands(low, high, banding.whole, cuts)
    labels = [range_text(band.low, band.high) for band in ranges]
    starts = [band.low for band in ranges]
    told: list[Value] = [
        None if number is None else labels[max(0, bisect_right(starts, min(max(number, low), high)) - 1)]
        for number in numbers
    ]
    return Column.ordinal(name, role, labels), told


def range_text(low: float, high: float) -> str:
    one, other = number_text(low), number_text(high)
    return one if one == other else f"{one}..{other}"


def number_text(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else repr(float(number))
