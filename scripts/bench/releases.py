"""Releases over time: what all releases together give away, without seats and with them, and what the seats cost.

    python -m scripts.bench.releases [--json FILE] [--people N] [--only TABLE] [--series NAME] [--beside N] [--seed N]
                                    [--two] [--waves] [--markdown FILE] [--come-and-go]

Six waves at 2 % and at 10 % coming and going, six waves of a random 90 % of everybody, and six partners who each get
a random 90 %, all but the first without one of the quasi-identifiers; 1 % of people change their answer between two
waves. Tables: `release_tables`. "computed": of those who came or left between two releases, whose answer is the
only one that fits all counts; "below l": whose answers that fit are fewer than l; "read": whom one other person of any
release computes by their own answer. Loss is of published rows, beside that of the same waves without memory;
"counts off": how far a reader's count of two ranges and an answer is off (`count_error`); "together": with how many
rows the answers of a row are told as one, on average. Speed is that of the seats, the verifier and the attack by rule,
the other attacks apart. `--beside 1` does not ask that no one person reads another; `--come-and-go` asks for homes in
place of seats (ADR 80, 85). "facts": what the attack by rule concludes beside the counts, true and in all, and doubts.
"out of the commonest answers": how many stay out of those who gave one of the two commonest, and of all others; where
these differ, who stays out follows from answers.
`--two` measures releases that tell two answers at once (attacked by the first). `--waves` shows each wave by itself
with the reasons for which people stay out; `--markdown` writes the table of attacks without seats and with them, as the
documents have it.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from bank_api.domain.anonymize import AnonymizedRelease, ReleasePolicy
from bank_api.domain.anonymize.errors import AnonymizeError
from bank_api.domain.anonymize.seats import History, new_history, release_in_series
from bank_api.domain.attacked import evidence_of, observed, release_held
from bank_api.domain.attacks import attack_all
from bank_api.domain.attacks.observed import Compared
from bank_api.domain.attacks.rule import facts_by_rule
from scripts.bench.count_error import count_error
from scripts.bench.release_tables import QUASI, SEED, Row, Table, tables, two_answers

WAVES, CHANGED = 6, 0.01
SERIES = ("2 %", "10 %", "random 90 %", "six partners")


@dataclass(frozen=True)
class Line:
    table: str
    series: str
    seats: bool
    people: int
    below_l: int
    movers: int
    computed: int
    read: int
    """By one other person."""
    read_by_rule: int
    """By one other person who knows the rule of seats, too."""
    facts: tuple[int, int, int, int]
    """Of that attack: those it believes that are true, all of them; doubtful ones that are true, all of them."""
    suppressed_mean: float
    suppressed_max: float
    loss: float
    count_error: float
    answers_together: float
    people_a_second: int
    refused: str
    waves: list[Wave]
    left_out: tuple[float, float]
    """Of those who gave one of the two commonest answers, and of the others, the share that stayed out."""


@dataclass(frozen=True)
class Wave:
    suppressed: float
    loss: float
    count_error: float
    answers_together: float
    people_a_second: int
    reasons: dict[str, int]
    """By reason, how many people stay out."""


def main(words: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--json", type=Path, help="write the lines to this file as well")
    options.add_argument("--people", type=int, default=6000, help="at most so many of each table")
    options.add_argument("--only", metavar="TABLE", help="this table alone")
    options.add_argument("--series", choices=SERIES, help="this series alone")
    options.add_argument("--beside", type=int, default=2, help="so many answers stay possible to one other person")
    options.add_argument("--two", action="store_true", help="made-up tables whose releases tell two answers at once")
    options.add_argument("--waves", action="store_true", help="each wave by itself, with the reasons")
    options.add_argument("--markdown", type=Path, help="write the table of attacks to this file")
    options.add_argument("--come-and-go", action="store_true", help="homes in place of seats")
    options.add_argument("--seed", type=int, default=SEED, help="another draw of people, waves and changes")
    chosen = options.parse_args(words)
    drawn = list((two_answers if chosen.two else tables)(chosen.people, chosen.seed))
    if chosen.only not in (None, *(table.name for table in drawn)):
        options.error(f"--only: no table {chosen.only!r} here; there are {', '.join(repr(one.name) for one in drawn)}")
    lines = []
    print(
        f"{'table':<26} {'series':<13} {'seats':<5} {'people':>6} {'below l':>7} {'movers':>6} {'computed':>8} "
        f"{'read':>7} {'by rule':>7} {'suppressed (max)':>16} {'loss':>6} {'counts off':>10} "
        f"{'together':>8} {'people/s':>8}"
    )
    for table in drawn:
        if chosen.only in (None, table.name):
            for series in (chosen.series,) if chosen.series else SERIES:
                for seats in (False, True):
                    lines.append(measure(table, series, seats, chosen.seed, chosen.beside, chosen.come_and_go))
                    show(lines[-1], chosen.waves)
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(line) for line in lines], indent=2) + "\n")
    if chosen.markdown:
        chosen.markdown.write_text(markdown(lines))


def panels(count: int, series: str, dice: random.Random) -> Iterator[list[int]]:
    if series not in ("2 %", "10 %"):
        for _ in range(WAVES):
            yield [n for n in range(count) if dice.random() < 0.9]
        return
    share = float(series.removesuffix(" %")) / 100
    order = dice.sample(range(count), count)
    size = int(count / (1 + share * (WAVES - 1)))
    here, waiting = order[:size], order[size:]
    for _ in range(WAVES):
        yield sorted(here)
        moved = int(size * share)
        here = dice.sample(here, size - moved) + waiting[:moved]
        waiting = waiting[moved:]


def answer_anew(
    table: Table, rows: Sequence[Row], present: Sequence[int], answers: Sequence[Any], dice: random.Random
) -> None:
    """Of those who are there, some give an answer as common as it was at first."""
    for number in present:
        if dice.random() < CHANGED:
            rows[number][table.sensitive] = dice.choice(answers)


def measure(
    table: Table, series: str, seats: bool, seed: int = SEED, beside: int = 2, come_and_go: bool = False
) -> Line:
    dice = random.Random(seed)  # noqa: S311
    rows, history = [dict(row) for row in table.rows], new_history(dice)
    answers = [row[table.sensitive] for row in rows]
    least = {table.sensitive: table.least} | ({table.second: 2} if table.second else {})
    policy = ReleasePolicy(5, l=least, suppression_limit=0.6, beside=beside, come_and_go=come_and_go and seats)
    told, waves, seconds, people, refused = [], list[Wave](), 0.0, 0, ""
    common = {answer for answer, _ in Counter(answers).most_common(2)}
    there, out_of = Counter[bool](), Counter[bool]()
    quasi, make = (
        [column for column in table.columns if column.role is QUASI],
        release_held if seats else release_in_series,
    )
    for wave, present in enumerate(panels(len(rows), series, dice)):
        if wave:
            answer_anew(table, rows, present, answers, dice)
        left = quasi[wave % len(quasi)].name if wave and series == "six partners" else None
        columns = [column for column in table.columns if column.name != left]
        shown = [{column.name: rows[number][column.name] for column in columns} for number in present]
        names = [f"{number}" for number in present]
        before = history if seats else History(history.key)
        if not seats:  # somebody who changed an answer is somebody new, as the seats see it
            names = [f"{number}={rows[number][table.sensitive]}" for number in present]
        start = time.process_time()
        try:
            release, after = make(shown, names, columns, policy, before, dice)
        except AnonymizeError as error:
            refused = str(error)
            continue
        took = time.process_time() - start
        seconds, people = seconds + took, people + len(present)
        reasons = Counter(one.why.value for one in release.suppressions for _ in one.rows)
        is_common = [rows[number][table.sensitive] in common for number in present]
        there.update(is_common)
        out_of.update(is_common[row] for one in release.suppressions for row in one.rows)
        out, speed = release.suppressed / len(present), round(len(present) / max(took, 1e-9))
        wrong = count_error(release, shown, columns, table.sensitive, seed)
        together = release.measured.answers_together[0]
        waves.append(Wave(out, published_loss(release), wrong, together, speed, dict(reasons)))
        if seats:
            history = after
        else:
            told += observed(after, table.sensitive)
    facts = facts_of(history, table) if seats and beside > 1 else (0, 0, 0, 0)
    return attacked(table, history, series, seats, told or observed(history, table.sensitive), waves, facts,
                    round(people / max(seconds, 1e-9)), refused,
                    (out_of[True] / max(1, there[True]), out_of[False] / max(1, there[False])))  # fmt: skip


def facts_of(history: History, table: Table) -> tuple[int, int, int, int]:
    seats, pasts = history.seats[0], history.seats[0].proofs.pasts
    at = seats.columns.index(table.sensitive)
    gave = {name: seats.answers[answer][at] for name, answer in zip(pasts.names, pasts.answer, strict=True)}
    found = []
    for facts in facts_by_rule(Compared(observed(history, table.sensitive)), table.least):
        answers = [[Counter(gave[person] for person in people) for people in fact] for fact in facts]
        found += [sum(all(one == fact[0] for one in fact) for fact in answers), len(facts)]
    return found[0], found[1], found[2], found[3]


def published_loss(release: AnonymizedRelease) -> float:
    return (release.loss * (release.rows + release.suppressed) - release.suppressed) / release.rows


def attacked(
    table: Table,
    history: History,
    series: str,
    seats: bool,
    told: Sequence[Any],
    waves: list[Wave],
    facts: tuple[int, int, int, int],
    speed: int,
    refused: str,
    left_out: tuple[float, float],
) -> Line:
    report = attack_all(told, table.least, insiders=0)
    column = next(one for one in table.columns if one.name == table.sensitive)
    evidence = evidence_of(history, column, table.least)
    by_rule = report.computed_by_rule if evidence.batches is None else len(evidence.newly_read_by_rule())
    return Line(
        table.name,
        series,
        seats,
        report.people,
        report.below_l_by_counting,
        report.movers,
        report.movers_computed,
        report.computed_by_one_other,
        by_rule,
        facts,
        mean(wave.suppressed for wave in waves),
        max(wave.suppressed for wave in waves),
        mean(wave.loss for wave in waves),
        mean(wave.count_error for wave in waves),
        mean(wave.answers_together for wave in waves),
        speed,
        refused,
        waves,
        left_out,
    )


def show(line: Line, waves: bool = False) -> None:
    print(
        f"{line.table:<26} {line.series:<13} {'yes' if line.seats else 'no':<5} {line.people:>6,} {line.below_l:>7,} "
        f"{line.movers:>6,} {line.computed:>8,} {line.read:>7,} {line.read_by_rule:>7,} {line.suppressed_mean:>9.1%} "
        f"({line.suppressed_max:.1%}) {line.loss:>6.3f} {line.count_error:>10.3f} {line.answers_together:>8.1f} "
        f"{line.people_a_second:>8,} {line.refused}"
        + ("; facts {} of {}, doubtful {} of {}".format(*line.facts) if any(line.facts) else "")
        + ("; out of the commonest answers {:.1%}, of others {:.1%}".format(*line.left_out) if line.seats else ""),
        flush=True,
    )
    for number, one in enumerate(line.waves if waves else (), 1):
        reasons = ", ".join(f"{why} {count}" for why, count in sorted(one.reasons.items()))
        told = f"loss {one.loss:.3f}, counts off {one.count_error:.3f}, together {one.answers_together:.1f}"
        print(f"    wave {number}: out {one.suppressed:.1%}, {told}, {one.people_a_second:,} people/s; {reasons}")


def markdown(lines: Sequence[Line]) -> str:
    """One row a table and series: what the attacks find without seats, and with them, and what the seats cost."""
    names = (
        "table, people",
        "series",
        "below l",
        "movers computed",
        "read by one other",
        "by the rule too",
        "out, mean (most)",
        "loss",
        "counts off",
        "told together",
        "people a second",
    )
    text = [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]
    for alone, line in zip(lines[::2], lines[1::2], strict=True):
        refused = f", {WAVES - len(line.waves)} refused" if line.refused else ""
        text.append(
            f"| {line.table}, {line.people:,} | {line.series} | {alone.below_l:,}, {line.below_l} "
            f"| {alone.computed:,} of {alone.movers:,}, {line.computed} | {alone.read:,}, {line.read} "
            f"| {line.read_by_rule} ({line.facts[1]} facts) "
            f"| {line.suppressed_mean:.1%} ({line.suppressed_max:.1%}){refused} | {alone.loss:.3f}, {line.loss:.3f} "
            f"| {alone.count_error:.2f}, {line.count_error:.2f} "
            f"| {alone.answers_together:.0f}, {line.answers_together:.0f} | {line.people_a_second:,} |"
        )
    return "\n".join(text) + "\n"


if __name__ == "__main__":
    main()
