"""Who of a home is left out beside those who are away, so that nobody who is missing, and nobody told, is read.

Who is left out is seen by whoever knows who was there, so it must say no more of anybody's answer than the counts do.
People are put in a secret order that asks for no answer, and the first so many of them are left out that nobody is
read: what somebody answered decides only when that order ends, so on average as many of each answer are left out. Of
several such orders, every other of them past by past, the first is taken that leaves out few, else the one that leaves
out fewest; as far as one is passed over, who is left out does follow from answers (ADR 80 and 89 have figures).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from operator import itemgetter

from bank_api.domain.anonymize.seats.homes.balance import Balance, Group, Hopeless, Known
from bank_api.domain.anonymize.seats.homes.moves import BITS_PER_SITTING, Code, Moved
from bank_api.domain.anonymize.seats.pasts import Pasts

ORDERS_MAX = 8
FEW = 0.2
"""The share of those who are there that may be left out without another order being tried."""
UNASKED = 1 / 8
"""The chance of each person more who is left out though nobody need be: that somebody was left out says little then."""
READ_KEPT = 16
"""So many who could be read are looked at first when others are left out."""

Groups = dict[Group, int]
"""The people of each group as bits, the first of `Codes` the highest."""


@dataclass(frozen=True)
class Codes:
    """The people of a home who were told before, as `balance` sees them."""

    sittings: dict[int, int]
    of: dict[int, Code]

    @classmethod
    def of_home(cls, pasts: Pasts, people: Sequence[int]) -> Codes:
        past_of = {person: pasts.past[person] for person in people}
        different = set(past_of.values())
        place = {sitting: at for at, sitting in enumerate(sorted({one for past in different for one in past}))}
        code = {past: sum(1 << BITS_PER_SITTING * place[sitting] for sitting in past) for past in different}
        return cls(place, {person: code[past] for person, past in past_of.items()})


class Companions:
    """`people`: all of a home who were ever told; `here`: those of them who are there."""

    def __init__(self, pasts: Pasts, people: Sequence[int], here: Sequence[int]) -> None:
        self._pasts, self._here = pasts, sorted(here)
        self._codes = Codes.of_home(pasts, people)
        self._now = 1 << BITS_PER_SITTING * len(self._codes.sittings)
        self._people = list(self._codes.of)
        self._bit = {person: 1 << at for at, person in enumerate(reversed(self._people))}
        self._told = self._where_all_are_told(set(here))
        self._known: Known = {}
        self._moved = Moved()
        self.found: Known = {}
        """The swaps of those who stay, by what `Codes` will be once the home was told and before anybody joins it."""
        self._read = list[int]()
        """Who could be read when others were left out, the latest first: most tries end with one of these."""
        self._hopeless: Hopeless = {}

    def drawn(self, chance: random.Random) -> set[int] | None:
        """None where the home waits: nobody found whom to leave out and have somebody left."""
        unasked, order = 0, list[int]()
        somebody_away = len(self._here) < len(self._people)  # else all know that nobody need be left out
        while somebody_away and unasked < len(self._here) and chance.random() < UNASKED:
            unasked += 1
        best: list[int] | None = None
        for number in range(ORDERS_MAX):
            order = chance.sample(self._here, len(self._here)) if number % 2 else self._pasts_first(chance)
            most = len(order) if best is None else len(best)
            count = self._end(order, unasked, most)
            best = best if count is None else order[:count]
            if best is not None and len(best) <= max(unasked, FEW * len(order)):
                break
        if best is None:  # where nobody may be missing, lots that would leave somebody out are put back
            count = self._end(order, 0, unasked)
            best = None if count is None else order[:count]
        return None if best is None else set(best)

    def _pasts_first(self, chance: random.Random) -> list[int]:
        """Past by past, mostly those that few share: whoever is much like few is hardest to hide."""
        shared = Counter(self._codes.of[person] for person in self._here)
        rank = {code: count * (0.3 + chance.random()) for code, count in shared.items()}
        mixed = chance.sample(self._here, len(self._here))
        return sorted(mixed, key=lambda person: rank[self._codes.of[person]])

    def _end(self, order: Sequence[int], least: int, most: int) -> int | None:
        """The fewest of this order, from `least` and below `most`, without whom nobody is read."""
        groups = dict(self._told)
        self._hopeless.clear()
        for person in order[:least]:
            self._leave_out(person, groups)
        for count in range(least, most):
            if self._safe(groups):
                return count
            self._leave_out(order[count], groups)
        return None

    def _where_all_are_told(self, there: Set[int]) -> Groups:
        found: Groups = {}
        for person, code in self._codes.of.items():
            group = code | self._now if person in there else code, self._pasts.answer[person]
            found[group] = found.get(group, 0) | self._bit[person]
        return found

    def _leave_out(self, person: int, groups: Groups) -> None:
        bit, code, answer = self._bit[person], self._codes.of[person], self._pasts.answer[person]
        told = code | self._now, answer
        groups[told] ^= bit
        if not groups[told]:
            del groups[told]
        before = groups.get((code, answer), 0)
        groups[code, answer] = before | bit
        if not before:
            self._hopeless.clear()
        elif (code, answer) in self._hopeless.values():
            self._hopeless = {one: by for one, by in self._hopeless.items() if by != (code, answer)}

    def _safe(self, groups: Groups) -> bool:
        pasts = self._pasts
        if self._read and self._group(self._read[0], groups) in self._hopeless:
            return False
        if not pasts.structure.many({answer for code, answer in groups if code & self._now}):
            return False
        balance = Balance(pasts.structure, pasts.beside, _counts(groups), self._known, self._moved, self._hopeless)
        for person in self._read:
            if balance.lacks(*self._group(person, groups)):
                self._read.remove(person)
                self._read.insert(0, person)
                return False
        for group in balance.lacking(1):
            self._read = [self._people[-groups[group].bit_length()], *self._read[: READ_KEPT - 1]]
            return False
        self.found = dict(self._known)
        return True

    def _group(self, person: int, groups: Groups) -> Group:
        code, answer = self._codes.of[person], self._pasts.answer[person]
        told = code | self._now, answer
        return told if groups.get(told, 0) & self._bit[person] else (code, answer)


def _counts(groups: Groups) -> dict[Code, dict[int, int]]:
    """In the order of the people, of whom the first has the highest bit."""
    found = dict[Code, dict[int, int]]()
    for (code, answer), people in sorted(groups.items(), key=itemgetter(1), reverse=True):
        if code in found:
            found[code][answer] = people.bit_count()
        else:
            found[code] = {answer: people.bit_count()}
    return found
