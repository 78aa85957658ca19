"""Made-up rows: which requests are for them, and the document that a release of them comes with.

A request of statistics is for made-up rows if its purpose ends with `MADE_UP_WORDS`: the board approves these very
words, and each member signs them with its consent. Nothing else makes a release one of made-up rows. The document says
how they were made and what they may hold; the rows themselves are those of the payload.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from bank_api.protocol.documents.purpose_words import asked_by, ending_with
from bank_api.protocol.errors import FieldError
from bank_api.protocol.messages.figures import figure
from bank_api.protocol.messages.said import said
from pds_adapter.sealing.canonical import load_shallow_json

MADE_UP_WORDS = (
    "(だれのものでもない架空の行を統計から作ります / Made-up rows, drawn from statistics; no row is anybody's)"
)
"""In both languages, for whatever board and member read."""
FORMAT = "azukari-synthetic-1"


def wants_made_up(purpose: str, legal_class: int) -> bool:
    return asked_by(MADE_UP_WORDS, purpose, legal_class)


def for_made_up(purpose: str) -> str:
    """The purpose of a request for made-up rows."""
    return ending_with(MADE_UP_WORDS, purpose)


@dataclass(frozen=True, slots=True)
class MadeUpColumn:
    """A question: whole numbers from `low` to `high`, or one of `values`."""

    name: str
    cells: int
    """In how many values or bands people were counted."""
    values: tuple[int, ...] = ()
    low: int = 0
    high: int = 0

    def holds(self, value: Any) -> bool:
        if type(value) is not int:
            return False
        return value in self.values if self.values else self.low <= value <= self.high

    def to_json(self) -> dict[str, Any]:
        held = {"values": list(self.values)} if self.values else {"low": self.low, "high": self.high}
        return {"name": self.name, "cells": self.cells} | held

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        values = tuple(int(one) for one in found.get("values", ()))
        ends = (0, 0) if values else (int(found["low"]), int(found["high"]))
        return cls(str(found["name"]), int(found["cells"]), values, *ends)


@dataclass(frozen=True, slots=True)
class SyntheticDocument:
    audience: str
    people: int
    """How many people's answers the counts were of; the ledger says so too."""
    k: int
    """At least so many people's answers went in. No row needs k others like it: no row is anybody's."""
    rows: int
    epsilon_thousandths: int
    """What this release took of everybody's budget."""
    delta_billionths: int
    """The chance, in billionths, with which epsilon may not hold."""
    count_error: int
    """How many people a count in the rows, times people / rows, is off at most, in 95 of 100 cases."""
    method_hash: str
    columns: tuple[MadeUpColumn, ...]

    def to_json(self) -> str:
        content = {
            "audience": self.audience,
            "columns": [one.to_json() for one in self.columns],
            "count_error": self.count_error,
            "delta_billionths": self.delta_billionths,
            "epsilon_thousandths": self.epsilon_thousandths,
            "format": FORMAT,
            "k": self.k,
            "method_hash": self.method_hash,
            "people": self.people,
            "rows": self.rows,
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)

    @property
    def epsilon(self) -> str:
        return figure(self.epsilon_thousandths / 1000)

    @property
    def delta(self) -> float:
        return self.delta_billionths / 1e9


def is_synthetic(document: str) -> bool:
    found = load_shallow_json(document)
    return isinstance(found, dict) and found.get("format") == FORMAT


def read_synthetic(document: str) -> SyntheticDocument:
    """Raises FieldError for anything else."""
    try:
        found = load_shallow_json(document)
        if found["format"] != FORMAT:
            raise ValueError
        return SyntheticDocument(
            str(found["audience"]),
            int(found["people"]),
            int(found["k"]),
            int(found["rows"]),
            int(found["epsilon_thousandths"]),
            int(found["delta_billionths"]),
            int(found["count_error"]),
            str(found["method_hash"]),
            tuple(map(MadeUpColumn.from_json, found["columns"])),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise FieldError("document", said("rule-synthetic-document")) from error


def check_rows(document: SyntheticDocument, rows: Sequence[Mapping[str, Any]]) -> None:
    """Raises FieldError where rows are not so many, or hold what the document does not say."""
    names = {one.name for one in document.columns}
    fits = all(row.keys() == names and all(one.holds(row[one.name]) for one in document.columns) for row in rows)
    if len(rows) != document.rows or not fits:
        raise FieldError("rows", said("rule-synthetic-rows"))
