"""Parting a circle in which somebody took a seat: they wait with a few others, the rest is told without them.

Whoever left stands in one past with those who wait: if these gave enough other answers, the rest may be told alone.
Who waits is chosen so that they, and the rest, are diverse; of those who could, whoever shares their past and answer
with most is chosen first, then others by chance: the swaps of people who left long ago may need just these to stay.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set

from bank_api.domain.anonymize.seats.pasts import Pasts

TRIES = 8


def partings(
    pasts: Pasts, by_container: Mapping[int, Sequence[int]], before: Set[int]
) -> Iterator[dict[int, list[int]]]:
    """Ways to part a circle: for each container in which somebody is new, who leaves it (everybody, if need be).

    `before`: who stood in the circle when it was told last.
    """
    tried = set[frozenset[int]]()
    dice = random.Random(min(before))  # noqa: S311  an order to try things in; it is told to nobody
    for turn in range(TRIES):
        leaving = {
            container: _leaving(pasts, people, before, dice, by_past=2 * turn < TRIES)
            for container, people in by_container.items()
            if not before >= set(people)
        }
        gone = frozenset(person for people in leaving.values() for person in people)
        if gone not in tried and 0 < len(gone) < sum(map(len, by_container.values())):
            tried.add(gone)
            yield leaving


def _leaving(pasts: Pasts, people: Sequence[int], before: Set[int], dice: random.Random, *, by_past: bool) -> list[int]:
    structure = pasts.structure
    wanted = max(*structure.least, *(beside + 1 for beside in pasts.beside))  # one of them knows their own
    leaving = [person for person in people if person not in before]
    others = [person for person in people if person in before]
    dice.shuffle(others)
    if by_past:
        alike = Counter(pasts.past[person] for person in others)
        given = Counter(pasts.answer[person] for person in others)
        others.sort(key=lambda person: (-alike[pasts.past[person]], -given[pasts.answer[person]]))
    have = {pasts.answer[person] for person in leaving}
    for person in others:
        if len(have) < wanted and pasts.answer[person] not in have:
            leaving.append(person)
            have.add(pasts.answer[person])
    for person in others:
        if len(leaving) < wanted and person not in leaving:
            leaving.append(person)
    rest = Counter(pasts.answer[person] for person in set(people).difference(leaving))
    if rest and structure.diverse(rest) and structure.diverse(Counter(pasts.answer[person] for person in leaving)):
        return leaving
    return list(people)
