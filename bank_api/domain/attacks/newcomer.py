"""One other person is enough: whose answer follows from somebody else's own, by subtracting what all classes counted.

Unknown are numbers x[person] (whether they gave a certain answer); each class of each release says what those of its
people sum to. Take any way to change the numbers without changing a sum, by chance: if two people's changes have one
ratio in several such ways, they have it in all, so whoever is one of the two knows the other. This finds whoever sat
down where somebody left, and pairs further apart, for all people at once and without knowing a single answer.
What follows only because no number is below 0 or above 1 is not looked for here (`linear`, for chosen insiders).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.attacks.linear import DIRECTIONS, ZERO, Sums, solve
from bank_api.domain.attacks.observed import Compared

GRID = 1e6
"""Directions are equal if they fall into one cell of this many to a unit, or of the same grid moved by half a cell."""


def computed_by_one_other(compared: Compared) -> NDArray[np.bool_]:
    """For each person: does their answer follow from one other person's alone (or from nobody's)?"""
    return follows_from_one_other(Sums.of(compared.classes_of_person, len(compared.counts)), len(compared.people))


def follows_from_one_other(sums: Sums, people: int) -> NDArray[np.bool_]:
    """The same of the first so many unknowns of any sums; what the others are, nobody has a word of."""
    ways = np.random.default_rng().standard_normal((sums.groups, DIRECTIONS))
    unseen = (ways - sums.spread(solve(sums, sums.add(ways))))[:people]
    size = np.linalg.norm(unseen, axis=1)
    found: NDArray[np.bool_] = size < ZERO
    free = np.flatnonzero(~found)
    if not len(free):
        return found
    direction = unseen[free] / size[free, None]
    direction *= np.sign(direction[np.arange(len(free)), np.abs(direction).argmax(1)])[:, None]
    for moved in (0.0, 0.5):
        cells = np.floor(direction * GRID + moved).astype(np.int64)
        _, cell, alike = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
        found[free] |= alike[cell.reshape(-1)] > 1
    return found
