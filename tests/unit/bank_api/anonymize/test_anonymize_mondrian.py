"""Where classes are cut."""

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bank_api.domain.anonymize import Column, ColumnRole, Hierarchy, ReleasePolicy, anonymize
from bank_api.domain.anonymize.diversity import Diversity
from bank_api.domain.anonymize.encode import axis, sensitive_codes
from bank_api.domain.anonymize.mondrian import partition

QUASI, SENSITIVE = ColumnRole.QUASI_IDENTIFIER, ColumnRole.SENSITIVE
NUMBER = Column.number("n", QUASI, 0, 99)
VOTE = Column.category("vote", SENSITIVE, ("A", "B", "C", "D"))
NO_RULE = Diversity()


def classes(labels):
    return sorted(sorted(np.flatnonzero(labels == label).tolist()) for label in np.unique(labels))


def test_classes_follow_the_gaps():
    labels = partition([axis(NUMBER, [1, 2, 3, 50, 51, 52, 97, 98, 99])], 3, NO_RULE)
    assert classes(labels) == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]


def test_equal_rows_are_never_parted():
    labels = partition([axis(NUMBER, [5] * 40)], 3, NO_RULE)
    assert classes(labels) == [list(range(40))]


def test_cuts_keep_branches_whole():
    """The even cut lies inside branch b; the branch boundary is a little less even and wins."""
    tree = Hierarchy.from_levels(
        [("a1", "a", "*"), ("a2", "a", "*"), ("b1", "b", "*"), ("b2", "b", "*"), ("b3", "b", "*")]
    )
    column = Column.category("branch", QUASI, hierarchy=tree)
    labels = partition([axis(column, ["a1", "a2", "b1", "b1", "b2", "b3"])], 2, NO_RULE)
    assert [0, 1] in classes(labels)
    texts = {
        record["branch"]
        for record in anonymize(
            [{"branch": leaf} for leaf in ("a1", "a2", "b1", "b2", "b3")], [column], ReleasePolicy(2), random.Random(1)
        ).records()
    }
    assert texts == {"a", "b"}


def test_l_moves_a_cut_and_forbids_it_only_where_it_must():
    ages, votes = [1, 2, 3, 50, 51, 52], ["A", "A", "A", "B", "A", "B"]
    sensitive = [sensitive_codes(VOTE, votes)]
    rule = Diversity.of(sensitive, ReleasePolicy(2, l={"vote": 2}), np.arange(6))
    for found in classes(partition([axis(NUMBER, ages)], 2, rule)):
        assert len({votes[i] for i in found}) == 2


def test_t_keeps_classes_close_to_everybody():
    dice = random.Random(1)
    rows = [{"n": dice.randint(0, 99), "vote": dice.choice("ABCD")} for _ in range(300)]
    for limit in (0.1, 0.2, 0.4):
        release = anonymize(rows, [NUMBER, VOTE], ReleasePolicy(5, t={"vote": limit}), random.Random(1))
        assert release.measured.t["vote"] <= limit
        assert release.measured.classes > 1


def test_t_on_a_number_is_ordered():
    pay = Column.number("pay", SENSITIVE, 0, 1000)
    rows = [{"n": i, "pay": i // 5 * 50} for i in range(100)]
    release = anonymize(rows, [NUMBER, pay], ReleasePolicy(5, t={"pay": 0.3}), random.Random(1))
    assert release.measured.t["pay"] <= 0.3
    assert release.measured.classes >= 2


def test_t_with_more_answers_than_are_counted_at_once():
    """1,100 different incomes: cuts are judged one by one instead of all together."""
    pay = Column.number("pay", SENSITIVE, 0, 10_000)
    age = Column.number("n", QUASI, 0, 10_000)
    dice = random.Random(2)
    rows = [{"n": dice.randint(0, 10_000), "pay": i // 2} for i in range(2_200)]
    release = anonymize(rows, [age, pay], ReleasePolicy(100, t={"pay": 0.1}), random.Random(1))
    assert release.measured.t["pay"] <= 0.1
    assert release.measured.classes > 2


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4), st.sampled_from([None, "A", "B", "C"])), min_size=6),
    st.sampled_from([ReleasePolicy(2, l={"vote": 2}), ReleasePolicy(2, t={"vote": 0.3})]),
)
def test_a_cut_is_judged_alike_before_and_after(points, policy):
    """`sides_hold` foretells for every cut what `holds` finds of its two sides."""
    points.sort(key=lambda point: point[:2])
    rule = Diversity.of([sensitive_codes(VOTE, [vote for _, _, vote in points])], policy, np.arange(len(points)))
    steps = sorted({point[:2] for point in points})
    step = np.array([steps.index(point[:2]) for point in points])
    owner = np.array([one for one, _ in steps])
    after = np.flatnonzero(owner[1:] == owner[:-1])
    foretold = rule.sides_hold(np.arange(len(points)), step, owner, after)
    for cut, expected in zip(after, foretold, strict=True):
        inside = np.flatnonzero(owner[step] == owner[cut])
        sides = rule.holds(inside, (step[inside] > cut).astype(np.int64), 2)
        assert sides.all() == expected
