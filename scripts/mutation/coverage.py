"""Which test executes which line of which contract: a pytest plugin, `-p scripts.mutation.coverage`.

The program counters that a test reaches are translated to source lines by the compiler's own source map. What a
fixture executes belongs to the first test that asks for it. AZUKARI_COVERAGE names the JSON file that is written:
{test: {"seconds": s, "lines": {"coin/coin.vy": [12, 13, …]}}}. Code is followed by py-evm's plain loop, not by ours, so
this run is slow and counts for nothing but coverage.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eth.exceptions import Halt
from eth.vm.logic.invalid import InvalidOpcode
from vyper.compiler.input_bundle import FilesystemInputBundle
from vyper.compiler.phases import CompilerData
from vyper.compiler.settings import anchor_settings
from vyper.ir import compile_ir

import ledger.interpreter
from chaincode import build

FILE_VARIABLE = "AZUKARI_COVERAGE"
Lines = dict[str, set[int]]


class _Contract:
    """Where the bytes of a contract's code come from."""

    def __init__(self, name: str) -> None:
        self.runtime = bytes.fromhex(build.compile_contract(name).runtime.removeprefix("0x"))
        bundle = FilesystemInputBundle([build.PACKAGE])
        data = CompilerData(bundle.load_file(build.source_of(name)), input_bundle=bundle)
        with anchor_settings(data.settings):
            code, maps = compile_ir.assembly_to_evm(data.assembly_runtime, compiler_metadata=None)
        if code != self.runtime:
            raise ValueError(f"the source map of {name} is of other code than the one the tests deploy")
        self.places: dict[int, tuple[str, int]] = {}
        for position, node in maps["pc_raw_ast_map"].items():
            if node.module_node:
                path = Path(node.module_node.resolved_path)
                self.places[position] = (build.module_name(path), node.lineno)


class Coverage:
    """Collects positions while tests run, and translates them at the end."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.contracts = [_Contract(name) for name in build.CONTRACTS]
        self.now: dict[bytes, set[int]] = defaultdict(set)
        self.tests: dict[str, dict[str, Any]] = {}
        ledger.interpreter.run = self.run

    def run(self, computation: Any) -> None:
        """py-evm's loop, which remembers where it has been."""
        code, opcodes = computation.code, computation.opcodes
        seen = self.now[code._raw_code_bytes]
        for opcode in code:
            seen.add(code.program_counter - 1)
            function = opcodes[opcode] if opcode in opcodes else InvalidOpcode(opcode)
            try:
                function(computation=computation)
            except Halt:
                return

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.now.clear()
        yield
        lines: Lines = defaultdict(set)
        for code, positions in self.now.items():
            for contract in self.contracts:
                if code.startswith(contract.runtime):
                    for position in positions & contract.places.keys():
                        file, line = contract.places[position]
                        lines[file].add(line)
        self.tests.setdefault(item.nodeid, {"seconds": 0.0})["lines"] = {
            file: sorted(numbers) for file, numbers in lines.items()
        }

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self.tests.setdefault(report.nodeid, {})["seconds"] = report.duration

    def pytest_sessionfinish(self) -> None:
        self.file.write_text(json.dumps(self.tests), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Coverage(Path(os.environ[FILE_VARIABLE])), "azukari-coverage")
