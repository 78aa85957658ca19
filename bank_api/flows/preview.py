"""Preview: a member's own row as the partner would see it, if a release were made now with the member in it.

It is a real release of those who consent now and the member, of which nothing is kept. Told are the member's own class
and its size: the answers of others in it are nobody's to see. One preview at a time: each opens everybody's answers.
"""

from typing import Any

from bank_api.bank import Bank
from bank_api.domain.anonymize import preview
from bank_api.errors import ConflictError, NotFoundError, ReleaseNotPossibleError, TooManyRequestsError
from bank_api.flows.cohort import Cohort, cohort_of, live_consents
from bank_api.flows.disclose import anonymized, policy_of
from bank_api.flows.release_history import columns_of, value_of
from bank_api.index.rows import RecordedConsent
from bank_api.protocol.documents.request import release_coins
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.messages.said import said
from bank_api.store.tables import RequestRow
from bank_api.views.kept import request_message, request_row, survey_of
from bank_api.views.requests import request_state
from chaincode.bindings import ConsentState, RequestState
from chaincode.ids import to_hex
from chaincode.typed_data import DataRequest

SUPPRESSED_MAX = 0.99
"""Who is left out is what a preview tells: it does not fail for it."""
MINE = "0x" + "ff" * 32
"""Stands for the consent that the member has not given."""
WAIT_SECONDS = 2.0


def own_row(bank: Bank, account: str, request_id: str) -> dict[str, Any]:
    """Raises NotFoundError, ConflictError before the member has answered, TooManyRequestsError."""
    bank.index.catch_up()
    row = request_row(bank, request_id)
    if request_state(bank, request_id) != RequestState.APPROVED:
        raise NotFoundError("request", request_id)
    asked, survey = request_message(row), survey_of(bank, row.survey_id)
    if account not in bank.index.answers(survey.survey_id):
        raise ConflictError(said("refusal-answer-first"))
    if not bank.previewing.acquire(blocking=False):
        raise TooManyRequestsError(WAIT_SECONDS)
    try:
        return _told(bank, account, row, asked, survey)
    finally:
        bank.previewing.release()


def _told(bank: Bank, account: str, row: RequestRow, asked: DataRequest, survey: Survey) -> dict[str, Any]:
    others = [one for one in live_consents(bank, row.request_id, asked.items) if one.member != account]
    policy = policy_of(asked, survey, None, SUPPRESSED_MAX)
    cohort = cohort_of(bank, survey, asked, [*others, _as_if_consented(account, asked)])
    told: dict[str, Any] = {
        "request_id": row.request_id,
        "k": policy.k,
        "consents": len(others),
        "coins": release_coins(asked.coins_base, asked.coins_per_item, asked.items),
        "row": {},
        "people": 0,
    }
    if account not in cohort.members or len(cohort.answers) < policy.k:
        return told
    try:
        made, _, _ = anonymized(bank, survey, asked, cohort, policy)
    except ReleaseNotPossibleError:
        return told
    own = _own_values(account, cohort, survey, asked)
    seen = preview(own, made)
    if seen is None:
        return told
    plain = {name: own[name] for name in seen.answers}
    together = seen.together if made.document.come_and_go else None
    return told | {"row": seen.described_as | plain, "people": seen.people, "answers_together": together}


def _own_values(account: str, cohort: Cohort, survey: Survey, asked: DataRequest) -> dict[str, Any]:
    values = cohort.answers[cohort.members.index(account)].values
    return {column.name: value_of(column, values[column.name]) for column in columns_of(survey, asked)}


def _as_if_consented(account: str, asked: DataRequest) -> RecordedConsent:
    return RecordedConsent(
        consent_id=MINE,
        request_id=to_hex(asked.request_id),
        member=account,
        state=ConsentState.GIVEN,
        items=asked.items,
        valid_from=0,
        valid_until=asked.valid_until,
        uses=0,
        uses_maximum=1,
        coins=0,
        block_number=0,
        time=0,
    )
