"""A second opinion on released files, by brute force and by nothing of the bank's: the files alone are read.

A release is checked against its source (form, boxes, classes), a series against what the folder says of its classes:
which answers each person could have given in some world that fits every count ever told.
"""

import csv
import hashlib
import io
import json
import re
import unicodedata
from collections import Counter
from fractions import Fraction

NUMBER = r"-?\d+(\.\d+)?(e[-+]?\d+)?"
FORMS = {
    "number": re.compile(rf"({NUMBER}(\.\.{NUMBER})?)?\|?"),
    "choice": re.compile(r"([^{}|]+|\{[^{}|]+(\|[^{}|]+)+\})?\|?"),
    "multi": re.compile(r"([^{}|]+(\|[^{}|]+)*(\|\{[^{}|]+(\|[^{}|]+)*\})?|\{([^{}|]+(\|[^{}|]+)*)?\})?\|?"),
}


def rows_of(text):
    header, *lines = csv.reader(io.StringIO(text, newline=""))
    return header, lines


def inside(cell, value, kind):
    """Does what a person said lie in a cell?"""
    missing = cell == "" or cell.endswith("|")
    cell = cell.removesuffix("|")
    if value == "":
        return missing
    if cell == "":
        return False
    if kind == "number":
        low, _, high = cell.partition("..")
        return float(low) <= float(value) <= float(high or low)
    if kind == "multi":
        said = {one.strip() for one in re.split("[|;]", value)} - {""}
        sure, _, perhaps = cell.partition("{")
        sure, perhaps = ({one for one in part.rstrip("}").split("|") if one} for part in (sure, perhaps))
        return sure <= said <= sure | perhaps
    return value in (cell[1:-1].split("|") if cell.startswith("{") else [cell])


def same(text):
    return unicodedata.normalize("NFKC", text).strip().casefold()


def check_release(out, source, kinds, sensitive, k, least, suppressed):
    """`kinds` by generalized column. Every row's class, every released person's box, and the answers in it.

    In homes a class of k rows or more has its box, and the answers of the class of answers that it is a part of.
    """
    header, lines = rows_of(out)
    assert header[0] == "class"
    in_rooms = header[1] == "class_of_answers"
    assert set(header[1 + in_rooms :]) == set(kinds) | set(sensitive)
    classes, rooms = {}, {}
    for line in lines:
        assert all(re.fullmatch(r"\d+", number) for number in line[: 1 + in_rooms])
        row = dict(zip(header, line, strict=True))
        classes.setdefault(line[in_rooms], []).append(row)
        rooms.setdefault((line[0], line[in_rooms]), []).append(row)
    for column, kind in kinds.items():
        assert all(FORMS[kind].fullmatch(row[column]) for rows in classes.values() for row in rows), column
    boxes = {}
    for (_, number), rows in rooms.items():
        assert len({tuple(row[column] for column in kinds) for row in rows}) == 1
        boxes.setdefault(tuple(rows[0][column] for column in kinds), set()).add(number)
        assert len(rows) >= k
    for rows in classes.values():
        for column in sensitive:
            assert len({same(row[column]) for row in rows} - {""}) >= least, column
    names, people = rows_of(source)
    people = [dict(zip((name.strip() for name in names), map(str.strip, one), strict=True)) for one in people]
    assert len(lines) == len(people) - suppressed
    fits, known = [], {}
    for person in people:
        said = tuple(person[column] for column in kinds)
        if said not in known:
            known[said] = [
                number
                for box, numbers in boxes.items()
                if all(inside(cell, value, kind) for cell, value, kind in zip(box, said, kinds.values(), strict=True))
                for number in sorted(numbers)
            ]
        fits.append((known[said], tuple(person[column] for column in sensitive)))
    assert sum(not around for around, _ in fits) <= suppressed
    room = Counter((number, tuple(row[c] for c in sensitive)) for number, rows in classes.items() for row in rows)
    assert _seated(fits, room) == len(lines)
    return classes


def _seated(people, room):
    """How many of the people can have given the rows: the largest matching, path by path."""
    sits = {}  # (class, answers) -> people

    def seat(person, tried):
        around, said = people[person]
        for number in around:
            place = (number, said)
            if place in tried or not room[place]:
                continue
            tried.add(place)
            if len(sits.setdefault(place, [])) < room[place]:
                sits[place].append(person)
                return True
            for at, other in enumerate(sits[place]):
                if seat(other, tried):
                    sits[place][at] = person
                    return True
        return False

    return sum(seat(person, set()) for person in range(len(people)))


def told(folder, column, outs):
    """Each release's classes, as the folder keeps them: (people, answers), checked against the files released."""
    history = json.loads(json.loads((folder / "history.json").read_text())["history"])
    releases = []
    for release, out in zip(history["releases"], outs, strict=True):
        at = release["columns"].index(column)
        classes = [
            (one["people"], Counter([_text(answer[at]) for answer, count in one["answers"] for _ in range(count)]))
            for one in release["classes"]
        ]
        header, lines = rows_of(out)
        seen = {}
        for line in lines:
            seen.setdefault(line[header[1] == "class_of_answers"], Counter())[line[header.index(column)]] += 1
        assert sorted(map(_plain, seen.values())) == sorted(_plain(counts) for _, counts in classes)
        releases.append(classes)
    return history, releases


def truths(history, releases, waves):
    """What each person said, under the name that the folder knows them by; `waves`: answers by pseudonym, in order."""
    found = {}
    for classes, said in zip(releases, waves, strict=True):
        known = {name_of(history, person): answer for person, answer in said.items()}
        found |= {person: known[person.partition("~")[0]] for people, _ in classes for person in people}
    return found


def name_of(history, person):
    return hashlib.blake2b(person.encode(), key=bytes.fromhex(history["key"]), digest_size=12).hexdigest()


def _text(value):
    return "" if value is None else str(value)


def _plain(counts):
    return sorted(counts.items())


def intersected(releases):
    """By person, the answers that all of their classes contain."""
    found = {}
    for release in releases:
        for people, counts in release:
            for person in people:
                found[person] = found.get(person, set(counts)) & set(counts)
    return found


def possible(releases, truth):
    """By person, the answers given in worlds that fit all counts, found by mending the true one step by step.

    A world is checked in full before it counts; one that is not found may exist.
    """
    classes = [(set(people), counts) for release in releases for people, counts in release]
    of = {}
    for number, (people, _) in enumerate(classes):
        for person in people:
            of.setdefault(person, []).append(number)
    assert set(truth) == set(of)
    _check(truth, classes)
    found = {person: {answer} for person, answer in truth.items()}
    for person, answers in intersected(releases).items():
        for answer in sorted(answers):
            for changes in range(2, CHANGES_MAX) if answer not in found[person] else ():
                world = _Mending(truth, classes, of).mended(person, answer, changes)
                if world is not None:
                    _check(world, classes)
                    for other, said in world.items():
                        found[other].add(said)
                    break
    return found


def _check(world, classes):
    for people, counts in classes:
        assert Counter(world[person] for person in people) == counts


CHANGES_MAX, STEPS_MAX = 24, 20_000


class _Mending:
    def __init__(self, truth, classes, of):
        self.world, self.classes, self.of = dict(truth), classes, of
        self.over, self.changed, self.steps = {}, set(), STEPS_MAX

    def mended(self, person, answer, changes):
        self._change(person, answer)
        self.changed.add(person)
        return self.world if self._rest(changes - 1) else None

    def _change(self, person, answer):
        for number in self.of[person]:
            for said, by in ((self.world[person], -1), (answer, 1)):
                left = self.over.get((number, said), 0) + by
                self.over[number, said] = left
                if not left:
                    del self.over[number, said]
        self.world[person] = answer

    def _rest(self, changes):
        if not self.over:
            return True
        if sum(max(0, left) for left in self.over.values()) > changes * len(max(self.of.values(), key=len)):
            return False
        number, said = next(place for place, left in self.over.items() if left > 0)
        wanted = [other for (at, other), left in self.over.items() if at == number and left < 0]
        for person in self.classes[number][0]:
            if self.world[person] != said or person in self.changed or not changes:
                continue
            for answer in wanted:
                self.steps -= 1
                if self.steps < 0:
                    return False
                self._change(person, answer)
                self.changed.add(person)
                if self._rest(changes - 1):
                    return True
                self.changed.discard(person)
                self._change(person, said)
        return False


def decided(releases):
    """People whose answer linear algebra gives: one over the counts of each answer, in fractions, nothing rounded."""
    classes = [(people, counts) for release in releases for people, counts in release]
    everybody = sorted({person for people, _ in classes for person in people})
    place = {person: at for at, person in enumerate(everybody)}
    basis = {}  # by leading person, a row of the echelon form
    for people, _ in classes:
        row = {place[person]: Fraction(1) for person in people}
        while row:
            lead = min(row)
            if lead not in basis:
                basis[lead] = {at: number / row[lead] for at, number in row.items()}
                break
            times = row[lead]
            for at, number in basis[lead].items():
                row[at] = row.get(at, 0) - times * number
            row = {at: number for at, number in row.items() if number}
    for lead in sorted(basis, reverse=True):  # reduced: an equation of one person alone gives that person's answer
        row = basis[lead]
        for at in sorted(row):
            if at != lead and at in basis and row.get(at):
                times = row[at]
                for other, number in basis[at].items():
                    row[other] = row.get(other, 0) - times * number
        basis[lead] = {at: number for at, number in row.items() if number}
    return [everybody[lead] for lead, row in basis.items() if set(row) == {lead}]
