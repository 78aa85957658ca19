"""Who refused must not be readable by whoever holds the list of everybody (the staff list): delta-presence.

Nergiz, Atzori, Clifton 2007: for everybody on the list the chance to be in the release, as the list's holder reckons
it, lies between two bounds. Boxes drawn closely around those who consented betray the others: who is in no box refused,
who is in a box with as many rows as people consented. So classes are cut out of the whole list, each with so many
consenting people and so many others, and boxes are drawn around all of them: everybody is in exactly one.
Classes of a series are given, so theirs are drawn otherwise (`drawn_around`).
Refuses a list that lacks people of the table. Needs of people who refused what the list says of them, nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bank_api.domain.anonymize.diversity import Diversity
from bank_api.domain.anonymize.encode import Axis, Codes, axes_of
from bank_api.domain.anonymize.errors import PolicyUnreachableError, SchemaError
from bank_api.domain.anonymize.mondrian import partition
from bank_api.domain.anonymize.rules import Presence
from bank_api.domain.anonymize.schema import Column, ReleasePolicy, Value

COMPARED_AT_ONCE = 1 << 20
NO_ANSWER_PLACE = 3.0


@dataclass(frozen=True)
class Drawn:
    """Classes of the whole list: the rows of the table first, then everybody else."""

    axes: list[Axis]
    labels: Codes


def others_on(
    listed: Mapping[str, Sequence[Value]], cleaned: Mapping[str, Sequence[Value]], columns: Sequence[Column]
) -> dict[str, list[Value]]:
    """The list without the people of the table, who are known on it by their generalized columns alone."""
    names = [column.name for column in columns]
    left = Counter(zip(*(listed[name] for name in names), strict=True))
    left.subtract(Counter(zip(*(cleaned[name] for name in names), strict=True)))
    lacking = sum(-count for count in left.values() if count < 0)
    if lacking:
        raise SchemaError("population", "{count} people of the table are not on the list", count=lacking)
    rest = list(left.elements())
    return {name: [one[at] for one in rest] for at, name in enumerate(names)}


def drawn(
    columns: Sequence[Column],
    cleaned: Mapping[str, Sequence[Value]],
    others: Mapping[str, Sequence[Value]],
    kept: Codes,
    rules: Diversity,
    policy: ReleasePolicy,
) -> Drawn:
    """Raises PolicyUnreachableError where the whole list in one class would break the bounds."""
    least, most = policy.presence or (0.0, 1.0)
    if not columns:
        raise SchemaError("presence", "without a generalized column nobody can be told from the list")
    names = [column.name for column in columns]
    axes = axes_of(columns, {name: [*cleaned[name], *others[name]] for name in names})
    released = np.zeros(len(axes[0].codes), bool)
    released[kept] = True
    share = len(kept) / len(released)
    if not least <= share <= most:
        raise PolicyUnreachableError("presence", most if share > most else least, round(share, 4))
    rule = Presence(released.astype(np.int64), 2, policy.k, least, most)
    return Drawn(axes, partition(axes, policy.k, rules.among(released, rule)))


def drawn_around(
    columns: Sequence[Column],
    cleaned: Mapping[str, Sequence[Value]],
    others: Mapping[str, Sequence[Value]],
    kept: Codes,
    labels: Codes,
    policy: ReleasePolicy,
) -> Drawn:
    """Classes that are given, with people around whom their boxes are drawn as well: everybody on the list who is not
    in the release in the class that widens least, and in each class so many that its rows are at most `most` of them
    and the rows together.

    Whoever is in it could then be any of these, and any of these could be in it in their place: the release would be
    the same. Raises PolicyUnreachableError where too few people are not in it.
    """
    _, most = policy.presence or (0.0, 1.0)
    if not columns:
        raise SchemaError("presence", "without a generalized column nobody can be told from the list")
    axes = axes_of(columns, {one.name: [*cleaned[one.name], *others[one.name]] for one in columns})
    places = np.stack(
        [np.append((one.coordinates[:-1] + one.ends[:-1]) / 2, NO_ANSWER_PLACE)[one.codes] for one in axes], axis=1
    )
    outside = np.delete(np.arange(len(places)), kept)
    sizes = np.bincount(labels)
    needed = np.ceil(sizes * (1 - most) / most - 1e-9).astype(np.int64)
    if len(outside) < max(1, needed.max()):
        share = len(kept) / len(places)
        raise PolicyUnreachableError("presence", most, round(share, 4))
    low, high = (np.full((len(sizes), places.shape[1]), end) for end in (np.inf, -np.inf))
    np.minimum.at(low, labels, places[kept])
    np.maximum.at(high, labels, places[kept])
    who, into, nearest = [kept], [labels], np.full(len(outside), -1)
    least = np.full(len(outside), np.inf)
    step = max(1, COMPARED_AT_ONCE // len(outside))
    for first in range(0, len(sizes), step):
        part = slice(first, first + step)
        wider = np.maximum(high[part, None], places[outside]) - np.minimum(low[part, None], places[outside])
        cost = (wider - (high - low)[part, None]).sum(2)
        better = cost.min(0) < least
        nearest[better] = cost.argmin(0)[better] + first
        least = np.minimum(least, cost.min(0))
        for number, costs in enumerate(cost, first):
            near = np.argsort(costs, kind="stable")[: needed[number]]
            who.append(outside[near])
            into.append(np.full(len(near), number))
    rows, classes = np.concatenate([*who, outside]), np.concatenate([*into, nearest])
    return Drawn([one.only(rows) for one in axes], classes)
