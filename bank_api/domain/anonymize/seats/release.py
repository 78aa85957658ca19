"""A release that remembers all earlier ones: one wave over the seats, verified like any other (`making`).

The caller records the new history, which holds what the release tells, before the release leaves the house. Nothing is
changed when anything is refused: the history given stays as it was.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence, Set

from bank_api.domain.anonymize.release import AnonymizedRelease
from bank_api.domain.anonymize.schema import Column, ReleasePolicy, Value
from bank_api.domain.anonymize.seats.collector import collector_resting
from bank_api.domain.anonymize.seats.history import KEY_BYTES, History
from bank_api.domain.anonymize.seats.making import Making


def new_history(randomness: random.Random) -> History:
    return History(randomness.randbytes(KEY_BYTES))


@collector_resting()
def release_in_series(
    rows: Sequence[Mapping[str, Value]],
    people: Sequence[str],
    columns: Sequence[Column],
    policy: ReleasePolicy,
    history: History,
    randomness: random.Random,
    population: Sequence[Mapping[str, Value]] = (),
    held: Set[str] = frozenset(),
) -> tuple[AnonymizedRelease, History]:
    """One more release, and the history to record with it. `people` are the pseudonyms that tie the rows together.

    `population`: everybody who could be in it, by generalized columns, people of the rows too, for `policy.presence`.
    Raises PolicyUnreachableError, ReleaseRefusedError, SchemaError; the history given is never changed.
    """
    return Making(rows, people, columns, policy, history, randomness, population, held).finished()
