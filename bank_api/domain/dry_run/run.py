"""One dry run: table and specification in, released table and report out; with a folder, one more of a series.

1. read the table as declared
2. release it, alone or with the history; every refusal ends here and leaves the folder as it was
3. run the attacks: on the release, and in a series on all releases so far; a series they succeed against ends here
4. record it in the folder, then hand it out
"""

from __future__ import annotations

import hashlib
import random
import secrets
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bank_api.domain.anonymize import AnonymizedRelease, ColumnRole, Measured, ReleasePolicy, anonymize
from bank_api.domain.anonymize.schema import with_role
from bank_api.domain.anonymize.seats import new_history
from bank_api.domain.attacked import beside_of, release_unread
from bank_api.domain.attacks import AttacksOverTime, Observed, ObservedClass, attack_all
from bank_api.domain.dry_run.errors import DryRunError
from bank_api.domain.dry_run.explained import lines, totals
from bank_api.domain.dry_run.folder import Series, SeriesFolder
from bank_api.domain.dry_run.spec import Earlier, Table, read_table
from bank_api.domain.dry_run.written import written

SUPPRESSION_LIMIT = 0.25


@dataclass(frozen=True)
class DryRun:
    text: str
    """The released table, as CSV."""
    report: dict[str, Any]
    explained: str
    """Which rows were left out and why, as CSV: for the operator alone."""


@dataclass(frozen=True)
class Wanted:
    """How anonymous a release must be: of sensitive columns where the specification asks nothing else."""

    k: int
    l: int  # noqa: E741  the rule's own name
    entropy_l: float | None = None
    recursive: tuple[float, int] | None = None
    t: float | None = None
    presence: tuple[float, float] | None = None
    suppression_limit: float = SUPPRESSION_LIMIT
    audience: str = "all partners"
    beside: int = 2
    come_and_go: bool | None = field(default=None, repr=False)
    """Not in what is remembered of a release that does not ask it: the same again is the same release."""

    def policy(self, table: Table) -> ReleasePolicy:
        sensitive = [column.name for column in with_role(table.columns, ColumnRole.SENSITIVE)]

        def asked(rule: str, usual: Any) -> dict[str, Any]:
            return {**(dict.fromkeys(sensitive, usual) if usual is not None else {}), **table.rules[rule]}

        return ReleasePolicy(
            self.k,
            l={name: least for name, least in asked("l", self.l).items() if least > 1},
            t=asked("t", self.t),
            entropy_l=asked("entropy_l", self.entropy_l),
            recursive=asked("recursive", self.recursive),
            presence=self.presence or table.presence,
            suppression_limit=self.suppression_limit,
            beside=self.beside,
            come_and_go=self.come_and_go,
            audience=self.audience,
        )


def dry_run(
    table_text: str,
    spec: str,
    spec_folder: Path,
    *,
    wanted: Wanted,
    person: str | None = None,
    history: Path | None = None,
    population: str | None = None,
    encoding: str | None = None,
) -> DryRun:
    """Raises AnonymizeError for what the policy forbids, DryRunError for unusable files.

    `encoding`: of files that the specification names and that are not UTF-8.
    """
    if history is None:
        if wanted.come_and_go is not None:
            raise DryRunError("--history", "seats and homes are of a series: it needs a folder")
        table = read_table(table_text, spec, spec_folder, person, None, population, encoding)
        policy = wanted.policy(table)
        release = anonymize(table.rows, table.columns, policy, _secret(), table.population)
        alone = _report(release, policy, {}) | {"repeated_identifiers": table.repeated}
        return DryRun(written(release), alone, lines(release.suppressions))
    if person is None:
        raise DryRunError("--person", "a series needs the column whose pseudonyms tie its tables together")
    folder = SeriesFolder(history)
    asked = {None: (), True: ("come and go",), False: ("seats",)}[wanted.come_and_go]
    parts = (table_text, spec, wanted, person, population, encoding, *asked)
    digest = hashlib.sha256(repr(parts).encode()).hexdigest()
    with folder.locked():
        series = folder.read()
        if series.digest == digest and series.report is not None:
            return DryRun(folder.release_text(series.count), series.report, series.explained)
        table = read_table(table_text, spec, spec_folder, person, series.earlier, population, encoding)  # 1.
        policy = wanted.policy(table)
        before = series.history or new_history(_secret())
        release, after, attacked = release_unread(  # 2. and 3.
            table.rows, table.people or (), table.columns, policy, before, _secret(), table.population
        )
        release = release.attacked(attacked.hash)
        report = _report(release, policy, attacked.reports) | {
            "attacks_hash": attacked.hash,
            "beside": beside_of(after, table.columns),
            "come_and_go": release.document.come_and_go,
        }
        if release.document.come_and_go:
            report |= _in_rooms(release.measured)
        text, explained = written(release), lines(release.suppressions)
        earlier = Earlier({**series.earlier.bandings, **table.bandings}, {**series.earlier.declared, **table.declared})
        folder.record(Series(after, earlier, series.count + 1, digest, report, explained), text)  # 4.
        return DryRun(text, report, explained)


def _secret() -> random.Random:
    return secrets.SystemRandom()


def _in_rooms(measured: Measured) -> dict[str, Any]:
    return {
        "classes": measured.rooms,
        "classes_of_answers": measured.classes,
        "answers_together": dict(zip(("mean", "most"), measured.answers_together, strict=True)),
    }


def _report(
    release: AnonymizedRelease, policy: ReleasePolicy, attacks: Mapping[str, AttacksOverTime]
) -> dict[str, Any]:
    measured, table = release.measured, release.document.table
    alone = {}
    for at, column in enumerate(table.plain, 1):
        classes: dict[int, dict[Hashable, int]] = {}
        for of, row in zip(table.class_of_row.tolist(), table.rows, strict=True):
            counts = classes.setdefault(of, {})
            counts[row[at]] = counts.get(row[at], 0) + 1
        seen = [ObservedClass(tuple(f"{n}-{i}" for i in range(sum(c.values()))), c) for n, c in classes.items()]
        alone[column.name] = attack_all([Observed(tuple(seen))], measured.l[column.name])
    series = {name: one.to_json() for name, one in attacks.items()}
    linkage = {"rows_min": measured.k, "risk_mean": measured.marketer_risk}
    return {
        "rows": measured.rows,
        "suppressed": measured.suppressed,
        "suppression": totals(release, policy.suppression_limit),
        "k": measured.k,
        "l": min(measured.l.values(), default=0),
        "t": max(measured.t.values(), default=0.0),
        "loss": measured.loss,
        "beside": None,
        "presence": None if measured.presence is None else dict(zip(("least", "most"), measured.presence, strict=True)),
        "confidence": {
            "guessed_over_80_percent": max((one.guessed_share for one in alone.values()), default=0.0),
            "base_rate": max((one.base_rate for one in alone.values()), default=0.0),
        },
        "classes": measured.classes,
        "columns": {
            name: {"l": measured.l[name], "entropy_l": measured.entropy_l[name], "t": measured.t[name],
                   "confidence": one.guessed_share, "base_rate": one.base_rate,
                   **({"recursive_c": measured.recursive_c[name]} if name in measured.recursive_c else {})}
            for name, one in alone.items()
        },
        "attacks": {
            "linkage": linkage,
            "alone": {name: one.to_json() for name, one in alone.items()},
            "series": series,
        },
    }  # fmt: skip
