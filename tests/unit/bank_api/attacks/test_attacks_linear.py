"""What counts decide by subtraction alone: solved exactly, and by gradients; the two know nothing of each other."""

import random

import numpy as np
import pytest

from bank_api.domain.attacks import elimination
from bank_api.domain.attacks.elimination import decided_exactly
from bank_api.domain.attacks.gradients import decided_by_gradients
from bank_api.domain.attacks.linear import decided
from bank_api.domain.attacks.observed import different_rows
from bank_api.domain.attacks.sums import Sums


def entangled(seed, groups=60, releases=5):
    """Groups in classes that have nothing to do with each other from release to release, and their true numbers."""
    dice = random.Random(seed)
    classes, number = np.full((groups, releases), -1, np.int64), 0
    for release in range(releases):
        there = [one for one in range(groups) if dice.random() < 0.9]
        dice.shuffle(there)
        while there:
            size = dice.choice((1, 2, 2, 3, 3, 4))
            classes[there[:size], release] = number
            there, number = there[size:], number + 1
    truth = np.array([[dice.randint(0, 3) for _ in range(3)] for _ in range(groups)])
    sums = Sums.of(classes, number)
    return sums, np.add.reduceat(truth[sums.group], sums.starts, axis=0), truth


def alike(found):
    """Which groups change in one ratio with which."""
    going = np.flatnonzero(~found.still)
    same = [one[going][:, None] == one[going][None] for one in found.directions]
    return np.logical_or.reduce(same)


@pytest.mark.parametrize("releases", [2, 3, 5])
@pytest.mark.parametrize("seed", range(8))
def test_both_ways_to_solve_say_the_same_and_what_is_true(seed, releases):
    sums, counts, truth = entangled(seed, releases=releases)
    exact, near = decided_exactly(sums, counts), decided_by_gradients(sums, counts)
    assert (exact.still == near.still).all()
    assert (alike(exact) == alike(near)).all()
    for found in (exact, near):
        assert (found.numbers[found.still] == truth[found.still]).all()


def test_the_tables_above_decide_some_groups_and_not_all_and_tie_some_to_each_other():
    found = [decided_exactly(*entangled(seed, releases=2)[:2]) for seed in range(8)]
    assert 0 < sum(one.still.sum() for one in found) < sum(one.still.size for one in found)
    assert sum(alike(one).sum() > (~one.still).sum() for one in found)


def test_what_takes_too_many_steps_is_left_to_the_gradients(monkeypatch):
    sums, counts, truth = entangled(1)
    monkeypatch.setattr(elimination, "STEPS_MAX", 10)
    assert decided_exactly(sums, counts) is None
    found = decided(sums, counts)
    assert (found.numbers[found.still] == truth[found.still]).all()


def test_a_class_of_nobody_hides_nothing():
    groups = np.array([[1], [2], [2]])
    assert decided_exactly(Sums.of(groups, 3), np.array([[0], [1], [2]])).still.tolist() == [True, False, False]


def test_primes_are_primes():
    small = [number for number in range(3, 2000) if all(number % one for one in range(2, number))]
    assert [number for number in range(3, 2000) if elimination._is_prime(number) or number in (7, 61)] == small
    assert elimination._is_prime((1 << 31) - 1)
    assert not elimination._is_prime(46337 * 46339)
    drawn = {elimination._drawn_prime() for _ in range(20)}
    assert len(drawn) > 1
    assert all(1 << 30 <= one < 1 << 31 for one in drawn)


def test_rows_are_told_apart_as_they_stand():
    table = np.random.default_rng(3).integers(-1, 3, (200, 4))
    first, of_row = different_rows(table)
    assert (table[first] == np.unique(table, axis=0)).all()
    assert (table[first][of_row] == table).all()
