"""Swaps: people of one answer and people of another who together were in every sitting equally often.

Starting from one person, who leaves a place of their answer open in each of their sittings: it is filled by somebody of
the other answer, who leaves open places of that answer in their other sittings, and so on, a few steps deep. What is
found is a proof that anybody can check (`insiders`); what is not found may exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bank_api.domain.anonymize.seats.pasts import Bucket, Past, Pasts

STEPS_MAX = 200
PARTS_MAX = 12
BRANCHES = 8
REPAIRS = 8
"""How many insiders against whom too few answers are left are answered by further swaps."""

Side = tuple[tuple[Past, int], ...]


@dataclass(frozen=True)
class Swap:
    """How many people of which past, on the side of the one it is for (who is among them), and of the other answer."""

    answer: int
    own: Side
    other: Side

    def buckets(self, own_answer: int) -> Iterator[Bucket]:
        for past, _ in self.own:
            yield past, own_answer
        for past, _ in self.other:
            yield past, self.answer

    def needed(self, pasts: Pasts, bucket: Bucket) -> set[Bucket]:
        """Buckets of which everybody is needed, beside the one it is for: an insider there rules this swap out."""
        found = set[Bucket]()
        for side, answer in ((self.own, bucket[1]), (self.other, self.answer)):
            for past, count in side:
                itself = (past, answer) == bucket
                if count > itself and count >= pasts.size(past, answer):
                    found.add((past, answer))
        return found


def shortage(pasts: Pasts, bucket: Bucket, found: Sequence[Swap]) -> list[Bucket | None]:
    """Insiders against whom these swaps leave too few answers; None where they are too few at any rate."""
    own, many = bucket[1], pasts.structure.many
    if not many({own, *(one.answer for one in found)}):
        return [None]
    needed = [one.needed(pasts, bucket) for one in found]
    return [
        part
        for part in sorted(set[Bucket]().union(*needed))
        for insider in pasts.known_by(part)
        if not many(
            {own, *(one.answer for one, all_of in zip(found, needed, strict=True) if not insider & all_of)},
            pasts.beside,
        )
    ]


def find_swaps(pasts: Pasts, bucket: Bucket) -> tuple[Swap, ...] | None:
    """Enough of them for I4 and I5; None if they are not found."""
    past, own = bucket
    found = [Swap(answer, ((past, 1),), ((past, 1),)) for answer in pasts.alike[past] if answer != own]
    if not shortage(pasts, bucket, found):
        return tuple(found)
    answers = _answers_near(pasts, bucket)
    have = {one.answer for one in found}
    for answer in answers:
        one = None if answer in have else _Search(pasts, bucket, answer, None).run()
        if one is not None:
            found.append(one)
            if not shortage(pasts, bucket, found):
                return tuple(found)
    for _ in range(REPAIRS):
        lacking = shortage(pasts, bucket, found)
        if not lacking:
            return tuple(found)
        if lacking[0] is None or not _without(pasts, bucket, answers, lacking[0], found):
            return None
    return None if shortage(pasts, bucket, found) else tuple(found)


def _answers_near(pasts: Pasts, bucket: Bucket) -> list[int]:
    """Those given in every one of the sittings, the commonest first."""
    sittings = [pasts.near(sitting) for sitting in bucket[0]]
    near = {answer: min(one.get(answer, 0) for one in sittings) for answer in sittings[0] if answer != bucket[1]}
    near = {answer: count for answer, count in near.items() if count}
    return sorted(near, key=lambda answer: (-near[answer], answer))


def _without(pasts: Pasts, bucket: Bucket, answers: Sequence[int], insider: Bucket, found: list[Swap]) -> bool:
    """Add swaps that do without this insider; False if there is none."""
    before = len(found)
    for answer in answers:
        one = _Search(pasts, bucket, answer, insider).run()
        if one is not None and one not in found:
            found.append(one)
            if insider not in shortage(pasts, bucket, found):
                break
    return len(found) > before


class _Search:
    def __init__(self, pasts: Pasts, bucket: Bucket, answer: int, without: Bucket | None) -> None:
        self._pasts, self._own, self._answer, self._without = pasts, bucket[1], answer, without
        self._past, self._steps = bucket[0], STEPS_MAX

    def run(self) -> Swap | None:
        return self._deeper(dict.fromkeys(self._past, 1), {self._past: 1}, {})

    def _deeper(self, need: dict[int, int], own: dict[Past, int], other: dict[Past, int]) -> Swap | None:
        """`need`: by sitting, people of the other answer still wanted; below 0, of the own answer."""
        if not need:
            return Swap(self._answer, tuple(sorted(own.items())), tuple(sorted(other.items())))
        if len(own) + len(other) >= PARTS_MAX:
            return None
        sign, candidates = self._narrowest(need, own, other)
        side = other if sign > 0 else own
        for _, _, past in candidates[:BRANCHES]:
            if not self._steps:
                return None
            self._steps -= 1
            rest = dict(need)
            for at in past:
                rest[at] = rest.get(at, 0) - sign
                if not rest[at]:
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
        narrowest: list[tuple[int, Past]] = []
        sign = 0
        for sitting, wanted in need.items():
            one = 1 if wanted > 0 else -1
            answer, used = (self._answer, other) if one > 0 else (self._own, own)
            known = self._without[0] if self._without is not None and self._without[1] == answer else None
            candidates = []
            for past, who in self._pasts.with_answer.get((sitting, answer), {}).items():
                left = len(who) - used.get(past, 0) - (past == known)
                if left > 0:
                    candidates.append((left, past))
                    if sign and len(candidates) >= len(narrowest):
                        break
            else:
                sign, narrowest = one, candidates
                if not candidates:
                    break
        opened = {past: sum([1 if need.get(at, 0) * sign <= 0 else -1 for at in past]) for _, past in narrowest}
        return sign, sorted((opened[past], -left, past) for left, past in narrowest)
