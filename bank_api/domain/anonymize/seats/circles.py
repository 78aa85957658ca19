"""Circles: the containers that are told as one, from the wave on in which they were first told so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass
class Circles:
    """Kept between waves."""

    joined: list[int] = field(default_factory=list)
    """Of each container, the circle it belongs to: a number alike for containers that are told together."""
    last: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Who stood in each circle when it was told last."""

    def copied(self) -> Circles:
        return Circles(list(self.joined), dict(self.last))

    def grown(self, containers: int) -> None:
        """New containers are circles of their own."""
        self.joined += range(len(self.joined), containers)

    def by_circle(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for container, circle in enumerate(self.joined):
            found.setdefault(circle, []).append(container)
        return found

    def before(self, container: int) -> set[int]:
        """Who stood in its circle when that was told last; nobody if it never was."""
        return set(self.last.get(self.joined[container], ()))

    def bind(self, containers: Sequence[int]) -> None:
        """From now on these are one circle, which has not been told as such."""
        for container in containers:
            self.last.pop(self.joined[container], None)
        for container in containers:
            self.joined[container] = containers[0]

    def stay(self, container: int, split_off: Sequence[int]) -> None:
        """What was split off a container is of its circle still."""
        for one in split_off:
            self.joined[one] = self.joined[container]

    def join(self, containers: Sequence[int], people: Sequence[int]) -> None:
        """From now on these are told together, and were just now."""
        self.bind(containers)
        self.last[containers[0]] = tuple(people)

    def restore(self, joined: Mapping[int, int], last: Mapping[int, tuple[int, ...]]) -> None:
        """As these containers, all of their circles, were: what circle each was of, and who stood in that."""
        for circle in {self.joined[container] for container in joined}:
            self.last.pop(circle, None)
        for container, circle in joined.items():
            self.joined[container] = circle
            if circle in last:
                self.last[circle] = last[circle]
