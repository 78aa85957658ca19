"""Swaps within one home: all of up to three pairs, found by sums in place of a search person by person.

A *code* is a past as one number: three bits for each sitting of the home. A *pair* is somebody who gave v and somebody
who gave w; what it moves is the difference of their codes. Pairs whose differences sum to nothing are a swap: in every
sitting equally many of both answers. Three pairs at most, so no place of a sum passes 3 and none runs into another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bank_api.domain.anonymize.seats.structure import Structure

BITS_PER_SITTING = 3
ALIKE_MAX, SWAPS_MAX = 4, 6
"""So many pairs of one difference, and so many swaps with one answer, are looked at."""

Code = int
Group = tuple[Code, int]
"""A code and an answer: people who look alike and answered alike."""
Pair = tuple[Code, Code]
Pairs = tuple[Pair, ...]


class Balance:
    """`counts`: how many people of each code gave each answer; none is 0."""

    def __init__(self, structure: Structure, beside: tuple[int, ...], counts: Mapping[Code, Mapping[int, int]]) -> None:
        self._structure, self._beside, self._counts = structure, beside, counts
        self._of = dict[int, dict[Code, int]]()
        for code, given in counts.items():
            for answer, count in given.items():
                self._of.setdefault(answer, {})[code] = count
        self._pairs = dict[tuple[int, int], dict[int, list[Pair]]]()

    def lacking(self, most: int) -> list[Group]:
        """Up to so many groups whose people could be read."""
        found = list[Group]()
        for code, given in self._counts.items():
            if self._sound(given):
                continue
            for answer in given:
                if self.swaps(code, answer) is None:
                    found.append((code, answer))
                    if len(found) == most:
                        return found
        return found

    def _sound(self, given: Mapping[int, int]) -> bool:
        many = self._structure.many
        return many(given) and all(
            many([one for one in given if one != answer], self._beside) for answer, count in given.items() if count == 1
        )

    def swaps(self, code: Code, answer: int) -> list[tuple[int, Pairs]] | None:
        """Enough for I4 and I5 of one group: the other answer of each, and its pairs. None if they are not found."""
        found = _Enough(self._structure, self._beside, answer)
        for other, pairs in self._all(code, answer):
            needed = self._needed(code, answer, other, pairs)
            if needed is not None and found.add(other, pairs, needed):
                return found.swaps
        return None

    def _all(self, code: Code, own: int) -> Iterator[tuple[int, Pairs]]:
        given = self._counts[code]
        for other in given:
            if other != own:
                yield other, ((code, code),)
        others = sorted((one for one in self._of if one != own), key=lambda one: (one in given, -len(self._of[one])))
        for other in others:
            yield from self._of_two(code, own, other)
        for other in others:
            yield from self._of_three(code, own, other)

    def _of_two(self, code: Code, own: int, other: int) -> Iterator[tuple[int, Pairs]]:
        by_difference, left = self._differences(own, other), SWAPS_MAX
        for across in self._of[other]:
            for pair in by_difference.get(across - code, ()) if across != code else ():
                yield other, ((code, across), pair)
                left -= 1
            if left <= 0:
                return

    def _of_three(self, code: Code, own: int, other: int) -> Iterator[tuple[int, Pairs]]:
        by_difference, left = self._differences(own, other), SWAPS_MAX
        for across in self._of[other]:
            wanted = across - code
            for one in by_difference if wanted else ():
                last = wanted - one
                if one <= last and last in by_difference:
                    for first in by_difference[one][:2]:
                        for second in by_difference[last][:2]:
                            yield other, ((code, across), first, second)
                            left -= 1
                    if left <= 0:
                        return

    def _differences(self, own: int, other: int) -> dict[int, list[Pair]]:
        """Pairs by what they move; those that move nothing swap by themselves."""
        found = self._pairs.get((own, other))
        if found is None:
            found = self._pairs[own, other] = {}
            for one in self._of[own]:
                for across in self._of[other]:
                    if one != across:
                        alike = found.setdefault(one - across, [])
                        if len(alike) < ALIKE_MAX:
                            alike.append((one, across))
        return found

    def _needed(self, code: Code, own: int, other: int, pairs: Pairs) -> set[Group] | None:
        """Groups that can spare nobody, but the one it is for; None if somebody would be needed twice."""
        used = dict[Group, int]()
        for one, across in pairs:
            used[one, own] = used.get((one, own), 0) + 1
            used[across, other] = used.get((across, other), 0) + 1
        needed = set[Group]()
        for group, count in used.items():
            there = self._of[group[1]][group[0]]
            if count > there:
                return None
            if count == there and (count > 1 or group != (code, own)):
                needed.add(group)
        return needed


class _Enough:
    """Swaps until I4 and I5 are kept (`insiders` judges them again)."""

    def __init__(self, structure: Structure, beside: tuple[int, ...], own: int) -> None:
        self._structure, self._beside, self._own = structure, beside, own
        self.swaps: list[tuple[int, Pairs]] = []
        self._needed: list[tuple[int, set[Group]]] = []

    def add(self, other: int, pairs: Pairs, needed: set[Group]) -> bool:
        self.swaps.append((other, pairs))
        self._needed.append((other, needed))
        return self._many([one for one, _ in self._needed], None) and all(
            self._many([one for one, groups in self._needed if insider not in groups], self._beside)
            for insider in set[Group]().union(*[groups for _, groups in self._needed])
        )

    def _many(self, others: Sequence[int], asked: tuple[int, ...] | None) -> bool:
        return self._structure.many({self._own, *others}, asked)
