"""Small cells are not told one by one, and what is told does not tell them by subtraction.

A cell is small if its noisy count does not say, with 99.9 % confidence, that k people stand in it. Decided by noisy
counts alone: which cells are held back tells nothing more than they do.
- Of one question: the small cells together are a rest of at least two cells and, with the same confidence, k people;
  while they are not, the smallest cell that is told joins them.
- Of two: the same for what is held back in each row and column, whose sums are known from the tables of one question;
  and no held-back cell may follow from these sums: seen as edges between rows and columns, none is a bridge.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.statistics.noise import Noisy

SMALL_WRONG_SHARE = 0.002
"""Of both tails: in one case of a thousand a small cell is taken for a large one."""
Mask = NDArray[np.bool_]
Counts = NDArray[np.int64]


def is_small(noisy: int, k: int, measured: Noisy, parts: int = 1) -> bool:
    return noisy < k + measured.error(SMALL_WRONG_SHARE, parts)


def held_back(measured: Noisy, k: int) -> list[int]:
    """The cells of one question that are not told by themselves."""
    values = measured.values
    held = [cell for cell, value in enumerate(values) if is_small(value, k, measured)]
    shown = sorted(set(range(len(values))) - set(held), key=lambda cell: values[cell])
    while held and shown and (len(held) < 2 or is_small(sum(values[c] for c in held), k, measured, len(held))):
        held.append(shown.pop(0))
    return sorted(held)


def held_back_crossed(noisy: Sequence[Sequence[int]], parts: Counts, k: int, measured: Noisy) -> Mask:
    """`noisy` has the rows and columns that the tables of one question tell, each rest as one of them.

    `parts` says of how many measured cells each consists.
    """
    values = np.array(noisy)
    small = np.vectorize(lambda value, count: is_small(int(value), k, measured, int(count)), otypes=[bool])
    held: Mask = small(values, parts)
    while True:
        again = _widened(held, values, parts, lambda v, p: is_small(v, k, measured, p))
        if again is None:
            return held
        held[again] = True


def _widened(held: Mask, values: Counts, parts: Counts, small: Callable[[int, int], bool]) -> tuple[int, int] | None:
    """One more cell that has to be held back, if there is one."""
    for axis in (0, 1):
        lines, numbers, sizes = (held, values, parts) if axis == 0 else (held.T, values.T, parts.T)
        for line in range(len(lines)):
            inside = lines[line]
            if not inside.any() or inside.all():
                continue
            if inside.sum() == 1 or small(int(numbers[line][inside].sum()), int(sizes[line][inside].sum())):
                cell = int(np.argmin(np.where(inside, np.iinfo(np.int64).max, numbers[line])))
                return (line, cell) if axis == 0 else (cell, line)
    for row, column in zip(*np.nonzero(held), strict=True):
        if not held[row].all() and is_bridge(held, int(row), int(column)):
            cell = int(np.argmin(np.where(held[row], np.iinfo(np.int64).max, values[row])))
            return int(row), cell
    return None


def is_bridge(held: Mask, row: int, column: int) -> bool:
    """Whether rows and columns fall apart without this cell: then its value follows from the sums."""
    left = held.copy()
    left[row, column] = False
    rows, columns = {row}, set[int]()
    waiting = [row]
    while waiting:
        for other in set(np.flatnonzero(left[waiting.pop()]).tolist()) - columns:
            if other == column:
                return False
            columns.add(other)
            new = set(np.flatnonzero(left[:, other]).tolist()) - rows
            rows |= new
            waiting.extend(new)
    return True
