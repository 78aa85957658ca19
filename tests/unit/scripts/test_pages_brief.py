"""docs/pages-brief.md names screens, sources and tests that are there; and pages keep to the words of the brief."""

import ast
import re

import pytest

from scripts.page_report import NOT_MET, SCREENS
from scripts.pages import ROOT, SOURCE

BRIEF = ROOT / "docs" / "pages-brief.md"
LINES_MIN = 90
ADDRESSES = {f"/{part}{path}" for part, paths in SCREENS.items() for path in (*paths, *NOT_MET.get(part, ()))}


def rows():
    lines = BRIEF.read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines if line.startswith("| ")][1:]


@pytest.fixture(scope="module")
def tests_of():
    """The tests of a file, read once."""
    known = {}

    def names(file):
        if file not in known:
            tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
            known[file] = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        return known[file]

    return names


def test_each_sentence_has_a_screen_and_a_test_that_exist(tests_of):
    found = rows()
    assert len(found) >= LINES_MIN
    assert len({sentence for sentence, _, _ in found}) > LINES_MIN - 5
    for sentence, where, shown in found:
        place = where.strip("`")
        assert place in ADDRESSES if place.startswith("/") else (SOURCE / "src" / place).is_file(), sentence
        file, _, name = shown.strip("`").partition("::")
        assert (ROOT / file).is_file(), sentence
        assert not name or name in tests_of(file), (sentence, name)


def test_every_browser_test_stands_beside_a_sentence(tests_of):
    told = {shown.strip("`").partition("::")[2] for _, _, shown in rows()}
    files = (path.relative_to(ROOT).as_posix() for path in (ROOT / "tests" / "pages").glob("test_*.py"))
    tests = {name for file in files for name in tests_of(file) if name.startswith("test_")}
    assert len(tests - told) <= UNTOLD_MAX, sorted(tests - told)


UNTOLD_MAX = 12
"""Tests of one more side of what a sentence says already."""


@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_page_of_a_member_says_blockchain(language):
    books = sorted((ROOT / "bank_api" / "protocol" / "messages" / language).glob("*.ftl"))
    assert len(books) > 40
    for path in books:
        assert not re.search("blockchain|block chain|ブロックチェーン", path.read_text(encoding="utf-8"), re.IGNORECASE)
