"""What a partner sees of one member: the class the member stands in, and what its people answered.

The same class is shown to everybody in it: a preview tells a member nothing of the others that the partner is not
told.
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
    """`described_as` holds the generalized values as text; `answers` how many of the class gave each other answer."""

    described_as: dict[str, str]
    people: int
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
    box = table.boxes[around[0]]
    rows = [entry for entry in table.rows if entry[0] == around[0]]
    return Preview(
        {column.name: cell.text for column, cell in zip(table.generalized, box, strict=True)},
        len(rows),
        {column.name: dict(Counter(e[at] for e in rows)) for at, column in enumerate(table.plain, 1)},
    )
