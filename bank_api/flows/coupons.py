"""Coupons: a partner publishes them, a member buys them with coins."""

import json

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.bank import Bank
from bank_api.errors import InvalidInputError
from bank_api.flows.flow import Sent, Submit
from bank_api.flows.words import keep_words
from bank_api.protocol.acts import CouponClassParts, Parts
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.receipts import receipt
from bank_api.store.tables import CouponClassRow
from bank_api.views.kept import class_message, is_published
from chaincode.ids import text_hash, to_hex
from chaincode.typed_data import CouponClass, Purchase


async def publish(bank: Bank, sent: Sent[CouponClass, CouponClassParts], submit: Submit) -> Receipt:
    """A partner's coupon class."""
    message, description = sent.words, sent.parts.description
    if message.content_hash != text_hash(description):
        raise InvalidInputError("coupon_class.message.content_hash", "is not the hash of the description")
    row = CouponClassRow(
        class_id=to_hex(message.class_id),
        issuer=message.issuer,
        message=json.dumps(message.to_json(), ensure_ascii=False),
        description=description,
    )
    known = await in_thread(bank.catalog.coupon_class, row.class_id)
    await keep_words(bank, sent, row, known, is_published)
    return receipt(await submit(sent.signed))


async def purchase(bank: Bank, sent: Sent[Purchase, Parts], submit: Submit) -> Receipt:
    """A member buys coupons; coins are burnt and coupons issued in one transaction."""
    message = sent.words
    coupon_class = await in_thread(class_message, bank, to_hex(message.class_id))
    if message.title != coupon_class.title:
        raise InvalidInputError("purchase.message.title", said("rule-title", title=coupon_class.title))
    coins = coupon_class.price * message.count
    if message.coins != coins:
        raise InvalidInputError("purchase.message.coins", said("rule-coins", coins=str(coins)))
    return receipt(await submit(sent.signed))
