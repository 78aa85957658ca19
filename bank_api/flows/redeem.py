"""Redeem: the shop signs an offer for its till, the member the same words and whose coupon it is; the ledger gets both.

The shop learns that a coupon was good, never whose it was: the member stands in the words as a salted hash.
"""

import json
from dataclasses import replace

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import ConflictError, ForbiddenError, IdAlreadyUsedError, InvalidInputError, NotFoundError
from bank_api.flows.flow import Sent, Submit, looked_up
from bank_api.flows.signatures import check_own_signature
from bank_api.index.follower import fresh
from bank_api.protocol.acts import RedemptionParts
from bank_api.protocol.kinds import RedemptionState
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.coupons import RedemptionOffered
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.receipts import receipt
from bank_api.store.tables import CancelledOfferRow, RedemptionRow
from bank_api.views.kept import class_message
from chaincode.events import CouponRedeemed
from chaincode.ids import EMPTY_ID, id_from_hex, to_hex
from chaincode.refusals import declared
from chaincode.typed_data import Redemption, Salt, Signed, SignedRedemption


async def offer(bank: Bank, caller: Caller, signed: Signed[Redemption]) -> RedemptionOffered:
    """A shop's till offers to take a coupon. Nothing is on the ledger until the member signs too."""
    message = signed.struct
    if message.member_hash != EMPTY_ID:
        raise InvalidInputError("redemption.message.member_hash", said("rule-offer-names-nobody"))
    if message.shop != caller.account:
        raise ForbiddenError(said("refusal-own-name"))
    coupon_class = await looked_up(bank, class_message, bank, to_hex(message.class_id))
    if message.title != coupon_class.title:
        raise InvalidInputError("redemption.message.title", said("rule-title", title=coupon_class.title))
    shop = await looked_up(bank, bank.directory.person, caller.account)
    if shop is None or shop.parent != coupon_class.issuer:
        raise ForbiddenError(declared("coupon: not the issuer's shop"), hint=said("hint-own-shops"))
    row = RedemptionRow(
        redemption_id=to_hex(message.redemption_id),
        class_id=to_hex(message.class_id),
        shop=message.shop,
        message=json.dumps(message.to_json(), ensure_ascii=False),
        signature=signed.signature.hex(),
        offered_at=bank.clock(),
    )
    known = await looked_up(bank, bank.catalog.redemption, row.redemption_id)
    if known is not None and known.message != row.message:
        raise IdAlreadyUsedError
    check_own_signature(bank, caller, signed)
    if known is None:
        await bank.database.saved(row)
    return RedemptionOffered(redemption_id=row.redemption_id, state=RedemptionState.OFFERED)


async def confirm(bank: Bank, sent: Sent[Redemption, RedemptionParts], submit: Submit) -> Receipt:
    """The member's half: both signatures go to the ledger, which takes the coupon once."""
    redemption_id = to_hex(sent.words.redemption_id)
    row = await looked_up(bank, bank.catalog.redemption, redemption_id)
    if row is None:
        raise NotFoundError("redemption", redemption_id)
    if json.dumps(replace(sent.words, member_hash=EMPTY_ID).to_json(), ensure_ascii=False) != row.message:
        raise ConflictError(said("refusal-not-the-offer"))
    if await looked_up(bank, bank.catalog.is_cancelled, redemption_id):
        raise ConflictError(said("refusal-offer-cancelled"))
    salt = Salt(id_from_hex(sent.parts.salt, "salt"))
    signatures = sent.signed.signature, bytes.fromhex(row.signature)
    both = SignedRedemption(sent.words, sent.caller.account, salt, *signatures)
    return receipt(await submit(both))


async def cancel(bank: Bank, caller: Caller, redemption_id: str) -> RedemptionOffered:
    """The shop takes its offer back; a coupon that was used already stays used."""
    row = await looked_up(bank, bank.catalog.redemption, redemption_id)
    if row is None or row.shop != caller.account:
        raise NotFoundError("redemption", redemption_id)
    await fresh(bank.follower)
    if await looked_up(bank, bank.index.has, redemption_id, CouponRedeemed):
        raise ConflictError(said("refusal-redeemed-already"))
    await bank.database.saved(CancelledOfferRow(redemption_id=redemption_id, cancelled_at=bank.clock()))
    return RedemptionOffered(redemption_id=redemption_id, state=RedemptionState.CANCELLED)
