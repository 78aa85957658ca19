"""Swaps: people of one answer and people of another who together were in every sitting equally often.

Starting from one person, who leaves a place of their answer open in each of their sittings: it is filled by somebody of
the other answer, who leaves open places of that answer in their other sittings, and so on, a few steps deep. What is
found is a proof that anybody can check (`insiders`); what is not found may exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bank_api.domain.anonymize.seats.pasts import Bucket, Past, Pasts

STEPS_MAX = 200
PARTS_MAX = 12
BRANCHES = 8
REPAIRS = 8
"""How many insiders against whom too few answers are left are answered by further swaps."""

Side = tuple[tuple[Past, int], ...]
There = Mapping[Past, int]
"""How many people of each past."""


@dataclass(frozen=True)
class Swap:
    """How many people of which past, on the side of the one it is for (who is among them), and of the other answer."""

    answer: int
    own: Side
    other: Side
    by: int | None = None
    """The own side gave this answer, and the one it is for takes the place of one of theirs who has the same past."""

    def buckets(self, own_answer: int) -> Iterator[Bucket]:
        for past, _ in self.own:
            yield past, own_answer if self.by is None else self.by
        for past, _ in self.other:
            yield past, self.answer

    def of_others(self, own_answer: int) -> Iterator[tuple[Bucket, Swap]]:
        """The same swap, for each bucket that takes part in it."""
        for past, _ in self.own:
            yield (past, own_answer), self
        turned = Swap(own_answer, self.other, self.own)
        for past, _ in self.other:
            yield (past, self.answer), turned

    def needed(self, pasts: Pasts, bucket: Bucket) -> set[Bucket]:
        """Buckets of which everybody is needed, beside the one it is for: an insider there rules this swap out."""
        found = set[Bucket]()
        own_answer = bucket[1] if self.by is None else self.by
        for side, answer in ((self.own, own_answer), (self.other, self.answer)):
            for past, count in side:
                itself = (past, answer) == bucket
                if count > itself and count >= pasts.size(past, answer):
                    found.add((past, answer))
        return found


class _Found:
    """The swaps found so far for one bucket, and what they leave against an insider anywhere. Answers are bits."""

    def __init__(self, pasts: Pasts, bucket: Bucket) -> None:
        self._pasts, self._bucket = pasts, bucket
        self._many, self._many_beside = pasts.structure.enough(), pasts.structure.enough(pasts.beside)
        self.swaps: list[Swap] = []
        self._needed: list[set[Bucket]] = []
        self._answers = 1 << bucket[1]
        self._left = dict[Bucket, int]()
        """The answers that are left by swaps that do without a bucket, for each of which one needs all."""

    def add(self, one: Swap) -> None:
        needed, answer = one.needed(self._pasts, self._bucket), 1 << one.answer
        for part in self._left:
            if part not in needed:
                self._left[part] |= answer
        for part in needed:
            self._left.setdefault(part, self._answers)
        self.swaps.append(one)
        self._needed.append(needed)
        self._answers |= answer

    def few(self) -> bool:
        """Are they too few at any rate?"""
        return not self._many[self._answers]

    def too_few_beside(self, part: Bucket) -> bool:
        """Do they leave too few answers against an insider who stands there?"""
        return not self._many_beside[self._left[part]] or any(
            not self._many_beside[self._left_by(insider)] for insider in self._pasts.known_by_other_names(part)
        )

    def _left_by(self, insider: frozenset[Bucket]) -> int:
        left = 1 << self._bucket[1]
        for one, needed in zip(self.swaps, self._needed, strict=True):
            if insider.isdisjoint(needed):
                left |= 1 << one.answer
        return left

    def enough(self) -> bool:
        return not self.few() and not any(map(self.too_few_beside, self._left))

    def first_lacking(self) -> Bucket | None:
        return min(filter(self.too_few_beside, self._left), default=None)


def still_hold(pasts: Pasts, bucket: Bucket, swaps: Sequence[Swap]) -> bool:
    """Do swaps that were found once still show I4 and I5? Who has a past may be fewer, what it holds stays."""
    found = _Found(pasts, bucket)
    for one in swaps:
        sides = (bucket[1], one.own), (one.answer, one.other)
        if any(count > pasts.size(past, answer) for answer, side in sides for past, count in side):
            return False
        found.add(one)
    return found.enough()


def find_swaps(pasts: Pasts, bucket: Bucket, known: Sequence[Swap] = ()) -> tuple[Swap, ...] | None:
    """Enough of them for I4 and I5; None if they are not found. `known`: some, found for others who take part."""
    past, own = bucket
    found = _Found(pasts, bucket)
    for answer in pasts.alike[past]:
        if answer != own:
            found.add(Swap(answer, ((past, 1),), ((past, 1),)))
    if found.enough():
        return tuple(found.swaps)
    have = {one.answer for one in found.swaps}
    for told in known:
        if told.answer not in have:
            have.add(told.answer)
            found.add(told)
            if found.enough():
                return tuple(found.swaps)
    answers = _answers_near(pasts, bucket)
    for answer in answers:
        one = None if answer in have else _Search(pasts, bucket, answer, None).run()
        if one is not None:
            found.add(one)
            if found.enough():
                return tuple(found.swaps)
    if found.few():
        return None
    for _ in range(REPAIRS):
        lacking = found.first_lacking()
        if lacking is None:
            break
        if not _without(pasts, bucket, answers, lacking, found):
            return None
    return tuple(found.swaps) if found.enough() else None


def _answers_near(pasts: Pasts, bucket: Bucket) -> list[int]:
    """Those given in every one of the sittings, the commonest first."""
    sittings = [pasts.given[sitting] for sitting in bucket[0]]
    near = {answer: min([one.get(answer, 0) for one in sittings]) for answer in sittings[0] if answer != bucket[1]}
    near = {answer: count for answer, count in near.items() if count}
    return sorted(near, key=lambda answer: (-near[answer], answer))


def _without(pasts: Pasts, bucket: Bucket, answers: Sequence[int], insider: Bucket, found: _Found) -> bool:
    """Add swaps that do without this insider; False if there is none."""
    before = len(found.swaps)
    for answer in answers:
        one = _Search(pasts, bucket, answer, insider).run()
        if one is not None and one not in found.swaps:
            found.add(one)
            if not found.too_few_beside(insider):
                break
    return len(found.swaps) > before


class _Search:
    """Half of the time of a late wave: what is looked up often is kept at hand."""

    def __init__(self, pasts: Pasts, bucket: Bucket, answer: int, without: Bucket | None) -> None:
        self._with_answer, self._own, self._answer = pasts.with_answer, bucket[1], answer
        self._past, self._steps = bucket[0], STEPS_MAX
        self._tried = set[tuple[frozenset[tuple[Past, int]], frozenset[tuple[Past, int]]]]()
        known, of = (None, None) if without is None else without
        self._known_own, self._known_other = (known if of == one else None for one in (bucket[1], answer))
        self._there = dict[int, tuple[There, There]]()

    def run(self) -> Swap | None:
        return self._deeper(dict.fromkeys(self._past, 1), {self._past: 1}, {})

    def _deeper(self, need: dict[int, int], own: dict[Past, int], other: dict[Past, int]) -> Swap | None:
        """`need`: by sitting, people of the other answer still wanted; below 0, of the own answer."""
        if not need:
            return Swap(self._answer, tuple(sorted(own.items())), tuple(sorted(other.items())))
        parts = len(own) + len(other)
        if parts >= PARTS_MAX:
            return None
        if parts > 2:  # what was tried in another order is not tried again
            both = frozenset(own.items()), frozenset(other.items())
            if both in self._tried:
                return None
            self._tried.add(both)
        sign, candidates = self._narrowest(need, own, other)
        side = other if sign > 0 else own
        for _, _, past in candidates:
            if not self._steps:
                return None
            self._steps -= 1
            rest = dict(need)
            for at in past:
                left = rest.get(at, 0) - sign
                if left:
                    rest[at] = left
                else:
                    del rest[at]
            side[past] = side.get(past, 0) + 1
            found = self._deeper(rest, own, other)
            if found is not None:
                return found
            side[past] -= 1
            if not side[past]:
                del side[past]
        return None

    def _narrowest(
        self, need: dict[int, int], own: dict[Past, int], other: dict[Past, int]
    ) -> tuple[int, list[tuple[int, int, Past]]]:
        """The open place that fewest people can fill, and whose they would be: who opens fewest others comes first."""
        there_at = self._there
        fewest, sign, used, known = -1, 0, own, self._known_own
        place: There = {}
        for sitting, wanted in need.items():
            both = there_at.get(sitting)
            if both is None:
                both = there_at[sitting] = self._both(sitting)
            if wanted > 0:
                there, there_used, there_known = both[0], other, self._known_other
            else:
                there, there_used, there_known = both[1], own, self._known_own
            count = len(there)
            if 0 <= fewest < count - len(there_used):  # of those used up and the one known no more can go
                continue
            for past, taken in there_used.items():
                if past in there and there[past] <= taken + (past == there_known):
                    count -= 1
            if there_known is not None and there_known not in there_used:
                count -= there.get(there_known) == 1
            if not sign or count < fewest:
                if not count:
                    return 1 if wanted > 0 else -1, []
                fewest, sign, place = count, 1 if wanted > 0 else -1, there
                used, known = there_used, there_known
        wanted_there = {sitting for sitting, wanted in need.items() if (wanted > 0) is (sign > 0)}.intersection
        found = []
        for past, who in place.items():
            left = who - used.get(past, 0) - (past == known)
            if left > 0:
                found.append((len(past) - 2 * len(wanted_there(past)), -left, past))
        if fewest > 1:
            found.sort()
        return sign, found[:BRANCHES]

    def _both(self, sitting: int) -> tuple[There, There]:
        """The people of a sitting by past: those of the other answer, and those of the own."""
        of = self._with_answer
        return of.get((sitting, self._answer), {}), of.get((sitting, self._own), {})
