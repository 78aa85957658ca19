"""A table and its specification: CSV text and TOML to declared columns and rows.

[columns.NAME] role = "identifier" | "quasi" | "sensitive" | "harmless"; kind = "number" | "choice" | "ordinal" |
"multi"; minimum, maximum (numbers beyond are coded to the ends); bands = cut points, or how many bands of about as many
people; values = the order of an ordinal; hierarchy = FILE in ARX's form, leaf first, divided by `;`; answered = true
where nobody leaves it open (`made_up` alone asks). Of a sensitive
column what its classes keep, in place of what the command asks for all: l, entropy_l, recursive = [c, l], t.
[presence] population = FILE, least, most: the table of everybody who could be in the release, by its generalized
columns, and the bounds of anybody's chance to be in it.
Every column of the table is declared, or it may not be used. An empty cell is no answer. A multiple choice is a set of
options divided by `|` or `;` (a divider alone: none of them); values = its options, else those that somebody chose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bank_api.domain.anonymize import Column, ColumnRole, Hierarchy, SchemaError
from bank_api.domain.anonymize.choices import written_set
from bank_api.domain.anonymize.schema import GENERALIZED, Value, with_role
from bank_api.domain.dry_run.alike import check_alike, declared_alike, spelled_alike
from bank_api.domain.dry_run.cells import Cells, Lines, options_of, read_csv
from bank_api.domain.dry_run.declared import ROLES, declared_columns, kind_of, parsed_toml, presence_asked, rules_asked
from bank_api.domain.dry_run.errors import DryRunError
from bank_api.domain.dry_run.numbers import Banding, number_column
from bank_api.domain.dry_run.texts import read_text

OPTIONS_MAX = 256
"""Of a multiple choice: each is a column of its own to whoever parts the rows, and free text would fill the memory."""

Read = Callable[[str, str], str]
"""The text of a file that the specification names, and of which field."""


@dataclass(frozen=True)
class Table:
    columns: tuple[Column, ...]
    rows: tuple[dict[str, Value], ...]
    people: tuple[str, ...] | None
    bandings: Mapping[str, Banding]
    """Of banded sensitive columns; the next release of the series is banded alike."""
    declared: Mapping[str, Mapping[str, Any]]
    """What later releases of the series must declare alike, by released column."""
    rules: Mapping[str, Mapping[str, Any]]
    """By rule and sensitive column, what the specification asks."""
    population: tuple[dict[str, Value], ...] = ()
    presence: tuple[float, float] | None = None
    repeated: int = 0
    """Rows all of whose identifiers stand in an earlier row, too: if it is one person's, k counts them twice."""


@dataclass(frozen=True)
class Earlier:
    """What earlier releases of a series declared and told, as far as this one must keep to it."""

    bandings: Mapping[str, Banding] = field(default_factory=dict)
    declared: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    spelled: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By sensitive column and meaning, how an answer was spelled: whoever spells it otherwise has not changed it."""


def read_table(
    text: str,
    spec: str,
    folder: Path,
    person: str | None,
    earlier: Earlier | None = None,
    population: str | None = None,
    encoding: str | None = None,
) -> Table:
    """`folder` is where other files are looked for; `earlier` if this is one of a series.

    `encoding`: of files that are not UTF-8.
    """
    names, lines = read_csv(text, "--csv")
    found = parsed_toml(spec)
    declared, bounds = declared_columns(found), presence_asked(found.get("presence"))
    if population is None and "population" in found.get("presence", {}):
        population = read_text(folder / str(found["presence"]["population"]), "presence.population", encoding)
    listed_names, listed = read_csv(population, "--population") if population is not None else ([], Lines([], []))
    if person is not None and person not in names:
        raise DryRunError("--person", "the table has no column {column}", column=repr(person))
    for name in names:
        if name not in declared and name != person:
            raise DryRunError(name, "the column is not declared, so it may not be released")
    columns: list[Column] = []
    values: dict[str, list[Value]] = {}
    used: dict[str, Banding] = {}
    series = earlier or Earlier()

    def read(file: str, of: str) -> str:
        return read_text(folder / file, of, encoding)

    check_alike(declared, series.declared)
    for name, about in declared.items():
        if name == person:
            continue
        if name not in names:
            raise DryRunError(name, "is declared, but the table has no such column")
        at = names.index(name)
        cells = lines.column(at)
        if population is not None and ROLES[about["role"]] in GENERALIZED:
            if name not in listed_names:
                raise DryRunError("--population", "the list has no column {column}", column=repr(name))
            others = listed.column(listed_names.index(name))
            cells = Cells([*cells, *others], [*cells.numbers, *others.numbers])
        if earlier is not None and ROLES[about["role"]] is ColumnRole.SENSITIVE:
            about, cells = spelled_alike(about, cells, dict(series.spelled.get(name, {})))
        try:
            column, values[name], banding = _column(name, about, cells, read, series.bandings.get(name), len(lines))
            columns.append(column)
            if banding is not None:
                used[name] = banding
        except SchemaError as error:
            raise DryRunError(name, error.rule) from error
    rows = tuple({name: cells[number] for name, cells in values.items()} for number in range(len(lines)))
    generalized = [column.name for column in with_role(columns, *GENERALIZED)]
    everybody = tuple(
        {name: values[name][number] for name in generalized} for number in range(len(lines), len(lines) + len(listed))
    )
    people = None if person is None else lines.column(names.index(person))
    if people is not None:
        _check_people(str(person), people)
    return Table(
        tuple(columns),
        rows,
        None if people is None else tuple(people),
        used,
        declared_alike(declared),
        rules_asked(declared),
        everybody,
        bounds,
        0 if people else _repeated(columns, values),
    )


def _repeated(columns: Sequence[Column], values: Mapping[str, Sequence[Value]]) -> int:
    names = [column.name for column in with_role(columns, ColumnRole.IDENTIFIER)]
    known = [one for one in zip(*(values[name] for name in names), strict=True) if any(one)]
    return len(known) - len(set(known))


def _check_people(column: str, people: Cells) -> None:
    first: dict[str, int] = {}
    for line, one in zip(people.numbers, people, strict=True):
        if not one:
            raise DryRunError(column, "line {line} has no pseudonym: every row needs one of its own", line=line)
        before = first.setdefault(one, line)
        if before != line:
            raise DryRunError(
                column,
                "lines {before} and {line} have one pseudonym: every row needs one of its own",
                before=before,
                line=line,
            )


def _column(
    name: str, about: Mapping[str, Any], cells: Cells, read: Read, before: Banding | None, rows: int
) -> tuple[Column, list[Value], Banding | None]:
    """`rows`: so many cells are the table's, the others those of the list of everybody."""
    role = ROLES[about["role"]]
    if role is ColumnRole.IDENTIFIER:
        return Column.identifier(name), list(cells), None
    kind = kind_of(about)
    if "hierarchy" in about and (kind not in ("choice", "ordinal") or "values" in about):
        raise DryRunError(
            f"columns.{name}.hierarchy", "goes with kind choice or ordinal, and names its values by itself"
        )
    if kind == "number":
        return number_column(name, role, about, cells, before, rows)
    make = _multi if kind == "multi" else _named
    column, values = make(name, role, about, cells, read, rows)
    if role in GENERALIZED and any(sign in value for value in column.values for sign in "{|}"):
        raise DryRunError(name, "a value of a generalized column holds none of {signs}", signs="{ | }")
    return column, values, None


def _named(
    name: str, role: ColumnRole, about: Mapping[str, Any], cells: Cells, read: Read, rows: int
) -> tuple[Column, list[Value]]:
    ordinal, blank = kind_of(about) == "ordinal", [cell or None for cell in cells]
    if "hierarchy" in about:
        tree = Hierarchy.from_csv(read(str(about["hierarchy"]), f"columns.{name}.hierarchy"))
        lacking = _lacking(cells, [{cell} for cell in cells], {"", *tree.leaves}, name, rows)
        if lacking:
            raise DryRunError(
                f"columns.{name}.hierarchy",
                "has no leaf for {count} values of the table, the first in line {line}",
                **lacking,
            )
        if ordinal and role is ColumnRole.SENSITIVE:
            return Column.ordinal(name, role, tree.leaves), list(blank)
        return Column.category(name, role, hierarchy=tree), list(blank)
    order = [str(one) for one in about.get("values") or _in_order(cells) or ["-"]]
    make: Callable[..., Column] = Column.ordinal if ordinal else Column.category
    lacking = _lacking(cells, [{cell} for cell in cells], {"", *order}, name, rows)
    if lacking:
        raise DryRunError(
            f"columns.{name}.values", "lack {count} values of the table, the first in line {line}", **lacking
        )
    return make(name, role, order), list(blank)


def _lacking(cells: Cells, given: Sequence[Set[str]], known: Set[str], name: str, rows: int) -> dict[str, int] | None:
    """How many values of the table are not known, and the line of the first; of the list of everybody it is refused."""
    for of_list, these in enumerate((slice(rows), slice(rows, None))):
        part = given[these]
        lines = [line for line, values in zip(cells.numbers[these], part, strict=True) if not values <= known]
        if lines:
            count, line = len(set().union(*part) - known), lines[0]
            if not of_list:
                return {"count": count, "line": line}
            raise DryRunError(
                "--population",
                "column {column} has {count} values that are not declared, the first in line {line}",
                column=repr(name),
                count=count,
                line=line,
            )
    return None


def _in_order(cells: Cells) -> list[str]:
    """By number where all are numbers, else by the alphabet."""
    known = set(cells) - {""}
    try:
        return sorted(known, key=float)
    except ValueError:
        return sorted(known)


def _multi(
    name: str, role: ColumnRole, about: Mapping[str, Any], cells: Cells, _: Read, rows: int
) -> tuple[Column, list[Value]]:
    given = [frozenset(options_of(cell)) for cell in cells]
    options = [str(one) for one in about.get("values") or sorted({option for one in given for option in one})]
    lacking = _lacking(cells, given, set(options), name, rows)
    if lacking:
        raise DryRunError(
            f"columns.{name}.values", "lack {count} options that were chosen, the first in line {line}", **lacking
        )
    if len(options) > OPTIONS_MAX:
        raise DryRunError(name, "has {count} options, more than {most}", count=len(options), most=OPTIONS_MAX)
    sets: list[Value] = [written_set(one, options) if cell else None for one, cell in zip(given, cells, strict=True)]
    return Column.multi(name, role, options or ["-"]), sets
