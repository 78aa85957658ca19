"""scripts/bench/releases: a table that is not there is refused, not measured as nothing; how far counts are off."""

import random

import pytest

from bank_api.domain.anonymize import Column, ColumnRole, ReleasePolicy, anonymize
from scripts.bench.count_error import count_error
from scripts.bench.releases import main


def test_a_table_that_is_not_there_is_refused_with_those_that_are(capsys):
    with pytest.raises(SystemExit) as refused:
        main(["--people", "50", "--only", "ANES"])
    said = capsys.readouterr()
    assert refused.value.code == 2
    assert said.out == ""
    assert "--only: no table 'ANES' here; there are 'ANES, 7-step scale', 'made up, long tail'" in said.err


def test_a_table_by_its_name_is_measured_alone(capsys):
    main(["--people", "60", "--only", "made up, long tail", "--series", "2 %", "--beside", "1"])
    lines = capsys.readouterr().out.splitlines()[1:]
    assert [line.split("  ")[0] for line in lines] == ["made up, long tail"] * 2


def released(places, votes, k):
    columns = [
        Column.number("place", ColumnRole.QUASI_IDENTIFIER, 0, 9),
        Column.number("floor", ColumnRole.QUASI_IDENTIFIER, 0, 0),
        Column.category("vote", ColumnRole.SENSITIVE, ("no", "yes")),
    ]
    rows = [{"place": place, "floor": 0, "vote": vote} for place, vote in zip(places, votes, strict=True)]
    made = anonymize(rows, columns, ReleasePolicy(k), random.Random(1))
    return count_error(made, rows, columns, "vote", 3)


def test_counts_from_cells_that_say_all_are_exact_and_those_of_one_box_are_off_by_what_it_hides():
    places, votes = [0] * 10 + [9] * 10, ["no"] * 9 + ["yes"] * 10 + ["no"]
    assert released(places, votes, 5) == 0
    wrong = released(places, votes, 20)  # 0..9: a run of one to five places seems to hold so many of each answer
    between = [abs(seems - true) / true for seems in range(1, 6) for true in (1, 9)]
    assert min(between) < wrong < max(between)
    assert released(places, votes, 20) == wrong > 0.5
