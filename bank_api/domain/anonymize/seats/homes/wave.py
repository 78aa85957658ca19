"""One wave of releases told in homes, which allow for people who come and go: what a series begins with (ADR 87).

1. in the first release homes are founded: neighbours, so many and so mixed that most waves of theirs can be told; they
   are founded in batches, the first classes
2. whoever is new joins the nearest home in a batch that is diverse by itself, or waits
3. each home is told whole, without those who are away and those who are drawn beside them (`companions`), and each
   batch by itself, for what it answered in all is taken for known anyway
4. the swaps on which the invariants rest (`pasts`: I4, I5) are written down for the judge
Every class is a union of homes and batches as they were told. A home is for good, and nobody sits in another's place.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.seats.draws import SECRET_BYTES, Draws
from bank_api.domain.anonymize.seats.homes.balance import Found, Known
from bank_api.domain.anonymize.seats.homes.books import NOWHERE, Homes
from bank_api.domain.anonymize.seats.homes.companions import UNASKED, Codes, Companions
from bank_api.domain.anonymize.seats.kept import Seats
from bank_api.domain.anonymize.seats.pasts import Bucket, Past, Pasts, common_name
from bank_api.domain.anonymize.seats.proofs import Proofs
from bank_api.domain.anonymize.seats.swaps import Side, Swap
from bank_api.domain.anonymize.suppress import Suppression, Why

Rows = NDArray[np.int64]
Places = NDArray[np.float64]

HOME_ROWS, FOUNDING_ROWS, BATCH_ROWS = 160, 80, 6
RARE_ROWS, RARE_ROWS_OF_FOUNDING, RARE_ROWS_OF_BATCH = 24, 12, 2
"""So many people of a home gave other answers than its l - 1 commonest: they stand beside those who are missing."""

Grouped = Callable[[Rows, int, int], list[Rows]]
"""Neighbours among rows: groups of at least so many, of whom so many gave rare answers; none if they are too alike."""


@dataclass
class _Boxes:
    """Homes in order: where those who are there stand, and how many they are."""

    number: Rows
    low: Places
    high: Places
    people: Rows

    @classmethod
    def of(cls, places: Places, rows: Mapping[int, Sequence[int]]) -> _Boxes:
        homes = sorted(rows)
        order = np.concatenate([np.array(rows[home], np.int64) for home in homes] or [np.zeros(0, np.int64)])
        people = np.array([len(rows[home]) for home in homes], np.int64)
        first, there = np.cumsum(people) - people, places[order]
        low, high = (by.reduceat(there, first) if homes else there for by in (np.minimum, np.maximum))
        return cls(np.array(homes, np.int64), low, high, people)

    def wider(self, joining: Places) -> Places:
        """By home, how much all boxes widen together, person by person, if these join it."""
        both = np.maximum(self.high, joining.max(0)) - np.minimum(self.low, joining.min(0))
        found: Places = both.sum(1) * (self.people + len(joining)) - (self.high - self.low).sum(1) * self.people
        return found


@dataclass
class HomesWave:
    """`people`, `answers` and `places` have one entry a row; `held`: people whose homes are left out of this wave."""

    seats: Seats
    homes: Homes
    people: Sequence[str]
    answers: Sequence[int]
    places: Places
    barred: Set[int]
    chance: random.Random
    held: Set[str] = frozenset()
    _home_of_row: dict[int, int] = field(default_factory=dict)
    _found: dict[int, Known] = field(default_factory=dict)

    @property
    def _pasts(self) -> Pasts:
        return self.seats.proofs.pasts

    def run(self, grouped: Grouped) -> Rows:
        """What each row is told with, a home or a batch that joins one, by numbers; -1 for those left out."""
        secret, pasts = self.chance.randbytes(SECRET_BYTES), self._pasts
        rows: dict[int, list[int]] = {}
        fresh, waiting = list[int](), set[int]()
        for row, name in enumerate(self.people):
            home = self.homes.home(pasts.number[name]) if name in pasts.number else NOWHERE
            if home != NOWHERE:
                self._home_of_row[row] = home
                rows.setdefault(home, []).append(row)
                if name in self.held:
                    waiting.add(home)
            elif row not in self.barred and name not in self.held:
                fresh.append(row)
        joining = self._joining(np.array(fresh, np.int64), rows, grouped)
        told_of_row, everybody, told = np.full(len(self.people), NOWHERE), self.homes.by_home(), list[int]()
        parts = 0
        for home in sorted({*rows, *joining} - waiting):
            batches = joining.get(home, [])
            out = self._left_out_of(home, everybody.get(home, []), rows.get(home, []), Draws(secret, home))
            there = [row for row in rows.get(home, []) if row not in out]
            for part in [there, *batches]:
                told_of_row[part] = parts
                parts += 1
            self._tell(home, there, batches)
            if there:
                told.append(home)
        self._prove(told)
        return told_of_row

    def hold(self, people: Set[str]) -> Rows | None:
        """A home that waits after all changes nothing for others, but all is made anew: it is seldom asked."""
        return None

    def left_out(self, told: Rows) -> list[Suppression]:
        """Why rows are told with nothing in `run`."""
        beside: dict[int, list[int]] = {}
        newcomers = list[int]()
        for row in set(np.flatnonzero(told < 0).tolist()) - self.barred:
            if row in self._home_of_row:
                beside.setdefault(self._home_of_row[row], []).append(row)
            else:
                newcomers.append(row)
        found = [Suppression(Why.UNCOVERED, tuple(sorted(rows)), figure=len(rows)) for rows in beside.values()]
        for why, rows in (Why.UNFOUNDED, sorted(newcomers)), (Why.FORGOTTEN, sorted(self.barred)):
            if rows:
                found.append(Suppression(why, tuple(rows), figure=len(rows)))
        return found

    # 1. and 2.

    def _joining(self, fresh: Rows, rows: dict[int, list[int]], grouped: Grouped) -> dict[int, list[list[int]]]:
        """By home, the batches that join it."""
        known, found = self.homes.count, dict[int, list[list[int]]]()
        if not len(fresh):
            return found
        founding = len(fresh) >= sum(map(len, rows.values()))
        new = self._sound(grouped(fresh, HOME_ROWS, RARE_ROWS)) if founding else []
        if new:
            return {known + at: self._founding(group, grouped) for at, group in enumerate(new)}
        homes = _Boxes.of(self.places, rows)
        for group in self._batches(fresh, grouped):
            if self.chance.random() < UNASKED:  # that newcomers wait does not say for certain that they had to
                continue
            home, parts = self._nearest(group, homes), [group]
            if home is None:  # those who changed an answer bar too many: without them
                new_here = [row for row in group.tolist() if not self._homes_of_other_names([row])]
                parts = self._batches(np.array(new_here, np.int64), grouped) if new_here else []
            for part in parts:
                nearest = self._nearest(part, homes) if home is None else home
                if nearest is not None:
                    found.setdefault(nearest, []).append(part.tolist())
        return found

    def _founding(self, group: Rows, grouped: Grouped) -> list[list[int]]:
        """The batches of a new home: the first time each is told by itself."""
        parts = grouped(group, FOUNDING_ROWS, RARE_ROWS_OF_FOUNDING)
        return [part.tolist() for part in (parts if len(self._sound(parts)) == len(parts) > 0 else [group])]

    def _nearest(self, group: Rows, homes: _Boxes) -> int | None:
        """The home that widens least, of those where nobody of the group sat under another name."""
        wider = homes.wider(self.places[group])
        wider[np.isin(homes.number, list(self._homes_of_other_names(group.tolist())))] = np.inf
        return None if np.isinf(wider).all() else int(homes.number[wider.argmin()])

    def _batches(self, fresh: Rows, grouped: Grouped) -> list[Rows]:
        return self._sound(grouped(fresh, BATCH_ROWS, RARE_ROWS_OF_BATCH))

    def _sound(self, groups: list[Rows]) -> list[Rows]:
        """Those of whom nobody is read by another of them: the rest waits, not the home that they would join."""
        return [one for one in groups if self._pasts.sound(Counter(self.answers[row] for row in one.tolist()))]

    def _homes_of_other_names(self, rows: Sequence[int]) -> set[int]:
        """Where these sat before they changed an answer: whoever knows two answers knows them of two homes."""
        names_of = self._pasts.names_of
        return {self.homes.home(one) for row in rows for one in names_of.get(common_name(self.people[row]), ())}

    # 3.

    def _left_out_of(self, home: int, everybody: list[int], rows: list[int], chance: random.Random) -> set[int]:
        """The rows left out beside those who are away: all of them where the home waits."""
        number = {self._pasts.number[self.people[row]]: row for row in rows}
        companions = Companions(self._pasts, everybody, list(number))
        drawn = companions.drawn(chance) if number else set[int]()
        self._found[home] = companions.found
        return set(rows) if drawn is None else {number[person] for person in drawn}

    def _tell(self, home: int, there: list[int], batches: list[list[int]]) -> None:
        pasts = self._pasts
        if there:
            pasts.seat([pasts.number[self.people[row]] for row in there], pasts.sittings)
            pasts.sittings += 1
        for batch in batches:
            people = [pasts.person(self.people[row], self.answers[row]) for row in batch]
            pasts.seat(people, pasts.sittings)
            pasts.sittings += 1
            self.homes.join(people, home)

    # 4.

    def _prove(self, told: Sequence[int]) -> None:
        """By the swaps that showed whom to leave out: the counts are as they were then, newcomers have other pasts."""
        pasts, again, proofs = self._pasts, set(told), self.seats.proofs
        of: dict[Bucket, tuple[Swap, ...]] = {}
        for (past, answer), swaps in proofs.of.items():
            who = pasts.alike.get(past, {}).get(answer)
            if who and self.homes.home(who[0]) not in again:
                of[past, answer] = swaps
        everybody = self.homes.by_home()
        for home in told:
            people = [person for person in everybody[home] if pasts.past[person]]
            codes, found = Codes.of_home(pasts, people), self._found[home]
            past_of = {codes.of[person]: pasts.past[person] for person in people}
            for code, past in past_of.items():
                counts = pasts.counts(past)
                for answer in sorted(counts) if not pasts.sound(counts) else ():
                    if (code, answer) in found:
                        of[past, answer] = _swaps(answer, found[code, answer], past_of)
        self.seats.proofs = Proofs(pasts, of)  # who uses which is asked of seats alone


def _swaps(own: int, found: Sequence[Found], past_of: dict[int, Past]) -> tuple[Swap, ...]:
    return tuple(
        [
            Swap(
                other,
                _side([past_of[one] for one, _ in pairs]),
                _side([past_of[across] for _, across in pairs]),
                None if by == own else by,
            )
            for other, by, pairs in found
        ]
    )


def _side(pasts: Sequence[Past]) -> Side:
    return tuple([(past, pasts.count(past)) for past in sorted(set(pasts))])
