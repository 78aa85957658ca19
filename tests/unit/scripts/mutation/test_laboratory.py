"""A laboratory tells a mutant that a test kills from one that lives, from one that is none, and goes on after each."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from chaincode.build import module_name, source_of
from scripts.mutation.bending import Mutant, mutants_of
from scripts.mutation.laboratory import KILLED, NOT_COMPILING, SAME_CODE, SURVIVED, Job, Laboratory, LaboratoryError

ROOT = Path(__file__).resolve().parents[4]
TESTS = "tests/unit/chaincode/contracts/test_escrow.py"


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    made = Laboratory(ROOT, tmp_path_factory.mktemp("laboratory"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def mutant() -> Mutant:
    """An escrow's threshold may then be zero, or nothing but zero."""
    found = mutants_of(source_of("escrow"), module_name(source_of("escrow")))
    return next(one for one in found if one.kind == "drop refusal" and "threshold" in one.before)


def test_verdicts(laboratory: Laboratory, mutant: Mutant) -> None:
    source = laboratory.folder / "chaincode" / "contracts" / mutant.file
    before, artifacts = source.read_bytes(), set((laboratory.folder / ".build").iterdir())
    blind = laboratory.folder / "tests" / "test_blind.py"
    blind.write_text("def test_nothing():\n    assert True\n\n\ndef test_broken():\n    assert False\n")
    seeing, looks_away = ([TESTS], []), (["tests/test_blind.py"], ["tests/test_blind.py::test_nothing"])
    assert laboratory.verdict(Job(mutant, [looks_away])) == SURVIVED
    assert laboratory.verdict(Job(mutant, [looks_away, seeing])) == KILLED
    assert laboratory.verdict(Job(replace(mutant, text="nonsense("), [seeing])) == NOT_COMPILING
    same = source.read_text(encoding="utf-8")[mutant.start : mutant.end]
    assert laboratory.verdict(Job(replace(mutant, text=f"({same})"), [seeing])) == SAME_CODE
    assert source.read_bytes() == before
    assert set((laboratory.folder / ".build").iterdir()) == artifacts


def test_tests_that_cannot_run_are_no_verdict(mutant: Mutant, tmp_path: Path) -> None:
    made = Laboratory(ROOT, tmp_path)
    try:
        with pytest.raises(LaboratoryError, match="went away"):
            made.verdict(Job(mutant, [(["tests/no_such_test.py"], [])]))
    finally:
        made.close()
