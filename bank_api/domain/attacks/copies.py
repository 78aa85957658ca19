"""What made-up rows give away against the people behind them: how many of them are somebody's row.

A made-up row has no person, so classes, k and l say nothing of it. What can be seen is whether rows were copied: how
many equal a real row in all columns that both have, and how many people who are the only ones of their kind are met.
Beside it stands what chance would do: the same rows with each column shuffled by itself.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

Row = Mapping[str, str]


TENTHS = 10
"""A number of more different values is compared by the tenth of real people that it falls in: generators redraw numbers
within a band, so that a copy is never equal."""


@dataclass(frozen=True)
class Copies:
    rows: int
    kinds: int
    """How many different rows the compared columns can have: where these are few, being alike proves nothing."""
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
    pairs = [_alike([row[name] for row in made_up], [row[name] for row in real]) for name in names]
    told = list(zip(*(made for made, _ in pairs), strict=True))
    people = Counter(zip(*(one for _, one in pairs), strict=True))
    shuffled = [dice.sample(made, len(made)) for made, _ in pairs]
    chance = list(zip(*shuffled, strict=True))
    alone = {row for row, count in people.items() if count == 1}
    kinds = math.prod(len({*made, *one}) for made, one in pairs)

    def met(rows: Sequence[tuple[str, ...]]) -> float:
        return len(alone & set(rows)) / max(1, len(alone))

    def same(rows: Sequence[tuple[str, ...]]) -> float:
        return sum(row in people for row in rows) / max(1, len(rows))

    return Copies(len(told), kinds, same(told), same(chance), len(alone), met(told), met(chance))


def _alike(made_up: Sequence[str], real: Sequence[str]) -> tuple[list[str], list[str]]:
    """A column of both tables in words that can be compared: numbers by their value, many of them by tenths."""
    try:
        known = sorted(float(one) for one in real if one)
        numbers = [[float(one) if one else None for one in side] for side in (made_up, real)]
    except ValueError:
        return list(made_up), list(real)
    if len(set(known)) <= TENTHS:
        return _texts(numbers[0]), _texts(numbers[1])
    cuts = [known[len(known) * at // TENTHS] for at in range(1, TENTHS)]
    tenths = [[None if one is None else float(bisect_right(cuts, one)) for one in side] for side in numbers]
    return _texts(tenths[0]), _texts(tenths[1])


def _texts(numbers: Sequence[float | None]) -> list[str]:
    return ["" if one is None else repr(one) for one in numbers]
