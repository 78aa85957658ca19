"""Answer: a sealed answer goes into the member's personal data store, its commitment and the coins on the ledger.

The bank opens the answer only to check it against the survey, and forgets it. Refuses what breaks the survey's schema,
what was not sealed to the member and the bank, a commitment that is not the answer's, and a second answer. A correction
(`flows/correct`) is an answer in the place of another, and goes the same way.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.bank import Bank
from bank_api.errors import ConflictError, IdAlreadyUsedError, InvalidInputError
from bank_api.flows.flow import Sent, Submit, computed, computed_together
from bank_api.protocol.acts import AnswerParts
from bank_api.protocol.documents.answer import AnswerDocument, answer_context, read_answer, recipients_hash
from bank_api.protocol.documents.sourced import check_sources
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.errors import FieldError
from bank_api.protocol.fields import from_base64
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.shapes.receipts import AnswerReceipt
from bank_api.receipts import receipt
from bank_api.views.kept import survey_of
from bank_api.views.shared_key import standing_terms
from chaincode import acts
from chaincode.bindings import Outcome
from chaincode.ids import to_hex
from chaincode.typed_data import Answer, Signed
from pds_adapter.errors import AccountErasedError, CanonicalFormError, EnvelopeError, ETagConflictError, StoreError
from pds_adapter.escrow.shared import label_of, share
from pds_adapter.sealing.envelope import PublicKey, SealedDocument, open_sealed, open_with_key
from pds_adapter.sealing.keys import KeyPair
from pds_adapter.stores.port import Document, Put, Reference, Stored

BOX = "answers"
LONG_CHARACTERS = 65_536
P = TypeVar("P", bound=Sent[Any, AnswerParts])


@dataclass(frozen=True, slots=True)
class SealedAnswer:
    """A signed answer and the sealed document it commits to."""

    signed: Signed[Any]
    """Of an `Answer` or a `Correction`."""
    sealed: SealedDocument
    is_kept: bool = False
    """Whether it was put into the member's own store on the way to the lane."""

    @property
    def answer_id(self) -> bytes:
        return acts.item_id(self.signed.struct)

    @property
    def put(self) -> Put:
        member = self.signed.struct.member
        return Put(member, BOX, answer_name(self.answer_id), self.sealed, if_none_match=True)


def same(item: SealedAnswer) -> bytes:
    """Two sendings of one answer never fly at once: one that is refused takes its document out of the store again."""
    return item.answer_id


def answer_name(answer_id: bytes) -> str:
    return answer_id.hex()


def open_answer(
    bank: Bank, survey: Survey, member: str, sealed: SealedDocument, key: bytes | None = None
) -> AnswerDocument:
    """Open a sealed answer with the bank's release key, or with its own key that the board gave, and check its form
    and its values."""
    context = answer_context(survey.survey_id, member)
    try:
        opened = (
            open_sealed(sealed, bank.key_of(sealed), context) if key is None else open_with_key(sealed, key, context)
        )
        return read_answer(opened.content, survey, member)
    except EnvelopeError as error:
        raise InvalidInputError("sealed_base64", said("rule-not-opened-by-bank", why=fault(error))) from error
    except CanonicalFormError:
        # its reason may quote the content, which is nobody's to log
        raise InvalidInputError("sealed_base64", said("rule-no-canonical-json")) from None
    except FieldError as error:
        field, rule = error.field, error.words
        inside = field if field.startswith(("values", "sources")) else "sealed_base64"
        whole = rule if field in ("answer", inside) else said("rule-of-part", part=field, rule=rule)
        raise InvalidInputError(inside, whole) from None


async def answer(bank: Bank, sent: Sent[Answer, AnswerParts], submit: Submit) -> AnswerReceipt:
    """Take one answer: check, then (in a lane, many at a time) store the sealed document and write the ledger.

    A store on somebody's server is written on the way to the lane, in which it would hold up others.
    """
    checked = await off_the_loop(_checked, bank, sent)
    outcome = await stored_and_submitted(bank, checked, submit)
    return AnswerReceipt(**receipt(outcome).model_dump(), coins=sent.words.coins)


async def off_the_loop(check: Callable[[Bank, P], SealedAnswer], bank: Bank, sent: P) -> SealedAnswer:
    """What `check` makes of a sealed answer. A long one has a thread to itself, and nobody waits until it is opened;
    what is looked up for others that are opened one after the other is of one moment, and found once."""
    if len(sent.parts.sealed_base64) > LONG_CHARACTERS:
        return await computed(check, bank, sent)
    return await computed_together(check, bank, sent, within=bank.database.reading)


async def stored_and_submitted(bank: Bank, checked: SealedAnswer, submit: Submit) -> Outcome:
    """Raises IdAlreadyUsedError where another document has the id, ConflictError where the store was erased."""
    try:
        if bank.pds.is_remote(checked.signed.struct.member):
            await in_thread(_put_aside, bank, checked)
            checked = replace(checked, is_kept=True)
        outcome = await submit(checked)
        if checked.is_kept and not outcome.accepted:
            await in_thread(_remove_unrecorded, bank, checked)
    except ETagConflictError as error:
        raise IdAlreadyUsedError(said("refusal-answer-id-used")) from error
    except AccountErasedError as error:
        raise ConflictError(said("refusal-store-erased")) from error
    return outcome


def _put_aside(bank: Bank, item: SealedAnswer) -> None:
    """Into a store on a server. Raises ETagConflictError where another document has the id."""
    try:
        bank.pds.put_one(item.put)
    except ETagConflictError:
        if not _is_there(bank, item):
            raise


def _is_there(bank: Bank, item: SealedAnswer) -> bool:
    """Whether this very answer is kept already, wrapped to others since: to a new key of its member, or of the bank."""
    put = item.put
    [found] = bank.pds.get_many([Reference(put.account_id, put.box, put.name)])
    return isinstance(found, Document) and found.content.is_same(item.sealed)


def _checked(bank: Bank, sent: Sent[Answer, AnswerParts]) -> SealedAnswer:
    with bank.database.reading():
        sealed, survey = check_sealed(bank, sent, "answer")
    coins = survey.coins(sent.words.items)
    if sent.words.coins != coins:
        raise InvalidInputError("answer.message.coins", said("rule-coins", coins=str(coins)))
    return sealed


def check_sealed(bank: Bank, sent: Sent[Any, AnswerParts], name: str) -> tuple[SealedAnswer, Survey]:
    """1. survey, 2. envelope and its recipients, 3. content and its sources, 4. the signed words against the content.

    `name` is the act's, by which fields are named.
    """
    message = sent.words
    survey = survey_of(bank, to_hex(message.survey_id))  # 1.
    person = bank.directory.person(message.member)
    if person is None or person.encryption_key is None or not person.has_role("member"):
        raise InvalidInputError(f"{name}.message.member", said("rule-no-member"))
    try:
        content = from_base64(sent.parts.sealed_base64, "sealed_base64", bank.settings.sealed_bytes_max)  # 2.
        sealed = SealedDocument.from_bytes(content)
    except EnvelopeError as error:
        raise InvalidInputError("sealed_base64", fault(error)) from error
    ours = bank.key_of(sealed) if bank.takes_former_key else bank.release_key
    expected = {PublicKey.from_hex(person.encryption_key), ours.public}
    if set(sealed.recipients) != expected:
        raise InvalidInputError("sealed_base64", said("rule-sealed-to"))
    if message.recipients_hash != recipients_hash(key.to_hex() for key in expected):
        raise InvalidInputError(f"{name}.message.recipients_hash", said("rule-sealed-to"))
    opened = open_answer(bank, survey, message.member, sealed)  # 3.
    _check_sources(bank, survey, opened)
    mask = survey.mask(opened.values, "values")  # 4.
    if message.items != mask:
        raise InvalidInputError(f"{name}.message.items", said("rule-answered-mask", mask=str(mask)))
    if message.survey != survey.title:
        raise InvalidInputError(f"{name}.message.survey", said("rule-title", title=survey.title))
    if message.commitment != opened.commitment:
        raise InvalidInputError(f"{name}.message.commitment", said("rule-commitment"))
    return _for_the_board(bank, SealedAnswer(sent.signed, sealed), ours), survey


def _check_sources(bank: Bank, survey: Survey, opened: AnswerDocument) -> None:
    """What sources signed is of this very member, and holds now. Raises InvalidInputError naming one that is not."""
    if not opened.sources:
        return
    known = bank.index.account(opened.member)
    holders = {opened.member} | ({known.key} if known is not None else set())
    try:
        check_sources(opened.sources, survey, opened.values, holders, bank.clock())
    except FieldError as error:
        raise InvalidInputError(error.field, error.words) from error


def _for_the_board(bank: Bank, answer: SealedAnswer, ours: KeyPair) -> SealedAnswer:
    """What is kept: where the board shares a key, wrapped under that instead of the bank's own."""
    if (terms := standing_terms(bank)) is None:
        return answer
    put = answer.put
    kept = share(answer.sealed, ours, terms, label_of(put.account_id, put.box, put.name)).without(ours.public)
    return replace(answer, sealed=kept)


def store_and_record(
    bank: Bank, answers: Sequence[SealedAnswer], act: acts.Act[Any] = acts.ANSWER
) -> list[Outcome | Exception]:
    """The lane's work: all documents in one durable write, then all commitments in one transaction.

    A document whose commitment the ledger refuses is removed again, unless the ledger holds this very answer from
    another sending; one orphaned by a crash is found by its id when the member sends the answer again, and is never
    released, because releases start from the ledger. Two sendings of one answer never fly at once (`same`), whichever
    processes took them.
    """
    with bank.database.locks.held(f"answer {answer_name(item.answer_id)}" for item in answers):
        return _store_and_record(bank, answers, act)


def _store_and_record(bank: Bank, answers: Sequence[SealedAnswer], act: acts.Act[Any]) -> list[Outcome | Exception]:
    written = iter(bank.pds.put_many([item.put for item in answers if not item.is_kept]))
    stored: list[Stored | StoreError | None] = [None if item.is_kept else next(written) for item in answers]
    for at, result in enumerate(stored):
        if isinstance(result, ETagConflictError) and _is_there(bank, answers[at]):
            stored[at] = None
    kept = [item for item, result in zip(answers, stored, strict=True) if not isinstance(result, StoreError)]
    signed = [item.signed for item in kept]
    outcomes = iter(bank.contracts.send(act, bank.transactor, signed) if kept else [])
    results: list[Outcome | Exception] = []
    for item, result in zip(answers, stored, strict=True):
        if isinstance(result, StoreError):
            results.append(result)
            continue
        outcome = next(outcomes)
        if not outcome.accepted and not item.is_kept:
            _remove_unrecorded(bank, item)
        results.append(outcome)
    return results


def _remove_unrecorded(bank: Bank, item: SealedAnswer) -> None:
    """Unless the ledger has an answer of this member under this id: one that was corrected since counts as well."""
    bank.index.catch_up()
    member, known = item.signed.struct.member, bank.index.answer(to_hex(item.answer_id))
    if known is None or known.member != member:
        bank.pds.delete(member, BOX, answer_name(item.answer_id))
