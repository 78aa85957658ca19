"""Plays the contracts' own tests on an engine, in a pytest of their own, and compares engines test by test.

The tests are those of `tests/unit/chaincode/contracts`, unchanged: AZUKARI_ENGINE=geth python -m pytest DIRECTORY does
the same without the comparison.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from .anvil import LOCK_FOLDER, install_anvil
from .geth import build_geth
from .nodes import BUILD, EngineFailedError
from .record import Record
from .suite_plugin import ENGINE_VARIABLE, RECORD_VARIABLE

SUITE = Path("tests", "unit", "chaincode", "contracts")
LEFT_OUT = {"test_build.py": "it compiles and touches no chain"}
"""Modules that are not played, and why."""
_ENOUGH_SECONDS, _GOODBYE_SECONDS = 1800, 60
_ENDED = (0, 1)
"""pytest's exit codes for a run that came to its end, with and without failures."""


def prepare(engine: str) -> None:
    """Install or build what an engine needs, or raise EngineMissingError in words."""
    if engine == "anvil":
        install_anvil(LOCK_FOLDER)
    elif engine == "geth":
        build_geth(settable_clock=True)


def play(engine: str) -> Record:
    """Run the whole suite on one engine, with one of its signers killed halfway if it has several."""
    prepare(engine)
    left_out = [f"--ignore={SUITE / name}" for name in LEFT_OUT]
    alone = ["-p", "no:xdist", "-p", "no:cacheprovider"]
    with tempfile.TemporaryDirectory(prefix="azukari-suite-") as folder:
        path, log = Path(folder) / "record.json", Path(folder) / "pytest.log"
        environment = {**os.environ, ENGINE_VARIABLE: engine, RECORD_VARIABLE: str(path)}
        code = _pytest([*alone, *left_out, str(SUITE)], environment, log)
        words = log.read_text(errors="replace")
        if code not in _ENDED or not path.exists():
            raise EngineFailedError(f"the suite did not end on {engine}: {words[-2_000:]}")
        if code:
            print(words[-20_000:], file=sys.stderr)
        return Record.load(path)


def _pytest(words: list[str], environment: dict[str, str], log: Path) -> int:
    """Run pytest; should this be interrupted, let it end its nodes first."""
    with log.open("wb") as output:
        command = [sys.executable, "-m", "pytest", "-q", "--tb=short", *words]
        child = subprocess.Popen(command, cwd=BUILD.parent, env=environment, stdout=output, stderr=output)
    try:
        return child.wait(_ENOUGH_SECONDS)
    finally:
        if child.poll() is None:
            child.send_signal(signal.SIGINT)
            child.wait(_GOODBYE_SECONDS)


def summary(record: Record) -> str:
    """One line of a table."""
    sealed = record.transactions()
    counts = f"{len(record.plays):6} {record.count('passed'):7} {len(sealed):13}"
    return f"{record.engine:10} {counts} {sum(one.gas_used for one in sealed):11} {record.figures['seconds']:8.1f}"


HEADING = f"{'engine':10} {'tests':>6} {'passed':>7} {'transactions':>13} {'gas':>11} {'seconds':>8}"
