"""Ask: a partner asks for data with a purpose; the board decides before any member is asked, and may take that back."""

import json
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.bank import Bank
from bank_api.errors import InvalidInputError
from bank_api.flows.approvals import in_order
from bank_api.flows.flow import Sent, Submit
from bank_api.flows.words import keep_words
from bank_api.protocol.acts import ApprovalRevocationParts, DataRequestParts, DecisionParts
from bank_api.protocol.documents.open_results import OPEN_WORDS, is_open
from bank_api.protocol.documents.request import SERVED_CLASSES, contract_text, note_hash
from bank_api.protocol.documents.synthetic import MADE_UP_WORDS, wants_made_up
from bank_api.protocol.fields import LAST_MOMENT
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.receipts import receipt
from bank_api.store.tables import ApprovalRevocationRow, RequestRow
from bank_api.views.kept import is_filed, request_message, request_row, survey_of
from chaincode.bindings import Outcome
from chaincode.ids import id_from_hex, text_hash, to_hex
from chaincode.typed_data import ApprovalRevocation, DataRequest, Decision


async def file_request(bank: Bank, sent: Sent[DataRequest, DataRequestParts], submit: Submit) -> Receipt:
    """A partner's request; its coins are locked by the contract when it is filed."""
    row = await in_thread(_checked, bank, sent)
    known = await in_thread(bank.catalog.request, row.request_id)
    await keep_words(bank, sent, row, known, is_filed)
    return receipt(await submit(sent.signed))


def _checked(bank: Bank, sent: Sent[DataRequest, DataRequestParts]) -> RequestRow:
    message, parts, field = sent.words, sent.parts, "data_request.message"
    if message.recipient != sent.caller.name:
        raise InvalidInputError(f"{field}.recipient", said("rule-registered-name", name=sent.caller.name))
    survey = survey_of(bank, to_hex(message.survey_id))
    mask = survey.mask(parts.items)
    if mask == 0 or message.items != mask:
        raise InvalidInputError(f"{field}.items", said("rule-named-mask", mask=str(mask)))
    if tuple(parts.items) != tuple(survey.keys(mask)):
        raise InvalidInputError("items", said("rule-items-order"))
    if message.valid_until > LAST_MOMENT:
        raise InvalidInputError(f"{field}.valid_until", said("rule-from-to", low="0", high=str(LAST_MOMENT)))
    if message.legal_class not in SERVED_CLASSES:
        rule = said("rule-served-class")
        raise InvalidInputError(f"{field}.legal_class", rule)
    if message.purpose.endswith(OPEN_WORDS) and not is_open(message.purpose, message.legal_class):
        raise InvalidInputError(f"{field}.purpose", said("rule-open-statistics"))
    if MADE_UP_WORDS in message.purpose and not wants_made_up(message.purpose, message.legal_class):
        raise InvalidInputError(f"{field}.purpose", said("rule-synthetic-statistics"))
    if OPEN_WORDS in message.purpose and wants_made_up(message.purpose, message.legal_class):
        raise InvalidInputError(f"{field}.purpose", said("rule-synthetic-open"))
    contract = contract_text(parts.items, message.purpose, parts.description, message.retention_days, parts.salt)
    if message.contract_hash != text_hash(contract):
        raise InvalidInputError(
            f"{field}.contract_hash", said("rule-hash-of", what="description, items, purpose, retention")
        )
    return RequestRow(
        request_id=to_hex(message.request_id),
        partner=message.partner,
        survey_id=survey.survey_id,
        message=json.dumps(message.to_json(), ensure_ascii=False),
        description=parts.description,
        contract_salt=parts.salt,
    )


async def decide(bank: Bank, sent: Sent[Decision, DecisionParts], submit: Submit) -> Receipt:
    """The board approves or refuses a request before any member is asked."""
    if sent.words.decision_hash != note_hash(id_from_hex(sent.parts.salt, "salt"), sent.parts.note):
        raise InvalidInputError("decision.message.decision_hash", said("rule-hash-of", what="note"))
    row = await in_thread(request_row, bank, to_hex(sent.words.request_id))
    if sent.words.request_digest != request_message(row).struct_hash():
        raise InvalidInputError("decision.message.request_digest", said("rule-request-digest"))
    together = bank.contracts.request.decide_together
    answer = receipt(await _by_the_board(bank, sent, submit, together))
    row.decision_note, row.decision_salt = sent.parts.note, sent.parts.salt
    await in_thread(bank.catalog.save, row)
    return answer


async def revoke(bank: Bank, sent: Sent[ApprovalRevocation, ApprovalRevocationParts], submit: Submit) -> Receipt:
    """The board takes its approval of a request back; the reason is kept for the partner and the members."""
    request_id = to_hex(sent.words.request_id)
    if sent.words.reason_hash != note_hash(id_from_hex(sent.parts.salt, "salt"), sent.parts.note):
        raise InvalidInputError("approval_revocation.message.reason_hash", said("rule-hash-of", what="note"))
    row = await in_thread(request_row, bank, request_id)
    if sent.words.request_digest != request_message(row).struct_hash():
        raise InvalidInputError("approval_revocation.message.request_digest", said("rule-request-digest"))
    together = bank.contracts.request.revoke_together
    answer = receipt(await _by_the_board(bank, sent, submit, together))
    kept = ApprovalRevocationRow(request_id=request_id, note=sent.parts.note, salt=sent.parts.salt)
    await in_thread(bank.catalog.save, kept)
    return answer


async def _by_the_board(bank: Bank, sent: Sent[Any, Any], submit: Submit, together: Callable[..., Outcome]) -> Outcome:
    """With others' approvals it goes by itself, else with others of its kind."""
    if not sent.parts.approvals:
        return await submit(sent.signed)
    signatures = [to_hex(sent.signed.signature), *sent.parts.approvals]
    approvals = await in_thread(in_order, bank, sent.words, signatures)
    return await in_thread(together, bank.transactor, sent.signed, approvals)
