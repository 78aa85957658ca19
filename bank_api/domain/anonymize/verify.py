"""The independent verifier: nothing is released that it has not measured.

It sees the source rows, the released table, the policy and which rows were left out, and shares no grouping code with
the anonymizer: people are found in the release as an attacker would find them, by asking which boxes contain them.

1. Columns: exactly the declared ones, in the right part; no identifier, nothing undeclared, no text beyond the cells;
   ranges of numbers end at the declared cut points only.
2. Count: every source row is released or suppressed, and no more are suppressed than the policy allows.
3. Boxes: every released person lies in exactly one box, no box is shared by fewer than k rows (k, both ways round);
   classes that are told (releases over time) may overlap, and everybody lies in the box of their own.
   With bounds on presence, everybody on the list lies in exactly one box, and the share of its people who are released
   lies between the bounds.
4. Truth: box by box the other answers are those of the people inside.
5. l, entropy l, recursive (c, l) and t of every box.
6. Traces: no identifier in any column, no sensitive column that points at a person, no trace of the source order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.cells import NumberCell, rendered_again
from bank_api.domain.anonymize.column_cells import Cells
from bank_api.domain.anonymize.containment import Matches, Numbers, match
from bank_api.domain.anonymize.encode import clean_columns, only_columns
from bank_api.domain.anonymize.errors import ReleaseRefusedError
from bank_api.domain.anonymize.loss import discernibility, table_loss
from bank_api.domain.anonymize.measure import Given, closeness
from bank_api.domain.anonymize.schema import (
    GENERALIZED,
    Column,
    ColumnKind,
    ColumnRole,
    ReleasePolicy,
    Value,
    check_columns,
    with_role,
)
from bank_api.domain.anonymize.table import Answers, ReleasedTable
from bank_api.domain.anonymize.traces import check_traces

ROUNDING = 1e-9


@dataclass(frozen=True)
class Measured:
    """What the verifier found. `l`, `entropy_l` and `t` cover every sensitive column, asked for or not."""

    k: int
    l: dict[str, int]  # noqa: E741  the rule's own name
    entropy_l: dict[str, float]
    recursive_c: dict[str, float]
    """Of the columns for which the policy asks recursive (c, l), at its l: c must be greater."""
    t: dict[str, float]
    presence: tuple[float, float] | None
    """The least and greatest share of released people in any box, if the policy bounds it."""
    rows: int
    suppressed: int
    classes: int
    loss: float
    discernibility: int
    prosecutor_risk: float
    """The greatest chance with which someone known to be in the release is told from the others."""
    marketer_risk: float
    """The same chance averaged over everybody in the release."""
    order_correlation: float
    """For the bank alone: whoever knows the source order could try arrangements until this number comes out."""

    @property
    def granularity(self) -> float:
        return 1 - self.loss


def verify(
    source: Sequence[Mapping[str, Value]],
    table: ReleasedTable,
    columns: Sequence[Column],
    policy: ReleasePolicy,
    suppressed: Sequence[int],
    population: Sequence[Mapping[str, Value]] = (),
) -> Measured:
    """Measure the release anew; raise ReleaseRefusedError naming the first rule it breaks and by how much."""
    check_columns(columns, policy)
    generalized = with_role(columns, *GENERALIZED)
    listed = clean_columns(only_columns(population, generalized), generalized) if population else None
    return verify_cleaned(source, clean_columns(source, columns), table, columns, policy, suppressed, listed=listed)


def verify_cleaned(
    source: Sequence[Mapping[str, Value]],
    cleaned: Mapping[str, Cells],
    table: ReleasedTable,
    columns: Sequence[Column],
    policy: ReleasePolicy,
    suppressed: Sequence[int],
    class_of_kept: Numbers | None = None,
    listed: Mapping[str, Cells] | None = None,
) -> Measured:
    """`verify` for a caller that has the checked columns of the source already.

    Classes that may overlap (releases over time) are told by `class_of_kept`, the box number of each kept source row:
    then a person must lie in the box of their own class, whatever other boxes are around them.
    """
    # 1. columns
    _check_shape(table, columns)
    # 2. count
    kept = _check_count(len(source), table, policy, suppressed)
    # 3. boxes
    quasi = [cleaned[column.name] for column in table.generalized]
    if class_of_kept is None:
        boxes, box_of_row = _distinct_boxes(table)
        matches = match(quasi, boxes) if quasi else _one_box(len(source))
        sizes = np.bincount(box_of_row, minlength=len(boxes))
        k = _check_boxes(matches, sizes, kept, policy)
        box_of_point = np.full(matches.points, -1)
        box_of_point[matches.point] = matches.box
        source_box = box_of_point[matches.point_of_row]
    else:
        boxes, box_of_row = list(table.boxes), table.box_of_row
        sizes = np.bincount(box_of_row, minlength=len(boxes))
        k = _check_told_classes(table, quasi, sizes, kept, class_of_kept, policy)
        source_box = np.full(len(source), -1)
        source_box[kept] = class_of_kept
    if class_of_kept is None:
        presence = _check_presence(table, boxes, sizes, policy, listed)
    else:
        presence = _check_presence_told(table, quasi, sizes, kept, policy, listed)
    # 4. truth
    _check_types(table, cleaned)
    truth, told = _check_truth(table, cleaned, kept, source_box, box_of_row)
    # 5. what each box's answers keep
    reached = _measure_sensitive(table, columns, box_of_row, len(boxes), policy)
    _check_sensitive(reached, policy)
    # 6. traces
    correlation = check_traces(source, cleaned, table, columns, kept, truth, told)
    return Measured(
        k=k,
        l=reached.l,
        entropy_l=reached.entropy_l,
        recursive_c=reached.recursive_c,
        t=reached.t,
        presence=presence,
        rows=len(table.rows),
        suppressed=len(suppressed),
        classes=len(boxes),
        loss=table_loss(table, {column.name: column for column in columns}, len(suppressed)),
        discernibility=discernibility(sizes, len(suppressed)),
        prosecutor_risk=1 / k,
        marketer_risk=len(boxes) / len(table.rows),
        order_correlation=correlation,
    )


def _check_shape(table: ReleasedTable, columns: Sequence[Column]) -> None:
    quasi = with_role(columns, *GENERALIZED)
    plain = with_role(columns, ColumnRole.SENSITIVE)
    for found, declared in ((table.generalized, quasi), (table.plain, plain)):
        names = [column.name for column in found]
        for name in names:
            if name not in [column.name for column in declared]:
                raise ReleaseRefusedError("columns", "column {column} may not be released so", 0, 1, column=repr(name))
        if [(c.name, c.role, c.kind) for c in found] != [(c.name, c.role, c.kind) for c in declared]:
            raise ReleaseRefusedError("columns", "the columns are not the declared ones", len(declared), len(found))
    if set(map(len, table.rows)) - {len(plain) + 1}:
        raise ReleaseRefusedError("columns", "a row carries more or fewer values than there are columns")
    if np.any((table.box_of_row < 0) | (table.box_of_row >= len(table.boxes))):
        raise ReleaseRefusedError("columns", "a row stands in no box")
    for position, column in enumerate(quasi):
        for cell in {id(box[position]): box[position] for box in table.boxes}.values():
            if rendered_again(column, cell) != cell:
                raise ReleaseRefusedError(
                    "columns", "a cell of {column} says more than its values", column=repr(column.name)
                )
            if isinstance(cell, NumberCell) and cell.low is not None and not _ends_at_cut_points(column, cell):
                raise ReleaseRefusedError(
                    "cut points", "a range of {column} ends at a number of its own", column=repr(column.name)
                )


def _ends_at_cut_points(column: Column, cell: NumberCell) -> bool:
    """A range that ended anywhere else could tell somebody's exact number."""
    starts = {band.low for band in column.bands}
    return cell.low in starts and (cell.high, cell.high_included) in {(b.high, b.high_included) for b in column.bands}


def _check_count(source_rows: int, table: ReleasedTable, policy: ReleasePolicy, suppressed: Sequence[int]) -> Numbers:
    """The positions of the source rows that must be in the release."""
    left_out = set(suppressed)
    if len(left_out) < len(suppressed) or any(not 0 <= row < source_rows for row in left_out):
        raise ReleaseRefusedError("count", "the suppressed rows are not distinct source rows")
    if len(table.rows) + len(left_out) != source_rows:
        raise ReleaseRefusedError(
            "count",
            "rows released and suppressed are not the source rows",
            source_rows,
            len(table.rows) + len(left_out),
        )
    allowed = int(policy.suppression_limit * source_rows)
    if len(left_out) > allowed:
        raise ReleaseRefusedError("suppression", "too many rows are suppressed", allowed, len(left_out))
    if len(table.rows) < policy.k:
        raise ReleaseRefusedError("k", "fewer rows than k are released", policy.k, len(table.rows))
    return np.delete(np.arange(source_rows), np.array(suppressed, np.int64))


def _distinct_boxes(table: ReleasedTable) -> tuple[list[Any], Numbers]:
    """Boxes of equal content are one box, whatever their numbers; unused ones are none."""
    distinct: dict[Any, int] = {}
    number_of = np.full(len(table.boxes), -1)
    for used in np.unique(table.box_of_row).tolist():
        number_of[used] = distinct.setdefault(table.boxes[used], len(distinct))
    if np.any(number_of < 0):
        raise ReleaseRefusedError("boxes", "a box stands in the release that no row is in")
    return list(distinct), number_of[table.box_of_row]


def _one_box(source_rows: int) -> Matches:
    """Without quasi-identifiers everybody looks alike."""
    return Matches(np.zeros(1, np.int64), np.zeros(1, np.int64), np.zeros(source_rows, np.int64), 1)


def _check_boxes(matches: Matches, box_rows: Numbers, kept: Numbers, policy: ReleasePolicy) -> int:
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


def _check_presence(
    table: ReleasedTable,
    boxes: Sequence[Any],
    sizes: Numbers,
    policy: ReleasePolicy,
    listed: Mapping[str, Cells] | None,
) -> tuple[float, float] | None:
    if policy.presence is None:
        return None
    if not listed:
        raise ReleaseRefusedError("presence", "there is no list of everybody to measure it by")
    people = [listed[column.name] for column in table.generalized]
    matches = match(people, boxes)
    around = np.bincount(matches.point, minlength=matches.points)
    outside = int(np.count_nonzero(around[matches.point_of_row] != 1))
    if outside:
        raise ReleaseRefusedError("presence", "people on the list lie in no box, or in several", 0, outside)
    inside = matches.per_box(len(boxes))
    if np.any(inside < sizes):
        raise ReleaseRefusedError("presence", "a box has more rows than people on the list")
    return _check_shares(sizes / inside, inside, policy.presence)


def _check_presence_told(
    table: ReleasedTable,
    quasi: Sequence[Cells],
    sizes: Numbers,
    kept: Numbers,
    policy: ReleasePolicy,
    listed: Mapping[str, Cells] | None,
) -> tuple[float, float] | None:
    """Boxes may overlap: each must hold enough people who are not in the release, and each of these lie in a box."""
    if policy.presence is None:
        return None
    if not listed:
        raise ReleaseRefusedError("presence", "there is no list of everybody to measure it by")
    people = [[*listed[column.name], *values.at(kept)] for column, values in zip(table.generalized, quasi, strict=True)]
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
    return _check_shares(sizes / (sizes + besides), sizes, policy.presence)


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


def _check_told_classes(
    table: ReleasedTable,
    quasi: Sequence[Cells],
    sizes: Numbers,
    kept: Numbers,
    class_of_kept: Numbers,
    policy: ReleasePolicy,
) -> int:
    if len(class_of_kept) != len(kept) or np.any(sizes != np.bincount(class_of_kept, minlength=len(sizes))):
        raise ReleaseRefusedError("coverage", "the classes told are not those of the release", len(kept))
    for axis, values in enumerate(quasi):
        cells = [box[axis] for box in table.boxes]
        known = len(values.distinct)
        pairs = np.unique(class_of_kept * known + values.codes[kept])
        outside = sum(not cells[pair // known].contains(values.distinct[pair % known]) for pair in pairs.tolist())
        if outside:
            raise ReleaseRefusedError("coverage", "released people lie outside the box of their class", 0, outside)
    k = int(sizes.min())
    if k < policy.k:
        raise ReleaseRefusedError("k", "a class has too few rows", policy.k, k)
    return k


def _check_types(table: ReleasedTable, cleaned: Mapping[str, Cells]) -> None:
    for position, column in enumerate(table.plain):
        if not set(map(type, table.answers(position))) <= set(map(type, cleaned[column.name].distinct)):
            raise ReleaseRefusedError(
                "truth", "answers of {column} have another type than the source", column=repr(column.name)
            )


def _check_truth(
    table: ReleasedTable, cleaned: Mapping[str, Cells], kept: Numbers, source_box: Numbers, box_of_row: Numbers
) -> tuple[Numbers, Numbers]:
    """One number per (box, other answers), for every released source row and for every released row."""
    truth, told = source_box[kept], box_of_row
    for position, column in enumerate(table.plain):
        true, said = cleaned[column.name], table.coded[position]
        index = {None: 0, **{value: code for code, value in enumerate(said.present, 1)}}
        unsaid = len(index)  # one code for all answers that the release does not know
        codes = true.read({value: index.get(value, unsaid) for value in true.distinct})[kept]
        both = np.concatenate([codes, said.codes])
        both += np.concatenate([truth, told]) * (unsaid + 1)
        both = np.unique(both, return_inverse=True)[1].reshape(-1)
        truth, told = both[: len(truth)], both[len(truth) :]
    width = int(max(truth.max(), told.max())) + 1
    wrong = np.abs(np.bincount(truth, minlength=width) - np.bincount(told, minlength=width)).sum()
    if wrong:
        raise ReleaseRefusedError(
            "truth", "released rows are not the answers of the people in their box", 0, int(wrong)
        )
    return truth, told


@dataclass(frozen=True)
class _Reached:
    l: dict[str, int] = field(default_factory=dict)  # noqa: E741  the rule's own name
    entropy_l: dict[str, float] = field(default_factory=dict)
    recursive_c: dict[str, float] = field(default_factory=dict)
    t: dict[str, float] = field(default_factory=dict)


def _measure_sensitive(
    table: ReleasedTable, columns: Sequence[Column], box_of_row: Numbers, boxes: int, policy: ReleasePolicy
) -> _Reached:
    reached = _Reached()
    for position, column in enumerate(with_role(columns, ColumnRole.SENSITIVE)):
        answers, name = table.coded[position], column.name
        if column.kind is ColumnKind.ORDINAL:
            answers = Answers.of(table.answers(position), column.values)
        given = Given.of(answers, box_of_row, boxes, column)
        reached.l[name], reached.entropy_l[name] = given.distinct, given.entropy
        if column.kind is ColumnKind.MULTI:
            reached.l[name] = min(given.distinct, given.distinct_without)
        if name in policy.recursive:
            reached.recursive_c[name] = given.recursive(policy.recursive[name][1])
        reached.t[name] = closeness(answers, box_of_row, boxes, column.kind)
    return reached


def _check_sensitive(reached: _Reached, policy: ReleasePolicy) -> None:
    for name, least in policy.l.items():
        if reached.l[name] < least:
            raise ReleaseRefusedError(
                "l", "a class has too few answers to {column}", least, reached.l[name], column=repr(name)
            )
    for name, variety in policy.entropy_l.items():
        if reached.entropy_l[name] < variety - ROUNDING:
            found = reached.entropy_l[name]
            raise ReleaseRefusedError(
                "entropy l", "answers to {column} vary too little in a class", variety, found, column=repr(name)
            )
    for name, (times, _) in policy.recursive.items():
        if reached.recursive_c[name] >= times:
            found = reached.recursive_c[name]
            raise ReleaseRefusedError(
                "recursive c", "one answer to {column} is too common in a class", times, found, column=repr(name)
            )
    for name, most in policy.t.items():
        if reached.t[name] > most + ROUNDING:
            raise ReleaseRefusedError(
                "t", "a class is too far from everybody in {column}", most, reached.t[name], column=repr(name)
            )
