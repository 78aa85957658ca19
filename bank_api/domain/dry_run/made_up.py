"""Made-up rows of a table, without a server: what `azukari release synthetic` does.

1. the domain, from the specification alone; then the table, coded into it
2. the rows, drawn from noisy counts: from here on the released part looks at no answer any more
3. for whoever holds the table: how useful they are, measured without noise, beside an anonymized release of the same
   table and two halves of it. This part of the report tells of the table; the rows and the rest of it do not.
"""

from __future__ import annotations

import csv
import io
import random
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from bank_api.domain.anonymize import AnonymizedRelease, ColumnRole, ReleasePolicy, anonymize
from bank_api.domain.anonymize.cells import Cell, NumberCell, SetCell
from bank_api.domain.anonymize.choices import BETWEEN
from bank_api.domain.anonymize.errors import AnonymizeError
from bank_api.domain.dry_run.cells import Cells, read_csv
from bank_api.domain.dry_run.declared import ROLES, declared_columns, kind_of, parsed_toml
from bank_api.domain.dry_run.domains import codes_of, domain_of
from bank_api.domain.dry_run.errors import DryRunError
from bank_api.domain.dry_run.numbers import number_text
from bank_api.domain.dry_run.spec import read_table
from bank_api.domain.synthetic.attributes import Attribute, Value, drawn_rows
from bank_api.domain.synthetic.errors import SyntheticError
from bank_api.domain.synthetic.making import DELTA, Made, Maker, count_error, told_error
from bank_api.domain.synthetic.measured import Codes, commonest, learned, utility

__all__ = ["Asked", "MadeUp", "SyntheticError", "make_up"]
BESIDE_K = 5
SUPPRESSED_MOST = 0.99
"""The release beside may leave out what it must: how much is in the report."""


@dataclass(frozen=True)
class MadeUp:
    text: str
    """The made-up table, as CSV."""
    report: dict[str, Any]


@dataclass(frozen=True)
class Asked:
    epsilon: float
    rows: int
    delta: float = DELTA
    algorithm: str = "MST"


def make_up(table_text: str, spec: str, spec_folder: Path, asked: Asked, encoding: str | None = None) -> MadeUp:
    """Raises DryRunError for unusable files, SyntheticError for what cannot be made."""
    attributes = domain_of(spec, spec_folder, encoding)  # 1.
    codes = coded(attributes, spec, table_text)
    if asked.delta * len(codes[0]) >= 1:
        raise DryRunError(
            "--delta", "is less than one in the number of people: else it lets one of them be told outright"
        )
    maker = Maker(tuple(one.cells for one in attributes), asked.epsilon, asked.delta, asked.algorithm)
    made = maker.make(codes, asked.rows)  # 2.
    dice = secrets.SystemRandom()
    rows = drawn_rows(attributes, made.columns, dice)
    report = about(attributes, asked, made) | {"rows": asked.rows}
    report["measured"] = {  # 3.
        "for": "whoever holds the table: these figures have no noise",
        "people": len(codes[0]),
        "count_error": told_error(_varied(attributes), asked.epsilon, asked.delta, len(codes[0]), asked.rows),
        **compared(attributes, codes, made.columns, _sensitive(attributes, spec), dice),
    }
    beside = _anonymized(table_text, spec, spec_folder, encoding, attributes, codes, dice)
    report["measured"]["anonymized"] = beside
    return MadeUp(_written(attributes, rows), report)


def about(attributes: Sequence[Attribute], asked: Asked, made: Made) -> dict[str, Any]:
    """How they were made. Nothing here comes from an answer but what was paid for."""
    return {
        "method": f"{asked.algorithm}, OpenDP {version('opendp')}, mbi {version('mbi')}",
        "epsilon": asked.epsilon,
        "delta": asked.delta,
        "epsilon_derived": made.epsilon,
        "neighbours": "tables of as many people that differ in one person's answers",
        "noise_error": round(count_error(_varied(attributes), asked.epsilon, asked.delta), 1),
        "columns": {one.name: {"cells": one.cells, "no_answer": one.may_miss} for one in attributes},
        "counted_together": [[attributes[at].name for at in pair] for pair in made.pairs],
    }


def _varied(attributes: Sequence[Attribute]) -> int:
    return sum(one.cells > 1 for one in attributes)


def coded(attributes: Sequence[Attribute], spec: str, table_text: str) -> list[Codes]:
    """A table's columns as codes. Raises DryRunError where table and specification do not fit."""
    names, lines = read_csv(table_text, "--csv")
    declared = declared_columns(parsed_toml(spec))
    for name in names:
        if name not in declared:
            raise DryRunError(name, "the column is not declared, so it may not be released")
    found = []
    for one in attributes:
        if one.name not in names:
            raise DryRunError(one.name, "is declared, but the table has no such column")
        at = names.index(one.name)
        cells = lines.column(at)
        found.append(np.array(codes_of(one, kind_of(declared[one.name]), cells), dtype=np.int64))
    if len(lines) < 2:
        raise DryRunError("--csv", "holds two rows at least")
    return found


def compared(
    attributes: Sequence[Attribute],
    codes: Sequence[Codes],
    made: Sequence[Codes],
    sensitive: int | None,
    dice: random.Random,
) -> dict[str, Any]:
    """The utility of the rows, and beside it how far two halves of the real table lie from each other."""
    order = np.array(dice.sample(range(len(codes[0])), len(codes[0])))
    half, rest = (np.array_split(order, 2)[side] for side in (0, 1))
    one, other = [column[half] for column in codes], [column[rest] for column in codes]
    found = {"synthetic": utility(attributes, codes, made), "halves": utility(attributes, one, other)}
    if sensitive is not None:
        found["synthetic"]["learned"] = round(learned(attributes, made, other, sensitive), 4)
        found["halves"]["learned"] = round(learned(attributes, one, other, sensitive), 4)
        found["learning"] = {
            "column": attributes[sensitive].name,
            "commonest_answer": round(commonest(one, other, sensitive), 4),
        }
    return found


def _sensitive(attributes: Sequence[Attribute], spec: str) -> int | None:
    declared = declared_columns(parsed_toml(spec))
    roles = [ROLES[declared[one.name]["role"]] for one in attributes]
    return roles.index(ColumnRole.SENSITIVE) if ColumnRole.SENSITIVE in roles else None


def _anonymized(
    table_text: str,
    spec: str,
    folder: Path,
    encoding: str | None,
    attributes: Sequence[Attribute],
    codes: Sequence[Codes],
    dice: random.Random,
) -> dict[str, Any]:
    """The same figures of a release of k = 5 (l, t not asked), its ranges and sets read as any value in them."""
    try:
        table = read_table(table_text, spec, folder, None, None, None, encoding)
        policy = ReleasePolicy(BESIDE_K, suppression_limit=SUPPRESSED_MOST)
        release = anonymize(table.rows, table.columns, policy, dice)
    except (AnonymizeError, DryRunError) as error:
        return {"refused": str(error)}
    guessed = guessed_codes(release, attributes, parsed_toml(spec)["columns"], dice)
    return {
        "k": release.measured.k,
        "suppressed": release.measured.suppressed,
        "loss": release.measured.loss,
        **utility(attributes, codes, guessed),
    }


def guessed_codes(
    release: AnonymizedRelease, attributes: Sequence[Attribute], declared: Mapping[str, Any], dice: random.Random
) -> list[Codes]:
    """A released table in the cells of the domain: of each range or set any value that it allows, each as likely."""
    table = release.document.table
    generalized = [column.name for column in table.generalized]
    names = [*generalized, *(column.name for column in table.plain)]
    found = []
    for one in attributes:
        at, kind = names.index(one.name), kind_of(declared[one.name])
        column = []
        for row in table.rows:
            if at < len(generalized):
                value = _guessed(table.boxes[row[0]][at], dice)
            else:
                value = _answer(row[1 + at - len(generalized)])
            column.extend(codes_of(one, kind, Cells(["" if value is None and one.may_miss else str(value)], [0])))
        found.append(np.array(column, dtype=np.int64))
    return found


def _guessed(cell: Cell, dice: random.Random) -> str | None:
    if isinstance(cell, NumberCell):
        if cell.low is None or cell.high is None:
            return None
        return number_text(dice.uniform(cell.low, cell.high)) if cell.low < cell.high else number_text(cell.low)
    if isinstance(cell, SetCell):
        if cell.any_of is None:
            return None
        perhaps = [one for one in cell.any_of if one not in cell.all_of and dice.random() < 0.5]
        return BETWEEN.join([*cell.all_of, *perhaps]) or BETWEEN
    return dice.choice(cell.values) if cell.values else None


def _answer(value: Any) -> str | None:
    if value is None:
        return None
    return (value or BETWEEN) if isinstance(value, str) else number_text(value)


def _written(attributes: Sequence[Attribute], rows: Sequence[Mapping[str, Value]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([one.name for one in attributes])
    for row in rows:
        writer.writerow([_answer(value) or "" for value in row.values()])
    return text.getvalue()
