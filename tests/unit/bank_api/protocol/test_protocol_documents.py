"""The documents both sides write: their bytes are fixed by hand here, reading inverts writing, the rest is named."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bank_api.protocol.documents.answer import AnswerDocument, answer_context, parse_answer, read_answer
from bank_api.protocol.documents.release import ReleasePayload, read_payload, release_context
from bank_api.protocol.documents.request import contract_text, release_coins
from bank_api.protocol.documents.sourced import read_sources
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.errors import FieldError, field_name
from pds_adapter.sealing.canonical import canonical_json

SURVEY = Survey.from_json(
    {
        "survey_id": "0x" + "5a" * 32, "title": "Tea", "description": "How much", "base_coins": 1, "budget_coins": 9,
        "opens_at": 1, "closes_at": 2, "questions": [
            {"key": "tea", "label": "Cups", "kind": "number", "role": "sensitive", "minimum": 0, "maximum": 9},
            {"key": "age", "label": "Age", "kind": "number", "role": "quasi-identifier", "minimum": 18, "maximum": 99},
        ],
    }
)  # fmt: skip
MEMBER = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"
SALT = bytes(range(32))
ANSWER = AnswerDocument(SURVEY.survey_id, MEMBER, {"tea": 3}, SALT)


def test_the_bytes_of_an_answer_are_as_every_wallet_writes_them():
    assert ANSWER.to_bytes() == (
        b'{"member":"0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf",'
        b'"salt":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",'
        b'"survey_id":"0x' + b"5a" * 32 + b'","values":{"tea":3}}'
    )
    assert answer_context(SURVEY.survey_id, MEMBER) == b"answer:" + b"5a" * 32 + b":" + MEMBER.encode()
    assert release_context("0x" + "bb" * 32) == b"release:" + b"bb" * 32


@given(st.dictionaries(st.sampled_from(["tea"]), st.integers(0, 9), min_size=1), st.binary(min_size=32, max_size=32))
def test_reading_an_answer_is_the_inverse_of_writing_it(values, salt):
    document = AnswerDocument(SURVEY.survey_id, MEMBER, values, salt)
    assert read_answer(document.to_bytes(), SURVEY, MEMBER) == document
    assert parse_answer(document.to_bytes(), SURVEY.survey_id, MEMBER).commitment == document.commitment


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"more": 1}, "answer", "must hold survey_id, member, salt, values"),
        ({"member": "0x1"}, "answer", "names another survey or another member"),
        ({"survey_id": "0x1"}, "answer", "names another survey or another member"),
        ({"salt": "zz"}, "salt", "must be hex"),
        ({"salt": 7}, "salt", "must be hex"),
        ({"salt": "00"}, "salt", "must be 32 bytes"),
        ({"values": {"tea": 10}}, "values.tea", "must be from 0 to 9"),
        ({"values": []}, "values", "must be an object of question keys and whole numbers"),
    ],
)
def test_a_document_that_is_no_answer_is_named(change, field, rule):
    body = json.loads(ANSWER.to_bytes()) | change
    with pytest.raises(FieldError) as caught:
        read_answer(canonical_json(body), SURVEY, MEMBER)
    assert (caught.value.field, caught.value.rule) == (field, rule)


def test_an_answer_shows_neither_values_nor_salt():
    assert repr(ANSWER) == f"AnswerDocument(member={MEMBER}, values=hidden)"


@given(st.lists(st.dictionaries(st.sampled_from("ab"), st.integers(0, 9)), min_size=1, max_size=5), st.data())
def test_reading_a_payload_is_the_inverse_of_writing_it(rows, data):
    salts = [data.draw(st.binary(min_size=16, max_size=16)) for _ in rows]
    payload = ReleasePayload(rows, salts, 2, 1, '{"loss": 0.5}')
    assert read_payload(payload.to_bytes()) == payload
    assert read_payload(payload.to_bytes()).root == payload.root


@pytest.mark.parametrize(
    "content",
    [
        b"{}",
        b"[]",
        b'{"release":{"document":"[]","k":1,"rows":[],"suppressed":0},"salts":[]}',
        b'{"release":1,"salts":[]}',
    ],
)
def test_what_is_no_payload_is_named(content):
    with pytest.raises(FieldError) as caught:
        read_payload(content)
    assert caught.value.field == "payload"


def test_the_contract_text_and_the_price_of_a_release():
    assert contract_text(["tv", "age"], "A study", "Why", 30, "0x77") == (
        '{"description":"Why","items":["tv","age"],"purpose":"A study","retention_days":30,"salt":"0x77"}'
    )
    assert [release_coins(5, 2, mask) for mask in (0, 1, 0b1011)] == [5, 7, 11]


def test_a_place_is_named_as_people_write_it():
    assert field_name(["questions", 0, "choices", 1, "value"]) == "questions[0].choices[1].value"
    assert field_name([]) == ""


def test_a_source_answers_no_more_questions_than_a_survey_has():
    """Each answer is held against each claim, while others wait: a hundred thousand took half a minute."""
    many = {f"q{at}": "age" for at in range(33)}
    with pytest.raises(FieldError) as caught:
        read_sources([{"credential": "a~", "answers": many}])
    assert (caught.value.field, str(caught.value.words)) == ("sources[0].answers", "must be from 1 to 32")
    del many["q0"]
    assert read_sources([{"credential": "a~", "answers": many}])[0].answers == many
