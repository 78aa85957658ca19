"""What pairs of people of two answers move: which codes there are decides it, not how many people have each.

A *code* is a past as one number: three bits for each sitting of the home. A *pair* is somebody who gave v and somebody
who gave w; what it moves is the difference of their codes. Pairs whose differences sum to nothing are a swap: in every
sitting equally many of both answers. Three pairs at most, so no place of a sum passes 3 and none runs into another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import zip_longest

BITS_PER_SITTING = 3
ALIKE_MAX, THIRDS_MAX, SWAPS_MAX = 4, 2, 6
"""So many pairs of one difference, as second and as third of a swap, and so many swaps of one code, are looked at."""

Code = int
Pair = tuple[Code, Code]
Pairs = tuple[Pair, ...]
Back = tuple[int, Pair]
"""What a pair moves back, and the pair."""


class Side:
    """The codes of those who gave one answer, in an order that what is found follows."""

    def __init__(self, codes: tuple[Code, ...]) -> None:
        self.codes, self.known = codes, frozenset(codes)

    @cached_property
    def in_sitting(self) -> list[int]:
        """By sitting, how many of these codes were in it."""
        sittings = -(-max(self.codes).bit_length() // BITS_PER_SITTING)
        digits = zip(*[f"{code:0{sittings}o}" for code in self.codes], strict=True)  # a digit is a sitting
        return [len(self.codes) - of_sitting.count("0") for of_sitting in digits][::-1]


class Moves:
    """Of those who gave the one answer and those who gave the other."""

    def __init__(self, own: Side, other: Side) -> None:
        self._own, self._other = own, other
        self._twos, self._threes = dict[Code, list[Pairs]](), dict[Code, list[Pairs]]()
        self._backs = dict[int, list[Back]]()

    def of_two(self, code: Code) -> list[Pairs]:
        """Swaps of two pairs, of which this code is in the first."""
        found = self._twos.get(code)
        if found is None:
            found, differences = list[Pairs](), self._differences
            for across in [one for one in self._other.codes if one - code in differences]:
                found += [((code, across), pair) for pair in self._moving(across - code, ALIKE_MAX)]
                if len(found) >= SWAPS_MAX:
                    break
            self._twos[code] = found
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
        differences = self._differences
        for across in self._other.codes:
            moved, first = across - code, (code, across)
            for back, second in [one for one in self._fewest_back(code, across) if moved - one[0] in differences]:
                yield [(first, second, third) for third in self._moving(moved - back, THIRDS_MAX)]

    def _fewest_back(self, code: Code, across: Code) -> list[Back]:
        """Pairs that move back what these two move in one sitting, the one of which there are fewest such pairs: of the
        two pairs that are missing one is among them."""
        moved = across & ~code | (code & ~across) << 1
        for _, place in self._sittings:
            if place & moved:
                return self._back(place)
        return []

    @cached_property
    def _sittings(self) -> list[tuple[int, int]]:
        """By sitting, and by whether those who gave the own answer were in it and those of the other were not, or the
        other way round (a place further): how many such pairs there are, fewest first."""
        bit, found, all_own, all_other = 1, list[tuple[int, int]](), len(self._own.codes), len(self._other.codes)
        for own, other in zip_longest(self._own.in_sitting, self._other.in_sitting, fillvalue=0):
            found.append((own * (all_other - other), bit))
            found.append(((all_own - own) * other, bit << 1))
            bit <<= BITS_PER_SITTING
        return sorted(found)

    def _back(self, place: int) -> list[Back]:
        found = self._backs.get(place)
        if found is None:
            own_in = place.bit_length() % BITS_PER_SITTING == 1
            bit = place if own_in else place >> 1
            others = [one for one in self._other.codes if bool(one & bit) != own_in]
            found = self._backs[place] = [
                (one - across, (one, across))
                for one in self._own.codes
                if bool(one & bit) == own_in
                for across in others
            ]
        return found

    @cached_property
    def _differences(self) -> set[int]:
        """What pairs move; those that move nothing swap by themselves."""
        others = self._other.codes
        found = {one - across for one in self._own.codes for across in others}
        found.discard(0)
        return found

    def _moving(self, difference: int, most: int) -> list[Pair]:
        """The first so many pairs that move this."""
        others = self._other.known
        return [(one, one - difference) for one in self._own.codes if one - difference in others][:most]


class Moved:
    """What codes move, kept: seldom another when others are left out."""

    def __init__(self) -> None:
        self._sides, self._moves = dict[tuple[Code, ...], Side](), dict[tuple[Side, Side], Moves]()

    def side(self, codes: Iterable[Code]) -> Side:
        key = tuple(codes)
        found = self._sides.get(key)
        if found is None:
            found = self._sides[key] = Side(key)
        return found

    def of(self, own: Side, other: Side) -> Moves:
        found = self._moves.get((own, other))
        if found is None:
            found = self._moves[own, other] = Moves(own, other)
        return found
