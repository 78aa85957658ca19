"""From consented answers to an anonymized release that has been verified; the only way to make one.

encode, leave out what the policy allows, make classes, build the table in a fresh order, have it verified
independently, attack it, release it. A policy that cannot be reached raises PolicyUnreachableError, a release the
verifier finds false ReleaseRefusedError; in both cases there is nothing to send.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import InitVar, dataclass, field, replace
from typing import Any

import numpy as np

from bank_api.domain.anonymize.attack import attack
from bank_api.domain.anonymize.cells import Cell, category_cell, number_cell, set_cell
from bank_api.domain.anonymize.column_cells import Cells
from bank_api.domain.anonymize.diversity import Diversity, check_reachable
from bank_api.domain.anonymize.document import ReleaseDocument
from bank_api.domain.anonymize.encode import Axis, Codes, axes_of, clean_columns, only_columns, sensitive_codes
from bank_api.domain.anonymize.method import Method, describe
from bank_api.domain.anonymize.mondrian import partition
from bank_api.domain.anonymize.presence import Drawn, drawn, others_on
from bank_api.domain.anonymize.rooms import Dealt, fresh_order
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
from bank_api.domain.anonymize.suppress import Suppression, suppressed_rows
from bank_api.domain.anonymize.table import ReleasedColumn, ReleasedTable
from bank_api.domain.anonymize.verify import Measured, verify_cleaned

_MADE_HERE = object()


@dataclass(frozen=True)
class AnonymizedRelease:
    """A verified release: the one type that may be sent out. Only `anonymize` makes it."""

    document: ReleaseDocument
    measured: Measured
    columns: tuple[Column, ...]
    method: Method = field(repr=False)
    """For the bank's own records; never sent."""
    suppressions: tuple[Suppression, ...] = field(repr=False)
    """Source rows left out and why, for the bank alone: their consents were used too."""
    made_by: InitVar[object]

    def __post_init__(self, made_by: object) -> None:
        if made_by is not _MADE_HERE:
            raise TypeError("an AnonymizedRelease is made by anonymize() and nothing else")

    @property
    def rows(self) -> int:
        return self.measured.rows

    @property
    def suppressed(self) -> int:
        return self.measured.suppressed

    @property
    def suppressed_indexes(self) -> tuple[int, ...]:
        return tuple(sorted(row for one in self.suppressions for row in one.rows))

    @property
    def k(self) -> int:
        return self.measured.k

    @property
    def loss(self) -> float:
        return self.measured.loss

    @property
    def method_hash(self) -> bytes:
        return self.document.method_hash

    def records(self) -> list[dict[str, Value]]:
        """Every row as a reader sees it."""
        return self.document.table.records()

    def attacked(self, report_hash: str) -> AnonymizedRelease:
        """The same release, its method committing to the report of the attacks on it and on all before it."""
        method = self.method.attacked(report_hash)
        document = replace(self.document, method_hash=method.hash)
        return replace(self, document=document, method=method, made_by=_MADE_HERE)

    def to_json(self) -> str:
        """What the partner receives."""
        return self.document.to_json()


def anonymize(
    rows: Sequence[Mapping[str, Value]],
    columns: Sequence[Column],
    policy: ReleasePolicy,
    randomness: random.Random,
    population: Sequence[Mapping[str, Value]] = (),
) -> AnonymizedRelease:
    """Make a release of these rows (random.SystemRandom() in production: order and salt are secrets).

    `population`: everybody who could be in it, by generalized columns, people of the rows too, for `policy.presence`.
    """
    check_columns(columns, policy)
    generalized = with_role(columns, *GENERALIZED)
    cleaned = clean_columns(rows, columns)
    named = {name for names in policy.protected.values() for name in names}
    protected = [column for column in columns if column.name in named]
    sensitive = [sensitive_codes(column, cleaned[column.name]) for column in protected]
    everybody = np.arange(len(rows))
    check_reachable(sensitive, policy, everybody)
    axes = axes_of(generalized, cleaned)
    suppressed = _left_out(axes, sensitive, policy, everybody)
    kept = np.delete(everybody, _rows(suppressed))
    kept_axes = [one.only(kept) for one in axes]
    rules = Diversity.of(sensitive, policy, kept)
    listed, around = None, None
    if policy.presence is not None:
        listed = clean_columns(only_columns(population, generalized), generalized)
        others = others_on(listed, cleaned, generalized)
        around = drawn(generalized, cleaned, others, kept, rules, policy)
        labels = around.labels[kept]
    elif axes:
        labels = partition(kept_axes, policy.k, rules)
    else:
        labels = np.zeros(len(kept), np.int64)
    return finish(
        rows, columns, policy, cleaned, kept_axes, kept, labels, suppressed, randomness, around=around, listed=listed
    )


def finish(
    rows: Sequence[Mapping[str, Value]],
    columns: Sequence[Column],
    policy: ReleasePolicy,
    cleaned: Mapping[str, Cells],
    kept_axes: Sequence[Axis],
    kept: Codes,
    labels: Codes,
    suppressed: Sequence[Suppression],
    randomness: random.Random,
    *,
    labels_told: bool = False,
    dealt: Dealt | None = None,
    around: Drawn | None = None,
    listed: Mapping[str, Cells] | None = None,
) -> AnonymizedRelease:
    """Build the table of these classes (one label a kept row), have it verified, attack it.

    `labels_told`: classes may overlap and are told by their number; the verifier gets the labels to check against.
    `dealt`: the boxes, parts of the classes, and which answers rows carry, where these are told in rooms.
    `around`: people besides the rows around whom boxes are drawn; `listed`: everybody, for the verifier.
    """
    box_labels = labels if dealt is None else dealt.rooms
    boxes = _boxes(around.axes, around.labels) if around else _boxes(kept_axes, box_labels)
    table, box_of_kept = _table(boxes, labels, dealt, kept, columns, cleaned, randomness)
    told = box_of_kept if labels_told else None
    measured = verify_cleaned(rows, cleaned, table, columns, policy, _rows(suppressed), told, listed)
    method = describe(columns, policy, randomness)
    document = ReleaseDocument(
        audience=policy.audience,
        table=table,
        k=measured.k,
        l=tuple(sorted(measured.l.items())),
        t=tuple(sorted(measured.t.items())),
        suppressed=measured.suppressed,
        loss=measured.loss,
        method_hash=method.hash,
        attack=attack(table, measured),
        come_and_go=bool(policy.come_and_go),
    )
    return AnonymizedRelease(document, measured, tuple(columns), method, tuple(suppressed), _MADE_HERE)


def _left_out(
    axes: Sequence[Axis], sensitive: Sequence[Any], policy: ReleasePolicy, everybody: Codes
) -> list[Suppression]:
    """Suppression may refine a release, never make it impossible."""
    if not axes:
        return []
    left_out = suppressed_rows(axes, policy.k, policy.suppression_limit)
    kept = np.delete(everybody, _rows(left_out))
    rest, whole = Diversity.of(sensitive, policy, kept), np.zeros(len(kept), np.int64)
    return left_out if rest.holds(np.arange(len(whole)), whole, 1).all() else []


def _rows(suppressed: Sequence[Suppression]) -> list[int]:
    return sorted(row for one in suppressed for row in one.rows)


def _table(
    boxes: Sequence[tuple[Cell, ...]],
    labels: Codes,
    dealt: Dealt | None,
    kept: Codes,
    columns: Sequence[Column],
    cleaned: Mapping[str, Cells],
    randomness: random.Random,
) -> tuple[ReleasedTable, Codes]:
    """Rows in a fresh order, boxes numbered as the rows name them; and the box number of each kept source row.

    `labels` are those of the classes, which are the boxes where nothing was dealt.
    """
    order = fresh_order(len(kept), randomness)
    plain = with_role(columns, ColumnRole.SENSITIVE)
    used, number, box_of_row = _numbered((labels if dealt is None else dealt.rooms)[order])
    box_of_kept = np.empty(len(kept), np.int64)
    box_of_kept[order] = box_of_row
    answering, class_of_box = order, None
    if dealt is not None:
        answering = dealt.carried[order]
        class_of_box = tuple(_numbered(labels[order][number])[2].tolist())
    answers = [cleaned[column.name].at(kept[answering]) for column in plain]
    table = ReleasedTable(
        tuple(ReleasedColumn(c.name, c.role, c.kind) for c in with_role(columns, *GENERALIZED)),
        tuple(ReleasedColumn(column.name, column.role, column.kind) for column in plain),
        tuple(boxes[label] for label in used.tolist()),
        tuple(zip(box_of_row.tolist(), *answers, strict=True)),
        class_of_box,
    )
    return table, box_of_kept


def _numbered(labels: Codes) -> tuple[Codes, Codes, Codes]:
    """The labels in the order in which they first come, where that is, and which of them each entry is."""
    used, first, number = np.unique(labels, return_index=True, return_inverse=True)
    by_appearance = np.argsort(first)
    return used[by_appearance], first[by_appearance], np.argsort(by_appearance)[number.reshape(-1)]


def _boxes(axes: Sequence[Axis], labels: Codes) -> list[tuple[Cell, ...]]:
    """For each class, per axis, the tightest cell around its rows that ends at cut points."""
    order = np.argsort(labels, kind="stable")
    starts = np.flatnonzero(np.append(True, np.diff(labels[order]) > 0))
    together: dict[str, list[Axis]] = {}
    for one in axes:
        together.setdefault(one.column.name, []).append(one)
    cells = []
    for parts in together.values():
        ends = [_ends(one.codes[order], one.size, starts) for one in parts]
        known: dict[Any, Cell] = {}
        column_cells = []
        for key in zip(*(end for three in ends for end in three), strict=True):
            if key not in known:
                known[key] = _cell(parts[0], *key) if parts[0].column.kind is not ColumnKind.MULTI else _set(parts, key)
            column_cells.append(known[key])
        cells.append(column_cells)
    return list(zip(*cells, strict=True)) if cells else [()] * len(starts)


def _ends(codes: Codes, size: int, starts: Codes) -> tuple[list[int], list[int], list[bool]]:
    """Per class the lowest and highest code of an answer (the highest -1 if there is none), and is one missing?"""
    answered = codes < size
    low = np.minimum.reduceat(codes, starts)
    high = np.maximum.reduceat(np.where(answered, codes, -1), starts)
    return low.tolist(), high.tolist(), (~np.logical_and.reduceat(answered, starts)).tolist()


def _set(options: Sequence[Axis], ends: tuple[Any, ...]) -> Cell:
    """Chosen by everybody who answered: low 1; by somebody: high 1."""
    lows, highs, missing = ends[::3], ends[1::3], bool(ends[2])
    all_of = [str(one.values[1]) for one, low in zip(options, lows, strict=True) if low == 1]
    any_of = [str(one.values[1]) for one, high in zip(options, highs, strict=True) if high == 1]
    return set_cell(options[0].column, all_of, None if highs[0] < 0 else any_of, missing)


def _cell(one: Axis, low: int, high: int, missing: bool) -> Cell:
    values: Any = one.values[low : high + 1]
    if one.column.named:
        return category_cell(one.column, values, missing)
    if not values:
        return number_cell(one.column, None, None, missing)
    return number_cell(one.column, values[0].low, values[-1].high, missing, values[-1].high_included)
