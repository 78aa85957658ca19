"""The independent verifier: nothing is released that it has not measured.

It sees the source rows, the released table, the policy and which rows were left out, and shares no grouping code with
the anonymizer: people are found in the release as an attacker would find them, by asking which boxes contain them.

1. Columns: exactly the declared ones, in the right part; no identifier, nothing undeclared, no text beyond the cells;
   ranges of numbers end at the declared cut points only.
2. Count: every source row is released or suppressed, and no more are suppressed than the policy allows.
3. Boxes: every released person lies in exactly one box, no box is shared by fewer than k rows (k, both ways round);
   classes that are told (releases over time) may overlap, and everybody lies in the box of their own, in homes in that
   of their room, which is part of one class.
   With bounds on presence, everybody on the list lies in exactly one box, and the share of its people who are released
   lies between the bounds.
4. Truth: class by class the other answers are those of the people inside; among rooms they were dealt by lot, evenly.
5. l, entropy l, recursive (c, l) and t of every class, and of every room; of rooms all but t is what is told.
6. Traces: no identifier in any column, no sensitive column that points at a person, no trace of the source order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bank_api.domain.anonymize.column_cells import Cells
from bank_api.domain.anonymize.containment import Numbers, match
from bank_api.domain.anonymize.encode import clean_columns, only_columns
from bank_api.domain.anonymize.errors import ReleaseRefusedError
from bank_api.domain.anonymize.loss import discernibility, table_loss
from bank_api.domain.anonymize.schema import GENERALIZED, Column, ReleasePolicy, Value, check_columns, with_role
from bank_api.domain.anonymize.table import ReleasedTable, together_of
from bank_api.domain.anonymize.traces import check_order, check_traces
from bank_api.domain.anonymize.verifier.answers import check_sensitive, check_truth, check_types, measure_sensitive
from bank_api.domain.anonymize.verifier.boxes import check_boxes, check_told_boxes, distinct_boxes, one_box
from bank_api.domain.anonymize.verifier.dealing import check_dealt
from bank_api.domain.anonymize.verifier.presence import check_presence, check_presence_told
from bank_api.domain.anonymize.verifier.shape import check_shape


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
    rooms: int
    """Different boxes; as many as classes, but in homes, where a class has rooms."""
    answers_together: tuple[float, int]
    """With how many rows the answers of a row are told as one, itself among them: on average over rows, and most."""
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
    box_of_kept: Numbers | None = None,
    listed: Mapping[str, Cells] | None = None,
) -> Measured:
    """`verify` for a caller that has the checked columns of the source already.

    Boxes that may overlap (releases over time) are told by `box_of_kept`, the box number of each kept source row: then
    a person must lie in their own, whatever other boxes are around them.
    """
    # 1. columns
    check_shape(table, columns)
    if (table.classes is not None) != bool(policy.come_and_go):
        raise ReleaseRefusedError("columns", "rooms are told in homes, and nowhere else")
    # 2. count
    kept = _check_count(len(source), table, policy, suppressed)
    # 3. boxes
    quasi = [cleaned[column.name] for column in table.generalized]
    if box_of_kept is None:
        boxes, box_of_row = distinct_boxes(table)
        if table.classes is not None and len(boxes) < len(table.boxes):
            raise ReleaseRefusedError("overlap", "rooms look alike", len(table.boxes), len(boxes))
        matches = match(quasi, boxes) if quasi else one_box(len(source))
        sizes = np.bincount(box_of_row, minlength=len(boxes))
        k = check_boxes(matches, sizes, kept, policy)
        box_of_point = np.full(matches.points, -1)
        box_of_point[matches.point] = matches.box
        box_of_kept = box_of_point[matches.point_of_row][kept]
        presence = check_presence(table, boxes, sizes, policy, listed)
    else:
        boxes, box_of_row = list(table.boxes), table.box_of_row
        sizes = np.bincount(box_of_row, minlength=len(boxes))
        k = check_told_boxes(table, quasi, sizes, kept, box_of_kept, policy)
        presence = check_presence_told(table, quasi, sizes, kept, policy, listed)
    # 4. truth
    check_types(table, cleaned)
    class_of_box = np.arange(len(boxes)) if table.classes is None else np.array(table.classes, np.int64)
    class_of_row, classes = class_of_box[box_of_row], int(class_of_box.max()) + 1
    truth, told = check_truth(table, cleaned, kept, class_of_box[box_of_kept], class_of_row)
    if table.classes is not None:
        check_dealt(truth, told, box_of_kept, box_of_row, class_of_box)
    # 5. what the answers of each class keep
    reached = measure_sensitive(table, columns, class_of_row, classes, policy)
    check_sensitive(reached, policy)
    if table.classes is not None:
        in_rooms = measure_sensitive(table, columns, box_of_row, len(boxes), policy)
        check_sensitive(in_rooms, policy)
        reached = replace(in_rooms, t=reached.t)
    # 6. traces
    check_traces(source, cleaned, columns)
    correlation = check_order(kept, truth, told)
    if table.classes is not None:
        correlation = max(correlation, check_order(kept, box_of_kept, box_of_row), key=abs)
    return Measured(
        k=k,
        l=reached.l,
        entropy_l=reached.entropy_l,
        recursive_c=reached.recursive_c,
        t=reached.t,
        presence=presence,
        rows=len(table.rows),
        suppressed=len(suppressed),
        classes=classes,
        rooms=len(boxes),
        answers_together=together_of(class_of_row),
        loss=table_loss(table, {column.name: column for column in columns}, len(suppressed)),
        discernibility=discernibility(sizes, len(suppressed)),
        prosecutor_risk=1 / k,
        marketer_risk=len(boxes) / len(table.rows),
        order_correlation=correlation,
    )


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
