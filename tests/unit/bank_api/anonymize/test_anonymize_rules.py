"""Entropy l and recursive (c, l): kept by a naive count whatever the rows, or refused by how much."""

import math
import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bank_api.domain.anonymize import (
    Column,
    ColumnRole,
    PolicyUnreachableError,
    ReleasePolicy,
    ReleaseRefusedError,
    SchemaError,
    anonymize,
    verify,
)
from bank_api.domain.anonymize.rules import LeastEntropy, Recursive
from bank_api.domain.anonymize.seats import new_history, release_in_series

QUASI, SENSITIVE = ColumnRole.QUASI_IDENTIFIER, ColumnRole.SENSITIVE
COLUMNS = [
    Column.number("age", QUASI, 0, 60),
    Column.category("city", QUASI, ("x", "y", "z")),
    Column.category("ill", SENSITIVE, ("a", "b", "c", "d", "A")),
]
row_values = st.fixed_dictionaries(
    {
        "age": st.integers(0, 60),
        "city": st.none() | st.sampled_from("xyz"),
        "ill": st.none() | st.sampled_from("aaaabbcdA"),
    }
)
tables = st.lists(row_values, min_size=3, max_size=60)
policies = st.builds(
    ReleasePolicy,
    k=st.integers(2, 4),
    entropy_l=st.sampled_from([{}, {"ill": 1.5}, {"ill": 2.5}]),
    recursive=st.sampled_from([{}, {"ill": (2.0, 2)}, {"ill": (3.0, 3)}, {"ill": (0.7, 2)}]),
    suppression_limit=st.sampled_from([0.0, 0.2]),
)


def counts_of(answers):
    return Counter(answer.lower() for answer in answers if answer is not None)


def effective(counts):
    total = sum(counts.values())
    return math.exp(-sum(n / total * math.log(n / total) for n in counts.values())) if total else 0


def too_common(counts, times, least):
    """Does the commonest answer break recursive (c, l)?"""
    ordered = [n for _, n in counts.most_common()]
    return not ordered or ordered[0] >= times * sum(ordered[least - 1 :])


def breaks(answers, policy):
    counts = counts_of(answers)
    varied = all(effective(counts) >= least - 1e-9 for least in policy.entropy_l.values())
    return not varied or any(too_common(counts, *rule) for rule in policy.recursive.values())


@settings(deadline=None, max_examples=150)
@given(tables, policies)
def test_every_class_keeps_the_rules_by_a_naive_count(rows, policy):
    if len(rows) < policy.k or breaks([row["ill"] for row in rows], policy):
        with pytest.raises(PolicyUnreachableError):
            anonymize(rows, COLUMNS, policy, random.Random(1))
        return
    release = anonymize(rows, COLUMNS, policy, random.Random(1))
    table = release.document.table
    for number in range(len(table.boxes)):
        assert not breaks([row[1] for row in table.rows if row[0] == number], policy)


@settings(deadline=None, max_examples=60)
@given(tables, policies)
def test_everybody_twice_keeps_what_everybody_once_keeps(rows, policy):
    """Metamorphic: shares stay, so neither reachability nor what is measured of the same classes changes."""
    try:
        release = anonymize(rows, COLUMNS, replace(policy, suppression_limit=0.0), random.Random(1))
    except PolicyUnreachableError:
        return
    table = release.document.table
    measured = verify(rows * 2, replace(table, rows=table.rows * 2), COLUMNS, policy, ())
    assert measured.entropy_l == pytest.approx(release.measured.entropy_l)
    assert measured.recursive_c == pytest.approx(release.measured.recursive_c)
    assert measured.k == 2 * release.measured.k


@given(st.lists(st.lists(st.integers(0, 9), min_size=5, max_size=5), min_size=2, max_size=2))
def test_what_holds_of_two_classes_holds_of_both_together(pair):
    counts = np.array(pair)
    both = counts.sum(axis=0, keepdims=True)
    for rule in (LeastEntropy(counts[0], 5, 2.0), Recursive(counts[0], 5, 2.0, 2), Recursive(counts[0], 5, 1.5, 3)):
        if rule.accepts(counts).all():
            assert rule.accepts(both).all()


def test_figures_known_by_hand():
    four = LeastEntropy(np.zeros(0, np.int64), 5, 4)
    assert four.reached(np.array([[7, 5, 5, 5, 5]]))[0] == pytest.approx(4)
    assert four.reached(np.array([[7, 0, 0, 0, 0]]))[0] == 0
    assert Recursive(np.zeros(0, np.int64), 5, 3, 2).reached(np.array([[9, 6, 2, 1, 0]]))[0] == 2
    assert Recursive(np.zeros(0, np.int64), 5, 3, 3).reached(np.array([[9, 6, 2, 1, 0]]))[0] == 6
    assert Recursive(np.zeros(0, np.int64), 5, 3, 4).reached(np.array([[9, 6, 2, 1, 0]]))[0] == math.inf


@pytest.mark.parametrize(
    ("rule", "stricter"),
    [
        ("entropy l", ReleasePolicy(2, entropy_l={"ill": 2.1})),
        ("recursive c", ReleasePolicy(2, recursive={"ill": (1.5, 2)})),
    ],
)
def test_the_verifier_refuses_what_a_laxer_maker_made(rule, stricter):
    rows = [{"age": n // 6 * 30, "city": "x", "ill": "aaabca"[n % 6]} for n in range(12)]
    release = anonymize(rows, COLUMNS, ReleasePolicy(2), random.Random(1))
    with pytest.raises(ReleaseRefusedError) as refused:
        verify(rows, release.document.table, COLUMNS, replace(stricter, entropy_l={"ill": 2.9})
               if stricter.entropy_l else stricter, ())  # fmt: skip
    assert refused.value.rule == rule
    assert "ill" in refused.value.detail


@pytest.mark.parametrize(
    "wrong", [{"entropy_l": {"ill": 1.0}}, {"recursive": {"ill": (0, 2)}}, {"recursive": {"ill": (2, 1)}}]
)
def test_a_rule_that_protects_nothing_is_refused(wrong):
    with pytest.raises(SchemaError):
        ReleasePolicy(2, **wrong)


def test_a_rule_for_a_column_that_is_not_sensitive_is_refused():
    with pytest.raises(SchemaError, match="entropy_l"):
        anonymize([], COLUMNS, ReleasePolicy(2, entropy_l={"age": 2}), random.Random(1))


def test_each_release_of_a_series_keeps_them_too():
    dice = random.Random(3)
    everybody = [
        {"age": dice.randint(0, 60), "city": dice.choice("xyz"), "ill": dice.choices("abcd", (6, 3, 2, 2))[0]}
        for _ in range(400)
    ]
    policy = ReleasePolicy(5, l={"ill": 2}, entropy_l={"ill": 2.2}, recursive={"ill": (3.0, 2)}, suppression_limit=0.5)
    history = new_history(dice)
    for first in (0, 20, 40):
        names = [f"{n}" for n in range(first, first + 340)]
        rows = [everybody[int(name)] for name in names]
        release, history = release_in_series(rows, names, COLUMNS, policy, history, dice)
        assert release.measured.entropy_l["ill"] >= 2.2
        assert release.measured.recursive_c["ill"] < 3.0
