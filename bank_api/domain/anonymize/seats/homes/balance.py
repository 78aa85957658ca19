"""Swaps within one home: of up to three pairs, found by sums in place of a search person by person.

`moves` finds them among codes; here they are asked for that there are so many people.
Whoever looks like somebody who gave w takes their place in a swap of w with u: both change, no sitting does (ADR 83).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bank_api.domain.anonymize.seats.homes.moves import Code, Moved, Moves, Pairs, Side
from bank_api.domain.anonymize.seats.structure import Enough, Structure

Group = tuple[Code, int]
"""A code and an answer: people who look alike and answered alike."""
Found = tuple[int, int, Pairs]
"""The answer it leads to, the one that the first of each pair gave, and the pairs. Where those whom it is for gave
another, they take the place of one who looks like them."""
Known = dict[Group, list[Found]]
"""By group, swaps that are enough for it, where its sittings' counts allow them."""
Hopeless = dict[Group, Group | None]
"""Groups that could be read, until some group is new: however many people each holds, too few answers are possible. Or
so it is without another group, which must be of one person then, until it is of more."""


class Balance:
    """`counts`: how many people of each code gave each answer; none is 0. `known`: swaps that were found for other
    counts of these sittings, tried first; those that are found are added to it, as to `moved` what codes move, and to
    `hopeless`, where it is given, for whom none are."""

    def __init__(
        self,
        structure: Structure,
        beside: tuple[int, ...],
        counts: Mapping[Code, Mapping[int, int]],
        known: Known | None = None,
        moved: Moved | None = None,
        hopeless: Hopeless | None = None,
    ) -> None:
        self._structure, self._beside, self._counts = structure, beside, counts
        self._enough = structure.enough(), structure.enough(beside)
        self._known = {} if known is None else known
        self._moved = Moved() if moved is None else moved
        self._sides, self._moves_of = dict[int, Side](), dict[tuple[int, int], Moves]()
        self._hopeless = hopeless
        self._of = of = dict[int, dict[Code, int]]()
        for code, given in counts.items():
            for answer, count in given.items():
                if answer in of:
                    of[answer][code] = count
                else:
                    of[answer] = {code: count}

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
        if self._hopeless is not None and (code, answer) in self._hopeless:
            return None
        found, possible = _Enough(*self._enough, answer), 0
        for tried in (self._known.get((code, answer), ()), self._all(code, answer)):
            found, possible, untried = _Enough(*self._enough, answer), 1 << answer, list[Found]()
            for one in tried:
                possible |= 1 << one[0]
                untried.append(one)
                if not self._enough[0][possible]:
                    continue
                for each in untried:
                    needed = self._needed(code, answer, each)
                    if needed is not None and found.add(each, needed):
                        self._known[code, answer] = found.swaps
                        return found.swaps
                untried.clear()
        if self._hopeless is not None:
            self._give_up(self._hopeless, code, answer, found, possible)
        return None

    def _give_up(self, hopeless: Hopeless, code: Code, answer: int, found: _Enough, possible: int) -> None:
        """Keep why nothing was found, where the same follows for other counts."""
        if not self._enough[0][possible]:
            hopeless[code, answer] = None
            return
        alone = (by for by in found.lacking() if self._of[by[1]][by[0]] == 1 and by != (code, answer))
        by = next(alone, None)
        if by is not None and self._too_few_without(by, code, answer):
            hopeless[code, answer] = by

    def _too_few_without(self, by: Group, code: Code, answer: int) -> bool:
        """Do the swaps in which this group has no part lead to too few answers?"""
        counts = {
            one: {given: count for given, count in of.items() if (one, given) != by} for one, of in self._counts.items()
        }
        found = 1 << answer
        for one, _, _ in Balance(self._structure, self._beside, counts, moved=self._moved)._all(code, answer):
            found |= 1 << one
            if self._enough[1][found]:
                return False
        return True

    def _all(self, code: Code, own: int) -> Iterator[Found]:
        given = self._counts[code]
        for other in given:
            if other != own:
                yield other, own, ((code, code),)
        others = sorted((one for one in self._of if one != own), key=lambda one: (one in given, -len(self._of[one])))
        pairs_of = Moves.of_two, Moves.of_three
        for of in pairs_of:
            for other in others:
                for pairs in of(self._moves(own, other), code):
                    yield other, own, pairs
        for of in pairs_of:
            for by in given:
                for other in others if by != own else ():
                    for pairs in of(self._moves(by, other), code) if other not in given else ():
                        yield other, by, pairs

    def _moves(self, own: int, other: int) -> Moves:
        found = self._moves_of.get((own, other))
        if found is None:
            found = self._moves_of[own, other] = self._moved.of(self._side(own), self._side(other))
        return found

    def _side(self, answer: int) -> Side:
        if answer not in self._sides:
            self._sides[answer] = self._moved.side(self._of[answer])
        return self._sides[answer]

    def _needed(self, code: Code, own: int, found: Found) -> set[Group] | None:
        """Groups that can spare nobody, but the one it is for; None if somebody would be needed twice."""
        other, by, pairs = found
        needed = set[Group]()
        for answer, codes in zip((by, other), zip(*pairs, strict=True), strict=True):
            there = self._of.get(answer, {})
            for one in codes:
                people = there.get(one, 0)
                if people > len(codes):
                    continue
                count = codes.count(one)
                if count > people:
                    return None
                if count == people and (count > 1 or one != code or answer != own):
                    needed.add((one, answer))
        return needed


class _Enough:
    """Swaps until I4 and I5 are kept (`insiders` judges them again); answers are bits."""

    def __init__(self, many: Enough, beside: Enough, own: int) -> None:
        self._are_many, self._are_beside = many, beside
        self.swaps: list[Found] = []
        self._answers = 1 << own
        self._without = dict[Group, int]()
        """By each group that can spare nobody, the answers that are left without it."""

    def add(self, found: Found, needed: set[Group]) -> bool:
        self.swaps.append(found)
        without, answer = self._without, 1 << found[0]
        for group in needed.difference(without):
            without[group] = self._answers
        self._answers |= answer
        for group in without:
            if group not in needed:
                without[group] |= answer
        return self._are_many[self._answers] and all(map(self._are_beside.__getitem__, without.values()))

    def lacking(self) -> list[Group]:
        """Without whom too few are left."""
        return [group for group, left in self._without.items() if not self._are_beside[left]]
