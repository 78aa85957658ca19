"""Answers: every rule of a question, the coins the contract insists on, and an envelope only two can open."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bank_api.protocol.documents.answer import answer_context
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.errors import FieldError
from chaincode.typed_data import recover
from pds_adapter.errors import EnvelopeForgedError
from pds_adapter.sealing.canonical import canonical_json, commit, parse_canonical_json
from pds_adapter.sealing.envelope import SealedDocument, open_sealed
from pds_adapter.sealing.keys import KeyPair
from wallet_cli.errors import InputError
from wallet_cli.signing.answer import answer_survey

RELEASE = KeyPair.from_seed(b"r" * 32)
SURVEY = Survey.from_json(
    {
        "survey_id": "0x" + "5a" * 32,
        "title": "Election study",
        "description": "d",
        "language": "en",
        "questions": [
            {
                "key": "age", "label": "Your age", "kind": "number", "minimum": 18, "maximum": 99,
                "role": "quasi-identifier", "required": True, "coins": 2,
            },
            {
                "key": "vote", "label": "Your vote", "kind": "choice", "role": "sensitive", "required": False,
                "coins": 5, "choices": [{"value": 0, "label": "Clinton"}, {"value": 1, "label": "Dole"}],
            },
            {
                "key": "tv", "label": "TV news days", "kind": "number", "minimum": 0, "maximum": 7,
                "role": "harmless", "required": False, "coins": 1,
            },
        ],
        "base_coins": 10,
        "budget_coins": 1000,
        "opens_at": 0,
        "closes_at": 2_000_000_000,
    }
)  # fmt: skip


def test_the_answer_is_sealed_committed_and_signed(member, deployment):
    sealed_answer = answer_survey(member, SURVEY, {"tv": 3, "age": 40}, RELEASE.public.to_hex())
    struct = sealed_answer.signed.struct
    assert recover(struct, deployment, sealed_answer.signed.signature) == member.account
    assert (struct.items, struct.coins, struct.survey) == (0b101, 13, "Election study")

    sealed = SealedDocument.from_bytes(base64.b64decode(sealed_answer.parts.sealed_base64))
    context = answer_context(SURVEY.survey_id, member.account)
    for reader in (member.encryption, RELEASE):
        document = parse_canonical_json(open_sealed(sealed, reader, context).content)
        assert document["values"] == {"age": 40, "tv": 3}
    salt = bytes.fromhex(document.pop("salt"))
    assert commit(salt, canonical_json(document)) == struct.commitment


def test_the_envelope_belongs_to_its_member_and_survey(member, make_signer):
    sealed_answer = answer_survey(member, SURVEY, {"age": 40}, RELEASE.public.to_hex())
    sealed = SealedDocument.from_bytes(base64.b64decode(sealed_answer.parts.sealed_base64))
    with pytest.raises(EnvelopeForgedError):
        open_sealed(sealed, RELEASE, answer_context(SURVEY.survey_id, make_signer(8).account))


@pytest.mark.parametrize(
    ("values", "question", "rule"),
    [
        ({"age": 17}, "age", "must be from 18 to 99"),
        ({"age": 100}, "age", "must be from 18 to 99"),
        ({"age": "40"}, "age", "must be a whole number"),
        ({"age": True}, "age", "must be a whole number"),
        ({"age": 40, "vote": 2}, "vote", r"must be one of 0 \(Clinton\), 1 \(Dole\)"),
        ({"tv": 1}, "age", "is required and was left out"),
        ({"age": 40, "shoe": 43}, "shoe", "is no question of this survey"),
    ],
)
def test_a_value_outside_its_rule_names_question_and_rule(values, question, rule):
    with pytest.raises(FieldError, match=rule) as refusal:
        SURVEY.check_values(values)
    assert refusal.value.field == f"values.{question}"


def test_an_answer_to_nothing_is_refused():
    none_required = SURVEY.model_copy(update={"questions": SURVEY.questions[1:]})
    with pytest.raises(FieldError, match="at least one question"):
        none_required.check_values({})


def test_a_malformed_release_key_is_refused(member):
    with pytest.raises(InputError, match="public key"):
        answer_survey(member, SURVEY, {"age": 40}, "0x12")


@given(
    st.fixed_dictionaries(
        {"age": st.integers(18, 99)}, optional={"vote": st.sampled_from([0, 1]), "tv": st.integers(0, 7)}
    )
)
def test_allowed_values_pass_in_survey_order_and_earn_base_plus_items(values):
    answered = SURVEY.check_values(values)
    assert answered == values
    assert list(answered) == [question.key for question in SURVEY.questions if question.key in values]
    mask = SURVEY.mask(answered)
    assert mask.bit_count() == len(values)
    assert SURVEY.coins(mask) == 10 + sum({"age": 2, "vote": 5, "tv": 1}[key] for key in values)
