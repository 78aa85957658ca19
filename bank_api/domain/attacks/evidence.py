"""What an auditor needs to run the attacks again: all that all recipients saw of a column (and, of homes, the batches
that joined them), people by numbers alone.

The report of the attacks is one canonical text; its hash is part of the method that the ledger holds the hash of, so
the bank cannot change it afterwards. `run_again` needs no word of the bank's but this evidence.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from bank_api.domain.attacks.batches import attack_by_rule_of_homes, fit
from bank_api.domain.attacks.observed import Compared, Observed, ObservedClass
from bank_api.domain.attacks.report import AttacksOverTime, attack_all
from bank_api.domain.attacks.rule import ByRule, attack_by_rule, read_by_rule

BY_CHANCE = frozenset({"computed_by_insider"})
"""Figures of a report that depend on whom chance picked as insiders: the auditor's may be lower, never higher."""
ADDED = frozenset(
    {"computed_by_one_other", "computed_by_rule", "rule_facts", "rule_facts_doubtful", "below_l_by_batches"}
)
"""Figures that reports of before lack: such a report says that nobody was found."""

NOT_ASKED = ADDED - {"computed_by_one_other"}
"""Of these, figures of an attack that was not made then: such a report says nothing of it."""


@dataclass(frozen=True)
class Evidence:
    """One sensitive column: the releases that told it, what its answers mean (None: nothing), what sets are made of."""

    least: int
    releases: tuple[Observed, ...]
    meaning: Mapping[Hashable, Hashable]
    parts: Mapping[Hashable, frozenset[str]] | None = None
    batches: Observed | None = None
    """Of a series with homes (ADR 80): who joined one together, and what they answered in all. Whoever knows the rule
    is told it; None for a series with seats, whose rule is another."""

    def to_json(self) -> dict[str, Any]:
        numbers: dict[str, int] = {}

        def written(told: Observed) -> list[dict[str, Any]]:
            return [
                {
                    "people": sorted(numbers.setdefault(person, len(numbers)) for person in one.people),
                    "answers": sorted(([answer, count] for answer, count in one.answers.items()), key=repr),
                }
                for one in told.classes
            ]

        releases = [written(release) for release in self.releases]
        homes = {} if self.batches is None else {"batches": written(self.batches)}
        return homes | {
            "least": self.least,
            "releases": releases,
            "meaning": sorted(([answer, form] for answer, form in self.meaning.items()), key=repr),
            "parts": None if self.parts is None else sorted(([a, sorted(p)] for a, p in self.parts.items()), key=repr),
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Evidence:
        """Raises KeyError, TypeError or ValueError for what is none."""
        releases = tuple(map(_read, found["releases"]))
        batches = _read(found["batches"]) if "batches" in found else None
        if not all(map(_told_once, releases if batches is None else (*releases, batches))):
            raise ValueError
        if batches is not None and not fit(batches, releases):
            raise ValueError
        parts = found["parts"]
        return cls(
            int(found["least"]),
            releases,
            dict(found["meaning"]),
            None if parts is None else {answer: frozenset(options) for answer, options in parts},
            batches,
        )

    def newly_read_by_rule(self, before: dict[int, set[str]] | None = None) -> set[str]:
        """With the latest release, and not without it: refusing it takes back nothing that was told before.

        `before`: kept by whoever tries several latest releases beside the same others: who is read in so many of these.
        """
        read = self.by_rule.people(self.compared)
        if not read or self.batches is not None:  # of homes, nobody was read when the others were told
            return read
        known, others = {} if before is None else before, self.releases[:-1]
        if len(others) not in known:
            known[len(others)] = read_by_rule(others, self.least)
        return read - known[len(others)]

    @cached_property
    def compared(self) -> Compared:
        return Compared(self.releases)

    @cached_property
    def by_rule(self) -> ByRule:
        """That attack is made once, whoever asks for it."""
        if self.batches is not None:
            return attack_by_rule_of_homes(self.compared, self.releases, self.batches)
        return attack_by_rule(self.compared, self.least)

    def attacked(self, truth: Mapping[str, Hashable] | None = None, insiders: int = 0) -> AttacksOverTime:
        """By `attack_all`, which has the words."""
        return attack_all(
            self.releases,
            self.least,
            meaning=self.meaning,
            parts=self.parts,
            truth=truth,
            insiders=insiders,
            compared=self.compared,
            rule=self.by_rule,
            batches=self.batches,
        )

    def run_again(self) -> AttacksOverTime:
        """From nothing: what was found before is not believed."""
        return replace(self).attacked()


def _read(release: Sequence[Mapping[str, Any]]) -> Observed:
    return Observed(
        tuple(
            ObservedClass(
                tuple(str(int(person)) for person in one["people"]),
                {answer: int(count) for answer, count in one["answers"]},
            )
            for one in release
        )
    )


def _told_once(release: Observed) -> bool:
    """Each person stands in one class: a class without people, or somebody twice, would hide what the others sum."""
    people = [person for one in release.classes for person in one.people]
    return all(one.people for one in release.classes) and len(set(people)) == len(people)


def report_text(reports: Mapping[str, AttacksOverTime]) -> str:
    """One text for one report."""
    return json.dumps({name: one.to_json() for name, one in reports.items()}, sort_keys=True, separators=(",", ":"))


def report_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def differing(claimed: Mapping[str, Any], again: Mapping[str, AttacksOverTime]) -> Sequence[str]:
    """The figures, as `column.figure`, in which a report is not what the evidence gives."""
    wrong = [f"{name}" for name in sorted(set(claimed) ^ set(again))]
    for name in sorted(set(claimed) & set(again)):
        mine = again[name].to_json()
        figures = set(claimed[name]) if isinstance(claimed[name], Mapping) else set[str]()
        if not set(mine) - ADDED <= figures <= set(mine):
            wrong.append(name)
            continue
        for figure, value in mine.items():
            if figure in NOT_ASKED and figure not in claimed[name]:
                continue
            said = claimed[name].get(figure, 0)
            if value > said if figure in BY_CHANCE else value != said:
                wrong.append(f"{name}.{figure}")
    return wrong
