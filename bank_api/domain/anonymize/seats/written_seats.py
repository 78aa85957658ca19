"""The kept seats as plain lists and numbers, and back: every number is checked before it is used to find something."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from bank_api.domain.anonymize.choices import chosen
from bank_api.domain.anonymize.seats.circles import Circles
from bank_api.domain.anonymize.seats.exchange import Exchange, Subject
from bank_api.domain.anonymize.seats.homes.books import Homes
from bank_api.domain.anonymize.seats.kept import Seats
from bank_api.domain.anonymize.seats.pasts import Bucket, Pasts
from bank_api.domain.anonymize.seats.proofs import Proofs
from bank_api.domain.anonymize.seats.structure import Structure
from bank_api.domain.anonymize.seats.swaps import Swap
from bank_api.domain.anonymize.seats.warrants import Warrants


def seats_to_json(seats: Seats) -> dict[str, Any]:
    books, pasts = seats.warrants.books, seats.proofs.pasts
    return ({} if seats.homes is None else {"homes": seats.homes.of}) | {
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
        "proofs": [[*bucket, [_swap_to_json(one) for one in swaps]] for bucket, swaps in seats.proofs.of.items()],
        "token": books.token,
        "warrants": [
            [list(subject) if isinstance(subject, tuple) else subject, [_exchange_to_json(one) for one in exchanges]]
            for subject, exchanges in seats.warrants.of.items()
        ],
    }


def check_numbers(found: Any, below: float = math.inf) -> None:
    """Lists of whole numbers, however deep, each at least -1 and below this. Raises ValueError for anything else."""
    if isinstance(found, list):
        for one in found:
            check_numbers(one, below)
    elif type(found) is not int or not -1 <= found < below:
        raise ValueError


def _flat(found: Any, below: float = math.inf) -> None:
    """The same, of one list of numbers."""
    if not isinstance(found, list) or any(isinstance(one, list) for one in found):
        raise ValueError
    check_numbers(found, below)


def _check_pointers(found: dict[str, Any]) -> None:
    """Every number of a history's seats points at something that is there."""
    seats, answers, columns = len(found["answer"]), len(found["answers"]), len(found["columns"])
    _flat([*found["answer"], *(answer for _, answer, _ in found["past"])], answers)
    _flat([*found["container"], *found["token"], *(seat for own in found["people"].values() for seat in own)], seats)
    _flat([number for _, _, past in found["past"] for number in past])
    _flat([*found["changes"].values(), *found["beside"], *found["least"], *found["circles"]["joined"]])
    _flat([number for one in found["meaning_of"] for number in one])
    _flat(found.get("homes", []))
    check_numbers(found["warrants"], max(seats, answers))
    check_numbers([found["proofs"], found["circles"]["last"]])
    shapes = [len(one) != columns for one in (*found["answers"], *found["meaning_of"], found["least"], found["beside"])]
    names = [*found["columns"], *(name for name, _, _ in found["past"])]
    if any(shapes) or len(found["meaning_of"]) != answers or not all(isinstance(name, str) for name in names):
        raise ValueError
    if not all(found["people"].values()):
        raise ValueError


def seats_from_json(found: dict[str, Any]) -> Seats:
    """Raises ValueError, KeyError, TypeError, IndexError or AttributeError for what are none."""
    _check_pointers(found)
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
        Homes.kept(found["homes"], len(found["past"])) if "homes" in found else None,
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
        of[tuple(past), answer] = tuple(_swap_from_json(*one, answers=len(found["answers"])) for one in swaps)
    return Proofs.kept(pasts, of)


def _swap_from_json(answer: int, own: Any, other: Any, *by: Any, answers: int) -> Swap:
    if len(by) > 1 or any(type(one) is not int or not 0 <= one < answers for one in by):
        raise ValueError
    return Swap(answer, _side(own), _side(other), *by)


def _swap_to_json(one: Swap) -> list[Any]:
    return [one.answer, one.own, one.other, *(() if one.by is None else (one.by,))]


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
