"""Homes are told in rooms: narrow cells, answers of the class as a whole (how they are dealt: `..._dealing`)."""

import json
import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bank_api.domain.anonymize import (
    Column,
    ColumnRole,
    ReleaseDocument,
    ReleasePolicy,
    ReleaseRefusedError,
    preview,
    release,
)
from bank_api.domain.anonymize.cells import category_cell, number_cell
from bank_api.domain.anonymize.diversity import Diversity
from bank_api.domain.anonymize.encode import axes_of, clean_columns, sensitive_codes
from bank_api.domain.anonymize.errors import ReleaseFormatError
from bank_api.domain.anonymize.mondrian import partition
from bank_api.domain.anonymize.rooms import Asked, dealt_in_rooms, rooms_of
from bank_api.domain.anonymize.seats import new_history, release_in_series
from bank_api.domain.anonymize.verify import verify_cleaned

COLUMNS = [
    Column.number("place", ColumnRole.QUASI_IDENTIFIER, 0, 99),
    Column.category("town", ColumnRole.QUASI_IDENTIFIER, ("east", "west")),
    Column.number("mood", ColumnRole.SENSITIVE, 1, 3),
    Column.category("vote", ColumnRole.SENSITIVE, ("no", "yes")),
]
POLICY = ReleasePolicy(5, l={"mood": 3, "vote": 2}, suppression_limit=0.3, come_and_go=True)


def population(count, dice):
    """What people answer follows from where they live, so that dealing loses something."""
    found = []
    for _ in range(count):
        place, town = dice.randint(0, 99), dice.choice(("east", "west"))
        mood = dice.choices((1, 2, 3), (6, 3, 1) if place < 50 else (1, 3, 6))[0]
        found.append({"place": place, "town": town, "mood": mood, "vote": "yes" if mood > 1 else "no"})
    return found


@pytest.fixture(scope="module")
def told():
    dice = random.Random(4)
    rows = population(360, dice)
    made, _ = release_in_series(rows, [f"p{n}" for n in range(360)], COLUMNS, POLICY, new_history(dice), dice)
    return rows, made


def test_rooms_have_k_rows_each_and_their_classes_are_told_whole(told):
    rows, made = told
    table = made.document.table
    sizes = np.bincount(table.box_of_row)
    classes = np.bincount(table.class_of_row)
    assert (sizes.min() >= 5, classes.min() >= 80, len(sizes) > 9 * len(classes)) == (True, True, True)
    assert (made.measured.rooms, made.measured.classes, made.k) == (len(sizes), len(classes), sizes.min())
    assert made.measured.answers_together == (sum(classes * classes) / 360, classes.max()) == table.answers_together
    assert made.measured.marketer_risk == len(sizes) / 360 == made.document.attack.linkage_risk_mean
    answers = Counter((row["mood"], row["vote"]) for row in rows)
    assert Counter(row[1:] for row in table.rows) == answers  # whole lines of answers
    for one in range(len(sizes)):  # in each room as many people as rows
        inside = [row for row in rows if _inside(table.boxes[one], row)]
        assert len(inside) >= sizes[one]


def _inside(box, row):
    return box[0].contains(row["place"]) and box[1].contains(row["town"])


def test_a_class_in_one_box_would_lose_far_more(told):
    _, made = told
    table = made.document.table
    cells = {of: [] for of in table.classes}
    for box, of in zip(table.boxes, table.classes, strict=True):
        cells[of].append(box[0])
    wide = sum(max(c.high for c in of) - min(c.low for c in of) for of in cells.values()) / len(cells)
    narrow = sum(box[0].high - box[0].low for box in table.boxes) / len(table.boxes)
    assert narrow < 0.6 * wide
    assert made.loss < 0.25


def test_what_is_known_of_answers_is_known_of_classes(told):
    """Which answers a room shows is by lot, and the attack reads from the class."""
    _, made = told
    table = made.document.table
    by_class = [Counter() for _ in set(table.classes)]
    for of, row in zip(table.class_of_row.tolist(), table.rows, strict=True):
        by_class[of][row[1]] += 1
    assert made.measured.l["mood"] == min(map(len, by_class)) == 3
    found = next(one for one in made.document.attack.homogeneity if one.column == "mood")
    assert found.best_guess == sum(max(one.values()) for one in by_class) / 360
    by_room = [Counter(row[1] for row in table.rows if row[0] == room) for room in range(len(table.boxes))]
    assert found.best_guess < sum(max(one.values()) for one in by_room) / 360
    assert min(map(len, by_room)) > 1


def test_a_member_is_described_as_a_room_and_answers_are_those_of_its_class(told):
    rows, made = told
    table = made.document.table
    for row in rows[:20]:
        seen = preview(row, made)
        around = [number for number, box in enumerate(table.boxes) if _inside(box, row)]
        assert seen.people in [int((table.box_of_row == number).sum()) for number in around]
        assert seen.together in [int((table.class_of_row == table.classes[number]).sum()) for number in around]
        assert sum(seen.answers["mood"].values()) == seen.together > 80 > seen.people >= 5
        assert list(seen.described_as.values()) in [[cell.text for cell in table.boxes[number]] for number in around]


def test_where_homes_overlap_a_member_is_told_the_fewest_whichever_comes_first(told):
    _, made = told
    table, member = made.document.table, {"place": 50, "town": "east", "mood": 1, "vote": "no"}
    everywhere, nowhere = COLUMNS[0].bands[0].low, COLUMNS[0].bands[-1].high
    cell = number_cell(COLUMNS[0], everywhere, nowhere, False, True)
    towns = category_cell(COLUMNS[1], ("east", "west"), False)
    for order in ((0, 1), (1, 0)):  # a small class and a large one, of one room each
        rows = [(order[0], 1, "no")] * 6 + [(order[1], 2, "yes")] * 9
        both = replace(table, boxes=((cell, towns), (cell, towns)), rows=tuple(rows), classes=(0, 1))
        shown = replace(made, document=replace(made.document, table=both), made_by=release._MADE_HERE)
        assert (preview(member, shown).people, preview(member, shown).together) == (6, 6)


def test_the_document_says_which_rooms_are_of_one_class_and_is_read_back(told):
    text = told[1].to_json()
    document = ReleaseDocument.from_json(text)
    assert (document.table, document.to_json()) == (told[1].document.table, text)
    content = json.loads(text)
    mean, most = document.table.answers_together
    assert content["answers_together"] == {"mean": mean, "most": most}
    for change in (
        lambda c: c["table"].pop("classes"),
        lambda c: c["table"].update(rows=[], boxes=[], classes=[]),
        lambda c: c["table"]["classes"].pop(),
        lambda c: c["table"]["classes"].__setitem__(0, 1),
        lambda c: c["table"]["classes"].__setitem__(1, 9),
        lambda c: c["table"]["classes"].__setitem__(0, True),
        lambda c: c["answers_together"].__setitem__("most", most + 1),
        lambda c: c.pop("answers_together"),
    ):
        wrong = json.loads(text)
        change(wrong)
        with pytest.raises(ReleaseFormatError):
            ReleaseDocument.from_json(json.dumps(wrong, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


def test_a_maker_that_keeps_the_order_of_the_source_is_seen_by_its_rooms(monkeypatch):
    """Answers are dealt in an order of their own and tell nothing of it."""
    count, dice = 640, random.Random(4)
    monkeypatch.setattr(release, "fresh_order", lambda *_: np.arange(count))
    rows, classes = population(count, dice), np.zeros(count, np.int64)
    cleaned = clean_columns(rows, COLUMNS)
    axes = axes_of(COLUMNS[:2], cleaned)
    lines = [sensitive_codes(COLUMNS[2], cleaned[COLUMNS[2].name]).values]
    varied = Asked(Diversity().holds, np.zeros(1, int))
    with pytest.raises(ReleaseRefusedError) as refused:
        release.finish(
            rows, COLUMNS, POLICY, cleaned, axes, np.arange(count), classes, [], dice,
            labels_told=True, dealt=dealt_in_rooms(axes, classes, POLICY.k, lines, varied, dice),
        )  # fmt: skip
    assert refused.value.rule == "order"


def test_rooms_are_told_in_homes_and_nowhere_else(told):
    rows, made = told
    cleaned = clean_columns(rows, COLUMNS)
    with pytest.raises(ReleaseRefusedError) as refused:
        verify_cleaned(rows, cleaned, made.document.table, COLUMNS, replace(POLICY, come_and_go=False), ())
    assert refused.value.rule == "columns"
    whole = replace(made.document.table, classes=None)
    with pytest.raises(ReleaseRefusedError) as refused:
        verify_cleaned(rows, cleaned, whole, COLUMNS, POLICY, ())
    assert refused.value.rule == "columns"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda t: replace(t, classes=t.classes[:-1]), "columns"),
        (lambda t: replace(t, classes=(*t.classes[:-1], (t.classes[-1] + 1) % 2)), "truth"),
        (lambda t: _moved(t), "coverage"),
        (lambda t: replace(t, boxes=(t.boxes[1], t.boxes[0], *t.boxes[2:])), "coverage"),
        (lambda t: _answered(t), "truth"),
    ],
)
def test_what_is_not_so_is_refused(told, change, rule, monkeypatch):
    """The same release, falsified before the verifier sees it."""
    rows, _ = told
    made = release._table
    monkeypatch.setattr(release, "_table", lambda *words: (change((found := made(*words))[0]), found[1]))
    dice = random.Random(4)
    with pytest.raises(ReleaseRefusedError) as refused:
        release_in_series(rows, [f"p{n}" for n in range(360)], COLUMNS, POLICY, new_history(dice), dice)
    assert refused.value.rule == rule


def _moved(table):
    """One row to another room: neither has the people that it says."""
    return replace(table, rows=((table.rows[1][0], *table.rows[0][1:]), *table.rows[1:]))


def _answered(table):
    first = table.rows[0]
    return replace(table, rows=((first[0], 1 + first[1] % 3, *first[2:]), *table.rows[1:]))


@given(
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from(("east", "west", None)), st.integers(0, 2)), min_size=2),
    st.integers(2, 4),
)
@settings(max_examples=60)
def test_rooms_have_k_rows_lie_in_one_class_and_are_those_of_each_class_alone(people, k):
    classes = np.array([of for _, _, of in people])
    keep = np.isin(classes, np.flatnonzero(np.bincount(classes, minlength=3) >= k))
    rows = [{"place": place, "town": town} for (place, town, _), kept in zip(people, keep, strict=True) if kept]
    classes = classes[keep]
    if not len(classes):
        return
    columns = COLUMNS[:2]
    axes = axes_of(columns, clean_columns(rows, columns))
    rooms = rooms_of(axes, classes, k)
    assert np.bincount(rooms).min() >= k
    assert len(set(zip(rooms.tolist(), classes.tolist(), strict=True))) == len(set(rooms.tolist()))
    mixed = random.Random(k).sample(range(len(rows)), len(rows))  # no more is told of the order of rows
    assert _parts(rooms[mixed]) == _parts(rooms_of([one.only(np.array(mixed)) for one in axes], classes[mixed], k))
    for of in set(classes.tolist()):
        inside = np.flatnonzero(classes == of)
        alone = partition([one.only(inside) for one in axes], k, Diversity())
        assert _parts(rooms[inside]) == _parts(alone)


def _parts(labels):
    return {frozenset(np.flatnonzero(labels == one).tolist()) for one in set(labels.tolist())}


def test_rooms_do_not_show_who_of_the_staff_list_is_in_the_release():
    """With bounds on presence, boxes are drawn around rooms and so many others who are not in it."""
    dice = random.Random(6)
    everybody = population(600, dice)
    rows, policy = everybody[:240], replace(POLICY, presence=(0.0, 0.6))
    names, listed = [f"p{n}" for n in range(240)], [{"place": p["place"], "town": p["town"]} for p in everybody]
    made, _ = release_in_series(rows, names, COLUMNS, policy, new_history(dice), dice, listed)
    sizes = np.bincount(made.document.table.box_of_row)
    least, most = made.measured.presence
    assert (0 < least <= most <= 0.6, sizes.min() >= 5, len(sizes) > 9) == (True, True, True)
    for box, rows_inside in zip(made.document.table.boxes, sizes, strict=True):
        assert rows_inside <= 0.6 * sum(_inside(box, row) for row in everybody)
