"""A release attacked together with all earlier ones, before it is recorded: where the anonymizer meets the attacks.

Neither knows the other; this module tells the attacks what all recipients together would see, and refuses a release
with which they succeed.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass

from bank_api.domain.anonymize.choices import chosen, set_meaning
from bank_api.domain.anonymize.encode import form_of_answer
from bank_api.domain.anonymize.errors import (
    PolicyUnreachableError,
    ReadByRuleError,
    ReleaseRefusedError,
    StillReadError,
)
from bank_api.domain.anonymize.release import AnonymizedRelease
from bank_api.domain.anonymize.schema import Column, ColumnKind, ColumnRole, ReleasePolicy, Value, with_role
from bank_api.domain.anonymize.seats import SECRET_BYTES, Draws, History, Making, collector_resting
from bank_api.domain.anonymize.suppress import TooManyLeftOutError
from bank_api.domain.attacks import (
    AttacksOverTime,
    Evidence,
    Observed,
    ObservedClass,
    report_hash,
    report_text,
)

HELD_TRIES = 12
"""How often a release is attacked, each time without those who were read before; then it is refused."""
HELD_ALONE_TRIES = 3
"""So often without their circles alone, then without all of their class: else another of it is read each time."""
INSIDERS = 2
"""Whole-history insiders tried for each release."""


@dataclass(frozen=True)
class Attacked:
    """By sensitive column: what the attacks found, and what an auditor needs to run them again."""

    reports: Mapping[str, AttacksOverTime]
    evidence: Mapping[str, Evidence]

    @property
    def text(self) -> str:
        return report_text(self.reports)

    @property
    def hash(self) -> str:
        return report_hash(self.text)


def release_unread(
    rows: Sequence[Mapping[str, Value]],
    people: Sequence[str],
    columns: Sequence[Column],
    policy: ReleasePolicy,
    history: History,
    randomness: random.Random,
    population: Sequence[Mapping[str, Value]] = (),
) -> tuple[AnonymizedRelease, History, Attacked]:
    """One more release of a series, the history to record with it, and the report of the attacks on all releases.

    Raises as `release_in_series` and `attack_series` do.
    """
    latest = dict[str, Evidence]()
    release, after = release_held(rows, people, columns, policy, history, randomness, population, latest)
    return release, after, attack_series(after, columns, rows, people, policy, latest)


@collector_resting()
def release_held(
    rows: Sequence[Mapping[str, Value]],
    people: Sequence[str],
    columns: Sequence[Column],
    policy: ReleasePolicy,
    history: History,
    randomness: random.Random,
    population: Sequence[Mapping[str, Value]] = (),
    latest: dict[str, Evidence] | None = None,
) -> tuple[AnonymizedRelease, History]:
    """The same before the other attacks: whoever knows the rule of seats reads nobody, if that can be had.

    Where somebody is read, those who sit with them are left out of this wave (`Making.hold`); where that is not found,
    or too many would wait, all is made anew by the same chance: others wait only as far as they must. The attack reads
    no answers, but who sits where follows from answers, and so does who waits for it (ADR 76, open).
    `latest`: takes what was attacked last, by column.
    Raises StillReadError where it cannot be had.
    """
    held, before = frozenset[str](), dict[str, dict[int, set[str]]]()

    def made() -> Making:
        return Making(rows, people, columns, policy, history, Draws(secret), population, held)

    secret = randomness.randbytes(SECRET_BYTES)
    making = made()
    for tried in range(1, HELD_TRIES + 1):
        asked = beside_of(making.history, columns) > 1
        read = _newly_read(making.history, columns, policy, before, latest) if asked else set()
        if not read:
            return making.finished()
        if tried == HELD_TRIES:
            break
        waiting = _sitting_with(read, making.history)
        if tried >= HELD_ALONE_TRIES:
            classes = (frozenset(one.people) for one in making.history.releases[-1].classes)
            waiting = waiting.union(*(people for people in classes if people & waiting))
        if not waiting:  # they are read by who is not there: only another wave helps
            held, secret = frozenset(), randomness.randbytes(SECRET_BYTES)
            making = made()
            continue
        held |= waiting
        if not _held(making, waiting):
            making = made()
    raise StillReadError(len(read), HELD_TRIES)


def _held(making: Making, people: Set[str]) -> bool:
    """False as well where too many would wait with them: made anew, others may be told with others."""
    try:
        return making.hold(people)
    except (PolicyUnreachableError, TooManyLeftOutError):
        return False


def _newly_read(
    history: History,
    columns: Sequence[Column],
    policy: ReleasePolicy,
    before: dict[str, dict[int, set[str]]],
    latest: dict[str, Evidence] | None,
) -> set[str]:
    """Who is read by the rule of seats and was not without the latest release.

    `before`: by column, who was read without it, kept from try to try.
    """
    read = set[str]()
    for column in with_role(columns, ColumnRole.SENSITIVE):
        one = evidence_of(history, column, policy.l[column.name])
        if latest is not None:
            latest[column.name] = one
        read |= one.newly_read_by_rule(before.setdefault(column.name, {}))
    return read


def _sitting_with(read: Set[str], history: History) -> frozenset[str]:
    """Those of them who are in the latest release; if none is, all in it who ever stood with one."""
    now = {person for one in history.releases[-1].classes for person in one.people}
    if read & now:
        return frozenset(read & now)
    told = (set(one.people) for release in history.releases for one in release.classes)
    return frozenset(set().union(*(people for people in told if people & read)) & now)


def attack_series(
    history: History,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Value]],
    people: Sequence[str],
    policy: ReleasePolicy,
    known: Mapping[str, Evidence] | None = None,
) -> Attacked:
    """A report for each sensitive column over all releases that told it, the latest one's rows being these.

    Raises ReleaseRefusedError if anybody falls below l, if who came or left between two releases is computed, or if one
    person computes another, unless the series did not ask for that when it began.
    `known`: evidence by column that was attacked by the rule before; where it is the same, that is not done again.
    """
    found, evidence, beside = {}, {}, beside_of(history, columns)
    for column in with_role(columns, ColumnRole.SENSITIVE):
        known_as = [history.known_as(column.name, one) for one in people]
        truth = {person: row.get(column.name) for person, row in zip(known_as, rows, strict=True)}
        one = evidence_of(history, column, policy.l[column.name])
        if known is not None and known.get(column.name) == one:
            one = known[column.name]
        report = one.attacked(truth=truth, insiders=INSIDERS)
        exposed = max(report.below_l, report.movers_computed)
        if exposed:
            raise ReleaseRefusedError(
                "history", "with earlier releases {column} could be read", 0, exposed, column=repr(column.name)
            )
        if beside > 1 and report.computed_by_one_other:
            raise ReleaseRefusedError(
                "insiders", "people whose answer one other person could read", 0, report.computed_by_one_other
            )
        newly = one.newly_read_by_rule() if beside > 1 and report.computed_by_rule else set()
        if newly:
            raise ReadByRuleError(len(newly))
        found[column.name], evidence[column.name] = report, one
    return Attacked(found, evidence)


def beside_of(history: History, columns: Sequence[Column]) -> int:
    """How many answers the series of these sensitive columns keeps beside one other person, whatever is asked now."""
    names = {one.name for one in with_role(columns, ColumnRole.SENSITIVE)}
    return max((max(one.proofs.pasts.beside) for one in history.seats if set(one.columns) == names), default=1)


def _batches(history: History, column: str, told: Sequence[Observed]) -> Observed | None:
    """Who was told for the first time together in these releases, in the home that is theirs."""
    seats = next((one for one in history.seats if column in one.columns), None)
    if seats is None or seats.homes is None:
        return None
    pasts, at = seats.proofs.pasts, seats.columns.index(column)
    known = set().union(*(one.people for release in told for one in release.classes))
    batches: dict[int, list[int]] = {}
    for person, past in enumerate(pasts.past):
        if past and pasts.names[person] in known:
            batches.setdefault(past[0], []).append(person)
    return Observed(
        tuple(
            ObservedClass(
                tuple(pasts.names[one] for one in people),
                Counter(seats.answers[pasts.answer[one]][at] for one in people),
            )
            for people in batches.values()
        )
    )


def evidence_of(history: History, column: Column, least: int, releases: int | None = None) -> Evidence:
    """What all recipients together saw of a column in the first so many releases."""
    told = observed(history, column.name, releases)
    batches = _batches(history, column.name, told)
    return Evidence(least, tuple(told), _meanings(column, told), _parts(column, told), batches)


def observed(history: History, column: str, releases: int | None = None) -> list[Observed]:
    """What all recipients together saw of one column."""
    found = []
    for release in history.releases[:releases]:
        if column not in release.columns:
            continue
        at, classes = release.columns.index(column), []
        for one in release.classes:
            counts: dict[Hashable, int] = {}
            for answer, count in one.answers:
                counts[answer[at]] = counts.get(answer[at], 0) + count
            classes.append(ObservedClass(one.people, counts))
        found.append(Observed(tuple(classes)))
    return found


def _meanings(column: Column, told: Sequence[Observed]) -> Mapping[Hashable, Hashable]:
    return {one: None if one is None else form_of_answer(column, one) for one in _answers(told)}


def _parts(column: Column, told: Sequence[Observed]) -> Mapping[Hashable, frozenset[str]] | None:
    """What each answer to a multiple choice is made of."""
    if column.kind is not ColumnKind.MULTI:
        return None
    return {one: chosen(set_meaning(str(one))) for one in _answers(told) if one is not None}


def _answers(told: Sequence[Observed]) -> set[Hashable]:
    return {answer for release in told for one in release.classes for answer in one.answers}
