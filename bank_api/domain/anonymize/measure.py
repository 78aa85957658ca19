"""l and t of released classes, counted from the released answers alone (the verifier's own code, not the maker's).

l: the fewest distinct answers in a class; spellings of one answer are one, so are numbers of one band, no answer is
none. t: the greatest distance of a class from the whole release: total variation for categories, ordered earth
mover's distance for numbers and ordinals (or the difference in the share of no answers, if greater).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from bank_api.domain.anonymize.containment import Numbers
from bank_api.domain.anonymize.schema import Column, ColumnKind
from bank_api.domain.anonymize.spelling import meaning
from bank_api.domain.anonymize.table import Answers


def diversity(answers: Answers, box_of_row: Numbers, boxes: int, column: Column | None = None) -> int:
    """Without a column numbers count as distinct when they differ at all."""
    forms = [_form(answer, column) for answer in answers.present]
    number = {form: code for code, form in enumerate(dict.fromkeys(forms), 1)}
    codes = np.array([0, *(number[form] for form in forms)])[answers.codes]
    pairs = np.unique(box_of_row * (len(number) + 1) + codes)
    answered = pairs % (len(number) + 1) > 0
    return int(np.bincount(pairs[answered] // (len(number) + 1), minlength=boxes).min())


def _form(answer: Any, column: Column | None) -> Any:
    if isinstance(answer, str):
        return meaning(answer)
    return answer if column is None else max(band.low for band in column.bands if band.low <= answer)


def closeness(answers: Answers, box_of_row: Numbers, boxes: int, kind: ColumnKind) -> float:
    """Sparse: the cost is the number of rows, not classes times answers."""
    codes, width = answers.codes, len(answers.present) + 1
    whole = np.bincount(codes, minlength=width) / len(codes)
    size = np.bincount(box_of_row, minlength=boxes)
    cells, counts = np.unique(box_of_row * width + codes, return_counts=True)
    box, code = cells // width, cells % width
    if kind is ColumnKind.CATEGORY:
        gap = np.maximum(counts / size[box] - whole[code], 0)
        return float(np.bincount(box, gap, boxes).max())
    blank = np.bincount(box, counts * (code == 0), boxes)
    distance = np.abs(blank / size - whole[0])
    if len(answers.present) > 1:
        answered = code > 0
        moved = _moved(box[answered], code[answered] - 1, counts[answered], whole[1:] / whole[1:].sum(), boxes)
        distance = np.maximum(distance, moved)
    return float(distance.max())


def _moved(box: Numbers, code: Numbers, counts: Numbers, whole: Any, boxes: int) -> Any:
    """Per class the area between two step functions over the ranks: its own distribution and everybody's."""
    everybody = np.cumsum(whole)
    moved = np.zeros(boxes)
    starts = np.flatnonzero(np.append(True, box[1:] != box[:-1]))
    for first, last in zip(starts, np.append(starts[1:], len(box)), strict=True):
        own = np.zeros(len(whole))
        own[code[first:last]] = counts[first:last]
        moved[box[first]] = np.abs(np.cumsum(own) / own.sum() - everybody).sum() / (len(whole) - 1)
    return moved
