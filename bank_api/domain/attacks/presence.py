"""Presence: what a release and the list of everybody (the staff list) say of who is in it, and who refused.

People of one description on the list are one point; every class takes as many people as it has rows from the points it
describes. 1. Whom no class describes is not in it. 2. Whoever is needed, however the rows are given to people, is in
it: found by giving them once (augmenting paths) and looking whom no exchange can spare. 3. Of the rest the chance, as
if each class were drawn at random from all whom it describes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

SURE = 0.8


@dataclass(frozen=True)
class PresenceAttack:
    """People on the list, not shares."""

    listed: int
    surely_out: int
    surely_in: int
    guessed: int
    """Others whose presence or absence is guessed with more than 80 % certainty."""
    base_rate: float
    """Rows by people on the list: what is known of anybody without looking."""
    impossible: int
    """Rows that nobody on the list can be: then the list is not the one behind the release."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def attack_presence(people: Sequence[int], rows: Sequence[int], fits: Sequence[Sequence[int]]) -> PresenceAttack:
    """`people` on the list by point; of each class its `rows`, and the points that `fits` its description."""
    giving = _Giving(people, rows, fits)
    impossible = giving.run()
    described = {point for points in fits for point in points}
    needed = giving.needed() if not impossible else set[int]()
    absent = [1.0] * len(people)
    for count, points in zip(rows, fits, strict=True):
        candidates = sum(people[point] for point in points)
        for point in points:
            absent[point] *= max(0.0, 1 - count / candidates)
    open_ = described - needed
    return PresenceAttack(
        listed=sum(people),
        surely_out=sum(count for point, count in enumerate(people) if point not in described),
        surely_in=sum(people[point] for point in needed),
        guessed=sum(people[point] for point in open_ if absent[point] < 1 - SURE or absent[point] > SURE),
        base_rate=sum(rows) / sum(people) if sum(people) else 0.0,
        impossible=impossible,
    )


class _Giving:
    """Rows given to people: how many of each class to each point."""

    def __init__(self, people: Sequence[int], rows: Sequence[int], fits: Sequence[Sequence[int]]) -> None:
        self._left, self._rows, self._fits = list(people), rows, fits
        self._given: list[dict[int, int]] = [{} for _ in rows]
        self._takers: list[dict[int, int]] = [{} for _ in people]
        """The same by point: how many each class took."""

    def run(self) -> int:
        """Give all rows; returns how many could not be given."""
        short = 0
        for one in sorted(range(len(self._rows)), key=lambda one: len(self._fits[one])):
            need = self._rows[one]
            for point in self._fits[one]:
                taken = min(need, self._left[point])
                if taken:
                    self._give(one, point, taken)
                    self._left[point] -= taken
                    need -= taken
            while need:
                moved = self._augment(one, need)
                if not moved:
                    short += need
                    break
                need -= moved
        return short

    def needed(self) -> set[int]:
        """Points whose people are all in it, whichever way the rows are given."""
        spared, waiting = {point for point, left in enumerate(self._left) if left}, deque[int]()
        waiting.extend(spared)
        describing: dict[int, list[int]] = {}
        for one, points in enumerate(self._fits):
            for point in points:
                describing.setdefault(point, []).append(one)
        seen: set[int] = set()
        while waiting:
            for one in describing.get(waiting.popleft(), ()):
                if one not in seen:  # it can take somebody else instead of any that it took
                    seen.add(one)
                    freed = set(self._given[one]) - spared
                    spared |= freed
                    waiting.extend(freed)
        return {point for point, takers in enumerate(self._takers) if takers} - spared

    def _give(self, one: int, point: int, count: int) -> None:
        for book, at, key in ((self._given, one, point), (self._takers, point, one)):
            book[at][key] = book[at].get(key, 0) + count
            if not book[at][key]:
                del book[at][key]

    def _augment(self, start: int, need: int) -> int:
        """Free a point for this class along the shortest way of exchanges; how many rows that gave."""
        came: dict[int, tuple[int, int] | None] = {start: None}
        """By class: the class before it, and the point that this class would let go to that one."""
        waiting = deque([start])
        while waiting:
            one = waiting.popleft()
            for point in self._fits[one]:
                if self._left[point]:
                    return self._along(one, point, came, need)
                for taker in self._takers[point]:
                    if taker not in came:
                        came[taker] = (one, point)
                        waiting.append(taker)
        return 0

    def _along(self, one: int, point: int, came: dict[int, tuple[int, int] | None], need: int) -> int:
        steps, at = [(one, point)], came[one]
        count = min(need, self._left[point])
        taker = one
        while at is not None:
            count = min(count, self._given[taker][at[1]])
            steps.append((taker, at[1]))
            steps.append(at)
            taker, at = at[0], came[at[0]]
        self._left[point] -= count
        for number, (which, where) in enumerate(steps):
            self._give(which, where, -count if number % 2 else count)
        return count
