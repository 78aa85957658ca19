"""A specification as the domain of made-up rows: which cells a column may have, whatever the table holds.

A domain that was read from the table would tell of it: who alone has the highest age, or a rare answer. So everything
is declared: numbers by minimum and maximum, choices by values or a hierarchy's leaves, sets by their options. Bands are
cut points, or so many as wide as each other. "No answer" is a cell of each column that is not declared `answered`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from bank_api.domain.anonymize import ColumnRole, Hierarchy
from bank_api.domain.anonymize.choices import BETWEEN
from bank_api.domain.dry_run.cells import Cells, options_of
from bank_api.domain.dry_run.declared import ROLES, declared_columns, kind_of, parsed_toml
from bank_api.domain.dry_run.errors import DryRunError
from bank_api.domain.dry_run.numbers import declared_ends, parsed_number
from bank_api.domain.dry_run.texts import read_text
from bank_api.domain.synthetic.attributes import BANDS, Attribute, Value, even_edges

EACH_UP_TO = 24
"""Whole numbers of a range no wider are cells by themselves."""
SET_OPTIONS_MAX = 6
"""Each set of options is a cell."""


def domain_of(spec: str, folder: Path, encoding: str | None = None) -> list[Attribute]:
    """Columns in the order of the specification; identifiers are none. Raises DryRunError for what is not declared."""
    found = []
    for name, about in declared_columns(parsed_toml(spec)).items():
        if ROLES[about["role"]] is not ColumnRole.IDENTIFIER:
            if type(about.get("answered", False)) is not bool:
                raise DryRunError(f"columns.{name}.answered", "is true or false")
            make = {"number": _number, "multi": _sets}.get(kind_of(about), _named)
            found.append(make(name, about, folder, encoding))
    if len(found) < 2:
        raise DryRunError("--spec", "declares two columns at least besides identifiers")
    return found


def codes_of(one: Attribute, about_kind: str, cells: Cells) -> list[int]:
    """The cell of each answer. Raises DryRunError for answers that were not declared, and says how many."""
    known: dict[str, int | None] = {}
    found, lacking, blank = list[int](), dict[str, int](), 0
    for line, text in zip(cells.numbers, cells, strict=True):
        if text not in known:
            known[text] = _code(one, about_kind, text, line)
        code = known[text]
        if code is None:
            lacking.setdefault(text, line)
            blank += not text
        else:
            found.append(code)
    if blank:
        raise DryRunError(f"columns.{one.name}.answered", "is not true of {count} rows of the table", count=blank)
    if lacking:
        raise DryRunError(
            f"columns.{one.name}.values",
            "lack {count} values of the table, the first in line {line}",
            count=len(lacking),
            line=min(lacking.values()),
        )
    return found


def _code(one: Attribute, kind: str, text: str, line: int) -> int | None:
    value: Value = text or None
    if text and kind == "number":
        value = parsed_number(text, one.name, line)
    elif text and kind == "multi":
        value = BETWEEN.join(option for option in _listed(one) if option in set(options_of(text)))
        if len(options_of(str(value))) < len(set(options_of(text))):
            return None
    try:
        return one.code(value)
    except KeyError:
        return None


def _listed(one: Attribute) -> list[str]:
    """The options of sets: the last cell has them all."""
    return str(one.values[-1]).split(BETWEEN)


def _number(name: str, about: Mapping[str, Any], _: Path, __: str | None) -> Attribute:
    ends = declared_ends(about, name)
    for end in ("minimum", "maximum"):
        if end not in ends:
            where = f"columns.{name}.{end}"
            raise DryRunError(where, "is declared for made-up rows: read from the table, it would tell")
    low, high, bands = ends["minimum"], ends["maximum"], about.get("bands")
    are_cuts = isinstance(bands, list) and all(type(one) in (int, float) for one in bands)
    cuts = [cut for cut in bands if low < cut <= high] if bands is not None and are_cuts else []
    is_whole = all(type(one) is int for one in (about["minimum"], about["maximum"], *cuts))
    if not are_cuts and bands is not None and (type(bands) is not int or bands < 2):
        raise DryRunError(f"columns.{name}.bands", "is a list of cut points, or a number of bands from 2")
    if are_cuts:
        edges = (low, *(cut for cut in cuts if is_whole or cut < high), high + 1.0 if is_whole else high)
        if list(edges) != sorted(set(edges)):
            raise DryRunError(f"columns.{name}.bands", "rises from cut point to cut point")
    elif is_whole and bands is None and high - low < EACH_UP_TO:
        edges = even_edges(low, high, True, int(high - low) + 1)
    else:
        edges = even_edges(low, high, is_whole, BANDS if bands is None else bands)
    return Attribute(name, edges=tuple(map(float, edges)), is_whole=is_whole, may_miss=_may_miss(about))


def _named(name: str, about: Mapping[str, Any], folder: Path, encoding: str | None) -> Attribute:
    if "hierarchy" in about:
        text = read_text(folder / str(about["hierarchy"]), f"columns.{name}.hierarchy", encoding)
        return Attribute(name, tuple(Hierarchy.from_csv(text).leaves), may_miss=_may_miss(about))
    return Attribute(name, tuple(_values(name, about)), may_miss=_may_miss(about))


def _sets(name: str, about: Mapping[str, Any], _: Path, __: str | None) -> Attribute:
    options = _values(name, about)
    if len(options) > SET_OPTIONS_MAX:
        raise DryRunError(
            f"columns.{name}.values", "of a set are {most} at most for made-up rows", most=SET_OPTIONS_MAX
        )
    sets = [BETWEEN.join(some) for size in range(len(options) + 1) for some in combinations(options, size)]
    return Attribute(name, tuple(sets), may_miss=_may_miss(about))


def _values(name: str, about: Mapping[str, Any]) -> list[str]:
    if "values" not in about:
        raise DryRunError(f"columns.{name}.values", "is declared for made-up rows: read from the table, it would tell")
    values = [str(one) for one in about["values"]]
    if len(set(values)) < len(values) or "" in values:
        raise DryRunError(f"columns.{name}.values", "names each once")
    return values


def _may_miss(about: Mapping[str, Any]) -> bool:
    return not about.get("answered", False)
