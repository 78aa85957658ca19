"""One other person is enough: whose answer follows from somebody else's own, by subtracting what all classes counted.

Unknown are numbers x[person] (whether they gave a certain answer); each class of each release says what those of its
people sum to. Take any way to change the numbers without changing a sum, by chance: if two people's changes have one
ratio in several such ways, they have it in all, so whoever is one of the two knows the other. This finds whoever sat
down where somebody left, and pairs further apart, for all people at once and without knowing a single answer.
People of one history are one unknown, their sum: of three and more who share it nobody reads another, two do where
their sum is decided, and by anybody else's word only who is alone with a history can be read.
What follows only because no number is below 0 or above 1 is not looked for here (`linear`, for chosen insiders).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.attacks.linear import decided
from bank_api.domain.attacks.observed import Compared, Numbers
from bank_api.domain.attacks.sums import Sums


def computed_by_one_other(compared: Compared) -> NDArray[np.bool_]:
    """For each person: does their answer follow from one other person's alone (or from nobody's)?"""
    groups, of_person, sizes = compared.groups
    return follows_from_one_other(Sums.of(groups, len(compared.counts)), sizes)[of_person]


def follows_from_one_other(sums: Sums, sizes: Numbers) -> NDArray[np.bool_]:
    """The same of the people of each group. What unknowns there are beside the groups, nobody has a word of."""
    found = decided(sums, np.zeros((int(sums.class_of_pair[-1]) + 1, 0), np.int64))
    count = len(sizes)
    read: NDArray[np.bool_] = found.still[:count] & (sizes <= 2)
    alone = np.flatnonzero(~found.still[:count] & (sizes == 1))
    for direction in found.directions:
        _, one, alike = np.unique(direction[alone], return_inverse=True, return_counts=True)
        read[alone] |= alike[one.reshape(-1)] > 1
    return read
