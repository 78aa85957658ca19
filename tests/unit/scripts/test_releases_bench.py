"""scripts/bench/releases: a table that is not there is refused, not measured as nothing."""

import pytest

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
