"""Who of a home is left out beside those who are away, so that nobody who is missing, and nobody told, is read.

Drawn by a secret chance: a few people to begin with, mostly none; then, again and again, somebody near to whoever could
still be read, until nobody could. Of many such draws the first of the fewest people is taken.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bank_api.domain.anonymize.seats.homes.balance import BITS_PER_SITTING, Balance, Code, Group
from bank_api.domain.anonymize.seats.pasts import Past, Pasts

DRAWS_MAX = 200
GOOD_AFTER = ((0, 1), (20, 4), (60, 8))
"""After so many draws, so few people left out are good enough."""
UNASKED = 1 / 8
"""The chance of each person more who is left out though nobody need be: that somebody was left out says little then."""
AT_ONCE_MAX = 6
"""So many people who look alike may be left out in one step."""


@dataclass(frozen=True)
class Codes:
    """The people of a home who were told before, as `balance` sees them."""

    sittings: dict[int, int]
    of: dict[int, Code]

    @classmethod
    def of_home(cls, pasts: Pasts, people: Sequence[int]) -> Codes:
        told = sorted({sitting for person in people for sitting in pasts.past[person]})
        place = {sitting: at for at, sitting in enumerate(told)}
        return cls(place, {person: _code(pasts.past[person], place) for person in people})


def _code(past: Past, place: dict[int, int]) -> Code:
    return sum(1 << BITS_PER_SITTING * place[sitting] for sitting in past)


class Companions:
    """`people`: all of a home who were ever told; `here`: those of them who are there; `batches`: what those answered
    who join now, batch by batch. What a batch answered in all is taken for known, so each is a sitting too."""

    def __init__(
        self, pasts: Pasts, people: Sequence[int], here: Sequence[int], batches: Sequence[Sequence[int]]
    ) -> None:
        self._pasts, self._here, self._batches = pasts, here, batches
        self._codes = Codes.of_home(pasts, people)
        self._now = 1 << BITS_PER_SITTING * len(self._codes.sittings)
        self._there = set(here)
        self._like = dict[Code, list[int]]()
        for person in here:
            self._like.setdefault(self._codes.of[person], []).append(person)

    def drawn(self, chance: random.Random) -> set[int] | None:
        """None where the home waits: nobody found whom to leave out and have somebody left."""
        start = set[int]()
        while len(start) < len(self._here) and chance.random() < UNASKED:
            start.add(chance.choice([one for one in self._here if one not in start]))
        if not self._lacking(start, 1):
            return start
        best, fewest = None, len(self._here)
        for draw in range(DRAWS_MAX):
            found = self._one_draw(set(start), fewest, chance.choice, chance.random)
            if found is not None:
                best, fewest = found, len(found)
            if any(draw >= after and fewest <= people for after, people in GOOD_AFTER):
                break
        return best

    def _one_draw(
        self, out: set[int], below: int, choice: Callable[[Sequence[int]], int], random_: Callable[[], float]
    ) -> set[int] | None:
        while len(out) < below:
            lacking = self._lacking(out, 3)
            if not lacking:
                return out
            code, _ = lacking[int(random_() * len(lacking))]
            told = bool(code & self._now)
            before = code & ~self._now
            near = [one for one in self._like.get(before, ()) if one not in out]
            how = random_()
            if how < 0.15 or not near:
                near = [one for one in self._here if one not in out]
                if not near:
                    return None
                out.add(choice(near))
            elif how < 0.4 and len(near) <= AT_ONCE_MAX:
                out.update(near)
            else:
                out.add(choice(near if told else self._others(near, code, out)))
        return None

    def _others(self, near: Sequence[int], code: Code, out: set[int]) -> Sequence[int]:
        """Those who answered otherwise than those of this past who are missing; all if there are none."""
        answer = self._pasts.answer
        missing = {answer[one] for one, of in self._codes.of.items() if of == code and not self._told(one, out)}
        return [one for one in near if answer[one] not in missing] or near

    def _told(self, person: int, out: set[int]) -> bool:
        return person in self._there and person not in out

    def _lacking(self, out: set[int], most: int) -> list[Group]:
        told = {self._pasts.answer[one] for one in self._here if one not in out}
        told |= {given for batch in self._batches for given in batch}
        if not self._pasts.structure.many(told):
            return [(self._now, -1)]
        return Balance(self._pasts.structure, self._pasts.beside, self._counts(out)).lacking(most)

    def _counts(self, out: set[int]) -> dict[Code, dict[int, int]]:
        found, answer = dict[Code, dict[int, int]](), self._pasts.answer
        for person, code in self._codes.of.items():
            given = found.setdefault(code | self._now if self._told(person, out) else code, {})
            given[answer[person]] = given.get(answer[person], 0) + 1
        for number, batch in enumerate(self._batches, 1):
            given = found.setdefault(self._now | self._now << BITS_PER_SITTING * number, {})
            for one in batch:
                given[one] = given.get(one, 0) + 1
        return found
