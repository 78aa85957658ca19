"""First light: a small table in, a verified release out."""

import random

import pytest

from bank_api.domain.anonymize import Column, ColumnRole, PolicyUnreachableError, ReleasePolicy, anonymize

COLUMNS = [
    Column.identifier("member"),
    Column.number("age", ColumnRole.QUASI_IDENTIFIER, 0, 120),
    Column.category("vote", ColumnRole.SENSITIVE, ("Clinton", "Dole")),
]


def rows(count):
    return [{"member": f"m{i}", "age": 20 + i, "vote": ("Clinton", "Dole")[i % 2]} for i in range(count)]


def test_release_reaches_k():
    release = anonymize(rows(40), COLUMNS, ReleasePolicy(5), random.Random(1))
    assert release.k >= 5
    assert release.rows == 40
    assert len(release.method_hash) == 32


def test_too_few_rows_are_refused_with_the_number_missing():
    with pytest.raises(PolicyUnreachableError, match="2 missing") as refused:
        anonymize(rows(3), COLUMNS, ReleasePolicy(5), random.Random(1))
    assert (refused.value.rule, refused.value.missing) == ("k", 2)
