"""Ranges end at cut points that nobody's answer decides."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bank_api.domain.anonymize import Column, ColumnRole, ReleasePolicy, ReleaseRefusedError, SchemaError, anonymize
from bank_api.domain.anonymize.cells import number_cell
from bank_api.domain.anonymize.grid import STEPS_MAX, bands, default_cuts
from bank_api.domain.anonymize.verify import verify

QUASI, SENSITIVE = ColumnRole.QUASI_IDENTIFIER, ColumnRole.SENSITIVE
VOTE = Column.category("vote", SENSITIVE, ("A", "B"))


def paid(seed, count=200):
    dice = random.Random(seed)
    return [{"pay": round(dice.lognormvariate(11, 0.7)), "vote": "AB"[i % 2]} for i in range(count)]


@pytest.mark.parametrize("integer", [True, False])
def test_no_bound_is_a_persons_number_and_the_top_one_is_not_the_top_earners(integer):
    """55 % of bounds were one person's exact pay."""
    rows = paid(1)
    column = Column.number("pay", QUASI, 0, 2_000_000, integer=integer)
    release = anonymize(rows, [column, VOTE], ReleasePolicy(5), random.Random(1))
    ends = {band.low for band in column.bands} | {band.high for band in column.bands}
    told = {end for (cell,) in release.document.table.boxes for end in (cell.low, cell.high)}
    assert told <= ends
    assert max(told) > max(row["pay"] for row in rows)
    nudged = [{**row, "pay": row["pay"] // 10000 * 10000 + 1} for row in rows]
    again = anonymize(nudged, [Column.number("pay", QUASI, 0, 2_000_000, cuts=range(10000, 2_000_000, 10000)), VOTE],
                      ReleasePolicy(5), random.Random(1))  # fmt: skip
    assert all(cell.low % 10000 == 0 for (cell,) in again.document.table.boxes)


def test_the_verifier_refuses_a_bound_of_its_own():
    rows, column = paid(2), Column.number("pay", QUASI, 0, 2_000_000)
    release = anonymize(rows, [column, VOTE], ReleasePolicy(5), random.Random(1))
    table = release.document.table
    top = max(row["pay"] for row in rows)
    boxes = tuple((number_cell(column, c.low, min(c.high, top), False),) for (c,) in table.boxes)
    with pytest.raises(ReleaseRefusedError) as refused:
        verify(rows, replace(table, boxes=boxes), [column, VOTE], ReleasePolicy(5), ())
    assert refused.value.rule == "cut points"


@given(st.integers(-3000, 3000), st.integers(1, 2_000_000), st.booleans())
def test_bands_tile_the_declared_range(low, width, integer):
    high = low + width
    found = bands(low, high, integer, default_cuts(low, high, integer))
    assert (found[0].low, found[-1].high, found[-1].high_included) == (low, high, True)
    for one, other in pairwise(found):
        assert one.low <= one.high < other.low if integer else one.low < one.high == other.low
        assert not integer or one.high + 1 == other.low
        assert integer or not one.high_included
    assert len(found) <= max(STEPS_MAX + 2, 180)


def test_round_numbers_for_the_usual_ranges():
    assert default_cuts(1, 7, True) == (2, 3, 4, 5, 6, 7)
    assert default_cuts(18, 99, True)[:3] == (20, 25, 30)
    assert default_cuts(0.0, 1.0, False)[:3] == (0.05, 0.1, 0.15)
    assert default_cuts(0, 1_000_000, True)[-4:] == (400_000, 500_000, 600_000, 800_000)
    assert default_cuts(1900, 2020, True)[:2] == (1905, 1910)


@pytest.mark.parametrize("cuts", [(5, 5), (7, 5), (0,), (101,), (2.5,), (float("nan"),)])
def test_cut_points_that_are_none(cuts):
    with pytest.raises(SchemaError):
        Column.number("age", QUASI, 0, 100, cuts=cuts)
