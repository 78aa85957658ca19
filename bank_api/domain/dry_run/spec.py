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

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bank_api.domain.anonymize import Column, ColumnRole, Hierarchy, SchemaError
from bank_api.domain.anonymize.choices import BETWEEN, written_set
from bank_api.domain.anonymize.schema import GENERALIZED, Value, with_role
from bank_api.domain.anonymize.spelling import meaning
from bank_api.domain.dry_run.cells import read_csv
from bank_api.domain.dry_run.errors import DryRunError
from bank_api.domain.dry_run.numbers import Banding, number_column
from bank_api.domain.dry_run.texts import read_text
from bank_api.domain.dry_run.written import CLASS, ROOM

ROLES = {
    "identifier": ColumnRole.IDENTIFIER,
    "quasi": ColumnRole.QUASI_IDENTIFIER,
    "quasi-identifier": ColumnRole.QUASI_IDENTIFIER,
    "sensitive": ColumnRole.SENSITIVE,
    "harmless": ColumnRole.HARMLESS,
}
KINDS = ("number", "choice", "ordinal", "multi")
RULES = ("l", "entropy_l", "recursive", "t")
FIELDS = {"role", "kind", "minimum", "maximum", "bands", "values", "hierarchy", "answered", *RULES}

OPTIONS_MAX = 256
"""Of a multiple choice: each is a column of its own to whoever parts the rows, and free text would fill the memory."""

Cells = Sequence[str]
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
    declared, bounds = declared_columns(found), _presence(found.get("presence"))
    if population is None and "population" in found.get("presence", {}):
        population = read_text(folder / str(found["presence"]["population"]), "presence.population", encoding)
    listed_names, listed = read_csv(population, "--population") if population is not None else ([], [])
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

    _check_alike(declared, series.declared)
    for name, about in declared.items():
        if name == person:
            continue
        if name not in names:
            raise DryRunError(name, "is declared, but the table has no such column")
        at = names.index(name)
        cells = [line[at].strip() for line in lines]
        if population is not None and ROLES[about["role"]] in GENERALIZED:
            if name not in listed_names:
                raise DryRunError("--population", "the list has no column {column}", column=repr(name))
            cells += [line[listed_names.index(name)].strip() for line in listed]
        if earlier is not None and ROLES[about["role"]] is ColumnRole.SENSITIVE:
            about, cells = _spelled(about, cells, dict(series.spelled.get(name, {})))
        try:
            column, values[name], banding = _column(name, about, cells, read, series.bandings.get(name))
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
    people = None if person is None else tuple(line[names.index(person)].strip() for line in lines)
    if people is not None and (len(set(people)) < len(people) or "" in people):
        raise DryRunError(str(person), "every row needs a pseudonym of its own")
    return Table(tuple(columns), rows, people, used, _alike(declared), _rules(declared), everybody, bounds)


def parsed_toml(spec: str) -> dict[str, Any]:
    try:
        return tomllib.loads(spec)
    except tomllib.TOMLDecodeError as error:
        raise DryRunError("--spec", "is no TOML ({why})", why=error) from error


def _presence(asked: Any) -> tuple[float, float] | None:
    if asked is None:
        return None
    if not isinstance(asked, dict) or not {"least", "most"} <= set(asked) <= {"least", "most", "population"}:
        raise DryRunError("presence", "has least and most, and may have population")
    if any(type(asked[end]) not in (int, float) for end in ("least", "most")):
        raise DryRunError("presence", "least and most are shares")
    return float(asked["least"]), float(asked["most"])


def declared_columns(found: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    columns = found.get("columns")
    if not isinstance(columns, dict) or not columns:
        raise DryRunError("--spec", "declares columns, each as [columns.NAME]")
    for name, about in columns.items():
        if not isinstance(about, dict):
            raise DryRunError(f"columns.{name}", "is declared as [columns.NAME], with its role below it")
        if not set(about) <= FIELDS:
            unknown = ", ".join(sorted(set(about) - FIELDS))
            raise DryRunError(
                f"columns.{name}", "knows {names}, not {unknown}", names=", ".join(sorted(FIELDS)), unknown=unknown
            )
        if not isinstance(about.get("role"), str) or about["role"] not in ROLES:
            raise DryRunError(f"columns.{name}.role", f"is one of {', '.join(ROLES)}")
        if about["role"] != "identifier" and about.get("kind", "choice") not in KINDS:
            raise DryRunError(f"columns.{name}.kind", f"is one of {', '.join(KINDS)}")
        values = about.get("values", ["-"])
        if not isinstance(values, list) or not values or any(type(one) not in (str, int, float) for one in values):
            raise DryRunError(f"columns.{name}.values", "is a list of names")
        if name in (CLASS, ROOM) and about["role"] != "identifier":
            raise DryRunError(name, "is what a column of a release's own is called: give this one another name")
    return columns


def _rules(declared: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {rule: {} for rule in RULES}
    for name, about in declared.items():
        for rule in set(RULES) & set(about):
            where, asked = f"columns.{name}.{rule}", about[rule]
            if ROLES[about["role"]] is not ColumnRole.SENSITIVE:
                raise DryRunError(where, "goes with sensitive columns only")
            if rule == "recursive":
                if not isinstance(asked, list) or [type(one) for one in asked] not in ([int, int], [float, int]):
                    raise DryRunError(where, "is [c, l], l a whole number")
                found[rule][name] = (float(asked[0]), int(asked[1]))
            elif type(asked) not in ((int,) if rule == "l" else (int, float)):
                raise DryRunError(where, "is a whole number" if rule == "l" else "is a number")
            else:
                found[rule][name] = asked
    return found


def _column(
    name: str, about: Mapping[str, Any], cells: Cells, read: Read, before: Banding | None
) -> tuple[Column, list[Value], Banding | None]:
    role = ROLES[about["role"]]
    if role is ColumnRole.IDENTIFIER:
        return Column.identifier(name), list(cells), None
    kind = kind_of(about)
    if "hierarchy" in about and (kind not in ("choice", "ordinal") or "values" in about):
        raise DryRunError(
            f"columns.{name}.hierarchy", "goes with kind choice or ordinal, and names its values by itself"
        )
    if kind == "number":
        return number_column(name, role, about, cells, before)
    make = _multi if kind == "multi" else _named
    column, values = make(name, role, about, cells, read)
    if role in GENERALIZED and any(sign in value for value in column.values for sign in "{|}"):
        raise DryRunError(name, "a value of a generalized column holds none of {signs}", signs="{ | }")
    return column, values, None


def kind_of(about: Mapping[str, Any]) -> str:
    return str(about.get("kind") or ("number" if {"minimum", "maximum", "bands"} & set(about) else "choice"))


def _named(
    name: str, role: ColumnRole, about: Mapping[str, Any], cells: Cells, read: Read
) -> tuple[Column, list[Value]]:
    ordinal, blank = kind_of(about) == "ordinal", [cell or None for cell in cells]
    if "hierarchy" in about:
        tree = Hierarchy.from_csv(read(str(about["hierarchy"]), f"columns.{name}.hierarchy"))
        unknown = set(cells) - {"", *tree.leaves}
        if unknown:
            raise DryRunError(
                f"columns.{name}.hierarchy", "has no leaf for {count} values of the table", count=len(unknown)
            )
        if ordinal and role is ColumnRole.SENSITIVE:
            return Column.ordinal(name, role, tree.leaves), list(blank)
        return Column.category(name, role, hierarchy=tree), list(blank)
    order = [str(one) for one in about.get("values") or _in_order(cells) or ["-"]]
    make: Callable[..., Column] = Column.ordinal if ordinal else Column.category
    unknown = set(cells) - {"", *order}
    if unknown:
        raise DryRunError(f"columns.{name}.values", "lack {count} values of the table", count=len(unknown))
    return make(name, role, order), list(blank)


def _in_order(cells: Cells) -> list[str]:
    """By number where all are numbers, else by the alphabet."""
    known = set(cells) - {""}
    try:
        return sorted(known, key=float)
    except ValueError:
        return sorted(known)


def _multi(name: str, role: ColumnRole, about: Mapping[str, Any], cells: Cells, _: Read) -> tuple[Column, list[Value]]:
    given = [frozenset(options_of(cell)) for cell in cells]
    options = [str(one) for one in about.get("values") or sorted({option for one in given for option in one})]
    unknown = sorted({option for one in given for option in one} - set(options))
    if unknown:
        raise DryRunError(f"columns.{name}.values", "lack {count} options that were chosen", count=len(unknown))
    if len(options) > OPTIONS_MAX:
        raise DryRunError(name, "has {count} options, more than {most}", count=len(options), most=OPTIONS_MAX)
    sets: list[Value] = [written_set(one, options) if cell else None for one, cell in zip(given, cells, strict=True)]
    return Column.multi(name, role, options or ["-"]), sets


def options_of(cell: str) -> list[str]:
    return [option for part in cell.replace(";", BETWEEN).split(BETWEEN) if (option := part.strip())]


# ---- series ----

ALIKE = ("kind", "minimum", "maximum", "bands")
"""Of a sensitive column: else the same answers would look like other ones."""


def _alike(declared: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, about in declared.items():
        role = ROLES[about["role"]]
        if role is ColumnRole.SENSITIVE:
            found[name] = {"role": "sensitive", "kind": kind_of(about)}
            found[name] |= {one: about[one] for one in ALIKE if one in about and one != "kind"}
        elif role in GENERALIZED:
            found[name] = {"role": "generalized"}
    return found


def _check_alike(declared: Mapping[str, Mapping[str, Any]], before: Mapping[str, Mapping[str, Any]]) -> None:
    for name, now in _alike(declared).items():
        known = before.get(name, now)
        for one in sorted(set(now) | set(known)):
            if now.get(one) != known.get(one):
                raise DryRunError(
                    f"columns.{name}.{one}",
                    "stands as in the earlier releases of the series: else the same answers would look like others",
                )


def _spelled(about: dict[str, Any], cells: list[str], known: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Sensitive answers as earlier releases, or the first row, spelled them."""
    kind = kind_of(about)
    if kind == "number":
        return about, cells

    def one(text: str) -> str:
        return known.setdefault(meaning(text), text)

    def told(cell: str) -> str:
        return (BETWEEN.join(map(one, options_of(cell))) or BETWEEN) if kind == "multi" and cell else cell and one(cell)

    if "values" in about:
        about = {**about, "values": list(dict.fromkeys(one(str(value)) for value in about["values"]))}
    spelling = {cell: told(cell) for cell in sorted(set(cells))}
    return about, [spelling[cell] for cell in cells]
