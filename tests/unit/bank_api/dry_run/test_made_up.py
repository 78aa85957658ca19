"""Made-up rows without a server: the domain is the specification's alone, and only noisy counts reach the rows."""

import csv
import io
import itertools
import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bank_api.domain.attacks.copies import copies
from bank_api.domain.attacks.membership import told_apart
from bank_api.domain.dry_run import DryRunError
from bank_api.domain.dry_run.cells import Cells
from bank_api.domain.dry_run.domains import codes_of, domain_of
from bank_api.domain.dry_run.foreign_rows import attack_made_up
from bank_api.domain.dry_run.made_up import Asked, coded, make_up
from bank_api.domain.synthetic import Attribute, Maker, SyntheticError, count_error
from bank_api.domain.synthetic.attributes import drawn_rows, even_edges
from bank_api.domain.synthetic.making import cost_of, told_error
from bank_api.domain.synthetic.measured import learned, utility

NEEDED = "made-up rows need their libraries: python -m pip install --require-hashes -r requirements/synthetic.txt"
HERE = Path()
SPEC = """
[columns.id]
role = "identifier"
[columns.age]
role = "quasi"
kind = "number"
minimum = 18
maximum = 90
bands = [30, 60]
[columns.town]
role = "quasi"
values = ["a", "b"]
answered = true
[columns.mood]
role = "sensitive"
kind = "ordinal"
values = ["low", "high"]
answered = true
[columns.tea]
role = "harmless"
values = ["no", "yes"]
answered = true
"""


def table(people=600, seed=1):
    """Mood, age and tea follow from town, each by itself: of whoever's town is known one says nothing of another."""
    dice = random.Random(seed)
    lines = ["id,age,town,mood,tea"]
    for at in range(people):
        town = dice.choice("ab")
        mood = dice.choices(("low", "high"), (3, 1) if town == "a" else (1, 3))[0]
        tea = dice.choices(("no", "yes"), (3, 1) if town == "a" else (1, 3))[0]
        is_young = dice.random() < (0.75 if town == "a" else 0.25)
        lines.append(f"p{at},{dice.randint(18, 59) if is_young else dice.randint(60, 90)},{town},{mood},{tea}")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def made():
    pytest.importorskip("mbi", reason=NEEDED)
    return make_up(table(), SPEC, HERE, Asked(epsilon=8, rows=900))


# ---- the rows ----


def test_rows_say_what_the_table_says_and_hold_no_identifier(made):
    rows = list(csv.DictReader(io.StringIO(made.text)))
    assert len(rows) == 900
    assert rows[0].keys() == {"age", "town", "mood", "tea"}
    assert all(18 <= int(row["age"]) <= 90 for row in rows if row["age"])
    assert {row["town"] for row in rows} == {"a", "b"}  # declared as answered: nobody's is blank
    alike = sum((row["town"], row["mood"]) in (("a", "low"), ("b", "high")) for row in rows) / len(rows)
    assert alike > 0.62  # 0.75 in the table, 0.5 where nothing is known


def test_columns_that_have_nothing_to_do_with_each_other_are_not_tied(made):
    """As mbi 1.1.0 ties them where it rounds: two that follow from a third are then in the same order."""
    rows = [row for row in csv.DictReader(io.StringIO(made.text)) if row["age"] and row["town"] == "a"]
    told = [(int(row["age"]) < 60, row["mood"] == "low", row["tea"] == "no") for row in rows]
    for one, other in itertools.combinations(range(3), 2):
        with_it, without = ([row[other] for row in told if row[one] is is_so] for is_so in (True, False))
        assert abs(sum(with_it) / len(with_it) - sum(without) / len(without)) < 0.35  # 0 in the table; tied, nearly 1


def test_the_report_says_what_it_cost_and_measures_beside_others(made):
    report = json.loads(json.dumps(made.report))
    assert 600 not in report.values()  # how many people there are is told in `measured` alone
    assert report["epsilon_derived"] <= report["epsilon"] == 8
    assert report["columns"]["town"] == {"cells": 2, "no_answer": False}
    measured = report["measured"]
    for one in ("synthetic", "halves", "anonymized"):
        assert 0 <= measured[one]["one_way"]["mean"] <= measured[one]["two_way"]["most"] < 0.35
    assert measured["synthetic"]["learned"] > measured["learning"]["commonest_answer"] + 0.1
    assert measured["anonymized"]["k"] >= 5


def test_an_attack_finds_no_copies_beyond_chance(made):
    found = attack_made_up([("o.csv", made.text)], [("t.csv", table())])["made_up"]["o.csv"]
    assert found["rows"] == 900
    assert found["kinds"] in (10 * 2 * 2 * 2, 11 * 2 * 2 * 2)  # tenths of ages, and perhaps no age
    assert found["unique_met"] <= found["unique_met_by_chance"] + 0.2
    copied = attack_made_up([("t.csv", table())], [("t.csv", table())])["made_up"]["t.csv"]
    assert (copied["same_as_somebody"], copied["unique_met"]) == (1, 1)  # what it looks for, it finds
    with pytest.raises(DryRunError, match="one table for each"):
        attack_made_up([("o.csv", made.text)], [])


# ---- the domain ----


PEOPLE = st.lists(st.tuples(st.integers(-(10**6), 10**6), st.sampled_from("ab"), st.sampled_from(("low", "high"))))
RANGE = st.tuples(st.integers(-1000, 1000), st.integers(1, 2000), st.integers(2, 40))


@given(PEOPLE)
def test_the_domain_is_the_specifications_whatever_the_table_holds(people):
    everybody = enumerate([*people, ("", "a", "low"), (2, "b", "low")])
    lines = [f"{at},{age},{town},{mood},no" for at, (age, town, mood) in everybody]
    attributes = domain_of(SPEC, HERE)
    assert [one.cells for one in attributes] == [4, 2, 2, 2]
    codes = coded(attributes, SPEC, "id,age,town,mood,tea\n" + "\n".join(lines) + "\n")
    assert all(((column >= 0) & (column < one.cells)).all() for one, column in zip(attributes, codes, strict=True))


@given(RANGE, st.booleans(), st.integers(0, 2**32), st.booleans())
def test_what_is_drawn_of_a_band_belongs_to_it(where, is_whole, seed, may_miss):
    low, width, bands = where
    edges = even_edges(low, low + width, is_whole, bands)
    one = Attribute("n", edges=edges, is_whole=is_whole, may_miss=may_miss)
    assert list(edges) == sorted(set(edges))
    assert one.answers <= bands
    dice = random.Random(seed)
    for code in range(one.cells):
        told = one.drawn(code, dice)
        assert (told is None) == (code == one.answers)
        if told is not None:
            assert low <= told <= low + width
            assert type(told) is (int if is_whole else float)
            near = [one.code(told), *([] if is_whole else [one.code(told - 1e-9), one.code(told + 1e-9)])]
            assert code in near


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        (SPEC.replace('values = ["a", "b"]', f'kind = "multi"\nvalues = {list("abcdefg")}'), "columns.town.values"),
        (SPEC.replace("minimum = 18\n", ""), "columns.age.minimum"),
        (SPEC.replace('values = ["low", "high"]', ""), "columns.mood.values"),
        (SPEC.replace('values = ["a", "b"]', 'kind = "multi"'), "columns.town.values"),
        (SPEC.replace('["a", "b"]', '["a", "a"]'), "columns.town.values"),
        (SPEC.replace("[30, 60]", "[60, 30]"), "columns.age.bands"),
        (SPEC.replace("[30, 60]", "1"), "columns.age.bands"),
        (SPEC.replace("answered = true", "answered = 1"), "columns.town.answered"),
        ('[columns.town]\nrole = "quasi"\nvalues = ["a", "b"]\n', "--spec"),
    ],
)  # fmt: skip
def test_what_is_not_declared_is_refused_by_its_name(spec, field):
    with pytest.raises(DryRunError) as refused:
        domain_of(spec, HERE)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("kind", "values", "cell", "field"),
    [
        ("choice", ("a", "b"), "c", "columns.x.values"),
        ("choice", ("a", "b"), "", "columns.x.answered"),
        ("multi", ("", "a", "b", "a|b"), "a|z", "columns.x.values"),
    ],
)
def test_answers_that_were_not_declared_are_refused(kind, values, cell, field):
    with pytest.raises(DryRunError) as refused:
        codes_of(Attribute("x", values), kind, Cells(["a", cell], range(2, 4)))
    assert refused.value.field == field


def test_bands_sets_and_hierarchies_are_cells(tmp_path):
    (tmp_path / "towns.csv").write_text("a;*\nb;*\n")
    spec = """
    [columns.pay]
    role = "quasi"
    kind = "number"
    minimum = 0.0
    maximum = 1.0
    bands = 4
    [columns.town]
    role = "quasi"
    hierarchy = "towns.csv"
    [columns.reads]
    role = "harmless"
    kind = "multi"
    values = ["x", "y"]
    """
    pay, town, reads = domain_of(spec, tmp_path)
    assert pay.edges == (0, 0.25, 0.5, 0.75, 1)
    assert town.values == ("a", "b")
    assert reads.values == ("", "x", "y", "x|y")
    assert codes_of(reads, "multi", Cells(["y;x", "|", "", "x"], range(2, 6))) == [3, 0, 4, 1]
    assert codes_of(pay, "number", Cells(["-3", "0.25", "1", "9", ""], range(2, 7))) == [0, 1, 3, 3, 4]


# ---- what it costs ----


def test_opendp_says_what_it_costs():
    assert cost_of(1.0, 1e-6) < cost_of(1.0, 1e-3) < cost_of(2.0, 1e-3)
    assert count_error(4, 1.0, 1e-6) == pytest.approx(2 * count_error(1, 1.0, 1e-6))
    assert count_error(1, 2.0, 1e-6) < count_error(1, 1.0, 1e-6)


def test_a_maker_is_made_before_any_answer_and_charges_no_more_than_it_says():
    pytest.importorskip("mbi", reason=NEEDED)
    maker = Maker((3, 1, 2), 0.5)
    assert maker._cost <= 0.5
    assert 1.96 * maker._scale == pytest.approx(count_error(2, 0.5, 1e-6), rel=1e-3)
    for cells in ((3,), (3, 1), (300, 2)):
        with pytest.raises(SyntheticError):
            Maker(cells, 0.5)


def test_without_the_libraries_the_way_to_them_is_told(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "mbi", None)
    with pytest.raises(SyntheticError) as refused:
        Maker((2, 2), 1.0)
    assert "requirements/synthetic.txt" in str(refused.value.hint)


# ---- how useful, and attacked ----


def test_utility_is_nothing_for_itself_and_all_for_what_shares_nothing():
    one = Attribute("x", ("a", "b"))
    zeros, ones = np.zeros(50, dtype=np.int64), np.ones(50, dtype=np.int64)
    same = utility([one, one], [zeros, ones], [zeros, ones])
    other = utility([one, one], [zeros, ones], [ones, zeros])
    assert (same["one_way"]["mean"], same["two_way"]["most"]) == (0, 0)
    assert (other["one_way"]["mean"], other["two_way"]["most"]) == (1, 1)
    both = np.array([0, 1] * 25)
    assert learned([one, one], [both, both], [both, both], 1) == 1


def test_worlds_that_differ_are_told_apart_and_equal_ones_are_not():
    assert told_apart([9.0] * 60, [1.0] * 60, 1.0, 1e-6).right == 1
    assert not told_apart([9.0] * 60, [1.0] * 60, 1.0, 1e-6).is_within
    dice = random.Random(3)
    noise = [[dice.random() for _ in range(60)] for _ in range(2)]
    assert told_apart(*noise, 1.0, 1e-6).is_within


def test_everybody_copied_into_their_bands_is_found():
    """As by a generator without noise, which draws numbers anew within the band of each real person's."""
    dice = random.Random(2)
    pay = Attribute("pay", edges=even_edges(0, 10**6, True, 10), is_whole=True)
    attributes = [pay, *(Attribute(f"q{at}", ("a", "b", "c", "d")) for at in range(8))]
    codes = [[dice.randrange(one.cells) for _ in range(300)] for one in attributes]
    real, copied = (
        [{name: str(value) for name, value in row.items()} for row in drawn_rows(attributes, codes, dice)]
        for _ in range(2)
    )
    found = copies(copied, real, random.Random(3))
    assert found.unique_met > found.unique_met_by_chance + 0.5
    assert found.kinds > 10**5


def test_the_error_that_is_told_holds_what_chance_adds_when_rows_are_drawn():
    assert told_error(5, 1.0, 1e-6, people=10_000, rows=1_000) >= 300
    assert told_error(5, 1.0, 1e-6, people=10_000, rows=10**6) < 1.1 * count_error(5, 1.0, 1e-6)


def test_a_delta_that_lets_somebody_be_told_outright_is_refused():
    pytest.importorskip("mbi", reason=NEEDED)
    with pytest.raises(DryRunError) as refused:
        make_up(table(200), SPEC, HERE, Asked(epsilon=1, rows=10, delta=0.005))
    assert refused.value.field == "--delta"


def test_copies_are_compared_in_shared_columns_alone():
    real = [{"a": "1", "b": "2", "c": "x"}, {"a": "3", "b": "4", "c": "y"}]
    found = copies([{"a": "1.0", "b": "2"}, {"a": "3", "b": "2"}], real, random.Random(1))
    assert (found.same_as_somebody, found.unique_people, found.unique_met) == (0.5, 2, 0.5)


def test_a_bank_that_has_the_libraries_loads_them_when_rows_are_made():
    """OpenDP's prelude loads whatever is there: a hundred megabytes and two seconds for each process of the bank."""
    program = "import sys, bank_api.cli; print(*{'jax', 'mbi', 'polars', 'scipy', 'sklearn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
