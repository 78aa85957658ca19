"""Made-up rows: how useful they are beside an anonymized release and two halves of the table, and what they cost.

    python -m scripts.bench.synthetic [--json FILE] [--markdown FILE] [--only TABLE] [--rows N …] [--epsilon E …]
                                     [--algorithm MST|AIM]
    python -m scripts.bench.synthetic --attack TRIALS [--epsilon E …] [--json FILE]

Tables: `scripts.bench.release_tables`. Distances are total variations, mean over columns and over pairs (0 the same, 1
nothing in common); "learned" is how often a naive Bayes model trained on these rows tells the sensitive column of real
people. Seconds are the processor's: "prepared" once for a domain and epsilon, "made" for each table.
`--attack` plays both worlds of the worst case (everybody alike, one person not) so often, and guesses which one it was.
Needs requirements/synthetic.txt.
"""

from __future__ import annotations

import argparse
import json
import random
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bank_api.domain.anonymize import Column, ReleasePolicy, anonymize
from bank_api.domain.anonymize.errors import AnonymizeError
from bank_api.domain.attacks.membership import told_apart
from bank_api.domain.dry_run.made_up import BESIDE_K, SUPPRESSED_MOST, compared, guessed_codes
from bank_api.domain.synthetic import DELTA, Attribute, Maker, count_error
from bank_api.domain.synthetic.attributes import BANDS, even_edges
from bank_api.domain.synthetic.measured import Codes, learned, utility
from scripts.bench.release_tables import SEED, Table, tables

ROWS, EPSILONS = (1000, 10_000, 30_000), (0.5, 1.0, 2.0, 4.0)
EACH_UP_TO = 24
ATTACKED_PEOPLE, ATTACKED_ROWS, ATTACKED_EPSILONS = 200, 20_000, (0.5, 1.0, 2.0)


@dataclass(frozen=True)
class Line:
    table: str
    rows: int
    epsilon: float
    algorithm: str
    prepared_seconds: float
    made_seconds: float
    count_error: float
    one_way: float
    two_way: float
    learned: float
    halves_one_way: float
    halves_two_way: float
    halves_learned: float
    commonest: float
    anonymized_one_way: float | None
    anonymized_two_way: float | None
    anonymized_learned: float | None
    suppressed: float | None


@dataclass(frozen=True)
class Guessed:
    epsilon: float
    trials: int
    right: float
    bound: float
    slack: float


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--json", type=Path, help="write the lines to this file as well")
    options.add_argument("--markdown", type=Path, help="write the table as the documents have it")
    options.add_argument("--only", help="this table alone")
    options.add_argument("--rows", type=int, nargs="+", default=ROWS)
    options.add_argument("--epsilon", type=float, nargs="+", help="0.5 1 2 4; attacked: 0.5 1 2")
    options.add_argument("--algorithm", choices=("MST", "AIM"), default="MST")
    options.add_argument("--attack", type=int, help="guess the world of so many releases of each")
    chosen = options.parse_args()
    if chosen.attack:
        found: list[Line] | list[Guessed] = [
            attacked(epsilon, chosen.attack) for epsilon in chosen.epsilon or ATTACKED_EPSILONS
        ]
    else:
        found = list(measured(chosen.rows, chosen.epsilon or EPSILONS, chosen.algorithm, chosen.only, chosen.json))
        if chosen.markdown:
            chosen.markdown.write_text(markdown(found))
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(one) for one in found], indent=2) + "\n")


def measured(
    sizes: Sequence[int], epsilons: Sequence[float], algorithm: str, only: str | None, kept: Path | None
) -> Iterator[Line]:
    lines: list[Line] = []
    for table in tables(max(sizes)):
        if table.name.startswith("made up") or only not in (None, table.name):
            continue
        attributes = [attribute(column) for column in table.columns]
        for epsilon in epsilons:
            begun = time.process_time()
            maker = Maker(tuple(one.cells for one in attributes), epsilon, algorithm=algorithm)
            prepared = time.process_time() - begun
            for size in sorted({min(size, len(table.rows)) for size in sizes}):
                lines.append(line(table, attributes, size, maker, prepared))
                print(lines[-1], flush=True)
                if kept:
                    kept.write_text(json.dumps([asdict(one) for one in lines], indent=2) + "\n")
                yield lines[-1]


def attribute(column: Column) -> Attribute:
    if column.values:
        return Attribute(column.name, tuple(column.values), may_miss=True)
    low, high = float(column.lo or 0), float(column.hi or 0)
    bands = int(high - low) + 1 if high - low < EACH_UP_TO else BANDS
    return Attribute(column.name, edges=even_edges(low, high, True, bands), is_whole=True, may_miss=True)


def line(table: Table, attributes: Sequence[Attribute], size: int, maker: Maker, prepared: float) -> Line:
    rows = random.Random(SEED).sample(table.rows, size)  # noqa: S311  a bench
    codes = [np.array([one.code(row[one.name]) for row in rows], dtype=np.int64) for one in attributes]
    sensitive = [one.name for one in attributes].index(table.sensitive)
    begun = time.process_time()
    made = maker.make(codes, size)
    spent = time.process_time() - begun
    told = compared(attributes, codes, made.columns, sensitive, secrets.SystemRandom())
    beside = anonymized(table, rows, attributes)
    here, halves = told["synthetic"], told["halves"]
    other = None if beside is None else utility(attributes, codes, beside)
    return Line(
        table.name,
        size,
        maker.epsilon,
        maker.algorithm,
        round(prepared, 1),
        round(spent, 1),
        round(count_error(len(attributes), maker.epsilon, DELTA)),
        here["one_way"]["mean"],
        here["two_way"]["mean"],
        here["learned"],
        halves["one_way"]["mean"],
        halves["two_way"]["mean"],
        halves["learned"],
        told["learning"]["commonest_answer"],
        None if other is None else other["one_way"]["mean"],
        None if other is None else other["two_way"]["mean"],
        None if beside is None else round(learned(attributes, beside, codes, sensitive), 4),
        None if beside is None else round(1 - len(beside[0]) / size, 4),
    )


def anonymized(table: Table, rows: Sequence[dict[str, object]], attributes: Sequence[Attribute]) -> list[Codes] | None:
    policy = ReleasePolicy(BESIDE_K, suppression_limit=SUPPRESSED_MOST)
    try:
        release = anonymize(rows, table.columns, policy, secrets.SystemRandom())  # type: ignore[arg-type]
    except AnonymizeError:
        return None
    kinds = {one.name: {"kind": "number" if one.is_number else "choice"} for one in attributes}
    return guessed_codes(release, attributes, kinds, secrets.SystemRandom())


def attacked(epsilon: float, trials: int) -> Guessed:
    """Everybody gives the first answers; in one world one person gives the last ones. The attacker counts these."""
    maker = Maker((3, 3), epsilon)
    alike = [np.zeros(ATTACKED_PEOPLE, dtype=np.int64)] * 2
    one_is_not = [np.append(column[1:], 2) for column in alike]
    counted: list[list[float]] = [[], []]
    for _ in range(trials):
        for world, columns in enumerate((one_is_not, alike)):
            first, second = maker.make(columns, ATTACKED_ROWS).columns
            counted[world].append(float(((first == 2) & (second == 2)).sum()))
    found = told_apart(counted[0], counted[1], epsilon, DELTA)
    print(epsilon, found, flush=True)
    return Guessed(epsilon, trials, found.right, round(found.bound, 3), round(found.slack, 3))


def markdown(lines: Sequence[Line]) -> str:
    told = [
        "| table, rows | epsilon | columns | pairs | learned | columns, pairs, learned: halves | the same: k = 5 | "
        "seconds |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in lines:
        halves = f"{one.halves_one_way:.3f}, {one.halves_two_way:.3f}, {one.halves_learned:.0%}"
        beside = (
            "refused"
            if one.anonymized_one_way is None
            else f"{one.anonymized_one_way:.3f}, {one.anonymized_two_way:.3f}, {one.anonymized_learned:.0%}"
        )
        told.append(
            f"| {one.table}, {one.rows:,} | {one.epsilon:g} | {one.one_way:.3f} | {one.two_way:.3f} | "
            f"{one.learned:.0%} ({one.commonest:.0%}) | {halves} | {beside} | "
            f"{one.prepared_seconds + one.made_seconds:.0f} |"
        )
    return "\n".join(told) + "\n"


if __name__ == "__main__":
    main()
