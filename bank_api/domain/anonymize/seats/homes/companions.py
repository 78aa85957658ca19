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

from bank_api.domain.anonymize.seats.homes.balance import BITS_PER_SITTING, Balance, Code, Known
from bank_api.domain.anonymize.seats.pasts import Past, Pasts

ORDERS_MAX = 8
FEW = 0.2
"""The share of those who are there that may be left out without another order being tried."""
UNASKED = 1 / 8
"""The chance of each person more who is left out though nobody need be: that somebody was left out says little then."""
READ_KEPT = 16
"""So many who could be read are looked at first when others are left out."""


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
    """`people`: all of a home who were ever told; `here`: those of them who are there."""

    def __init__(self, pasts: Pasts, people: Sequence[int], here: Sequence[int]) -> None:
        self._pasts, self._here = pasts, sorted(here)
        self._codes = Codes.of_home(pasts, people)
        self._now = 1 << BITS_PER_SITTING * len(self._codes.sittings)
        self._there = set(here)
        self._known: Known = {}
        self.found: Known = {}
        """The swaps of those who stay, by what `Codes` will be once the home was told and before anybody joins it."""
        self._read = list[int]()
        """Who could be read when others were left out, the latest first: most tries end with one of these."""

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
        answer, pasts = self._pasts.answer, self._pasts
        if not pasts.structure.many({answer[one] for one in self._here if one not in out}):
            return False
        balance = Balance(pasts.structure, pasts.beside, self._counts(out), self._known)
        for person in self._read:
            if balance.lacks(self._code(person, out), answer[person]):
                self._read.remove(person)
                self._read.insert(0, person)
                return False
        lacking = set(balance.lacking(1))
        if lacking:
            read = (one for one in self._codes.of if (self._code(one, out), answer[one]) in lacking)
            self._read = [next(read), *self._read[: READ_KEPT - 1]]
            return False
        self.found = dict(self._known)
        return True

    def _code(self, person: int, out: set[int]) -> Code:
        """With this wave, where these are left out."""
        told = person in self._there and person not in out
        return self._codes.of[person] | self._now if told else self._codes.of[person]

    def _counts(self, out: set[int]) -> dict[Code, dict[int, int]]:
        found, answer = dict[Code, dict[int, int]](), self._pasts.answer
        for person in self._codes.of:
            given = found.setdefault(self._code(person, out), {})
            given[answer[person]] = given.get(answer[person], 0) + 1
        return found
