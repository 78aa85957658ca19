"""The judge of what one other person may learn: nothing is searched here, swaps are checked by counting.

1. pasts   who has the same past was in the same classes of every release, everybody of a class is known here, and the
           answers of its people are those it told
2. swaps   the two sides are of two answers, use nobody twice and nobody who is not there, hold the one they are for,
           and were equally often in every sitting, and in every class that was ever told
3. I4, I5  counted again from the swaps alone
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

from bank_api.domain.anonymize.errors import ReleaseRefusedError
from bank_api.domain.anonymize.seats.pasts import Bucket, Past, Pasts


class Swapped(Protocol):
    @property
    def answer(self) -> int: ...
    @property
    def own(self) -> Sequence[tuple[Past, int]]: ...
    @property
    def other(self) -> Sequence[tuple[Past, int]]: ...


Told = Sequence[tuple[Sequence[str], Mapping[int, int]]]
"""One release: for each class its people, and how often each answer was given."""


def check(pasts: Pasts, proofs: Mapping[Bucket, Sequence[Swapped]], told: Sequence[Told]) -> None:
    """Raises ReleaseRefusedError saying how many people could be read."""
    classes = _classes(pasts, told)
    read = 0
    for past, of in pasts.alike.items():
        if _sound(pasts, of):
            continue
        for answer, who in of.items():
            swaps = proofs.get((past, answer), ())
            fits = all(_in_every_class(one, classes) for one in swaps)
            read += len(who) * (not fits or not holds(pasts, (past, answer), swaps))
    if read:
        raise ReleaseRefusedError("insiders", "people whose answer one other person could read", 0, read)


def _classes(pasts: Pasts, told: Sequence[Told]) -> dict[Past, tuple[tuple[int, int], ...]]:
    """1. The classes of each past, as (release, class)."""
    stood: dict[int, list[tuple[int, int]]] = {person: [] for person in range(len(pasts.names))}
    wrong = 0
    for at, release in enumerate(told):
        for number, (people, answers) in enumerate(release):
            known = [pasts.number[name] for name in people if name in pasts.number]
            wrong += len(people) - len(known) + (Counter(pasts.answer[person] for person in known) != Counter(answers))
            for person in known:
                stood[person].append((at, number))
    found: dict[Past, tuple[tuple[int, int], ...]] = {}
    for person, past in enumerate(pasts.past):
        mine = tuple(stood[person])
        wrong += bool(mine) != bool(past) or found.setdefault(past, mine) != mine
        wrong += bool(past) and person not in pasts.alike[past].get(pasts.answer[person], ())
    if wrong:
        raise ReleaseRefusedError("insiders", "what was told contradicts the books of who sat with whom", 0, wrong)
    return found


def _in_every_class(one: Swapped, classes: Mapping[Past, tuple[tuple[int, int], ...]]) -> bool:
    stood: Counter[tuple[int, int]] = Counter()
    for sign, side in ((1, one.own), (-1, one.other)):
        for past, count in side:
            if past not in classes:
                return False
            for place in classes[past]:
                stood[place] += sign * count
    return not any(stood.values())


def _sound(pasts: Pasts, of: Mapping[int, Sequence[int]]) -> bool:
    """Do people of one past need no swap but each for each?"""
    many = pasts.structure.many
    if len(of) < 2 or not many(of):
        return False
    return all(
        many([other for other, there in of.items() if len(there) - (other == answer)], pasts.beside) for answer in of
    )


def holds(pasts: Pasts, bucket: Bucket, swaps: Sequence[Swapped]) -> bool:
    """2. and 3. for the people of one bucket."""
    own, many = bucket[1], pasts.structure.many
    if not all(_is_swap(pasts, bucket, one) for one in swaps) or not many({own, *(one.answer for one in swaps)}):
        return False
    insiders = {known for one in swaps for part in _parts(one, own) for known in pasts.known_by(part)}
    return all(
        many(
            {own, *(one.answer for one in swaps if all(_does_without(pasts, bucket, one, part) for part in insider))},
            pasts.beside,
        )
        for insider in insiders
    )


def _parts(one: Swapped, own: int) -> list[Bucket]:
    return [(past, own) for past, _ in one.own] + [(past, one.answer) for past, _ in one.other]


def _does_without(pasts: Pasts, bucket: Bucket, one: Swapped, insider: Bucket) -> bool:
    """One of this bucket (but the one it is for) knows that they are no part of it: are there enough others?"""
    past, answer = insider
    wanted = (
        dict(one.own if answer == bucket[1] else one.other).get(past, 0) if answer in (bucket[1], one.answer) else 0
    )
    itself = insider == bucket
    others = pasts.size(past, answer) - 1
    return wanted == 0 or (itself and others < 1) or wanted <= others


def _is_swap(pasts: Pasts, bucket: Bucket, one: Swapped) -> bool:
    if one.answer == bucket[1] or bucket[0] not in dict(one.own):
        return False
    seats: Counter[int] = Counter()
    for sign, side, answer in ((1, one.own, bucket[1]), (-1, one.other, one.answer)):
        if len(dict(side)) < len(side):
            return False
        for past, count in side:
            if not 0 < count <= pasts.size(past, answer):
                return False
            for sitting in past:
                seats[sitting] += sign * count
    return not any(seats.values())
