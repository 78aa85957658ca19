"""The tables of rights, of roles and of stores name tests that exist, each thing one, and commands that are there."""

import ast
import re
from pathlib import Path

import pytest
import typer

from wallet_cli.cli import app

ROOT = Path(__file__).resolve().parents[3]
TABLES = {"rights.md": 30, "by-role.md": 50, "stores.md": 55}
"""Each with at least so many lines."""


def rows_of(name):
    return [
        [cell.strip() for cell in line.strip("|\n ").split("|")]
        for line in (ROOT / "docs" / name).read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and "`tests/" in line
    ]


ROWS = [row for name in TABLES for row in rows_of(name)]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_right_is_shown_by_a_test_that_exists(row):
    [(file, name)] = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row[-1])
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("name", "least"), TABLES.items())
def test_the_table_is_there_and_names_nothing_twice(name, least):
    rows = rows_of(name)
    assert len(rows) >= least
    assert len({row[0] for row in rows}) == len({row[-1] for row in rows}) == len(rows)


@pytest.mark.parametrize("row", [row for row in ROWS if "`azukari" in row[1]], ids=lambda row: row[1])
def test_its_command_is_there(row):
    words = re.findall(r"`azukari ([^`]+)`", row[1])[0].split()
    group, context, name = typer.main.get_command(app), None, "azukari"
    for word in (word for word in words if not word.startswith("-")):
        context = typer.Context(group, parent=context, info_name=name)
        group, name = group.get_command(context, word), word
        assert group is not None, word
