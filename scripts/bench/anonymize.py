"""Benchmark of the anonymizer: seconds and granularity for Adult (30,162 rows) and for a million permuted rows.

    python -m scripts.bench.anonymize [--json FILE] [--rows N]

Reads ../shared/data/adult when present (or the folder AZUKARI_TABLES/adult) and says so when it uses generated rows
instead. "classes" is the cutting alone, "verify" the independent verifier, "release" everything from rows to a
verified release with its attack report, "cpu" the processor's share of that (on a busy machine the fairer figure). The
best of three runs is reported (of one for the million).
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bank_api.domain.anonymize import Column, ColumnRole, Hierarchy, ReleasePolicy, anonymize, verify
from bank_api.domain.anonymize.diversity import Diversity
from bank_api.domain.anonymize.encode import axis, clean_columns, sensitive_codes
from bank_api.domain.anonymize.mondrian import partition
from bank_api.domain.anonymize.schema import with_role

SEED = 20261122
"""For the made-up tables; the releases themselves take their order from the system, as in service."""
TABLES = Path(os.environ.get("AZUKARI_TABLES", Path(__file__).parents[3] / "shared" / "data"))
QUASI = ("education", "marital-status", "native-country", "occupation", "sex")
SALARY = Column.category("salary-class", ColumnRole.SENSITIVE, ("<=50K", ">50K"))
AGE = Column.number("age", ColumnRole.QUASI_IDENTIFIER, 17, 90)

Row = dict[str, Any]


@dataclass(frozen=True)
class Line:
    table: str
    rows: int
    policy: str
    classes_seconds: float
    verify_seconds: float
    release_seconds: float
    release_cpu_seconds: float
    granularity: float
    k: int
    classes: int


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--json", type=Path, help="write the lines to this file as well")
    options.add_argument("--rows", type=int, default=1_000_000, help="rows of the large table (0 leaves it out)")
    chosen = options.parse_args()
    name, rows, columns = load()
    lines = []
    heading()
    for policy in (*(ReleasePolicy(k) for k in (5, 10, 50)), ReleasePolicy(5, l={"salary-class": 2})):
        lines.append(measure(name, rows, columns, policy, runs=3))
    if chosen.rows:
        large = permuted(rows, chosen.rows, random.Random(SEED))  # noqa: S311
        lines.append(measure(f"{name}, columns permuted", large, columns, ReleasePolicy(5), runs=1))
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(line) for line in lines], indent=2) + "\n")


def load() -> tuple[str, list[Row], list[Column]]:
    folder = TABLES / "adult"
    if not (folder / "adult.csv").exists():
        print("The Adult table is not in ../shared/data: generated rows are used, figures do not compare with ARX.")
        return generated(random.Random(SEED), 30_162)  # noqa: S311
    with (folder / "adult.csv").open(newline="") as file:
        rows = [
            {"age": int(row["age"]), "salary-class": row["salary-class"], **{name: row[name] for name in QUASI}}
            for row in csv.DictReader(file, delimiter=";")
        ]
    trees = {name: Hierarchy.from_csv((folder / "hierarchies" / f"{name}.csv").read_text()) for name in QUASI}
    return "Adult", rows, [AGE, *(quasi(name, tree) for name, tree in trees.items()), SALARY]


def generated(dice: random.Random, count: int) -> tuple[str, list[Row], list[Column]]:
    """Skewed categories of Adult's sizes below two-level trees."""
    columns, draws = [AGE], []
    for name, size in zip(QUASI, (16, 7, 40, 14, 2), strict=True):
        leaves = [f"{name} {number}" for number in range(size)]
        columns.append(
            quasi(name, Hierarchy.from_levels((leaf, f"{name}s {n // 4}", "*") for n, leaf in enumerate(leaves)))
        )
        draws.append(dice.choices(leaves, [1 / (1 + number) ** 1.5 for number in range(size)], k=count))
    ages = [min(90, max(17, round(dice.gauss(38, 13)))) for _ in range(count)]
    salaries = dice.choices(("<=50K", ">50K"), (3, 1), k=count)
    names = ("age", "salary-class", *QUASI)
    rows = [dict(zip(names, values, strict=True)) for values in zip(ages, salaries, *draws, strict=True)]
    return "generated", rows, [*columns, SALARY]


def quasi(name: str, tree: Hierarchy) -> Column:
    return Column.category(name, ColumnRole.QUASI_IDENTIFIER, hierarchy=tree)


def permuted(rows: list[Row], count: int, dice: random.Random) -> list[Row]:
    """Rows repeated to the count, every column shuffled on its own."""
    columns = {name: [rows[number % len(rows)][name] for number in range(count)] for name in rows[0]}
    for values in columns.values():
        dice.shuffle(values)
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def measure(name: str, rows: list[Row], columns: list[Column], policy: ReleasePolicy, runs: int) -> Line:
    cleaned = clean_columns(rows, columns)
    axes = [axis(c, cleaned[c.name]) for c in with_role(columns, ColumnRole.QUASI_IDENTIFIER)]
    rules = Diversity.of([sensitive_codes(SALARY, cleaned[SALARY.name])], policy, np.arange(len(rows)))
    classes_seconds, _, _ = best(runs, lambda: partition(axes, policy.k, rules))
    secrets = random.SystemRandom()
    release_seconds, release_cpu, release = best(runs, lambda: anonymize(rows, columns, policy, secrets))
    table, left_out = release.document.table, release.suppressed_indexes
    verify_seconds, _, measured = best(runs, lambda: verify(rows, table, columns, policy, left_out))
    line = Line(
        name,
        len(rows),
        f"k={policy.k}" + (f" l={policy.l['salary-class']}" if policy.l else ""),
        round(classes_seconds, 3),
        round(verify_seconds, 3),
        round(release_seconds, 3),
        round(release_cpu, 3),
        round(measured.granularity, 4),
        measured.k,
        measured.classes,
    )
    show(line)
    return line


def best(runs: int, work: Callable[[], Any]) -> tuple[float, float, Any]:
    """The least seconds by the clock, the least by the processor, and the last result."""
    by_clock, by_processor, result = float("inf"), float("inf"), None
    for _ in range(runs):
        start, start_cpu = time.perf_counter(), time.process_time()
        result = work()
        by_clock = min(by_clock, time.perf_counter() - start)
        by_processor = min(by_processor, time.process_time() - start_cpu)
    return by_clock, by_processor, result


def heading() -> None:
    print(
        f"{'table':<24} {'rows':>9} {'policy':<9} {'classes s':>9} {'verify s':>9} {'release s':>9} {'cpu s':>7} "
        f"{'granularity':>11}"
    )


def show(line: Line) -> None:
    print(
        f"{line.table:<24} {line.rows:>9,} {line.policy:<9} {line.classes_seconds:>9.3f} {line.verify_seconds:>9.3f} "
        f"{line.release_seconds:>9.3f} {line.release_cpu_seconds:>7.3f} {line.granularity:>11.4f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
