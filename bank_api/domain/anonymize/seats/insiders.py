"""The judge of what one other person may learn: nothing is searched here, swaps are checked by counting.

1. pasts   who has the same past was in the same classes of every release, everybody of a class is known here, and the
           answers of its people are those it told
2. swaps   the two sides are of two answers, use nobody twice and nobody who is not there, hold the one they are for,
           and were equally often in every sitting, and in every class that was ever told
3. I4, I5  counted again from the swaps alone
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.errors import ReleaseRefusedError
from bank_api.domain.anonymize.seats.pasts import Bucket, Past, Pasts

Numbers = NDArray[np.int64]


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
    number, classes = _classes(pasts, told)
    known: dict[frozenset[tuple[int, bool]], bool] = {}
    asked = [
        (past, answer, len(who))
        for past, of in pasts.alike.items()
        if not _sound(pasts, of, known)
        for answer, who in of.items()
    ]
    swaps = [proofs.get((past, answer), ()) for past, answer, _ in asked]
    fit = iter(_in_every_class([one for of in swaps for one in of], number, classes).tolist())
    read = 0
    for (past, answer, people), of in zip(asked, swaps, strict=True):
        fits = sum(next(fit) for _ in of) == len(of)
        read += people * (not fits or not holds(pasts, (past, answer), of))
    if read:
        raise ReleaseRefusedError("insiders", "people whose answer one other person could read", 0, read)


def _classes(pasts: Pasts, told: Sequence[Told]) -> tuple[dict[Past, int], Numbers]:
    """1. A number for each past, and by that number and the release the class its people stood in; -1 in none."""
    answer, answers = np.array(pasts.answer, np.int64), len(pasts.structure.meaning_of)
    stood = np.full((len(pasts.names), len(told)), -1, np.int64)
    wrong = 0
    for at, release in enumerate(told):
        sizes = [len(people) for people, _ in release]
        of_name = pasts.number.get
        people = np.array([of_name(name, -1) for names, _ in release for name in names], np.int64)
        one_class = np.repeat(np.arange(len(release)), sizes)[people >= 0]
        known = people[people >= 0]
        wrong += len(people) - len(np.unique(known))
        stood[known, at] = one_class
        given = np.bincount(one_class * answers + answer[known], minlength=len(release) * answers)
        said = np.zeros((len(release), answers + 1), np.int64)  # the last for answers that no book knows
        for place, (_, counts) in enumerate(release):
            said[place, list(counts)] = list(counts.values())
        wrong += int((said[:, :-1] != given.reshape(-1, answers)).any(1).sum() + said[:, -1].sum())
    number: dict[Past, int] = {}
    past = np.array([number.setdefault(one, len(number)) for one in pasts.past], np.int64)
    classes = stood[np.unique(past, return_index=True)[1]]
    with_past = np.array([bool(one) for one in pasts.past], bool)
    wrong += int(np.count_nonzero((stood != classes[past]).any(1) | ((stood >= 0).any(1) != with_past)))
    wrong += _misplaced(pasts, number, past, answer, with_past)
    if wrong:
        raise ReleaseRefusedError("insiders", "what was told contradicts the books of who sat with whom", 0, wrong)
    return number, classes


def _misplaced(
    pasts: Pasts, number: Mapping[Past, int], past: Numbers, answer: Numbers, with_past: NDArray[np.bool_]
) -> int:
    """Whoever has a past stands once among those of their past and answer, and nobody else does."""
    places = [
        (number.get(one, -1), given, person)
        for one, of in pasts.alike.items()
        for given, who in of.items()
        for person in who
    ]
    of_past, given, people = np.array(places, np.int64).reshape(-1, 3).T
    wrong = np.count_nonzero((past[people] != of_past) | (answer[people] != given))
    missing = np.bincount(people, minlength=len(past)) != with_past
    return int(wrong + np.count_nonzero(missing))


def _in_every_class(swaps: Sequence[Swapped], number: Mapping[Past, int], classes: Numbers) -> NDArray[np.bool_]:
    """Of each swap, do its sides hold equally many people of every class of every release?"""
    parts = [
        (at, number.get(past, -1), sign * count)
        for at, one in enumerate(swaps)
        for sign, side in ((1, one.own), (-1, one.other))
        for past, count in side
    ]
    swap, past, count = np.array(parts, np.int64).reshape(-1, 3).T
    fit = np.ones(len(swaps), bool)
    fit[swap[past < 0]] = False
    for release in classes.T:
        stood = release[past]
        places, of = np.unique((swap * (len(classes) + 1) + stood)[stood >= 0], return_inverse=True)
        held = np.zeros(len(places), np.int64)
        np.add.at(held, of.reshape(-1), count[stood >= 0])
        fit[places[held != 0] // (len(classes) + 1)] = False
    return fit


def _sound(pasts: Pasts, of: Mapping[int, Sequence[int]], known: dict[frozenset[tuple[int, bool]], bool]) -> bool:
    """Do people of one past need no swap but each for each? `known`: by their answers, and which only one gave."""
    given = frozenset([(answer, len(who) == 1) for answer, who in of.items()])
    if given not in known:
        many, answers = pasts.structure.many, {answer for answer, _ in given}
        known[given] = (
            len(answers) > 1
            and many(answers)
            and all(many(answers - {answer} if lone else answers, pasts.beside) for answer, lone in given)
        )
    return known[given]


def holds(pasts: Pasts, bucket: Bucket, swaps: Sequence[Swapped]) -> bool:
    """2. and 3. for the people of one bucket."""
    own, many = bucket[1], pasts.structure.many
    answers = {own, *[one.answer for one in swaps]}
    if not many(answers):
        return False
    needed = list[tuple[int, set[Bucket]]]()
    for one in swaps:
        all_of = _needed(pasts, bucket, one)
        if all_of is None:
            return False
        needed.append((one.answer, all_of))
    if not swaps:
        return True
    return many(answers, pasts.beside) and all(
        many({own, *[answer for answer, all_of in needed if part not in all_of]}, pasts.beside)
        and all(
            many({own, *[answer for answer, all_of in needed if insider.isdisjoint(all_of)]}, pasts.beside)
            for insider in pasts.known_by_other_names(part)
        )
        for part in set[Bucket]().union(*[all_of for _, all_of in needed])
    )


def _needed(pasts: Pasts, bucket: Bucket, one: Swapped) -> set[Bucket] | None:
    """Buckets that can spare nobody: whoever stands there (but the one it is for) and knows to be no part of it, knows
    that it is none. None if it is no swap: of one answer, of people who are not there, or who sat elsewhere."""
    if one.answer == bucket[1]:
        return None
    found, is_in_it, seats = set[Bucket](), False, dict[int, int]()
    for sign, side, answer in ((1, one.own, bucket[1]), (-1, one.other, one.answer)):
        pasts_of_side = set[Past]()
        for past, count in side:
            size = pasts.size(past, answer)
            if past in pasts_of_side or not 0 < count <= size:
                return None
            pasts_of_side.add(past)
            itself = sign > 0 and past == bucket[0]
            is_in_it |= itself
            if count == size and not (itself and size == 1):
                found.add((past, answer))
            for sitting in past:
                seats[sitting] = seats.get(sitting, 0) + sign * count
    return found if is_in_it and not any(seats.values()) else None
