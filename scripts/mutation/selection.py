"""Which tests to run for a mutant: those which execute its function, the likeliest to fail first."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chaincode.build import SOURCES
from scripts.mutation.bending import Mutant, functions_of
from scripts.mutation.coverage import FILE_VARIABLE
from scripts.mutation.laboratory import Job, environment

UNIT_TESTS = "tests/unit/chaincode/contracts"
MACHINES = ["tests/property/test_chaincode_model.py", "tests/property/test_chaincode_vectors.py"]
MOST_FIRST = 40
"""So many tests of the bent line itself run before the rest of the function's."""


@dataclass(frozen=True)
class Selection:
    """Coverage of every unit test of the contracts, by test."""

    tests: dict[str, dict[str, Any]]
    functions: dict[str, dict[str, tuple[int, int]]]

    def job(self, mutant: Mutant, quick: bool) -> Job:
        """The rounds for a mutant; `quick` leaves the state machines out."""
        first, last = self.functions[mutant.file][mutant.function]
        exact, near = [], []
        for name, test in self.tests.items():
            lines = test["lines"].get(mutant.file, ())
            if mutant.line in lines:
                exact.append(name)
            elif any(first <= line <= last for line in lines):
                near.append(name)
        exact.sort(key=lambda name: self._rank(mutant, name))
        rounds = [exact[:MOST_FIRST], exact[MOST_FIRST:] + near] if exact or near else [list(self.tests)]
        jobs = [(_files(names), _by_file(names)) for names in rounds if names]
        return Job(mutant, jobs if quick else [*jobs, (MACHINES, [])])

    def _rank(self, mutant: Mutant, name: str) -> tuple[bool, bool, float]:
        file = Path(mutant.file)
        return file.stem not in name, file.parent.name not in name, self.tests[name].get("seconds", 0.0)


def _files(names: list[str]) -> list[str]:
    return list(dict.fromkeys(name.split("::")[0] for name in names))


def _by_file(names: list[str]) -> list[str]:
    """Keep a module's tests together: each module sets a bank up for itself."""
    files = _files(names)
    return sorted(names, key=lambda name: files.index(name.split("::")[0]))


def select(folder: Path, kept: Path) -> Selection:
    """Run the contracts' tests once in a copy of the tree and note what each executes; they must all pass.

    The coverage is kept in a folder under a hash of the contracts and the tests.
    """
    report = kept / f"coverage-{_hash(folder)}.json"
    if not report.is_file():
        _run(folder, report)
    root = folder / "chaincode" / SOURCES
    functions = {source.relative_to(root).as_posix(): functions_of(source) for source in root.rglob("*.vy")}
    return Selection(json.loads(report.read_text(encoding="utf-8")), functions)


def _hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for place in ("chaincode", UNIT_TESTS, "tests/property"):
        for path in sorted((folder / place).rglob("*.[pv]y*")):
            if path.suffix != ".pyc":
                digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:32]


def _run(folder: Path, report: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    for tests in (MACHINES, ["-p", "scripts.mutation.coverage", UNIT_TESTS]):
        done = subprocess.run(
            [*command, *tests],
            cwd=folder, env=environment(folder) | {FILE_VARIABLE: str(report)}, check=False, capture_output=True,
            text=True,
        )  # fmt: skip
        if done.returncode != 0:
            raise SystemExit(f"the tests fail without any mutant:\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
