"""What later releases of a series declare as the earlier ones did, and spell as they did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bank_api.domain.anonymize import ColumnRole
from bank_api.domain.anonymize.choices import BETWEEN
from bank_api.domain.anonymize.schema import GENERALIZED
from bank_api.domain.anonymize.spelling import meaning
from bank_api.domain.dry_run.cells import Cells, options_of
from bank_api.domain.dry_run.declared import ROLES, kind_of
from bank_api.domain.dry_run.errors import DryRunError

ALIKE = ("kind", "minimum", "maximum", "bands")
"""Of a sensitive column: else the same answers would look like other ones."""


def declared_alike(declared: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, about in declared.items():
        role = ROLES[about["role"]]
        if role is ColumnRole.SENSITIVE:
            found[name] = {"role": "sensitive", "kind": kind_of(about)}
            found[name] |= {one: about[one] for one in ALIKE if one in about and one != "kind"}
        elif role in GENERALIZED:
            found[name] = {"role": "generalized"}
    return found


def check_alike(declared: Mapping[str, Mapping[str, Any]], before: Mapping[str, Mapping[str, Any]]) -> None:
    for name, now in declared_alike(declared).items():
        known = before.get(name, now)
        for one in sorted(set(now) | set(known)):
            if now.get(one) != known.get(one):
                raise DryRunError(
                    f"columns.{name}.{one}",
                    "stands as in the earlier releases of the series: else the same answers would look like others",
                )


def spelled_alike(about: dict[str, Any], cells: Cells, known: dict[str, str]) -> tuple[dict[str, Any], Cells]:
    """Sensitive answers as earlier releases, or the first row, spelled them."""
    kind = kind_of(about)
    if kind == "number":
        return about, cells

    def one(text: str) -> str:
        return known.setdefault(meaning(text), text)

    def told(cell: str) -> str:
        return (BETWEEN.join(map(one, options_of(cell))) or BETWEEN) if kind == "multi" and cell else cell and one(cell)

    if "values" in about:
        about = {**about, "values": list(dict.fromkeys(one(str(value)) for value in about["values"]))}
    spelling = {cell: told(cell) for cell in sorted(set(cells))}
    return about, Cells((spelling[cell] for cell in cells), cells.numbers)
