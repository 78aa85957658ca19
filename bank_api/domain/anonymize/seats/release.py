"""A release that remembers all earlier ones: one wave over the seats, verified like any other, its attacks run first.

1. Columns, rows and people are checked; an answer has a number, a quasi-identifier a place between 0 and 1.
2. Seats are taken (`wave`) in a copy of the history; newcomers without a seat are parted by Mondrian.
3. Classes are made of whole containers; the rest is suppressed, within the policy's limit.
4. The independent verifier measures the release, `invariants` judges the seats.
5. The new history holds what this release tells. The caller records it before the release leaves the house.
Nothing is changed when anything is refused: the history given stays as it was.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.column_cells import Cells
from bank_api.domain.anonymize.diversity import Diversity, check_reachable
from bank_api.domain.anonymize.encode import (
    Axis,
    Codes,
    SensitiveCodes,
    axes_of,
    clean_columns,
    form_of_answer,
    only_columns,
    sensitive_codes,
)
from bank_api.domain.anonymize.errors import (
    PolicyUnreachableError,
    ReleaseRefusedError,
    SchemaError,
)
from bank_api.domain.anonymize.mondrian import partition
from bank_api.domain.anonymize.presence import drawn_around, others_on
from bank_api.domain.anonymize.release import AnonymizedRelease, finish
from bank_api.domain.anonymize.schema import (
    GENERALIZED,
    Column,
    ColumnKind,
    ColumnRole,
    ReleasePolicy,
    Value,
    check_columns,
    with_role,
)
from bank_api.domain.anonymize.seats import insiders, invariants
from bank_api.domain.anonymize.seats.classes import classes_of
from bank_api.domain.anonymize.seats.collector import collector_resting
from bank_api.domain.anonymize.seats.history import KEY_BYTES, History, ToldClass, ToldRelease
from bank_api.domain.anonymize.seats.kept import Seats
from bank_api.domain.anonymize.seats.pasts import Pasts
from bank_api.domain.anonymize.seats.proofs import Proofs
from bank_api.domain.anonymize.seats.seating import Seating
from bank_api.domain.anonymize.seats.structure import Structure
from bank_api.domain.anonymize.seats.warrants import Warrants
from bank_api.domain.anonymize.seats.wave import Wave
from bank_api.domain.anonymize.suppress import Suppression, TooManyLeftOutError

FOUNDED_ROWS_MIN = 5
"""Containers are founded of classes of at least so many: smaller ones seldom bear a change."""
NEAR = 0.05
"""How much wider a container may grow by one person, on average over the quasi-identifiers; see `wave`."""
NO_ANSWER_PLACE = 3.0


def new_history(randomness: random.Random) -> History:
    return History(randomness.randbytes(KEY_BYTES))


@collector_resting()
def release_in_series(
    rows: Sequence[Mapping[str, Value]],
    people: Sequence[str],
    columns: Sequence[Column],
    policy: ReleasePolicy,
    history: History,
    randomness: random.Random,
    population: Sequence[Mapping[str, Value]] = (),
    held: Set[str] = frozenset(),
) -> tuple[AnonymizedRelease, History]:
    """One more release, and the history to record with it. `people` are the pseudonyms that tie the rows together.

    `population`: everybody who could be in it, by generalized columns, people of the rows too, for `policy.presence`.
    Raises PolicyUnreachableError, ReleaseRefusedError, SchemaError; the history given is never changed.
    """
    # 1. what is asked
    check_columns(columns, policy)
    sensitive = with_role(columns, ColumnRole.SENSITIVE)
    _check_people(rows, people, sensitive, policy)
    cleaned = clean_columns(rows, columns)
    codes = [sensitive_codes(column, cleaned[column.name]) for column in sensitive]
    check_reachable(codes, policy, np.arange(len(rows)))
    axes = axes_of(with_role(columns, *GENERALIZED), cleaned)
    history = history.copied()
    seats = _seats(history, sensitive, policy)
    answers = _answers(seats, sensitive, cleaned)
    # 2. who sits where
    places = _places(axes, len(rows))
    persons = [history.person(one) for one in people]
    barred = {row for row, person in enumerate(persons) if person in history.forgotten}
    persons = [
        person if row in barred else seats.comes(person, answer)
        for row, (person, answer) in enumerate(zip(persons, answers, strict=True))
    ]
    seating = Seating(seats.warrants, persons, answers, places, randomness, barred)
    wave = Wave(seating, seats.proofs, seats.circles, NEAR, held)
    circle = wave.run(_founding(axes, codes, policy))
    # 3. classes
    kept = np.flatnonzero(circle >= 0)
    left_out = wave.left_out(circle)
    _check_enough(len(kept), len(rows), left_out, policy)
    rules = Diversity.of(codes, policy, kept)
    labels = classes_of(circle[kept], places[kept], policy.k, partial(rules.holds, np.arange(len(kept))))
    kept_axes = [one.only(kept) for one in axes]
    # 4. measured and judged
    around, listed = None, None
    if policy.presence is not None:
        generalized = with_role(columns, *GENERALIZED)
        listed = clean_columns(only_columns(population, generalized), generalized)
        around = drawn_around(generalized, cleaned, others_on(listed, cleaned, generalized), kept, labels, policy)
    release = finish(
        rows,
        columns,
        policy,
        cleaned,
        kept_axes,
        kept,
        labels,
        left_out,
        randomness,
        labels_told=True,
        around=around,
        listed=listed,
    )
    invariants.check(seats.warrants.books, seats.warrants.of)
    # 5. what it tells
    told = _told(kept, labels, persons, [seats.answers[number] for number in answers])
    history.releases.append(ToldRelease(seats.columns, policy.audience, told))
    if seats.proofs.pasts.asked:
        insiders.check(seats.proofs.pasts, seats.proofs.of, history.told_of(seats))
    return release, history


def _check_people(
    rows: Sequence[Any], people: Sequence[str], sensitive: Sequence[Column], policy: ReleasePolicy
) -> None:
    if len(people) != len(rows) or len(set(people)) < len(people):
        raise SchemaError("people", "every row needs a pseudonym of its own")
    if not sensitive:
        raise SchemaError("columns", "a series protects sensitive columns, and none is declared")
    for column in sensitive:
        if policy.l.get(column.name, 0) < 2:
            raise SchemaError("l", "{column} needs l of at least 2 in a series of releases", column=repr(column.name))


def _seats(history: History, sensitive: Sequence[Column], policy: ReleasePolicy) -> Seats:
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
    history.seats.append(Seats(names, Warrants(structure), proofs, meanings=[{} for _ in names]))
    return history.seats[-1]


def _answers(seats: Seats, sensitive: Sequence[Column], cleaned: Mapping[str, Cells]) -> list[int]:
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


def _places(axes: Sequence[Axis], rows: int) -> NDArray[np.float64]:
    if not axes:
        return np.zeros((rows, 1))
    scales = [np.append((one.coordinates[:-1] + one.ends[:-1]) / 2, NO_ANSWER_PLACE)[one.codes] for one in axes]
    return np.stack(scales, axis=1)


def _founding(axes: Sequence[Axis], codes: Sequence[Any], policy: ReleasePolicy) -> Callable[[Codes], list[Codes]]:
    def found(rows: Codes) -> list[Codes]:
        rules = Diversity.of(codes, _beyond_insiders(codes, policy, rows), rows)
        if len(rows) < policy.k or not rules.holds(np.arange(len(rows)), np.zeros(len(rows), np.int64), 1).all():
            return []
        if not axes:
            return [rows]
        labels = partition([one.only(rows) for one in axes], max(policy.k, FOUNDED_ROWS_MIN), rules)
        order = np.argsort(labels, kind="stable")
        return [rows[part] for part in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)]

    return found


def _beyond_insiders(codes: Sequence[SensitiveCodes], policy: ReleasePolicy, rows: Codes) -> ReleasePolicy:
    """One answer more than is to stay possible beside an insider, where so many are to be had: they know one."""
    least = dict(policy.l)
    for column in codes:
        name = column.column.name
        wanted = min(policy.beside, least[name]) + 1
        if len(set(column.meanings[rows].tolist()) - {-1}) >= wanted:
            least[name] = max(wanted, least[name])
    return replace(policy, l=least)


def _check_enough(kept: int, rows: int, left_out: Sequence[Suppression], policy: ReleasePolicy) -> None:
    if kept < policy.k:
        raise PolicyUnreachableError("k", policy.k, kept)
    allowed = int(policy.suppression_limit * rows)
    if rows - kept > allowed:
        raise TooManyLeftOutError(allowed, left_out)


def _told(
    kept: Codes, labels: Codes, persons: Sequence[str], answers: Sequence[tuple[Value, ...]]
) -> tuple[ToldClass, ...]:
    inside: dict[int, list[int]] = {}
    for row, label in zip(kept.tolist(), labels.tolist(), strict=True):
        inside.setdefault(label, []).append(row)
    return tuple(
        ToldClass(
            tuple(sorted(persons[row] for row in rows)),
            tuple(sorted(Counter(answers[row] for row in rows).items(), key=repr)),
        )
        for rows in inside.values()
    )
