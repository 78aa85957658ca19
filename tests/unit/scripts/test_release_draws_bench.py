"""Many draws of series in homes: their sums agree with each other, and a share is never of nobody."""

import json

import pytest

from scripts.bench import release_draws, release_rows


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    target = tmp_path_factory.mktemp("draws") / "draws.json"
    release_draws.main(["--people", "90", "--draws", "2", "--series", "10 %", "--json", str(target)])
    return json.loads(target.read_text())


def test_each_table_is_drawn_as_often_as_asked_and_its_sums_agree(drawn):
    assert "made up, long tail" in {one["table"] for one in drawn}
    for one in drawn:
        assert (one["people"], one["series"]) == (90, "10 %")
        assert len(one["out"]) == len(one["out_most"]) == 2
        assert all(0 <= mean <= most < 1 for mean, most in zip(one["out"], one["out_most"], strict=True))
        assert sum(one["people_out"].values()) == 180
        assert all(one["rare_out"][times] <= count for times, count in one["people_out"].items())
        assert (sum(one["reasons"].values()) > 0) is (max(one["out"]) > 0)
        assert one["there"] <= 2 * 6 * 60


def test_a_table_and_a_series_have_a_line_for_people(capsys):
    release_draws.main(["--people", "90", "--draws", "1", "--series", "2 %"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[0] == "people"
    assert any("made up, long tail" in line for line in lines)
    assert "times left out" in lines[-1]


def test_another_series_is_refused():
    with pytest.raises(SystemExit):
        release_draws.main(["--series", "six partners"])


def test_who_takes_rows_for_people_is_counted(tmp_path, capsys):
    release_rows.main(["--people", "150", "--seed", "5", "--json", str(tmp_path / "rows.json")])
    assert "made up, long tail" in capsys.readouterr().out
    for one in json.loads((tmp_path / "rows.json").read_text()):
        assert one["rooms_below_l"] == 0 < one["rooms"]
        assert 0 < one["people"] <= 2 * 150
        assert one["right"] <= one["one"] <= one["below_l"] <= one["people"]
        assert one["none"] <= one["below_l"]
