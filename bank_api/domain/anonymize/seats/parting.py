"""Parting a circle in which somebody took a seat: they wait with a few others, the rest is told without them.

Of the rest everybody sees what those who wait and whoever left answered in all: enough other answers, and they may be
told alone. Who waits is drawn by secret chance, all alike, until they, and the rest, are diverse: who waited is seen by
whoever knows who was in which release, so it must say no more of anybody's answer than that. Chosen in an order of
answers, it told a newcomer what each of the two gave who waited with them.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import combinations

from bank_api.domain.anonymize.seats.pasts import Pasts

TRIES, DRAWS = 8, 60
WAYS_MAX = 1 << 11
"""Up to so many ways to choose who waits are all looked at; of more, some are drawn."""


def partings(
    pasts: Pasts, by_container: Mapping[int, Sequence[int]], before: Set[int], chance: random.Random
) -> Iterator[dict[int, list[int]]]:
    """Ways to part a circle: for each container in which somebody is new, who leaves it (everybody, if need be).

    `before`: who stood in the circle when it was told last.
    """
    tried = set[frozenset[int]]()
    people_of = {container: people for container, people in by_container.items() if not before >= set(people)}
    ways = dict[int, list[list[int]]]()
    for container, people in people_of.items():
        ways[container] = _ways(pasts, people, before, chance)
        if not ways[container]:  # everybody would leave
            others = {one for other, who in by_container.items() if other != container for one in who} & before
            if others and not _both_seen(pasts, before & set(people), others):
                return
            ways[container] = [list(people)]
    for _ in range(TRIES):
        leaving = {container: chance.choice(of) for container, of in ways.items()}
        gone = frozenset(person for people in leaving.values() for person in people)
        if gone not in tried and 0 < len(gone) < sum(map(len, by_container.values())):
            tried.add(gone)
            yield leaving


def seen_apart(pasts: Pasts, people: Set[int], others: Set[int]) -> bool:
    """Were these told together once, without any of the others? Then it is seen that they sit apart from them."""
    elsewhere = {sitting for person in others for sitting in pasts.past[person]}
    own = [set(pasts.past[person]) for person in people]
    return not own or bool(set.intersection(*own) - elsewhere)


def _both_seen(pasts: Pasts, people: Set[int], others: Set[int]) -> bool:
    return seen_apart(pasts, people, others) and seen_apart(pasts, others, people)


def _ways(pasts: Pasts, people: Sequence[int], before: Set[int], chance: random.Random) -> list[list[int]]:
    """Who may leave a container with whoever came: all who would be diverse, as the rest is."""
    structure, answer = pasts.structure, pasts.answer
    wanted = max(*structure.least, *(beside + 1 for beside in pasts.beside))  # one of them knows their own
    new, others = ([one for one in people if (one in before) is there] for there in (False, True))
    if len(others) < wanted:
        return []
    if math.comb(len(others), wanted - 1) <= WAYS_MAX:
        waiting: Iterator[Sequence[int]] = combinations(others, wanted - 1)
    else:
        waiting = (chance.sample(others, wanted - 1) for _ in range(DRAWS))
    everybody, own = Counter(answer[person] for person in people), [answer[person] for person in new]
    known: dict[tuple[int, ...], bool] = {}

    def diverse(answers: tuple[int, ...]) -> bool:
        if answers not in known:
            given = Counter([*own, *answers])
            rest = everybody - given
            known[answers] = bool(rest) and structure.diverse(rest) and structure.diverse(given)
        return known[answers]

    return [[*new, *those] for those in waiting if diverse(tuple(sorted([answer[person] for person in those])))]
