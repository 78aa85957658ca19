"""One wave of releases told in homes, which allow for people who come and go: what a series begins with (ADR 87).

1. in the first release homes are founded: neighbours, so many and so mixed that most waves of theirs can be told; they
   are founded in batches, the first classes
2. whoever is new joins a home in a batch that is diverse by itself, or waits (`arrivals`)
3. each home is told whole, without those who are away and those who are drawn beside them (`companions`), and each
   batch by itself, for what it answered in all is taken for known anyway
4. the swaps on which the invariants rest (`pasts`: I4, I5) are written down for the judge
Every class is a union of homes and batches as they were told. A home is for good, and nobody sits in another's place.
"""

from __future__ import annotations

import random
from collections.abc import Sequence, Set
from dataclasses import dataclass, field

import numpy as np

from bank_api.domain.anonymize.seats.draws import SECRET_BYTES, Draws
from bank_api.domain.anonymize.seats.homes.arrivals import Arrivals, Grouped, Places, Rows
from bank_api.domain.anonymize.seats.homes.balance import Found, Known
from bank_api.domain.anonymize.seats.homes.books import NOWHERE, Homes
from bank_api.domain.anonymize.seats.homes.companions import Codes, Companions
from bank_api.domain.anonymize.seats.kept import Seats
from bank_api.domain.anonymize.seats.pasts import Bucket, Past, Pasts
from bank_api.domain.anonymize.seats.proofs import Proofs
from bank_api.domain.anonymize.seats.swaps import Side, Swap
from bank_api.domain.anonymize.suppress import Suppression, Why


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
        arrivals = Arrivals(pasts, self.homes, self.people, self.answers, self.places, self.chance, grouped)
        joining = arrivals.batches_by_home(np.array(fresh, np.int64), rows)
        told_of_row, everybody, told = np.full(len(self.people), NOWHERE), self.homes.by_home(), list[int]()
        parts = 0
        for home in sorted({*rows, *joining} - waiting):
            batches = [batch.tolist() for batch in joining.get(home, [])]
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
        """Why rows that are not barred are told with nothing in `run`."""
        beside: dict[int, list[int]] = {}
        newcomers = list[int]()
        for row in sorted(set(np.flatnonzero(told < 0).tolist()) - self.barred):
            if row in self._home_of_row:
                beside.setdefault(self._home_of_row[row], []).append(row)
            else:
                newcomers.append(row)
        found = [Suppression(Why.UNCOVERED, tuple(rows), figure=len(rows)) for rows in beside.values()]
        if newcomers:
            found.append(Suppression(Why.UNFOUNDED, tuple(newcomers), figure=len(newcomers)))
        return found

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
