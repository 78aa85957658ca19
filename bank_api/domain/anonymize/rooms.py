"""Rooms: in homes the cells of a row are narrower than the class whose answers are told as one (ADR 85).

A class is parted into rooms of k rows or more by the generalized columns alone, so rooms say nothing that does not
follow from who is in the class. The answers of a class are dealt to its rows by chance, whole lines of all its columns.
(Anatomy, Xiao and Tao 2006, and slicing, Li, Li, Zhang and Molloy 2012, tell cells and answers apart so.)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bank_api.domain.anonymize.diversity import Diversity
from bank_api.domain.anonymize.encode import Axis, Codes
from bank_api.domain.anonymize.mondrian import partition


def rooms_of(axes: Sequence[Axis], classes: Codes, k: int) -> Codes:
    """A room number for each row; every class has k rows or more. No answer is asked: none is given."""
    return partition(axes, k, Diversity(), classes) if axes else classes


def dealt(class_of_row: Codes, class_of_other: Codes) -> Codes:
    """For each row the place, in another fresh order of the same rows, whose answers it carries: of the same class."""
    found = np.empty(len(class_of_row), np.int64)
    found[np.argsort(class_of_row, kind="stable")] = np.argsort(class_of_other, kind="stable")
    return found
