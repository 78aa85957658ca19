"""The verifier measures what a naive attacker would count, and catches every release broken on purpose."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bank_api.domain.anonymize import (
    Column,
    ColumnRole,
    PolicyUnreachableError,
    ReleasePolicy,
    ReleaseRefusedError,
    anonymize,
    verify,
)
from bank_api.domain.anonymize.cells import category_cell, number_cell
from bank_api.domain.anonymize.measure import closeness, diversity
from bank_api.domain.anonymize.schema import ColumnKind
from bank_api.domain.anonymize.table import Answers, ReleasedColumn


@pytest.fixture
def refused(rows, columns, policy, release):
    """Verify a changed table (or policy, or claim of suppression) and return the refusal."""

    def check(table=None, *, policy=policy, columns=columns, suppressed=()):
        with pytest.raises(ReleaseRefusedError) as caught:
            verify(rows, table or release.document.table, columns, policy, suppressed)
        return caught.value

    return check


def with_box(table, number, box):
    return replace(table, boxes=(*table.boxes[:number], box, *table.boxes[number + 1 :]))


def with_row(table, number, row):
    return replace(table, rows=(*table.rows[:number], row, *table.rows[number + 1 :]))


def test_a_sound_release_is_measured_anew(rows, columns, policy, release):
    measured = verify(rows, release.document.table, columns, policy, release.suppressed_indexes)
    assert measured == release.measured
    assert measured.prosecutor_risk == 1 / measured.k
    assert measured.marketer_risk == measured.classes / measured.rows
    assert 0 < measured.granularity < 1
    assert 60 * 60 >= measured.discernibility >= 60 * 5


def test_a_mutated_answer(refused, release):
    table = release.document.table
    box, vote, *rest = table.rows[3]
    refusal = refused(with_row(table, 3, (box, "A" if vote != "A" else "B", *rest)))
    assert (refusal.rule, refusal.reached) == ("truth", 2)


def test_an_answer_of_another_type(refused, release):
    table = release.document.table
    box, vote, income = table.rows[3]
    assert refused(with_row(table, 3, (box, vote, str(income)))).rule == "truth"


def test_a_row_moved_to_another_box(refused, release):
    table = release.document.table
    other = next(row[0] for row in table.rows if row[0] != table.rows[0][0])
    assert refused(with_row(table, 0, (other, *table.rows[0][1:]))).rule in {"truth", "k"}


def test_a_removed_row(refused, release):
    table = release.document.table
    refusal = refused(replace(table, rows=table.rows[1:]))
    assert (refusal.rule, refusal.required, refusal.reached) == ("count", 60, 59)


def test_a_row_claimed_suppressed_beyond_the_limit(refused, release):
    table = release.document.table
    refusal = refused(replace(table, rows=table.rows[1:]), suppressed=(0,))
    assert (refusal.rule, refusal.required, refusal.reached) == ("suppression", 0, 1)


@pytest.mark.parametrize("suppressed", [(0, 0), (60,), (-1,)])
def test_suppressed_rows_that_are_no_source_rows(refused, suppressed):
    assert refused(suppressed=suppressed).rule == "count"


def test_the_wrong_row_claimed_suppressed(refused, rows, columns, release):
    table = release.document.table
    lenient = ReleasePolicy(2, suppression_limit=0.1)
    wrong = next(i for i, row in enumerate(rows) if row["income"] != table.rows[0][2])
    assert refused(replace(table, rows=table.rows[1:]), policy=lenient, suppressed=(wrong,)).rule == "truth"


def test_a_doubled_row(refused, release):
    table = release.document.table
    assert refused(replace(table, rows=(*table.rows, table.rows[0]))).rule == "count"


def test_a_narrower_box(refused, release, columns):
    table = release.document.table
    number, box = next((n, b) for n, b in enumerate(table.boxes) if b[0].high - b[0].low >= 9)
    second = next(band.low for band in columns[1].bands if band.low > box[0].low)
    narrow = number_cell(columns[1], second, box[0].high, False)
    refusal = refused(with_box(table, number, (narrow, *box[1:])))
    assert (refusal.rule, refusal.required) == ("coverage", 60)
    assert refusal.reached < 60


def test_a_box_that_reaches_into_another(refused, release, columns):
    table = release.document.table
    everything = (
        number_cell(columns[1], 18, 99, False),
        category_cell(columns[2], columns[2].values, False),
        category_cell(columns[3], columns[3].values, False),
        category_cell(columns[6], columns[6].values, False),
    )
    assert refused(with_box(table, 0, everything)).rule == "overlap"


def test_a_class_cut_below_k(refused, rows, columns):
    """The same people, but one of them described exactly: a box of its own."""
    single = {}
    for i, row in enumerate(rows):
        single.setdefault((row["age"] // 5, row["education"], row["prefecture"]), []).append(i)
    person = rows[next(found[0] for found in single.values() if len(found) == 1)]
    years = next(band for band in columns[1].bands if band.low <= person["age"] <= band.high)
    box = (
        number_cell(columns[1], years.low, years.high, False),
        category_cell(columns[2], (person["education"],), False),
        category_cell(columns[3], (person["prefecture"],), False),
        category_cell(columns[6], (person["drink"],), False),
    )
    others = [row for row in rows if row is not person]
    rest = anonymize(others, columns, ReleasePolicy(5), random.Random(1)).document.table
    alone = replace(
        rest,
        boxes=(box, *rest.boxes),
        rows=(
            (0, person["vote"], person["income"]),
            *((row[0] + 1, *row[1:]) for row in rest.rows),
        ),
    )
    refusal = refused(alone)
    assert refusal.rule in {"k", "overlap"}
    if refusal.rule == "k":
        assert refusal.reached == 1


def test_a_stricter_k_than_the_release_reaches(refused, release):
    refusal = refused(policy=ReleasePolicy(release.k + 1))
    assert (refusal.rule, refusal.required, refusal.reached) == ("k", release.k + 1, release.k)


def test_a_stricter_l(refused, release):
    reached = release.measured.l["vote"]
    refusal = refused(policy=ReleasePolicy(5, l={"vote": reached + 1}))
    assert (refusal.rule, refusal.required, refusal.reached) == ("l", reached + 1, reached)


def test_a_stricter_t(refused, release):
    refusal = refused(policy=ReleasePolicy(5, t={"vote": 0.01}))
    assert (refusal.rule, refusal.reached) == ("t", release.measured.t["vote"])


def test_an_identifier_declared_as_a_column(refused, release, rows):
    table = release.document.table
    leaky = replace(
        table,
        plain=(*table.plain, ReleasedColumn("member", ColumnRole.HARMLESS, ColumnKind.CATEGORY)),
        rows=tuple((*row, f"member-{i}") for i, row in enumerate(table.rows)),
    )
    refusal = refused(leaky)
    assert refusal.rule == "columns"
    assert "'member'" in refusal.detail


def test_an_identifier_behind_the_row(refused, release):
    table = release.document.table
    assert refused(with_row(table, 0, (*table.rows[0], "member-0"))).rule == "columns"


def test_an_identifier_in_the_text_of_a_cell(refused, release):
    table = release.document.table
    age, *rest = table.boxes[0]
    refusal = refused(with_box(table, 0, (replace(age, text="20-34 (member-0)"), *rest)))
    assert refusal.rule == "columns"
    assert "says more" in refusal.detail


def test_an_identifier_declared_as_a_value(rows, columns):
    names = Column.category("drink", ColumnRole.HARMLESS, ("tea", "coffee", "member-3"))
    rows[5]["drink"] = "member-3"
    with pytest.raises(ReleaseRefusedError) as caught:
        anonymize(rows, [*columns[:-1], names], ReleasePolicy(5), random.Random(1))
    assert caught.value.rule == "identifier"


def test_a_row_number_declared_harmless(rows, columns):
    numbered = [{**row, "line": number} for number, row in enumerate(rows)]
    line = Column.number("line", ColumnRole.HARMLESS, 0, 60)
    with pytest.raises(ReleaseRefusedError) as caught:
        anonymize(numbered, [*columns, line], ReleasePolicy(5), random.Random(1))
    assert caught.value.rule == "row number"


@pytest.mark.parametrize(
    ("role", "leak"),
    [
        (ColumnRole.HARMLESS, lambda number: number),
        (ColumnRole.QUASI_IDENTIFIER, lambda number: number),
        (ColumnRole.SENSITIVE, lambda number: number // 3),
    ],
)
def test_a_number_that_is_the_rows_own_identifier(rows, columns, role, leak):
    """A staff number is an identifier too, in a column of any role."""
    numbered = [{**row, "member": f"{leak(n):04}", "copy": leak(n)} for n, row in enumerate(rows)]
    copy = Column.number("copy", role, 0, 60)
    with pytest.raises(ReleaseRefusedError) as caught:
        anonymize(numbered, [*columns, copy], ReleasePolicy(5), random.Random(1))
    assert caught.value.rule == "identifier"


@pytest.mark.parametrize("name", ["MEMBER-3", "ｍember-3 ", "mеmber-3"])
@pytest.mark.parametrize("role", [ColumnRole.HARMLESS, ColumnRole.SENSITIVE, ColumnRole.QUASI_IDENTIFIER])
def test_an_identifier_in_another_spelling(rows, columns, name, role):
    names = Column.category("drink", role, ("tea", "coffee", name))
    rows[5]["drink"] = name
    with pytest.raises(ReleaseRefusedError) as caught:
        anonymize(rows, [*columns[:-1], names], ReleasePolicy(5), random.Random(1))
    assert caught.value.rule == "identifier"


def test_a_number_that_happens_to_be_somebodys_identifier_is_none(rows, columns):
    numbered = [{**row, "member": str(18 + n)} for n, row in enumerate(rows)]
    assert anonymize(numbered, columns, ReleasePolicy(5), random.Random(1)).k >= 5


def test_a_sensitive_column_that_says_a_quasi_identifier_again(rows, columns):
    town = {"Hokkaido": "N", "Tokyo": "E", "Kyoto": "W", "Fukuoka": "S"}
    copied = [{**row, "town": town[row["prefecture"]]} for row in rows]
    with pytest.raises(ReleaseRefusedError) as caught:
        anonymize(
            copied,
            [*columns, Column.category("town", ColumnRole.SENSITIVE, "NEWS")],
            ReleasePolicy(5),
            random.Random(1),
        )
    assert (caught.value.rule, "'town' says what 'prefecture'" in caught.value.detail) == ("same column", True)


def test_a_sensitive_column_that_is_nearly_unique(rows, columns):
    paid = [{**row, "pay": 1000 + n * 7} for n, row in enumerate(rows)]
    with pytest.raises(ReleaseRefusedError) as caught:
        anonymize(
            paid, [*columns, Column.number("pay", ColumnRole.SENSITIVE, 0, 9999)], ReleasePolicy(5), random.Random(1)
        )
    assert caught.value.rule == "nearly unique"


def test_k_counts_harmless_answers_too(rows, columns):
    """Whoever knows what somebody drinks finds them by it, harmless or not."""
    table = anonymize(rows, columns, ReleasePolicy(5), random.Random(1)).document.table
    assert "drink" in [column.name for column in table.generalized]
    for row in rows:
        known = [row[column.name] for column in table.generalized]
        alike = [e for e in table.rows if all(c.contains(v) for c, v in zip(table.boxes[e[0]], known, strict=True))]
        assert len(alike) >= 5


def test_numbers_of_one_band_are_one_answer():
    """l = 3 by 99,998, 99,999 and 100,000 tells the pay."""
    pay = Column.number("pay", ColumnRole.SENSITIVE, 0, 1_000_000)
    rows = [{"pay": 100_001 + n % 3} for n in range(30)]
    with pytest.raises(PolicyUnreachableError):
        anonymize(rows, [pay], ReleasePolicy(5, l={"pay": 2}), random.Random(1))
    answers = Answers.of([row["pay"] for row in rows])
    assert diversity(answers, np.zeros(30, np.int64), 1, pay) == 1


def test_an_order_of_names_is_measured_along_it():
    scale = Column.ordinal("scale", ColumnRole.SENSITIVE, ("never", "at times", "often", "always"))
    rows = [{"scale": value} for value in scale.values for _ in range(10)]
    box = np.repeat([0, 1], 20)
    answers = Answers.of([row["scale"] for row in rows], scale.values)
    assert closeness(answers, box, 2, scale.kind) == pytest.approx(1 / 3)
    assert anonymize(rows, [scale], ReleasePolicy(5, l={"scale": 4}), random.Random(1)).k == 40


def test_a_small_table_may_have_a_harmless_answer_that_always_differs(make_rows, columns):
    scale = Column.number("scale", ColumnRole.HARMLESS, 1, 7)
    rows = [{**row, "scale": 7 - number} for number, row in enumerate(make_rows(6))]
    assert anonymize(rows, [*columns, scale], ReleasePolicy(5), random.Random(1)).k == 6


def test_a_missing_column(refused, release):
    table = release.document.table
    less = replace(table, plain=table.plain[:-1], rows=tuple(row[:-1] for row in table.rows))
    assert refused(less).rule == "columns"


def test_the_source_order(refused, rows, release):
    """A release in source order can be read off against the source."""
    table, ordered = release.document.table, []
    for row in rows:
        known = [row[column.name] for column in table.generalized]
        ordered.append(
            next(
                entry
                for entry in table.rows
                if entry[1:] == (row["vote"], row["income"])
                and all(cell.contains(value) for cell, value in zip(table.boxes[entry[0]], known, strict=True))
            )
        )
    ordered = tuple(ordered)
    refusal = refused(replace(table, rows=ordered))
    assert refusal.rule == "order"
    assert refusal.reached > 0.95
    assert refused(replace(table, rows=ordered[::-1])).reached < -0.95


def test_a_box_nobody_is_in(refused, release):
    table = release.document.table
    assert refused(replace(table, boxes=(*table.boxes, table.boxes[0]))).rule == "boxes"


def test_a_row_in_no_box(refused, release):
    table = release.document.table
    assert refused(with_row(table, 0, (len(table.boxes), *table.rows[0][1:]))).rule == "columns"


def test_equal_boxes_under_two_numbers_are_one_class(rows, columns, policy, release):
    """Labels say nothing: splitting a class by number alone changes no measure."""
    table = release.document.table
    moved = next(i for i, row in enumerate(table.rows) if row[0] == 0)
    doubled = with_row(
        replace(table, boxes=(*table.boxes, table.boxes[0])),
        moved,
        (len(table.boxes), *table.rows[moved][1:]),
    )
    assert verify(rows, doubled, columns, policy, ()) == release.measured


def test_permuting_source_rows_changes_no_measure(rows, columns, policy, release):
    shuffled = random.Random(3).sample(rows, len(rows))
    measured = verify(shuffled, release.document.table, columns, policy, ())
    assert replace(measured, order_correlation=0.0) == replace(release.measured, order_correlation=0.0)


answers = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["yes", "no", "maybe", None])), min_size=8, max_size=40)


def columns_of(pairs):
    boxes = sorted({box for box, _ in pairs})
    return np.array([boxes.index(box) for box, _ in pairs]), [answer for _, answer in pairs], len(boxes)


@settings(deadline=None)
@given(answers, st.randoms(use_true_random=False))
def test_missing_answers_never_raise_l(pairs, dice):
    box, given_, count = columns_of(pairs)
    fewer = [None if dice.random() < 0.3 else answer for answer in given_]
    assert diversity(Answers.of(fewer), box, count) <= diversity(Answers.of(given_), box, count)


@settings(deadline=None)
@given(answers, st.randoms(use_true_random=False))
def test_another_spelling_never_raises_l_nor_lowers_t(pairs, dice):
    box, given_, count = columns_of(pairs)
    spelt = [answer and (f" {answer.upper()}" if dice.random() < 0.5 else answer) for answer in given_]
    assert diversity(Answers.of(spelt), box, count) == diversity(Answers.of(given_), box, count)
    before = closeness(Answers.of(given_), box, count, ColumnKind.CATEGORY)
    assert closeness(Answers.of(spelt), box, count, ColumnKind.CATEGORY) >= before - 1e-12


def test_closeness_of_numbers_is_the_ordered_distance():
    incomes = [3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0]  # the example of Li, Li & Venkatasubramanian 2007
    box = np.array([0, 0, 0, 1, 1, 1, 1, 1, 1])
    assert closeness(Answers.of(incomes), box, 2, ColumnKind.NUMBER) == pytest.approx(0.375)
