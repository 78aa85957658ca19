"""Seats: what is kept between releases so that comparing them all tells nothing more than one of them.

seat        one answer, for good: everybody who ever sat on it gave that answer
container   a set of seats; in a wave it is published whole, everybody present, or not at all; it is split, never merged
token       seats tied together because one person sat on several of them; a seat with a token of its own is free
exchange    a set of tokens of one answer and a set of tokens of another that hold equally many seats of every container

Invariants, whenever anything is published (l counts answers of different meaning; no answer counts for nothing):
 I1 every free seat takes part in exchanges with so many other answers that with its own they are at least l
 I2 so does every tied token
 I3 no third token takes part in all of these: an insider, who knows one answer, still leaves another possible
Swap the answers of the two sets of an exchange: no container's answers change, and every class of every release is a
union of containers, so all releases to everybody stay as they are. Nothing in them tells which it was (ADR 13).
This module keeps the books; `exchange` finds exchanges, `warrants` keeps those that the invariants rest on,
`invariants` judges them, `wave` decides who sits where.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

OTHERS_MIN = 2
"""Other seats to trade with, so that no single insider is all of them."""


class Enough(dict[int, bool]):
    """By answers as bits (1 << answer): are they `many`? What an answer means never changes."""

    def __init__(self, structure: Structure, asked: tuple[int, ...] | None) -> None:
        super().__init__()
        self._structure, self._asked = structure, asked

    def __missing__(self, bits: int) -> bool:
        answers = [answer for answer in range(bits.bit_length()) if bits >> answer & 1]
        self[bits] = found = self._structure.many(answers, self._asked)
        return found


@dataclass
class Structure:
    """Answers are numbers; sensitive columns stand side by side in `meaning_of[answer]`, -1 for no answer."""

    least: tuple[int, ...]
    """l for each sensitive column."""
    meaning_of: list[tuple[int, ...]] = field(default_factory=list)
    options: list[list[frozenset[str]] | None] = field(default_factory=list)
    """Of each sensitive column that is a multiple choice, which options each meaning holds."""
    answer: list[int] = field(default_factory=list)
    """Of each seat; so are container and token."""
    container: list[int] = field(default_factory=list)
    token: list[int] = field(default_factory=list)
    seats_of_token: list[list[int]] = field(default_factory=list)
    members: list[list[int]] = field(default_factory=list)
    """The seats of each container."""
    seats_of_person: dict[str, list[int]] = field(default_factory=dict)
    free: list[dict[int, int]] = field(default_factory=list)
    """Per container the number of free seats of each answer."""
    tied: list[dict[int, int]] = field(default_factory=list)
    """Per container the tied tokens there, with their number of seats."""
    _many: dict[tuple[frozenset[int], tuple[int, ...] | None], bool] = field(
        default_factory=dict, repr=False, compare=False
    )
    _enough: dict[tuple[int, ...] | None, Enough] = field(default_factory=dict, repr=False, compare=False)
    _profiles: dict[int, Mapping[int, int]] = field(default_factory=dict, repr=False, compare=False)

    def answer_of(self, token: int) -> int:
        return self.answer[self.seats_of_token[token][0]]

    def is_tied(self, token: int) -> bool:
        return len(self.seats_of_token[token]) > 1

    def profile(self, token: int) -> Mapping[int, int]:
        """How many seats of each container a token holds."""
        known = self._profiles.get(token)
        if known is None:
            known = self._profiles[token] = self.counted_profile(token)
        return known

    def counted_profile(self, token: int) -> dict[int, int]:
        """The same, counted now."""
        found: dict[int, int] = {}
        for seat in self.seats_of_token[token]:
            container = self.container[seat]
            found[container] = found.get(container, 0) + 1
        return found

    def copied(self) -> Structure:
        """One that changes by itself; what can only grow in place is copied, what never changes is shared."""
        return replace(
            self,
            meaning_of=list(self.meaning_of),
            options=[None if one is None else list(one) for one in self.options],
            answer=list(self.answer),
            container=list(self.container),
            token=list(self.token),
            seats_of_token=[list(seats) for seats in self.seats_of_token],
            members=[list(seats) for seats in self.members],
            seats_of_person={person: list(seats) for person, seats in self.seats_of_person.items()},
            free=[dict(one) for one in self.free],
            tied=[dict(one) for one in self.tied],
            _many=dict(self._many),
            _enough={},
            _profiles={},
        )

    def diverse(self, free: Mapping[int, int]) -> bool:
        """Are I1 and I3 kept by free seats of one container alone, each for each? This is the common case."""
        total = sum(free.values())
        if any(total - count < OTHERS_MIN for count in free.values()):
            return False
        return not free or self.many(free)

    def many(self, answers: Iterable[int], asked: Sequence[int] | None = None) -> bool:
        """Are these at least l different answers for every sensitive column? Of sets l - 1 lack any one option.

        `asked`: so many instead of l.
        """
        key = frozenset(answers), asked if asked is None else tuple(asked)
        if key not in self._many:  # what an answer means never changes
            self._many[key] = self._are_many(key[0], self.least if asked is None else asked)
        return self._many[key]

    def _are_many(self, answers: frozenset[int], asked: Sequence[int]) -> bool:
        known = [self.meaning_of[answer] for answer in answers]
        for at, least in enumerate(asked):
            different = {one[at] for one in known} - {-1}
            if len(different) < least or not self._unsure(at, different, least - 1):
                return False
        return True

    def _unsure(self, column: int, different: set[int], least: int) -> bool:
        options = self.options[column] if self.options else None
        if options is None:
            return True
        sets = [options[one] for one in different]
        return all(sum(option not in one for one in sets) >= least for option in frozenset[str]().union(*sets))

    def enough(self, asked: Sequence[int] | None = None) -> Enough:
        """The same by the answers as bits, looked up."""
        key = None if asked is None else tuple(asked)
        if key not in self._enough:
            self._enough[key] = Enough(self, key)
        return self._enough[key]

    def new_container(self, people: Iterable[tuple[str, int]]) -> int:
        number, first, token, free = len(self.members), len(self.answer), len(self.seats_of_token), dict[int, int]()
        for seat, (person, answer) in enumerate(people, first):
            self.answer.append(answer)
            self.seats_of_token.append([seat])
            self.seats_of_person[person] = [seat]
            free[answer] = free.get(answer, 0) + 1
        seats = range(first, len(self.answer))
        self.container += [number] * len(seats)
        self.token += range(token, token + len(seats))
        self.members.append(list(seats))
        self.free.append(free)
        self.tied.append({})
        return number

    def recount(self, container: int) -> None:
        free: dict[int, int] = {}
        tied: dict[int, int] = {}
        for seat in self.members[container]:
            token = self.token[seat]
            if len(self.seats_of_token[token]) == 1:
                answer = self.answer[seat]
                free[answer] = free.get(answer, 0) + 1
            else:
                tied[token] = tied.get(token, 0) + 1
        self.free[container], self.tied[container] = free, tied

    def tie(self, one: int, other: int) -> list[int]:
        """Make one token of two; gives back the other's seats, for `untie`."""
        moved = self.seats_of_token[other]
        for seat in moved:
            self.token[seat] = one
        self.seats_of_token[one] = self.seats_of_token[one] + moved
        self.seats_of_token[other] = []
        self._forget_profiles(one, other)
        for container in self.profile(one):
            self.recount(container)
        return moved

    def untie(self, one: int, other: int, moved: list[int]) -> None:
        containers = list(self.profile(one))
        self.seats_of_token[one] = self.seats_of_token[one][: -len(moved)]
        self.seats_of_token[other] = moved
        for seat in moved:
            self.token[seat] = other
        self._forget_profiles(one, other)
        for container in containers:
            self.recount(container)

    def _forget_profiles(self, *tokens: int) -> None:
        for token in tokens:
            self._profiles.pop(token, None)

    def split(self, container: int, leaving: Sequence[int]) -> int:
        """These seats become a container of their own."""
        gone, number = set(leaving), len(self.members)
        self.members[container] = [seat for seat in self.members[container] if seat not in gone]
        self.members.append(list(leaving))
        for seat in leaving:
            self.container[seat] = number
        self._forget_profiles(*(self.token[seat] for seat in leaving))
        self.free.append({})
        self.tied.append({})
        self.recount(container)
        self.recount(number)
        return number

    def unsplit(self, container: int) -> None:
        """Take back the split made last."""
        leaving = self.members.pop()
        self.free.pop()
        self.tied.pop()
        for seat in leaving:
            self.container[seat] = container
        self._forget_profiles(*(self.token[seat] for seat in leaving))
        self.members[container].extend(leaving)
        self.recount(container)
