"""Which whole containers are told in a wave, and which of them only together, so that no one person reads another.

A container in which one person has taken the seat of somebody who left would tell the newcomer what the other said. So
containers with such changes are told as one circle, from then on: their answers are counted together, and either
newcomer could have taken either seat. Whoever leaves a circle and whoever comes into it are loose; `loose_safe` says
quickly which circles may help each other, `Proofs.sit` decides.

1. a circle as it was is told again; circles of newcomers alone are told
2. a changed circle is told by itself if nobody is read by that
3. else with the nearest that it may be joined with, two, three and more; what is left stays out of this wave
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.seats.proofs import Proofs

Places = NDArray[np.float64]
Numbers = NDArray[np.int64]

NEAREST_OF_PAIRS, NEAREST_OF_THREES = 60, 8
TRIES = 12
JOINED_MAX = 5


@dataclass
class Circles:
    """Kept between waves."""

    joined: list[int] = field(default_factory=list)
    """Of each container, the circle it belongs to: a number alike for containers that are told together."""
    last: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Who stood in each circle when it was told last."""

    def copied(self) -> Circles:
        return Circles(list(self.joined), dict(self.last))

    def grown(self, containers: int) -> None:
        """New containers are circles of their own."""
        self.joined += range(len(self.joined), containers)

    def by_circle(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for container, circle in enumerate(self.joined):
            found.setdefault(circle, []).append(container)
        return found

    def join(self, containers: Sequence[int], people: Sequence[int]) -> None:
        """From now on these are told together."""
        for container in containers:
            self.last.pop(self.joined[container], None)
        for container in containers:
            self.joined[container] = containers[0]
        self.last[containers[0]] = tuple(people)


def tell(
    proofs: Proofs, circles: Circles, whole: Mapping[int, Sequence[int]], places: Mapping[int, Places]
) -> set[int]:
    """The containers to publish.

    `whole`: the people of each container that lacks nobody; `places`: where each person is, one number a column.
    """
    told, fresh, changed = set[int](), list[list[int]](), list[list[int]]()
    for circle, containers in circles.by_circle().items():
        there = [one for one in containers if one in whole]
        if len(there) < len(containers):
            changed += [[one] for one in there]
        elif set(circles.last.get(circle, ())) == set(_people(whole, containers)):
            told |= set(containers)
        elif circle in circles.last or any(proofs.pasts.past[one] for one in _people(whole, containers)):
            changed.append(containers)
        else:
            fresh.append(containers)
    if not proofs.sit([_people(whole, containers) for containers in fresh]):
        changed += fresh
        fresh = []
    for containers in fresh:
        circles.join(containers, _people(whole, containers))
        told |= set(containers)
    return told | _Joining(proofs, circles, whole, places, changed).run()


def _people(whole: Mapping[int, Sequence[int]], containers: Sequence[int]) -> list[int]:
    return [person for one in containers for person in whole[one]]


def loose_safe(left: Numbers, came: Numbers, least: int, beside: int) -> NDArray[np.bool_]:
    """For each row of counts by answer: could everybody who left, and who came, have given enough other answers?

    Somebody who left is exchanged with another who left and gave another answer, or, together with somebody who came
    and gave the same, with anybody who stayed.
    """
    return _one_side(left, came, least, beside) & _one_side(came, left, least, beside)


def _one_side(own: Numbers, across: Numbers, least: int, beside: int) -> NDArray[np.bool_]:
    there, lone = own > 0, own == 1
    different, lone_ones = there.sum(1, keepdims=True), lone.sum(1, keepdims=True)
    beside_one = different - (lone_ones - lone > 0)
    safe = np.where(across == 1, different >= beside, (different >= least) & (beside_one >= beside)) | (across >= 2)
    fine: NDArray[np.bool_] = (safe | ~there).all(1)
    return fine


class _Joining:
    """2. and 3."""

    def __init__(
        self,
        proofs: Proofs,
        circles: Circles,
        whole: Mapping[int, Sequence[int]],
        places: Mapping[int, Places],
        changed: list[list[int]],
    ) -> None:
        pasts = proofs.pasts
        self._proofs, self._circles, self._changed = proofs, circles, changed
        self._people = [_people(whole, containers) for containers in changed]
        answers, width = len(pasts.structure.meaning_of), len(next(iter(places.values()))) if places else 1
        self._left, self._came = (np.zeros((len(changed), answers), np.int64) for _ in range(2))
        self._low, self._high = (np.zeros((len(changed), width)) for _ in range(2))
        for at, (containers, people) in enumerate(zip(changed, self._people, strict=True)):
            before, now = set(circles.last.get(circles.joined[containers[0]], ())), set(people)
            for gone in before - now:
                self._left[at, pasts.answer[gone]] += 1
            for new in now - before:
                self._came[at, pasts.answer[new]] += 1
            where = np.array([places[person] for person in people])
            self._low[at], self._high[at] = where.min(0), where.max(0)
        self._waiting = dict.fromkeys(range(len(changed)))
        self._told = set[int]()

    def run(self) -> set[int]:
        for at in list(self._waiting):
            self._try([at])
        for size in range(2, JOINED_MAX + 1):
            for at in list(self._waiting):
                if at in self._waiting:
                    self._with_others(at, size)
        return self._told

    def _with_others(self, at: int, size: int) -> None:
        others = np.array([one for one in self._waiting if one != at], np.int64)
        if len(others) < size - 1:
            return
        wide = (np.maximum(self._high[others], self._high[at]) - np.minimum(self._low[others], self._low[at])).mean(1)
        near = others[np.argsort(wide, kind="stable")].tolist()
        chosen: list[tuple[int, ...]]
        if size == 2:
            chosen = [(at, one) for one in near[:NEAREST_OF_PAIRS]]
        elif size == 3:
            chosen = [(at, *two) for two in combinations(near[:NEAREST_OF_THREES], 2)]
        else:
            chosen = [(at, *near[: size - 1])]
        structure = self._proofs.pasts.structure
        left, came = (np.array([side[list(one)].sum(0) for one in chosen]) for side in (self._left, self._came))
        good = loose_safe(left, came, max(structure.least), max(self._proofs.pasts.beside))
        for number in np.flatnonzero(good)[:TRIES].tolist():
            if self._try(chosen[number]):
                return

    def _try(self, numbers: Sequence[int]) -> bool:
        people = [person for at in numbers for person in self._people[at]]
        if not self._proofs.sit([people]):
            return False
        containers = [one for at in numbers for one in self._changed[at]]
        self._circles.join(containers, people)
        self._told |= set(containers)
        for at in numbers:
            del self._waiting[at]
        return True
