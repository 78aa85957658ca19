"""Which mutants a source has, and that each bends just what it names."""

from pathlib import Path

import pytest

from scripts.mutation.bending import Mutant, functions_of, mutants_of

SOURCE = '''# pragma version 0.4.3

held: uint256


@external
def take(amount: uint256, isSure: bool) -> String[40]:
    """@notice Says == and += in words only."""
    assert isSure, "coin: a < b"
    assert amount != 0, "coin: nothing"
    if amount > self.held:
        return "coin: too much"
    if (amount == 7) and isSure:  # == here too
        self.held += amount
    self.held = self.held - \\
        amount
    return ""


@internal
def _same(a: uint256) -> uint256:
    return a
'''


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "sample.vy"
    file.write_text(SOURCE, encoding="utf-8")
    return file


def test_every_rule_is_bent_once_in_every_way(path: Path) -> None:
    assert [(one.line, one.kind) for one in mutants_of(path, "bag/sample.vy")] == [
        (9, "drop assert"),
        (9, "negate assert"),
        (10, "drop assert"),
        (10, "!= to =="),
        (11, "drop refusal"),
        (11, "negate if"),
        (11, "> to >="),
        (13, "negate if"),
        (13, "== to !="),
        (13, "and to or"),
        (14, "+= to -="),
        (15, "- to +"),
    ]  # fmt: skip


def test_a_mutant_changes_its_place_and_nothing_else(path: Path) -> None:
    bent = {
        (one.line, one.kind): one.applied_to(SOURCE).split("\n")[one.line - 1].strip()
        for one in mutants_of(path, "bag/sample.vy")
    }
    assert bent[9, "drop assert"] == "pass"
    assert bent[9, "negate assert"] == 'assert not (isSure), "coin: a < b"'
    assert bent[10, "!= to =="] == 'assert amount == 0, "coin: nothing"'
    assert bent[11, "drop refusal"] == "if False:"
    assert bent[11, "> to >="] == "if amount >= self.held:"
    assert bent[13, "negate if"] == "if not ((amount == 7) and isSure):  # == here too"
    assert bent[13, "== to !="] == "if (amount != 7) and isSure:  # == here too"
    assert bent[13, "and to or"] == "if (amount == 7) or isSure:  # == here too"
    assert bent[14, "+= to -="] == "self.held -= amount"
    assert bent[15, "- to +"] == "self.held = self.held + \\"
    for one in mutants_of(path, "bag/sample.vy"):
        assert one.applied_to(SOURCE) != SOURCE
        assert one.applied_to(SOURCE).count("\n") == SOURCE.count("\n")


def test_a_key_says_where_and_how_but_not_which_line(path: Path) -> None:
    first = mutants_of(path, "bag/sample.vy")[2]
    assert first.key == 'bag/sample.vy, take: assert amount != 0, "coin: nothing" [drop assert]'
    path.write_text("\n\n" + SOURCE, encoding="utf-8")
    moved = mutants_of(path, "bag/sample.vy")[2]
    assert (moved.key, moved.line) == (first.key, first.line + 2)
    assert isinstance(moved, Mutant)


def test_functions_have_their_lines(path: Path) -> None:
    assert functions_of(path) == {"take": (7, 17), "_same": (21, 22)}


def test_a_source_that_is_not_ascii_is_refused(path: Path) -> None:
    path.write_text(SOURCE + "# é\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"bag/sample\.vy: columns are counted in bytes"):
        mutants_of(path, "bag/sample.vy")
