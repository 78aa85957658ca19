"""Order: a shuffled release says nothing, one that follows the source or stands in classes does."""

import random

import pytest

from bank_api.domain.attacks import attack_order
from bank_api.domain.attacks.order import TOO_MANY, alike, drift


def shuffled(seed, count=200):
    dice = random.Random(seed)
    rows = [(number // 5, dice.randint(1, 5)) for number in range(count)]
    dice.shuffle(rows)
    return [one for one, _ in rows], [mood for _, mood in rows]


@pytest.mark.parametrize("seed", range(30))
def test_a_shuffled_release_stays_far_from_the_limit(seed):
    classes, moods = shuffled(seed)
    places = {one: list(range(one * 5, one * 5 + 5)) for one in set(classes)}
    found = attack_order(classes, {"mood": moods}, places)
    assert not found.told
    assert max(abs(found.alike), abs(found.columns["mood"]), abs(found.source)) < 5


def test_deviations_are_about_one_on_average():
    dice = random.Random(7)
    squares = []
    for _ in range(400):
        labels = [number // 4 for number in range(40)]
        dice.shuffle(labels)
        squares.append(alike(labels) ** 2)
    assert 0.8 < sum(squares) / len(squares) < 1.2


def test_rows_in_classes_or_in_the_source_order_are_told():
    classes, _ = shuffled(1)
    together = sorted(classes)
    places = {one: list(range(one * 5, one * 5 + 5)) for one in set(classes)}
    assert alike(together) > TOO_MANY
    assert attack_order(together, {}, places).source > TOO_MANY
    assert attack_order(together[::-1], {}, places).source < -TOO_MANY
    assert attack_order(classes, {"pay": list(range(200))}).told


def test_what_is_too_short_or_all_alike_says_nothing():
    assert alike([1, 1, 2]) == 0
    assert alike([1] * 20) == 0
    assert drift([3] * 20) == 0
    assert drift([None] * 20) == 0
