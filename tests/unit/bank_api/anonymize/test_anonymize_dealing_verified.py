"""The verifier sees where answers of a class were not dealt to its rows by lot, and evenly."""

import math
import random
from collections import Counter
from itertools import permutations

import numpy as np
import pytest

from bank_api.domain.anonymize import Column, ColumnRole, ReleasePolicy, ReleaseRefusedError
from bank_api.domain.anonymize.rooms import Dealt, dealt, rooms_of
from bank_api.domain.anonymize.seats import making, new_history, release_in_series
from bank_api.domain.anonymize.verifier import dealing

COLUMNS = [
    Column.number("place", ColumnRole.QUASI_IDENTIFIER, 0, 99),
    Column.number("mood", ColumnRole.SENSITIVE, 1, 3),
]
POLICY = ReleasePolicy(5, l={"mood": 3}, suppression_limit=0.3, come_and_go=True)


def own_answers(axes, classes, k, *_):
    return Dealt(rooms_of(axes, classes, k), np.arange(len(classes)))


def test_a_maker_that_does_not_deal_is_refused(monkeypatch):
    dice = random.Random(4)
    places = [dice.randint(0, 99) for _ in range(90)]
    rows, names = [{"place": one, "mood": 1 + min(2, one * 3 // 100)} for one in places], [f"p{n}" for n in range(90)]
    release_in_series(rows, names, COLUMNS, POLICY, new_history(dice), dice)
    monkeypatch.setattr(making, "dealt_in_rooms", own_answers)
    with pytest.raises(ReleaseRefusedError) as refused:
        release_in_series(rows, names, COLUMNS, POLICY, new_history(dice), dice)
    assert (refused.value.rule, refused.value.required > refused.value.reached) == ("dealing", True)


def told_of(sizes, classes, truth, carried):
    room = np.repeat(np.arange(len(sizes)), sizes)
    dealing.check_dealt(truth, truth[carried], room, room, classes)


def homes(chance, people, of=160):
    """Rooms of 5 to 9 people in classes of `of`, with three answers by chance."""
    sizes, classes = [], []
    for one in range(people // of):
        left = of
        while left:
            sizes.append(left if left < 10 else min(int(chance.integers(5, 10)), left - 5))
            classes.append(one)
            left -= sizes[-1]
    room = np.repeat(np.arange(len(sizes)), sizes)
    truth = chance.choice(3, people, p=(0.6, 0.3, 0.1)) + 3 * np.array(classes)[room]
    return sizes, np.array(classes), room, truth


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("people", "kept"), [(90, 1.0), (160, 0.5), (480, 0.3)])
def test_where_a_part_of_the_rows_keeps_its_own_answers_rooms_are_uneven(seed, people, kept):
    """Whether the others are dealt evenly or not."""
    chance = np.random.default_rng(seed)
    sizes, classes, room, truth = homes(chance, people, min(people, 160))
    for evenly in (True, False):
        moved, carried = np.flatnonzero(chance.random(people) >= kept), np.arange(people)
        if len(moved) and evenly:
            carried[moved] = moved[dealt(room[moved], classes[room[moved]], [truth[moved]], random.Random(seed))]
        else:
            for of in set(classes.tolist()):
                inside = moved[classes[room[moved]] == of]
                carried[inside] = chance.permutation(inside)
        with pytest.raises(ReleaseRefusedError, match="answers are not spread evenly"):
            told_of(sizes, classes, truth, carried)


@pytest.mark.parametrize("seed", range(5))
def test_dealt_without_regard_to_rooms_they_are_uneven_and_dealt_evenly_they_pass(seed):
    chance = np.random.default_rng(seed)
    sizes, classes, room, truth = homes(chance, 1600)
    told_of(sizes, classes, truth, dealt(room, classes[room], [truth], random.Random(seed)))
    carried = np.concatenate([chance.permutation(np.flatnonzero(classes[room] == of)) for of in range(10)])
    with pytest.raises(ReleaseRefusedError, match="answers are not spread evenly"):
        told_of(sizes, classes, truth, carried)


@pytest.mark.parametrize("seed", range(5))
def test_who_deals_evenly_and_then_gives_rooms_what_fits_their_people_is_seen_by_a_bet(seed):
    """All that is left to who makes rooms as even as even dealing: seen of nine classes of 160."""
    chance = np.random.default_rng(seed)
    sizes, classes, room, truth = homes(chance, 1440)
    carried = dealt(room, classes[room], [truth], random.Random(seed))
    at = [np.flatnonzero(room == one) for one in range(len(sizes))]

    def fits(one, other):
        return (Counter(truth[at[one]].tolist()) & Counter(truth[carried[at[other]]].tolist())).total()

    for one, other in 4 * [(i, j) for i in range(len(sizes)) for j in range(i) if classes[i] == classes[j]]:
        if sizes[one] == sizes[other] and fits(one, other) + fits(other, one) > fits(one, one) + fits(other, other):
            carried[at[one]], carried[at[other]] = carried[at[other]], carried[at[one]]
    with pytest.raises(ReleaseRefusedError, match="more rows carry answers of their own people") as refused:
        told_of(sizes, classes, truth, carried)
    assert (refused.value.rule, refused.value.required) == ("dealing", 1e6)


def tables(rooms_):
    width = 1 + max(code for room in rooms_ for code in room)
    return np.array([np.bincount(room, minlength=width) for room in rooms_])


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ([[0, 0, 1], [1, 1, 0], [0, 2, 1]], [[0, 0, 1], [1, 1, 0], [0, 2, 1]]),
        ([[0, 0, 0], [1, 1], [1, 0], [0, 1, 2]], [[0, 1, 0], [1, 0], [1, 2], [0, 1, 0]]),
        ([[0, 0], [0, 1], [1, 1], [0, 1]], [[0, 1], [0, 1], [0, 0], [1, 1]]),
    ],
)
def test_a_bet_on_a_release_that_is_dealt_wins_nothing_on_average(own, said):
    """All ways to give what rooms say to rooms of their sizes are tried, so the stake is exactly what it was."""
    people, rows = tables(own), tables(said)
    ways = [
        way for way in permutations(range(len(said))) if all(len(said[a]) == len(said[b]) for a, b in enumerate(way))
    ]
    mean = sum(np.exp(dealing._bet(people, rows[list(way)])) for way in ways) / len(ways)
    assert mean.tolist() == [pytest.approx(1.0, abs=1e-9)] * len(dealing.SHARES)


def test_of_a_few_people_nothing_is_concluded():
    """Every row has its own people's answer, as it must."""
    truth, room = np.array([0, 1, 2, 0, 1, 2]), np.array([0, 0, 0, 1, 1, 1])
    dealing.check_dealt(truth, truth, room, room, np.zeros(2, np.int64))
    assert math.isclose(np.exp(dealing._bet(*[np.array([[1, 1, 1], [1, 1, 1]])] * 2)).max(), 1)
