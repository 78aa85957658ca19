"""Parting a circle in which somebody took a seat: they wait with a few others, the rest is told without them.

Of the rest everybody sees what those who wait and whoever left answered in all: enough other answers, and they may be
told alone. Who waits is drawn by secret chance, all alike, until they, and the rest, are diverse: who waited is seen by
whoever knows who was in which release, so it must say no more of anybody's answer than that. Chosen in an order of
answers, it told a newcomer what each of the two gave who waited with them.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set

from bank_api.domain.anonymize.seats.pasts import Pasts

TRIES, DRAWS = 8, 60


def partings(
    pasts: Pasts, by_container: Mapping[int, Sequence[int]], before: Set[int], chance: random.Random
) -> Iterator[dict[int, list[int]]]:
    """Ways to part a circle: for each container in which somebody is new, who leaves it (everybody, if need be).

    `before`: who stood in the circle when it was told last.
    """
    tried = set[frozenset[int]]()
    for _ in range(TRIES):
        leaving = {
            container: _leaving(pasts, people, before, chance)
            for container, people in by_container.items()
            if not before >= set(people)
        }
        gone = frozenset(person for people in leaving.values() for person in people)
        if gone not in tried and 0 < len(gone) < sum(map(len, by_container.values())):
            tried.add(gone)
            yield leaving


def _leaving(pasts: Pasts, people: Sequence[int], before: Set[int], chance: random.Random) -> list[int]:
    structure = pasts.structure
    wanted = max(*structure.least, *(beside + 1 for beside in pasts.beside))  # one of them knows their own
    new, others = ([one for one in people if (one in before) is there] for there in (False, True))
    everybody = Counter(pasts.answer[person] for person in people)
    for _ in range(DRAWS if len(others) >= wanted else 0):
        leaving = new + chance.sample(others, wanted - 1)
        given = Counter(pasts.answer[person] for person in leaving)
        rest = everybody - given
        if rest and structure.diverse(rest) and structure.diverse(given):
            return leaving
    return list(people)
