"""A tree of names above the values of a category, so that cuts follow meaning (Bachelors → Undergraduate → Higher).

Built from lines written leaf first and root last, as ARX writes its hierarchy files. Leaves are numbered in tree order,
so every node is one run of numbers and every run has a shortest description in node names. Refuses trees that are
not trees: lines of unequal length, a leaf named twice, more than one root, one name for two different nodes.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from bank_api.domain.anonymize.errors import SchemaError


@dataclass(frozen=True)
class Hierarchy:
    """`paths[i]` leads from the root to leaf number i; leaves stand in tree order."""

    paths: tuple[tuple[str, ...], ...]

    @classmethod
    def from_levels(cls, lines: Iterable[Sequence[str]]) -> Hierarchy:
        """Lines are (leaf, parent, …, root), all of one length."""
        paths = [tuple(reversed(line)) for line in lines]
        _check_paths(paths)
        order: dict[tuple[str, ...], int] = {}  # first mention decides: a stated order (Low, Middle, High) is kept
        for path in paths:
            for depth in range(len(path)):
                order.setdefault(path[: depth + 1], len(order))
        paths.sort(key=lambda path: [order[path[: depth + 1]] for depth in range(len(path))])
        return cls(tuple(paths))

    @classmethod
    def from_csv(cls, text: str, delimiter: str = ";") -> Hierarchy:
        """The text of an ARX hierarchy file: one line a leaf, leaf first, `*` last; names may stand in quotes."""
        try:
            lines = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
        except csv.Error as error:
            raise SchemaError("hierarchy", "its lines cannot be read ({why})", why=error) from error
        return cls.from_levels([name.strip() for name in line] for line in lines if line)

    @property
    def leaves(self) -> tuple[str, ...]:
        return tuple(path[-1] for path in self.paths)

    def boundary_depths(self) -> list[int]:
        """For each leaf, how many nodes it shares with the leaf before it: a cut where it is few parts branches."""
        return [0] + [_shared(self.paths[i - 1], self.paths[i]) for i in range(1, len(self.paths))]

    def cover(self, leaves: Iterable[str]) -> list[str]:
        """The fewest node names that stand for exactly these leaves."""
        wanted = sorted(self._number[leaf] for leaf in set(leaves))
        names: list[str] = []
        while wanted:
            first = wanted[0]
            size, name = next(
                (size, name)
                for start, size, name in self._nodes_above[first]
                if start == first and len(wanted) >= size and wanted[size - 1] == first + size - 1
            )
            names.append(name)
            wanted = wanted[size:]
        return names

    @cached_property
    def _number(self) -> dict[str, int]:
        return {leaf: number for number, leaf in enumerate(self.leaves)}

    @cached_property
    def _nodes_above(self) -> list[list[tuple[int, int, str]]]:
        """For each leaf, from the root down, every node above it: its first leaf, its number of leaves, its name."""
        prefixes = [[path[:depth] for depth in range(1, len(path) + 1)] for path in self.paths]
        first: dict[tuple[str, ...], int] = {}
        for number, nodes in enumerate(prefixes):
            for node in nodes:
                first.setdefault(node, number)
        size = Counter(node for nodes in prefixes for node in nodes)
        return [[(first[node], size[node], node[-1]) for node in nodes] for nodes in prefixes]


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    depth = 0
    while one[depth] == other[depth]:
        depth += 1
    return depth


def _check_paths(paths: list[tuple[str, ...]]) -> None:
    if not paths:
        raise SchemaError("hierarchy", "it has no leaf")
    if len({len(path) for path in paths}) > 1 or not paths[0]:
        raise SchemaError("hierarchy", "every line needs the same number of levels")
    if len({path[0] for path in paths}) > 1:
        raise SchemaError("hierarchy", "the last level of every line must be the same root")
    leaves = [path[-1] for path in paths]
    if len(set(leaves)) < len(leaves):
        raise SchemaError("hierarchy", "a leaf stands on two lines")
    below: dict[tuple[str, ...], set[str]] = {}
    for path in paths:
        for depth in range(1, len(path) + 1):
            below.setdefault(path[:depth], set()).add(path[-1])
    meanings: dict[str, set[str]] = {}
    for node, inside in below.items():
        if meanings.setdefault(node[-1], inside) != inside:
            raise SchemaError(
                "hierarchy", "the name {name} stands for two different sets of values", name=repr(node[-1])
            )
