"""The attacks that every release is put through, reported with it.

Box linkage: someone who knows all of a person's quasi-identifiers counts the rows that could be theirs (in homes, the
rows of a room). Homogeneity: what the same someone learns of a sensitive answer, from all answers told as one. The
numbers are about the release as a whole, name nobody, and stay the same whatever the order of the source: the order of
consents stands on the ledger, so a number that depended on it would be a checksum of who is who (the verifier looks for
the order, and tells it to nobody).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bank_api.domain.anonymize.errors import ReleaseFormatError
from bank_api.domain.anonymize.schema import ColumnRole
from bank_api.domain.anonymize.table import ReleasedTable
from bank_api.domain.anonymize.verify import Measured

SURE = 0.8


@dataclass(frozen=True)
class Homogeneity:
    """What a class gives away about one sensitive column, as shares of the released people."""

    column: str
    certain: float
    """How many stand in a class with one answer only: theirs is known."""
    best_guess: float
    """How often the commonest answer of the class is right."""
    guessed: float
    """How many stand in a class where the commonest answer is that of more than 80 %: the confidence that remains."""
    blind_guess: float
    """How often the commonest answer of everybody is right, without using the release."""


@dataclass(frozen=True)
class AttackReport:
    linked_rows_min: int
    """Fewest rows that could be one person's: 1 would be identification."""
    linkage_risk_mean: float
    homogeneity: tuple[Homogeneity, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "homogeneity": [vars(entry) for entry in self.homogeneity],
            "linkage_risk_mean": self.linkage_risk_mean,
            "linked_rows_min": self.linked_rows_min,
        }


def attack(table: ReleasedTable, measured: Measured) -> AttackReport:
    columns = enumerate(table.plain)
    return AttackReport(
        measured.k,
        measured.marketer_risk,
        tuple(
            _homogeneity(table, column.name, position)
            for position, column in columns
            if column.role is ColumnRole.SENSITIVE
        ),
    )


def _homogeneity(table: ReleasedTable, name: str, position: int) -> Homogeneity:
    answers = table.coded[position]
    width = len(answers.present) + 1
    together, counts = np.unique(table.class_of_row * width + answers.codes, return_counts=True)
    of = together // width
    starts = np.flatnonzero(np.append(True, of[1:] != of[:-1]))
    commonest = np.maximum.reduceat(counts, starts)
    alone = np.diff(np.append(starts, len(of))) == 1
    total = len(answers.codes)
    sizes = np.add.reduceat(counts, starts)
    sure = commonest > SURE * sizes
    return Homogeneity(
        name,
        certain=float(commonest[alone].sum() / total),
        best_guess=float(commonest.sum() / total),
        guessed=float(sizes[sure].sum() / total),
        blind_guess=float(np.bincount(answers.codes).max() / total),
    )


def attack_from_json(found: Any) -> AttackReport:
    where = "attack"
    names = {"homogeneity", "linkage_risk_mean", "linked_rows_min"}
    if type(found) is not dict or set(found) != names or type(found["homogeneity"]) is not list:
        raise ReleaseFormatError(where, f"it has {', '.join(sorted(names))}")
    entries = []
    for entry in found["homogeneity"]:
        shares = {"certain", "best_guess", "guessed", "blind_guess"}
        if type(entry) is not dict or set(entry) != {"column", *shares} or type(entry["column"]) is not str:
            raise ReleaseFormatError(where, "a homogeneity entry has a column and four shares")
        if any(type(entry[share]) is not float for share in shares):
            raise ReleaseFormatError(where, "shares are numbers")
        entries.append(Homogeneity(**entry))
    if type(found["linked_rows_min"]) is not int:
        raise ReleaseFormatError(where, "linked_rows_min is a whole number")
    if type(found["linkage_risk_mean"]) is not float:
        raise ReleaseFormatError(where, "linkage_risk_mean is a number")
    return AttackReport(found["linked_rows_min"], found["linkage_risk_mean"], tuple(entries))
