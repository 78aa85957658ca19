"""docs/attacks.md: seventeen attacks, and every test that it names is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = (ROOT / "docs" / "attacks.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TABLE)
WITHOUT = {"17"}
"""What cannot be refused, only said."""


def test_each_of_the_seventeen_has_its_row_and_its_test():
    rows = dict(re.findall(r"^\| (\d+) \|[^|]*\|([^|]*)\|$", TABLE, re.MULTILINE))
    assert list(rows) == [str(number) for number in range(1, 18)]
    assert {number for number, tests in rows.items() if "::test_" not in tests} == WITHOUT


def test_what_is_said_to_be_impossible_is_said_so_in_security_md():
    _, _, table = TABLE.partition("## What SECURITY.md says cannot be")
    sentences = re.findall(r"^\| ([^|]+) \| [^|]*`tests/[^|]*\|$", table.partition("## Mutants")[0], re.MULTILINE)
    security = " ".join((ROOT / "SECURITY.md").read_text(encoding="utf-8").split())
    assert len(sentences) >= 10
    assert [one for one in sentences if one not in security] == []


def test_every_test_that_is_named_exists():
    assert len(NAMED) == TABLE.count("::test_") >= 25
    for path, name in NAMED:
        module = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert name in {one.name for one in module.body if isinstance(one, ast.FunctionDef)}, f"{path}::{name}"
