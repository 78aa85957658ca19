"""One wave that is being made: who would be told with whom, until whoever attacks it finds nobody.

1. Columns, rows and people are checked; an answer has a number, a quasi-identifier a place between 0 and 1.
2. Seats are taken (`wave`) in a copy of the history; newcomers without a seat are parted by Mondrian.
3. Classes are made of whole containers; the rest is suppressed, within the policy's limit. `history` holds what they
   would tell. Who would be read by it may be left out after all (`hold`), with who stands with them.
4. The independent verifier measures the release, `invariants` and `insiders` judge the seats (`finished`).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.diversity import Diversity, check_reachable
from bank_api.domain.anonymize.encode import Axis, Codes, SensitiveCodes, axes_of, clean_columns, only_columns
from bank_api.domain.anonymize.encode import sensitive_codes as codes_of
from bank_api.domain.anonymize.errors import PolicyUnreachableError
from bank_api.domain.anonymize.mondrian import partition
from bank_api.domain.anonymize.presence import drawn_around, others_on
from bank_api.domain.anonymize.release import AnonymizedRelease, finish
from bank_api.domain.anonymize.rooms import Asked, dealt_in_rooms
from bank_api.domain.anonymize.rules import Mask
from bank_api.domain.anonymize.schema import (
    GENERALIZED,
    Column,
    ColumnRole,
    ReleasePolicy,
    Value,
    check_columns,
    with_role,
)
from bank_api.domain.anonymize.seats import insiders, invariants
from bank_api.domain.anonymize.seats.asked import answers_of, check_people, seats_of
from bank_api.domain.anonymize.seats.classes import classes_of
from bank_api.domain.anonymize.seats.history import History, ToldClass, ToldRelease
from bank_api.domain.anonymize.seats.homes.grouping import grouping
from bank_api.domain.anonymize.seats.homes.shown import always_shown, showing
from bank_api.domain.anonymize.seats.homes.wave import HomesWave
from bank_api.domain.anonymize.seats.seating import Seating
from bank_api.domain.anonymize.seats.wave import Wave
from bank_api.domain.anonymize.suppress import Suppression, TooManyLeftOutError, Why

FOUNDED_ROWS_MIN = 5
"""Containers are founded of classes of at least so many: smaller ones seldom bear a change."""
NEAR = 0.05
"""How much wider a container may grow by one person, on average over the quasi-identifiers; see `wave`."""
NO_ANSWER_PLACE = 3.0
ROOM_ROWS_MOST = 4
"""So many times k rows a room may grow to for an answer that all rooms show."""


class Making:
    """`people` are the pseudonyms that tie rows together; `held`, under the names they have in the seats, those whose
    circles are left out.

    Raises PolicyUnreachableError, ReleaseRefusedError, SchemaError, TooManyLeftOutError. The history given is never
    changed.
    """

    history: History
    """With what the release would tell, as its last."""

    def __init__(
        self,
        rows: Sequence[Mapping[str, Value]],
        people: Sequence[str],
        columns: Sequence[Column],
        policy: ReleasePolicy,
        history: History,
        randomness: random.Random,
        population: Sequence[Mapping[str, Value]] = (),
        held: Set[str] = frozenset(),
    ) -> None:
        self._rows, self._columns, self._policy = rows, columns, policy
        self._randomness, self._population = randomness, population
        check_columns(columns, policy)  # 1.
        sensitive = with_role(columns, ColumnRole.SENSITIVE)
        check_people(rows, people, sensitive, policy)
        self._cleaned = clean_columns(rows, columns)
        self._codes = [codes_of(column, self._cleaned[column.name]) for column in sensitive]
        check_reachable(self._codes, policy, np.arange(len(rows)))
        self._axes = axes_of(with_role(columns, *GENERALIZED), self._cleaned)
        self.history = history.copied()
        self._earlier = list(history.releases)
        self._seats = seats_of(self.history, sensitive, policy)
        self._policy = replace(policy, come_and_go=self._seats.homes is not None)  # as the series began
        answers = answers_of(self._seats, sensitive, self._cleaned)
        self._answers = answers
        self._places = _places(self._axes, len(rows))  # 2.
        persons, forgotten = self.history.persons(people), self.history.forgotten
        gone = {row for row, person in enumerate(persons) if person in forgotten}
        self._persons = [
            person if row in gone else self._seats.comes(person, answer)
            for row, (person, answer) in enumerate(zip(persons, answers, strict=True))
        ]
        changed = self._told_no_more(persons) - gone
        self._barred = {Why.CHANGED: sorted(changed), Why.FORGOTTEN: sorted(gone)}
        barred = gone | changed
        self._wave: Wave | HomesWave
        if self._seats.homes is not None:
            self._wave = HomesWave(
                self._seats, self._seats.homes, self._persons, answers, self._places, barred, randomness, held
            )
            self._part(self._wave.run(grouping(self._axes, self._codes, _beyond_insiders, policy)))
            return
        seating = Seating(self._seats.warrants, self._persons, answers, self._places, randomness, barred)
        self._wave = Wave(seating, self._seats.proofs, self._seats.circles, NEAR, held)
        self._part(self._wave.run(_founding(self._axes, self._codes, policy)))

    def hold(self, people: Set[str]) -> bool:
        """Leave these out as well, by the names in `history`, with their circles. False: only by making all anew."""
        circle = self._wave.hold(people)
        if circle is None:
            return False
        self._part(circle)
        return True

    def finished(self) -> tuple[AnonymizedRelease, History]:
        """Measured and judged: the release, and the history to record with it. Raises as the verifier and judges do."""
        columns, policy, kept, labels = self._columns, self._policy, self._kept, self._labels
        axes = [one.only(kept) for one in self._axes]
        dealt = None
        if policy.come_and_go:
            lines = [one.values[kept] for one in self._codes]
            dealt = dealt_in_rooms(axes, labels, policy.k, lines, self._rooms_keep(), self._randomness)
        around, listed = None, None
        if policy.presence is not None:
            generalized = with_role(columns, *GENERALIZED)
            listed = clean_columns(only_columns(self._population, generalized), generalized)
            others = others_on(listed, self._cleaned, generalized)
            boxes = labels if dealt is None else dealt.rooms
            around = drawn_around(generalized, self._cleaned, others, kept, boxes, policy)
        release = finish(
            self._rows,
            columns,
            policy,
            self._cleaned,
            axes,
            kept,
            labels,
            self._left_out,
            self._randomness,
            labels_told=True,
            dealt=dealt,
            around=around,
            listed=listed,
        )
        proofs, warrants = self._seats.proofs, self._seats.warrants
        invariants.check(warrants.books, warrants.of)
        if proofs.pasts.asked:
            insiders.check(proofs.pasts, proofs.of, self.history.told_of(self._seats))
        return release, self.history

    def _told_no_more(self, persons: Sequence[str]) -> set[int]:
        """Whoever changed one of two answers: all would know what they gave before, and so what several of them did,
        which is a sum that nobody judges (ADR 89)."""
        seats = self._seats
        if len(set(seats.warrants.books.meaning_of)) > 2:
            return set()
        names = zip(persons, self._persons, strict=True)
        return {row for row, (person, name) in enumerate(names) if seats.told_otherwise(person, name)}

    def _rooms_keep(self) -> Asked:
        """What is asked of rooms: the policy, and the answers that all of them show."""
        first = next(one for one in self.history.releases if one.columns == self._seats.columns)
        shown = always_shown(first, self._seats.warrants.books.least)
        answers = [self._seats.answers[self._answers[row]] for row in self._kept.tolist()]
        rules = Diversity.of(self._codes, self._policy, self._kept)
        shows = showing(shown, answers, self._labels, ROOM_ROWS_MOST * self._policy.k)

        def kept(carried: Codes, room: Codes, count: int) -> Mask:
            good: Mask = rules.holds(carried, room, count) & shows.kept(carried, room, count)
            return good

        return Asked(kept, shows.rows_least)

    def _part(self, circle: Codes) -> None:
        """3., of the circle of each row, -1 for those left out."""
        kept = np.flatnonzero(circle >= 0)
        barred = [Suppression(why, tuple(rows), figure=len(rows)) for why, rows in self._barred.items() if rows]
        self._left_out = [*self._wave.left_out(circle), *barred]
        _check_enough(len(kept), len(circle), self._left_out, self._policy)
        rules = Diversity.of(self._codes, self._policy, kept)
        holds = partial(rules.holds, np.arange(len(kept)))
        self._kept, self._labels = kept, classes_of(circle[kept], self._places[kept], self._policy.k, holds)
        told = _told(kept, self._labels, self._persons, self._answers, self._seats.answers)
        self.history.releases = [*self._earlier, ToldRelease(self._seats.columns, self._policy.audience, told)]


def _places(axes: Sequence[Axis], rows: int) -> NDArray[np.float64]:
    if not axes:
        return np.zeros((rows, 1))
    scales = [np.append((one.coordinates[:-1] + one.ends[:-1]) / 2, NO_ANSWER_PLACE)[one.codes] for one in axes]
    return np.stack(scales, axis=1)


def _founding(axes: Sequence[Axis], codes: Sequence[Any], policy: ReleasePolicy) -> Callable[[Codes], list[Codes]]:
    def found(rows: Codes) -> list[Codes]:
        rules = Diversity.of(codes, _beyond_insiders(codes, policy, rows), rows)
        if len(rows) < policy.k or not rules.holds(np.arange(len(rows)), np.zeros(len(rows), np.int64), 1).all():
            return []
        if not axes:
            return [rows]
        labels = partition([one.only(rows) for one in axes], max(policy.k, FOUNDED_ROWS_MIN), rules)
        order = np.argsort(labels, kind="stable")
        return [rows[part] for part in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)]

    return found


def _beyond_insiders(codes: Sequence[SensitiveCodes], policy: ReleasePolicy, rows: Codes) -> ReleasePolicy:
    """One answer more than is to stay possible beside an insider, where so many are to be had: they know one."""
    least = dict(policy.l)
    for column in codes:
        name = column.column.name
        wanted = min(policy.beside, least[name]) + 1
        if len(set(column.meanings[rows].tolist()) - {-1}) >= wanted:
            least[name] = max(wanted, least[name])
    return replace(policy, l=least)


def _check_enough(kept: int, rows: int, left_out: Sequence[Suppression], policy: ReleasePolicy) -> None:
    if kept < policy.k:
        raise PolicyUnreachableError("k", policy.k, kept)
    allowed = int(policy.suppression_limit * rows)
    if rows - kept > allowed:
        raise TooManyLeftOutError(allowed, left_out)


def _told(
    kept: Codes, labels: Codes, persons: Sequence[str], answers: Sequence[int], meant: Sequence[tuple[Value, ...]]
) -> tuple[ToldClass, ...]:
    inside: dict[int, list[int]] = {}
    for row, label in zip(kept.tolist(), labels.tolist(), strict=True):
        inside.setdefault(label, []).append(row)
    in_order = sorted(range(len(meant)), key=lambda number: repr(meant[number]))
    place = {number: at for at, number in enumerate(in_order)}
    return tuple(
        ToldClass(
            tuple(sorted([persons[row] for row in rows])),
            tuple(
                (meant[number], count)
                for number, count in sorted(
                    Counter([answers[row] for row in rows]).items(), key=lambda one: place[one[0]]
                )
            ),
        )
        for rows in inside.values()
    )
