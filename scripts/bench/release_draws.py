"""How many people a series in homes leaves out, over many draws of people, waves and chance.

    ./scripts/bench/run release_draws [--people N[,N…]] [--draws N] [--series NAME] [--l N] [--json FILE]

`releases` attacks one draw of each table; one draw says little of what the next leaves out. The tables, waves and
changes of answers are its own (without the table of 968 people). "out": of whoever was there, the share that was left
out, mean of all draws, of the draw that left out most, and draws beyond 3 %; "in one release": the most of each draw,
mean of all. "waiting" are newcomers, "beside" those left out because of who is missing. Last, of all tables and series
of a size: of those who were left out beside the missing so many times, how many gave rarer answers than the l - 1
commonest: where these shares differ, who is left out says something of answers.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean

from bank_api.domain.anonymize import ReleasePolicy
from bank_api.domain.anonymize.errors import AnonymizeError
from bank_api.domain.anonymize.seats import new_history
from bank_api.domain.anonymize.suppress import Why
from bank_api.domain.attacked import release_held
from scripts.bench.release_tables import SEED, Table, tables
from scripts.bench.releases import SERIES, answer_anew, panels

TIMES_MAX = 3


@dataclass
class Drawn:
    out: list[float] = field(default_factory=list)
    """By draw, the mean of its releases."""
    out_most: list[float] = field(default_factory=list)
    refused: int = 0
    there: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    people_out: Counter[int] = field(default_factory=Counter)
    """By how often somebody was left out beside the missing, the people, and those of them who gave rarer answers."""
    rare_out: Counter[int] = field(default_factory=Counter)


def main(words: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--people", default="400,700,1500", help="numbers of people, divided by commas")
    options.add_argument("--draws", type=int, default=20)
    options.add_argument("--series", choices=SERIES[:3], help="this series alone")
    options.add_argument("--l", type=int, default=0, help="in place of the table's own, which is 3")
    options.add_argument("--json", type=Path, help="write the lines to this file as well")
    chosen = options.parse_args(words)
    lines = []
    print(f"{'people':>6} {'series':<13} {'table':<26} {'out (draw)':>15} {'> 3 %':>7} {'in one':>7} "
          f"{'waiting':>8} {'beside':>7} {'refused':>7}")  # fmt: skip
    for people in map(int, chosen.people.split(",")):
        people_out, rare_out = Counter[int](), Counter[int]()
        for series in (chosen.series,) if chosen.series else SERIES[:3]:
            found: dict[str, Drawn] = {}
            for draw in range(chosen.draws):
                for table in list(tables(people, SEED + draw))[1:]:
                    measure(table, series, chosen.l or table.least, draw, found.setdefault(table.name, Drawn()))
            for name, drawn in found.items():
                show(people, series, name, drawn, chosen.draws)
                lines.append({"people": people, "series": series, "table": name} | vars(drawn))
                people_out.update(drawn.people_out)
                rare_out.update(drawn.rare_out)
        shares = (f"{times}: {rare_out[times] / count:.1%} of {count:,}" for times, count in sorted(people_out.items()))
        print("       gave rarer answers, by times left out beside the missing: " + ", ".join(shares), flush=True)
    if chosen.json:
        chosen.json.write_text(json.dumps(lines, indent=2) + "\n")


def measure(table: Table, series: str, least: int, draw: int, drawn: Drawn) -> None:
    dice = random.Random(draw)  # noqa: S311  a bench
    rows, history = [dict(row) for row in table.rows], new_history(dice)
    answers = [row[table.sensitive] for row in rows]
    rare = set(answers).difference(answer for answer, _ in Counter(answers).most_common(least - 1))
    policy = ReleasePolicy(5, l={table.sensitive: least}, suppression_limit=0.9)
    beside, shares = Counter[int](), []
    for wave, present in enumerate(panels(len(rows), series, dice)):
        if wave:
            answer_anew(table, rows, present, answers, dice)
        shown, names = [rows[number] for number in present], [f"{number}" for number in present]
        try:
            release, history = release_held(shown, names, table.columns, policy, history, dice)[:2]
        except AnonymizeError:
            drawn.refused += 1
            continue
        shares.append(release.suppressed / len(present))
        drawn.there += len(present)
        for one in release.suppressions:
            drawn.reasons[one.why.value] += len(one.rows)
            if one.why is Why.UNCOVERED:
                beside.update(present[row] for row in one.rows)
    drawn.out.append(mean(shares))
    drawn.out_most.append(max(shares))
    for number, row in enumerate(rows):
        times = min(beside[number], TIMES_MAX)
        drawn.people_out[times] += 1
        drawn.rare_out[times] += row[table.sensitive] in rare


def show(people: int, series: str, name: str, drawn: Drawn, draws: int) -> None:
    waiting, beside = (drawn.reasons[why.value] / max(1, drawn.there) for why in (Why.UNFOUNDED, Why.UNCOVERED))
    beyond = sum(share > 0.03 for share in drawn.out)
    print(
        f"{people:>6,} {series:<13} {name:<26} {mean(drawn.out):>6.1%} ({max(drawn.out):.1%}) {beyond:>3}/{draws:<3} "
        f"{mean(drawn.out_most):>7.1%} {waiting:>8.1%} {beside:>7.1%} {drawn.refused:>7}",
        flush=True,
    )


if __name__ == "__main__":
    main()
