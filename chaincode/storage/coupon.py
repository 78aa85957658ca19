"""What `coupon` must hold: classes, balances, approvals, gifts, and which messages were taken."""

from chaincode.events import CouponIssued, CouponMoved, CouponRedeemed, GiftGiven, TransferBatch, TransferSingle
from chaincode.model.coupons import ClassRecord
from chaincode.storage.digests import words_digest
from chaincode.storage.expected import Expected
from chaincode.storage.layout import LOCK
from chaincode.storage.story import Story
from chaincode.typed_data import CouponClass, CouponTransfer, GiftOrder, Purchase, Redemption

UNLOCKED = 3
"""What Vyper leaves in the reentrancy lock once it was used."""


def lay_out(story: Story, into: Expected) -> None:
    """order: countEach | persons << 32 | given << 64."""
    book = story.state.coupons
    for class_id, record in book.classes.items():
        _lay_out_class(into, class_id, record)
        into.put_digest("digest", (class_id,), story.digests.of(CouponClass, class_id, record.terms))
    for (account, class_id), count in book.balances.items():
        into.put("balance_of", (account, int.from_bytes(class_id, "big")), count)
    for (account, epoch, operator), approved in book.approvals.items():
        into.put("approved", (account, epoch, operator), approved)
    for order_id, order in book.orders.items():
        packed = order.terms.count_each | order.terms.persons << 32 | len(order.given) << 64
        into.put("order", (order_id,), packed)
        into.put("order_class", (order_id,), order.terms.class_id)
        into.put_digest("digest", (order_id,), story.digests.of(GiftOrder, order_id, order.terms))
        for member, gift_id in order.given:
            into.put("gift_of", (order_id, member), gift_id)
    _lay_out_uses(story, into)
    was_locked = any(story.history.all(kind) for kind in (TransferSingle, TransferBatch))
    into.put_any(LOCK, (), (UNLOCKED,) if was_locked else (0, UNLOCKED))


def _lay_out_class(into: Expected, class_id: bytes, record: ClassRecord) -> None:
    """class: issuer | price << 160 | stock << 192 | sold << 224.

    window: opensAt | closesAt << 64 | redeemUntil << 128.
    """
    terms = record.terms
    packed = int(terms.issuer, 16) | terms.price << 160 | terms.stock << 192 | record.sold << 224
    into.put("class_of", (class_id,), packed)
    into.put("window_of", (class_id,), terms.opens_at | terms.closes_at << 64 | terms.redeem_until << 128)
    into.put("title_hash", (class_id,), terms.title_hash)
    into.put("premium_request", (class_id,), terms.premium_request)


def _lay_out_uses(story: Story, into: Expected) -> None:
    """A gift keeps its order's id in place of a digest; a redemption's digest names the member too."""
    gifts = {gift.gift_id: gift.order_id for gift in story.history.all(GiftGiven)}
    for issued in story.history.all(CouponIssued):
        item = issued.purchase_id
        said = [gifts[item]] if item in gifts else story.digests.of(Purchase, item, issued)
        into.put_digest("digest", (item,), said)
    for redeemed in story.history.all(CouponRedeemed):
        said = story.digests.of(Redemption, redeemed.redemption_id, redeemed)
        bound = [words_digest(digest, redeemed.member) for digest in said]
        into.put_digest("digest", (redeemed.redemption_id,), bound)
    for moved in story.history.all(CouponMoved):
        into.put_digest("digest", (moved.transfer_id,), story.digests.of(CouponTransfer, moved.transfer_id, moved))
