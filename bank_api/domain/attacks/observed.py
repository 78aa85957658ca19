"""What an attacker sees: classes of people with a count for each answer. Numbers of everybody's history follow."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


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

    @cached_property
    def people(self) -> list[str]:
        return sorted({person for release in self.releases for one in release.classes for person in one.people})

    @cached_property
    def place(self) -> dict[str, int]:
        return {person: number for number, person in enumerate(self.people)}

    @cached_property
    def classes_of_person(self) -> Numbers:
        """Person x release: the number of the class, counted through all releases, -1 where absent."""
        place = self.place
        found, number = np.full((len(place), len(self.releases)), -1), 0
        for at, release in enumerate(self.releases):
            for one in release.classes:
                found[[place[person] for person in one.people], at] = number
                number += 1
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
        found, of_person, sizes = np.unique(self.classes_of_person, axis=0, return_inverse=True, return_counts=True)
        return found, of_person.reshape(-1), sizes
