"""Statistics: noise that OpenDP accounts for, error bars that hold, totals that agree, small cells kept."""

import itertools
import random

import numpy as np
import opendp.prelude as dp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bank_api.domain.statistics import StatisticsRelease, Variable, make_statistics, noise, plan_of
from bank_api.domain.statistics.consistent import band_of_share, with_margins, with_total
from bank_api.domain.statistics.errors import StatisticsError
from bank_api.domain.statistics.held_back import held_back, held_back_crossed, is_bridge, is_small
from bank_api.domain.statistics.noise import Noisy
from bank_api.protocol.documents.statistics import read_statistics, totals_of, trends
from bank_api.protocol.errors import FieldError

AGE = Variable.number("age", 18, 100)
VOTE = Variable.choice("vote", [(0, "A"), (1, "B"), (2, "C")])
QUIET = Noisy((), 0.02)
"""Noise that is nearly never anything but 0."""


def people(count, seed=1):
    dice = random.Random(seed)
    return [{"age": dice.randint(18, 100), "vote": dice.choices((0, 1, 2), (60, 38, 2))[0]} for _ in range(count)]


def test_noise_is_what_opendp_says_it_costs():
    measured = noise.counts([0, 1, 1], 2, 0.7)
    space = dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int)
    assert (space >> dp.m.then_laplace(scale=measured.scale)).map(2) <= 0.7
    assert measured.scale == pytest.approx(2 / 0.7)
    assert noise.total([18, 100], 18, 100, 0.5).scale == pytest.approx(82 / 0.5)


def test_the_same_answers_do_not_give_the_same_figures_twice():
    plan = plan_of([AGE, VOTE], [], 2, 1000)
    assert len({make_statistics(people(300), plan, "x").document.figures for _ in range(4)}) == 4


def test_error_bars_hold_the_truth():
    plan, rows = plan_of([VOTE, AGE], [("vote", "age")], 5, 2000), people(3000)
    truth = {label: sum(row["vote"] == value for row in rows) for value, label in enumerate("ABC")}
    mean = sum(row["age"] for row in rows) / len(rows)
    ages = sorted(row["age"] for row in rows)
    held = tried = 0
    for _ in range(60):
        for one in make_statistics(rows, plan, "x").document.figures:
            if one.of == ("vote",) and one.kind == "count":
                true = truth[one.at[0]]
            elif one.kind == "mean":
                true = mean
            elif one.kind == "quantile":
                true = ages[int(float(one.at[0]) * len(ages))]
            else:
                continue
            tried += 1
            held += float(one.low) <= true <= float(one.high)
    assert tried > 400
    assert held / tried > 0.88  # of 95 %, by a wide margin


@given(st.integers(0, 2**32 - 1))
def test_every_table_adds_up_to_everybody_and_is_read_back(seed):
    made = make_statistics(people(400, seed), plan_of([AGE, VOTE], [("age", "vote")], 3, 3000), "0xabc")
    assert set(totals_of(made.document.figures).values()) == {400}
    assert read_statistics(made.document.to_json()) == made.document


def test_a_document_whose_counts_do_not_add_up_is_refused():
    text = make_statistics(people(400), plan_of([VOTE], [], 3, 3000), "0xabc").document.to_json()
    with pytest.raises(FieldError, match="people"):
        read_statistics(text.replace('"people":400', '"people":401'))
    with pytest.raises(FieldError):
        read_statistics(text.replace("azukari-statistics-1", "azukari-statistics-9"))


@given(st.lists(st.integers(-50, 500), min_size=1, max_size=12), st.integers(0, 900))
def test_counts_are_made_to_add_up(noisy, whole):
    found = with_total(noisy, whole)
    assert sum(found) == whole
    assert min(found) >= 0


@given(st.data())
def test_a_crossed_table_agrees_with_its_margins(data):
    rows, columns = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 5))
    true = data.draw(
        st.lists(st.lists(st.integers(0, 60), min_size=columns, max_size=columns), min_size=rows, max_size=rows)
    )
    noisy = [[cell + data.draw(st.integers(-9, 9)) for cell in row] for row in true]
    wanted = [sum(row) for row in true], [sum(row[at] for row in true) for at in range(columns)]
    found = with_margins(noisy, *wanted)
    assert ([sum(row) for row in found], [sum(row[at] for row in found) for at in range(columns)]) == wanted
    assert min(min(row) for row in found) >= 0


@given(st.lists(st.integers(0, 40), min_size=2, max_size=8), st.integers(2, 9))
def test_a_rest_is_never_one_cell_and_never_small(values, k):
    held = held_back(Noisy(tuple(values), QUIET.scale), k)
    shown = [value for cell, value in enumerate(values) if cell not in held]
    assert all(value >= k for value in shown)
    if held and shown:
        assert len(held) > 1
        assert not is_small(sum(values[cell] for cell in held), k, QUIET, len(held))


@given(st.data())
def test_no_held_back_cell_follows_from_the_sums(data):
    """Against linear algebra: a cell is known if it is the same in all tables with these sums and these told cells."""
    shape = data.draw(st.integers(2, 5)), data.draw(st.integers(2, 5))
    values = np.array(
        data.draw(st.lists(st.integers(0, 30), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]))
    )
    noisy = values.reshape(shape)
    held = held_back_crossed(noisy.tolist(), np.ones(shape, np.int64), 5, QUIET)
    assert (noisy[~held] >= 5).all()
    cells = list(zip(*np.nonzero(held), strict=True))
    system = np.zeros((sum(shape), max(1, len(cells))))
    for at, (row, column) in enumerate(cells):
        system[row, at] = system[shape[0] + column, at] = 1
    rank = np.linalg.matrix_rank(system)
    whole = held.all()
    for at, (row, column) in enumerate(cells):
        unit = np.zeros(len(cells))
        unit[at] = 1
        known = np.linalg.matrix_rank(np.vstack([system, unit])) == rank
        assert known == is_bridge(held, int(row), int(column))
        assert whole or held[row].all() or not known


def test_the_middle_of_bands_is_found_within_the_error():
    value, low, high = band_of_share([10, 10, 20], [0, 10, 20, 30], 0.5, 3)
    assert (value, low, high) == (20, 10, 30)
    assert band_of_share([0, 0], [0, 5, 10], 0.5, 0)[0] == 0


@pytest.mark.parametrize("crossed", [[("age", "age")], [("age", "tea")], [("age",)]])
def test_tables_of_other_questions_are_refused(crossed):
    with pytest.raises(StatisticsError):
        plan_of([AGE, VOTE], crossed, 5, 1000)


def test_a_pair_is_told_once_and_costs_once():
    plan = plan_of([AGE, VOTE], [("age", "vote"), ("vote", "age")], 5, 1000)
    assert (plan.crossed, plan.measurements, plan.epsilon_each) == ((("age", "vote"),), 4, 0.25)


def test_choices_of_one_label_stay_apart():
    assert Variable.choice("a", [(1, "yes"), (2, "yes"), (3, "no")]).labels == ("yes (1)", "yes (2)", "no")


def test_every_number_lies_in_one_band():
    for low, high in itertools.product((-3, 0, 18), (18, 19, 40, 101)):
        one = Variable.number("n", low, high)
        assert [one.starts[one.cell(n)] <= n for n in range(low, high + 1)] == [True] * (high - low + 1)
        assert len(one.labels) <= 10
        assert one.cell(high) == len(one.labels) - 1


def test_a_sums_error_is_that_of_the_drawn_noise():
    drawn = np.array([noise.counts([], 6, 1.0).values for _ in range(400)]).sum(1)
    assert 0.02 < np.mean(np.abs(drawn) > noise.error_of_sum(2.0, 6, 0.1)) < 0.2


def test_a_trend_says_whether_a_change_is_more_than_noise():
    plan = plan_of([VOTE], [], 3, 20_000)
    first = make_statistics([{"vote": 0}] * 300 + [{"vote": 1}] * 300 + [{"vote": 2}] * 300, plan, "x").document
    last = make_statistics([{"vote": 0}] * 100 + [{"vote": 1}] * 500 + [{"vote": 2}] * 300, plan, "x").document
    change = {one.figure.at: one for one in trends([first, last]) if one.figure.kind == "count"}
    assert change[("A",)].is_sure
    assert change[("A",)].change == pytest.approx(-2 / 9, abs=0.05)
    same = {one.figure.at: one for one in trends([first, first]) if one.figure.kind == "count"}
    assert not same[("A",)].is_sure
    assert trends([last])[0].change is None


def test_nobody_makes_a_release_otherwise():
    made = make_statistics(people(50), plan_of([VOTE], [], 2, 1000), "x")
    with pytest.raises(TypeError):
        StatisticsRelease(made.document, made.salt, made.description, object())
