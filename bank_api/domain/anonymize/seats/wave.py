"""One wave of releases: who sits where among the seats there are, and which containers are told.

1. everybody sits down on a seat of their own; who has several takes the one whose container lacks least
2. an empty seat is taken by the nearest person without a seat who gives the same answer, if the container grows little
3. a container that still lacks somebody is split: the empty seats with enough others to be diverse, and the rest
4. what still lacks somebody is completed out of others that do, largest gain first, or stays out of this wave
5. newcomers without a seat found containers of their own
6. of the whole containers those are told that, alone or with others, let no one person read another (`told`)
Whoever has a past sits down elsewhere only if the invariants stay (`structure`). A fill is declined now and then by
chance alone, so that what stays out of a wave is no sure sign that nobody fitted.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.seats.proofs import Proofs
from bank_api.domain.anonymize.seats.structure import Structure
from bank_api.domain.anonymize.seats.told import Circles, tell
from bank_api.domain.anonymize.seats.warrants import Warrants
from bank_api.domain.anonymize.suppress import Suppression, Why

Places = NDArray[np.float64]
Rows = NDArray[np.int64]

TOKEN_SEATS_MAX = 12
"""A token of more seats than this is hardly ever exchanged; none is made."""
CONTAINER_SEATS = 15
"""A class of equal people larger than twice this is founded as several containers."""
DECLINED_SHARE = 0.02
FILL_ROWS_AT_ONCE = 1 << 20
NEAREST_TRIED = 12
LEFT_OUT_SHARE, FARTHEST = 0.02, 0.3
NEAR_MIN, FAR_TIMES = 0.01, 3


@dataclass
class Seating:
    """One wave in the making. `places` has one row a person and one column a quasi-identifier, each in 0..1."""

    warrants: Warrants
    proofs: Proofs
    circles: Circles
    people: Sequence[str]
    answers: Sequence[int]
    places: Places
    near: float
    """How much wider, on average over the quasi-identifiers, a container may grow by one more person; where containers
    are narrower than that, their own width counts. Rather than to stay out of the wave, it may be FAR_TIMES that."""
    chance: random.Random
    barred: set[int] = field(default_factory=set)
    """Rows of people who are in no release any more."""
    sits: dict[int, int] = field(default_factory=dict)
    """Seat by person (number of the row)."""
    taken: dict[int, int] = field(default_factory=dict)
    """Person by seat."""
    refused: set[tuple[int, int]] = field(default_factory=set)
    """Tokens that could not be tied in this wave: they are not tried again."""
    untold: set[int] = field(default_factory=set)
    """Containers that lack nobody and are left out of this wave, so that nobody is read."""

    @property
    def books(self) -> Structure:
        return self.warrants.books

    def run(self, found: Callable[[Rows], list[Rows]]) -> Rows:
        """The circle of each person, -1 for those left out of this wave."""
        idle = self._sit_down()  # 1.
        self.near = self._usual_width(self.near)
        idle = self._fill(idle)  # 2.
        for container in self._lacking():  # 3.
            self._split(container)
        idle = self._complete_as_needed(idle)  # 4.
        fresh = [row for row in idle if self.people[row] not in self.books.seats_of_person]
        if fresh:  # 5.
            self._found(found(np.array(fresh, np.int64)))
        told, container_of = self._tell(), self.books.container  # 6.
        out = np.full(len(self.people), -1, np.int64)
        for seat, row in self.taken.items():
            if container_of[seat] in told:
                out[row] = self.circles.joined[container_of[seat]]
        return out

    def left_out(self, circle: Rows) -> list[Suppression]:
        """Why rows are in no circle of `run`."""
        beside: dict[int, list[int]] = {}
        unseated, newcomers = list[int](), list[int]()
        for row in set(np.flatnonzero(circle < 0).tolist()) - self.barred:
            at = self.books.container[self.sits[row]] if row in self.sits else None
            if at is not None:
                beside.setdefault(at, []).append(row)
            elif self.people[row] in self.books.seats_of_person:
                unseated.append(row)
            else:
                newcomers.append(row)
        found = [
            Suppression(Why.UNCOVERED, tuple(rows), figure=len(rows))
            if at in self.untold
            else Suppression(Why.INCOMPLETE, tuple(rows), figure=len(self.books.members[at]) - len(rows))
            for at, rows in beside.items()
        ]
        found += [
            Suppression(why, tuple(rows), figure=len(rows))
            for why, rows in (
                (Why.UNSEATED, unseated),
                (Why.UNFOUNDED, newcomers),
                (Why.FORGOTTEN, sorted(self.barred)),
            )
            if rows
        ]
        return found

    # 1.

    def _sit_down(self) -> list[int]:
        books, idle, several = self.books, [], []
        for row, person in enumerate(self.people):
            if row in self.barred:
                continue
            own = books.seats_of_person.get(person)
            if not own:
                idle.append(row)
            elif len(own) > 1:
                several.append(row)
            elif not self._take(row, own[0]):
                idle.append(row)
        lack = [0] * len(books.members)
        for seat, container in enumerate(books.container):
            lack[container] += seat not in self.taken
        for row in several:
            own = [seat for seat in books.seats_of_person[self.people[row]] if seat not in self.taken]
            if not own:
                idle.append(row)
                continue
            seat = min(own, key=lambda seat: (lack[books.container[seat]], seat))
            self._take(row, seat)
            lack[books.container[seat]] -= 1
        return idle

    def _take(self, row: int, seat: int) -> bool:
        if seat in self.taken:
            return False
        before = self.sits.pop(row, None)
        if before is not None:
            del self.taken[before]
        self.sits[row], self.taken[seat] = seat, row
        return True

    def _lacking(self) -> list[int]:
        container_of = self.books.container
        return sorted({container_of[seat] for seat in range(len(container_of)) if seat not in self.taken})

    def _move(self, row: int, seat: int) -> bool:
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
        return self._take(row, seat)

    # 2.

    def _boxes(self) -> tuple[Places, Places]:
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

    def _usual_width(self, most: float) -> float:
        low, high = self._boxes()
        wide = (high - low)[np.isfinite(low).all(1)].mean(1)
        return min(most, max(NEAR_MIN, float(np.median(wide)))) if len(wide) else most

    def _fill(self, idle: list[int]) -> list[int]:
        books = self.books
        empty: dict[int, list[int]] = {}
        for container in self._lacking():
            seats = [seat for seat in books.members[container] if seat not in self.taken]
            if len(seats) * 2 <= len(books.members[container]):
                for seat in seats:
                    if self.chance.random() >= DECLINED_SHARE:
                        empty.setdefault(books.answer[seat], []).append(seat)
        waiting: dict[int, list[int]] = {}
        for row in idle:
            waiting.setdefault(self.answers[row], []).append(row)
        low, high = self._boxes()
        seated: set[int] = set()
        for answer, seats in empty.items():
            seated |= self._fill_answer(seats, waiting.get(answer, []), low, high)
        return [row for row in idle if row not in seated]

    def _fill_answer(self, seats: list[int], rows: list[int], low: Places, high: Places) -> set[int]:
        seated: set[int] = set()
        step = max(1, FILL_ROWS_AT_ONCE // max(1, len(rows)))
        for first in range(0, len(seats) if rows else 0, step):
            part = seats[first : first + step]
            containers = [self.books.container[seat] for seat in part]
            left = np.array([row for row in rows if row not in seated], np.int64)
            if not len(left):
                break
            cost = self._wider(low[containers][:, None], high[containers][:, None], self.places[left][None])
            past = np.array([self.people[row] in self.books.seats_of_person for row in left.tolist()])
            cost = (cost + 1e-3 * past).ravel()
            near = np.flatnonzero(cost <= self.near)
            filled: set[int] = set()
            for pair in near[np.argsort(cost[near], kind="stable")].tolist():
                at, who = divmod(pair, len(left))
                row = int(left[who])
                if at not in filled and row not in seated and self._move(row, part[at]):
                    filled.add(at)
                    seated.add(row)
        return seated

    def _wider(self, low: Places, high: Places, places: Places) -> Places:
        wider = np.maximum(high, places) - np.minimum(low, places) - np.maximum(high - low, 0)
        wider[~np.isfinite(wider)] = 0
        result: Places = wider.sum(-1) / places.shape[-1]
        return result

    # 3.

    def _split(self, container: int) -> None:
        books, members = self.books, self.books.members[container]
        leaving = [seat for seat in members if seat not in self.taken]
        pool: dict[int, list[int]] = {}
        for seat in members:
            if seat in self.taken and len(books.seats_of_token[books.token[seat]]) == 1:
                pool.setdefault(books.answer[seat], []).append(seat)
        while len(leaving) * 2 <= len(members):
            if len(leaving) >= max(books.least) and self.warrants.split(container, leaving):
                return
            have = {books.answer[seat] for seat in leaving}
            choice = [answer for answer, seats in pool.items() if seats]
            if not choice:
                return
            best = max(choice, key=lambda answer: (answer not in have, len(pool[answer])))
            leaving.append(pool[best].pop())

    # 4.

    def _complete_as_needed(self, idle: list[int]) -> list[int]:
        """Farther and farther, as long as more people would stay out than is worth their detail."""
        far, known = FAR_TIMES * self.near, self.books.seats_of_person
        while True:
            idle = self._complete(idle, far)
            lacking, container_of = set(self._lacking()), self.books.container
            out = sum(container_of[seat] in lacking for seat in self.taken)
            out += sum(self.people[row] in known for row in idle)
            if out <= LEFT_OUT_SHARE * len(self.people) or far >= FARTHEST:
                return idle
            far *= 2

    def _complete(self, idle: list[int], far: float) -> list[int]:
        books = self.books
        lacking = {c: [s for s in books.members[c] if s not in self.taken] for c in self._lacking()}
        gain = {c: (len(books.members[c]) - len(seats)) / len(seats) for c, seats in lacking.items()}
        order = sorted(lacking, key=gain.__getitem__, reverse=True)
        spare: dict[int, list[int]] = {}
        for row in idle:
            spare.setdefault(self.answers[row], []).append(row)
        for container in reversed(order):  # whoever sits where least is to be gained comes first
            for seat in books.members[container]:
                if seat in self.taken:
                    spare.setdefault(books.answer[seat], []).append(self.taken[seat])
        low, high = self._boxes()
        done: set[int] = set()
        for container in order:
            if gain[container] >= 1 and self._complete_one(container, spare, lacking, done, low, high, far):
                done.add(container)
        return [row for row in idle if row not in self.sits]

    def _complete_one(
        self,
        container: int,
        spare: dict[int, list[int]],
        lacking: dict[int, list[int]],
        done: set[int],
        low: Places,
        high: Places,
        far: float,
    ) -> bool:
        books = self.books
        moved: list[tuple[int, int | None]] = []
        for seat in [s for s in books.members[container] if s not in self.taken]:
            near = self._near(container, books.answer[seat], spare, lacking, done, low, high, far)
            for row in near:
                before = self.sits.get(row)
                if self._move(row, seat):
                    moved.append((row, before))
                    break
            else:
                return False
        for row, _ in moved:
            spare[self.answers[row]].remove(row)
        return True

    def _near(
        self,
        container: int,
        answer: int,
        spare: dict[int, list[int]],
        lacking: dict[int, list[int]],
        done: set[int],
        low: Places,
        high: Places,
        far: float,
    ) -> list[int]:
        rows = []
        for row in spare.get(answer, ()):
            seat = self.sits.get(row)
            if seat is not None:
                at = self.books.container[seat]
                if at == container or at in done or at not in lacking:
                    continue
            rows.append(row)
            if len(rows) == 4 * NEAREST_TRIED:
                break
        if not rows:
            return []
        cost = self._wider(low[container][None], high[container][None], self.places[rows])
        order = np.argsort(cost, kind="stable")
        return [rows[at] for at in order[:NEAREST_TRIED].tolist() if cost[at] <= far]

    # 5.

    def _found(self, groups: list[Rows]) -> None:
        lone: list[int] = []
        for group in groups:
            rows = group.tolist()
            if not self._may_found(rows):
                lone += rows
                if not self._may_found(lone):
                    continue
                rows, lone = lone, []
            self.chance.shuffle(rows)
            rows.sort(key=lambda row: self.answers[row])
            count = max(1, len(rows) // CONTAINER_SEATS)
            parts = [rows[first::count] for first in range(count)]
            if not all(self._may_found(part) for part in parts):
                parts = [rows]
            for part in parts:
                container = self.books.new_container((self.people[row], self.answers[row]) for row in part)
                for row, seat in zip(part, self.books.members[container], strict=True):
                    self._take(row, seat)

    def _may_found(self, rows: Sequence[int]) -> bool:
        free: dict[int, int] = {}
        for row in rows:
            free[self.answers[row]] = free.get(self.answers[row], 0) + 1
        return self.books.diverse(free)

    # 6.

    def _tell(self) -> set[int]:
        """The containers that are told, with who stands in them."""
        books, pasts, lacking = self.books, self.proofs.pasts, set(self._lacking())
        self.circles.grown(len(books.members))
        if not pasts.asked:
            return set(range(len(books.members))) - lacking
        whole: dict[int, list[int]] = {}
        places: dict[int, Places] = {}
        for container, seats in enumerate(books.members):
            if container not in lacking:
                rows = [self.taken[seat] for seat in seats]
                whole[container] = [pasts.person(self.people[row], self.answers[row]) for row in rows]
                places |= zip(whole[container], self.places[rows], strict=True)
        told = tell(self.proofs, self.circles, whole, places)
        self.untold = set(whole) - told
        return told
