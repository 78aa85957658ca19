"""Which whole containers are told in a wave, and which of them only together, so that no one person reads another.

A container in which one person has taken the seat of somebody who left would tell the newcomer what the other said. So
containers with such changes are told as one circle, from then on: their answers are counted together, and either
newcomer could have taken either seat. Whoever leaves a circle and whoever comes into it are loose; `loose_safe` says
quickly which circles may help each other, `Proofs.sit` decides.

1. a circle as it was is told again; circles of newcomers alone are told
2. a changed circle is told by itself if nobody is read by that; without a container that it lacks only if it was seen
   before who sits in the others
3. else it is parted (`parting`): whoever came, with a few others, is a circle of its own; the rest is told
4. what is left is told with the nearest that it may be joined with, or stays out of this wave
A circle that is joined grows, and with it how often it changes and how wide it is: so few people as can be are joined.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.seats.circles import Circles
from bank_api.domain.anonymize.seats.draws import SECRET_BYTES, Draws
from bank_api.domain.anonymize.seats.parting import partings, seen_apart
from bank_api.domain.anonymize.seats.proofs import Proofs

Places = NDArray[np.float64]
Numbers = NDArray[np.int64]
Split = Callable[[int, Sequence[int]], int | None]
"""Make a container of these people of a container, whose number is given back; None where the seats forbid it."""

NEAREST, TRIES = 60, 12


def telling(
    proofs: Proofs,
    circles: Circles,
    whole: Mapping[int, Sequence[int]],
    places: Mapping[int, Places],
    split: Split | None = None,
    chance: random.Random | None = None,
) -> Telling:
    """`whole`: the people of each container that lacks nobody; `places`: where each person is, one number a column;
    without `split` no circle is parted; `chance`, a secret one unless given, draws who waits.
    """
    was, first_sitting = circles.copied(), proofs.pasts.sittings
    told, fresh, changed = set[int](), list[list[int]](), list[tuple[list[int], bool]]()
    for circle, containers in circles.by_circle().items():
        there = [one for one in containers if one in whole]
        people = _people(whole, there)
        if len(there) < len(containers):
            changed += [(there, True)] if there else []
        elif set(circles.last.get(circle, ())) == set(people):
            told |= set(containers)
        elif circle in circles.last or any(proofs.pasts.past[one] for one in people):
            changed.append((containers, False))
        else:
            fresh.append(containers)
    if not proofs.sit([_people(whole, containers) for containers in fresh]):
        changed += [(containers, False) for containers in fresh]
        fresh = []
    for containers in fresh:
        circles.join(containers, _people(whole, containers))
        told |= set(containers)
    made = Telling(proofs, circles, was, whole, places, split, chance or random.SystemRandom(), told, first_sitting)
    made.run(changed)
    return made


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


@dataclass
class _Waiting:
    """A circle that is not told yet."""

    containers: list[int]
    people: list[int]
    before: frozenset[int]

    @property
    def replaced_one(self) -> bool:
        """One came and one left: both counts together say that they gave the same answer, whatever else is told."""
        return len(self.before.difference(self.people)) == len(set(self.people) - self.before) == 1


class Telling:
    """`told`: the containers to publish; `was`: the circles before; `first_sitting`: of this wave, its number."""

    def __init__(
        self,
        proofs: Proofs,
        circles: Circles,
        was: Circles,
        whole: Mapping[int, Sequence[int]],
        places: Mapping[int, Places],
        split: Split | None,
        chance: random.Random,
        told: set[int],
        first_sitting: int,
    ) -> None:
        self._proofs, self._circles, self._was, self._places = proofs, circles, was, places
        self._split, self._secret = split, chance.randbytes(SECRET_BYTES)
        self._whole = dict(whole)
        self._split_off_from = dict[int, int]()
        self.told, self._first_sitting = told, first_sitting

    def hold(self, people: Set[int]) -> bool:
        """Leave the circles of these people out after all, with all that were one with theirs before or are one now.

        What is told no longer is one sum less, so nobody is read by that; yet the proofs go by who looks alike, and
        where others are not found, False: all is as it was.
        """
        held = {container for container in self.told if not people.isdisjoint(self._whole[container])}
        joined, was = self._circles.joined, [self._was_joined(one) for one in range(len(self._circles.joined))]
        before = set[int]()
        while before != held:
            before = set(held)
            now, then = {joined[one] for one in held}, {was[one] for one in held}
            held = {one for one in range(len(joined)) if joined[one] in now or was[one] in then}
        stood = [self._circles.last[circle] for circle in sorted({joined[one] for one in held & self.told})]
        past = self._proofs.pasts.past
        if not self._proofs.leave([people for people in stood if past[people[0]][-1] >= self._first_sitting]):
            return False
        self._circles.restore({one: was[one] for one in sorted(held)}, self._was.last)
        self.told -= held
        return True

    def _was_joined(self, container: int) -> int:
        """The circle it belonged to before, or that it was split off belonged to."""
        while container in self._split_off_from:
            container = self._split_off_from[container]
        return self._was.joined[container]

    def run(self, changed: Sequence[tuple[list[int], bool]]) -> None:
        """2. to 4."""
        waiting = list[_Waiting]()
        for containers, lacks_some in changed:  # 2.
            one = self._waiting(containers)
            if lacks_some and not self._seen_before(one):
                continue  # it waits: without the rest it would be seen who sits here, and so whose seat they took
            if one.replaced_one or not self._tell([one]):
                waiting.append(one)
        if self._split is not None:  # 3.
            waiting = [left for one in waiting if (left := self._part(one, self._split)) is not None]
        self._join(waiting)  # 4.

    def _waiting(self, containers: list[int]) -> _Waiting:
        return _Waiting(containers, _people(self._whole, containers), frozenset(self._circles.before(containers[0])))

    def _tell(self, waiting: Sequence[_Waiting]) -> bool:
        people = [person for one in waiting for person in one.people]
        if not self._proofs.sit([people]):
            return False
        containers = [container for one in waiting for container in one.containers]
        self._circles.join(containers, people)
        self.told |= set(containers)
        return True

    def _seen_before(self, one: _Waiting) -> bool:
        """Were all of these who stood in their circle told together once, without any of the circle's others?

        A seat is taken by somebody who gives the answer of whoever left it. Nobody sees in which container of a circle
        those sit who came while it was told as one; told without the others, everybody would.
        """
        there = one.before.intersection(one.people)
        return seen_apart(self._proofs.pasts, there, one.before.difference(there))

    # 3.

    def _part(self, one: _Waiting, split: Split) -> _Waiting | None:
        """What still waits: all of the circle if it cannot be parted, nothing if it could be told after all."""
        if not one.before:
            return one
        by_container = {container: self._whole[container] for container in one.containers}
        chance = Draws(self._secret, *sorted(one.containers))
        for leaving in partings(self._proofs.pasts, by_container, one.before, chance):
            gone = {person for people in leaving.values() for person in people}
            rest = [person for person in one.people if person not in gone]
            if not self._proofs.sit([rest]):
                continue
            parts = self._split_off(leaving, split)
            if len(parts) < len(leaving):
                self._proofs.take_back()
                made = [container for container in parts if container not in one.containers]
                self._circles.stay(one.containers[0], made)
                return self._waiting([*one.containers, *made])
            kept = [container for container in one.containers if container not in parts]
            self._circles.bind(parts)
            self._circles.join(kept, rest)
            self.told |= set(kept)
            left = self._waiting(parts)
            alone = len(one.containers) == 1  # of several it would be seen in which of them those sit who wait
            return None if alone and self._tell([left]) else left
        return one

    def _split_off(self, leaving: Mapping[int, Sequence[int]], split: Split) -> list[int]:
        """The containers of those who leave, up to the first that the seats forbid (what was split stays split)."""
        parts = []
        for container, people in leaving.items():
            if len(people) == len(self._whole[container]):
                parts.append(container)
                continue
            number = split(container, people)
            if number is None:
                break
            self._whole[number], self._split_off_from[number] = people, container
            self._whole[container] = [person for person in self._whole[container] if person not in people]
            parts.append(number)
        return parts

    # 4.

    def _join(self, waiting: list[_Waiting]) -> None:
        if not waiting:
            return
        left, came = self._loose(waiting)
        where = [np.array([self._places[person] for person in one.people]) for one in waiting]
        low, high = np.array([one.min(0) for one in where]), np.array([one.max(0) for one in where])
        pasts, open_ = self._proofs.pasts, np.ones(len(waiting), bool)
        for at, one in enumerate(waiting):
            others = np.flatnonzero(open_)
            others = others[others != at]
            if not open_[at] or not len(others):
                continue
            wide = (np.maximum(high[others], high[at]) - np.minimum(low[others], low[at])).mean(1)
            near = others[np.argsort(wide, kind="stable")][:NEAREST]
            good = loose_safe(
                left[near] + left[at], came[near] + came[at], max(pasts.structure.least), max(pasts.beside)
            )
            for other in near[good][:TRIES].tolist():
                if self._tell([one, waiting[other]]):
                    open_[[at, other]] = False
                    break

    def _loose(self, waiting: Sequence[_Waiting]) -> tuple[Numbers, Numbers]:
        """How many left each circle, and came, by answer. Of one that was never told: who has no past, and as many."""
        pasts = self._proofs.pasts
        left, came = (np.zeros((len(waiting), len(pasts.structure.meaning_of)), np.int64) for _ in range(2))
        for at, one in enumerate(waiting):
            new = set(one.people) - one.before if one.before else {p for p in one.people if not pasts.past[p]}
            for person in new:
                came[at, pasts.answer[person]] += 1
            for person in one.before - set(one.people) if one.before else new:
                left[at, pasts.answer[person]] += 1
        return left, came
