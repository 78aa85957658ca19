"""Rooms keep the policy, and show the same common answers in each release: who takes rows for people reads nobody."""

import random
from collections import Counter

import numpy as np
import pytest

from bank_api.domain.anonymize import Column, ColumnRole, ReleasePolicy, ReleaseRefusedError, release
from bank_api.domain.anonymize.encode import axes_of, clean_columns, sensitive_codes
from bank_api.domain.anonymize.rooms import Asked, dealt_in_rooms
from bank_api.domain.anonymize.seats import ToldClass, new_history
from bank_api.domain.anonymize.seats.history import ToldRelease
from bank_api.domain.anonymize.seats.homes.shown import always_shown, showing
from bank_api.domain.attacked import release_unread

COLUMNS = [
    Column.number("place", ColumnRole.QUASI_IDENTIFIER, 0, 99),
    Column.number("mood", ColumnRole.SENSITIVE, 1, 5),
]
POLICY = ReleasePolicy(5, l={"mood": 3}, suppression_limit=0.5, come_and_go=True)


@pytest.fixture(scope="module")
def series():
    """Five releases of random nine tenths of 400 people, a fiftieth of whom answers anew before each: the people and
    the table of each."""
    dice, told = random.Random(8), []
    everybody = {
        f"p{n}": {"place": dice.randint(0, 99), "mood": dice.choices(range(1, 6), (50, 25, 12, 8, 5))[0]}
        for n in range(400)
    }
    history = new_history(dice)
    for _ in range(5):
        names = [name for name in everybody if dice.random() < 0.9]
        rows = [everybody[name] for name in names]
        made, history, _ = release_unread(rows, names, COLUMNS, POLICY, history, dice)
        out = {row for one in made.suppressions for row in one.rows}
        told.append(({name: row["place"] for at, (name, row) in enumerate(zip(names, rows, strict=True))
                      if at not in out}, made))  # fmt: skip
        for name in dice.sample(sorted(everybody), 8):
            everybody[name] = everybody[name] | {"mood": dice.randint(1, 5)}
    return told


def test_every_room_shows_as_many_answers_as_l_asks_and_that_is_what_is_said(series):
    for _, made in series:
        shown = Counter(box for box, _ in {(row[0], row[1]) for row in made.document.table.rows})
        assert len(shown) > 10
        assert min(shown.values()) == made.measured.l["mood"] >= 3


def test_who_takes_rows_for_people_is_left_with_l_answers_after_all_releases(series):
    left, often = {}, Counter()
    for people, made in series:
        table, answers = made.document.table, {}
        for box, mood in table.rows:
            answers.setdefault(box, set()).add(mood)
        for name, place in people.items():
            around = [answers[at] for at, (cell,) in enumerate(table.boxes) if cell.contains(place)]
            left[name] = left.get(name, set(range(1, 6))).intersection(set().union(*around))
            often[name] += 1
    assert sum(count >= 4 for count in often.values()) > 200
    assert min(map(len, left.values())) >= 3


def test_what_all_rooms_show_are_the_commonest_answers_of_the_first_release():
    classes = (
        ToldClass(("a",), (((1, "x"), 3), ((2, "y"), 4), ((None, "y"), 9))),
        ToldClass(("b",), (((1, "x"), 1), ((3, "x"), 2), ((4, None), 2))),
    )
    first = ToldRelease(("mood", "other"), "somebody", classes)
    assert always_shown(first, (3, 1)) == [[1, 2, 3], ["y"]]
    assert always_shown(first, (9, 9)) == [[1, 2, 3, 4], ["y", "x"]]


def test_a_room_is_asked_for_what_its_class_has_enough_of():
    answers = [(1,)] * 60 + [(2,)] * 36 + [(3,)] * 4 + [(1,)] * 9 + [(2,)]
    classes = np.repeat([0, 1], [100, 10])
    asked = showing([[1, 2, 3]], answers, classes, 20)
    assert asked.rows_least.tolist() == [1, 0]  # of class 0, 36 say 2; 3 would need rooms of 25, class 1 is too small
    room = np.repeat([0, 1, 2], [50, 50, 10])
    carried = np.arange(110)
    assert asked.kept(carried, room, 3).tolist() == [False, True, True]
    carried[[0, 99]] = 60, 0
    assert asked.kept(carried, room, 3).tolist() == [True, True, True]
    carried[[0, 99]] = 99, 0
    assert showing([[1, 2, 3]], answers, classes, 25).rows_least.tolist() == [12, 0]
    assert showing([[1, 2, 3]], answers, classes, 25).kept(carried, room, 3).tolist() == [False, True, True]


def test_a_maker_whose_rooms_lack_answers_is_refused():
    """Dealt evenly and by lot, and yet of fewer answers than the policy asks of what is described alike."""
    dice = random.Random(3)
    rows = [{"place": dice.randint(0, 99), "mood": dice.choices((1, 2, 3), (80, 12, 8))[0]} for _ in range(300)]
    cleaned = clean_columns(rows, COLUMNS)
    axes, classes = axes_of(COLUMNS[:1], cleaned), np.zeros(300, np.int64)
    lines = [sensitive_codes(COLUMNS[1], cleaned["mood"]).values]
    anything = Asked(lambda carried, room, count: np.ones(count, bool), np.zeros(1, np.int64))
    dealt = dealt_in_rooms(axes, classes, 5, lines, anything, dice)
    with pytest.raises(ReleaseRefusedError) as refused:
        release.finish(
            rows, COLUMNS, POLICY, cleaned, axes, np.arange(300), classes, [], dice, labels_told=True, dealt=dealt
        )
    assert (refused.value.rule, refused.value.required) == ("l", 3)
