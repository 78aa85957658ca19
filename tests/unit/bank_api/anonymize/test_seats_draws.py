"""Chance that can be had again: a wave made anew without somebody differs where they were, and hardly elsewhere."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bank_api.domain.anonymize.schema import Column, ColumnRole, ReleasePolicy
from bank_api.domain.anonymize.seats import Draws, new_history, release_in_series
from bank_api.domain.attacked import release_held

SECRET = bytes(range(32))
COLUMNS = [
    Column.number("place", ColumnRole.QUASI_IDENTIFIER, 0, 15),
    Column.number("mood", ColumnRole.SENSITIVE, 1, 5),
]
POLICY = ReleasePolicy(5, l={"mood": 3}, suppression_limit=0.6, come_and_go=False)


@given(st.binary(min_size=32, max_size=32), st.lists(st.integers(0, 1 << 70), max_size=4))
def test_the_same_secret_and_place_give_the_same_numbers(secret, place):
    one, other = Draws(secret, *place), Draws(secret, *place)
    assert [one.random() for _ in range(3)] == [other.random() for _ in range(3)]
    assert one.sample(range(100), 7) == other.sample(range(100), 7)
    assert Draws(secret, *place, 1).randbytes(16) != Draws(secret, *place).randbytes(16)
    assert Draws(bytes(31) + b"\x01", *place).random() != Draws(bytes(31) + b"\x02", *place).random()


@given(st.integers(1, 3000))
def test_as_many_bits_as_were_asked_for(count):
    drawn = [Draws(SECRET, place).getrandbits(count) for place in range(40)]
    assert all(0 <= one < 1 << count for one in drawn)
    assert any(one >> (count - 1) for one in drawn)
    assert len(Draws(SECRET).randbytes(count)) == count


def test_numbers_are_spread():
    drawn = Draws(SECRET)
    numbers = sorted(drawn.random() for _ in range(4000))
    assert numbers[0] >= 0
    assert numbers[-1] < 1
    assert max(abs(number - place / 4000) for place, number in enumerate(numbers)) < 0.03  # Kolmogorov and Smirnov
    assert sorted(drawn.sample(range(50), 50)) == list(range(50))


def test_its_state_is_nobodys():
    with pytest.raises(NotImplementedError):
        Draws(SECRET).getstate()
    with pytest.raises(NotImplementedError):
        Draws(SECRET).setstate(())


def test_a_wave_without_somebody_is_the_same_elsewhere():
    """Drawn anew, a third of all classes would be others."""
    dice = random.Random(104)
    moods = {f"p{n}": (dice.randint(0, 15), dice.choices(range(1, 6), (8, 4, 2, 2, 1))[0]) for n in range(900)}
    names = list(moods)
    here, waiting, history = names[:600], names[600:], new_history(dice)

    def rows():
        return [dict(zip(("place", "mood"), moods[name], strict=True)) for name in here]

    for _ in range(3):
        history = release_held(rows(), here, COLUMNS, POLICY, history, dice)[1]
        here, waiting = dice.sample(here, 540) + waiting[:60], waiting[60:]

    def classes(secret, held):
        after = release_in_series(rows(), here, COLUMNS, POLICY, history, Draws(secret), held=held)[1]
        return {frozenset(one.people) for one in after.releases[-1].classes}

    first = classes(SECRET, frozenset())
    assert first == classes(SECRET, frozenset())
    held = min(min(one) for one in first)
    without = classes(SECRET, frozenset({held}))
    assert not any(held in one for one in without)
    assert len(first - without) <= 4
    assert len(first - classes(bytes(32), frozenset({held}))) > 4
