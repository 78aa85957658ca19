"""Attacks on released tables by anybody, in the form of `written` or of other tools: nothing of their making is known.

Without a column `class` first, rows that look alike are a class, and the sensitive columns must be named. Where a class
is told in rooms (ADR 85), who is in it lies in one of its rooms, and what it answered is told of all of it.

alone    class sizes, different answers in each class, answers guessed with more than 80 % certainty
twins    classes of two releases with the same description: what their counts tell of those who came or left between
people   with the source tables: who lies in which rooms, and which answers all of them leave each person
newcomer with the source tables: whose answer one other person computes, by their own and all counts; and, where it is
         known of all classes who stands in them and none is told in rooms, by the rule of seats as well
order    whether the order of the rows says anything, with the source tables also of the source's order
presence with the list of everybody: who is seen to be in it, and who to have refused
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import combinations
from typing import Any

from bank_api.domain.attacks import Observed, ObservedClass, attack_order, attack_presence
from bank_api.domain.attacks.newcomer import computed_by_one_other
from bank_api.domain.attacks.observed import Compared
from bank_api.domain.attacks.rule import attack_by_rule
from bank_api.domain.dry_run.cells import read_csv
from bank_api.domain.dry_run.errors import DryRunError
from bank_api.domain.dry_run.foreign_release import ForeignRelease

SURE = 0.8


def attack_files(
    files: Sequence[tuple[str, str]],
    sources: Sequence[tuple[str, str]] = (),
    *,
    sensitive: Sequence[str] = (),
    person: str | None = None,
    l: int = 2,  # noqa: E741  the rule's own name
    population: tuple[str, str] | None = None,
) -> dict[str, Any]:
    """`files`, `sources` and `population` are (name, text). With sources one is given for each release, in order."""
    releases = [ForeignRelease(name, text, sensitive) for name, text in files]
    report: dict[str, Any] = {"alone": {one.name: _alone(one) for one in releases}, "twins": _twins(releases)}
    behind = sources if len(sources) == len(files) else [None] * len(files)
    report["order"] = {one.name: _order(one, source) for one, source in zip(releases, behind, strict=True)}
    if population is not None:
        report["presence"] = {one.name: _presence(one, population) for one in releases}
    if sources:
        if len(sources) != len(files) or (person is None and len(files) > 1):
            raise DryRunError("--source", "one table for each release, and --person to tie them together")
        report["people"] = _people(releases, sources, person, l)
        report["newcomer"] = _newcomer(releases, sources, person, l)
    return report


def _alone(release: ForeignRelease) -> dict[str, Any]:
    sizes = [len(rows) for rows in release.classes.values()]
    k = min(map(len, release.rooms.values()))
    found: dict[str, Any] = {"rows": sum(sizes), "classes": len(release.rooms), "k": k, "columns": {}}
    if len(release.rooms) > len(sizes):
        found["classes_of_answers"] = len(sizes)
        found["answers_together"] = {"mean": sum(one * one for one in sizes) / sum(sizes), "most": max(sizes)}
    for column in release.sensitive:
        counts = [release.answers(rows, column) for rows in release.classes.values()]
        everybody = sum(counts, Counter[str]())
        sure = sum(sum(one.values()) for one in counts if max(one.values()) > SURE * sum(one.values()))
        found["columns"][column] = {
            "l": min(len(set(one) - {""}) for one in counts),
            "certain": sum(sum(one.values()) for one in counts if len(one) == 1),
            "read_by_one_insider": sum(sum(c.values()) for c in counts if len(c) == 2 and min(c.values()) == 1),
            "guessed_over_80_percent": sure / sum(sizes),
            "base_rate": max(everybody.values()) / sum(sizes),
        }
    return found


def _twins(releases: Sequence[ForeignRelease]) -> dict[str, Any]:
    """Pairs of classes described alike in two releases: a difference of one answer is somebody's."""
    compared, told = 0, Counter[str]()
    for one, other in combinations(releases, 2):
        known = {one.described(rows): rows for rows in one.classes.values()}
        for rows in other.classes.values():
            before = known.get(other.described(rows)) if one.generalized == other.generalized else None
            if before is None:
                continue
            compared += 1
            for column in set(one.sensitive) & set(other.sensitive):
                old, new = one.answers(before, column), other.answers(rows, column)
                told[column] += (len(new - old) == 1 and (new - old).total() == 1) + (
                    len(old - new) == 1 and (old - new).total() == 1
                )
    return {"classes_described_alike": compared, "single_answers_left_over": dict(told)}


def _people(
    releases: Sequence[ForeignRelease], sources: Sequence[tuple[str, str]], person: str | None, least: int
) -> dict[str, Any]:
    """Of one release alone people may be known by their lines."""
    possible: dict[str, dict[str, set[str]]] = {}
    candidates: list[int] = []
    outside = 0
    for release, (file, text) in zip(releases, sources, strict=True):
        header, lines = read_csv(text, file)
        if person is not None and person not in header:
            raise DryRunError("--person", "{file} has no column {column}", file=file, column=repr(person))
        answers = [{c: set(release.answers(rows, c)) for c in release.sensitive} for rows in release.classes.values()]
        sizes = [len(rows) for rows in release.rooms.values()]
        names = [str(at) if person is None else line[header.index(person)] for at, line in enumerate(lines)]
        for name, around in zip(names, release.rooms_around(header, lines), strict=True):
            if not around:
                outside += 1
                continue  # left out of this release
            candidates.append(sum(sizes[at] for at in around))
            for column in release.sensitive:
                seen = set().union(*(answers[at][column] for at in release.classes_of(around)))
                known = possible.setdefault(column, {})
                known[name] = known.get(name, seen) & seen
    return {
        "rows_of_sources_in_no_class": outside,
        "rows_that_could_be_one_persons_min": min(candidates, default=0),
        "columns": {
            column: {
                "people": len(known),
                "below_l": sum(len(one - {""}) < least for one in known.values()),
                "computed": sum(len(one) == 1 for one in known.values()),
            }
            for column, known in possible.items()
        },
    }


def _newcomer(
    releases: Sequence[ForeignRelease],
    sources: Sequence[tuple[str, str]],
    person: str | None,
    l: int,  # noqa: E741  the rule's own name
) -> dict[str, Any]:
    """Of classes whose people are surely known: as many fit no other class as the class has rows."""
    seen: dict[str, list[Observed]] = {}
    classes, is_of_seats = 0, not any(release.in_homes for release in releases)
    for release, (file, text) in zip(releases, sources, strict=True):
        header, lines = read_csv(text, file)
        names = [str(at) if person is None else line[header.index(person)] for at, line in enumerate(lines)]
        inside: list[list[str]] = [[] for _ in release.classes]
        unsure = set[int]()
        for name, around in zip(names, map(release.classes_of, release.rooms_around(header, lines)), strict=True):
            if len(around) == 1:
                inside[around[0]].append(name)
            unsure.update(around[1:] and around)
        rows = list(release.classes.values())
        known = [
            at
            for at, people in enumerate(inside)
            if at not in unsure and len(set(people)) == len(people) == len(rows[at])
        ]
        classes += len(known)
        for column in release.sensitive:
            told = []
            for at in known:
                counts: dict[Hashable, int] = dict(release.answers(rows[at], column).items())
                told.append(ObservedClass(tuple(inside[at]), counts))
            seen.setdefault(column, []).append(Observed(tuple(told)))
    found = {}
    for column, told_by in seen.items():
        compared = Compared([one for one in told_by if one.classes])
        read = int(computed_by_one_other(compared).sum()) if compared.people else 0
        by_rule = None
        if compared.people and is_of_seats and classes == sum(len(release.classes) for release in releases):
            by_rule = int(attack_by_rule(compared, l).read.sum())
        found[column] = {"people": len(compared.people), "computed": read, "computed_by_rule": by_rule}
    return {"classes_whose_people_are_known": classes, "columns": found}


def _order(release: ForeignRelease, source: tuple[str, str] | None) -> dict[str, Any]:
    columns = {name: [_ordered(row[at]) for row in release.rows] for at, name in enumerate(release.columns)}
    candidates: dict[Hashable, list[int]] | None = None
    if source is not None:
        header, lines = read_csv(source[1], source[0])
        candidates, rooms = {}, list(release.rooms)
        for place, around in enumerate(release.rooms_around(header, lines)):
            for at in around:
                candidates.setdefault(rooms[at], []).append(place)
    return attack_order(release.room_of_row, columns, candidates).to_json()


def _ordered(cell: str) -> float | None:
    """A number, or the lower end of a range; names have no order of their own."""
    try:
        return float(cell.removesuffix("|").partition("..")[0])
    except ValueError:
        return None


def _presence(release: ForeignRelease, population: tuple[str, str]) -> dict[str, Any]:
    header, lines = read_csv(population[1], population[0])
    points = Counter(tuple(around) for around in release.rooms_around(header, lines))
    fits: list[list[int]] = [[] for _ in release.rooms]
    for number, around in enumerate(points):
        for at in around:
            fits[at].append(number)
    rows = [len(one) for one in release.rooms.values()]
    return attack_presence(list(points.values()), rows, fits).to_json()
