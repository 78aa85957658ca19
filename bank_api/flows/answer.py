"""Answer: a sealed answer goes into the member's personal data store, its commitment and the coins on the ledger.

The bank opens the answer only to check it against the survey, and forgets it. Refuses what breaks the survey's schema,
what was not sealed to the member and the bank, a commitment that is not the answer's, and a second answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.bank import Bank
from bank_api.errors import ConflictError, IdAlreadyUsedError, InvalidInputError
from bank_api.flows.flow import Sent, Submit
from bank_api.protocol.acts import AnswerParts
from bank_api.protocol.documents.answer import AnswerDocument, answer_context, read_answer
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.errors import FieldError
from bank_api.protocol.fields import from_base64
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.receipts import AnswerReceipt
from bank_api.receipts import receipt
from bank_api.views.kept import survey_of
from chaincode import acts
from chaincode.bindings import Outcome
from chaincode.ids import to_hex
from chaincode.typed_data import Answer, Signed
from pds_adapter.errors import AccountErasedError, CanonicalFormError, EnvelopeError, ETagConflictError, StoreError
from pds_adapter.sealing.envelope import PublicKey, SealedDocument, open_sealed
from pds_adapter.stores.port import Put, Stored

BOX = "answers"


@dataclass(frozen=True, slots=True)
class SealedAnswer:
    """A signed answer and the sealed document it commits to."""

    signed: Signed[Answer]
    sealed: SealedDocument


def answer_name(answer_id: bytes) -> str:
    return answer_id.hex()


def open_answer(bank: Bank, survey: Survey, member: str, sealed: SealedDocument) -> AnswerDocument:
    """Open a sealed answer with the bank's release key and check its form and its values."""
    try:
        opened = open_sealed(sealed, bank.release_key, answer_context(survey.survey_id, member))
        return read_answer(opened.content, survey, member)
    except EnvelopeError as error:
        raise InvalidInputError("sealed_base64", f"cannot be opened by the bank: {error}") from error
    except CanonicalFormError:
        # its reason may quote the content, which is nobody's to log
        raise InvalidInputError("sealed_base64", "holds no canonical JSON") from None
    except FieldError as error:
        field, rule = error.field, error.rule
        inside = field if field.startswith("values") else "sealed_base64"
        raise InvalidInputError(inside, rule if field in ("answer", inside) else f"{field} {rule}") from None


async def answer(bank: Bank, sent: Sent[Answer, AnswerParts], submit: Submit) -> AnswerReceipt:
    """Take one answer: check, then (in a lane, many at a time) store the sealed document and write the ledger."""
    checked = await in_thread(_check, bank, sent)
    try:
        outcome = await submit(checked)
    except ETagConflictError as error:
        raise IdAlreadyUsedError(said("refusal-answer-id-used")) from error
    except AccountErasedError as error:
        raise ConflictError(said("refusal-store-erased")) from error
    return AnswerReceipt(**receipt(outcome).model_dump(), coins=sent.words.coins)


def _check(bank: Bank, sent: Sent[Answer, AnswerParts]) -> SealedAnswer:
    """1. survey, 2. envelope and its recipients, 3. content, 4. the signed words against the content."""
    message = sent.words
    survey = survey_of(bank, to_hex(message.survey_id))  # 1.
    person = bank.directory.person(message.member)
    if person is None or person.encryption_key is None or not person.has_role("member"):
        raise InvalidInputError("answer.message.member", said("rule-no-member"))
    try:
        content = from_base64(sent.parts.sealed_base64, "sealed_base64", bank.settings.sealed_bytes_max)  # 2.
        sealed = SealedDocument.from_bytes(content)
    except EnvelopeError as error:
        raise InvalidInputError("sealed_base64", str(error)) from error
    expected = {PublicKey.from_hex(person.encryption_key), bank.release_key.public}
    if set(sealed.recipients) != expected:
        raise InvalidInputError("sealed_base64", said("rule-sealed-to"))
    opened = open_answer(bank, survey, message.member, sealed)  # 3.
    mask = survey.mask(opened.values, "values")  # 4.
    if message.items != mask:
        raise InvalidInputError("answer.message.items", f"must be {mask}, the bit mask of the answered questions")
    if message.coins != survey.coins(mask):
        raise InvalidInputError("answer.message.coins", f"must be {survey.coins(mask)}, what these items earn")
    if message.survey != survey.title:
        raise InvalidInputError("answer.message.survey", "must be the survey's title")
    if message.commitment != opened.commitment:
        raise InvalidInputError("answer.message.commitment", "does not commit to the sealed answer")
    return SealedAnswer(sent.signed, sealed)


def store_and_record(bank: Bank, answers: Sequence[SealedAnswer]) -> list[Outcome | Exception]:
    """The lane's work: all documents in one durable write, then all commitments in one transaction.

    A document whose commitment the ledger refuses is removed again, unless the ledger holds this very answer from
    another sending; one orphaned by a crash is found by its id when the member sends the answer again, and is never
    released, because releases start from the ledger.
    """
    puts = [
        Put(item.signed.struct.member, BOX, answer_name(item.signed.struct.answer_id), item.sealed, if_none_match=True)
        for item in answers
    ]
    stored: list[Stored | StoreError] = bank.pds.put_many(puts)
    kept = [item for item, result in zip(answers, stored, strict=True) if isinstance(result, Stored)]
    signed = [item.signed for item in kept]
    outcomes = iter(bank.contracts.send(acts.ANSWER, bank.transactor, signed) if kept else [])
    results: list[Outcome | Exception] = []
    for item, result in zip(answers, stored, strict=True):
        if not isinstance(result, Stored):
            results.append(result)
            continue
        outcome = next(outcomes)
        if not outcome.accepted:
            _remove_unrecorded(bank, item.signed.struct)
        results.append(outcome)
    return results


def _remove_unrecorded(bank: Bank, message: Answer) -> None:
    if bank.contracts.survey.answer_of(message.survey_id, message.member) != message.answer_id:
        bank.pds.delete(message.member, BOX, answer_name(message.answer_id))
