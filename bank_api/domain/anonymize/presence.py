"""Who refused must not be readable by whoever holds the list of everybody (the staff list): delta-presence.

Nergiz, Atzori, Clifton 2007: for everybody on the list the chance to be in the release, as the list's holder reckons
it, lies between two bounds. Boxes drawn closely around those who consented betray the others: who is in no box refused,
who is in a box with as many rows as people consented. So classes are cut out of the whole list, each with so many
consenting people and so many others, and boxes are drawn around all of them: everybody is in exactly one.
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
