"""Who of a home is left out beside those who are away, so that nobody who is missing, and nobody told, is read.

Who is left out is seen by whoever knows who was there, so it must say no more of anybody's answer than the counts do.
People are put in a secret order that asks for no answer, and the first so many of them are left out that nobody is
read: what somebody answered decides only when that order ends, so on average as many of each answer are left out. Of
several such orders the first is taken that leaves out few, else the one that leaves out fewest; as far as one is passed
over, who is left out does follow from answers (ADR 80 has figures).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bank_api.domain.anonymize.seats.homes.balance import BITS_PER_SITTING, Balance, Code
from bank_api.domain.anonymize.seats.pasts import Past, Pasts

ORDERS_MAX = 8
FEW = 0.2
"""The share of those who are there that may be left out without another order being tried."""
UNASKED = 1 / 8
"""The chance of each person more who is left out though nobody need be: that somebody was left out says little then."""


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
        self._pasts, self._here, self._batches = pasts, sorted(here), batches
        self._codes = Codes.of_home(pasts, people)
        self._now = 1 << BITS_PER_SITTING * len(self._codes.sittings)
        self._there = set(here)

    def drawn(self, chance: random.Random) -> set[int] | None:
        """None where the home waits: nobody found whom to leave out and have somebody left."""
        unasked = 0
        while unasked < len(self._here) and chance.random() < UNASKED:
            unasked += 1
        best: list[int] | None = None
        for number in range(ORDERS_MAX):
            order = self._pasts_first(chance) if number % 2 else chance.sample(self._here, len(self._here))
            most = len(order) if best is None else len(best)
            best = next((order[:count] for count in range(unasked, most) if self._safe(set(order[:count]))), best)
            if best is not None and len(best) <= max(unasked, FEW * len(order)):
                break
        return None if best is None else set(best)

    def _pasts_first(self, chance: random.Random) -> list[int]:
        """Past by past, mostly those that few share: whoever is much like few is hardest to hide."""
        shared = Counter(self._codes.of[person] for person in self._here)
        rank = {code: count * (0.3 + chance.random()) for code, count in shared.items()}
        mixed = chance.sample(self._here, len(self._here))
        return sorted(mixed, key=lambda person: rank[self._codes.of[person]])

    def _safe(self, out: set[int]) -> bool:
        answer = self._pasts.answer
        told = {answer[one] for one in self._here if one not in out}
        told |= {given for batch in self._batches for given in batch}
        structure, beside = self._pasts.structure, self._pasts.beside
        return structure.many(told) and not Balance(structure, beside, self._counts(out)).lacking(1)

    def _counts(self, out: set[int]) -> dict[Code, dict[int, int]]:
        found, answer = dict[Code, dict[int, int]](), self._pasts.answer
        for person, code in self._codes.of.items():
            told = person in self._there and person not in out
            given = found.setdefault(code | self._now if told else code, {})
            given[answer[person]] = given.get(answer[person], 0) + 1
        for number, batch in enumerate(self._batches, 1):
            given = found.setdefault(self._now | self._now << BITS_PER_SITTING * number, {})
            for one in batch:
                given[one] = given.get(one, 0) + 1
        return found
