"""The answers of each class are those of its people, and as different as the policy asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bank_api.domain.anonymize.column_cells import Cells
from bank_api.domain.anonymize.containment import Numbers
from bank_api.domain.anonymize.errors import ReleaseRefusedError
from bank_api.domain.anonymize.measure import Given, closeness
from bank_api.domain.anonymize.schema import Column, ColumnKind, ColumnRole, ReleasePolicy, with_role
from bank_api.domain.anonymize.table import Answers, ReleasedTable
from bank_api.domain.anonymize.verifier.rounding import ROUNDING


def check_types(table: ReleasedTable, cleaned: Mapping[str, Cells]) -> None:
    for position, column in enumerate(table.plain):
        if not set(map(type, table.answers(position))) <= set(map(type, cleaned[column.name].distinct)):
            raise ReleaseRefusedError(
                "truth", "answers of {column} have another type than the source", column=repr(column.name)
            )


def check_truth(
    table: ReleasedTable, cleaned: Mapping[str, Cells], kept: Numbers, class_of_kept: Numbers, class_of_row: Numbers
) -> tuple[Numbers, Numbers]:
    """One number per (class, answers), for every released source row and for every released row."""
    truth, told = class_of_kept, class_of_row
    for position, column in enumerate(table.plain):
        true, said = cleaned[column.name], table.coded[position]
        index = {None: 0, **{value: code for code, value in enumerate(said.present, 1)}}
        unsaid = len(index)  # one code for all answers that the release does not know
        codes = true.read({value: index.get(value, unsaid) for value in true.distinct})[kept]
        both = np.concatenate([codes, said.codes])
        both += np.concatenate([truth, told]) * (unsaid + 1)
        both = np.unique(both, return_inverse=True)[1].reshape(-1)
        truth, told = both[: len(truth)], both[len(truth) :]
    width = int(max(truth.max(), told.max())) + 1
    wrong = np.abs(np.bincount(truth, minlength=width) - np.bincount(told, minlength=width)).sum()
    if wrong:
        raise ReleaseRefusedError(
            "truth", "released rows are not the answers of the people in their box", 0, int(wrong)
        )
    return truth, told


@dataclass(frozen=True)
class Reached:
    l: dict[str, int] = field(default_factory=dict)  # noqa: E741  the rule's own name
    entropy_l: dict[str, float] = field(default_factory=dict)
    recursive_c: dict[str, float] = field(default_factory=dict)
    t: dict[str, float] = field(default_factory=dict)


def measure_sensitive(
    table: ReleasedTable, columns: Sequence[Column], class_of_row: Numbers, classes: int, policy: ReleasePolicy
) -> Reached:
    reached = Reached()
    for position, column in enumerate(with_role(columns, ColumnRole.SENSITIVE)):
        answers, name = table.coded[position], column.name
        if column.kind is ColumnKind.ORDINAL:
            answers = Answers.of(table.answers(position), column.values)
        given = Given.of(answers, class_of_row, classes, column)
        reached.l[name], reached.entropy_l[name] = given.distinct, given.entropy
        if column.kind is ColumnKind.MULTI:
            reached.l[name] = min(given.distinct, given.distinct_without)
        if name in policy.recursive:
            reached.recursive_c[name] = given.recursive(policy.recursive[name][1])
        reached.t[name] = closeness(answers, class_of_row, classes, column.kind)
    return reached


def check_sensitive(reached: Reached, policy: ReleasePolicy) -> None:
    for name, least in policy.l.items():
        if reached.l[name] < least:
            raise ReleaseRefusedError(
                "l", "a class has too few answers to {column}", least, reached.l[name], column=repr(name)
            )
    for name, variety in policy.entropy_l.items():
        if reached.entropy_l[name] < variety - ROUNDING:
            found = reached.entropy_l[name]
            raise ReleaseRefusedError(
                "entropy l", "answers to {column} vary too little in a class", variety, found, column=repr(name)
            )
    for name, (times, _) in policy.recursive.items():
        if reached.recursive_c[name] >= times:
            found = reached.recursive_c[name]
            raise ReleaseRefusedError(
                "recursive c", "one answer to {column} is too common in a class", times, found, column=repr(name)
            )
    for name, most in policy.t.items():
        if reached.t[name] > most + ROUNDING:
            raise ReleaseRefusedError(
                "t", "a class is too far from everybody in {column}", most, reached.t[name], column=repr(name)
            )
