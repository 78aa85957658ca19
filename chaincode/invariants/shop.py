"""Rules about coupons: never oversold, paid for, handed on as the owner says, redeemed once at a shop of the issuer."""

from collections.abc import Iterator

from chaincode.events import (
    Burnt,
    CouponClassPublished,
    CouponIssued,
    CouponMoved,
    CouponRedeemed,
    Event,
    TransferBatch,
    TransferSingle,
)
from chaincode.ids import EMPTY_ID, NOBODY
from chaincode.invariants.context import Context, said
from chaincode.model.coupons import OrderRecord
from chaincode.model.ground import ANY_ROLE, MEMBER, PARTNER, SHOP


def broken(context: Context, event: Event) -> Iterator[str]:
    """Yield what an event breaks."""
    match event:
        case CouponClassPublished():
            yield from said(context.may_not(event.issuer, PARTNER))
            if event.class_id in context.state.coupons.classes:
                yield "a coupon class was published twice"
        case CouponIssued():
            yield from _issued(context, event)
        case CouponRedeemed():
            yield from _redeemed(context, event)
        case CouponMoved():
            yield from _handed_on(context, event)
        case TransferSingle():
            yield from _moved(context, event)
        case TransferBatch():
            yield from _moved_many(context, event)


def _issued(context: Context, event: CouponIssued) -> Iterator[str]:
    record = context.state.coupons.classes[event.class_id]
    terms, order = record.terms, context.state.coupons.order_of_gift(event.purchase_id)
    if order is not None:
        yield from _given(event, order)
    else:
        yield from _bought(context, event, terms)
    if record.sold + event.count > terms.stock:
        yield "a coupon class was oversold"
    if context.now > terms.closes_at:
        yield "a coupon was sold outside its window"
    premium = terms.premium_request
    if premium != EMPTY_ID and not context.state.consents.has_served(premium, event.member):
        yield "a premium coupon went to somebody outside its releases"
    if not _moves(context.before(), NOBODY, event.member, event.class_id, event.count):
        yield "a sale moved no coupons"


def _bought(context: Context, event: CouponIssued, terms: CouponClassPublished) -> Iterator[str]:
    yield from said(context.may_not(event.member, MEMBER))
    if context.now < terms.opens_at:
        yield "a coupon was sold before its sale began"
    if event.coins != terms.price * event.count:
        yield "a coupon was sold for another price"
    if not context.others_about(Burnt, "reason", event.purchase_id):
        yield "a coupon was given without coins"


def _given(event: CouponIssued, order: OrderRecord) -> Iterator[str]:
    if (event.class_id, event.count, event.coins) != (order.terms.class_id, order.terms.count_each, 0):
        yield "a gift is not what the issuer ordered"
    if event.member in dict(order.given) or len(order.given) >= order.terms.persons:
        yield "an order of gifts was carried out beyond its number"


def _redeemed(context: Context, event: CouponRedeemed) -> Iterator[str]:
    yield from said(context.may_not(event.member, MEMBER))
    yield from said(context.may_not(event.shop, SHOP))
    terms = context.state.coupons.classes[event.class_id].terms
    if event.redemption_id in context.state.coupons.redeemed:
        yield "a coupon was redeemed twice"
    if context.state.members.partner_of.get(event.shop) != terms.issuer:
        yield "a coupon was redeemed at a shop that is not the issuer's"
    if context.now > terms.redeem_until:
        yield "a coupon was redeemed after its end"
    if not _moves(context.before(), event.member, NOBODY, event.class_id, 1):
        yield "a redemption took no coupon"


def _handed_on(context: Context, event: CouponMoved) -> Iterator[str]:
    yield from said(context.may_not(event.owner, ANY_ROLE))
    if event.transfer_id in context.state.coupons.moved:
        yield "coupons were handed on twice by the same words"
    if event.receiver not in context.state.members.accounts:
        yield "coupons were handed on to somebody not enrolled"
    if not _moves(context.before(), event.owner, event.receiver, event.class_id, event.count):
        yield "a transfer moved no coupons"


def _moved(context: Context, event: TransferSingle) -> Iterator[str]:
    after = context.after()
    if event.owner == NOBODY:
        if not isinstance(after, CouponIssued):
            yield "coupons came into being without a sale"
        return
    if event.to == NOBODY and not isinstance(after, CouponRedeemed):
        yield "coupons vanished without a redemption"
    if context.state.coupons.balance(event.owner, event.id.to_bytes(32, "big")) < event.amount:
        yield "coupons were given that were not there"


def _moved_many(context: Context, event: TransferBatch) -> Iterator[str]:
    if NOBODY in (event.owner, event.to):
        yield "coupons came or went in a batch"
    moves = zip(event.ids, event.amounts, strict=True)
    if not context.state.coupons.can_move(event.owner, event.to, moves):
        yield "coupons were given that were not there"


def _moves(event: Event | None, owner: str, to: str, class_id: bytes, amount: int) -> bool:
    if not isinstance(event, TransferSingle):
        return False
    return (event.owner, event.to, event.id, event.amount) == (owner, to, int.from_bytes(class_id, "big"), amount)
