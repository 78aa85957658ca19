"""The attack by whoever knows the rule of homes: what each batch that joined one together answered in all is told too.

It is published that a batch is diverse, so somebody could exclude worlds in which one were not (ADR 80); this is more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from bank_api.domain.attacks.newcomer import computed_by_one_other
from bank_api.domain.attacks.observed import Compared, Observed
from bank_api.domain.attacks.rule import ByRule


def attack_by_rule_of_homes(compared: Compared, releases: Sequence[Observed], batches: Observed) -> ByRule:
    """`compared`: these releases alone, whose people the batches are. Its facts are these, none of them doubtful."""
    together = Compared([*releases, batches], within=compared)
    return ByRule(computed_by_one_other(together), len(batches.classes), 0)


def fit(batches: Observed, releases: Sequence[Observed]) -> bool:
    """Could these be the batches of these releases?

    Everybody joined once, each batch as part of one class of one release, which says as many of each answer or more.
    """
    first: dict[str, tuple[int, int]] = {}
    for number, release in enumerate(releases):
        for at, one in enumerate(release.classes):
            for person in one.people:
                first.setdefault(person, (number, at))
    if {person for one in batches.classes for person in one.people} != set(first):
        return False
    told: dict[tuple[int, int], dict[object, int]] = {}
    for one in batches.classes:
        places = {first[person] for person in one.people}
        if len(places) != 1 or sum(one.answers.values()) != len(one.people) or min(one.answers.values()) < 1:
            return False
        of_class = told.setdefault(places.pop(), {})
        for answer, count in one.answers.items():
            of_class[answer] = of_class.get(answer, 0) + count
    return all(
        count <= releases[number].classes[at].answers.get(answer, 0)
        for (number, at), answers in told.items()
        for answer, count in answers.items()
    )


def fingerprint(batches: Observed, releases: Sequence[Observed]) -> str:
    """A SHA-256 of what the batches answered, release by release, whoever they were: names change when people go."""
    first: dict[str, int] = {}
    for number, release in enumerate(releases):
        for one in release.classes:
            for person in one.people:
                first.setdefault(person, number)
    told = [
        [first[one.people[0]], sorted(([answer, count] for answer, count in one.answers.items()), key=repr)]
        for one in batches.classes
    ]
    text = json.dumps(sorted(told, key=repr), separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
