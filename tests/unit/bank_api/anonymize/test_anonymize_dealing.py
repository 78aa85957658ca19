"""Answers of a class are dealt to its rows by lot, and so that every room gets its share of each."""

import random
from collections import Counter
from contextlib import suppress
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bank_api.domain.anonymize import Column, ColumnRole, ReleasePolicy, ReleaseRefusedError, release, rooms
from bank_api.domain.anonymize.diversity import Diversity
from bank_api.domain.anonymize.encode import axes_of, clean_columns
from bank_api.domain.anonymize.rooms import Asked, Lot, dealt, dealt_in_rooms, rooms_of
from bank_api.domain.anonymize.rules import LeastDistinct
from bank_api.domain.anonymize.verifier import dealing

COLUMNS = [
    Column.number("place", ColumnRole.QUASI_IDENTIFIER, 0, 99),
    Column.number("mood", ColumnRole.SENSITIVE, 1, 3),
]
ROOMS = st.lists(st.integers(2, 7), min_size=1, max_size=9)


def one_class(sizes, lines):
    room = np.repeat(np.arange(len(sizes)), sizes)
    return room, np.zeros(len(room), np.int64), [np.array(lines)]


def shown(sizes, lines, dice):
    """Rooms by answers: of each the rows."""
    room, classes, columns = one_class(sizes, lines)
    said = columns[0][dealt(room, classes, columns, dice)]
    return np.array([np.bincount(said[room == one], minlength=max(lines) + 1) for one in range(len(sizes))])


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=60), st.data())
def test_every_line_of_answers_is_told_in_its_own_class(people, data):
    classes, *lines = (np.array(one) for one in zip(*people, strict=True))
    room = 3 * classes + np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(people), max_size=len(people))))
    carried = dealt(room, classes, lines, random.Random(len(people)))
    assert sorted(carried.tolist()) == list(range(len(people)))
    assert (classes[carried] == classes).all()


@st.composite
def classes_in_rooms(draw, sizes=ROOMS):
    rooms_of_it = draw(sizes)
    lines = draw(st.lists(st.integers(0, 4), min_size=sum(rooms_of_it), max_size=sum(rooms_of_it)))
    return rooms_of_it, lines


@given(classes_in_rooms(), st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_each_room_has_its_share_of_each_answer(given_, dice):
    sizes, lines = given_
    rows, there_are = shown(sizes, lines, dice), np.bincount(lines, minlength=max(lines) + 1)
    for size, of_room in zip(sizes, rows, strict=True):
        assert of_room.sum() == size
        off = np.abs(of_room - size * there_are / len(lines))
        assert off.max() < 1 + size * max(0, len(sizes) - 2) / len(lines) + 1e-9
        # two answers or more, where as many rows as this have another answer than the commonest
        if len(lines) - there_are.max() >= len(sizes) + sum(one > size for one in sizes) and max(sizes) < 2 * size:
            assert (of_room > 0).sum() > 1
    dealing._check_even(rows)


@given(classes_in_rooms(st.tuples(st.integers(2, 7), st.integers(1, 9)).map(lambda of: [of[0]] * of[1])), st.randoms())
def test_rooms_of_one_size_have_it_to_the_row(given_, dice):
    sizes, lines = given_
    rows, there_are = shown(sizes, lines, dice), np.bincount(lines, minlength=max(lines) + 1)
    assert (rows >= there_are // len(sizes)).all()
    assert (rows <= -(-there_are // len(sizes))).all()
    if there_are.max() * sizes[0] <= (sizes[0] - 1) * len(lines):
        assert (rows > 0).sum(1).min() > 1


def test_answers_in_a_row_are_spread_as_one_and_so_is_the_first_of_two_columns():
    dice = random.Random(7)
    first, second = ([dice.randint(0, 3) for _ in range(160)] for _ in range(2))
    room, classes, _ = one_class([5] * 32, first)
    carried = dealt(room, classes, [np.array(first), np.array(second)], dice)
    for answers in ({0}, {3}, {1, 2}, {2, 3}):
        there_are = sum(one in answers for one in first)
        inside = np.isin(np.array(first)[carried], list(answers))
        assert set(np.bincount(room, inside)) <= {there_are // 32, -(-there_are // 32)}


def every_lot(count, rooms_, grid, rows=None):
    """All turns, and starts of rooms on a grid (all rows in one order, unless told)."""
    for turn, *starts in product(range(count), *[range(grid)] * rooms_):
        places = np.array([(2 * one + 1) * 2**63 // grid for one in starts], np.uint64)
        yield Lot(np.arange(count) if rows is None else rows, places, np.array([turn]))


@pytest.mark.parametrize("sizes", [(2, 3), (2, 2, 3), (3, 3)])
def test_every_row_carries_each_answer_with_just_the_chance_that_it_is_common(sizes, monkeypatch):
    lines = [0, 0, 0, 1, 2, 2, 0][: sum(sizes)]
    lots = list(every_lot(len(lines), len(sizes), 4))
    monkeypatch.setattr(Lot, "drawn", lambda *_: next(coming))
    coming, carried = iter(lots), np.zeros((len(lines), 3), np.int64)
    for _ in lots:
        room, classes, columns = one_class(sizes, lines)
        carried[np.arange(len(lines)), columns[0][dealt(room, classes, columns, random.Random(1))]] += 1
    for of_row in carried.tolist():
        assert [Fraction(one, len(lots)) for one in of_row] == [Fraction(lines.count(a), len(lines)) for a in range(3)]


def test_the_place_of_a_row_says_nothing_of_what_else_its_room_shows():
    """Of rows of one room the first two are no nearer to each other than any two: pairs are as likely in any order."""
    pairs, dice = Counter(), random.Random(3)
    room, classes, columns = one_class([4, 4, 4], [0, 1, 2, 3] * 3)
    for _ in range(3000):
        said = columns[0][dealt(room, classes, columns, dice)]
        pairs.update([tuple(said[:2].tolist())])
    assert len(pairs) == 12
    assert max(pairs.values()) < 1.3 * 3000 / 12


def test_one_source_of_chance_gives_one_dealing_and_ties_of_places_go_to_one_room():
    room, classes, columns = one_class([3, 4, 3], [0, 1, 2, 0, 1, 2, 0, 1, 2, 0])
    once, again = (dealt(room, classes, columns, random.Random(5)).tolist() for _ in range(2))
    assert once == again
    tied = Lot(np.arange(4), np.array([8, 7], np.uint64), np.array([0]))  # apart in the lower bits only
    assert rooms._in_places(np.array([0, 0, 1, 1]), np.array([2, 2]), np.zeros(4), tied).tolist() == [2, 0, 3, 1]


@pytest.mark.parametrize("least", [1, 2])
def test_in_two_worlds_that_differ_by_a_swap_every_document_is_as_likely(least, monkeypatch):
    """Two people of one class, of different rooms, have each other's answers: all turns, starts on a grid and orders
    are tried, whole documents compared; of what is dealt again nothing is told."""
    policy, classes, documents = ReleasePolicy(2, come_and_go=True), np.zeros(5, np.int64), []
    order = np.array([3, 1, 0, 4, 2])
    lots = [lot for rows in (order, order[::-1]) for lot in every_lot(5, 2, 3, rows)]
    monkeypatch.setattr(release, "fresh_order", lambda *_: order)
    for answers in ([1, 1, 2, 1, 3], [3, 1, 2, 1, 1]):
        rows = [{"place": 20 * n, "mood": mood} for n, mood in enumerate(answers)]
        cleaned = clean_columns(rows, COLUMNS)
        axes = axes_of(COLUMNS[:1], cleaned)
        parts = rooms_of(axes, classes, 2)
        assert len(set(parts.tolist())) == 2
        assert parts[0] != parts[4]
        seen, mood = Counter(), np.array(answers)
        varied = Diversity((LeastDistinct(mood, 4, least),)).holds
        for lot in lots:
            drawn = iter([lot])  # a second is not to be had
            monkeypatch.setattr(Lot, "drawn", lambda *_, drawn=drawn: next(drawn))
            with suppress(StopIteration):
                dealt_once = dealt_in_rooms(axes, classes, 2, [mood], Asked(varied, np.zeros(1, int)), random.Random(1))
                made = release.finish(
                    rows, COLUMNS, policy, cleaned, axes, np.arange(5), classes, [], random.Random(1),
                    labels_told=True, dealt=dealt_once,
                )  # fmt: skip
                seen[made.to_json()] += 1
        documents.append(seen)
    assert documents[0] == documents[1]
    assert len(documents[0]) > 5
    assert (sum(documents[0].values()) < len(lots)) is (least == 2)


@pytest.mark.parametrize("sizes", [(2, 2), (2, 3), (3, 3, 2)])
def test_rooms_of_one_size_are_dealt_alike(sizes, monkeypatch):
    """What the bet stands on: of all lots, what rooms of one size show is as often the other way round."""
    lines, seen = [0, 0, 1, 2, 0, 1, 1, 2][: sum(sizes)], Counter()
    lots = list(every_lot(len(lines), len(sizes), 5))
    # a tie of places goes to the lower bits; here there are none, so lots with ties are passed over
    lots = [lot for lot in lots if len(set(lot.starts.tolist())) == len(sizes)]
    monkeypatch.setattr(Lot, "drawn", lambda *_: next(coming))
    coming = iter(lots)
    for _ in lots:
        seen[tuple(map(tuple, shown(sizes, lines, random.Random(1)).tolist()))] += 1
    for contents, times in seen.items():
        swapped = (contents[1], contents[0], *contents[2:])
        assert sizes[0] != sizes[1] or seen[swapped] == times


@pytest.mark.parametrize(
    ("said", "is_even"),
    [
        ([[1, 1], [1, 1]], True),
        ([[2, 0], [0, 2]], False),
        ([[2, 0], [1, 1]], True),
        ([[2, 0, 0], [2, 0, 0], [0, 1, 1]], False),
        ([[3, 0], [1, 1]], True),
        ([[2, 1], [0, 2]], True),
        ([[3, 0], [0, 2]], False),
        ([[2, 1], [2, 0]], True),
    ],
)
def test_what_even_dealing_may_show(said, is_even):
    """Small tables, each held against all that lots give."""
    table = np.array(said)
    lines = np.repeat(np.arange(table.shape[1]), table.sum(0)).tolist()
    dice = random.Random(2)
    reached = any((shown(table.sum(1), lines, dice) == table).all() for _ in range(300))
    assert reached == is_even
    if is_even:
        dealing._check_even(table)
    else:
        with pytest.raises(ReleaseRefusedError, match="evenly"):
            dealing._check_even(table)


@given(st.integers(0, 10**6), st.integers(2, 4), st.integers(20, 90))
@settings(max_examples=60)
def test_rooms_keep_what_their_class_keeps_and_grow_only_where_dealing_again_does_not_help(seed, least, count):
    dice = random.Random(seed)
    rows = [{"place": dice.randint(0, 99), "mood": dice.choices((1, 2, 3), (9, 3, 1))[0]} for _ in range(count)]
    axes = axes_of(COLUMNS[:1], clean_columns(rows, COLUMNS))
    mood = np.array([row["mood"] for row in rows])
    classes = np.array([int(row["place"] > 60) for row in rows])
    varied = Diversity((LeastDistinct(mood, 4, min(least, *(len(set(mood[classes == one])) for one in set(classes)))),))
    found = dealt_in_rooms(axes, classes, 3, [mood], Asked(varied.holds, np.zeros(2, int)), dice)
    assert sorted(found.carried.tolist()) == list(range(count))
    assert (classes[found.carried] == classes).all()
    sizes = np.bincount(found.rooms)
    assert sizes.min() >= min(3, *np.bincount(classes)[sorted(set(classes.tolist()))])
    assert varied.holds(found.carried, found.rooms, len(sizes)).all()
    nothing_asked = dealt_in_rooms(
        axes, classes, 3, [mood], Asked(Diversity().holds, np.zeros(2, int)), random.Random(seed)
    )
    assert len(sizes) <= len(set(nothing_asked.rooms.tolist()))


def test_rooms_grow_in_the_class_that_needs_it_alone():
    """Of 60 people each third says another thing; of 240 ten say something else than the rest. 15 live in each part."""
    dice, count = random.Random(1), 300
    rows = [{"place": n // 3, "mood": 1 + (n % 30 == 0) + (n % 50 == 0)} for n in range(count)]
    axes = axes_of(COLUMNS[:1], clean_columns(rows, COLUMNS))
    mood, classes = np.array([row["mood"] for row in rows]), np.repeat([0, 1], [60, 240])
    mood[classes == 0] = 1 + np.arange(60) % 3
    varied = Diversity((LeastDistinct(mood, 4, 2),))
    found = dealt_in_rooms(axes, classes, 3, [mood], Asked(varied.holds, np.zeros(2, int)), dice)
    sizes = np.bincount(found.rooms)
    few, many = (sorted(set(found.rooms[classes == one].tolist())) for one in (0, 1))
    assert sizes[few].tolist() == [15] * 4
    assert 15 < sizes[many].min() < 60
    assert varied.holds(found.carried, found.rooms, len(sizes)).all()
