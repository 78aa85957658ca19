"""What an attacker sees: classes of people with a count for each answer. Numbers of everybody's history follow."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
NUMBER_MOST = 1 << 62


@dataclass(frozen=True)
class ObservedClass:
    people: tuple[str, ...]
    answers: Mapping[Hashable, int]


@dataclass(frozen=True)
class Observed:
    """One release of one sensitive column."""

    classes: tuple[ObservedClass, ...]


@dataclass(frozen=True)
class Compared:
    """All releases side by side. People with the same history look alike to every attack, so they are one group."""

    releases: Sequence[Observed]
    within: Compared | None = None
    """Releases whose people these are, or some of them: then they are numbered as there."""

    @cached_property
    def people(self) -> list[str]:
        if self.within is not None:
            return self.within.people
        return sorted(set().union(*(one.people for release in self.releases for one in release.classes)))

    @cached_property
    def place(self) -> dict[str, int]:
        if self.within is not None:
            return self.within.place
        return {person: number for number, person in enumerate(self.people)}

    @cached_property
    def classes_of_person(self) -> Numbers:
        """Person x release: the number of the class, counted through all releases, -1 where absent."""
        place = self.place.__getitem__
        found, number = np.full((len(self.place), len(self.releases)), -1), 0
        for at, release in enumerate(self.releases):
            sizes = [len(one.people) for one in release.classes]
            names = chain.from_iterable([one.people for one in release.classes])
            people = np.fromiter(map(place, names), np.int64, sum(sizes))
            found[people, at] = np.repeat(np.arange(number, number + len(sizes)), sizes)
            number += len(sizes)
        return found

    @cached_property
    def answers(self) -> list[Hashable]:
        return sorted(
            {answer for release in self.releases for one in release.classes for answer in one.answers}, key=repr
        )

    @cached_property
    def counts(self) -> Numbers:
        """Class x answer."""
        place = {answer: number for number, answer in enumerate(self.answers)}
        classes = [one for release in self.releases for one in release.classes]
        found = np.zeros((len(classes), len(place)), np.int64)
        for number, one in enumerate(classes):
            for answer, count in one.answers.items():
                found[number, place[answer]] = count
        return found

    @cached_property
    def groups(self) -> tuple[Numbers, Numbers, Numbers]:
        """Group x release classes, the group of each person, the size of each group."""
        first, of_person = different_rows(self.classes_of_person)
        return self.classes_of_person[first], of_person, np.bincount(of_person, minlength=len(first))


def different_rows(table: Numbers) -> tuple[Numbers, Numbers]:
    """Where each different row is first met, in the order of what stands there; and which of them each row is.

    Of numbers from -1 on. As np.unique over rows, but that sorts texts.
    """
    of_row, numbers, width = np.zeros(len(table), np.int64), 1, int(table.max(initial=0)) + 2
    for column in table.T:
        if numbers * width > NUMBER_MOST:
            of_row = np.unique(of_row, return_inverse=True)[1].reshape(-1)
            numbers = len(table)
        of_row, numbers = of_row * width + column + 1, numbers * width
    _, first, of_row = np.unique(of_row, return_index=True, return_inverse=True)
    return first, of_row.reshape(-1)
