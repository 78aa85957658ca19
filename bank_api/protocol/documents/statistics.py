"""The document of a release of statistics: figures with error bars, and what they were made with.

The bank writes it (`bank_api.domain.statistics`), partner and member read it. Its figures are the rows of the payload.
Counts are whole numbers, other values decimal text: the canonical form has no floating point.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from bank_api.protocol.errors import FieldError
from bank_api.protocol.messages.said import said
from pds_adapter.sealing.canonical import load_shallow_json

FORMAT = "azukari-statistics-1"
CONFIDENCE = 0.95
BETWEEN = " × "
COUNT, REST, MEAN, QUANTILE = "count", "rest", "mean", "quantile"
KINDS = (COUNT, REST, MEAN, QUANTILE)


@dataclass(frozen=True, slots=True)
class Figure:
    """`of` names one question or two, `at` a cell of each (of a quantile its share, of a mean nothing).

    A rest is how many people stand in the cells of a table that are not told one by one; `at` is then their number.
    With a confidence of 95 % the true value lies from `low` to `high`.
    """

    kind: str
    of: tuple[str, ...]
    at: tuple[str, ...]
    value: int | str
    low: int | str
    high: int | str

    def record(self) -> dict[str, Any]:
        return {
            "figure": self.kind,
            "of": BETWEEN.join(self.of),
            "at": BETWEEN.join(self.at),
            "value": self.value,
            "low": self.low,
            "high": self.high,
        }

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "of": list(self.of),
            "at": list(self.at),
            "value": self.value,
            "low": self.low,
            "high": self.high,
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        if found["kind"] not in KINDS:
            raise ValueError
        return cls(found["kind"], tuple(found["of"]), tuple(found["at"]), found["value"], found["low"], found["high"])


@dataclass(frozen=True, slots=True)
class StatisticsDocument:
    audience: str
    people: int
    """How many people's answers stand behind the figures; the ledger says so too."""
    k: int
    """A cell is told only where, with a confidence of 99.9 %, at least so many people stand in it."""
    epsilon_thousandths: int
    """What this release took of everybody's budget."""
    method_hash: str
    figures: tuple[Figure, ...]

    def to_json(self) -> str:
        content = {
            "audience": self.audience,
            "confidence": str(CONFIDENCE),
            "epsilon_thousandths": self.epsilon_thousandths,
            "figures": [one.to_json() for one in self.figures],
            "format": FORMAT,
            "k": self.k,
            "method_hash": self.method_hash,
            "people": self.people,
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)

    def records(self) -> list[dict[str, Any]]:
        return [one.record() for one in self.figures]


def is_statistics(document: str) -> bool:
    found = load_shallow_json(document)
    return isinstance(found, dict) and found.get("format") == FORMAT


def read_statistics(document: str) -> StatisticsDocument:
    """Raises FieldError for anything else, and where counts of one question do not add up to everybody."""
    try:
        found = load_shallow_json(document)
        if found["format"] != FORMAT:
            raise ValueError
        read = StatisticsDocument(
            str(found["audience"]),
            int(found["people"]),
            int(found["k"]),
            int(found["epsilon_thousandths"]),
            str(found["method_hash"]),
            tuple(map(Figure.from_json, found["figures"])),
        )
        totals = totals_of(read.figures)
    except (KeyError, TypeError, ValueError) as error:
        raise FieldError("document", said("rule-statistics-document")) from error
    for of, total in totals.items():
        if total != read.people:
            raise FieldError("document", said("rule-statistics-total", of=of, total=total, people=read.people))
    return read


def totals_of(figures: Iterable[Figure]) -> dict[str, int]:
    """For each table of counts how many people its cells and its rest hold together."""
    totals: dict[str, int] = {}
    for one in figures:
        if one.kind in (COUNT, REST):
            name = BETWEEN.join(one.of)
            totals[name] = totals.get(name, 0) + int(one.value)
    return totals


@dataclass(frozen=True, slots=True)
class Trend:
    """One cell or figure through several releases, oldest first; None where a release does not tell it."""

    figure: Figure
    """As the last release tells it."""
    shares: tuple[float | None, ...]
    """Of a count its share of all people, else the value."""
    change: float | None
    """From the first release that tells it to the last, and how far it may be off (95 %)."""
    error: float | None

    @property
    def is_sure(self) -> bool:
        return self.change is not None and self.error is not None and abs(self.change) > self.error


def trends(waves: Sequence[StatisticsDocument]) -> list[Trend]:
    """What became of each figure of the last wave. Nothing is asked of the answers again, so this costs no budget.

    The errors of two releases are drawn independently; their sum bounds the error of the difference.
    """
    told = [{(one.kind, one.of, one.at): one for one in wave.figures} for wave in waves]
    found = []
    for key, last in told[-1].items():
        if last.kind == REST:
            continue
        values = [
            None if key not in wave else _share(wave[key], document) for wave, document in zip(told, waves, strict=True)
        ]
        known = [one for one in values if one is not None]
        change = error = None
        if len(known) > 1:
            change = known[-1][0] - known[0][0]
            error = known[-1][1] + known[0][1]
        found.append(Trend(last, tuple(None if one is None else one[0] for one in values), change, error))
    return found


def _share(one: Figure, document: StatisticsDocument) -> tuple[float, float]:
    """The value and the farther end of its error bar."""
    whole = document.people if one.kind == COUNT else 1
    value, low, high = (float(number) / whole for number in (one.value, one.low, one.high))
    return value, max(high - value, value - low)
