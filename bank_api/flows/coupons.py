"""Coupons: a partner publishes them, a member buys them with coins and may give them away."""

import json

from bank_api.bank import Bank
from bank_api.errors import InvalidInputError
from bank_api.flows.flow import Sent, Submit, looked_up
from bank_api.flows.words import keep_words
from bank_api.protocol.acts import CouponClassParts, Parts
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.receipts import receipt
from bank_api.store.tables import CouponClassRow
from bank_api.views.kept import class_message, is_published
from chaincode.ids import text_hash, to_hex
from chaincode.typed_data import CouponClass, CouponTransfer, Purchase


async def publish(bank: Bank, sent: Sent[CouponClass, CouponClassParts], submit: Submit) -> Receipt:
    """A partner's coupon class."""
    message, description = sent.words, sent.parts.description
    if message.content_hash != text_hash(description):
        raise InvalidInputError("coupon_class.message.content_hash", said("rule-hash-of", what="description"))
    row = CouponClassRow(
        class_id=to_hex(message.class_id),
        issuer=message.issuer,
        message=json.dumps(message.to_json(), ensure_ascii=False),
        description=description,
    )
    known = await looked_up(bank, bank.catalog.coupon_class, row.class_id)
    await keep_words(bank, sent, row, known, is_published)
    return receipt(await submit(sent.signed))


async def purchase(bank: Bank, sent: Sent[Purchase, Parts], submit: Submit) -> Receipt:
    """A member buys coupons; coins are burnt and coupons issued in one transaction."""
    coupon_class = await looked_up(bank, _titled_class, bank, sent.words, "purchase")
    coins = coupon_class.price * sent.words.count
    if sent.words.coins != coins:
        raise InvalidInputError("purchase.message.coins", said("rule-coins", coins=str(coins)))
    return receipt(await submit(sent.signed))


async def give(bank: Bank, sent: Sent[CouponTransfer, Parts], submit: Submit) -> Receipt:
    """Coupons change hands; the contract knows the title by its hash, here its words are named."""
    await looked_up(bank, _titled_class, bank, sent.words, "coupon_transfer")
    return receipt(await submit(sent.signed))


def _titled_class(bank: Bank, message: Purchase | CouponTransfer, act: str) -> CouponClass:
    """The class of this id. Raises NotFoundError for none, InvalidInputError if it has another title."""
    coupon_class = class_message(bank, to_hex(message.class_id))
    if message.title != coupon_class.title:
        raise InvalidInputError(f"{act}.message.title", said("rule-title", title=coupon_class.title))
    return coupon_class
