"""Tables that releases over time and made-up rows are measured on.

ANES 1996 (committed), Stack Overflow 2023 and Adult where ../shared/data (or AZUKARI_TABLES) holds them, and a made-up
long-tailed one.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bank_api.domain.anonymize import Column, ColumnRole
from scripts.bench.anonymize import TABLES

SEED = 20261128
QUASI, SENSITIVE = ColumnRole.QUASI_IDENTIFIER, ColumnRole.SENSITIVE

Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    name: str
    rows: list[Row]
    columns: list[Column]
    sensitive: str
    least: int
    second: str = ""
    """Another sensitive column that leaves with it, of which l is 2."""


def tables(people: int, seed: int = SEED) -> Iterator[Table]:
    anes = Path(__file__).parents[1] / "demo_data" / "anes96.csv"
    ranges = {"age": (19, 91), "educ": (1, 7), "income": (1, 24), "TVnews": (0, 7)}
    columns = [Column.number(name, QUASI, *ends) for name, ends in ranges.items()]
    yield Table(
        "ANES, 7-step scale",
        [{n: int(float(row[n])) for n in (*ranges, "selfLR")} for row in read(anes, ",")],
        [*columns, Column.number("selfLR", SENSITIVE, 1, 7)],
        "selfLR",
        3,
    )
    yield made_up(people, seed)
    if (TABLES / "so2023" / "so2023.csv").exists():
        names: tuple[str, ...] = ("Age", "EdLevel", "OrgSize", "RemoteWork", "ICorPM")
        yield named(
            "Stack Overflow, 5 answers", TABLES / "so2023" / "so2023.csv", ",", names, "Knowledge_1", people, seed
        )
    if (TABLES / "adult" / "adult.csv").exists():
        names = ("education", "race", "sex", "salary-class")
        yield named("Adult, 7 answers", TABLES / "adult" / "adult.csv", ";", names, "marital-status", people, seed)


def named(name: str, path: Path, delimiter: str, names: Sequence[str], sensitive: str, people: int, seed: int) -> Table:
    dice = random.Random(seed)  # noqa: S311  a bench
    rows = [row for row in read(path, delimiter) if row[sensitive]]
    rows = dice.sample(rows, min(people, len(rows)))
    columns = [
        Column.category(one, role, sorted({row[one] for row in rows} - {""}))
        for one, role in (*((n, QUASI) for n in names), (sensitive, SENSITIVE))
    ]
    return Table(name, [{n: row[n] or None for n in (*names, sensitive)} for row in rows], columns, sensitive, 3)


def made_up(people: int, seed: int = SEED) -> Table:
    """A long-tailed number in five bands, two thirds of it zero."""
    dice = random.Random(seed)  # noqa: S311
    labels = ("0", "1..4", "5..19", "20..99", "100..")
    columns = [Column.number("age", QUASI, 18, 90), Column.number("income", QUASI, 1, 24)]
    rows = [
        {
            "age": dice.randint(18, 90),
            "income": min(24, max(1, round(dice.gauss(12, 5)))),
            "spent": dice.choices(labels, (66, 12, 11, 8, 3))[0],
        }
        for _ in range(people)
    ]
    return Table("made up, long tail", rows, [*columns, Column.ordinal("spent", SENSITIVE, labels)], "spent", 3)


def two_answers(people: int, seed: int = SEED) -> Iterator[Table]:
    """The made-up table with a second answer, independent of the first, of two and of three kinds."""
    table, dice = made_up(people, seed), random.Random(seed)  # noqa: S311
    for kinds, shares in (("yes", "no"), (6, 4)), (("yes", "no", "neither"), (5, 3, 2)):
        rows = [row | {"vote": dice.choices(kinds, shares)[0]} for row in table.rows]
        columns = [*table.columns, Column.category("vote", SENSITIVE, kinds)]
        yield Table(f"made up, and {len(kinds)} answers", rows, columns, table.sensitive, table.least, "vote")


def read(path: Path, delimiter: str) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=delimiter))
