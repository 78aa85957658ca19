"""The memory between releases: what is kept of the seats, and what every release so far told, class by class.

Written as one canonical text, so that whoever keeps it (a file, a row of a database) replaces it in one step. People
are known in it by a keyed digest of their pseudonym; key and digests stay with whoever keeps the history.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from bank_api.domain.anonymize.errors import SeatsFormatError
from bank_api.domain.anonymize.seats.kept import Answer, Seats
from bank_api.domain.anonymize.seats.pasts import ANOTHER
from bank_api.domain.anonymize.seats.written_seats import check_numbers, seats_from_json, seats_to_json

FORMAT, FORMAT_WITH_HOMES = "azukari-seats-3", "azukari-seats-4"
"""A history with homes is not one that a former program could go on with, one without is as it was."""
FORMATS = (FORMAT, FORMAT_WITH_HOMES)
KEY_BYTES = 16
DIGEST_BYTES = 12


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
        return self.persons([pseudonym])[0]

    def persons(self, pseudonyms: Iterable[str]) -> list[str]:
        found, keyed = list[str](), hashlib.blake2b(key=self.key, digest_size=DIGEST_BYTES)
        for one in pseudonyms:
            digest = keyed.copy()
            digest.update(one.encode())
            found.append(digest.hexdigest())
        return found

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
            "format": FORMAT_WITH_HOMES if any(one.homes is not None for one in self.seats) else FORMAT,
            "key": self.key.hex(),
            "releases": [_release_to_json(release) for release in self.releases],
            "seats": [seats_to_json(seats) for seats in self.seats],
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> History:
        """Raises SeatsFormatError for what is no history; whether the invariants hold, `invariants.check` says."""
        try:
            found = json.loads(text)
            if found["format"] not in FORMATS:
                raise SeatsFormatError("only {formats} can be read", formats=", ".join(FORMATS))
            if any("homes" in one for one in found["seats"]) != (found["format"] == FORMAT_WITH_HOMES):
                raise ValueError
            seats = [seats_from_json(one) for one in found["seats"]]
            releases = [_release_from_json(one) for one in found["releases"]]
            return cls(bytes.fromhex(found["key"]), seats, releases, set(found["forgotten"]))
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
            raise SeatsFormatError("is damaged ({why})", why=type(error).__name__) from error


def _release_to_json(release: ToldRelease) -> dict[str, Any]:
    classes = [
        {"answers": [[list(answer), count] for answer, count in one.answers], "people": list(one.people)}
        for one in release.classes
    ]
    return {"audience": release.audience, "classes": classes, "columns": list(release.columns)}


def _release_from_json(found: dict[str, Any]) -> ToldRelease:
    for one in found["classes"]:
        check_numbers([count for _, count in one["answers"]])
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
