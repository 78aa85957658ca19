"""Who is new joins a home in a batch that is diverse by itself, or waits; the first of all found the homes.

What a batch answered in all is taken for known (`wave`), so those who join one home in one wave are one batch: the
fewer such sums there are, the more stays open.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.seats.homes.books import Homes
from bank_api.domain.anonymize.seats.pasts import Pasts, common_name

Rows = NDArray[np.int64]
Places = NDArray[np.float64]

HOME_ROWS, FOUNDING_ROWS, BATCH_ROWS = 160, 80, 6
RARE_ROWS, RARE_ROWS_OF_FOUNDING, RARE_ROWS_OF_BATCH = 24, 12, 2
"""So many people of a home gave other answers than its l - 1 commonest: they stand beside those who are missing."""
PEOPLE_UNASKED = 3 / 4
"""By chance, of each group of newcomers so many wait on average, all or none, though nobody need: that they wait does
not say for certain that they had to. The more they are, the less likely it is that they had to (ADR 89)."""

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


@dataclass(frozen=True)
class Arrivals:
    """`people`, `answers` and `places` have one entry a row of the wave."""

    pasts: Pasts
    homes: Homes
    people: Sequence[str]
    answers: Sequence[int]
    places: Places
    chance: random.Random
    grouped: Grouped

    def batches_by_home(self, fresh: Rows, rows: Mapping[int, Sequence[int]]) -> dict[int, list[Rows]]:
        """`fresh`: the rows of whoever is new; `rows`: by home, those of who is there. New homes have new numbers."""
        if not len(fresh):
            return {}
        founding = len(fresh) >= sum(map(len, rows.values()))
        new = self._sound(self.grouped(fresh, HOME_ROWS, RARE_ROWS)) if founding else []
        if new:
            return {self.homes.count + at: self._founding(group) for at, group in enumerate(new)}
        joining: dict[int, list[Rows]] = {}
        for home, group in self._by_home(fresh, _Boxes.of(self.places, rows)):
            joining.setdefault(home, []).append(group)
        return {home: [np.concatenate(groups)] for home, groups in joining.items()}

    def _founding(self, group: Rows) -> list[Rows]:
        """The batches of a new home: the first time each is told by itself."""
        parts = self.grouped(group, FOUNDING_ROWS, RARE_ROWS_OF_FOUNDING)
        return parts if len(self._sound(parts)) == len(parts) > 0 else [group]

    def _by_home(self, fresh: Rows, homes: _Boxes) -> Iterator[tuple[int, Rows]]:
        nowhere = list[int]()
        for group in self._diverse(fresh):
            home = self._nearest(group, homes)
            if home is None:
                nowhere += group.tolist()
            elif not self._wait_for_nothing(group):
                yield home, group
        yield from self._where_they_may(nowhere, homes)

    def _wait_for_nothing(self, group: Rows) -> bool:
        return self.chance.random() < PEOPLE_UNASKED / len(group)

    def _nearest(self, group: Rows, homes: _Boxes) -> int | None:
        """The home that widens least, of those where nobody of the group sat under another name."""
        wider = homes.wider(self.places[group])
        wider[np.isin(homes.number, list(self._former_homes(group.tolist())))] = np.inf
        return None if np.isinf(wider).all() else int(homes.number[wider.argmin()])

    def _where_they_may(self, rows: Sequence[int], homes: _Boxes) -> Iterator[tuple[int, Rows]]:
        """Where homes are few, those who changed an answer bar each other's: whom the same homes bar are left out, and
        the rest is grouped again. Those to whom every home is barred found one of their own, however small."""
        former = {row: self._former_homes([row]) for row in rows}
        barred = {tuple(row for row in rows if home in former[row]) for home in homes.number.tolist()}
        waiting = set(rows)
        for without in sorted(barred, key=lambda one: (len(one), one)):
            for group in self._diverse(np.array(sorted(waiting.difference(without)), np.int64)):
                home = self._nearest(group, homes)
                if home is not None and not self._wait_for_nothing(group):
                    yield home, group
                    waiting.difference_update(group.tolist())
        nowhere = sorted(row for row in waiting if former[row].issuperset(range(self.homes.count)))
        for at, group in enumerate(self._diverse(np.array(nowhere, np.int64))):
            if not self._wait_for_nothing(group):
                yield self.homes.count + at, group

    def _diverse(self, rows: Rows) -> list[Rows]:
        return self._sound(self.grouped(rows, BATCH_ROWS, RARE_ROWS_OF_BATCH)) if len(rows) else []

    def _sound(self, groups: list[Rows]) -> list[Rows]:
        """Those of whom nobody is read by another of them: the rest waits, not the home that they would join."""
        return [one for one in groups if self.pasts.sound(Counter(self.answers[row] for row in one.tolist()))]

    def _former_homes(self, rows: Sequence[int]) -> set[int]:
        """Where these sat before they changed an answer: whoever knows two answers knows them of two homes."""
        names_of = self.pasts.names_of
        return {self.homes.home(one) for row in rows for one in names_of.get(common_name(self.people[row]), ())}
