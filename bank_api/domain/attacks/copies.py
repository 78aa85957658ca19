"""What made-up rows give away against the people behind them: how many of them are somebody's row.

A made-up row has no person, so classes, k and l say nothing of it. What can be seen is whether rows were copied: how
many equal a real row in all columns that both have, and how many people who are the only ones of their kind are met.
Beside it stands what chance would do: the same rows with each column shuffled by itself.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

Row = Mapping[str, str]


@dataclass(frozen=True)
class Copies:
    rows: int
    same_as_somebody: float
    """Of the made-up rows, the share that equals a real one."""
    same_by_chance: float
    """The same of shuffled columns."""
    unique_people: int
    """Real rows that nobody shares."""
    unique_met: float
    """Of these, the share that some made-up row equals."""
    unique_met_by_chance: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def copies(made_up: Sequence[Row], real: Sequence[Row], dice: random.Random) -> Copies:
    """Compared in the columns that both have; there is one at least."""
    names = [name for name in made_up[0] if name in real[0]]
    told = [tuple(row[name] for name in names) for row in made_up]
    people = Counter(tuple(row[name] for name in names) for row in real)
    columns = [dice.sample(column, len(column)) for column in map(list, zip(*told, strict=True))]
    chance = list(zip(*columns, strict=True))
    alone = {row for row, count in people.items() if count == 1}

    def met(rows: Sequence[tuple[str, ...]]) -> float:
        return len(alone & set(rows)) / max(1, len(alone))

    def same(rows: Sequence[tuple[str, ...]]) -> float:
        return sum(row in people for row in rows) / max(1, len(rows))

    return Copies(len(told), same(told), same(chance), len(alone), met(told), met(chance))
