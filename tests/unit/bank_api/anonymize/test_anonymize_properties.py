"""Whatever the rows and the policy: a release keeps it by a naive count, or the refusal says what is missing."""

import random
from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bank_api.domain.anonymize import (
    Column,
    ColumnRole,
    Hierarchy,
    PolicyUnreachableError,
    ReleaseDocument,
    ReleasePolicy,
    anonymize,
    preview,
)

QUASI, SENSITIVE = ColumnRole.QUASI_IDENTIFIER, ColumnRole.SENSITIVE
TREE = Hierarchy.from_levels(
    [("a1", "a", "*"), ("a2", "a", "*"), ("b1", "b", "*"), ("b2", "b", "*"), ("b3", "b", "*"), ("c1", "c", "*")]
)
COLUMNS = [
    Column.identifier("id"),
    Column.number("age", QUASI, 0, 30),
    Column.category("branch", QUASI, hierarchy=TREE),
    Column.category("city", QUASI, ("x", "y", "z")),
    Column.number("weight", QUASI, -5, 5, integer=False, clamp=True),
    Column.category("answer", SENSITIVE, ("yes", "no", "maybe", "YES")),
    Column.number("pay", SENSITIVE, 0, 9),
]
GENERALIZED = ["age", "branch", "city", "weight"]


def optional(values):
    return st.none() | values


row_values = st.fixed_dictionaries(
    {
        "age": optional(st.integers(0, 30)),
        "branch": optional(st.sampled_from(TREE.leaves)),
        "city": st.sampled_from("xyz"),
        "weight": optional(st.sampled_from([-7.5, -1.25, 0.0, 2.5, 7])),
        "answer": optional(st.sampled_from(["yes", "no", "maybe", "YES"])),
        "pay": optional(st.integers(0, 9)),
    }
)
tables = st.lists(row_values, max_size=40).map(lambda rows: [{"id": f"id-{i}", **r} for i, r in enumerate(rows)])
policies = st.builds(
    ReleasePolicy,
    k=st.integers(2, 6),
    l=st.sampled_from([{}, {"answer": 2}, {"answer": 3, "pay": 2}]),
    t=st.sampled_from([{}, {"answer": 0.3}, {"pay": 0.2, "answer": 0.5}]),
    suppression_limit=st.sampled_from([0.0, 0.05, 0.3]),
)


def distinct(values):
    return len({value.lower() if isinstance(value, str) else value for value in values if value is not None})


def try_release(rows, policy, seed=1):
    """The release, or None after checking that the refusal is a true one."""
    try:
        return anonymize(rows, COLUMNS, policy, random.Random(seed))
    except PolicyUnreachableError as error:
        refusal = error
    if refusal.rule == "k":
        assert len(rows) == refusal.reached
        assert refusal.missing == policy.k - len(rows) > 0
    else:
        assert refusal.rule == "l"
        assert refusal.reached == distinct(row[refusal.column] for row in rows)
        assert refusal.missing == policy.l[refusal.column] - refusal.reached > 0
    return None


def naive_share(values, value):
    return sum(v == value for v in values) / len(values)


@settings(deadline=None, max_examples=150)
@given(tables, policies)
def test_a_release_keeps_its_policy_by_a_naive_count(rows, policy):
    release = try_release(rows, policy)
    if release is None:
        return
    table = release.document.table
    assert release.suppressed <= int(policy.suppression_limit * len(rows))
    assert release.rows + release.suppressed == len(rows)
    kept = [row for i, row in enumerate(rows) if i not in release.suppressed_indexes]
    for row in rows:
        known = [max(-5.0, min(5.0, row[n])) if n == "weight" and row[n] is not None else row[n] for n in GENERALIZED]
        matching = [
            entry
            for entry in table.rows
            if all(cell.contains(value) for cell, value in zip(table.boxes[entry[0]], known, strict=True))
        ]
        assert len(matching) >= policy.k or (not matching and row not in kept)
    everybody = [entry[1] for entry in table.rows]
    for number in range(len(table.boxes)):
        inside = [entry for entry in table.rows if entry[0] == number]
        for position, name in ((1, "answer"), (2, "pay")):
            assert distinct(entry[position] for entry in inside) >= policy.l.get(name, 0)
        answers = [entry[1] for entry in inside]
        apart = sum(abs(naive_share(answers, v) - naive_share(everybody, v)) for v in set(everybody)) / 2
        assert apart <= policy.t.get("answer", 1) + 1e-6


@settings(deadline=None, max_examples=60)
@given(tables, policies, st.randoms(use_true_random=False))
def test_permuting_and_renaming_change_nothing(rows, policy, dice):
    """Neither the order of the rows nor what a flat category calls its values decides anything."""
    release = try_release(rows, policy)
    if release is None:
        return
    moved = dice.sample(rows, len(rows))
    again = try_release(moved, policy, seed=2)
    renamed_columns = [c if c.name != "city" else Column.category("city", QUASI, ("u", "v", "w")) for c in COLUMNS]
    renamed_rows = [{**row, "id": "other", "city": dict(zip("xyz", "uvw", strict=True))[row["city"]]} for row in rows]
    renamed = anonymize(renamed_rows, renamed_columns, policy, random.Random(3))
    for other in (again, renamed):
        assert replace(other.measured, order_correlation=0.0) == replace(release.measured, order_correlation=0.0)
    assert sorted(moved[i]["id"] for i in again.suppressed_indexes) == sorted(
        rows[i]["id"] for i in release.suppressed_indexes
    )


@settings(deadline=None, max_examples=60)
@given(tables, policies)
def test_json_is_an_inverse_and_holds_no_identifier(rows, policy):
    release = try_release(rows, policy)
    if release is None:
        return
    text = release.to_json()
    assert ReleaseDocument.from_json(text) == release.document
    assert "id-" not in text


@settings(deadline=None, max_examples=60)
@given(tables, policies)
def test_every_released_member_finds_their_own_class(rows, policy):
    release = try_release(rows, policy)
    if release is None:
        return
    for i, row in enumerate(rows):
        seen = preview(row, release)
        if i in release.suppressed_indexes:
            continue
        assert seen.people >= policy.k
        assert seen.answers["answer"][row["answer"]] >= 1
        assert sum(seen.answers["pay"].values()) == seen.people


@settings(deadline=None, max_examples=40)
@given(tables)
def test_suppression_is_only_ever_used_for_the_rare(rows):
    """Whoever shares all quasi-identifiers with k - 1 others is never left out."""
    release = try_release(rows, ReleasePolicy(3, suppression_limit=0.3))
    if release is None:
        return
    alike = Counter(tuple(row[name] for name in GENERALIZED) for row in rows)
    for i in release.suppressed_indexes:
        assert alike[tuple(rows[i][name] for name in GENERALIZED)] < 3
