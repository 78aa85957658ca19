"""What pairs of people of two answers move: which codes there are decides it, not how many people have each.

A *code* is a past as one number: three bits for each sitting of the home. A *pair* is somebody who gave v and somebody
who gave w; what it moves is the difference of their codes. Pairs whose differences sum to nothing are a swap: in every
sitting equally many of both answers. Three pairs at most, so no place of a sum passes 3 and none runs into another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

BITS_PER_SITTING = 3
ALIKE_MAX, SWAPS_MAX = 4, 6
"""So many pairs of one difference, and so many swaps of one code, are looked at."""

Code = int
Pair = tuple[Code, Code]
Pairs = tuple[Pair, ...]
Back = tuple[int, Pair]
"""What a pair moves back, and the pair."""


class Moves:
    """`own`, `other`: the codes of those who gave the one answer and the other; what is found follows their order."""

    def __init__(self, own: Iterable[Code], other: Iterable[Code]) -> None:
        self._own, self._other = tuple(own), tuple(other)
        self._twos, self._threes = dict[Code, list[Pairs]](), dict[Code, list[Pairs]]()
        self._backs = dict[tuple[int, bool], list[Back]]()

    def of_two(self, code: Code) -> list[Pairs]:
        """Swaps of two pairs, of which this code is in the first."""
        found = self._twos.get(code)
        if found is None:
            found = self._twos[code] = []
            for across in self._other:
                alike = self._by_difference.get(across - code)
                if alike is not None:
                    found += [((code, across), pair) for pair in alike]
                if len(found) >= SWAPS_MAX:
                    break
        return found

    def of_three(self, code: Code) -> list[Pairs]:
        """Swaps of three."""
        found = self._threes.get(code)
        if found is None:
            found = self._threes[code] = []
            for pairs in self._of_three(code):
                found += pairs
                if len(found) >= SWAPS_MAX:
                    break
        return found

    def _of_three(self, code: Code) -> Iterator[list[Pairs]]:
        by_difference = self._by_difference
        for across in self._other:
            moved, first = across - code, (code, across)
            for back, second in self._fewest_back(code, across):
                thirds = by_difference.get(moved - back)
                if thirds is not None:
                    yield [(first, second, third) for third in thirds[:2]]

    def _fewest_back(self, code: Code, across: Code) -> list[Back]:
        """Pairs that move back what these two move in one sitting, the one of which there are fewest such pairs: of the
        two pairs that are missing one is among them."""
        in_across, in_code = across & ~code, code & ~across
        for _, bit, own_in in self._sittings:
            if bit & (in_across if own_in else in_code):
                return self._back(bit, own_in)
        return []

    @cached_property
    def _sittings(self) -> list[tuple[int, int, bool]]:
        """By sitting, and by whether those who gave the own answer were in it and those of the other were not, or the
        other way round: how many such pairs there are, fewest first."""
        bit, found = 1, list[tuple[int, int, bool]]()
        for _ in range(0, max(*self._own, *self._other).bit_length(), BITS_PER_SITTING):
            own, other = len([1 for one in self._own if one & bit]), len([1 for one in self._other if one & bit])
            found.append((own * (len(self._other) - other), bit, True))
            found.append(((len(self._own) - own) * other, bit, False))
            bit <<= BITS_PER_SITTING
        return sorted(found)

    def _back(self, bit: int, own_in: bool) -> list[Back]:
        found = self._backs.get((bit, own_in))
        if found is None:
            others = [one for one in self._other if bool(one & bit) != own_in]
            found = self._backs[bit, own_in] = [
                (one - across, (one, across)) for one in self._own if bool(one & bit) == own_in for across in others
            ]
        return found

    @cached_property
    def _by_difference(self) -> dict[int, list[Pair]]:
        """Pairs by what they move; those that move nothing swap by themselves."""
        found = dict[int, list[Pair]]()
        for one in self._own:
            for across in self._other:
                alike = found.get(one - across)
                if alike is None:
                    found[one - across] = [(one, across)]
                elif len(alike) < ALIKE_MAX:
                    alike.append((one, across))
        found.pop(0, None)
        return found
