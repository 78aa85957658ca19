"""Presence: against brute force over every way to give a release's rows to the people on the list."""

import itertools
import random

import pytest

from bank_api.domain.attacks import attack_presence


def everybody(people):
    return [(point, number) for point, count in enumerate(people) for number in range(count)]


def worlds(people, rows, fits):
    """Every set of people who could be in the release."""
    found, listed = set(), everybody(people)

    def give(one, used):
        if one == len(rows):
            found.add(frozenset(used))
            return
        free = [person for person in listed if person[0] in fits[one] and person not in used]
        for chosen in itertools.combinations(free, rows[one]):
            give(one + 1, used | set(chosen))

    give(0, set())
    return found


@pytest.mark.parametrize("seed", range(80))
def test_who_is_sure_is_so_in_every_possible_world_and_nobody_else(seed):
    dice = random.Random(seed)
    people = [dice.randint(1, 3) for _ in range(dice.randint(1, 4))]
    fits = [sorted(dice.sample(range(len(people)), dice.randint(1, len(people)))) for _ in range(dice.randint(1, 3))]
    left, rows = set(everybody(people)), []
    for points in fits:  # a true release, so that at least one world exists
        inside = [person for person in left if person[0] in points]
        chosen = dice.sample(sorted(inside), dice.randint(0, len(inside)))
        rows.append(len(chosen))
        left -= set(chosen)
    fits = [points for points, count in zip(fits, rows, strict=True) if count]
    rows = [count for count in rows if count]
    found = attack_presence(people, rows, fits)
    possible = worlds(people, rows, fits)
    listed = everybody(people)
    assert found.impossible == 0
    assert found.surely_in == sum(all(person in world for world in possible) for person in listed)
    assert found.surely_out == sum(not any(person in world for world in possible) for person in listed)


def test_a_list_that_cannot_be_the_one_behind_it_is_told():
    assert attack_presence([1, 1], [3], [[0, 1]]).impossible == 1


def test_a_class_as_large_as_its_crowd_gives_everybody_away_through_another():
    """Three people, two classes: the second takes one of two, of whom the first needs one."""
    found = attack_presence([2, 1, 5], [2, 1], [[0], [0, 1]])
    assert (found.surely_in, found.surely_out, found.listed) == (3, 5, 8)


def test_guesses_stand_beside_what_is_known_of_anybody():
    found = attack_presence([10, 10], [9, 1], [[0], [1]])
    assert (found.surely_in, found.surely_out, found.guessed, found.base_rate) == (0, 0, 20, 0.5)
