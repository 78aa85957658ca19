"""Lets pytest play the contract suite on a chosen engine, and writes down what each test did.

The suite's own conftest registers it when AZUKARI_ENGINE names an engine. AZUKARI_ENGINE_RECORD names a file for the
record, which `scripts.engines.suite` compares engine by engine.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from .nodes import EngineMissingError
from .record import Record
from .suite_engines import ENGINES, SuiteEngine, open_engine

ENGINE_VARIABLE = "AZUKARI_ENGINE"
RECORD_VARIABLE = "AZUKARI_ENGINE_RECORD"


class SuitePlugin:
    """One run of the suite on one engine."""

    def __init__(self, name: str, tests: Sequence[str]) -> None:
        if name not in ENGINES:
            raise pytest.UsageError(f"AZUKARI_ENGINE is one of {', '.join(ENGINES)}, not {name!r}")
        self._record = Record(name)
        self._waiting = list(tests[len(tests) // 2 :])
        """The second half; emptied when its beginning has been marked."""
        self._engine: SuiteEngine | None = None

    @contextmanager
    def opened(self) -> Iterator[SuiteEngine]:
        """Run the engine for as long as tests need it."""
        start = time.monotonic()
        try:
            opening = open_engine(self._record.engine, self._record.sealed)
            with opening as self._engine:
                yield self._engine
                self._record.figures = {"seconds": time.monotonic() - start, **self._engine.figures()}
        except EngineMissingError as missing:
            pytest.skip(str(missing))
        finally:
            self._engine = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self._record.begin(item.nodeid)
        if self._engine is not None and item.nodeid in self._waiting:
            self._waiting.clear()
            self._engine.halfway()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._record.ended(report.outcome, report.duration)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        sealed = self._record.transactions()
        gas = sum(one.gas_used for one in sealed)
        counts = f"{self._record.count('passed')} tests passed, {len(sealed)} transactions, {gas} gas"
        terminalreporter.write_line(f"contract suite on {self._record.engine}: {counts}")

    def pytest_sessionfinish(self) -> None:
        if path := os.environ.get(RECORD_VARIABLE):
            self._record.write(Path(path))
