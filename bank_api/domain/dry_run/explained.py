"""Why rows were left out: totals for the report, and each line for the operator alone.

The lines say what is rare about single people; they are kept apart from the report, which may be handed on.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from typing import Any

from bank_api.domain.anonymize import AnonymizedRelease, Suppression

HEADER = ("line", "why", "columns", "figure")
FIRST_LINE = 2
"""Of the table's rows: the header is line 1."""


def totals(release: AnonymizedRelease, limit: float) -> dict[str, Any]:
    """How many rows were left out, how many could be, and how many for each reason and column."""
    total, reasons = release.rows + release.suppressed, reasons_of(release.suppressions)
    return {"limit": limit, "rows_at_most": int(limit * total), "rows": release.suppressed, "reasons": reasons}


def reasons_of(left_out: Sequence[Suppression]) -> list[dict[str, Any]]:
    count = Counter[tuple[str, str]]()
    for one in left_out:
        count[one.why.value, "|".join(one.columns)] += len(one.rows)
    return [
        {"why": why, "columns": columns.split("|") if columns else [], "rows": rows}
        for (why, columns), rows in sorted(count.items())
    ]


def lines(left_out: Sequence[Suppression]) -> str:
    """A line for each row left out: its line in the table, why, the columns whose cells are the reason, how much."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    whys = sorted((row, number) for number, one in enumerate(left_out) for row in one.rows)
    for row, number in whys:
        why = left_out[number]
        writer.writerow([row + FIRST_LINE, why.why.value, "|".join(why.columns), f"{why.figure:g}"])
    return text.getvalue()
