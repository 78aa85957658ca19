"""What a partner sees of one member: the class the member stands in, and what its people answered.

In homes a class has rooms: the member is described as one of these, and answers are those of the whole class. The same
is shown to everybody in it: a preview tells a member nothing of the others that the partner is not told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bank_api.domain.anonymize.encode import clean_columns
from bank_api.domain.anonymize.release import AnonymizedRelease
from bank_api.domain.anonymize.schema import Value


@dataclass(frozen=True)
class Preview:
    """`described_as` holds the generalized values as text, `people` how many rows are described so; `together` how many
    rows' answers are told as one, and `answers` how many of these gave each other answer."""

    described_as: dict[str, str]
    people: int
    together: int
    answers: dict[str, dict[Value, int]]


def preview(row: Mapping[str, Value], release: AnonymizedRelease) -> Preview | None:
    """The member's class in this release, or None when no class describes the member (left out, or not in it)."""
    table = release.document.table
    cleaned = clean_columns([row], release.columns)
    known = [cleaned[column.name][0] for column in table.generalized]
    around = [
        number
        for number, box in enumerate(table.boxes)
        if all(cell.contains(value) for cell, value in zip(box, known, strict=True))
    ]
    if not around:
        return None
    box, of = table.boxes[around[0]], table.class_of_row
    alike = table.box_of_row == around[0]
    rows = [entry for entry, together in zip(table.rows, of == of[alike][0], strict=True) if together]
    return Preview(
        {column.name: cell.text for column, cell in zip(table.generalized, box, strict=True)},
        int(alike.sum()),
        len(rows),
        {column.name: dict(Counter(e[at] for e in rows)) for at, column in enumerate(table.plain, 1)},
    )
