"""Answers that every room shows in each release of a series, so that whoever takes rows for people learns no more.

Rooms carry answers of their class by lot (`rooms`), another lot in each release. Who believes to find a person in the
rows around them, and keeps only what these show in each release, ends with few answers, wrong ones as a rule. So the
commonest answers of the first release, as many as l asks for, stand in each room of a class that has enough of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from bank_api.domain.anonymize.encode import Codes
from bank_api.domain.anonymize.rooms import Asked
from bank_api.domain.anonymize.rules import Mask
from bank_api.domain.anonymize.schema import Value
from bank_api.domain.anonymize.seats.history import ToldRelease

Answer = tuple[Value, ...]


def always_shown(first: ToldRelease, least: Sequence[int]) -> list[list[Value]]:
    """By column, the commonest answers of a series' first release; of equals those whose text comes first."""
    found = []
    for column, many in enumerate(least):
        given = Counter[Value]()
        for one in first.classes:
            for answer, count in one.answers:
                if answer[column] is not None:
                    given[answer[column]] += count
        in_order = sorted((-count, repr(answer), answer) for answer, count in given.items())
        found.append([answer for _, _, answer in in_order[:many]])
    return found


def showing(shown: Sequence[Sequence[Value]], answers: Sequence[Answer], classes: Codes, rows_most: int) -> Asked:
    """Do rooms show what they should? `answers`: of each row. Not asked for is what would need rooms of more rows."""
    parts = []
    sizes = np.bincount(classes)
    rows_least = np.zeros(len(sizes), np.int64)
    for column, values in enumerate(shown):
        code = {value: number for number, value in enumerate(values)}
        codes = np.array([code.get(answer[column], len(code)) for answer in answers], np.int64)
        counts = _counts(classes, codes, len(sizes), len(code))
        asked = (counts * rows_most >= sizes[:, None]) & (sizes[:, None] >= 2 * rows_most)
        parts.append((codes, asked))
        needed = np.where(asked, sizes[:, None] // (2 * np.maximum(counts, 1)), 0)  # rooms are of least to 2 least rows
        rows_least = np.maximum(rows_least, needed.max(axis=1, initial=0))

    def kept(carried: Codes, room: Codes, count: int) -> Mask:
        class_of_room = np.zeros(count, np.int64)
        class_of_room[room] = classes[carried]
        good = np.ones(count, bool)
        for codes, asked in parts:
            shows = _counts(room, codes[carried], count, asked.shape[1]) > 0
            good &= (shows | ~asked[class_of_room]).all(axis=1)
        return good

    return Asked(kept, rows_least)


def _counts(labels: Codes, codes: Codes, label_count: int, code_count: int) -> Codes:
    """Labels by codes; the code beyond the last is not counted."""
    width = code_count + 1
    return np.bincount(labels * width + codes, minlength=label_count * width).reshape(-1, width)[:, :code_count]
