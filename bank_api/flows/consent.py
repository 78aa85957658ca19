"""Ask and consent: a partner asks, the board decides, each member gives, refuses or withdraws by their own signature.

The words a member signs are checked against the request's words here, so that a slip is named before the contract,
which checks the same hashes, refuses it.
"""

import json
from typing import Any

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import ForbiddenError, IdAlreadyUsedError, InvalidInputError, NotFoundError
from bank_api.flows.answer import survey_of
from bank_api.flows.receipts import receipt
from bank_api.protocol.documents.notice import Notice
from bank_api.protocol.documents.request import contract_text, release_coins
from bank_api.protocol.documents.survey import Survey
from bank_api.store.tables import RequestRow
from chaincode.bindings import Signed
from chaincode.events import RequestFiled
from chaincode.ids import text_hash, to_hex
from chaincode.typed_data import (
    CONSENT_GIVEN,
    CONSENT_REFUSED,
    CONSENT_WITHDRAWN,
    Consent,
    DataRequest,
    Decision,
    Withdrawal,
)


async def file_request(
    bank: Bank, caller: Caller, signed: Signed[DataRequest], items: list[str], description: str
) -> dict[str, Any]:
    """A partner's request; its coins are locked by the contract when it is filed."""
    message = signed.struct
    if message.partner != caller.account:
        raise ForbiddenError("a partner files requests in its own name only")
    if message.recipient != caller.name:
        raise InvalidInputError("request.message.recipient", f"must be the registered name, {caller.name}")
    survey = await in_thread(survey_of, bank, to_hex(message.survey_id))
    mask = survey.mask(items)
    if mask == 0 or message.items != mask:
        raise InvalidInputError("request.message.items", f"must be {mask}, the bit mask of the named items")
    contract = contract_text(items, message.purpose, description, message.retention_days)
    if message.contract_hash != text_hash(contract):
        raise InvalidInputError(
            "request.message.contract_hash", "is not the hash of description, items, purpose, retention"
        )
    row = RequestRow(
        request_id=to_hex(message.request_id),
        partner=message.partner,
        survey_id=survey.survey_id,
        message=json.dumps(message.to_json(), ensure_ascii=False),
        description=description,
    )
    known = await in_thread(bank.catalog.request, row.request_id)
    if known is not None and known.message != row.message and await in_thread(is_filed, bank, row.request_id):
        raise IdAlreadyUsedError
    if known is None or known.message != row.message:
        await in_thread(bank.catalog.save, row)
    return receipt(await bank.lanes.request.submit(signed))


async def decide(bank: Bank, caller: Caller, request_id: str, signed: Signed[Decision], note: str) -> dict[str, Any]:
    """The board approves or refuses a request before any member is asked."""
    if to_hex(signed.struct.request_id) != request_id:
        raise InvalidInputError("decision.message.request_id", "names another request than the address")
    if signed.struct.decision_hash != text_hash(note):
        raise InvalidInputError("decision.message.decision_hash", "is not the hash of the note")
    row = await in_thread(request_row, bank, request_id)
    answer = receipt(await bank.lanes.decision.submit(signed))
    row.decision_note = note
    await in_thread(bank.catalog.save, row)
    return answer


async def consent(bank: Bank, signed: Signed[Consent]) -> dict[str, Any]:
    """A member's consent or refusal."""
    await in_thread(_check_words, bank, signed.struct)
    return receipt(await bank.lanes.consent.submit(signed))


async def withdraw(bank: Bank, consent_id: str, signed: Signed[Withdrawal]) -> dict[str, Any]:
    """A member takes a consent back; releases made afterwards leave the member out."""
    if to_hex(signed.struct.consent_id) != consent_id:
        raise InvalidInputError("withdrawal.message.consent_id", "names another consent than the address")
    if signed.struct.decision != CONSENT_WITHDRAWN:
        raise InvalidInputError("withdrawal.message.decision", f"must be {CONSENT_WITHDRAWN!r}")
    return receipt(await bank.lanes.withdrawal.submit(signed))


def request_row(bank: Bank, request_id: str) -> RequestRow:
    row = bank.catalog.request(request_id)
    if row is None:
        raise NotFoundError("request", request_id)
    return row


def request_message(row: RequestRow) -> DataRequest:
    return DataRequest.from_json(json.loads(row.message))


def is_filed(bank: Bank, request_id: str) -> bool:
    """Whether the ledger has the request (a row whose filing was refused or died is no request)."""
    return bank.index.has(request_id, RequestFiled)


def notice_of(bank: Bank, row: RequestRow, survey: Survey) -> Notice:
    message = request_message(row)
    return Notice(
        bank=bank.settings.name,
        recipient=message.recipient,
        purpose=message.purpose,
        description=row.description,
        items=survey.labels(message.items),
        legal_class=message.legal_class,
        k_minimum=message.k_minimum,
        coins_base=message.coins_base,
        coins_per_item=message.coins_per_item,
        valid_until=message.valid_until,
        retention_days=message.retention_days,
    )


def _check_words(bank: Bank, message: Consent) -> None:
    row = request_row(bank, to_hex(message.request_id))
    asked, survey = request_message(row), survey_of(bank, row.survey_id)
    field = "consent.message"
    if message.decision not in (CONSENT_GIVEN, CONSENT_REFUSED):
        raise InvalidInputError(f"{field}.decision", f"must be {CONSENT_GIVEN!r} or {CONSENT_REFUSED!r}")
    if message.recipient != asked.recipient:
        raise InvalidInputError(f"{field}.recipient", f"must be the recipient's name, {asked.recipient}")
    if message.purpose != asked.purpose:
        raise InvalidInputError(f"{field}.purpose", "must be the purpose as requested")
    if message.item_mask == 0 or message.item_mask & ~asked.items:
        raise InvalidInputError(f"{field}.item_mask", "must name one or more of the items requested")
    if message.items != survey.labels(message.item_mask):
        raise InvalidInputError(f"{field}.items", "must be the labels of the items in item_mask, in order")
    coins = release_coins(asked.coins_base, asked.coins_per_item, message.item_mask)
    if message.coins != coins:
        raise InvalidInputError(f"{field}.coins", f"must be {coins}, what these items earn per release")
    notice = notice_of(bank, row, survey)
    if message.notice_hash not in (text_hash(notice.text("ja")), text_hash(notice.text("en"))):
        raise InvalidInputError(f"{field}.notice_hash", "is not the hash of this request's notice")
