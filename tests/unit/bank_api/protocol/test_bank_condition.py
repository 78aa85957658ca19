"""Conditions of promotions: read, held to their surveys, and decided for every answer that there can be."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bank_api.protocol.documents.condition import (
    DEPTH_MAX,
    QUESTIONS_MAX,
    AllOf,
    AnyOf,
    Between,
    OneOf,
    check_condition,
    clauses,
    holds,
    read_condition,
    reasons,
)
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.errors import FieldError
from bank_api.protocol.promotion import ONE_IN, is_by_chance

ID, OTHER = "0x" + "1f" * 32, "0x" + "2e" * 32
SURVEY = Survey.from_json(
    {
        "survey_id": ID,
        "title": "Habits",
        "description": "What people do.",
        "questions": [
            {"key": "age", "label": "Age", "kind": "number", "role": "quasi-identifier", "minimum": 18, "maximum": 100},
            {
                "key": "hobby",
                "label": "Hobby",
                "kind": "choice",
                "role": "harmless",
                "choices": [{"value": n, "label": label} for n, label in enumerate(("garden", "chess", "none"))],
            },
            {"key": "ill", "label": "Days ill", "kind": "number", "role": "sensitive", "minimum": 0, "maximum": 90},
        ],
        "base_coins": 1,
        "budget_coins": 100,
        "opens_at": 1,
        "closes_at": 2,
    }
)
AGE = {"survey_id": ID, "item": "age", "low": 30, "high": 49}
HOBBY = {"survey_id": ID, "item": "hobby", "one_of": [0, 1]}


def wrong(value):
    with pytest.raises(FieldError) as refused:
        check_condition(read_condition(value), {ID: SURVEY})
    return refused.value.field, refused.value.words.id


def nested(depth):
    return HOBBY if depth == 1 else {"any_of": [AGE, nested(depth - 1)]}


@pytest.mark.parametrize(
    ("value", "field", "rule"),
    [
        (None, "condition", "rule-condition-form"),
        ([], "condition", "rule-condition-form"),
        ({}, "condition", "rule-condition-form"),
        (AGE | {"not": True}, "condition", "rule-condition-form"),
        ({"all_of": [AGE, {"none_of": []}]}, "condition.all_of[1]", "rule-condition-form"),
        ({"all_of": [AGE]}, "condition.all_of", "rule-condition-parts"),
        ({"any_of": AGE}, "condition.any_of", "rule-condition-parts"),
        (nested(DEPTH_MAX + 1), "condition.any_of[1].any_of[1]", "rule-condition-depth"),
        ({"all_of": [{"any_of": [AGE] * 4}, {"any_of": [HOBBY] * 3}]}, "condition", "rule-condition-questions"),
        (AGE | {"survey_id": 7}, "condition.survey_id", "rule-condition-survey"),
        (AGE | {"survey_id": "0xABC"}, "condition.survey_id", "rule-condition-survey"),
        (AGE | {"survey_id": OTHER}, "condition.survey_id", "rule-condition-survey"),
        (AGE | {"item": 4}, "condition.item", "rule-no-question"),
        (AGE | {"item": "shoes"}, "condition.item", "rule-no-question"),
        (AGE | {"low": True}, "condition.low", "rule-whole-number"),
        (AGE | {"high": 4.5}, "condition.high", "rule-whole-number"),
        (AGE | {"high": 101}, "condition.high", "rule-from-to"),
        (AGE | {"low": 50}, "condition.high", "rule-condition-order"),
        (AGE | {"low": 18, "high": 100}, "condition", "rule-condition-everybody"),
        (AGE | {"item": "hobby"}, "condition", "rule-condition-kind"),
        (HOBBY | {"item": "age"}, "condition", "rule-condition-kind"),
        (HOBBY | {"one_of": []}, "condition.one_of", "rule-condition-choices"),
        (HOBBY | {"one_of": 1}, "condition.one_of", "rule-condition-choices"),
        (HOBBY | {"one_of": [1, 1]}, "condition.one_of", "rule-same-value"),
        (HOBBY | {"one_of": [0, "1"]}, "condition.one_of[1]", "rule-whole-number"),
        (HOBBY | {"one_of": [0, 3]}, "condition.one_of[1]", "rule-one-of"),
        (HOBBY | {"one_of": [0, 1, 2]}, "condition", "rule-condition-everybody"),
        ({"any_of": [HOBBY, HOBBY | {"one_of": [2]}]}, "condition.any_of", "rule-condition-everybody"),
        (
            {"all_of": [HOBBY, {"any_of": [AGE | {"low": 41, "high": 100}, AGE | {"low": 18, "high": 40}]}]},
            "condition.all_of[1].any_of",
            "rule-condition-everybody",
        ),
        (AGE | {"item": "ill", "low": 1, "high": 9}, "condition.item", "rule-condition-sensitive"),
        ({"any_of": [AGE, AGE | {"item": "ill"}]}, "condition.any_of[1].item", "rule-condition-sensitive"),
    ],
)
def test_each_rule_is_named_with_its_field(value, field, rule):
    assert wrong(value) == (field, rule)


def test_some_answers_left_out_are_enough():
    for high in (39, 99):
        gap = {"any_of": [AGE | {"low": 18, "high": high}, AGE | {"low": 41, "high": 99}]}
        check_condition(read_condition(gap), {ID: SURVEY})


def test_what_fits_and_why():
    both, either = read_condition({"all_of": [AGE, HOBBY]}), read_condition({"any_of": [AGE, HOBBY]})
    check_condition(both, {ID: SURVEY})
    young = {ID: {"age": 20, "hobby": 1}}
    assert (holds(both, young), holds(either, young)) == (False, True)
    assert reasons(either, young) == [OneOf(ID, "hobby", (0, 1))], "age does not hold, and is no reason"
    for age in (30, 49):
        assert holds(both, {ID: {"age": age, "hobby": 0}})
    for age in (29, 50):
        assert not holds(both, {ID: {"age": age, "hobby": 0}})
    assert reasons(both, {ID: {"age": 30, "hobby": 0}}) == list(both.parts)
    assert not holds(either, {}), "what was not answered fits nothing"
    assert not holds(either, {OTHER: {"age": 40, "hobby": 0}}), "an answer to another survey is none"


ids, items = st.sampled_from((ID, OTHER)), st.sampled_from(("a", "b"))
choices = st.builds(OneOf, ids, items, st.lists(st.integers(0, 4), min_size=1, unique=True).map(tuple))
numbers = st.builds(Between, ids, items, st.integers(0, 4), st.integers(0, 4))
conditions = st.recursive(
    choices | numbers,
    lambda inner: (
        st.builds(AllOf, st.lists(inner, min_size=2, max_size=2).map(tuple))
        | st.builds(AnyOf, st.lists(inner, min_size=2, max_size=2).map(tuple))
    ),
    max_leaves=4,
)
answers = st.dictionaries(
    st.sampled_from((ID, OTHER)), st.dictionaries(st.sampled_from(("a", "b")), st.integers(-1, 5))
)


def deep(condition):
    return 1 + max(map(deep, condition.parts)) if isinstance(condition, AllOf | AnyOf) else 1


@given(conditions, answers)
def test_every_condition_is_decided_and_its_reasons_alone_make_it_hold(condition, known):
    if deep(condition) <= DEPTH_MAX and sum(1 for _ in clauses(condition)) <= QUESTIONS_MAX:
        assert read_condition(condition.to_json()) == condition
    why = reasons(condition, known) if holds(condition, known) else []
    assert bool(why) == holds(condition, known)
    kept = {}
    for one in why:
        kept.setdefault(one.survey_id, {})[one.item] = known[one.survey_id][one.item]
    assert holds(condition, kept) == holds(condition, known)


@given(conditions, answers, ids, items)
def test_answering_less_never_makes_more_fit(condition, known, survey_id, item):
    less = {
        one: {key: value for key, value in values.items() if (one, key) != (survey_id, item)}
        for one, values in known.items()
    }
    assert holds(condition, known) or not holds(condition, less)


def test_one_wallet_in_four_shows_everything():
    assert sum(is_by_chance(bytes([first])) for first in range(256)) * ONE_IN == 256


def used(pairs, opposing, answered_so):
    """How likely somebody is to use one side of each of so many promotions and never the other: whoever is shown both
    sides of a pair takes either alike; one in ONE_IN is shown everything."""
    by_chance = Fraction(1, ONE_IN)
    shown_all = Fraction(1, 2) ** pairs if opposing else Fraction(1)
    return (1 - by_chance) * answered_so + by_chance * shown_all


def test_what_using_tells_is_bounded_and_opposing_promotions_are_why_a_question_is_asked_one_way():
    """The figures of ADR 72, exactly."""
    for many in (1, 5, 100):
        assert used(many, False, 1) / used(many, False, 0) == ONE_IN, "of using them all, however many there are"
    for pairs in (1, 2, 3):
        assert used(pairs, True, 1) / used(pairs, True, 0) == 3 * 2**pairs + 1
