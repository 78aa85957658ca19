"""Random operations, fair and foul, on the contracts and on their model: they must agree on everything.

A short, repeatable run by default. AZUKARI_LONG=examples[:steps] runs as many of each machine, at random, prints what
was tried, and after 20,000 operations demands that every function that changes state was accepted and was refused.
AZUKARI_LONG_JSON names a file for the figures. `./scripts/bench/run machine` does the same.
"""

import os
from pathlib import Path

import chaincode_machines as machines
import pytest

LONG = os.environ.get("AZUKARI_LONG", "")
FIGURES = os.environ.get("AZUKARI_LONG_JSON", "")
EXAMPLES, STEPS = (int(part) for part in (f"{LONG}:60" if LONG and ":" not in LONG else LONG or "2:20").split(":"))


@pytest.mark.parametrize("machine", machines.MACHINES, ids=[one.__name__ for one in machines.MACHINES])
@pytest.mark.timeout(0 if LONG else 300)
def test_contracts_and_model_agree(machine: type[machines.bank.Bank]) -> None:
    census = machines.run(machine, EXAMPLES, STEPS, at_random=bool(LONG))
    assert census.operations > 50


if LONG:  # a short run does not try everything

    def test_everything_was_tried(capsys: pytest.CaptureFixture[str]) -> None:
        report = machines.Report.of_all()
        with capsys.disabled():
            print("\n" + report.to_text())
        if FIGURES:
            Path(FIGURES).write_text(report.to_json_text(), encoding="utf-8")
        assert not report.missed
