"""A generalized value: a range of numbers, some names of which it is one, or the options that a set certainly and
possibly holds; possibly together with "no answer".

`text` is for people, the other fields for machines; a cell says nothing that its machine form does not say, which the
verifier checks by rendering it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bank_api.domain.anonymize.choices import chosen
from bank_api.domain.anonymize.errors import ReleaseFormatError
from bank_api.domain.anonymize.schema import Column, ColumnKind, Value

NO_ANSWER = "no answer"


@dataclass(frozen=True)
class NumberCell:
    """`high` itself is left to the next range unless it is included; no ends at all: nobody in the class answered."""

    low: int | float | None
    high: int | float | None
    high_included: bool
    missing: bool
    text: str

    def contains(self, value: Value) -> bool:
        if value is None:
            return self.missing
        if self.low is None or self.high is None or isinstance(value, str):
            return False
        return self.low <= value < self.high or (self.high_included and value == self.high)

    def to_json(self) -> dict[str, Any]:
        ends = {"from": self.low, "to": self.high, "to_included": self.high_included}
        return {**ends, "missing": self.missing, "text": self.text}


@dataclass(frozen=True)
class CategoryCell:
    values: tuple[str, ...]
    missing: bool
    text: str

    def contains(self, value: Value) -> bool:
        return self.missing if value is None else value in self.values

    def to_json(self) -> dict[str, Any]:
        return {"any_of": list(self.values), "missing": self.missing, "text": self.text}


@dataclass(frozen=True)
class SetCell:
    """Everybody chose all of `all_of` and nothing beyond `any_of`; None there: nobody in the class answered."""

    all_of: tuple[str, ...]
    any_of: tuple[str, ...] | None
    missing: bool
    text: str

    def contains(self, value: Value) -> bool:
        if value is None:
            return self.missing
        if self.any_of is None or not isinstance(value, str):
            return False
        return set(self.all_of) <= chosen(value) <= set(self.any_of)

    def to_json(self) -> dict[str, Any]:
        any_of = None if self.any_of is None else list(self.any_of)
        return {"all_of": list(self.all_of), "any_of": any_of, "missing": self.missing, "text": self.text}


Cell = NumberCell | CategoryCell | SetCell


def number_cell(
    column: Column, low: float | None, high: float | None, missing: bool, high_included: bool = True
) -> NumberCell:
    if low is None or high is None:
        return NumberCell(None, None, True, missing, NO_ANSWER)
    ends: tuple[int | float, int | float] = (low, high)
    if column.integer:
        ends = (int(low), int(high))
    text = _range_text(column, *ends, high_included)
    return NumberCell(*ends, high_included, missing, _with_missing(text, missing))


def category_cell(column: Column, values: Sequence[str], missing: bool) -> CategoryCell:
    if not values:
        return CategoryCell((), missing, NO_ANSWER)
    return CategoryCell(tuple(values), missing, _with_missing(_set_text(column, values), missing))


def set_cell(column: Column, all_of: Sequence[str], any_of: Sequence[str] | None, missing: bool) -> SetCell:
    if any_of is None:
        return SetCell((), None, missing, NO_ANSWER)
    certain = tuple(option for option in column.values if option in set(all_of))
    possible = tuple(option for option in column.values if option in {*all_of, *any_of})
    return SetCell(certain, possible, missing, _with_missing(_chosen_text(column, certain, possible), missing))


def rendered_again(column: Column, cell: Cell) -> Cell:
    """The cell that its machine form alone gives."""
    if isinstance(cell, NumberCell):
        return number_cell(column, cell.low, cell.high, cell.missing, cell.high_included)
    if isinstance(cell, SetCell):
        return set_cell(column, cell.all_of, cell.any_of, cell.missing)
    return category_cell(column, cell.values, cell.missing)


def cell_from_json(kind: ColumnKind, found: Any, where: str) -> Cell:
    """Strict: exactly the fields of its kind, each of its type."""
    if not isinstance(found, Mapping):
        raise ReleaseFormatError(where, "a cell is an object")
    fields = {
        ColumnKind.NUMBER: {"from", "to", "to_included"},
        ColumnKind.MULTI: {"all_of", "any_of"},
    }.get(kind, {"any_of"})
    if set(found) != {*fields, "missing", "text"}:
        raise ReleaseFormatError(where, f"these are not the fields of a {kind} cell")
    missing, text = found["missing"], found["text"]
    if type(missing) is not bool or type(text) is not str:
        raise ReleaseFormatError(where, "missing is true or false, text is a string")
    if kind is ColumnKind.NUMBER:
        low, high = found["from"], found["to"]
        if not (low is None and high is None) and not {type(low), type(high)} <= {int, float}:
            raise ReleaseFormatError(where, "from and to are both numbers or both null")
        if type(found["to_included"]) is not bool:
            raise ReleaseFormatError(where, "to_included is true or false")
        return NumberCell(low, high, found["to_included"], missing, text)
    if kind is ColumnKind.MULTI:
        any_of = None if found["any_of"] is None else _names(found["any_of"], where)
        return SetCell(_names(found["all_of"], where), any_of, missing, text)
    return CategoryCell(_names(found["any_of"], where), missing, text)


def _names(values: Any, where: str) -> tuple[str, ...]:
    if type(values) is not list or any(type(value) is not str for value in values):
        raise ReleaseFormatError(where, "any_of and all_of are lists of strings")
    return tuple(values)


def _with_missing(text: str, missing: bool) -> str:
    return f"{text} or {NO_ANSWER}" if missing else text


def _range_text(column: Column, low: int | float, high: int | float, high_included: bool) -> str:
    if low <= column.lo and high >= column.hi and column.lo < column.hi:
        return "*"
    if column.clamp and high >= column.hi:
        return f"{low} or more"
    if column.clamp and low <= column.lo:
        return f"{high} or less" if high_included else f"below {high}"
    if not high_included:
        return f"{low} to below {high}"
    if low == high:
        return str(low)
    return f"{low} to {high}" if low < 0 else f"{low}-{high}"


def _set_text(column: Column, values: Sequence[str]) -> str:
    if len(values) == len(column.values) > 1:
        return "*"
    names = column.hierarchy.cover(values) if column.hierarchy else list(values)
    between = "; " if any("," in name for name in names) else ", "
    return names[0] if len(names) == 1 else "{" + between.join(names) + "}"


def _chosen_text(column: Column, certain: Sequence[str], possible: Sequence[str]) -> str:
    perhaps = [option for option in possible if option not in certain]
    if not possible:
        return "none of them"
    if len(perhaps) == len(column.values):
        return "*"
    told = " and ".join(certain)
    if not perhaps:
        return told
    return f"{told} and perhaps {', '.join(perhaps)}" if told else f"perhaps {', '.join(perhaps)}"
