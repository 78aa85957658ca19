"""A released table by anybody, as whoever attacks it reads it: classes, the rooms they have, and whom these describe.

A class is rows whose answers are told as one; a room is those of them that are described alike. Most classes are one
room; in homes they have several (ADR 85), and which answers stand in which room is by chance. Where no number of the
room is told, sensitive columns must be named: else every column that differs within a class is taken for one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bank_api.domain.dry_run.cells import read_csv
from bank_api.domain.dry_run.errors import DryRunError
from bank_api.domain.dry_run.foreign_cells import fits
from bank_api.domain.dry_run.written import CLASS
from bank_api.protocol.documents.release import CLASS_OF_ANSWERS

Box = tuple[str, ...]
Rows = list[list[str]]


class ForeignRelease:
    def __init__(self, name: str, text: str, sensitive: Sequence[str]) -> None:
        header, read = read_csv(text, name)
        lines = list(read)
        if not lines:
            raise DryRunError(name, "has no rows")
        delivered = False
        if header[0] != CLASS:
            if not set(sensitive) & set(header):
                raise DryRunError(name, "has no column `class` first: name its sensitive columns by --sensitive")
            if header[0].rstrip("_") == CLASS_OF_ANSWERS:  # as a bank delivers homes: no number of the room beside it
                header, delivered = [CLASS, *header[1:]], True
            else:
                header, lines = _numbered(header, lines, sensitive)
        told = 2 if not delivered and header[:2] == [CLASS, CLASS_OF_ANSWERS] else 1
        self.name, self.columns = name, header[told:]
        self.rows: Rows = [line[told:] for line in lines]
        numbers = [tuple(reversed(line[:told])) for line in lines]
        self.sensitive = [column for column in self.columns if column in sensitive] or self._differing(numbers)
        self.generalized = [column for column in self.columns if column not in self.sensitive]
        self.classes, self.rooms = dict[str, Rows](), dict[tuple[str, ...], Rows]()
        self.room_of_row = [(*number, *self.box(row)) for number, row in zip(numbers, self.rows, strict=True)]
        for room, row in zip(self.room_of_row, self.rows, strict=True):
            self.classes.setdefault(room[0], []).append(row)
            self.rooms.setdefault(room, []).append(row)
        self.in_homes = told == 2 or delivered or len(self.rooms) > len(self.classes)
        """No class has seats (ADR 85): what is read by their rule does not hold."""
        place = {number: at for at, number in enumerate(self.classes)}
        self._class_of_room = [place[room[0]] for room in self.rooms]

    def _differing(self, numbers: Sequence[tuple[str, ...]]) -> list[str]:
        """A generalized column says one thing in each class, or in each room where these are told."""
        alike: dict[tuple[str, ...], Rows] = {}
        for number, row in zip(numbers, self.rows, strict=True):
            alike.setdefault(number, []).append(row)
        return [
            column
            for at, column in enumerate(self.columns)
            if any(len({row[at] for row in rows}) > 1 for rows in alike.values())
        ]

    def box(self, row: Sequence[str]) -> Box:
        return tuple(row[self.columns.index(column)] for column in self.generalized)

    def described(self, rows: Rows) -> tuple[Box, ...]:
        """All descriptions of a class."""
        return tuple(sorted({self.box(row) for row in rows}))

    def rooms_around(self, header: Sequence[str], lines: Sequence[Sequence[str]]) -> list[list[int]]:
        """For each of these people, the rooms (counted from 0) whose description they fit."""
        shared = [column for column in self.generalized if column in header]
        tests = [[fits(rows[0][self.columns.index(c)]) for c in shared] for rows in self.rooms.values()]
        known: dict[tuple[str, ...], list[int]] = {}
        found = []
        for line in lines:
            values = tuple(line[header.index(column)].strip() for column in shared)
            if values not in known:
                known[values] = [
                    at for at, test in enumerate(tests) if all(t(v) for t, v in zip(test, values, strict=True))
                ]
            found.append(known[values])
        return found

    def classes_of(self, rooms: Sequence[int]) -> list[int]:
        """The classes (counted from 0) of these rooms."""
        return sorted({self._class_of_room[room] for room in rooms})

    def answers(self, rows: Rows, column: str) -> Counter[str]:
        at = self.columns.index(column)
        return Counter(row[at] for row in rows)


def _numbered(header: list[str], lines: Rows, sensitive: Sequence[str]) -> tuple[list[str], Rows]:
    """With a number for each class of rows that look alike but for their sensitive answers."""
    described = [at for at, column in enumerate(header) if column not in sensitive]
    numbers: dict[Box, str] = {}
    boxes = [tuple(line[at] for at in described) for line in lines]
    told = [numbers.setdefault(box, str(len(numbers) + 1)) for box in boxes]
    return [CLASS, *header], [[number, *line] for number, line in zip(told, lines, strict=True)]
