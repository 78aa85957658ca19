"""Who sits where in a wave that is being made: taking seats, and how wide containers are by that."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.seats.structure import Structure
from bank_api.domain.anonymize.seats.warrants import Warrants

Places = NDArray[np.float64]

TOKEN_SEATS_MAX = 12
"""A token of more seats than this is hardly ever exchanged; none is made."""
NEAR_MIN = 0.01


@dataclass
class Seating:
    """`places` has one row a person and one column a quasi-identifier, each in 0..1."""

    warrants: Warrants
    people: Sequence[str]
    answers: Sequence[int]
    places: Places
    chance: random.Random
    barred: set[int] = field(default_factory=set)
    """Rows of people who are in no release any more."""
    sits: dict[int, int] = field(default_factory=dict)
    """Seat by person (number of the row)."""
    taken: dict[int, int] = field(default_factory=dict)
    """Person by seat."""
    refused: set[tuple[int, int]] = field(default_factory=set)
    """Tokens that could not be tied in this wave: they are not tried again."""

    @property
    def books(self) -> Structure:
        return self.warrants.books

    def known(self, row: int) -> bool:
        """Has this person had a seat before?"""
        return self.people[row] in self.books.seats_of_person

    def sit_down(self) -> list[int]:
        """Everybody on a seat of their own, as far as there is one; gives back who is left."""
        books, idle, several = self.books, [], []
        sits, taken, seats_of = self.sits, self.taken, books.seats_of_person.get
        for row, person in enumerate(self.people):
            if row in self.barred:
                continue
            own = seats_of(person)
            if not own:
                idle.append(row)
            elif len(own) > 1:
                several.append(row)
            elif own[0] in taken:
                idle.append(row)
            else:
                sits[row], taken[own[0]] = own[0], row
        lack = [0] * len(books.members)
        for seat in set(range(len(books.container))).difference(self.taken) if several else ():
            lack[books.container[seat]] += 1
        for row in several:
            own = [seat for seat in books.seats_of_person[self.people[row]] if seat not in self.taken]
            if not own:
                idle.append(row)
                continue
            seat = min(own, key=lambda seat: (lack[books.container[seat]], seat))
            self.take(row, seat)
            lack[books.container[seat]] -= 1
        return idle

    def take(self, row: int, seat: int) -> bool:
        if seat in self.taken:
            return False
        before = self.sits.pop(row, None)
        if before is not None:
            del self.taken[before]
        self.sits[row], self.taken[seat] = seat, row
        return True

    def take_new(self, rows: Sequence[int], seats: Sequence[int]) -> None:
        """The same for people without a seat, on seats that are new."""
        self.sits.update(zip(rows, seats, strict=True))
        self.taken.update(zip(seats, rows, strict=True))

    def lacking(self) -> list[int]:
        """Containers with an empty seat."""
        container_of = self.books.container
        return sorted({container_of[seat] for seat in set(range(len(container_of))).difference(self.taken)})

    def empty(self, container: int) -> list[int]:
        """Its seats that nobody has taken."""
        return [seat for seat in self.books.members[container] if seat not in self.taken]

    def move(self, row: int, seat: int) -> bool:
        """Sit down on somebody else's seat, if the invariants stay."""
        books, own = self.books, self.books.seats_of_person.get(self.people[row])
        if own and seat not in own:
            one, other = books.token[own[0]], books.token[seat]
            if one != other:
                if len(books.seats_of_token[one]) + len(books.seats_of_token[other]) > TOKEN_SEATS_MAX:
                    return False
                if (one, other) in self.refused or not self.warrants.tie(one, other):
                    self.refused.add((one, other))
                    return False
        if own is None:
            books.seats_of_person[self.people[row]] = [seat]
        elif seat not in own:
            own.append(seat)
        return self.take(row, seat)

    def boxes(self) -> tuple[Places, Places]:
        """The least and greatest places in each container, of those who sit there now."""
        count = len(self.books.members)
        low = np.full((count, self.places.shape[1]), np.inf)
        high = np.full((count, self.places.shape[1]), -np.inf)
        if self.taken:
            seats = np.fromiter(self.taken.keys(), np.int64, len(self.taken))
            rows = np.fromiter(self.taken.values(), np.int64, len(self.taken))
            container = np.array(self.books.container, np.int64)[seats]
            np.minimum.at(low, container, self.places[rows])
            np.maximum.at(high, container, self.places[rows])
        return low, high

    def usual_width(self, most: float) -> float:
        low, high = self.boxes()
        wide = (high - low)[np.isfinite(low).all(1)].mean(1)
        return min(most, max(NEAR_MIN, float(np.median(wide)))) if len(wide) else most

    def wider(self, low: Places, high: Places, places: Places) -> Places:
        wider = np.maximum(high, places) - np.minimum(low, places) - np.maximum(high - low, 0)
        wider[~np.isfinite(wider)] = 0
        result: Places = wider.sum(-1) / places.shape[-1]
        return result
