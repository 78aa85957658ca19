"""What is kept between releases for one set of sensitive columns: its seats, with what the invariants rest on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from bank_api.domain.anonymize.choices import chosen
from bank_api.domain.anonymize.schema import Value
from bank_api.domain.anonymize.seats.circles import Circles
from bank_api.domain.anonymize.seats.homes.books import Homes
from bank_api.domain.anonymize.seats.pasts import ANOTHER
from bank_api.domain.anonymize.seats.proofs import Proofs
from bank_api.domain.anonymize.seats.warrants import Warrants

Answer = tuple[Value, ...]
Meaning = tuple[Any, ...]


@dataclass
class Seats:
    """The structure for one set of sensitive columns, and the answers behind its numbers."""

    columns: tuple[str, ...]
    warrants: Warrants
    proofs: Proofs
    circles: Circles = field(default_factory=Circles)
    answers: list[Answer] = field(default_factory=list)
    number_of: dict[Answer, int] = field(default_factory=dict)
    meanings: list[dict[Any, int]] = field(default_factory=list)
    changes: dict[str, int] = field(default_factory=dict)
    """How often a person has changed an answer: after each change they are somebody new to every seat."""
    homes: Homes | None = None
    """In place of seats, where the series is one of people who come and go."""

    def known_as(self, person: str) -> str:
        changed = self.changes.get(person, 0)
        return f"{person}{ANOTHER}{changed}" if changed else person

    def comes(self, person: str, answer: int) -> str:
        """The name by which a person with this answer sits down."""
        known_as = self.known_as(person)
        before = self._answer_of(known_as)
        if before is not None and before != answer:
            self.changes[person] = self.changes.get(person, 0) + 1
            return self.known_as(person)
        return known_as

    def told_otherwise(self, person: str, name: str) -> bool:
        """Were they told with another answer, and never with this one, under `name`?"""
        return bool(self.changes.get(person)) and self._answer_of(name) is None

    def _answer_of(self, name: str) -> int | None:
        if self.homes is None:
            own = self.warrants.books.seats_of_person.get(name)
            return self.warrants.books.answer[own[0]] if own else None
        number = self.proofs.pasts.number.get(name)
        return None if number is None else self.proofs.pasts.answer[number]

    def copied(self) -> Seats:
        warrants = self.warrants.copied()
        return replace(
            self,
            warrants=warrants,
            proofs=self.proofs.copied(warrants.books),
            circles=self.circles.copied(),
            answers=list(self.answers),
            number_of=dict(self.number_of),
            meanings=[dict(known) for known in self.meanings],
            changes=dict(self.changes),
            homes=None if self.homes is None else self.homes.copied(),
        )

    def rename(self, other: Callable[[str], str]) -> bool:
        """Call people otherwise; True if somebody here was."""
        books = self.warrants.books
        before = set(books.seats_of_person) | set(self.changes)
        books.seats_of_person = {other(name): seats for name, seats in books.seats_of_person.items()}
        before |= set(self.proofs.pasts.names)
        self.proofs.pasts.rename([other(name) for name in self.proofs.pasts.names])
        self.changes = {other(name): number for name, number in self.changes.items()}
        return any(other(name) != name for name in before)

    def number(self, answer: Answer, meaning: Meaning) -> int:
        """The number of an answer; a new one is entered with its meaning (None for no answer)."""
        found = self.number_of.get(answer)
        if found is not None:
            return found
        known = [-1 if one is None else self._meaning(at, one) for at, one in enumerate(meaning)]
        self.number_of[answer] = len(self.answers)
        self.answers.append(answer)
        self.warrants.books.meaning_of.append(tuple(known))
        return self.number_of[answer]

    def _meaning(self, column: int, form: Any) -> int:
        if form not in self.meanings[column]:
            self.meanings[column][form] = len(self.meanings[column])
            options = self.warrants.books.options
            if options and (own := options[column]) is not None:
                own.append(chosen(form))
        return self.meanings[column][form]
