"""What one more release of a series may ask, beside what earlier ones told, and the seats and answers it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bank_api.domain.anonymize.column_cells import Cells
from bank_api.domain.anonymize.encode import form_of_answer
from bank_api.domain.anonymize.errors import ReleaseRefusedError, SchemaError
from bank_api.domain.anonymize.schema import Column, ColumnKind, ReleasePolicy
from bank_api.domain.anonymize.seats.history import History
from bank_api.domain.anonymize.seats.homes.books import Homes
from bank_api.domain.anonymize.seats.kept import Seats
from bank_api.domain.anonymize.seats.pasts import Pasts
from bank_api.domain.anonymize.seats.proofs import Proofs
from bank_api.domain.anonymize.seats.structure import Structure
from bank_api.domain.anonymize.seats.warrants import Warrants


def check_people(
    rows: Sequence[Any], people: Sequence[str], sensitive: Sequence[Column], policy: ReleasePolicy
) -> None:
    if len(people) != len(rows) or len(set(people)) < len(people):
        raise SchemaError("people", "every row needs a pseudonym of its own")
    if not sensitive:
        raise SchemaError("columns", "a series protects sensitive columns, and none is declared")
    if policy.come_and_go and policy.beside < 2:
        raise SchemaError("come_and_go", "homes keep two answers beside an insider at least")
    for column in sensitive:
        if policy.l.get(column.name, 0) < 2:
            raise SchemaError("l", "{column} needs l of at least 2 in a series of releases", column=repr(column.name))


def begins_with_homes(policy: ReleasePolicy) -> bool:
    """Unless seats are asked for, or so little that only seats can give it."""
    return policy.beside > 1 if policy.come_and_go is None else policy.come_and_go


def seats_of(history: History, sensitive: Sequence[Column], policy: ReleasePolicy) -> Seats:
    """The seats of just these columns. Others that share some of them could be compared with these, so are refused."""
    names, least = tuple(column.name for column in sensitive), tuple(policy.l[column.name] for column in sensitive)
    for seats in history.seats:
        if set(seats.columns) == set(names):
            if seats.columns != names:
                raise SchemaError(
                    "columns", "sensitive columns stand in the order {columns}", columns=", ".join(seats.columns)
                )
            for name, kept, asked in zip(names, seats.warrants.books.least, least, strict=True):
                if asked > kept:
                    raise ReleaseRefusedError(
                        "seats", "earlier releases of {column} were made for less l", asked, kept, column=repr(name)
                    )
            for name, kept, asked in zip(names, seats.proofs.pasts.beside, least, strict=True):
                if min(policy.beside, asked) > kept:
                    raise ReleaseRefusedError(
                        "insiders",
                        "earlier releases of {column} kept less from insiders",
                        policy.beside,
                        kept,
                        column=repr(name),
                    )
            if policy.come_and_go is True and seats.homes is None:
                raise SchemaError("come_and_go", "the series began with seats, and goes on with them")
            if policy.come_and_go is False and seats.homes is not None:
                raise SchemaError("come_and_go", "the series began with homes, and goes on with them")
            return seats
        shared = set(seats.columns) & set(names)
        if shared:
            raise ReleaseRefusedError(
                "seats",
                "{columns} was released together with other sensitive columns before: the releases "
                "could be compared; ask for {wanted} as before",
                len(seats.columns),
                len(names),
                columns=", ".join(sorted(shared)),
                wanted=", ".join(seats.columns),
            )
    options: list[list[frozenset[str]] | None] = [[] if one.kind is ColumnKind.MULTI else None for one in sensitive]
    structure = Structure(least, options=options)
    beside = tuple(min(policy.beside, one) for one in least)
    proofs = Proofs(Pasts(structure, beside))
    homes = Homes() if begins_with_homes(policy) else None
    history.seats.append(Seats(names, Warrants(structure), proofs, meanings=[{} for _ in names], homes=homes))
    return history.seats[-1]


def answers_of(seats: Seats, sensitive: Sequence[Column], cleaned: Mapping[str, Cells]) -> list[int]:
    together = list(zip(*(cleaned[column.name] for column in sensitive), strict=True))
    number = {
        answer: seats.number(
            answer,
            tuple(
                None if one is None else form_of_answer(column, one)
                for column, one in zip(sensitive, answer, strict=True)
            ),
        )
        for answer in sorted(set(together), key=repr)
    }
    return [number[answer] for answer in together]
