"""Coupons: a partner publishes, a member buys with coins, shop and member redeem together, once.

The shop signs an offer for its till; the member signs the same words; the bank carries both signatures to the ledger.
The shop learns that a coupon was good, never whose it was.
"""

import json
from typing import Any

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import ConflictError, ForbiddenError, IdAlreadyUsedError, InvalidInputError, NotFoundError
from bank_api.flows.receipts import receipt
from bank_api.store.tables import CouponClassRow, RedemptionRow
from chaincode.bindings import Signed, SignedRedemption
from chaincode.events import CouponClassPublished
from chaincode.ids import text_hash, to_hex
from chaincode.typed_data import CouponClass, Purchase, Redemption


async def publish(bank: Bank, caller: Caller, signed: Signed[CouponClass], description: str) -> dict[str, Any]:
    """A partner's coupon class."""
    message = signed.struct
    if message.issuer != caller.account:
        raise ForbiddenError("a partner publishes coupons in its own name only")
    if message.content_hash != text_hash(description):
        raise InvalidInputError("coupon_class.message.content_hash", "is not the hash of the description")
    row = CouponClassRow(
        class_id=to_hex(message.class_id),
        issuer=message.issuer,
        message=json.dumps(message.to_json(), ensure_ascii=False),
        description=description,
    )
    known = await in_thread(bank.catalog.coupon_class, row.class_id)
    if known is not None and known.message != row.message and await in_thread(is_published, bank, row.class_id):
        raise IdAlreadyUsedError
    if known is None or known.message != row.message:
        await in_thread(bank.catalog.save, row)
    return receipt(await bank.lanes.coupon_class.submit(signed))


async def purchase(bank: Bank, signed: Signed[Purchase]) -> dict[str, Any]:
    """A member buys coupons; coins are burnt and coupons issued in one transaction."""
    message = signed.struct
    coupon_class = await in_thread(class_message, bank, to_hex(message.class_id))
    if message.title != coupon_class.title:
        raise InvalidInputError("purchase.message.title", f"must be the coupon's title, {coupon_class.title}")
    if message.coins != coupon_class.price * message.count:
        raise InvalidInputError("purchase.message.coins", f"must be {coupon_class.price * message.count}")
    return receipt(await bank.lanes.purchase.submit(signed))


async def offer(bank: Bank, caller: Caller, signed: Signed[Redemption]) -> dict[str, Any]:
    """A shop's till offers to take a coupon. Nothing is on the ledger until the member signs too."""
    message = signed.struct
    if message.shop != caller.account:
        raise ForbiddenError("a shop offers in its own name only")
    coupon_class = await in_thread(class_message, bank, to_hex(message.class_id))
    if message.title != coupon_class.title:
        raise InvalidInputError("redemption.message.title", f"must be the coupon's title, {coupon_class.title}")
    shop = await in_thread(bank.directory.person, caller.account)
    if shop is None or shop.parent != coupon_class.issuer:
        raise ForbiddenError(
            "coupon: not the issuer's shop", hint="only shops of the company that issued it may redeem"
        )
    row = RedemptionRow(
        redemption_id=to_hex(message.redemption_id),
        class_id=to_hex(message.class_id),
        shop=message.shop,
        message=json.dumps(message.to_json(), ensure_ascii=False),
        signature=signed.signature.hex(),
        offered_at=bank.clock(),
    )
    known = await in_thread(bank.catalog.redemption, row.redemption_id)
    if known is not None and known.message != row.message:
        raise IdAlreadyUsedError
    if known is None:
        await in_thread(bank.catalog.save, row)
    return {"redemption_id": row.redemption_id, "state": "offered"}


async def confirm(bank: Bank, caller: Caller, redemption_id: str, signed: Signed[Redemption]) -> dict[str, Any]:
    """The member's half: both signatures go to the ledger, which takes the coupon once."""
    row = await in_thread(bank.catalog.redemption, redemption_id)
    if row is None:
        raise NotFoundError("redemption", redemption_id)
    if json.dumps(signed.struct.to_json(), ensure_ascii=False) != row.message:
        raise ConflictError("the member's words are not the shop's offer")
    both = SignedRedemption(signed.struct, caller.account, signed.signature, bytes.fromhex(row.signature))
    return receipt(await bank.lanes.redemption.submit(both))


def class_message(bank: Bank, class_id: str) -> CouponClass:
    row = bank.catalog.coupon_class(class_id)
    if row is None:
        raise NotFoundError("coupon class", class_id)
    return CouponClass.from_json(json.loads(row.message))


def is_published(bank: Bank, class_id: str) -> bool:
    return bank.index.has(class_id, CouponClassPublished)
