"""Empty seats: the nearest people without one who gave the same answer take them; what still lacks some is completed.

A fill is declined now and then by chance alone, so that what stays out of a wave is no sure sign that nobody fitted.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bank_api.domain.anonymize.seats.seating import Seating

DECLINED_SHARE = 0.02
FILL_ROWS_AT_ONCE = 1 << 20
NEAREST_TRIED = 12
LEFT_OUT_SHARE, FARTHEST = 0.02, 0.3
FAR_TIMES = 3


def fill(seating: Seating, idle: list[int], near: float) -> list[int]:
    """Whoever fits an empty seat takes it, if its container grows by `near` at most; gives back who is left."""
    books = seating.books
    empty: dict[int, list[int]] = {}
    for container in seating.lacking():
        seats = seating.empty(container)
        if len(seats) * 2 <= len(books.members[container]):
            for seat in seats:
                if seating.chance.random() >= DECLINED_SHARE:
                    empty.setdefault(books.answer[seat], []).append(seat)
    waiting = _by_answer(seating, idle)
    low, high = seating.boxes()
    seated = set[int]()
    for answer, seats in empty.items():
        rows = waiting.get(answer, [])
        step = max(1, FILL_ROWS_AT_ONCE // max(1, len(rows)))
        for first in range(0, len(seats) if rows else 0, step):
            part = seats[first : first + step]
            containers = [books.container[seat] for seat in part]
            left = np.array([row for row in rows if row not in seated], np.int64)
            if not len(left):
                break
            cost = seating.wider(low[containers][:, None], high[containers][:, None], seating.places[left][None])
            past = np.array([seating.known(row) for row in left.tolist()])
            cost = (cost + 1e-3 * past).ravel()
            close = np.flatnonzero(cost <= near)
            filled = set[int]()
            for pair in close[np.argsort(cost[close], kind="stable")].tolist():
                at, who = divmod(pair, len(left))
                row = int(left[who])
                if at not in filled and row not in seated and seating.move(row, part[at]):
                    filled.add(at)
                    seated.add(row)
    return [row for row in idle if row not in seated]


def complete_as_needed(seating: Seating, idle: list[int], near: float) -> list[int]:
    """Complete farther and farther, as long as more people would stay out than is worth their detail."""
    far = FAR_TIMES * near
    while True:
        completing = _Completing(seating, idle, far)
        completing.run()
        idle = [row for row in idle if row not in seating.sits]
        lacking, container_of = set(seating.lacking()), seating.books.container
        out = sum(container_of[seat] in lacking for seat in seating.taken)
        out += sum(seating.known(row) for row in idle)
        if out <= LEFT_OUT_SHARE * len(seating.people) or far >= FARTHEST:
            return idle
        far *= 2


def _by_answer(seating: Seating, rows: Iterable[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(seating.answers[row], []).append(row)
    return found


class _Completing:
    """Containers that lack somebody are completed out of others that do, largest gain first."""

    def __init__(self, seating: Seating, idle: list[int], far: float) -> None:
        self._seating, self._far = seating, far
        books = seating.books
        self._lacking = {container: seating.empty(container) for container in seating.lacking()}
        self._gain = {one: (len(books.members[one]) - len(seats)) / len(seats) for one, seats in self._lacking.items()}
        self._order = sorted(self._lacking, key=self._gain.__getitem__, reverse=True)
        self._spare = _by_answer(seating, idle)
        for container in reversed(self._order):  # whoever sits where least is to be gained comes first
            for seat in books.members[container]:
                if seat in seating.taken:
                    self._spare.setdefault(books.answer[seat], []).append(seating.taken[seat])
        self._low, self._high = seating.boxes()
        self._done = set[int]()

    def run(self) -> None:
        for container in self._order:
            if self._gain[container] >= 1 and self._complete(container):
                self._done.add(container)

    def _complete(self, container: int) -> bool:
        seating, moved = self._seating, list[int]()
        for seat in seating.empty(container):
            for row in self._near(container, seating.books.answer[seat]):
                if seating.move(row, seat):
                    moved.append(row)
                    break
            else:
                return False
        for row in moved:
            self._spare[seating.answers[row]].remove(row)
        return True

    def _near(self, container: int, answer: int) -> list[int]:
        seating, rows = self._seating, list[int]()
        for row in self._spare.get(answer, ()):
            seat = seating.sits.get(row)
            if seat is not None:
                at = seating.books.container[seat]
                if at == container or at in self._done or at not in self._lacking:
                    continue
            rows.append(row)
            if len(rows) == 4 * NEAREST_TRIED:
                break
        if not rows:
            return []
        cost = seating.wider(self._low[container][None], self._high[container][None], seating.places[rows])
        order = np.argsort(cost, kind="stable")
        return [rows[at] for at in order[:NEAREST_TRIED].tolist() if cost[at] <= self._far]
