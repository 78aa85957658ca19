"""Multiple choices are sets: a class says what is certain and what possible, and l means that no option is sure."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bank_api.domain.anonymize import (
    Column,
    ColumnRole,
    InputRowError,
    PolicyUnreachableError,
    ReleaseDocument,
    ReleasePolicy,
    ReleaseRefusedError,
    SchemaError,
    anonymize,
    verify,
)
from bank_api.domain.anonymize.cells import set_cell
from bank_api.domain.anonymize.loss import cell_loss
from bank_api.domain.anonymize.seats import History, new_history, release_in_series
from bank_api.domain.attacked import attack_series, observed
from bank_api.domain.attacks import Observed, ObservedClass, attack_all

QUASI, SENSITIVE = ColumnRole.QUASI_IDENTIFIER, ColumnRole.SENSITIVE
OPTIONS = ("tea", "coffee", "milk")
COLUMNS = [
    Column.number("age", QUASI, 0, 20),
    Column.multi("drinks", QUASI, OPTIONS),
    Column.multi("ills", SENSITIVE, ("a", "b", "c")),
]


def sets(options):
    return st.none() | st.sets(st.sampled_from(options)).map(lambda one: "|".join(sorted(one)))


tables = st.lists(
    st.fixed_dictionaries({"age": st.integers(0, 20), "drinks": sets(OPTIONS), "ills": sets("abc")}),
    min_size=2,
    max_size=40,
)


def as_set(text):
    return set(text.split("|")) - {""}


def kept(answers):
    """l of these sets, counted naively."""
    given = {frozenset(as_set(one)) for one in answers if one is not None}
    lacking = [sum(option not in one for one in given) for option in set().union(*given)]
    return min([len(given), *(1 + number for number in lacking)])


@settings(deadline=None, max_examples=150)
@given(tables, st.integers(2, 4), st.integers(2, 3))
def test_everybody_is_inside_and_no_option_is_sure(rows, k, least):
    policy = ReleasePolicy(k, l={"ills": least})
    if len(rows) < k or kept([row["ills"] for row in rows]) < least:
        with pytest.raises(PolicyUnreachableError):
            anonymize(rows, COLUMNS, policy, random.Random(1))
        return
    release = anonymize(rows, COLUMNS, policy, random.Random(1))
    table = release.document.table
    for number, box in enumerate(table.boxes):
        inside = [row for row in table.rows if row[0] == number]
        assert kept([row[1] for row in inside]) >= least
        drinks = box[1]
        for row in rows:
            held = row["drinks"] is not None and drinks.any_of is not None
            fits = set(drinks.all_of) <= as_set(row["drinks"]) <= set(drinks.any_of) if held else row["drinks"] is None
            assert (
                drinks.contains(row["drinks"] and "|".join(o for o in OPTIONS if o in as_set(row["drinks"])))
                == (fits and (drinks.missing or row["drinks"] is not None))
                or row["drinks"] == ""
            )
    assert ReleaseDocument.from_json(release.to_json()) == release.document


@settings(deadline=None, max_examples=50)
@given(tables, st.permutations(OPTIONS))
def test_neither_the_order_nor_the_names_of_options_decide_what_is_kept(rows, order):
    policy = ReleasePolicy(2, l={"ills": 2})
    if kept([row["ills"] for row in rows]) < 2:
        return
    release = anonymize(rows, COLUMNS, policy, random.Random(1))
    names = dict(zip("abc", ("x", "y", "z"), strict=True))
    renamed = [
        {**row, "ills": row["ills"] if row["ills"] is None else "|".join(names[o] for o in sorted(as_set(row["ills"])))}
        for row in rows
    ]
    again = anonymize(renamed, [*COLUMNS[:2], Column.multi("ills", SENSITIVE, "xyz")], policy, random.Random(2))
    assert again.measured.l == release.measured.l
    assert again.measured.loss == release.measured.loss
    moved = anonymize(rows, [COLUMNS[0], Column.multi("drinks", QUASI, order), COLUMNS[2]], policy, random.Random(3))
    assert moved.measured.k >= 2


def test_a_cell_says_what_is_certain_and_what_is_possible():
    column = COLUMNS[1]
    cell = set_cell(column, ("tea",), ("milk",), False)
    assert (cell.all_of, cell.any_of, cell.text) == (("tea",), ("tea", "milk"), "tea and perhaps milk")
    assert cell.contains("tea")
    assert cell.contains("tea|milk")
    assert not cell.contains("milk")
    assert not cell.contains("tea|coffee")
    assert not cell.contains(None)
    assert cell_loss(cell, column) == pytest.approx(1 / 3)
    assert set_cell(column, (), (), False).text == "none of them"
    assert set_cell(column, (), None, True).contains(None)


def test_three_answers_that_all_say_the_same_option_are_refused_by_maker_and_verifier():
    rows = [{"age": 1, "drinks": "tea", "ills": one} for one in ("a", "a|b", "a|c") * 3]
    with pytest.raises(PolicyUnreachableError, match="1 distinct values, 1 missing"):
        anonymize(rows, COLUMNS, ReleasePolicy(3, l={"ills": 2}), random.Random(1))
    release = anonymize(rows, COLUMNS, ReleasePolicy(3), random.Random(1))
    assert release.measured.l == {"ills": 1}
    with pytest.raises(ReleaseRefusedError) as refused:
        verify(rows, release.document.table, COLUMNS, ReleasePolicy(3, l={"ills": 2}), ())
    assert (refused.value.rule, refused.value.reached) == ("l", 1)


def test_a_box_that_is_too_narrow_is_found():
    rows = [{"age": 1, "drinks": one, "ills": "ab"[n % 2]} for n, one in enumerate(("tea", "tea|milk") * 3)]
    release = anonymize(rows, COLUMNS, ReleasePolicy(3), random.Random(1))
    table = release.document.table
    narrow = tuple((box[0], set_cell(COLUMNS[1], ("tea", "milk"), (), False)) for box in table.boxes)
    with pytest.raises(ReleaseRefusedError) as refused:
        verify(rows, replace(table, boxes=narrow), COLUMNS, ReleasePolicy(3), ())
    assert refused.value.rule == "coverage"


def test_values_that_are_no_set_of_the_options_are_refused():
    for wrong in ("tea|beer", 3):
        with pytest.raises(InputRowError, match="drinks"):
            anonymize([{"age": 1, "drinks": wrong, "ills": "a"}] * 3, COLUMNS, ReleasePolicy(2), random.Random(1))
    with pytest.raises(SchemaError):
        Column.multi("drinks", QUASI, ("tea|milk",))


def test_over_time_no_option_becomes_sure():
    dice = random.Random(5)

    def some():
        return "|".join(option for option in "abc" if dice.random() < 0.45)

    everybody = {
        f"p{n}": {"age": dice.randint(0, 20), "drinks": dice.choice(("tea", "milk", "tea|milk")), "ills": some()}
        for n in range(420)
    }
    history, policy = new_history(dice), ReleasePolicy(5, l={"ills": 3}, suppression_limit=0.4)
    for wave in range(4):
        names = list(everybody)[wave * 20 : 340 + wave * 20]
        rows = [everybody[name] for name in names]
        _, history = release_in_series(rows, names, COLUMNS, policy, history, dice)
        found = attack_series(history, COLUMNS, rows, names, policy).reports["ills"]
        assert (found.below_l_by_intersection, found.below_l_by_counting, found.movers_computed) == (0, 0, 0)
        history = History.from_json(history.to_json())
    assert len(observed(history, "ills")) == 4


def test_the_attack_counts_answers_that_share_a_part_as_known():
    told = [Observed((ObservedClass(tuple("pqr"), {"a": 1, "a|b": 1, "a|c": 1}),))]
    parts = {one: frozenset(one.split("|")) for one in ("a", "a|b", "a|c")}
    assert attack_all(told, 2).below_l_by_intersection == 0
    assert attack_all(told, 2, parts=parts).below_l_by_intersection == 3
