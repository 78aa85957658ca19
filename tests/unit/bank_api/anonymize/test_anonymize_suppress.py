"""Every row left out has one reason, and the reason is true of it by a naive look at the source."""

import csv
import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bank_api.domain.anonymize import Column, ColumnRole, ReleasePolicy, Why, anonymize
from bank_api.domain.anonymize.seats import new_history, release_in_series
from bank_api.domain.dry_run.explained import lines, totals
from bank_api.protocol.messages import LANGUAGES, Catalogue

QUASI, SENSITIVE = ColumnRole.QUASI_IDENTIFIER, ColumnRole.SENSITIVE
COLUMNS = [
    Column.number("age", QUASI, 0, 100),
    Column.category("town", QUASI, ("x", "y")),
    Column.category("vote", SENSITIVE, ("A", "B")),
]
tables = st.lists(
    st.fixed_dictionaries(
        {
            "age": st.none() | st.integers(0, 40) | st.integers(90, 100),
            "town": st.none() | st.sampled_from("xy"),
            "vote": st.sampled_from("AB"),
        }
    ),
    min_size=4,
    max_size=50,
)


@settings(deadline=None, max_examples=150)
@given(tables, st.integers(2, 4))
def test_reasons_are_true_and_cover_what_is_left_out(rows, k):
    release = anonymize(rows, COLUMNS, ReleasePolicy(k, suppression_limit=0.4), random.Random(1))
    explained = [row for one in release.suppressions for row in one.rows]
    assert sorted(explained) == list(release.suppressed_indexes)
    assert len(set(explained)) == len(explained) == release.suppressed
    for one in release.suppressions:
        if one.why is Why.GAPS:
            gaps = {tuple(name for name in ("age", "town") if rows[row][name] is None) for row in one.rows}
            assert len(gaps) == 1
            assert one.columns == (next(iter(gaps)) or ("age", "town"))
            assert one.figure == len(one.rows) < k
        else:
            assert (one.why, one.columns) == (Why.SINGULAR, ("age",))
            ages = [rows[row]["age"] for row in one.rows]
            others = [row["age"] for n, row in enumerate(rows) if n not in explained and row["age"] is not None]
            assert max(ages) < min(others) or min(ages) > max(others)
            assert one.figure >= 0.2
            assert len(one.rows) < k


def test_lines_name_the_line_of_the_table_and_totals_nobody():
    rows = [{"age": 20 + n % 10, "town": "x", "vote": "AB"[n % 2]} for n in range(30)]
    rows[4]["age"], rows[7]["town"] = 100, None
    release = anonymize(rows, COLUMNS, ReleasePolicy(5, suppression_limit=0.1), random.Random(1))
    told = list(csv.reader(io.StringIO(lines(release.suppressions))))
    assert told == [
        ["line", "why", "columns", "figure"],
        ["6", "singular", "age", told[1][3]],
        ["9", "gaps", "town", "1"],
    ]
    assert totals(release, 0.1) == {
        "limit": 0.1,
        "rows_at_most": 3,
        "rows": 2,
        "reasons": [
            {"why": "gaps", "columns": ["town"], "rows": 1},
            {"why": "singular", "columns": ["age"], "rows": 1},
        ],
    }


def test_in_a_series_whoever_stays_out_has_a_reason_too():
    dice = random.Random(2)
    everybody = [
        {"age": dice.randint(0, 100), "town": dice.choice("xy"), "vote": dice.choice("AB")} for _ in range(220)
    ]
    policy = ReleasePolicy(5, l={"vote": 2}, suppression_limit=0.9)
    history, seen = new_history(dice), set()
    for _ in range(6):
        names = [n for n in range(220) if dice.random() < 0.8]
        rows = [everybody[n] for n in names]
        release, history = release_in_series(rows, [str(n) for n in names], COLUMNS, policy, history, dice)
        explained = sorted(row for one in release.suppressions for row in one.rows)
        assert explained == list(release.suppressed_indexes)
        assert all(one.figure >= 1 for one in release.suppressions)
        seen |= {one.why for one in release.suppressions}
    assert seen
    assert seen <= {Why.INCOMPLETE, Why.UNCOVERED, Why.UNSEATED, Why.UNFOUNDED}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_its_words(language):
    say = Catalogue(language)
    assert all(say(f"why-{why}") for why in Why)
