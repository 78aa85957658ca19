"""Who takes rows of homes for people: what is left of whom after six releases, and is it true?

    ./scripts/bench/run release_rows [--people N] [--seed N] [--l N] [--json FILE]

Rows of a series in homes are nobody's (ADR 85), but look like people. This reader keeps, of each person, the answers
that the rooms around them show in each release they are in. "below l": people who are left with less than l answers
after two releases or more, with one, with none; "and right": of those with one, whose it is. Tables and waves are those
of `releases` (without the table of 968 people).
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bank_api.domain.anonymize import AnonymizedRelease, ReleasePolicy
from bank_api.domain.anonymize.seats import new_history
from bank_api.domain.attacked import release_held
from scripts.bench.release_tables import SEED, Row, Table, tables
from scripts.bench.releases import SERIES, answer_anew, panels


@dataclass(frozen=True)
class Read:
    table: str
    series: str
    rooms: int
    rooms_below_l: int
    people: int
    below_l: int
    one: int
    right: int
    none: int


def main(words: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--people", type=int, default=700)
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--l", type=int, default=0, help="in place of the table's own, which is 3")
    options.add_argument("--json", type=Path, help="write the lines to this file as well")
    chosen = options.parse_args(words)
    print(f"{'table':<26} {'series':<12} {'rooms (below l)':>16} {'people':>7} {'below l':>8} {'one':>5} "
          f"{'right':>6} {'none':>5}")  # fmt: skip
    lines = []
    for table in list(tables(chosen.people, chosen.seed))[1:]:
        for series in SERIES[:3]:
            one = read(table, series, chosen.l or table.least, chosen.seed)
            lines.append(one)
            print(f"{one.table:<26} {one.series:<12} {one.rooms:>10,} ({one.rooms_below_l}) {one.people:>9,} "
                  f"{one.below_l:>8,} {one.one:>5,} {one.right:>6,} {one.none:>5,}", flush=True)  # fmt: skip
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(line) for line in lines], indent=2) + "\n")


def read(table: Table, series: str, least: int, seed: int) -> Read:
    dice = random.Random(seed)  # noqa: S311  a bench
    rows, history = [dict(row) for row in table.rows], new_history(dice)
    answers = [row[table.sensitive] for row in rows]
    policy = ReleasePolicy(5, l={table.sensitive: least}, suppression_limit=0.9, come_and_go=True)
    left, releases, rooms, few = dict[str, set[Hashable]](), Counter[str](), 0, 0
    for wave, present in enumerate(panels(len(rows), series, dice)):
        if wave:
            answer_anew(table, rows, present, answers, dice)
        shown = [rows[number] for number in present]
        release, history = release_held(shown, [str(one) for one in present], table.columns, policy, history, dice)[:2]
        answers_of = _answers_of(release)
        rooms, few = rooms + len(answers_of), few + sum(len(one) < least for one in answers_of)
        out = {row for one in release.suppressions for row in one.rows}
        for at, number in enumerate(present):
            name = f"{number}={rows[number][table.sensitive]}"  # who changed an answer is somebody else
            if at not in out:
                around = _around(release, rows[number], answers_of)
                left[name] = left.get(name, around) & around
                releases[name] += 1
    known = {name: found for name, found in left.items() if releases[name] > 1}
    single = {name: next(iter(found)) for name, found in known.items() if len(found) == 1}
    right = sum(name.partition("=")[2] == str(answer) for name, answer in single.items())
    below, none = (sum(len(found) < many for found in known.values()) for many in (least, 1))
    return Read(table.name, series, rooms, few, len(known), below, len(single), right, none)


def _answers_of(release: AnonymizedRelease) -> list[set[Hashable]]:
    found: list[set[Hashable]] = [set() for _ in release.document.table.boxes]
    for box, answer in release.document.table.rows:
        found[box].add(answer)
    return found


def _around(release: AnonymizedRelease, row: Row, answers_of: Sequence[set[Hashable]]) -> set[Hashable]:
    names = [column.name for column in release.document.table.generalized]
    found = set[Hashable]()
    for box, answers in zip(release.document.table.boxes, answers_of, strict=True):
        if not answers <= found and all(cell.contains(row[name]) for name, cell in zip(names, box, strict=True)):
            found |= answers
    return found


if __name__ == "__main__":
    main()
