"""What released classes keep, counted from the released answers alone (the verifier's own code, not the maker's).

l: the fewest distinct answers in a class; spellings of one answer are one, so are numbers of one band, no answer is
none; of sets it is also one more than the fewest that lack an option, for {a} and {a, b} both say a. Entropy l: the
least exp(H) of the answers given in a class. Recursive: the greatest quotient of the commonest answer and all from the
l-th commonest on, infinite where there is none. t: the greatest distance of a class from the whole release: total
variation for categories, ordered earth mover's distance for numbers and ordinals (or the difference in the share of no
answers, if greater).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bank_api.domain.anonymize.choices import chosen, set_meaning
from bank_api.domain.anonymize.containment import Numbers
from bank_api.domain.anonymize.schema import Column, ColumnKind
from bank_api.domain.anonymize.spelling import meaning
from bank_api.domain.anonymize.table import Answers


@dataclass(frozen=True)
class Given:
    """How often each class gave each different answer (no answer is none), by class, then answer."""

    box: Numbers
    form: Numbers
    count: Numbers
    boxes: int
    forms: tuple[Any, ...]
    """What the numbers in `form` stand for."""

    @classmethod
    def of(cls, answers: Answers, box_of_row: Numbers, boxes: int, column: Column | None = None) -> Given:
        """Without a column numbers count as different when they differ at all."""
        forms = [_form(answer, column) for answer in answers.present]
        number = {form: code for code, form in enumerate(dict.fromkeys(forms), 1)}
        codes = np.array([0, *(number[form] for form in forms)])[answers.codes]
        pairs, counts = np.unique(box_of_row * (len(number) + 1) + codes, return_counts=True)
        answered = pairs % (len(number) + 1) > 0
        box, form = np.divmod(pairs[answered], len(number) + 1)
        return cls(box, form - 1, counts[answered], boxes, tuple(number))

    @property
    def distinct(self) -> int:
        return int(np.bincount(self.box, minlength=self.boxes).min())

    @property
    def distinct_without(self) -> int:
        """Of sets: one more than the fewest different sets of a class that lack an option, whichever it is."""
        fewest = self.distinct + 1
        for option in {option for form in self.forms for option in chosen(form)}:
            lacking = np.array([option not in chosen(form) for form in self.forms])[self.form]
            fewest = min(fewest, 1 + int(np.bincount(self.box[lacking], minlength=self.boxes).min()))
        return fewest

    @property
    def entropy(self) -> float:
        total = np.bincount(self.box, self.count, self.boxes)
        share = self.count / total[self.box]
        effective = np.exp(np.bincount(self.box, -share * np.log(share), self.boxes))
        return float(np.where(total > 0, effective, 0).min())

    def recursive(self, least: int) -> float:
        """For this l the c that some class just fails to keep."""
        order = np.lexsort((-self.count, self.box))
        rank = np.arange(len(order)) - np.searchsorted(self.box, self.box)
        box, count = self.box[order], self.count[order]
        commonest = np.bincount(box, count * (rank == 0), self.boxes)
        rest = np.bincount(box, count * (rank >= least - 1), self.boxes)
        return float(np.where(rest > 0, commonest / np.maximum(rest, 1), np.inf).max())


def diversity(answers: Answers, box_of_row: Numbers, boxes: int, column: Column | None = None) -> int:
    return Given.of(answers, box_of_row, boxes, column).distinct


def _form(answer: Any, column: Column | None) -> Any:
    if isinstance(answer, str):
        return set_meaning(answer) if column is not None and column.kind is ColumnKind.MULTI else meaning(answer)
    return answer if column is None else max(band.low for band in column.bands if band.low <= answer)


def closeness(answers: Answers, box_of_row: Numbers, boxes: int, kind: ColumnKind) -> float:
    """Sparse: the cost is the number of rows, not classes times answers."""
    codes, width = answers.codes, len(answers.present) + 1
    whole = np.bincount(codes, minlength=width) / len(codes)
    size = np.bincount(box_of_row, minlength=boxes)
    cells, counts = np.unique(box_of_row * width + codes, return_counts=True)
    box, code = cells // width, cells % width
    if kind in (ColumnKind.CATEGORY, ColumnKind.MULTI):
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
