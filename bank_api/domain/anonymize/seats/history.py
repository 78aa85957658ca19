"""The memory between releases: seats with their warrants, and what every release so far told, class by class.

Written as one canonical text, so that whoever keeps it (a file, a row of a database) replaces it in one step. People
are known in it by a keyed digest of their pseudonym; key and digests stay with whoever keeps the history.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bank_api.domain.anonymize.choices import chosen
from bank_api.domain.anonymize.errors import SeatsFormatError
from bank_api.domain.anonymize.schema import Value
from bank_api.domain.anonymize.seats.exchange import Exchange, Subject
from bank_api.domain.anonymize.seats.pasts import ANOTHER, Bucket, Pasts
from bank_api.domain.anonymize.seats.proofs import Proofs
from bank_api.domain.anonymize.seats.structure import Structure
from bank_api.domain.anonymize.seats.swaps import Swap
from bank_api.domain.anonymize.seats.told import Circles
from bank_api.domain.anonymize.seats.warrants import Warrants

FORMAT = "azukari-seats-3"
KEY_BYTES = 16
DIGEST_BYTES = 12

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

    def known_as(self, person: str) -> str:
        changed = self.changes.get(person, 0)
        return f"{person}{ANOTHER}{changed}" if changed else person

    def comes(self, person: str, answer: int) -> str:
        """The name by which a person with this answer sits down."""
        own = self.warrants.books.seats_of_person.get(self.known_as(person))
        if own and self.warrants.books.answer[own[0]] != answer:
            self.changes[person] = self.changes.get(person, 0) + 1
        return self.known_as(person)

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


@dataclass(frozen=True)
class ToldClass:
    """What one class of a release said: who stood in it (for the bank alone) and the answers, as often as given."""

    people: tuple[str, ...]
    answers: tuple[tuple[Answer, int], ...]


@dataclass(frozen=True)
class ToldRelease:
    columns: tuple[str, ...]
    audience: str
    classes: tuple[ToldClass, ...]


@dataclass
class History:
    key: bytes
    seats: list[Seats] = field(default_factory=list)
    releases: list[ToldRelease] = field(default_factory=list)
    forgotten: set[str] = field(default_factory=set)
    """Digests of people who were forgotten: they are in no later release."""

    def told_of(self, seats: Seats) -> list[list[tuple[tuple[str, ...], dict[int, int]]]]:
        """The releases of these columns: for each class its people, and how often each answer was given, by number."""
        return [
            [
                (one.people, {seats.number_of.get(answer, -1): count for answer, count in one.answers})
                for one in release.classes
            ]
            for release in self.releases
            if release.columns == seats.columns
        ]

    def person(self, pseudonym: str) -> str:
        return hashlib.blake2b(pseudonym.encode(), key=self.key, digest_size=DIGEST_BYTES).hexdigest()

    def known_as(self, column: str, pseudonym: str) -> str:
        """The name under which the classes told of this column hold a person now."""
        person = self.person(pseudonym)
        return next((one.known_as(person) for one in self.seats if column in one.columns), person)

    def forget(self, pseudonym: str, randomness: random.Random) -> bool:
        """Put a name that means nothing in the place of a person's, wherever it stands; False if it stands nowhere.

        That somebody sat on a seat, and what everybody who sat there answered, stays: releases that are out say it, and
        without it the next one would tell more than they do. Whose answer it was is no longer known here. The digest
        is kept by itself: whoever came back would be tied to their former seats by all recipients, and not here.
        """
        person = self.person(pseudonym)
        instead = randomness.randbytes(DIGEST_BYTES).hex()

        def other(name: str) -> str:
            own, changed, number = name.partition(ANOTHER)
            return instead + changed + number if own == person else name

        stood = any(other(name) != name for one in self.releases for told in one.classes for name in told.people)
        for seats in self.seats:
            stood |= seats.rename(other)
        self.releases = [
            replace(
                one,
                classes=tuple(replace(told, people=tuple(sorted(map(other, told.people)))) for told in one.classes),
            )
            for one in self.releases
        ]
        if stood:
            self.forgotten.add(person)
        return stood

    def copied(self) -> History:
        """One to which a release can be added without this one's noticing."""
        return replace(
            self,
            seats=[seats.copied() for seats in self.seats],
            releases=list(self.releases),
            forgotten=set(self.forgotten),
        )

    def to_json(self) -> str:
        content = {
            "forgotten": sorted(self.forgotten),
            "format": FORMAT,
            "key": self.key.hex(),
            "releases": [_release_to_json(release) for release in self.releases],
            "seats": [_seats_to_json(seats) for seats in self.seats],
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> History:
        """Raises SeatsFormatError for what is no history; whether the invariants hold, `invariants.check` says."""
        try:
            found = json.loads(text)
            if found["format"] != FORMAT:
                raise SeatsFormatError(f"only {FORMAT} is understood")
            seats = [_seats_from_json(one) for one in found["seats"]]
            releases = [_release_from_json(one) for one in found["releases"]]
            return cls(bytes.fromhex(found["key"]), seats, releases, set(found["forgotten"]))
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
            raise SeatsFormatError("is damaged ({why})", why=type(error).__name__) from error


def _seats_to_json(seats: Seats) -> dict[str, Any]:
    books, pasts = seats.warrants.books, seats.proofs.pasts
    return {
        "answers": [list(answer) for answer in seats.answers],
        "answer": books.answer,
        "beside": list(pasts.beside),
        "changes": seats.changes,
        "circles": {"joined": seats.circles.joined, "last": sorted(seats.circles.last.items())},
        "columns": list(seats.columns),
        "container": books.container,
        "least": list(books.least),
        "multiple": [one is not None for one in books.options],
        "meanings": [list(map(list, known.items())) for known in seats.meanings],
        "meaning_of": [list(one) for one in books.meaning_of],
        "past": [[name, *told] for name, *told in zip(pasts.names, pasts.answer, pasts.past, strict=True)],
        "people": books.seats_of_person,
        "proofs": [
            [*bucket, [[one.answer, one.own, one.other] for one in swaps]] for bucket, swaps in seats.proofs.of.items()
        ],
        "token": books.token,
        "warrants": [
            [list(subject) if isinstance(subject, tuple) else subject, [_exchange_to_json(one) for one in exchanges]]
            for subject, exchanges in seats.warrants.of.items()
        ],
    }


def _numbers(found: Any, below: float = math.inf) -> None:
    """Lists of whole numbers, however deep, each at least -1 and below this. Raises ValueError for anything else."""
    if isinstance(found, list):
        for one in found:
            _numbers(one, below)
    elif type(found) is not int or not -1 <= found < below:
        raise ValueError


def _flat(found: Any, below: float = math.inf) -> None:
    """The same, of one list of numbers."""
    if not isinstance(found, list) or any(isinstance(one, list) for one in found):
        raise ValueError
    _numbers(found, below)


def _check_numbers(found: dict[str, Any]) -> None:
    """Every number of a history's seats points at something that is there."""
    seats, answers, columns = len(found["answer"]), len(found["answers"]), len(found["columns"])
    _flat([*found["answer"], *(answer for _, answer, _ in found["past"])], answers)
    _flat([*found["container"], *found["token"], *(seat for own in found["people"].values() for seat in own)], seats)
    _flat([number for _, _, past in found["past"] for number in past])
    _flat([*found["changes"].values(), *found["beside"], *found["least"], *found["circles"]["joined"]])
    _flat([number for one in found["meaning_of"] for number in one])
    _numbers(found["warrants"], max(seats, answers))
    _numbers([found["proofs"], found["circles"]["last"]])
    shapes = [len(one) != columns for one in (*found["answers"], *found["meaning_of"], found["least"], found["beside"])]
    names = [*found["columns"], *(name for name, _, _ in found["past"])]
    if any(shapes) or len(found["meaning_of"]) != answers or not all(isinstance(name, str) for name in names):
        raise ValueError
    if not all(found["people"].values()):
        raise ValueError


def _seats_from_json(found: dict[str, Any]) -> Seats:
    _check_numbers(found)
    meanings = [dict(known) for known in found["meanings"]]
    options = [
        [chosen(form) for form in known] if multiple else None
        for known, multiple in zip(meanings, found["multiple"], strict=True)
    ]
    books = Structure(tuple(found["least"]), [tuple(one) for one in found["meaning_of"]], options)
    books.answer, books.container, books.token = found["answer"], found["container"], found["token"]
    known = range(len(books.answer))  # never more containers or tokens than seats: no number may fill the memory
    if not len(known) == len(books.container) == len(books.token):
        raise ValueError
    if any(number not in known for number in (*books.container, *books.token)):
        raise ValueError
    books.seats_of_token = [[] for _ in range(max(books.token, default=-1) + 1)]
    books.members = [[] for _ in range(max(books.container, default=-1) + 1)]
    for seat, (container, token) in enumerate(zip(books.container, books.token, strict=True)):
        books.members[container].append(seat)
        books.seats_of_token[token].append(seat)
    books.seats_of_person = found["people"]
    books.free, books.tied = [{} for _ in books.members], [{} for _ in books.members]
    for container in range(len(books.members)):
        books.recount(container)
    of: dict[Subject, tuple[Exchange, ...]] = {}
    for subject, exchanges in found["warrants"]:
        at: Subject = (subject[0], subject[1]) if isinstance(subject, list) else subject
        of[at] = tuple(_exchange_from_json(one) for one in exchanges)
    answers = [tuple(answer) for answer in found["answers"]]
    number_of = {answer: number for number, answer in enumerate(answers)}
    return Seats(
        tuple(found["columns"]),
        Warrants.kept(books, of),
        _proofs_from_json(books, found),
        _circles_from_json(found["circles"], len(books.members), len(found["past"])),
        answers,
        number_of,
        meanings,
        found["changes"],
    )


def _proofs_from_json(books: Structure, found: dict[str, Any]) -> Proofs:
    people = found["past"]
    names, answers = [name for name, _, _ in people], [answer for _, answer, _ in people]
    if len(found["beside"]) != len(books.least) or any(
        one not in range(1, 1 + max(books.least)) for one in found["beside"]
    ):
        raise ValueError
    pasts = Pasts.kept(books, tuple(found["beside"]), names, answers, [tuple(past) for _, _, past in people])
    of: dict[Bucket, tuple[Swap, ...]] = {}
    for past, answer, swaps in found["proofs"]:
        of[tuple(past), answer] = tuple(Swap(one, _side(own), _side(other)) for one, own, other in swaps)
    return Proofs.kept(pasts, of)


def _side(found: Sequence[tuple[Sequence[int], int]]) -> tuple[tuple[tuple[int, ...], int], ...]:
    _flat([count for _, count in found])
    return tuple((tuple(past), count) for past, count in found)


def _circles_from_json(found: dict[str, Any], containers: int, people: int) -> Circles:
    joined, last = found["joined"], {circle: tuple(stood) for circle, stood in found["last"]}
    if len(joined) > containers or any(circle not in range(containers) for circle in (*joined, *last)):
        raise ValueError
    if any(person not in range(people) for stood in last.values() for person in stood):
        raise ValueError
    return Circles(joined, last)


def _exchange_to_json(one: Exchange) -> list[Any]:
    return [one.own, one.answer, one.own_tokens, one.other_tokens, one.own_free, one.other_free]


def _exchange_from_json(found: list[Any]) -> Exchange:
    own, answer, own_tokens, other_tokens, own_free, other_free = found
    return Exchange(own, answer, tuple(own_tokens), tuple(other_tokens), _pairs(own_free), _pairs(other_free))


def _pairs(found: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    _flat([number for both in found for number in both])
    return tuple((one, other) for one, other in found)


def _release_to_json(release: ToldRelease) -> dict[str, Any]:
    classes = [
        {"answers": [[list(answer), count] for answer, count in one.answers], "people": list(one.people)}
        for one in release.classes
    ]
    return {"audience": release.audience, "classes": classes, "columns": list(release.columns)}


def _release_from_json(found: dict[str, Any]) -> ToldRelease:
    for one in found["classes"]:
        _numbers([count for _, count in one["answers"]])
        given = [part for answer, _ in one["answers"] for part in answer]
        if not all(isinstance(person, str) for person in one["people"]) or any(
            isinstance(p, list | dict) for p in given
        ):
            raise ValueError
    classes = tuple(
        ToldClass(tuple(one["people"]), tuple((tuple(answer), count) for answer, count in one["answers"]))
        for one in found["classes"]
    )
    return ToldRelease(tuple(found["columns"]), found["audience"], classes)
