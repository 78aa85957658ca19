"""From answers to a release of statistics; the only way to make one.

1. measure: the tables of one question and of two and the sums, with noise (`noise`). From here on nothing looks at
   answers any more.
2. agree: counts add up to everybody, crossed tables to their margins (`consistent`).
3. hold back: small cells, and what would tell them (`held_back`).
4. tell: figures with error bars (95 %) around the noisy value, widened to hold the value that is told.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import InitVar, dataclass, field

import numpy as np

from bank_api.domain.statistics import noise
from bank_api.domain.statistics.consistent import band_of_share, with_margins, with_total
from bank_api.domain.statistics.held_back import held_back, held_back_crossed
from bank_api.domain.statistics.noise import Noisy
from bank_api.domain.statistics.plan import SHARES, Plan, Variable
from bank_api.protocol.documents.statistics import COUNT, MEAN, QUANTILE, REST, Figure, StatisticsDocument

SALT_BYTES = 32
WRONG_SHARE = 0.05
_MADE_HERE = object()


@dataclass(frozen=True)
class StatisticsRelease:
    """Figures that may be sent out. Only `make_statistics` makes it."""

    document: StatisticsDocument
    salt: bytes = field(repr=False)
    description: str = field(repr=False)
    made_by: InitVar[object]

    def __post_init__(self, made_by: object) -> None:
        if made_by is not _MADE_HERE:
            raise TypeError("a StatisticsRelease is made by make_statistics() and nothing else")

    @property
    def method_hash(self) -> bytes:
        return bytes.fromhex(self.document.method_hash)


def make_statistics(answers: Sequence[Mapping[str, int]], plan: Plan, audience: str) -> StatisticsRelease:
    """One mapping of question keys to answers a person, for every question of the plan."""
    each, whole = plan.epsilon_each, len(answers)
    # 1. measure
    codes = {one.key: [one.cell(answer[one.key]) for answer in answers] for one in plan.variables}
    single = {one.key: noise.counts(codes[one.key], len(one.labels), each) for one in plan.variables}
    crossed = {
        pair: noise.counts(
            [a * len(plan.named(pair[1]).labels) + b for a, b in zip(codes[pair[0]], codes[pair[1]], strict=True)],
            len(plan.named(pair[0]).labels) * len(plan.named(pair[1]).labels),
            each,
        )
        for pair in plan.crossed
    }
    sums = {
        one.key: noise.total([answer[one.key] for answer in answers], one.low, one.high, each)
        for one in plan.variables
        if one.is_number
    }
    # 2. to 4.
    tables = {one.key: _Table.of(one, single[one.key], whole, plan.k) for one in plan.variables}
    figures = [figure for table in tables.values() for figure in table.figures(whole)]
    for (one, other), measured in crossed.items():
        figures += _crossed(tables[one], tables[other], measured, whole, plan.k)
    for variable in plan.variables:
        if variable.is_number:
            figures.append(_mean(variable, sums[variable.key], whole))
            figures += _quantiles(tables[variable.key], whole)
    salt = secrets.token_bytes(SALT_BYTES)
    description = _description(plan, audience)
    method_hash = hashlib.sha256(salt + description.encode()).hexdigest()
    document = StatisticsDocument(audience, whole, plan.k, plan.epsilon_thousandths, method_hash, tuple(figures))
    return StatisticsRelease(document, salt, description, _MADE_HERE)


def _description(plan: Plan, audience: str) -> str:
    content = {
        "algorithm": "azukari-statistics-1",
        "audience": audience,
        "crossed": [list(pair) for pair in plan.crossed],
        "epsilon_thousandths": plan.epsilon_thousandths,
        "k": plan.k,
        "measurements": plan.measurements,
        "questions": [{"cells": list(one.labels), "key": one.key} for one in plan.variables],
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True)
class _Table:
    """The counts of one question, agreed; `groups` are the cells as they are told, a rest of several last."""

    variable: Variable
    measured: Noisy
    counts: tuple[int, ...]
    groups: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, variable: Variable, measured: Noisy, whole: int, k: int) -> _Table:
        held = held_back(measured, k)
        groups = [(cell,) for cell in range(len(variable.labels)) if cell not in held]
        return cls(
            variable,
            measured,
            tuple(with_total(measured.values, whole)),
            tuple([*groups, tuple(held)] if held else groups),
        )

    def told(self, group: Sequence[int]) -> int:
        return sum(self.counts[cell] for cell in group)

    def figures(self, whole: int) -> list[Figure]:
        return [
            _figure(
                (self.variable.key,),
                (self.variable.labels[group[0]],) if len(group) == 1 else None,
                self.told(group),
                sum(self.measured.values[cell] for cell in group),
                self.measured.error(WRONG_SHARE, len(group)),
                whole,
                len(group),
            )
            for group in self.groups
        ]


def _figure(
    of: tuple[str, ...], at: tuple[str, ...] | None, told: int, noisy: int, error: float, whole: int, cells: int
) -> Figure:
    low, high = max(0, round(noisy - error)), min(whole, round(noisy + error))
    kind, where = (REST, (str(cells),)) if at is None else (COUNT, at)
    return Figure(kind, of, where, told, min(told, low), max(told, high))


def _crossed(one: _Table, other: _Table, measured: Noisy, whole: int, k: int) -> list[Figure]:
    """Only of cells that both tables tell; all the others are one rest."""
    cells = np.array(measured.values).reshape(len(one.variable.labels), len(other.variable.labels))
    noisy = [[int(cells[np.ix_(a, b)].sum()) for b in other.groups] for a in one.groups]
    parts = np.array([[len(a) * len(b) for b in other.groups] for a in one.groups])
    agreed = with_margins(noisy, [one.told(a) for a in one.groups], [other.told(b) for b in other.groups])
    held = held_back_crossed(noisy, parts, k, measured)
    of, figures = (one.variable.key, other.variable.key), list[Figure]()
    rest = [0, 0, 0]
    for row, a in enumerate(one.groups):
        for column, b in enumerate(other.groups):
            told, seen = agreed[row][column], noisy[row][column]
            if held[row, column] or len(a) > 1 or len(b) > 1:
                rest = [rest[0] + told, rest[1] + seen, rest[2] + len(a) * len(b)]
                continue
            at = (one.variable.labels[a[0]], other.variable.labels[b[0]])
            figures.append(_figure(of, at, told, seen, measured.error(WRONG_SHARE), whole, 1))
    if rest[2]:
        told, seen, count = rest
        figures.append(_figure(of, None, told, seen, measured.error(WRONG_SHARE, count), whole, count))
    return figures


def _mean(variable: Variable, measured: Noisy, whole: int) -> Figure:
    error = measured.error(WRONG_SHARE) / whole
    value = measured.values[0] / whole
    low, high = (min(max(end, variable.low), variable.high) for end in (value - error, value + error))
    value = min(max(value, variable.low), variable.high)
    return Figure(MEAN, (variable.key,), (), f"{value:.2f}", f"{low:.2f}", f"{high:.2f}")


def _quantiles(table: _Table, whole: int) -> list[Figure]:
    """Read off the counts of the bands, so they cost nothing more; to the next edge of a band on either side."""
    variable = table.variable
    error = table.measured.error(WRONG_SHARE, max(1, len(variable.labels) // 2))  # counted from the nearer end
    found = []
    for share in SHARES:
        value, low, high = band_of_share(table.counts, variable.edges(), float(share), min(error, whole))
        high = min(high, variable.high)
        found.append(
            Figure(QUANTILE, (variable.key,), (share,), f"{min(value, high):.1f}", f"{low:.1f}", f"{high:.1f}")
        )
    return found
