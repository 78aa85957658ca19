import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bank_api.domain.anonymize import Hierarchy, SchemaError

LINES = [
    ("Primary", "Basic", "*"),
    ("Bachelor", "University", "*"),
    ("Secondary", "Basic", "*"),
    ("Master", "University", "*"),
]


def test_leaves_stand_in_tree_order():
    tree = Hierarchy.from_levels(LINES)
    assert tree.leaves == ("Primary", "Secondary", "Bachelor", "Master")
    assert tree.boundary_depths() == [0, 2, 1, 2]


def test_csv_is_read_as_arx_writes_it():
    assert Hierarchy.from_csv("\n".join(";".join(line) for line in LINES) + "\n") == Hierarchy.from_levels(LINES)


def test_names_in_quotes_may_hold_the_divider():
    tree = Hierarchy.from_csv('"Arts; letters"; Humanities;*\r\n"Say ""law""";Humanities;*\r\n')
    assert tree.leaves == ("Arts; letters", 'Say "law"')
    assert tree.cover(tree.leaves) == ["*"]
    with pytest.raises(SchemaError, match="cannot be read"):
        Hierarchy.from_csv('"Arts;Humanities;*')


@pytest.mark.parametrize(
    ("leaves", "names"),
    [
        (["Primary", "Secondary"], ["Basic"]),
        (["Secondary", "Bachelor", "Master"], ["Secondary", "University"]),
        (["Primary", "Secondary", "Bachelor", "Master"], ["*"]),
        (["Master"], ["Master"]),
        ([], []),
    ],
)
def test_cover_uses_the_fewest_names(leaves, names):
    assert Hierarchy.from_levels(LINES).cover(leaves) == names


@settings(deadline=None)
@given(st.sets(st.sampled_from([line[0] for line in LINES])))
def test_cover_stands_for_exactly_the_leaves(leaves):
    tree = Hierarchy.from_levels(LINES)
    names = tree.cover(sorted(leaves))
    assert {path[-1] for path in tree.paths for name in names if name in path} == leaves


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        ([], "no leaf"),
        ([("a", "*"), ("b", "c", "*")], "same number of levels"),
        ([("a", "*"), ("b", "+")], "same root"),
        ([("a", "*"), ("a", "*")], "two lines"),
        ([("a", "x", "p", "*"), ("b", "x", "q", "*")], "two different sets"),
        ([("x", "x", "*"), ("b", "x", "*")], "two different sets"),
    ],
)
def test_what_is_no_tree_is_refused(lines, rule):
    with pytest.raises(SchemaError, match=rule):
        Hierarchy.from_levels(lines)
