"""Whoever holds the list of everybody must not see who is in the release: the shares of released people, box by box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.column_cells import Cells
from bank_api.domain.anonymize.containment import Numbers, match
from bank_api.domain.anonymize.errors import ReleaseRefusedError
from bank_api.domain.anonymize.schema import ReleasePolicy
from bank_api.domain.anonymize.table import ReleasedTable
from bank_api.domain.anonymize.verifier.rounding import ROUNDING


def check_presence(
    table: ReleasedTable,
    boxes: Sequence[Any],
    sizes: Numbers,
    policy: ReleasePolicy,
    listed: Mapping[str, Cells] | None,
) -> tuple[float, float] | None:
    asked = _asked(policy, listed)
    if asked is None:
        return None
    everybody, bounds = asked
    people = [everybody[column.name] for column in table.generalized]
    matches = match(people, boxes)
    around = np.bincount(matches.point, minlength=matches.points)
    outside = int(np.count_nonzero(around[matches.point_of_row] != 1))
    if outside:
        raise ReleaseRefusedError("presence", "people on the list lie in no box, or in several", 0, outside)
    inside = matches.per_box(len(boxes))
    if np.any(inside < sizes):
        raise ReleaseRefusedError("presence", "a box has more rows than people on the list")
    return _check_shares(sizes / inside, inside, bounds)


def check_presence_told(
    table: ReleasedTable,
    quasi: Sequence[Cells],
    sizes: Numbers,
    kept: Numbers,
    policy: ReleasePolicy,
    listed: Mapping[str, Cells] | None,
) -> tuple[float, float] | None:
    """Boxes may overlap: each must hold enough people who are not in the release, and each of these lie in a box."""
    asked = _asked(policy, listed)
    if asked is None:
        return None
    everybody, bounds = asked
    people = [
        [*everybody[column.name], *values.at(kept)] for column, values in zip(table.generalized, quasi, strict=True)
    ]
    matches = match(people, table.boxes)
    on_list = len(people[0]) - len(kept)
    count = np.bincount(matches.point_of_row[:on_list], minlength=matches.points)
    outside = count - np.bincount(matches.point_of_row[on_list:], minlength=matches.points)
    if np.any(outside < 0):
        raise ReleaseRefusedError("presence", "a box has more rows than people on the list")
    unseen = outside.sum() - outside[np.unique(matches.point)].sum()
    if unseen:
        raise ReleaseRefusedError("presence", "people on the list lie in no box, or in several", 0, int(unseen))
    besides = np.bincount(matches.box, outside[matches.point], len(sizes)).astype(np.int64)
    return _check_shares(sizes / (sizes + besides), sizes, bounds)


def _asked(
    policy: ReleasePolicy, listed: Mapping[str, Cells] | None
) -> tuple[Mapping[str, Cells], tuple[float, float]] | None:
    """The list of everybody and the bounds that shares are to keep; None where the policy has no bounds."""
    if policy.presence is None:
        return None
    if not listed:
        raise ReleaseRefusedError("presence", "there is no list of everybody to measure it by")
    return listed, policy.presence


def _check_shares(shares: NDArray[np.float64], people: Numbers, bounds: tuple[float, float]) -> tuple[float, float]:
    low, high = float(shares.min()), float(shares.max())
    least, most = bounds
    if high > most + ROUNDING or low < least - ROUNDING:
        wrong = int(people[(shares > most + ROUNDING) | (shares < least - ROUNDING)].sum())
        bound, found = (most, high) if high > most + ROUNDING else (least, low)
        raise ReleaseRefusedError(
            "presence", "it shows of {count} people whether they are in it", bound, found, count=wrong
        )
    return low, high
