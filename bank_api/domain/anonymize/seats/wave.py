"""One wave of releases: who sits where among the seats there are, and which containers are told.

1. everybody sits down on a seat of their own; who has several takes the one whose container lacks least
2. an empty seat is taken by the nearest person without a seat who gives the same answer, if the container grows little
3. a container that still lacks somebody is split: the empty seats with enough others to be diverse, and the rest
4. what still lacks somebody is completed out of others that do, largest gain first, or stays out of this wave
5. newcomers without a seat found containers of their own
6. of the whole containers those are told that, alone or with others, let no one person read another (`told`)
Whoever has a past sits down elsewhere only if the invariants stay (`structure`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.seats.circles import Circles
from bank_api.domain.anonymize.seats.filling import complete_as_needed, fill
from bank_api.domain.anonymize.seats.proofs import Proofs
from bank_api.domain.anonymize.seats.seating import Places, Seating
from bank_api.domain.anonymize.seats.told import Telling, telling
from bank_api.domain.anonymize.suppress import Suppression, Why

Rows = NDArray[np.int64]

CONTAINER_SEATS = 15
"""A class of equal people larger than twice this is founded as several containers."""


@dataclass
class Wave:
    seating: Seating
    proofs: Proofs
    circles: Circles
    near: float
    """How much wider, on average over the quasi-identifiers, a container may grow by one more person; where containers
    are narrower than that, their own width counts. Rather than to stay out of the wave, it may be several times that.
    """
    held: Set[str] = frozenset()
    """People whose circles are left out of this wave."""
    untold: set[int] = field(default_factory=set)
    """Containers that lack nobody and are left out of this wave, so that nobody is read."""
    _telling: Telling | None = None

    def run(self, found: Callable[[Rows], list[Rows]]) -> Rows:
        """The circle of each person, -1 for those left out of this wave."""
        seating = self.seating
        idle = seating.sit_down()  # 1.
        near = seating.usual_width(self.near)
        idle = fill(seating, idle, near)  # 2.
        self.circles.grown(len(seating.books.members))
        for container in seating.lacking():  # 3.
            self._split(container)
        idle = complete_as_needed(seating, idle, near)  # 4.
        fresh = [row for row in idle if not seating.known(row)]
        if fresh:  # 5.
            self._found(found(np.array(fresh, np.int64)))
        return self._circle_of_row(self._tell())  # 6.

    def hold(self, people: Set[str]) -> Rows | None:
        """The same without the circles of these people; None, and all is as it was, where that is not found."""
        number = self.proofs.pasts.number
        if self._telling is None or not self._telling.hold({number[one] for one in people if one in number}):
            return None
        return self._circle_of_row(self._telling.told)

    def _circle_of_row(self, told: Set[int]) -> Rows:
        seating, container_of = self.seating, self.seating.books.container
        self.untold = set(range(len(seating.books.members))) - set(seating.lacking()) - told
        out = np.full(len(seating.people), -1, np.int64)
        circle_of = np.full(len(seating.books.members), -1, np.int64)
        for container in told:
            circle_of[container] = self.circles.joined[container]
        rows = np.fromiter(seating.taken.values(), np.int64, len(seating.taken))
        seats = np.fromiter(seating.taken, np.int64, len(seating.taken))
        out[rows] = circle_of[np.array(container_of, np.int64)[seats]]
        return out

    def left_out(self, circle: Rows) -> list[Suppression]:
        """Why rows are in no circle of `run`."""
        seating, books = self.seating, self.seating.books
        beside: dict[int, list[int]] = {}
        unseated, newcomers = list[int](), list[int]()
        for row in set(np.flatnonzero(circle < 0).tolist()) - seating.barred:
            at = books.container[seating.sits[row]] if row in seating.sits else None
            if at is not None:
                beside.setdefault(at, []).append(row)
            elif seating.known(row):
                unseated.append(row)
            else:
                newcomers.append(row)
        found = [
            Suppression(Why.UNCOVERED, tuple(rows), figure=len(rows))
            if at in self.untold
            else Suppression(Why.INCOMPLETE, tuple(rows), figure=len(books.members[at]) - len(rows))
            for at, rows in beside.items()
        ]
        found += [
            Suppression(why, tuple(rows), figure=len(rows))
            for why, rows in (
                (Why.UNSEATED, unseated),
                (Why.UNFOUNDED, newcomers),
            )
            if rows
        ]
        return found

    # 3.

    def _split(self, container: int) -> None:
        """Whoever came since the container was told last leaves with the empty seats: nobody sees which seat is theirs.

        When those who are missing come back to their own, it would be seen whose seat the others took.
        """
        seating, books = self.seating, self.seating.books
        last = self.circles.before(container)
        members, leaving = books.members[container], seating.empty(container)
        pool: dict[int, list[int]] = {}
        for seat in members:
            if seat in seating.taken:
                if last and self._number(seating.taken[seat]) not in last:
                    leaving.append(seat)
                elif not books.is_tied(books.token[seat]):
                    pool.setdefault(books.answer[seat], []).append(seat)
        while len(leaving) * 2 <= len(members):
            if len(leaving) >= max(books.least) and seating.warrants.split(container, leaving):
                return
            have = {books.answer[seat] for seat in leaving}
            choice = [answer for answer, seats in pool.items() if seats]
            if not choice:
                return
            best = max(choice, key=lambda answer: (answer not in have, len(pool[answer])))
            leaving.append(pool[best].pop())

    def _number(self, row: int) -> int | None:
        return self.proofs.pasts.number.get(self.seating.people[row])

    # 5.

    def _found(self, groups: list[Rows]) -> None:
        seating, lone = self.seating, list[int]()
        for group in groups:
            rows = group.tolist()
            if not self._may_found(rows):
                lone += rows
                if not self._may_found(lone):
                    continue
                rows, lone = lone, []
            seating.chance.shuffle(rows)
            rows.sort(key=seating.answers.__getitem__)
            count = max(1, len(rows) // CONTAINER_SEATS)
            parts = [rows[first::count] for first in range(count)]
            if count > 1 and not all(self._may_found(part) for part in parts):
                parts = [rows]
            for part in parts:
                container = seating.books.new_container([(seating.people[row], seating.answers[row]) for row in part])
                seating.take_new(part, seating.books.members[container])

    def _may_found(self, rows: Iterable[int]) -> bool:
        return self.seating.books.diverse(Counter(map(self.seating.answers.__getitem__, rows)))

    # 6.

    def _tell(self) -> set[int]:
        """The containers that are told, with who stands in them."""
        seating, pasts, lacking = self.seating, self.proofs.pasts, set(self.seating.lacking())
        books = seating.books
        self.circles.grown(len(books.members))
        held = {books.container[seat] for seat, row in seating.taken.items() if seating.people[row] in self.held}
        kept_back = lacking | held
        if not pasts.asked:
            return set(range(len(books.members))) - lacking
        people, answers, taken = seating.people, seating.answers, seating.taken
        whole: dict[int, list[int]] = {}
        row_of: dict[int, int] = {}
        for container, seats in enumerate(books.members):
            if container not in kept_back:
                rows = [taken[seat] for seat in seats]
                own = whole[container] = [pasts.person(people[row], answers[row]) for row in rows]
                row_of.update(zip(own, rows, strict=True))
        places: dict[int, Places] = dict(zip(row_of, seating.places[list(row_of.values())], strict=True))

        def split(container: int, leaving: Sequence[int]) -> int | None:
            number = len(books.members)
            if not seating.warrants.split(container, [seating.sits[row_of[person]] for person in leaving]):
                return None
            self.circles.grown(number + 1)
            return number

        self._telling = telling(self.proofs, self.circles, whole, places, split, seating.chance)
        return self._telling.told
