"""A table and its specification: CSV text and TOML to declared columns and rows.

[columns.NAME] role = "identifier" | "quasi" | "sensitive" | "harmless"; kind = "number" | "choice" | "ordinal" |
"multi"; minimum, maximum (numbers beyond are coded to the ends); bands = cut points, or how many bands of about as many
people; values = the order of an ordinal; hierarchy = FILE in ARX's form, leaf first, divided by `;`. Of a sensitive
column what its classes keep, in place of what the command asks for all: l, entropy_l, recursive = [c, l], t.
[presence] population = FILE, least, most: the table of everybody who could be in the release, by its generalized
columns, and the bounds of anybody's chance to be in it.
Every column of the table is declared, or it may not be used. An empty cell is no answer. A multiple choice is a set of
options divided by `|` or `;` (a divider alone: none of them); values = its options, else those that somebody chose.
"""

from __future__ import annotations

import csv
import io
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bank_api.domain.anonymize import Column, ColumnRole, Hierarchy, SchemaError
from bank_api.domain.anonymize.choices import BETWEEN, written_set
from bank_api.domain.anonymize.grid import Band, bands, counting_cuts
from bank_api.domain.anonymize.schema import GENERALIZED, Value, with_role
from bank_api.domain.dry_run.errors import DryRunError

ROLES = {
    "identifier": ColumnRole.IDENTIFIER,
    "quasi": ColumnRole.QUASI_IDENTIFIER,
    "quasi-identifier": ColumnRole.QUASI_IDENTIFIER,
    "sensitive": ColumnRole.SENSITIVE,
    "harmless": ColumnRole.HARMLESS,
}
KINDS = ("number", "choice", "ordinal", "multi")
RULES = ("l", "entropy_l", "recursive", "t")
FIELDS = {"role", "kind", "minimum", "maximum", "bands", "values", "hierarchy", *RULES}

Cells = Sequence[str]


@dataclass(frozen=True)
class Table:
    columns: tuple[Column, ...]
    rows: tuple[dict[str, Value], ...]
    people: tuple[str, ...] | None
    cuts: Mapping[str, tuple[float, ...]]
    """Range and cut points of banded sensitive columns; the next release of the series is banded alike."""
    rules: Mapping[str, Mapping[str, Any]]
    """By rule and sensitive column, what the specification asks."""
    population: tuple[dict[str, Value], ...] = ()
    presence: tuple[float, float] | None = None


def read_csv(text: str, where: str) -> tuple[list[str], list[list[str]]]:
    try:
        lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    except csv.Error as error:
        raise DryRunError(where, "is no CSV ({why})", why=error) from error
    lines = [line for line in lines if line]
    if not lines or len(set(lines[0])) < len(lines[0]):
        raise DryRunError(where, "needs a header that names every column once")
    for number, line in enumerate(lines[1:], 2):
        if len(line) != len(lines[0]):
            raise DryRunError(
                where,
                "line {line} has {found} cells, the header {expected}",
                line=number,
                found=len(line),
                expected=len(lines[0]),
            )
    return lines[0], lines[1:]


def read_table(
    text: str,
    spec: str,
    folder: Path,
    person: str | None,
    cuts: Mapping[str, Sequence[float]] | None = None,
    population: str | None = None,
) -> Table:
    """`folder` is where other files are looked for, `cuts` what earlier releases of the series used."""
    names, lines = read_csv(text, "--csv")
    found = _toml(spec)
    declared, bounds = _declared(found), _presence(found.get("presence"))
    if population is None and "population" in found.get("presence", {}):
        population = _file(folder / str(found["presence"]["population"]), "presence.population")
    listed_names, listed = read_csv(population, "--population") if population is not None else ([], [])
    if person is not None and person not in names:
        raise DryRunError("--person", "the table has no column {column}", column=repr(person))
    for name in names:
        if name not in declared and name != person:
            raise DryRunError(name, "the column is not declared, so it may not be released")
    columns: list[Column] = []
    values: dict[str, list[Value]] = {}
    used: dict[str, tuple[float, ...]] = {}
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
        try:
            column, values[name] = _column(name, about, cells, folder, cuts or {}, used)
            columns.append(column)
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
    return Table(tuple(columns), rows, people, used, _rules(declared), everybody, bounds)


def _toml(spec: str) -> dict[str, Any]:
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


def _file(path: Path, field: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DryRunError(field, "cannot be read: {why}", why=error) from error


def _declared(found: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    columns = found.get("columns")
    if not isinstance(columns, dict) or not columns:
        raise DryRunError("--spec", "declares columns, each as [columns.NAME]")
    for name, about in columns.items():
        if not isinstance(about, dict) or not set(about) <= FIELDS:
            unknown = ", ".join(sorted(set(about) - FIELDS)) if isinstance(about, dict) else "no table"
            raise DryRunError(
                f"columns.{name}", "knows {names}, not {unknown}", names=", ".join(sorted(FIELDS)), unknown=unknown
            )
        if about.get("role") not in ROLES:
            raise DryRunError(f"columns.{name}.role", f"is one of {', '.join(ROLES)}")
        if about["role"] != "identifier" and about.get("kind", "choice") not in KINDS:
            raise DryRunError(f"columns.{name}.kind", f"is one of {', '.join(KINDS)}")
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
    name: str,
    about: Mapping[str, Any],
    cells: Cells,
    folder: Path,
    cuts: Mapping[str, Sequence[float]],
    used: dict[str, tuple[float, ...]],
) -> tuple[Column, list[Value]]:
    role = ROLES[about["role"]]
    if role is ColumnRole.IDENTIFIER:
        return Column.identifier(name), list(cells)
    kind = about.get("kind") or ("number" if {"minimum", "maximum", "bands"} & set(about) else "choice")
    if "hierarchy" in about and (kind != "choice" or "values" in about):
        raise DryRunError(f"columns.{name}.hierarchy", "goes with kind choice, and names its values by itself")
    if kind == "number":
        return _number(name, role, about, cells, cuts, used)
    if kind == "multi":
        return _multi(name, role, about, cells)
    blank: list[Value] = [cell or None for cell in cells]
    if kind == "ordinal" or "values" in about:
        order = about.get("values") or _in_order(cells)
        make: Callable[..., Column] = Column.ordinal if kind == "ordinal" else Column.category
        return make(name, role, [str(value) for value in order]), blank
    if "hierarchy" in about:
        tree = _hierarchy(folder / str(about["hierarchy"]), name)
        unknown = set(cells) - {"", *tree.leaves}
        if unknown:
            raise DryRunError(
                f"columns.{name}.hierarchy", "has no leaf for {count} values of the table", count=len(unknown)
            )
        return Column.category(name, role, hierarchy=tree), blank
    return Column.category(name, role, sorted(set(cells) - {""}) or ["-"]), blank


def _in_order(cells: Cells) -> list[str]:
    """By number where all are numbers, else by the alphabet."""
    known = set(cells) - {""}
    try:
        return sorted(known, key=float)
    except ValueError:
        return sorted(known)


def _hierarchy(path: Path, name: str) -> Hierarchy:
    return Hierarchy.from_csv(_file(path, f"columns.{name}.hierarchy"))


def _multi(name: str, role: ColumnRole, about: Mapping[str, Any], cells: Cells) -> tuple[Column, list[Value]]:
    given = [frozenset(part.strip() for part in cell.replace(";", BETWEEN).split(BETWEEN)) - {""} for cell in cells]
    options = [str(one) for one in about.get("values") or sorted({option for one in given for option in one})]
    unknown = sorted({option for one in given for option in one} - set(options))
    if unknown:
        raise DryRunError(f"columns.{name}.values", "lack {count} options that were chosen", count=len(unknown))
    sets: list[Value] = [written_set(one, options) if cell else None for one, cell in zip(given, cells, strict=True)]
    return Column.multi(name, role, options or ["-"]), sets


# ---- numbers ----


def _number(
    name: str,
    role: ColumnRole,
    about: Mapping[str, Any],
    cells: Cells,
    cuts: Mapping[str, Sequence[float]],
    used: dict[str, tuple[float, ...]],
) -> tuple[Column, list[Value]]:
    numbers = [_parsed(cell, name, number) for number, cell in enumerate(cells, 2)]
    known = [number for number in numbers if number is not None]
    low, high = about.get("minimum"), about.get("maximum")
    ends = [end for end in (low, high) if end is not None]
    integer = all(float(number).is_integer() for number in [*known, *ends])
    low, high = _range(known, low, high)
    if name in cuts:
        low, *told, high = cuts[name]
        wanted = tuple(told)
    else:
        wanted = _cuts(about.get("bands"), known, low, high, integer, name)
    integer = integer and all(float(cut).is_integer() for cut in wanted)
    values: list[Value] = [None if n is None else int(n) if integer else float(n) for n in numbers]
    if role is ColumnRole.SENSITIVE and "bands" in about:
        used[name] = (low, *wanted, high)
        return _banded(name, role, bands(low, high, integer, wanted), values, low, high)
    return Column.number(name, role, low, high, integer=integer, clamp=True, cuts=wanted), values


def _parsed(cell: str, name: str, line: int) -> float | None:
    if not cell:
        return None
    try:
        number = float(cell)
    except ValueError:
        raise DryRunError(name, "line {line} holds no number", line=line) from None
    if number != number or number in (float("inf"), float("-inf")):
        raise DryRunError(name, "line {line} holds no finite number", line=line)
    return number


def _range(known: Sequence[float], low: Any, high: Any) -> tuple[float, float]:
    """As declared; else round numbers around what was answered."""
    least, most = min(known, default=0.0), max(known, default=1.0)
    if low is None or high is None:
        step = 10.0 ** (len(str(int(max(abs(least), abs(most), 1)))) - 1)
        low = (least // step) * step if low is None else low
        high = -(-most // step) * step if high is None else high
    return float(low), float(high if high > low else low + 1)


def _cuts(wanted: Any, known: Sequence[float], low: float, high: float, integer: bool, name: str) -> tuple[float, ...]:
    """Declared cut points; or, for a number of bands, round numbers that part the answers about evenly."""
    if wanted is None:
        return ()
    if isinstance(wanted, list) and all(type(one) in (int, float) for one in wanted):
        return tuple(float(cut) for cut in wanted if low < cut and (cut < high or (integer and cut == high)))
    if type(wanted) is not int or wanted < 2:
        raise DryRunError(f"columns.{name}.bands", "is a list of cut points, or a number of bands from 2")
    grid, ranked = counting_cuts(low, high, integer), sorted(known)
    chosen: list[float] = []
    begun = 0
    for left in range(wanted, 1, -1):
        open_ = [cut for cut in grid if cut > (ranked[begun] if begun < len(ranked) else high)]
        if not open_:
            break
        goal = ranked[min(len(ranked) - 1, begun + (len(ranked) - begun) // left)]
        chosen.append(min(open_, key=lambda cut, goal=goal: (abs(cut - goal), cut)))  # type: ignore[misc]
        begun = bisect_left(ranked, chosen[-1])
    return tuple(chosen)


def _banded(
    name: str, role: ColumnRole, ranges: Sequence[Band], values: Sequence[Value], low: float, high: float
) -> tuple[Column, list[Value]]:
    """Numbers leave as their bands."""
    labels = [range_text(band.low, band.high) for band in ranges]
    starts = [band.low for band in ranges]
    told: list[Value] = [
        None if value is None else labels[max(0, bisect_right(starts, min(max(float(value), low), high)) - 1)]
        for value in values
    ]
    return Column.ordinal(name, role, labels), told


def range_text(low: float, high: float) -> str:
    one, other = number_text(low), number_text(high)
    return one if one == other else f"{one}..{other}"


def number_text(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else repr(float(number))
