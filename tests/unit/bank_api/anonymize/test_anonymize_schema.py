import pytest

from bank_api.domain.anonymize import Column, ColumnRole, Hierarchy, ReleasePolicy, SchemaError
from bank_api.domain.anonymize.schema import ColumnKind, check_columns
from bank_api.domain.anonymize.spelling import meaning

QUASI, SENSITIVE = ColumnRole.QUASI_IDENTIFIER, ColumnRole.SENSITIVE


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (lambda: Column.identifier(""), "needs a name"),
        (lambda: Column.number("age", QUASI, 9, 1), "in order"),
        (lambda: Column.number("age", QUASI, 0, float("inf")), "finite"),
        (lambda: Column.number("age", QUASI, 0, 1.5), "whole"),
        (lambda: Column.category("vote", SENSITIVE), "needs its values"),
        (lambda: Column.category("vote", SENSITIVE, ("a", "a")), "each once"),
        (lambda: Column.category("v", QUASI, ("a",), hierarchy=Hierarchy.from_levels([("a", "*")])), "again"),
        (lambda: Column.number("member", ColumnRole.IDENTIFIER, 0, 9), "identifier is opaque"),
        (lambda: Column("member", SENSITIVE, ColumnKind.OPAQUE), "only an identifier"),
    ],
)
def test_a_wrong_column_is_refused(make, rule):
    with pytest.raises(SchemaError, match=rule):
        make()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"k": 1}, "k"),
        ({"k": 5, "l": {"vote": 1}}, "l"),
        ({"k": 5, "t": {"vote": 1.0}}, "t"),
        ({"k": 5, "suppression_limit": 1.0}, "suppression_limit"),
        ({"k": 5, "suppression_limit": -0.1}, "suppression_limit"),
        ({"k": 5, "audience": ""}, "audience"),
    ],
)
def test_a_wrong_policy_is_refused(fields, field):
    with pytest.raises(SchemaError) as refused:
        ReleasePolicy(**fields)
    assert refused.value.field == field


def test_a_policy_speaks_of_sensitive_columns_only(columns):
    with pytest.raises(SchemaError, match="'age' is not declared as a sensitive column"):
        check_columns(columns, ReleasePolicy(5, l={"age": 2}))
    with pytest.raises(SchemaError, match="'nobody' is not declared"):
        check_columns(columns, ReleasePolicy(5, t={"nobody": 0.2}))


def test_a_column_declared_twice_is_refused(columns):
    with pytest.raises(SchemaError, match="twice"):
        check_columns([*columns, columns[0]], ReleasePolicy(5))


def test_spellings_have_one_meaning():
    assert meaning("I don\u2019t  know ") == meaning("i DON'T know")
    assert meaning("\uff21") == meaning("a")
    assert meaning("yes") != meaning("no")
