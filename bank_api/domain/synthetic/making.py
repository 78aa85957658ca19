"""From coded answers to made-up ones: MST (McKenna, Miklau, Sheldon 2021) by OpenDP, with what it costs derived by it.

The only module that imports the optional libraries (`requirements/synthetic.txt`), and only where rows are made.
Neighbouring tables differ in one person's answers, as those of statistics do: a symmetric distance of CHANGED. Half of
the cost goes to the counts of each column, the rest to choosing and counting a tree of pairs, all with discrete
Gaussian noise from the system's randomness. After that, the model and the rows look at noisy counts alone.

Keys always hold "nothing" to OpenDP, so the last cell of each column is spelt so: no cell is there but those declared.
Rows are sampled: mbi 1.1.0, which OpenDP pins, ties columns to each other by their rank where it rounds (mended in its
pull request 145). That it conditions on measured cliques alone does no harm in a tree, where there are no others.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray
from opendp import accuracy, combinators, domains, measurements, measures, metrics
from opendp.mod import enable_features

from bank_api.domain.statistics.noise import CHANGED
from bank_api.domain.synthetic.errors import SyntheticError
from bank_api.protocol.messages.said import said

enable_features("contrib")

DELTA = 1e-6
"""The chance with which epsilon may not hold; a release of a bank has this one."""
CELLS_MAX, COLUMNS_MAX = 200, 30
TRIES = 60
"""Halvings of an interval: beyond what a float tells apart."""
Codes = NDArray[np.int64]
"""The cell of each row, counted from 0."""


@lru_cache(maxsize=256)
def cost_of(epsilon: float, delta: float) -> float:
    """The most rho (zero-concentrated) that is within epsilon and delta, as OpenDP turns the one into the others."""
    low, high = 0.0, epsilon
    for _ in range(TRIES):
        middle = (low + high) / 2
        low, high = (middle, high) if _epsilon_of(middle, delta) <= epsilon else (low, middle)
    return low


def _epsilon_of(rho: float, delta: float) -> float:
    if rho <= 0:
        return 0.0
    space = domains.atom_domain(T="i32"), metrics.absolute_distance(T="i32")
    measurement = measurements.make_gaussian(*space, scale=math.sqrt(1 / (2 * rho)))
    profile: Any = combinators.make_zCDP_to_approxDP(measurement)
    return float(profile.map(1).epsilon(delta))


def count_error(columns: int, epsilon: float, delta: float) -> float:
    """How many people a count of one column is off at most, in 95 of 100 cases, before the model smooths it."""
    scale = CHANGED * math.sqrt(columns / cost_of(epsilon, delta))
    return float(accuracy.gaussian_scale_to_accuracy(scale, 0.05))


def told_error(columns: int, epsilon: float, delta: float, people: int, rows: int) -> int:
    """How many people a count is off at most that is counted in the rows, times people / rows (95 %): by the noise, and
    by chance, which draws the rows."""
    chance = 1.96 * 0.5 * people / math.sqrt(rows)
    return math.ceil(math.hypot(count_error(columns, epsilon, delta), chance))


@dataclass(frozen=True)
class Made:
    columns: tuple[Codes, ...]
    scale: float
    """The standard deviation of the noise in each count of one column."""
    epsilon: float
    """What OpenDP says the making costs: at most what was asked."""
    pairs: tuple[tuple[int, ...], ...]
    """Which columns were counted together."""


@dataclass(frozen=True)
class Maker:
    """Prepared for columns of so many cells each, before any answer is looked at. Raises SyntheticError."""

    cells: tuple[int, ...]
    epsilon: float
    delta: float = DELTA
    algorithm: str = "MST"
    _measurement: Any = field(init=False, repr=False)
    _scale: float = field(init=False)
    _cost: float = field(init=False)

    def __post_init__(self) -> None:
        if not 2 <= sum(one > 1 for one in self.cells) <= COLUMNS_MAX:
            raise SyntheticError(said("refusal-synthetic-columns", most=COLUMNS_MAX))
        if max(self.cells) > CELLS_MAX:
            raise SyntheticError(said("refusal-synthetic-cells", most=CELLS_MAX))
        libraries = _libraries()
        d_in = [libraries.bound(by=[], per_group=CHANGED)]
        number = domains.option_domain(domains.atom_domain(T="i64"))
        domain = domains.lazyframe_domain([domains.series_domain(_name(at), number) for at in self._varied])
        measurement, scale, _ = libraries.mbi.make_contingency_table(
            domain,
            metrics.frame_distance(metrics.symmetric_distance()),
            measures.zero_concentrated_divergence(),
            d_in,
            cost_of(self.epsilon, self.delta),
            keys={_name(at): [*range(self.cells[at] - 1), None] for at in self._varied},
            algorithm=getattr(libraries.mbi, self.algorithm)(),
        )
        profile: Any = combinators.make_zCDP_to_approxDP(measurement)
        cost = float(profile.map(d_in).epsilon(self.delta))
        if cost > self.epsilon:
            raise ArithmeticError
        object.__setattr__(self, "_measurement", measurement)
        object.__setattr__(self, "_scale", float(scale))
        object.__setattr__(self, "_cost", cost)

    @property
    def _varied(self) -> list[int]:
        """A column of one cell says nothing, and costs nothing."""
        return [at for at, cells in enumerate(self.cells) if cells > 1]

    def make(self, columns: Sequence[Codes], rows: int) -> Made:
        """So many made-up rows of codes from these. Each call costs epsilon and delta anew."""
        polars = _libraries().polars
        coded = {
            _name(at): polars.Series(
                [None if code == self.cells[at] - 1 else int(code) for code in columns[at]], dtype=polars.Int64
            )
            for at in self._varied
        }
        table = self._measurement(polars.LazyFrame(coded))
        np.random.seed(np.frombuffer(secrets.token_bytes(32), dtype=np.uint32))  # the library draws rows with it
        drawn = table.model.synthetic_data(rows, "sample").to_dict()
        nothing = np.zeros(rows, dtype=np.int64)
        told = tuple(drawn[_name(at)].astype(np.int64) if cells > 1 else nothing for at, cells in enumerate(self.cells))
        pairs = tuple(sorted(tuple(int(name[1:]) for name in clique) for clique in table.model.cliques))
        return Made(told, self._scale, self._cost, pairs)


def check_installed() -> None:
    """Raises SyntheticError where the libraries are missing; loads none of them."""
    if any(find_spec(name) is None for name in ("mbi", "polars")):
        raise SyntheticError(said("rule-needs-synthetic"), said("hint-install-synthetic"))


def _name(at: int) -> str:
    return f"c{at}"


@dataclass(frozen=True)
class _Libraries:
    polars: Any
    mbi: Any
    """OpenDP's own face of it."""
    bound: Callable[..., Any]


def _libraries() -> _Libraries:
    try:
        import mbi  # noqa: F401  OpenDP's own use of it comes too late to be told well
        import polars
        from opendp.extras import mbi as face
        from opendp.extras.polars import Bound
    except ImportError as error:
        raise SyntheticError(said("rule-needs-synthetic"), said("hint-install-synthetic")) from error
    return _Libraries(polars, face, Bound)
