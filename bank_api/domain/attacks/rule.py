"""Whoever knows the rule by which people are seated: who took whose place, where no count says it.

The published rule: a class is a union of containers; a container is told when all its seats are taken, always by people
who gave the answers of those who sat there before. Nobody sees the containers, but who stood together, and when.
1. The history of each group of people, class by class, may be that of a container: somebody was always there when it
   was told, and there were l people or more. Whoever has been in its classes and no others may have sat in it.
2. How many of each group sat in which is bounded: everybody sat in one, and each has as many seats in every release:
   whoever came can only be where somebody left.
3. Containers between which people cannot be told apart are one. Whenever just these were told, their answers were the
   same in all, whatever class they stood in. These sums are added to those of the classes, and the attack by one other
   person's word (`newcomer`) is made again.
The story has nobody move from one container to another. Some do, and it comes out wrong there: numbers of seats differ,
somebody sits nowhere. What a release says of classes in which that is seen is doubted, and only counted. How many facts
and doubtful ones are true `scripts/bench/releases.py` measures, who has the answers (ADR 76). `_pairs` is the square of
the groups of each class: some seconds for a hundred thousand people.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.attacks.newcomer import follows_from_one_other
from bank_api.domain.attacks.observed import Compared, Numbers, Observed, different_rows
from bank_api.domain.attacks.sums import Sums

ROUNDS_MAX = 200
Flags = NDArray[np.bool_]
Pairs = tuple[Numbers, Numbers]
Same = Numbers
"""Rows of a release and a group that sat there, ascending: their answers were the same in all of these releases."""


@dataclass(frozen=True)
class ByRule:
    """`read`: for each person, whether their answer follows from one other person's, for whoever knows the rule.

    `facts`: how many sets of containers were seen to have changed their people and kept their answers; `doubtful`: how
    many more, if nobody had been seen to move there. No facts at all means that the attack could look at nothing.
    """

    read: Flags
    facts: int
    doubtful: int

    def people(self, compared: Compared) -> set[str]:
        """Who is read."""
        return {one for one, found in zip(compared.people, self.read.tolist(), strict=True) if found}


def attack_by_rule(compared: Compared, least: int) -> ByRule:
    """`least`: l."""
    if not compared.people:
        return ByRule(np.zeros(0, bool), 0, 0)
    groups, of_person, sizes = compared.groups
    releases = groups.shape[1]
    believed, doubtful = _facts(compared, least)
    number, columns = len(compared.counts), [groups]
    unknown = np.full((len(believed), releases * (1 + releases)), -1, np.int64)
    for first in range(releases):  # facts of one look back share no group in one release, so they fill one matrix
        of_group = np.full_like(groups, -1)
        rows = [row for row, (since, _) in enumerate(believed) if since == first]
        if rows:
            release, who = np.concatenate([believed[row][1] for row in rows]).T
            row = np.repeat(rows, [len(believed[row][1]) for row in rows])
            of_group[who, release], place = _numbered(row, release, number)
            unknown[place[0], releases * (1 + first) + place[1]] = place[2]  # one more: what all others would sum to
            number += len(place[2])
        columns.append(of_group)
    sums = Sums.of(np.vstack([np.hstack(columns), unknown]), number)
    return ByRule(follows_from_one_other(sums, sizes)[of_person], len(believed), len(doubtful))


def _facts(compared: Compared, least: int) -> tuple[list[tuple[int, Same]], list[tuple[int, Same]]]:
    """Facts, and doubtful ones, of the last two releases, the last three, … all; with each the first looked at.

    A move long ago tears the story of all; whoever looks back less far does not see it.
    """
    groups, _, sizes = compared.groups
    found: tuple[dict[bytes, tuple[int, Same]], dict[bytes, tuple[int, Same]]] = {}, {}
    for first in range(groups.shape[1] - 1):
        where, of_group = different_rows(groups[:, first:])
        seen = groups[where, first:]
        many = np.bincount(of_group, sizes, len(seen)).astype(np.int64)
        there = np.flatnonzero((seen >= 0).any(1))
        groups_of = _Together(of_group, len(seen))
        for into, (fact, release, who) in zip(found, _Story(seen[there], many[there], least).same(), strict=True):
            pair, group = groups_of.all_of(there[who])
            order = np.lexsort((group, release[pair], fact[pair]))
            rows = np.stack([release[pair] + first, group], axis=1)[order]
            for same in np.split(rows, np.flatnonzero(np.diff(fact[pair][order])) + 1) if len(rows) else ():
                into.setdefault(same.tobytes(), (first, same))
    believed, doubtful = found
    return list(believed.values()), [one for key, one in doubtful.items() if key not in believed]


class _Together:
    """The groups that are one where somebody looks back less far."""

    def __init__(self, of_group: Numbers, count: int) -> None:
        self._order = np.argsort(of_group, kind="stable")
        self._sizes = np.bincount(of_group, minlength=count)
        self._starts = np.cumsum(self._sizes) - self._sizes

    def all_of(self, who: Numbers) -> Pairs:
        """The groups of these, each with the place of the one that it is of."""
        sizes = self._sizes[who]
        place = np.repeat(np.arange(len(who)), sizes)
        within = np.arange(len(place)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return place, self._order[self._starts[who][place] + within]


def facts_by_rule(compared: Compared, least: int) -> tuple[list[list[list[str]]], list[list[list[str]]]]:
    """Facts and doubtful ones: of each, for several releases, the people whose answers were the same in all."""
    _, of_person, _ = compared.groups
    people = np.array(compared.people, object)
    found, unsure = (
        [
            [people[np.isin(of_person, one[one[:, 0] == release, 1])].tolist() for release in np.unique(one[:, 0])]
            for _, one in facts
        ]
        for facts in _facts(compared, least)
    )
    return found, unsure


def read_by_rule(releases: Sequence[Observed], least: int) -> set[str]:
    """Who is read."""
    compared = Compared(releases)
    return attack_by_rule(compared, least).people(compared)


@dataclass
class _Story:
    """Who sat where if nobody moved. A container goes by the number of the group whose history it has."""

    groups: Numbers
    """Group x release: the class, -1 in none."""
    sizes: Numbers
    least: int

    @cached_property
    def _told(self) -> Flags:
        return self.groups >= 0

    def same(self) -> list[tuple[Numbers, Numbers, Numbers]]:
        """3.: what is believed, and what is not because somebody is seen to have moved in those classes.

        Of each the number of the fact, a release, a group that sat there.
        """
        self._group, self._block = self._pairs()
        self._few()
        torn = self._settle()
        sat = np.flatnonzero(self._high > 0)
        whole = _joined(len(self.groups), self._group[sat], self._block[sat])
        nowhere = np.flatnonzero(np.bincount(self._group, self._high, len(self.groups)) < self.sizes)
        wrong = np.zeros(int(self.groups.max(initial=-1)) + 2, bool)  # by class; the last is that of nobody
        wrong[self.groups[nowhere]] = True
        union_of = whole[self._block[sat]]
        torn_too = np.isin(union_of, whole[torn])
        wrong[self.groups[self._block[sat[torn_too]]]] = True
        told_on = self._various(union_of, sat) & ~torn_too
        unions, of_pair = np.unique(union_of[told_on], return_inverse=True)
        members, blocks = (_different(of_pair, of[sat[told_on]]) for of in (self._group, self._block))
        told_so, seats, people = self._sums(len(unions), members, blocks)
        uneven = _differing(told_so, seats)
        wrong[self.groups[blocks[1][uneven[blocks[0]]]]] = True
        wrong[-1] = False
        union, release = np.nonzero((told_so != 0) & ~uneven[:, None])
        fact_of = np.full(told_so.shape, -1, np.int64)
        fact_of[union, release] = _numbered(union, np.unique(told_so[union, release], return_inverse=True)[1], 0)[0]
        row, release = np.nonzero(self._told[members[1]] & (fact_of[members[0]] >= 0))
        fact, who = fact_of[members[0][row], release], members[1][row]
        sat_there = np.zeros((int(fact_of.max(initial=-1)) + 1, told_so.shape[1]), np.uint64)
        sat_there[fact, release] = people[members[0][row], release]
        sure = sat_there != 0
        unsure = wrong[self.groups[who, release]]
        sure[fact[unsure], release[unsure]] = False
        believed = _changed(sat_there, sure)
        doubtful = ~believed & _changed(sat_there, sat_there != 0)
        which = (believed[fact] & sure[fact, release]), doubtful[fact]
        return [(fact[those], release[those], who[those]) for those in which]

    def _various(self, union_of: Numbers, sat: Numbers) -> Flags:
        """Who sat where groups were told at different times; elsewhere it was the same people whenever it was told."""
        pattern = different_rows(self._told.astype(np.int64))[1]
        union = pattern[union_of]
        other = (pattern[self._group[sat]] != union) | (pattern[self._block[sat]] != union)
        various = np.zeros(len(self.groups), bool)
        various[union_of[other]] = True
        return various[union_of]

    def _sums(self, unions: int, members: Pairs, blocks: Pairs) -> NDArray[np.uint64]:
        """By union and release: what was told, how many seats there were, who sat there.

        Sets are compared by sums of numbers that are drawn for their members: as good as by name, but for 2**-64.
        """
        sums = np.zeros((3, unions, self.groups.shape[1]), np.uint64)
        drawn = np.random.default_rng().integers(1, 1 << 64, (2, len(self.groups)), np.uint64)
        of = (blocks, drawn[0]), (members, self.sizes.astype(np.uint64)), (members, drawn[1])
        for total, ((union, group), worth) in zip(sums, of, strict=True):
            np.add.at(total, union, self._told[group] * worth[group, None])
        return sums

    def _pairs(self) -> tuple[Numbers, Numbers]:
        """1. Each group, and each whose history it may have shared."""
        count, keys = len(self.groups), []
        for release in range(self.groups.shape[1]):
            there = np.flatnonzero(self._told[:, release])
            order = there[np.argsort(self.groups[there, release], kind="stable")]
            starts = np.flatnonzero(np.diff(self.groups[order, release], prepend=-1))
            sizes = np.diff(np.append(starts, len(order)))
            others = np.repeat(sizes, sizes)  # of each, how many stood in its class
            firsts = np.repeat(np.repeat(starts, sizes) - (np.cumsum(others) - others), others)
            keys.append(np.repeat(order, others) * count + order[firsts + np.arange(len(firsts))])
        key, times = np.unique(np.concatenate(keys), return_counts=True)
        shared = times == self._told[key // count].sum(1)
        return key[shared] // count, key[shared] % count

    def _few(self) -> None:
        """No container has fewer than l people in any release."""
        while True:
            perhaps = self._summed(self._told[self._group])(self.sizes[self._group])
            few: Flags = np.logical_or.reduce((perhaps < self.least) & self._told, axis=1)
            keep = ~few[self._block]
            if keep.all():
                return
            self._group, self._block = self._group[keep], self._block[keep]

    def _summed(self, there: Flags) -> Callable[[Numbers], Numbers]:
        """Sums numbers of each pair by block, in the releases where the group was there."""
        count, releases = self.groups.shape
        pair, release = np.nonzero(there)
        place = self._block[pair] * releases + release
        return lambda of: np.bincount(place, of[pair], count * releases).astype(np.int64).reshape(count, releases)

    def _settle(self) -> Flags:
        """2. Bounds for how many of a group sat in a container; which containers make no sense."""
        group, block, count = self._group, self._block, len(self.groups)
        size, there = self.sizes[group], self._told[group]
        low, high, torn = np.zeros(len(group), np.int64), size.copy(), np.zeros(count, bool)
        summed = self._summed(there)
        for _ in range(ROUNDS_MAX):
            before = low.sum(), high.sum()
            least, most = (np.bincount(group, of, count)[group].astype(np.int64) for of in (low, high))
            low, high = np.maximum(low, high - most + size), np.minimum(high, low - least + size)
            low = np.minimum(low, high)
            sure, perhaps = summed(low), summed(high)
            fewest = np.where(self._told, sure, 0).max(1)
            fewest = np.where(fewest > 0, np.maximum(fewest, self.least), 0)
            most_seats = np.where(self._told, perhaps, np.iinfo(np.int64).max).min(1)
            torn |= fewest > most_seats
            room = np.where(there, most_seats[block, None] - sure[block], np.iinfo(np.int64).max).min(1)
            wanted = np.where(there, fewest[block, None] - perhaps[block], np.iinfo(np.int64).min).max(1)
            fits = ~torn[block]
            low, high = (
                np.where(fits, np.maximum(low, high + np.minimum(wanted, 0)), low),
                np.where(fits, np.minimum(high, low + np.maximum(np.minimum(room, size), 0)), high),
            )
            low = np.minimum(low, high)
            if before == (low.sum(), high.sum()):
                break
        self._high = high
        return torn


def _differing(told_so: NDArray[np.uint64], what: NDArray[np.uint64]) -> Flags:
    """In which rows are there two equal numbers of the first, not 0, beside different ones of the second?"""
    order = np.argsort(told_so, axis=1)
    one, other = (np.take_along_axis(of, order, 1) for of in (told_so, what))
    found: Flags = ((one[:, 1:] == one[:, :-1]) & (one[:, 1:] != 0) & (other[:, 1:] != other[:, :-1])).any(1)
    return found


def _changed(what: NDArray[np.uint64], where: Flags) -> Flags:
    """In which rows do numbers differ, looking only there?"""
    most, least = np.where(where, what, 0).max(1, initial=0), np.where(where, what, np.iinfo(np.uint64).max).min(1)
    found: Flags = where.any(1) & (most != least)
    return found


def _different(key: Numbers, value: Numbers) -> Pairs:
    """Each different pair once, ascending."""
    width = int(value.max(initial=0)) + 1
    both = np.unique(key * width + value)
    return both // width, both % width


def _numbered(key: Numbers, value: Numbers, first: int) -> tuple[Numbers, tuple[Numbers, Numbers, Numbers]]:
    """A number for each different pair, from `first` on; and these pairs with theirs."""
    width = int(value.max(initial=0)) + 1
    both, number = np.unique(key * width + value, return_inverse=True)
    return first + number.reshape(-1), (both // width, both % width, first + np.arange(len(both)))


def _joined(count: int, one: Numbers, other: Numbers) -> Numbers:
    """By block, the least number joined with it: blocks are joined where one group may have sat in both."""
    label = np.arange(count)
    while True:
        of_group = np.full(count, count)
        np.minimum.at(of_group, one, label[other])
        new = label.copy()
        np.minimum.at(new, other, of_group[one])
        if (new == label).all():
            return label
        label = new
