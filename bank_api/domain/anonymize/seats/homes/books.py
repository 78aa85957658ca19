"""Who belongs to which home, for good."""

from __future__ import annotations

from dataclasses import dataclass, field

NOWHERE = -1


@dataclass
class Homes:
    """Kept between waves: of each person of the pasts, the number of their home."""

    of: list[int] = field(default_factory=list)

    def copied(self) -> Homes:
        return Homes(list(self.of))

    @classmethod
    def kept(cls, of: list[int], people: int) -> Homes:
        """Raises ValueError where these are none."""
        if len(of) > people or any(one not in range(NOWHERE, people) for one in of):
            raise ValueError
        return cls(of)

    @property
    def count(self) -> int:
        return max(self.of, default=NOWHERE) + 1

    def home(self, person: int) -> int:
        return self.of[person] if person < len(self.of) else NOWHERE

    def join(self, people: list[int], home: int) -> None:
        self.of += [NOWHERE] * (max(people, default=-1) + 1 - len(self.of))
        for person in people:
            self.of[person] = home

    def by_home(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for person, home in enumerate(self.of):
            if home != NOWHERE:
                found.setdefault(home, []).append(person)
        return found
