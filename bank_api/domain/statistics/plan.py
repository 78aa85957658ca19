"""What a release of statistics tells: which tables of counts, which means, and how its budget is shared among them.

Fixed before an answer is opened, so that nothing about it depends on answers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bank_api.domain.statistics import noise
from bank_api.domain.statistics.errors import StatisticsError
from bank_api.protocol.messages.said import said

BANDS_MAX = 10
CROSSED_CELLS_MAX = 400
SHARES = ("0.1", "0.25", "0.5", "0.75", "0.9")
"""The quantiles that are told of every number."""


@dataclass(frozen=True)
class Variable:
    """One question: the labels of its cells; of a number also its range and where its bands start."""

    key: str
    labels: tuple[str, ...]
    starts: tuple[int, ...] = ()
    """Of each band the lowest number; of a choice each choice's value."""
    low: int = 0
    high: int = 0
    is_number: bool = False

    @classmethod
    def number(cls, key: str, low: int, high: int) -> Variable:
        """At most BANDS_MAX bands, as wide as each other but for the last."""
        width = -(-(high - low + 1) // BANDS_MAX)
        starts = tuple(range(low, high + 1, width))
        ends = (*(start - 1 for start in starts[1:]), high)
        labels = tuple(f"{a}" if a == b else f"{a}..{b}" for a, b in zip(starts, ends, strict=True))
        return cls(key, labels, starts, low, high, True)

    @classmethod
    def choice(cls, key: str, choices: Sequence[tuple[int, str]]) -> Variable:
        """Labels must differ; those that do not get their value beside them."""
        names = [label for _, label in choices]
        labels = tuple(f"{label} ({value})" if names.count(label) > 1 else label for value, label in choices)
        return cls(key, labels, tuple(value for value, _ in choices))

    @cached_property
    def _cell_of_choice(self) -> dict[int, int]:
        return {value: cell for cell, value in enumerate(self.starts)}

    def cell(self, answer: int) -> int:
        return bisect_right(self.starts, answer) - 1 if self.is_number else self._cell_of_choice[answer]

    def edges(self) -> tuple[float, ...]:
        """Where the bands of a number begin and end, on the scale of the numbers."""
        return (*map(float, self.starts), self.high + 1.0)


@dataclass(frozen=True)
class Plan:
    variables: tuple[Variable, ...]
    crossed: tuple[tuple[str, str], ...]
    k: int
    epsilon_thousandths: int

    @property
    def measurements(self) -> int:
        return len(self.variables) + len(self.crossed) + sum(one.is_number for one in self.variables)

    @property
    def epsilon_each(self) -> float:
        return self.epsilon_thousandths / 1000 / self.measurements

    def named(self, key: str) -> Variable:
        return next(one for one in self.variables if one.key == key)

    def expected_error(self) -> int:
        """How many people a count is off at most, in 95 of 100 cases. Asks nothing of the answers."""
        scale = noise.CHANGED / self.epsilon_each
        return round(noise.Noisy((), scale).error(0.05))

    def told_from(self) -> int:
        """How many people a cell must hold, about, to be told."""
        scale = noise.CHANGED / self.epsilon_each
        return self.k + round(noise.Noisy((), scale).error(0.002))


def plan_of(variables: Sequence[Variable], crossed: Sequence[Sequence[str]], k: int, epsilon_thousandths: int) -> Plan:
    """Raises StatisticsError for pairs that are none of these questions' or too large."""
    known = {one.key: one for one in variables}
    pairs = list[tuple[str, str]]()
    for pair in crossed:
        if len(pair) != 2 or pair[0] == pair[1] or not set(pair) <= known.keys():
            raise StatisticsError(said("refusal-crossed", names=", ".join(known)))
        if len(known[pair[0]].labels) * len(known[pair[1]].labels) > CROSSED_CELLS_MAX:
            raise StatisticsError(said("refusal-crossed-cells", most=CROSSED_CELLS_MAX))
        if (pair[0], pair[1]) not in pairs and (pair[1], pair[0]) not in pairs:
            pairs.append((pair[0], pair[1]))
    return Plan(tuple(variables), tuple(pairs), k, epsilon_thousandths)
