"""Surveys and answers: what is right passes and comes back unchanged, what is wrong is named by field and rule."""

import copy

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bank_api.protocol.documents.survey import KINDS, QUESTIONS_MAX, ROLES, Survey
from bank_api.protocol.errors import FieldError
from pds_adapter.sealing.canonical import INTEGER_MAX, canonical_json, parse_canonical_json

INTEGERS = st.integers(-INTEGER_MAX, INTEGER_MAX)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@st.composite
def questions(draw, key):
    kind = draw(st.sampled_from(KINDS))
    body = {
        "key": key,
        "label": draw(TEXT),
        "kind": kind,
        "role": draw(st.sampled_from(ROLES)),
        "required": draw(st.booleans()),
        "coins": draw(st.integers(0, 0xFFFF)),
    }
    if kind == "choice":
        values = draw(st.lists(INTEGERS, min_size=2, max_size=5, unique=True))
        return body | {"choices": [{"value": value, "label": draw(TEXT)} for value in values]}
    low = draw(st.integers(-INTEGER_MAX, INTEGER_MAX - 1))
    return body | {"minimum": low, "maximum": draw(st.integers(low + 1, INTEGER_MAX))}


@st.composite
def surveys(draw, questions_max=6):
    keys = draw(st.lists(st.from_regex(r"\A[a-z]{1,6}\Z"), min_size=1, max_size=questions_max, unique=True))
    opens = draw(st.integers(0, 2**40))
    return {
        "survey_id": "0x" + draw(st.binary(min_size=32, max_size=32)).hex(),
        "title": draw(TEXT),
        "description": draw(TEXT),
        "language": "en",
        "questions": [draw(questions(key)) for key in keys],
        "base_coins": draw(st.integers(0, 1000)),
        "budget_coins": draw(st.integers(0, 2**50)),
        "opens_at": opens,
        "closes_at": draw(st.integers(opens + 1, 2**41)),
    }


def allowed(question):
    if question["kind"] == "choice":
        return st.sampled_from([choice["value"] for choice in question["choices"]])
    return st.integers(question["minimum"], question["maximum"])


@st.composite
def answered(draw, all_of_them=False):
    """A survey and a right answer to it."""
    body = draw(surveys())
    values = {
        question["key"]: draw(allowed(question))
        for question in body["questions"]
        if question["required"] or all_of_them or draw(st.booleans())
    }
    assume(values)
    return body, values


def refused(action, field, rule=None):
    with pytest.raises(FieldError) as caught:
        action()
    assert caught.value.field == field
    assert caught.value.rule
    assert str(caught.value) == f"{field}: {caught.value.rule}"
    if rule is not None:
        assert caught.value.rule == rule


# ---- surveys ----


@given(surveys())
def test_a_survey_comes_back_as_it_was_written(body):
    survey = Survey.from_json(body)
    assert survey.to_json() == body
    assert Survey.from_json(parse_canonical_json(canonical_json(survey.to_json()))) == survey


@given(surveys(), st.data())
def test_masks_and_keys_are_inverse(body, data):
    survey = Survey.from_json(body)
    order = [question["key"] for question in body["questions"]]
    keys = data.draw(st.lists(st.sampled_from(order), unique=True))
    mask = survey.mask(keys)
    assert survey.keys(mask) == tuple(key for key in order if key in keys)
    assert survey.mask(survey.keys(mask)) == mask
    assert mask.bit_count() == len(keys)
    labels = {question["key"]: question["label"] for question in body["questions"]}
    assert survey.labels(mask) == tuple(labels[key] for key in survey.keys(mask))


@given(surveys(), st.data())
def test_every_mask_names_questions_and_earns_their_coins(body, data):
    survey = Survey.from_json(body)
    mask = data.draw(st.integers(0, (1 << len(body["questions"])) - 1))
    assert survey.mask(survey.keys(mask)) == mask
    coins = {question["key"]: question["coins"] for question in body["questions"]}
    assert survey.coins(mask) == body["base_coins"] + sum(coins[key] for key in survey.keys(mask))


@given(surveys())
def test_a_mask_of_an_unknown_question_is_refused(body):
    survey = Survey.from_json(body)
    refused(lambda: survey.mask(["NONE"]), "items.NONE", "is no question of this survey")
    refused(lambda: survey.mask(["NONE"], "values"), "values.NONE", "is no question of this survey")


@given(surveys(), st.data())
def test_a_bent_question_is_refused_by_field(body, data):
    body = copy.deepcopy(body)
    index = data.draw(st.integers(0, len(body["questions"]) - 1))
    question, field = body["questions"][index], f"questions[{index}]"
    bend = data.draw(st.sampled_from(["kind", "role", "coins", "values"]))
    if bend == "values" and question["kind"] == "choice":
        first = question["choices"][0]
        question["choices"] = data.draw(
            st.sampled_from([[], None, [first], [first, first], [first, {"value": INTEGER_MAX + 1, "label": "far"}]])
        )
        refused(lambda: Survey.from_json(body), f"{field}.choices")
    elif bend == "values":
        low, high = question["minimum"], question["maximum"]
        pairs = [(None, high), (low, None), (high, low), (low, low), (low, INTEGER_MAX + 1), (-INTEGER_MAX - 1, high)]
        question["minimum"], question["maximum"] = data.draw(st.sampled_from(pairs))
        refused(lambda: Survey.from_json(body), f"{field}.maximum")
    else:
        question[bend] = data.draw(st.sampled_from([-1, 0x10000])) if bend == "coins" else "other"
        refused(lambda: Survey.from_json(body), f"{field}.{bend}")


@given(surveys(), st.integers(0, 2**40))
def test_a_survey_that_closes_before_it_opens_is_refused(body, early):
    closes = max(0, body["opens_at"] - early)
    refused(lambda: Survey.from_json(body | {"closes_at": closes}), "closes_at", "must be after opens_at")


@given(surveys())
def test_two_questions_of_one_key_are_refused(body):
    twice = [*body["questions"], body["questions"][0]]
    refused(lambda: Survey.from_json(body | {"questions": twice}), "questions")


@pytest.mark.parametrize("count", [0, QUESTIONS_MAX + 1])
def test_a_survey_has_one_to_32_questions(count):
    body = survey_with(*[number(f"q{index}") for index in range(count)])
    refused(lambda: Survey.from_json(body), "questions", f"a survey has 1 to 32 questions, not {count}")


def test_32_questions_are_allowed():
    survey = Survey.from_json(survey_with(*[number(f"q{index}") for index in range(32)]))
    assert survey.mask(survey.keys(2**32 - 1)) == 2**32 - 1


def number(key, required=True):
    base = {"key": key, "label": key, "kind": "number", "role": "harmless", "required": required, "coins": 1}
    return base | {"minimum": 0, "maximum": 9}


def survey_with(*made):
    ends = {"base_coins": 1, "budget_coins": 1, "opens_at": 1, "closes_at": 2}
    return {
        "survey_id": "0x" + "5a" * 32,
        "title": "t",
        "description": "d",
        "language": "en",
        "questions": list(made),
    } | ends


# ---- answers ----


@given(answered())
def test_a_right_answer_passes_unchanged(case):
    body, values = case
    assert Survey.from_json(body).check_values(values) == values


@given(answered(all_of_them=True), st.data())
def test_a_wrong_value_is_refused_by_question_and_never_quoted(case, data):
    body, values = case
    question = data.draw(st.sampled_from(body["questions"]))
    wrong = data.draw(wrong_values(question))
    with pytest.raises(FieldError) as caught:
        Survey.from_json(body).check_values(values | {question["key"]: wrong})
    assert caught.value.field == f"values.{question['key']}"
    assert caught.value.rule.startswith(("must be a whole number", "must be one of", "must be from"))


def wrong_values(question):
    odd = st.sampled_from([True, False, None, "1", 1.0, [1], {"a": 1}])
    if question["kind"] == "choice":
        known = {choice["value"] for choice in question["choices"]}
        return odd | st.integers().filter(lambda value: value not in known)
    return odd | st.integers(max_value=question["minimum"] - 1) | st.integers(min_value=question["maximum"] + 1)


def test_a_refused_value_is_not_repeated_in_the_error():
    survey = Survey.from_json(survey_with(number("age")))
    with pytest.raises(FieldError) as caught:
        survey.check_values({"age": 98765})
    assert "98765" not in str(caught.value) + repr(caught.value)
    assert caught.value.rule == "must be from 0 to 9"


@given(answered(), st.data())
def test_a_required_question_left_out_is_refused(case, data):
    body, values = case
    required = [question["key"] for question in body["questions"] if question["required"]]
    assume(required)
    key = data.draw(st.sampled_from(required))
    del values[key]
    refused(lambda: Survey.from_json(body).check_values(values), f"values.{key}", "is required and was left out")


@given(answered())
def test_an_unknown_question_is_refused(case):
    body, values = case
    refused(
        lambda: Survey.from_json(body).check_values(values | {"NONE": 1}),
        "values.NONE",
        "is no question of this survey",
    )


@pytest.mark.parametrize("values", [None, [], "age", 5, [("age", 1)]])
def test_what_is_no_object_of_values_is_refused(values):
    survey = Survey.from_json(survey_with(number("age")))
    refused(lambda: survey.check_values(values), "values", "must be an object of question keys and whole numbers")


def test_an_answer_to_nothing_is_refused():
    survey = Survey.from_json(survey_with(number("age", required=False)))
    refused(lambda: survey.check_values({}), "values", "an answer must answer at least one question")


@given(surveys())
def test_a_questions_range_holds_what_it_allows(body):
    for question, written in zip(Survey.from_json(body).questions, body["questions"], strict=True):
        low, high = question.range
        assert question.check(low, "f") == low
        assert question.check(high, "f") == high
        if written["kind"] == "number":
            assert (low, high) == (written["minimum"], written["maximum"])


@pytest.mark.parametrize(
    ("required", "coins", "least"),
    [((True, False), (3, 5), 13), ((False, False), (3, 5), 13), ((True, True), (3, 5), 18)],
)
def test_the_least_that_an_answer_earns_is_what_must_be_answered(required, coins, least):
    questions = [
        {"key": f"q{at}", "label": "?", "kind": "number", "role": "harmless", "minimum": 0, "maximum": 9}
        | {"required": must, "coins": worth}
        for at, (must, worth) in enumerate(zip(required, coins, strict=True))
    ]
    survey = Survey.from_json(
        {
            "survey_id": "0x" + "5a" * 32, "title": "S", "description": "d", "language": "en", "base_coins": 10,
            "budget_coins": 100, "opens_at": 0, "closes_at": 9, "questions": questions,
        }
    )  # fmt: skip
    assert survey.coins_minimum == least
