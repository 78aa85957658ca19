"""What may leave, declared column by column, and how anonymous it must be.

Every column of a row is declared as identifier (never released), quasi-identifier (generalized), sensitive (released,
protected by l and t) or harmless (nothing to protect in itself, but whoever knows it could find the person by it: so it
is generalized and counted for k like a quasi-identifier). No default: a column nobody declared is an error.
None stands for an answer not given. Numbers outside lo..hi are refused, or top- and bottom-coded with `clamp`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from bank_api.domain.anonymize.choices import BETWEEN
from bank_api.domain.anonymize.errors import SchemaError
from bank_api.domain.anonymize.grid import Band, bands, counting_cuts, default_cuts
from bank_api.domain.anonymize.hierarchy import Hierarchy

Value = str | int | float | None


class ColumnRole(StrEnum):
    IDENTIFIER = "identifier"
    QUASI_IDENTIFIER = "quasi-identifier"
    SENSITIVE = "sensitive"
    HARMLESS = "harmless"


class ColumnKind(StrEnum):
    NUMBER = "number"
    CATEGORY = "category"
    ORDINAL = "ordinal"  # categories in an order: t measures how far answers moved along it
    MULTI = "multi"  # sets of names, see `choices`
    OPAQUE = "opaque"  # identifiers only: never read, never released


NAMED = (ColumnKind.CATEGORY, ColumnKind.ORDINAL)
GENERALIZED = (ColumnRole.QUASI_IDENTIFIER, ColumnRole.HARMLESS)


@dataclass(frozen=True)
class Column:
    """One declared column. Make it with `number`, `category`, `ordinal`, `multi` or `identifier`."""

    name: str
    role: ColumnRole
    kind: ColumnKind
    lo: float = 0
    hi: float = 0
    integer: bool = True
    clamp: bool = False
    values: tuple[str, ...] = ()
    hierarchy: Hierarchy | None = None
    cuts: tuple[float, ...] = ()
    """Where ranges of numbers may end, strictly between lo and hi, ascending; none declared: `grid` chooses."""

    @classmethod
    def identifier(cls, name: str) -> Column:
        return cls(name, ColumnRole.IDENTIFIER, ColumnKind.OPAQUE)

    @classmethod
    def number(
        cls,
        name: str,
        role: ColumnRole,
        lo: float,
        hi: float,
        *,
        integer: bool = True,
        clamp: bool = False,
        cuts: Iterable[float] = (),
    ) -> Column:
        return cls(name, role, ColumnKind.NUMBER, lo, hi, integer, clamp, cuts=tuple(cuts))

    @classmethod
    def category(
        cls, name: str, role: ColumnRole, values: Iterable[str] = (), *, hierarchy: Hierarchy | None = None
    ) -> Column:
        """`values` in their natural order when there is one; with a hierarchy they are its leaves."""
        listed = tuple(values)
        if hierarchy and listed:
            raise SchemaError(name, "its values are the leaves of its hierarchy; do not list them again")
        domain = hierarchy.leaves if hierarchy else listed
        return cls(name, role, ColumnKind.CATEGORY, values=domain, hierarchy=hierarchy)

    @classmethod
    def ordinal(cls, name: str, role: ColumnRole, values: Iterable[str]) -> Column:
        """`values` from the lowest to the highest."""
        return cls(name, role, ColumnKind.ORDINAL, values=tuple(values))

    @classmethod
    def multi(cls, name: str, role: ColumnRole, options: Iterable[str]) -> Column:
        """Several of the options may be chosen at once."""
        return cls(name, role, ColumnKind.MULTI, values=tuple(options))

    def __post_init__(self) -> None:
        if not self.name:
            raise SchemaError("name", "a column needs a name")
        if (self.role is ColumnRole.IDENTIFIER) != (self.kind is ColumnKind.OPAQUE):
            raise SchemaError(self.name, "an identifier is opaque, and only an identifier is")
        if self.kind is ColumnKind.NUMBER:
            if not (math.isfinite(self.lo) and math.isfinite(self.hi) and self.lo <= self.hi):
                raise SchemaError(self.name, "lo and hi must be finite and in order")
            if self.integer and not (float(self.lo).is_integer() and float(self.hi).is_integer()):
                raise SchemaError(self.name, "lo and hi of an integer column must be whole")
            self._check_cuts()
        if self.kind is ColumnKind.MULTI and any(not option or BETWEEN in option for option in self.values):
            raise SchemaError(self.name, f"an option is a name without {BETWEEN}")
        if self.kind in (*NAMED, ColumnKind.MULTI) and (not self.values or len(set(self.values)) < len(self.values)):
            raise SchemaError(self.name, "a category needs its values, each once")

    def _check_cuts(self) -> None:
        if any(not math.isfinite(cut) for cut in self.cuts) or list(self.cuts) != sorted(set(self.cuts)):
            raise SchemaError(self.name, "its cut points ascend, each once")
        if self.integer and any(not float(cut).is_integer() for cut in self.cuts):
            raise SchemaError(self.name, "the cut points of an integer column must be whole")
        last = self.hi if self.integer else math.nextafter(self.hi, -math.inf)
        if self.cuts and not (self.lo < self.cuts[0] and self.cuts[-1] <= last):
            raise SchemaError(self.name, "its cut points lie between lo and hi")

    @property
    def _own_cuts(self) -> Callable[[float, float, bool], tuple[float, ...]]:
        return counting_cuts if self.role is ColumnRole.SENSITIVE else default_cuts

    @cached_property
    def bands(self) -> tuple[Band, ...]:
        """The finest ranges in which a number may be published; of a sensitive one, those that count as one answer."""
        cuts = self.cuts or self._own_cuts(self.lo, self.hi, self.integer)
        return bands(self.lo, self.hi, self.integer, cuts)

    @cached_property
    def index(self) -> dict[str, int]:
        """The number of each category value, in declared (tree) order."""
        return {value: number for number, value in enumerate(self.values)}

    @property
    def named(self) -> bool:
        """Are its values names (in an order or not), not numbers?"""
        return self.kind in NAMED

    @property
    def released(self) -> bool:
        return self.role is not ColumnRole.IDENTIFIER


@dataclass(frozen=True)
class ReleasePolicy:
    """How anonymous a release must be. Rules over answers name the sensitive columns they protect."""

    k: int
    l: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))  # noqa: E741  the rule's own name
    t: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    entropy_l: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    recursive: Mapping[str, tuple[float, int]] = field(default_factory=lambda: MappingProxyType({}))
    """(c, l): the commonest answer of a class is rarer than c times all from the l-th commonest on."""
    presence: tuple[float, float] | None = None
    """The least and greatest chance that anybody on the list of everybody is in the release (`presence`)."""
    beside: int = 2
    """In a series: so many answers of anybody stay possible to one other person, who knows their own. 1: not asked."""
    come_and_go: bool | None = None
    """In a series, from its first release on: homes, which allow for people who are away and come back, or seats. None:
    as it began, and homes where it begins, unless `beside` is 1."""
    suppression_limit: float = 0.0
    audience: str = "all partners"
    """Partners may collude, so one audience unless told otherwise."""

    def __post_init__(self) -> None:
        if self.k < 2:
            raise SchemaError("k", "fewer than 2 people in a class is no anonymity")
        if self.beside < 1:
            raise SchemaError("beside", "one answer stays possible at any rate")
        if not 0 <= self.suppression_limit < 1:
            raise SchemaError("suppression_limit", "it is a share from 0 to below 1")
        if any(least < 2 for least in self.l.values()):
            raise SchemaError("l", "fewer than 2 distinct values protect nothing")
        if any(not 0 <= most < 1 for most in self.t.values()):
            raise SchemaError("t", "it is a distance from 0 to below 1")
        if any(not 1 < least < math.inf for least in self.entropy_l.values()):
            raise SchemaError("entropy_l", "it is more than 1: one answer has no variety")
        if any(not 0 < times < math.inf or least < 2 for times, least in self.recursive.values()):
            raise SchemaError("recursive", "c is above 0, and l at least 2")
        if self.presence is not None and not 0 <= self.presence[0] < self.presence[1] < 1:
            raise SchemaError("presence", "it is two shares, from 0, ascending, below 1")
        if not self.audience:
            raise SchemaError("audience", "say who will see the release")

    @property
    def protected(self) -> dict[str, tuple[str, ...]]:
        """The columns that each rule names."""
        rules = {"l": self.l, "entropy_l": self.entropy_l, "recursive": self.recursive, "t": self.t}
        return {rule: tuple(names) for rule, names in rules.items()}


def check_columns(columns: Iterable[Column], policy: ReleasePolicy) -> None:
    """Names are unique, and the policy speaks only of sensitive columns."""
    roles: dict[str, ColumnRole] = {}
    for column in columns:
        if column.name in roles:
            raise SchemaError(column.name, "the column is declared twice")
        roles[column.name] = column.role
    for rule, names in policy.protected.items():
        for name in names:
            if roles.get(name) is not ColumnRole.SENSITIVE:
                raise SchemaError(rule, "{column} is not declared as a sensitive column", column=repr(name))


def with_role(columns: Iterable[Column], *roles: ColumnRole) -> list[Column]:
    return [column for column in columns if column.role in roles]
