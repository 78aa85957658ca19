"""Who refused must not be readable from the staff list: boxes around consenting people alone betray them."""

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bank_api.domain.anonymize import (
    Column,
    ColumnRole,
    PolicyUnreachableError,
    ReleasePolicy,
    ReleaseRefusedError,
    SchemaError,
    anonymize,
    verify,
)
from bank_api.domain.anonymize.encode import axes_of
from bank_api.domain.anonymize.presence import Drawn
from bank_api.domain.anonymize.seats import making as seats_making
from bank_api.domain.anonymize.seats import new_history, release_in_series
from bank_api.domain.attacks import attack_presence

QUASI, SENSITIVE = ColumnRole.QUASI_IDENTIFIER, ColumnRole.SENSITIVE
COLUMNS = [
    Column.number("age", QUASI, 18, 70),
    Column.category("town", QUASI, ("x", "y", "z")),
    Column.number("mood", SENSITIVE, 1, 5),
]
BOUNDS = (0.1, 0.9)


def staff_of(count, share, seed=1):
    """Everybody's list, and the rows of those who consented."""
    dice = random.Random(seed)
    listed = [{"age": dice.randint(18, 70), "town": dice.choice(("x", "y", "z", None))} for _ in range(count)]
    rows = [{**one, "mood": dice.randint(1, 5)} for one in listed if dice.random() < share]
    return listed, rows


def betrayed(release, listed):
    """People of whom the boxes alone say that they are in it, or that they are not."""
    table, sure = release.document.table, 0
    rows = [sum(row[0] == number for row in table.rows) for number in range(len(table.boxes))]
    for person in listed:
        around = [
            number
            for number, box in enumerate(table.boxes)
            if box[0].contains(person["age"]) and box[1].contains(person["town"])
        ]
        inside = [
            sum(table.boxes[at][0].contains(p["age"]) and table.boxes[at][1].contains(p["town"]) for p in listed)
            for at in around
        ]
        sure += not around or any(rows[at] == count for at, count in zip(around, inside, strict=True))
    return sure


def test_tight_boxes_betray_many_and_bounded_ones_nobody():
    listed, rows = staff_of(300, 0.9)
    policy = ReleasePolicy(5, l={"mood": 2})
    assert betrayed(anonymize(rows, COLUMNS, policy, random.Random(1)), listed) > 60
    bounded = anonymize(rows, COLUMNS, replace(policy, presence=(0.1, 0.95)), random.Random(1), listed)
    assert betrayed(bounded, listed) == 0
    assert bounded.measured.k >= 5
    assert bounded.measured.l["mood"] >= 2
    low, high = bounded.measured.presence
    assert 0.1 <= low <= high <= 0.95
    assert bounded.rows == len(rows)


@settings(deadline=None, max_examples=100)
@given(
    st.integers(8, 60),
    st.sampled_from((0.3, 0.6, 0.9)),
    st.integers(0, 500),
    st.sampled_from(((0.0, 0.95), (0.1, 0.9), (0.4, 0.8))),
    st.sampled_from(({}, {"mood": 2})),
)
def test_bounds_hold_by_a_naive_count_or_are_out_of_reach(count, share, seed, bounds, least):
    listed, rows = staff_of(count, share, seed)
    policy = ReleasePolicy(2, l=least, t={"mood": 0.5} if seed % 2 else {}, presence=bounds)
    try:
        release = anonymize(rows, COLUMNS, policy, random.Random(1), listed)
    except PolicyUnreachableError as refused:
        whole = len(rows) / len(listed)
        assert refused.rule != "presence" or not bounds[0] <= whole <= bounds[1]  # noqa: PT017
        return
    table = release.document.table
    for number, box in enumerate(table.boxes):
        inside = sum(box[0].contains(one["age"]) and box[1].contains(one["town"]) for one in listed)
        told = sum(row[0] == number for row in table.rows)
        assert bounds[0] <= told / inside <= bounds[1]
        assert told >= 2


def test_with_everybody_consenting_no_bound_can_be_kept():
    listed, _ = staff_of(40, 1)
    rows = [{**one, "mood": 1 + n % 5} for n, one in enumerate(listed)]
    with pytest.raises(PolicyUnreachableError, match=r"presence = 0.9 cannot be reached: .* 1 would be released, 0.1"):
        anonymize(rows, COLUMNS, ReleasePolicy(2, presence=BOUNDS), random.Random(1), listed)


def test_people_who_are_not_on_the_list_are_counted():
    listed, rows = staff_of(60, 0.5)
    older = [p for p in listed if p["age"] != 70]
    strangers = [{**rows[0], "age": 70}] * 2
    young = [row for row in rows if row["age"] != 70]
    with pytest.raises(SchemaError, match="population: 2 people"):
        anonymize([*young, *strangers], COLUMNS, ReleasePolicy(2, presence=BOUNDS), random.Random(1), older)


def test_the_verifier_finds_boxes_that_betray():
    listed, rows = staff_of(300, 0.6)
    tight = anonymize(rows, COLUMNS, ReleasePolicy(5), random.Random(1))
    bounded = ReleasePolicy(5, presence=BOUNDS)
    with pytest.raises(ReleaseRefusedError) as refused:
        verify(rows, tight.document.table, COLUMNS, bounded, (), listed)
    assert (refused.value.rule, refused.value.reached > 0) == ("presence", True)
    with pytest.raises(ReleaseRefusedError, match="no list"):
        verify(rows, tight.document.table, COLUMNS, bounded, ())
    made = anonymize(rows, COLUMNS, bounded, random.Random(1), listed)
    again = verify(rows, made.document.table, COLUMNS, bounded, (), listed)
    assert again == made.measured
    strict = replace(bounded, presence=(0.1, made.measured.presence[1] - 0.01))
    with pytest.raises(ReleaseRefusedError, match="whether they are in it") as refused:
        verify(rows, made.document.table, COLUMNS, strict, (), listed)
    assert refused.value.reached == made.measured.presence[1]


def test_the_same_list_in_another_order_makes_the_same_classes():
    listed, rows = staff_of(120, 0.5)
    policy = ReleasePolicy(3, presence=BOUNDS)
    one = anonymize(rows, COLUMNS, policy, random.Random(1), listed)
    other = anonymize(rows, COLUMNS, policy, random.Random(2), random.Random(3).sample(listed, len(listed)))
    assert replace(one.measured, order_correlation=0) == replace(other.measured, order_correlation=0)


def series_of(count, share, waves, seed, presence):
    """Waves over one staff, each with who is in it and what the holder of the staff list makes of it."""
    dice = random.Random(seed)
    listed, _ = staff_of(count, 1, seed)
    moods = [dice.choices(range(1, 6), (1, 3, 6, 5, 2))[0] for _ in listed]
    policy = ReleasePolicy(3, l={"mood": 2}, presence=presence, suppression_limit=0.6)
    history = new_history(dice)
    for _ in range(waves):
        inside = [number for number in range(count) if dice.random() < share]
        rows = [{**listed[number], "mood": moods[number]} for number in inside]
        names = [str(number) for number in inside]
        release, history = release_in_series(rows, names, COLUMNS, policy, history, dice, listed)
        yield release, seen_by_staff_list(release, listed)


def seen_by_staff_list(release, listed):
    table = release.document.table
    points = Counter((one["age"], one["town"]) for one in listed)
    rows = Counter(row[0] for row in table.rows)
    fits = [
        [at for at, (age, town) in enumerate(points) if box[0].contains(age) and box[1].contains(town)]
        for box in table.boxes
    ]
    return attack_presence(list(points.values()), [rows[box] for box in range(len(table.boxes))], fits)


def test_in_a_series_boxes_betray_nobody_who_is_in_it_and_nobody_who_is_not():
    unbounded = [seen for _, seen in series_of(400, 0.9, 3, 4, None)]
    assert sum(one.surely_in + one.surely_out for one in unbounded) > 40
    for release, seen in series_of(400, 0.9, 3, 4, (0.0, 0.9)):
        assert (seen.surely_in, seen.surely_out, seen.impossible) == (0, 0, 0)
        assert release.measured.presence[1] <= 0.9


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.5, 0.8, 0.95]), st.sampled_from([0.8, 0.9, 0.97]))
def test_in_no_series_is_anybodys_presence_certain(seed, share, most):
    try:
        for _, seen in series_of(80, share, 3, seed, (0.0, most)):
            assert (seen.surely_in, seen.surely_out) == (0, 0)
    except (PolicyUnreachableError, ReleaseRefusedError):
        pass  # told in words, nothing released


def test_where_nearly_everybody_consented_a_series_cannot_hide_it():
    with pytest.raises(PolicyUnreachableError) as refused:
        list(series_of(60, 1, 1, 2, (0.0, 0.9)))
    assert (refused.value.rule, refused.value.reached) == ("presence", 1)


def test_the_verifier_counts_who_could_stand_in_a_box_of_a_series(monkeypatch):
    """Boxes drawn around the rows alone, as before, are found out."""
    monkeypatch.setattr(
        seats_making,
        "drawn_around",
        lambda columns, cleaned, others, kept, labels, policy: Drawn(
            [one.only(kept) for one in axes_of(columns, cleaned)], labels
        ),
    )
    with pytest.raises(ReleaseRefusedError) as refused:
        list(series_of(400, 0.9, 1, 4, (0.0, 0.9)))
    assert refused.value.rule == "presence"


@pytest.mark.parametrize("bounds", [(0.5, 0.5), (-0.1, 0.5), (0.1, 1.0)])
def test_bounds_that_bound_nothing_are_refused(bounds):
    with pytest.raises(SchemaError, match="presence"):
        ReleasePolicy(2, presence=bounds)
