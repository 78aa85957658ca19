"""The judge of what one other person may learn: nothing is searched here, swaps are checked by counting.

1. pasts   who has the same past was in the same classes of every release, everybody of a class is known here, and the
           answers of its people are those it told
2. swaps   the two sides are of two answers, use nobody twice and nobody who is not there, hold the one they are for,
           and were equally often in every sitting, and in every class that was ever told. Or it is of a third answer,
           and the one it is for has the past of somebody of the side that would change to the other
3. I4, I5  counted again from the swaps alone
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.errors import ReleaseRefusedError
from bank_api.domain.anonymize.seats.pasts import Bucket, Past, Pasts

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Swapped(Protocol):
    @property
    def answer(self) -> int: ...
    @property
    def own(self) -> Sequence[tuple[Past, int]]: ...
    @property
    def other(self) -> Sequence[tuple[Past, int]]: ...
    @property
    def by(self) -> int | None: ...


Told = Sequence[tuple[Sequence[str], Mapping[int, int]]]
"""One release: for each class its people, and how often each answer was given."""


def check(pasts: Pasts, proofs: Mapping[Bucket, Sequence[Swapped]], told: Sequence[Told]) -> None:
    """Raises ReleaseRefusedError saying how many people could be read."""
    books = _Books.of(pasts, told)
    known: dict[frozenset[tuple[int, bool]], bool] = {}
    asked = [
        (past, answer, len(who))
        for past, of in pasts.alike.items()
        if not _sound(pasts, of, known)
        for answer, who in of.items()
    ]
    swaps = [proofs.get((past, answer), ()) for past, answer, _ in asked]
    flat = [((past, answer), one) for (past, answer, _), of in zip(asked, swaps, strict=True) for one in of]
    judged = iter(_judged(books, flat))
    read = 0
    for (_, answer, people), of in zip(asked, swaps, strict=True):
        read += people * (not _enough(books, answer, [(one.answer, next(judged)) for one in of]))
    if read:
        raise ReleaseRefusedError("insiders", "people whose answer one other person could read", 0, read)


@dataclass(frozen=True)
class _Books:
    """1. What the judge has seen to be so. A bucket is the number past * answers + answer."""

    pasts: Pasts
    number: Mapping[Past, int]
    classes: Numbers
    """By past and release the class its people stood in; -1 in none."""
    size: Numbers
    """By bucket, how many people."""
    insiders: Mapping[int, list[set[int]]]
    """By bucket, of each who is there under one of several names: the buckets of all."""

    @property
    def answers(self) -> int:
        return len(self.pasts.structure.meaning_of)

    @classmethod
    def of(cls, pasts: Pasts, told: Sequence[Told]) -> _Books:
        """Raises ReleaseRefusedError where what was told is not what the books say."""
        answer, answers = np.array(pasts.answer, np.int64), len(pasts.structure.meaning_of)
        stood = np.full((len(pasts.names), len(told)), -1, np.int64)
        of_name, wrong = pasts.number, 0
        for at, release in enumerate(told):
            sizes = [len(people) for people, _ in release]
            names = chain.from_iterable([people for people, _ in release])
            people = np.fromiter(map(of_name.get, names, repeat(-1)), np.int64, sum(sizes))
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
        bucket = past * answers + answer
        insiders: dict[int, list[set[int]]] = {}
        for several in (who for who in pasts.names_of.values() if len(who) > 1):
            own = set(bucket[list(several)].tolist())
            for one in own:
                insiders.setdefault(one, []).append(own)
        return cls(pasts, number, classes, np.bincount(bucket, minlength=len(number) * answers), insiders)


def _misplaced(pasts: Pasts, number: Mapping[Past, int], past: Numbers, answer: Numbers, with_past: Flags) -> int:
    """Whoever has a past stands once among those of their past and answer, and nobody else does."""
    buckets = [(number.get(one, -1), given, who) for one, of in pasts.alike.items() for given, who in of.items()]
    people = np.array(list(chain.from_iterable([who for _, _, who in buckets])), np.int64)
    sizes = [len(who) for _, _, who in buckets]
    of_past, given = (np.repeat(np.array([one[at] for one in buckets], np.int64), sizes) for at in (0, 1))
    wrong = np.count_nonzero((past[people] != of_past) | (answer[people] != given))
    missing = np.bincount(people, minlength=len(past)) != with_past
    return int(wrong + np.count_nonzero(missing))


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


def _judged(books: _Books, swaps: Sequence[tuple[Bucket, Swapped]]) -> list[list[int] | None]:
    """2. Of each swap the buckets that can spare nobody: whoever stands there (but the one it is for) and knows to be
    no part of it, knows that it is none. None where it is no swap."""
    sides = [side for _, one in swaps for side in (one.own, one.other)]
    of_side = np.repeat(np.arange(len(sides)), [len(side) for side in sides])
    number = books.number
    past = np.array([number.get(one, -1) for side in sides for one, _ in side], np.int64)
    count = np.array([many for side in sides for _, many in side], np.int64)
    answers = np.array(
        [(bucket[1] if one.by is None else one.by, one.answer) for bucket, one in swaps], np.int64
    ).reshape(-1, 2)
    by_another = np.array([one.by is not None for _, one in swaps], bool)
    subject = np.array([number[bucket[0]] for bucket, _ in swaps], np.int64)
    swap, own_side = of_side // 2, of_side % 2 == 0
    fit: Flags = (answers[:, 0] != answers[:, 1]) & (answers >= 0).all(1) & (answers < books.answers).all(1)
    fit &= np.array([one.by is None or bucket[1] not in (one.by, one.answer) for bucket, one in swaps], bool)
    fit[swap[(past < 0) | (past == number.get((), -1))]] = False
    answers[~fit] = 0
    bucket = past * books.answers + answers.ravel()[of_side]
    size = np.where(past < 0, 0, books.size[bucket])
    fit[swap[(count <= 0) | (count > size)]] = False
    twice = np.sort(of_side * (len(number) + 1) + past)
    fit[twice[1:][twice[1:] == twice[:-1]] // (len(number) + 1) // 2] = False
    itself = own_side & (past == subject[swap])
    fit &= np.bincount(swap[itself], minlength=len(swaps)) > 0
    fit &= _balanced(books, swap, past, np.where(own_side, count, -count), len(swaps))
    all_of = (count == size) & ~(itself & (size == 1) & ~by_another[swap])
    needed: list[list[int] | None] = [[] if one else None for one in fit.tolist()]
    for at, part in zip(swap[all_of].tolist(), bucket[all_of].tolist(), strict=True):
        if (found := needed[at]) is not None:
            found.append(part)
    return needed


def _balanced(books: _Books, swap: Numbers, past: Numbers, count: Numbers, swaps: int) -> Flags:
    """Do both sides hold equally many people of every sitting, and of every class of every release?

    Each of these gets a number of 64 bits, drawn here, and what a side holds is summed: sums that agree although some
    place does not are as likely as guessing such a number.
    """
    draw = np.random.Generator(np.random.PCG64(secrets.randbits(128))).integers
    of_class = draw(0, 1 << 64, (books.classes.shape[1], len(books.classes) + 1), np.uint64, endpoint=False)
    of_class[:, -1] = 0  # who was in no class
    worth: NDArray[np.uint64] = sum(
        (numbers[classes] for numbers, classes in zip(of_class, books.classes.T, strict=True)),
        np.zeros(len(books.classes), np.uint64),
    )
    of_sitting = draw(0, 1 << 64, books.pasts.sittings, np.uint64, endpoint=False)
    lengths = [len(one) for one in books.number]
    sat = np.array(list(chain.from_iterable(books.number)), np.int64)
    np.add.at(worth, np.repeat(np.arange(len(lengths)), lengths), of_sitting[sat])
    both = np.zeros(swaps, np.uint64)
    np.add.at(both, swap, worth[past] * count.astype(np.uint64))
    found: Flags = both == 0
    return found


def _enough(books: _Books, own: int, swaps: Sequence[tuple[int, list[int] | None]]) -> bool:
    """3. for the people of one bucket. Answers are bits; of each swap, its answer and the buckets it needs all of."""
    structure, beside = books.pasts.structure, books.pasts.beside
    many, many_beside = structure.enough(), structure.enough(beside)
    answers, left = 1 << own, dict[int, int]()
    for answer, needed in swaps:
        if needed is None:
            return False
        for part in left:
            if part not in needed:
                left[part] |= 1 << answer
        for part in needed:
            left.setdefault(part, answers)
        answers |= 1 << answer
    if not many[answers] or (swaps and not many_beside[answers]):
        return False
    return all(many_beside[one] for one in left.values()) and all(
        many_beside[_left_by(insider, own, swaps)] for part in left for insider in books.insiders.get(part, ())
    )


def _left_by(insider: set[int], own: int, swaps: Sequence[tuple[int, list[int] | None]]) -> int:
    """The answers that are left by swaps that do without somebody who stands in all of these buckets."""
    left = 1 << own
    for answer, needed in swaps:
        if insider.isdisjoint(needed or ()):
            left |= 1 << answer
    return left
