"""Exchanges: for one token, tokens of another answer (and more of its own) that hold the same seats in all.

Starting from the seats that the token holds, container by container, what free seats of the other answer cannot match
is matched by a tied token of that answer; the seats it holds too much are matched by tokens of the own answer, and so
on, a few steps deep. What is found is a proof that anybody can check (`invariants`); what is not found may exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bank_api.domain.anonymize.seats.structure import Structure

STEPS_MAX = 24

Part = int | tuple[int, int]
"""A tied token, or the free seats of (container, answer)."""
Subject = int | tuple[int, int]
"""What is exchanged: a tied token, or any one free seat of (container, answer)."""


@dataclass(frozen=True)
class Exchange:
    """Tied tokens and numbers of free seats, by container, on either side; the subject is on its own side."""

    own: int
    answer: int
    own_tokens: tuple[int, ...]
    other_tokens: tuple[int, ...]
    own_free: tuple[tuple[int, int], ...]
    other_free: tuple[tuple[int, int], ...]

    def parts(self) -> Iterator[Part]:
        yield from self.own_tokens
        yield from self.other_tokens
        yield from ((container, self.own) for container, _ in self.own_free)
        yield from ((container, self.answer) for container, _ in self.other_free)

    def critical(self, books: Structure, subject: Subject) -> set[Part]:
        """Parts (but the subject) of which every token is needed: an insider who is one rules this exchange out."""
        found: set[Part] = {token for token in self.own_tokens + self.other_tokens if token != subject}
        for side, answer in ((self.own_free, self.own), (self.other_free, self.answer)):
            for container, count in side:
                itself = (container, answer) == subject
                if count > itself and count == books.free[container].get(answer, 0):
                    found.add((container, answer))
        return found


def find_exchanges(books: Structure, subject: Subject) -> tuple[Exchange, ...] | None:
    """Enough of them for l answers and against any one insider; None if they are not found."""
    if isinstance(subject, int):
        profile, own, used = dict(books.profile(subject)), books.answer_of(subject), frozenset((subject,))
    else:
        profile, own, used = {subject[0]: 1}, subject[1], frozenset[int]()
    start = min(profile, key=lambda container: len(books.members[container]))
    others = set(books.free[start]) | {books.answer_of(token) for token in books.tied[start]}
    answers, found, weak = {own}, list[Exchange](), None
    for answer in sorted(others - {own}, key=lambda answer: (-books.free[start].get(answer, 0), answer)):
        search = _Search(books, subject, own, answer)
        one = search.run(dict(profile), used, frozenset())
        if one is None:
            continue
        found.append(one)
        answers.add(answer)
        critical = one.critical(books, subject)
        weak = critical if weak is None else weak & critical
        if not weak and books.many(answers):
            return tuple(found)
    return None


class _Search:
    def __init__(self, books: Structure, subject: Subject, own: int, answer: int) -> None:
        self._books, self._subject, self._own, self._answer = books, subject, own, answer
        self._steps = STEPS_MAX

    def run(self, need: Mapping[int, int], own: frozenset[int], other: frozenset[int]) -> Exchange | None:
        """`need`: seats of the other answer still wanted, container by container; below 0, of the own answer."""
        for container, count in need.items():
            wanted = self._answer if count > 0 else self._own
            there = self._books.free[container].get(wanted, 0) - ((container, wanted) == self._subject)
            if abs(count) > there:
                return self._deeper(need, container, wanted, own, other)
        own_free = {container: -count for container, count in need.items() if count < 0}
        if not isinstance(self._subject, int):
            own_free[self._subject[0]] = own_free.get(self._subject[0], 0) + 1
        other_free = tuple((container, count) for container, count in need.items() if count > 0)
        return Exchange(self._own, self._answer, tuple(own), tuple(other), tuple(own_free.items()), other_free)

    def _deeper(
        self, need: Mapping[int, int], container: int, wanted: int, own: frozenset[int], other: frozenset[int]
    ) -> Exchange | None:
        books, sign = self._books, 1 if wanted == self._answer else -1
        for token in books.tied[container]:
            if token in own or token in other or books.answer_of(token) != wanted:
                continue
            if not self._steps:
                return None
            self._steps -= 1
            rest = dict(need)
            for at, held in books.profile(token).items():
                rest[at] = rest.get(at, 0) - sign * held
                if not rest[at]:
                    del rest[at]
            sides = (own, other | {token}) if sign > 0 else (own | {token}, other)
            found = self.run(rest, *sides)
            if found is not None:
                return found
        return None
