"""Intersection: somebody's answer is one that every class they ever stood in contains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.attacks.observed import Compared


def possible_by_intersection(compared: Compared) -> NDArray[np.bool_]:
    """Group x answer."""
    groups, _, _ = compared.groups
    contains = compared.counts > 0
    possible = np.ones((len(groups), contains.shape[1]), bool)
    for at in range(groups.shape[1]):
        present = groups[:, at] >= 0
        possible[present] &= contains[groups[present, at]]
    return possible
