"""Who is in a release: the consents it stands on, and their answers, opened and checked against the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass

from bank_api.bank import Bank
from bank_api.errors import ConflictError, InvalidInputError, ReleaseNotPossibleError
from bank_api.flows import answers_opening
from bank_api.flows.answer import BOX, answer_name, open_answer
from bank_api.flows.answers_opening import Keys
from bank_api.index.agreement import agreeing
from bank_api.index.rows import RecordedAnswer, RecordedConsent
from bank_api.protocol.documents.answer import AnswerDocument
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from chaincode.bindings import IN_FORCE
from chaincode.ids import id_from_hex, to_hex
from chaincode.typed_data import DataRequest
from pds_adapter.errors import StoreError, StoreUnavailableError
from pds_adapter.stores.port import Reference

RELEASE_SECONDS_MAX = 600
"""How long a release too large for one transaction may stay open."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """The consents a release stands on, ascending by id, and their opened answers in the same order, with their ids."""

    consent_ids: tuple[str, ...]
    members: tuple[str, ...]
    answers: tuple[AnswerDocument, ...]
    answer_ids: tuple[str, ...]


def live_consents(bank: Bank, request_id: str, items: int) -> list[RecordedConsent]:
    """Consents in force now that cover all `items`, ascending by id, of members who are neither suspended nor gone and
    agree to the bank's terms until the release must be closed.

    The contract checks each again.
    """
    now = bank.ledger_time()
    active = agreeing(bank.index, now + RELEASE_SECONDS_MAX)
    return [
        row
        for row in bank.index.consents_for(request_id, *IN_FORCE)
        if row.member in active
        and row.valid_from <= now <= row.valid_until
        and row.uses < row.uses_maximum
        and row.items & items == items
    ]


def check_size(cohort: Cohort, k: int) -> None:
    """Raises ReleaseNotPossibleError where fewer than k people can be in the release."""
    reached = len(cohort.answers)
    if reached < k:
        missing = k - reached
        raise ReleaseNotPossibleError(
            said("refusal-k-not-reached", k=k, reached=reached, missing=missing),
            rule="k",
            required=k,
            reached=reached,
            missing=missing,
        )


def board_keys(
    bank: Bank,
    release_id: str,
    asked: DataRequest,
    survey: Survey,
    consents: Sequence[RecordedConsent],
    *,
    is_in_series: bool,
) -> Keys:
    """What the board gave to open for this release. Raises BoardMustOpenError until enough of it have contributed."""
    references = _references(standing_of(bank, asked, survey, consents))
    series = survey.survey_id if is_in_series else None
    return answers_opening.keys_for(bank, release_id, to_hex(asked.request_id), series, references)


def _references(standing: Sequence[tuple[RecordedConsent, RecordedAnswer]]) -> list[Reference]:
    return [Reference(consent.member, BOX, answer_name(id_from_hex(answer.answer_id))) for consent, answer in standing]


def cohort_of(
    bank: Bank,
    survey: Survey,
    asked: DataRequest,
    consents: Sequence[RecordedConsent],
    keys: Keys | None = None,
) -> Cohort:
    """Answers of consenting members, opened and checked. Left out is who consented without having answered, and whose
    own store does not answer now: nobody else's release waits for it. Of answers that only the board opens, those are
    left out that came after it was asked; without `keys` they are refused with ConflictError."""
    standing = standing_of(bank, asked, survey, consents)
    references = _references(standing)
    opened, included, answer_ids = [], [], []
    for (consent, answer), document in zip(standing, bank.pds.get_many(references), strict=True):
        if isinstance(document, StoreUnavailableError) and bank.pds.is_remote(consent.member):
            continue
        if isinstance(document, StoreError):
            raise ConflictError(said("refusal-answer-lost", answer=answer.answer_id, why=fault(document)))
        key = answers_opening.key_to(document, keys)
        if key is None and document.content.shared:
            continue
        try:
            one = open_answer(bank, survey, consent.member, document.content, key)
        except InvalidInputError as error:
            told = said("refusal-answer-false", answer=answer.answer_id, why=error.what)
            raise ConflictError(told) from error
        if to_hex(one.commitment) != answer.commitment:
            raise ConflictError(said("error-answer-not-committed", answer=answer.answer_id))
        opened.append(one)
        included.append(consent)
        answer_ids.append(answer.answer_id)
    members = tuple(consent.member for consent in included)
    consent_ids = tuple(consent.consent_id for consent in included)
    return Cohort(consent_ids, members, tuple(opened), tuple(answer_ids))


def standing_of(
    bank: Bank, asked: DataRequest, survey: Survey, consents: Sequence[RecordedConsent]
) -> list[tuple[RecordedConsent, RecordedAnswer]]:
    recorded = bank.index.answers(survey.survey_id)
    return [
        (consent, recorded[consent.member])
        for consent in consents
        if consent.member in recorded and recorded[consent.member].items & asked.items == asked.items
    ]
