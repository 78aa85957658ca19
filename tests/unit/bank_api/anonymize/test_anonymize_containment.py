"""Box counting agrees with asking every cell about every point, also for overlapping boxes and broken runs."""

import random
from collections import Counter

import numpy as np

from bank_api.domain.anonymize import Column, ColumnRole
from bank_api.domain.anonymize.cells import category_cell, number_cell
from bank_api.domain.anonymize.containment import match

QUASI = ColumnRole.QUASI_IDENTIFIER
NUMBER = Column.number("n", QUASI, 0, 99)
LETTER = Column.category("letter", QUASI, tuple("abcdefgh"))


def some_box(dice):
    low = dice.randint(0, 90)
    letters = tuple(sorted(dice.sample("abcdefgh", dice.randint(0, 5))))
    return (
        number_cell(NUMBER, low, low + dice.randint(0, 9), dice.random() < 0.2),
        category_cell(LETTER, letters, dice.random() < 0.3 or not letters),
    )


def test_matches_are_those_of_a_naive_count():
    dice = random.Random(5)
    points = [(dice.choice([None, *range(100)]), dice.choice([None, *"abcdefgh"])) for _ in range(700)]
    boxes = [some_box(dice) for _ in range(400)]
    found = match([[p[0] for p in points], [p[1] for p in points]], boxes)
    expected = [sum(all(c.contains(v) for c, v in zip(box, p, strict=True)) for box in boxes) for p in points]
    weight = np.ones(len(boxes), np.int64)
    assert found.per_point(weight)[found.point_of_row].tolist() == expected
    inside = [sum(all(c.contains(v) for c, v in zip(box, p, strict=True)) for p in points) for box in boxes]
    assert found.per_box(len(boxes)).tolist() == inside
    assert found.points == len(Counter(points))
