"""The ends that a published range of numbers may have: cut points fixed beforehand, the same for everybody.

A range from the least to the greatest number of a class would publish two people's exact numbers, and the topmost one
the top earner's. Cut points are those declared with the column, or else round numbers chosen by its declared range:
steps of 1, 2 or 5 times a power of ten, at most 24 of them; over three orders of magnitude and more, ten a decade.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

STEPS_MAX = 24
WIDE = 1000
"""From this range on (in units of an integer, or of the number itself) round numbers lie closer near zero."""
DECADE = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
SMALLEST_DECADE = 1.0
COUNTED_DECADES = 4


@dataclass(frozen=True)
class Band:
    """Numbers from `low` to `high`; `high` itself belongs to the next band unless it is included."""

    low: float
    high: float
    high_included: bool


def default_cuts(lo: float, hi: float, integer: bool) -> tuple[float, ...]:
    """Round numbers strictly between lo and hi, ascending."""
    if integer and hi - lo <= STEPS_MAX:
        return tuple(float(number) for number in range(int(lo) + 1, int(hi) + 1))
    if hi - lo >= WIDE and max(abs(lo), abs(hi)) <= hi - lo:  # a range about zero, not one far from it
        return _decades(lo, hi, integer, SMALLEST_DECADE)
    step = _step(hi - lo, integer)
    first = math.floor(lo / step) + 1
    return tuple(round(number * step, 12) for number in range(first, first + STEPS_MAX + 1) if number * step < hi)


def counting_cuts(lo: float, hi: float, integer: bool) -> tuple[float, ...]:
    """Cut points between numbers that count as different answers: near together near zero, never 99,998 and 99,999."""
    if integer and hi - lo <= STEPS_MAX:
        return default_cuts(lo, hi, integer)
    return _decades(lo, hi, integer, 10.0 ** (math.floor(math.log10(max(hi - lo, 1e-9))) - COUNTED_DECADES))


def bands(lo: float, hi: float, integer: bool, cuts: Sequence[float]) -> tuple[Band, ...]:
    """The ranges between the cut points; whole numbers end where the next band has not begun."""
    lows = [lo, *cuts]
    if integer:
        return tuple(Band(low, high, True) for low, high in zip(lows, [*(cut - 1 for cut in cuts), hi], strict=True))
    highs = [*cuts, hi]
    return tuple(Band(low, high, n == len(cuts)) for n, (low, high) in enumerate(zip(lows, highs, strict=True)))


def _step(width: float, integer: bool) -> float:
    if width <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(width / STEPS_MAX))
    step = next(power * unit for unit in (1, 2, 5, 10, 20) if width / (power * unit) <= STEPS_MAX)
    return max(1.0, step) if integer else step


def _decades(lo: float, hi: float, integer: bool, smallest: float) -> tuple[float, ...]:
    found, power = {0.0}, smallest
    while power <= max(abs(lo), abs(hi)):
        found |= {round(sign * power * unit, 12) for unit in DECADE for sign in (1, -1)}
        power *= 10
    if integer:
        found = {cut for cut in found if float(cut).is_integer()}
    return tuple(sorted(cut for cut in found if lo < cut < hi))
