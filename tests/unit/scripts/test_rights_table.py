"""The table of rights names tests that exist, each right one, and commands that are there."""

import ast
import re
from pathlib import Path

import pytest
import typer

from wallet_cli.cli import app

ROOT = Path(__file__).resolve().parents[3]
ROWS = [
    [cell.strip() for cell in line.strip("|\n ").split("|")]
    for line in (ROOT / "docs" / "rights.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and "`tests/" in line
]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_right_is_shown_by_a_test_that_exists(row):
    [(file, name)] = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row[-1])
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_the_table_is_there_and_names_nothing_twice():
    assert len(ROWS) >= 30
    assert len({row[0] for row in ROWS}) == len({row[-1] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", [row for row in ROWS if "`azukari" in row[1]], ids=lambda row: row[1])
def test_its_command_is_there(row):
    words = re.findall(r"`azukari ([^`]+)`", row[1])[0].split()
    group, context, name = typer.main.get_command(app), None, "azukari"
    for word in (word for word in words if not word.startswith("-")):
        context = typer.Context(group, parent=context, info_name=name)
        group, name = group.get_command(context, word), word
        assert group is not None, word
