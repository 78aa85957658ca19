"""A survey answer: checked against the questions, committed to with a salt, sealed, signed.

Plan: 1. every value against its question's rule, 2. the mask and the coins the contract will insist on, 3. the document
with its commitment and envelope (to the member and to the bank's release key), 4. the signature over the commitment.
Nothing leaves the machine before all of it holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bank_api.protocol.shapes import Question, Survey
from bank_api.protocol.signed import SignedMessage
from chaincode.ids import id_from_hex
from chaincode.typed_data import Answer
from pds_adapter.canonical import SALT_BYTES, canonical_json, commit
from pds_adapter.envelope import seal
from pds_adapter.keys import PublicKey
from wallet_cli.errors import AnswerValueError, InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.signer import Signer, to_base64


@dataclass(frozen=True)
class SealedAnswer:
    """What is sent: the signature over the commitment, and the sealed document nobody on the way can read."""

    signed: SignedMessage[Answer]
    sealed_base64: str


@translated_errors()
def answer_survey(signer: Signer, survey: Survey, values: Mapping[str, int], release_public_key: str) -> SealedAnswer:
    answered = check_values(survey, values)  # 1.
    items, coins = reward(survey, answered)  # 2.
    survey_id = id_from_hex(survey.survey_id, "survey_id")
    content = {"survey_id": survey.survey_id, "member": signer.account, "values": dict(answered)}  # 3.
    salt = signer.randomness(SALT_BYTES)
    commitment = commit(salt, canonical_json(content))
    sealed = seal(
        canonical_json(content | {"salt": salt.hex()}),
        [signer.encryption.public, PublicKey.from_hex(release_public_key)],
        answer_context(survey.survey_id, signer.account),
        signer.randomness,
    )
    signed = signer.sign(  # 4.
        Answer(
            answer_id=signer.new_id(),
            member=signer.account,
            survey_id=survey_id,
            survey=survey.title,
            commitment=commitment,
            items=items,
            coins=coins,
            deadline=signer.deadline(),
        )
    )
    return SealedAnswer(signed, to_base64(sealed.to_bytes()))


def answer_context(survey_id: str, member: str) -> bytes:
    """What binds a sealed answer to its survey and its member."""
    return f"answer:{survey_id.removeprefix('0x')}:{member}".encode()


def check_values(survey: Survey, values: Mapping[str, int]) -> dict[str, int]:
    """The answers in the survey's order; refuses an unknown question, a missing one, a value outside its rule."""
    questions = {question.key: question for question in survey.questions}
    for key in values:
        if key not in questions:
            raise AnswerValueError(key, "is not a question of this survey", f"questions: {', '.join(questions)}")
    if not values:
        raise InputError("values", "must answer at least one question")
    for question in survey.questions:
        if question.key in values:
            check_value(question, values[question.key])
        elif question.required:
            raise AnswerValueError(question.key, "must be answered")
    return {key: values[key] for key in questions if key in values}


def check_value(question: Question, value: object) -> int:
    """The value if the question allows it."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise AnswerValueError(question.key, "must be a whole number")
    if question.kind == "choice":
        allowed = question.choices or []
        if value not in {choice.value for choice in allowed}:
            listed = ", ".join(f"{choice.value} ({choice.label})" for choice in allowed)
            raise AnswerValueError(question.key, f"must be one of {listed}; {value} is not")
    if question.minimum is not None and value < question.minimum:
        raise AnswerValueError(question.key, f"must be at least {question.minimum}; {value} is less")
    if question.maximum is not None and value > question.maximum:
        raise AnswerValueError(question.key, f"must be at most {question.maximum}; {value} is more")
    return value


def reward(survey: Survey, answered: Mapping[str, int]) -> tuple[int, int]:
    """The item mask of the answered questions and the coins they earn: the base and each item's own."""
    mask = 0
    coins = survey.base_coins
    for index, question in enumerate(survey.questions):
        if question.key in answered:
            mask |= 1 << index
            coins += question.coins
    return mask, coins
