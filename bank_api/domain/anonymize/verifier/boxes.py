"""Every released person lies in a box, and no box is shared by fewer than k rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bank_api.domain.anonymize.column_cells import Cells
from bank_api.domain.anonymize.containment import Matches, Numbers
from bank_api.domain.anonymize.errors import ReleaseRefusedError
from bank_api.domain.anonymize.schema import ReleasePolicy
from bank_api.domain.anonymize.table import ReleasedTable


def distinct_boxes(table: ReleasedTable) -> tuple[list[Any], Numbers]:
    """Boxes of equal content are one box, whatever their numbers; unused ones are none."""
    distinct: dict[Any, int] = {}
    number_of = np.full(len(table.boxes), -1)
    for used in np.unique(table.box_of_row).tolist():
        number_of[used] = distinct.setdefault(table.boxes[used], len(distinct))
    if np.any(number_of < 0):
        raise ReleaseRefusedError("boxes", "a box stands in the release that no row is in")
    return list(distinct), number_of[table.box_of_row]


def one_box(source_rows: int) -> Matches:
    """Without quasi-identifiers everybody looks alike."""
    return Matches(np.zeros(1, np.int64), np.zeros(1, np.int64), np.zeros(source_rows, np.int64), 1)


def check_boxes(matches: Matches, box_rows: Numbers, kept: Numbers, policy: ReleasePolicy) -> int:
    around = np.bincount(matches.point, minlength=matches.points)[matches.point_of_row[kept]]
    if np.any(around == 0):
        raise ReleaseRefusedError("coverage", "released people lie in no box", len(kept), int(np.count_nonzero(around)))
    if np.any(around > 1):
        raise ReleaseRefusedError("overlap", "people lie in several boxes", 0, int(np.count_nonzero(around > 1)))
    candidates = matches.per_point(box_rows)[matches.point_of_row[kept]]
    inside = matches.per_box(len(box_rows))
    k = int(min(candidates.min(), box_rows.min(), inside.min()))
    if k < policy.k:
        short = int(np.count_nonzero(candidates < policy.k))
        raise ReleaseRefusedError("k", "{count} people are told from all but too few others", policy.k, k, count=short)
    return k


def check_told_boxes(
    table: ReleasedTable,
    quasi: Sequence[Cells],
    sizes: Numbers,
    kept: Numbers,
    box_of_kept: Numbers,
    policy: ReleasePolicy,
) -> int:
    """Boxes may overlap: everybody lies in their own, and it has k rows or more."""
    if len(box_of_kept) != len(kept) or np.any(sizes != np.bincount(box_of_kept, minlength=len(sizes))):
        raise ReleaseRefusedError("coverage", "the classes told are not those of the release", len(kept))
    for axis, values in enumerate(quasi):
        cells = [box[axis] for box in table.boxes]
        known = len(values.distinct)
        pairs = np.unique(box_of_kept * known + values.codes[kept])
        outside = sum(not cells[pair // known].contains(values.distinct[pair % known]) for pair in pairs.tolist())
        if outside:
            raise ReleaseRefusedError("coverage", "released people lie outside the box of their class", 0, outside)
    k = int(sizes.min())
    if k < policy.k:
        raise ReleaseRefusedError("k", "a class has too few rows", policy.k, k)
    return k
