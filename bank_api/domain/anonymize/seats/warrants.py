"""The exchanges that the invariants rest on, kept beside the books: a change looks again at what it could have spoiled.

Each subject that needs one has a warrant: exchanges that prove I1 to I3 for it. Every change goes through here, checks
the warrants that use what it touched, finds others where they no longer hold, and is taken back if there are none. So
the invariants hold for everybody after every step, not only near the change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bank_api.domain.anonymize.seats.exchange import Exchange, Part, Subject, find_exchanges
from bank_api.domain.anonymize.seats.invariants import holds
from bank_api.domain.anonymize.seats.structure import Structure


@dataclass
class Warrants:
    books: Structure
    of: dict[Subject, tuple[Exchange, ...]] = field(default_factory=dict)
    _users: dict[Part, set[Subject]] = field(default_factory=dict)
    """The subjects whose warrants use a part."""
    _parts: dict[Subject, frozenset[Part]] = field(default_factory=dict)
    _broken: dict[Subject, int] = field(default_factory=dict)
    """How many changes each subject has forbidden: who forbade one is asked first about the next."""

    def copied(self) -> Warrants:
        """One that changes by itself, with its own books."""
        users = {part: set(subjects) for part, subjects in self._users.items()}
        return Warrants(self.books.copied(), dict(self.of), users, dict(self._parts))

    @classmethod
    def kept(cls, books: Structure, of: dict[Subject, tuple[Exchange, ...]]) -> Warrants:
        warrants = cls(books)
        for subject, exchanges in of.items():
            warrants._set(subject, exchanges)
        return warrants

    def tie(self, one: int, other: int) -> bool:
        """Tie two tokens of one answer, unless that breaks an invariant."""
        books = self.books
        parts: set[Part] = {one, other}
        for token in (one, other):
            if not books.is_tied(token):
                seat = books.seats_of_token[token][0]
                parts.add((books.container[seat], books.answer[seat]))
        moved = books.tie(one, other)
        if self._keep(parts, [part[0] for part in parts if not isinstance(part, int)], [one]):
            return True
        books.untie(one, other, moved)
        return False

    def split(self, container: int, leaving: Sequence[int]) -> bool:
        """Make a container of these seats, unless that breaks an invariant."""
        books = self.books
        parts: set[Part] = {(container, answer) for answer in books.free[container]} | set(books.tied[container])
        number = books.split(container, leaving)
        if self._keep(parts, [container, number], []):
            return True
        books.unsplit(container)
        return False

    def _keep(self, parts: Iterable[Part], containers: Sequence[int], tokens: Sequence[int]) -> bool:
        """Look again at all that a change touched; on failure everything here is as it was."""
        books = self.books
        again: set[Subject] = {subject for part in parts for subject in self._users.get(part, ())} | set(tokens)
        for container in containers:
            again |= {(container, answer) for answer in books.free[container]}
        before: dict[Subject, tuple[Exchange, ...] | None] = {}
        for subject in sorted(again, key=lambda one: (-self._broken.get(one, 0), _order(one))):
            old = self.of.get(subject)
            if not self._needed(subject):
                new: tuple[Exchange, ...] | None = ()
            elif old is not None and holds(books, subject, old):
                continue
            else:
                new = find_exchanges(books, subject)
            if new is None:
                self._broken[subject] = self._broken.get(subject, 0) + 1
                for changed, exchanges in before.items():
                    self._set(changed, exchanges)
                return False
            before[subject] = old
            self._set(subject, new or None)
        return True

    def _needed(self, subject: Subject) -> bool:
        if isinstance(subject, int):
            return self.books.is_tied(subject)
        container, answer = subject
        free = self.books.free[container]
        return answer in free and not self.books.diverse(free)

    def _set(self, subject: Subject, exchanges: tuple[Exchange, ...] | None) -> None:
        self.of.pop(subject, None)
        for part in self._parts.pop(subject, ()):
            self._users[part].discard(subject)
        if exchanges:
            parts = frozenset(part for exchange in exchanges for part in exchange.parts())
            self.of[subject], self._parts[subject] = exchanges, parts
            for part in parts:
                self._users.setdefault(part, set()).add(subject)


def _order(subject: Subject) -> tuple[int, int, int]:
    return (0, subject, 0) if isinstance(subject, int) else (1, *subject)
