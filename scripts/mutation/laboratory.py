"""Tries mutants in copies of the tree: one process per core, each with its own copy and everything imported.

A mutant is tried in a fork of that process, so the second it takes to import web3 and the compiler is paid once.
The fork compiles the bent source - if the code comes out the same, the mutant is none - and runs the tests that
execute the bent function, the likeliest first, until one fails. `python -m scripts.mutation.laboratory` is the
process: it reads one job per line and writes one verdict per line, both JSON.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO, cast

from scripts.mutation.bending import Mutant
from scripts.mutation.quick_compiler import make_quick

KILLED, SURVIVED, NOT_COMPILING, SAME_CODE = "killed", "survived", "not compiling", "same code"
_EXITS = {0: SURVIVED, 1: KILLED, 3: NOT_COMPILING, 4: SAME_CODE}
COPIED = ("chaincode", "ledger", "tests", "scripts", "pyproject.toml")
WARM = ("pytest", "hypothesis", "web3", "eth_account", "ledger.testing", "chaincode.bindings", "chaincode.model")
ENOUGH_SECONDS = 600


@dataclass(frozen=True)
class Job:
    """A mutant and the rounds of tests for it: test files, and which of their tests in which order (none: all)."""

    mutant: Mutant
    rounds: list[tuple[list[str], list[str]]]


class LaboratoryError(Exception):
    """A process that tries mutants went away or said something else than a verdict."""


class Laboratory:
    """One process with a copy of the tree. Not shared between threads."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.folder = folder
        for name in COPIED:
            source = root / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, folder / name)
        (folder / ".build").mkdir()
        for artifact in (root / ".build").glob("*-*.json"):
            shutil.copy(artifact, folder / ".build" / artifact.name)
        self.log = (folder / "log.txt").open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scripts.mutation.laboratory"],
            cwd=folder, env=environment(folder), text=True, stderr=self.log,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def verdict(self, job: Job) -> str:
        """Try one mutant."""
        jobs, verdicts = cast(TextIO, self.process.stdin), cast(TextIO, self.process.stdout)
        jobs.write(json.dumps(asdict(job)) + "\n")
        jobs.flush()
        answer = verdicts.readline()
        if not answer:
            said = (self.folder / "log.txt").read_text(encoding="utf-8")[-2000:]
            raise LaboratoryError(f"the process for {job.mutant.key} went away: {said}")
        return str(json.loads(answer))

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.log.close()


def environment(folder: Path) -> dict[str, str]:
    """The tests of a copy see the copy, whatever is installed."""
    ours = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "", "AZUKARI_HYPOTHESIS": "first"}
    # Plugins cost more than most mutants' tests; the one that gives `timeout` its meaning is wanted by a marker.
    return os.environ | ours | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "pytest_timeout"}


def _serve() -> None:
    for module in WARM:
        importlib.import_module(module)
    from chaincode import build

    make_quick()
    sound = {name: artifact.runtime for name, artifact in build.compile_all().items()}
    artifacts = set(build.CACHE.glob("*.json"))
    gc.freeze()  # so that forks share these objects' pages
    for line in sys.stdin:
        job = json.loads(line)
        mutant = Mutant(**job["mutant"])
        path = build.PACKAGE / build.SOURCES / mutant.file
        source = path.read_text(encoding="utf-8")
        path.write_text(mutant.applied_to(source), encoding="utf-8")
        try:
            verdict = _forked(sound, job["rounds"])
        finally:
            path.write_text(source, encoding="utf-8")
            for artifact in set(build.CACHE.glob("*.json")) - artifacts:
                artifact.unlink()
        print(json.dumps(verdict), flush=True)


def _forked(sound: dict[str, str], rounds: list[tuple[list[str], list[str]]]) -> str:
    child = os.fork()
    if child == 0:
        os.setsid()
        os.dup2(2, 1)
        try:
            code = _try(sound, rounds)
        except BaseException as error:  # noqa: BLE001 -- the fork must end here, whatever happened
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            code = 5
        os._exit(code)
    return _awaited(child)


def _awaited(child: int) -> str:
    """A mutant whose tests never end is killed too."""
    until = time.monotonic() + ENOUGH_SECONDS
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            if code not in _EXITS:
                raise LaboratoryError(f"a fork ended with {code}")
            return _EXITS[code]
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return KILLED


def _try(sound: dict[str, str], rounds: list[tuple[list[str], list[str]]]) -> int:
    import pytest

    from chaincode import build
    from chaincode.errors import BuildError

    try:
        bent = {name: artifact.runtime for name, artifact in build.compile_all().items()}
    except BuildError:
        return 3
    if bent == sound:
        return 4
    gc.freeze()
    gc.enable()
    for files, order in rounds:
        options = ["-x", "-q", "--no-header", "--tb=line", "-p", "no:cacheprovider", "-p", "no:xdist"]
        code = pytest.main([*options, *files], plugins=[_Order(order)])
        if code == pytest.ExitCode.TESTS_FAILED:
            return 1
        if code != pytest.ExitCode.OK:
            raise LaboratoryError(f"pytest ended with {code}")
    return 0


class _Order:
    """Keeps the tests that are named, in that order; keeps all if none is."""

    def __init__(self, wanted: list[str]) -> None:
        self.places = {name: place for place, name in enumerate(wanted)}

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        if self.places:
            known = [item for item in items if item.nodeid in self.places]
            items[:] = sorted(known, key=lambda item: self.places[item.nodeid])


if __name__ == "__main__":
    _serve()
