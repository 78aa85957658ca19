"""Swaps within one home: of up to three pairs, found by sums in place of a search person by person.

A *code* is a past as one number: three bits for each sitting of the home. A *pair* is somebody who gave v and somebody
who gave w; what it moves is the difference of their codes. Pairs whose differences sum to nothing are a swap: in every
sitting equally many of both answers. Three pairs at most, so no place of a sum passes 3 and none runs into another.
Whoever looks like somebody who gave w takes their place in a swap of w with u: both change, no sitting does (ADR 83).
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
Found = tuple[int, int, Pairs]
"""The answer it leads to, the one that the first of each pair gave, and the pairs. Where those whom it is for gave
another, they take the place of one who looks like them."""
Known = dict[Group, list[Found]]
"""By group, swaps that are enough for it, where its sittings' counts allow them."""


class Balance:
    """`counts`: how many people of each code gave each answer; none is 0. `known`: swaps that were found for other
    counts of these sittings, tried first; those that are found are added to it."""

    def __init__(
        self,
        structure: Structure,
        beside: tuple[int, ...],
        counts: Mapping[Code, Mapping[int, int]],
        known: Known | None = None,
    ) -> None:
        self._structure, self._beside, self._counts = structure, beside, counts
        self._known = {} if known is None else known
        self._of = dict[int, dict[Code, int]]()
        for code, given in counts.items():
            for answer, count in given.items():
                self._of.setdefault(answer, {})[code] = count
        self._pairs = dict[tuple[int, int], dict[int, list[Pair]]]()
        self._in = dict[tuple[int, int], tuple[list[Code], list[Code]]]()

    def lacks(self, code: Code, answer: int) -> bool:
        """Could people of this group be read?"""
        return not self._sound(self._counts[code]) and self.swaps(code, answer) is None

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

    def swaps(self, code: Code, answer: int) -> list[Found] | None:
        """Enough for I4 and I5 of one group; None if they are not found."""
        for tried in (self._known.get((code, answer), ()), self._all(code, answer)):
            found = _Enough(self._structure, self._beside, answer)
            for one in tried:
                needed = self._needed(code, answer, one)
                if needed is not None and found.add(one, needed):
                    self._known[code, answer] = found.swaps
                    return found.swaps
        return None

    def _all(self, code: Code, own: int) -> Iterator[Found]:
        given = self._counts[code]
        for other in given:
            if other != own:
                yield other, own, ((code, code),)
        others = sorted((one for one in self._of if one != own), key=lambda one: (one in given, -len(self._of[one])))
        for other in others:
            yield from self._of_two(code, own, other)
        for other in others:
            yield from self._of_three(code, own, other)
        for of in (self._of_two, self._of_three):
            for by in given:
                for other in others if by != own else ():
                    if other not in given:
                        yield from of(code, by, other)

    def _of_two(self, code: Code, own: int, other: int) -> Iterator[Found]:
        by_difference, left = self._differences(own, other), SWAPS_MAX
        for across in self._of[other]:
            for pair in by_difference.get(across - code, ()) if across != code else ():
                yield other, own, ((code, across), pair)
                left -= 1
            if left <= 0:
                return

    def _of_three(self, code: Code, own: int, other: int) -> Iterator[Found]:
        by_difference, left = self._differences(own, other), SWAPS_MAX
        for across in self._of[other]:
            for first in self._back(code, across, own, other):
                for second in by_difference.get(across - code - first[0] + first[1], ())[:2]:
                    yield other, own, ((code, across), first, second)
                    left -= 1
                if left <= 0:
                    return

    def _back(self, code: Code, across: Code, own: int, other: int) -> Iterator[Pair]:
        """Pairs that move back what these two move in one sitting, the one of which there are fewest such pairs: of the
        two pairs that are missing one is among them."""
        moved, fewest = code ^ across, None
        while moved:
            bit = moved & -moved
            moved ^= bit
            (own_in, own_out), (other_in, other_out) = self._by_sitting(own, bit), self._by_sitting(other, bit)
            ones, others = (own_in, other_out) if across & bit else (own_out, other_in)
            if fewest is None or len(ones) * len(others) < len(fewest[0]) * len(fewest[1]):
                fewest = ones, others
        for one in fewest[0] if fewest else ():
            for last in fewest[1] if fewest else ():
                yield one, last

    def _by_sitting(self, answer: int, bit: int) -> tuple[list[Code], list[Code]]:
        """Codes of those who gave this answer and were in the sitting, and of those who were not."""
        found = self._in.get((answer, bit))
        if found is None:
            found = self._in[answer, bit] = [], []
            for code in self._of[answer]:
                found[not code & bit].append(code)
        return found

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

    def _needed(self, code: Code, own: int, found: Found) -> set[Group] | None:
        """Groups that can spare nobody, but the one it is for; None if somebody would be needed twice."""
        other, by, pairs = found
        used = dict[Group, int]()
        for one, across in pairs:
            used[one, by] = used.get((one, by), 0) + 1
            used[across, other] = used.get((across, other), 0) + 1
        needed = set[Group]()
        for group, count in used.items():
            there = self._of.get(group[1], {}).get(group[0], 0)
            if count > there:
                return None
            if count == there and (count > 1 or group != (code, own)):
                needed.add(group)
        return needed


class _Enough:
    """Swaps until I4 and I5 are kept (`insiders` judges them again)."""

    def __init__(self, structure: Structure, beside: tuple[int, ...], own: int) -> None:
        self._structure, self._beside, self._own = structure, beside, own
        self.swaps: list[Found] = []
        self._needed: list[tuple[int, set[Group]]] = []

    def add(self, found: Found, needed: set[Group]) -> bool:
        self.swaps.append(found)
        self._needed.append((found[0], needed))
        return self._many([one for one, _ in self._needed], None) and all(
            self._many([one for one, groups in self._needed if insider not in groups], self._beside)
            for insider in set[Group]().union(*[groups for _, groups in self._needed])
        )

    def _many(self, others: Sequence[int], asked: tuple[int, ...] | None) -> bool:
        return self._structure.many({self._own, *others}, asked)
