"""Benchmark of the anonymizer: seconds and granularity for Adult (30,162 rows) and for a million permuted rows.

    python -m scripts.bench.anonymize [--json FILE] [--rows N] [--peers PYTHON]

Beside it, in the same run and on the same rows, anjana (global recoding) and anonypyx (Mondrian), from an environment
of their own: python -m venv .build/peers && .build/peers/bin/pip install --require-hashes -r requirements/peers.txt

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
import subprocess
import tempfile
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
PEERS = Path(__file__).parents[2] / ".build" / "peers" / "bin" / "python"
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
    options.add_argument("--peers", type=Path, default=PEERS, help="Python with anjana and anonypyx")
    chosen = options.parse_args()
    name, rows, columns = load()
    lines = []
    heading()
    for policy in (*(ReleasePolicy(k) for k in (5, 10, 50)), ReleasePolicy(5, l={"salary-class": 2})):
        lines.append(measure(name, rows, columns, policy, runs=3))
    if chosen.rows:
        large = permuted(rows, chosen.rows, random.Random(SEED))  # noqa: S311
        lines.append(measure(f"{name}, columns permuted", large, columns, ReleasePolicy(5), runs=1))
    beside = compare(name, rows, columns, lines[0], chosen.peers)
    if chosen.json:
        told = {"azukari": [asdict(line) for line in lines], "peers": beside}
        chosen.json.write_text(json.dumps(told, indent=2) + "\n")


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


def compare(name: str, rows: list[Row], columns: list[Column], ours: Line, python: Path) -> dict[str, Any]:
    """What the peers make of the same rows with the same k, and how much more time and loss that is."""
    if not python.exists():
        print(f"\nNo peers at {python}: see the head of scripts/bench/anonymize.py for how to install them.")
        return {}
    quasi = [column for column in with_role(columns, ColumnRole.QUASI_IDENTIFIER) if column.named]
    task = {
        "rows": [{one.name: row[one.name] for one in (AGE, *quasi)} for row in rows],
        "numbers": {AGE.name: [AGE.lo, AGE.hi]},
        "trees": {one.name: [path[::-1] for path in one.hierarchy.paths] for one in quasi if one.hierarchy},
        "ranges": {AGE.name: [[str(n), *(f"{n // w * w}-" for w in (5, 10, 20, 40)), "*"] for n in range(17, 91)]},
        "k": int(ours.policy.removeprefix("k=")),
        "suppression_percent": 5,
    }
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(task, file)
        file.flush()
        script = Path(__file__).with_name("anonymize_peers.py")
        done = subprocess.run([python, script, file.name], capture_output=True, text=True, timeout=1200, check=False)
    if done.returncode:
        print(f"\nThe peers failed: {done.stderr.strip().splitlines()[-1:]}")
        return {}
    found: dict[str, Any] = json.loads(done.stdout)
    lost = 1 - ours.granularity
    print(
        f"\n{'beside, ' + name:<24} {'seconds':>9} {'times ours':>10} {'k':>5} {'left out':>9} {'loss':>7} "
        f"{'times ours':>10}"
    )
    print(f"{'azukari':<24} {ours.release_seconds:>9.2f} {'':>10} {ours.k:>5} {'':>9} {lost:>7.4f}")
    for peer, one in found.items():
        if "why" in one:
            print(f"{peer:<24} could not: {one['why']}")
            continue
        one |= {"times_seconds": one["seconds"] / ours.release_seconds, "times_loss": one["loss"] / lost}
        print(
            f"{peer:<24} {one['seconds']:>9.2f} {one['times_seconds']:>10.1f} {one['k']:>5} "
            f"{len(rows) - one['rows']:>9,} {one['loss']:>7.4f} {one['times_loss']:>10.1f}"
        )
    return found


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
