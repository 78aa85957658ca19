"""Consent: each member gives, refuses or withdraws by their own signature.

The words a member signs are checked against the request's words here, so that a slip is named before the contract,
which checks the same hashes, refuses it.
"""

from bank_api.bank import Bank
from bank_api.errors import InvalidInputError
from bank_api.flows.flow import Sent, Submit, looked_up
from bank_api.protocol.acts import Parts
from bank_api.protocol.documents.request import release_coins
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.receipts import receipt
from bank_api.views.kept import notice_of, request_message, request_row, survey_of, written
from chaincode.ids import to_hex
from chaincode.typed_data import CONSENT_GIVEN, CONSENT_REFUSED, CONSENT_WITHDRAWN, Consent, Withdrawal


async def consent(bank: Bank, sent: Sent[Consent, Parts], submit: Submit) -> Receipt:
    """A member's consent or refusal."""
    await looked_up(bank, _check_words, bank, sent.words)
    return receipt(await submit(sent.signed))


async def withdraw(_bank: Bank, sent: Sent[Withdrawal, Parts], submit: Submit) -> Receipt:
    """A member takes a consent back; releases made afterwards leave the member out."""
    if sent.words.decision != CONSENT_WITHDRAWN:
        raise InvalidInputError("withdrawal.message.decision", said("rule-one-of", names=CONSENT_WITHDRAWN))
    return receipt(await submit(sent.signed))


def _check_words(bank: Bank, message: Consent) -> None:
    row = request_row(bank, to_hex(message.request_id))
    asked, survey = request_message(row), survey_of(bank, row.survey_id)
    field = "consent.message"
    if message.decision not in (CONSENT_GIVEN, CONSENT_REFUSED):
        raise InvalidInputError(f"{field}.decision", said("rule-one-of", names=f"{CONSENT_GIVEN}, {CONSENT_REFUSED}"))
    if message.request_digest != asked.struct_hash():
        raise InvalidInputError(f"{field}.request_digest", said("rule-request-digest"))
    if message.recipient != asked.recipient:
        raise InvalidInputError(f"{field}.recipient", said("rule-registered-name", name=asked.recipient))
    if message.purpose != asked.purpose:
        raise InvalidInputError(f"{field}.purpose", said("rule-purpose"))
    if message.item_mask != asked.items:
        raise InvalidInputError(f"{field}.item_mask", said("rule-all-items", mask=str(asked.items)))
    if message.items != survey.labels(message.item_mask):
        raise InvalidInputError(f"{field}.items", said("rule-item-labels"))
    coins = release_coins(asked.coins_base, asked.coins_per_item, message.item_mask)
    if message.coins != coins:
        raise InvalidInputError(f"{field}.coins", said("rule-coins", coins=str(coins)))
    notice = notice_of(bank, row, survey)
    if message.notice_hash not in (written(notice, "ja")[1], written(notice, "en")[1]):
        raise InvalidInputError(f"{field}.notice_hash", said("rule-notice-hash"))
