"""Rooms: in homes the cells of a row are narrower than the class whose answers are told as one (ADR 85).

A class is parted into rooms of k rows or more by the generalized columns alone, so rooms say nothing that does not
follow from who is in the class. The answers of a class are dealt to its rows by lot, whole lines of all its columns.
(Anatomy, Xiao and Tao 2006, and slicing, Li, Li, Zhang and Molloy 2012, tell cells and answers apart so.)

They are dealt evenly (ADR 88): every room gets its share of each answer, as nearly as whole rows allow. This is
systematic sampling. Row number i of a room of s rows has the place (i + u) / s on a circle, u drawn for each room; all
rows of the class stand in the order of their places. Beside them stand its lines of answers, like beside like, turned
by lot. Between two rows of a room there is about one of each other room, so a room meets an answer every so often as
it is common, and by the turn each row carries an answer with just the chance that it is common. Nothing enters but the
lines of a class (not whose they are), the sizes of its rooms, and chance.

Whoever takes rows for people looks for the policy in rooms, so they keep it (ADR 90): a class with a room that does not
is dealt again, and in larger rooms where that does not help.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.diversity import Diversity
from bank_api.domain.anonymize.encode import Axis, Codes
from bank_api.domain.anonymize.mondrian import partition
from bank_api.domain.anonymize.rules import Mask

PLACE_BITS = 20
"""So coarse, places are told apart without rounding (of rooms of up to 2**16 rows); ties go to the lower bits."""

DEALINGS = 8
"""So often a class is dealt again before its rooms grow."""
GROWTH = 1.1

Kept = Callable[[Codes, Codes, int], Mask]
"""By room, does it keep what is asked? Given the rows whose answers are carried, the rooms these come to, how many."""


@dataclass(frozen=True)
class Asked:
    """What the rooms of a release are to keep."""

    kept: Kept
    rows_least: Codes
    """By class: if all rooms were this small, some would not keep it."""


@dataclass(frozen=True)
class Dealt:
    """One entry for each released row."""

    rooms: Codes
    carried: Codes
    """The row of its class whose answers it carries."""


def dealt_in_rooms(
    axes: Sequence[Axis], classes: Codes, k: int, lines: Sequence[Codes], asked: Asked, randomness: random.Random
) -> Dealt:
    """Rooms of k rows or more that keep what each of the classes keeps. Why one is dealt again follows from the lines
    of its class and from chance alone, so what was said of dealing holds."""
    rooms, carried = np.empty(len(classes), np.int64), np.empty(len(classes), np.int64)
    waiting, rows_least, used = np.arange(len(classes)), asked.rows_least[classes], 0
    least = k
    while len(waiting):
        rows = waiting[rows_least[waiting] <= least]
        room = rooms_of([axis.only(rows) for axis in axes], classes[rows], least) if len(rows) else rows
        for _ in range(DEALINGS):
            if not len(rows):
                break
            carried[rows] = rows[dealt(room, classes[rows], [line[rows] for line in lines], randomness)]
            count = int(room.max()) + 1
            good = asked.kept(carried[rows], room, count)[room]
            if least >= len(waiting):  # each class is one room
                good[:] = True
            done = ~np.isin(classes[rows], classes[rows][~good])
            rooms[rows[done]] = used + room[done]
            used += count
            waiting = np.setdiff1d(waiting, rows[done], assume_unique=True)
            rows, room = rows[~done], room[~done]
        least = math.ceil(GROWTH * least)
    return Dealt(np.unique(rooms, return_inverse=True)[1].reshape(-1), carried)


def rooms_of(axes: Sequence[Axis], classes: Codes, k: int) -> Codes:
    """A room number for each row; every class has k rows or more. No answer is asked: none is given."""
    return partition(axes, k, Diversity(), classes) if axes else classes


@dataclass(frozen=True)
class Lot:
    """The chance of one dealing."""

    rows: Codes
    """All rows in an order by lot: in a room, which row has which place."""
    starts: NDArray[np.uint64]
    """64 bits for each room: where its first place is."""
    turns: Codes
    """For each class, by how many lines its answers are turned."""

    @classmethod
    def drawn(cls, randomness: random.Random, rooms: int, class_sizes: Sequence[int]) -> Lot:
        turns = [randomness.randrange(size) for size in class_sizes]
        return cls(fresh_order(sum(class_sizes), randomness), _bits(rooms, randomness), np.array(turns, np.int64))


def fresh_order(count: int, randomness: random.Random) -> Codes:
    """A random permutation: the order of 64 random bits per row (a tie is as unlikely as guessing a key)."""
    return np.argsort(_bits(count, randomness), kind="stable")


def _bits(count: int, randomness: random.Random) -> NDArray[np.uint64]:
    return np.frombuffer(randomness.randbytes(8 * count), np.uint64)


def dealt(rooms: Codes, classes: Codes, lines: Sequence[Codes], randomness: random.Random) -> Codes:
    """For each row the row of its class whose answers it carries.

    `lines`: each row's answers by column, numbered by their own order and never by who gave them.
    """
    _, room, room_sizes = np.unique(rooms, return_inverse=True, return_counts=True)
    _, class_sizes = np.unique(classes, return_counts=True)
    lot = Lot.drawn(randomness, len(room_sizes), class_sizes.tolist())
    found = np.empty(len(rooms), np.int64)
    found[_in_places(room.reshape(-1), room_sizes, classes, lot)] = _turned(lines, classes, class_sizes, lot)
    return found


def _in_places(room: Codes, room_sizes: Codes, classes: Codes, lot: Lot) -> Codes:
    """The rows, class by class, in the order of their places."""
    rows = lot.rows[np.argsort(room[lot.rows], kind="stable")]
    ends = np.cumsum(room_sizes)
    number = np.arange(len(rows)) - np.repeat(ends - room_sizes, room_sizes)
    start = lot.starts[room[rows]]
    part = (start >> np.uint64(64 - PLACE_BITS)).astype(float) / 2**PLACE_BITS
    return rows[np.lexsort((start, (number + part) / room_sizes[room[rows]], classes[rows]))]


def _turned(lines: Sequence[Codes], classes: Codes, class_sizes: Codes, lot: Lot) -> Codes:
    """The rows, class by class, like answers beside like (by the first column, inside it by the next), turned."""
    circle = np.lexsort((*reversed(lines), classes))
    first = np.repeat(np.cumsum(class_sizes) - class_sizes, class_sizes)
    size, turn = np.repeat(class_sizes, class_sizes), np.repeat(lot.turns, class_sizes)
    at: Codes = first + (np.arange(len(circle)) - first + turn) % size
    return circle[at]
