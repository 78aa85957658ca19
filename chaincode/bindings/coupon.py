"""The face of `coupon`: ERC-1155 coupon classes, bought with coins, redeemed once at the issuer's shops."""

from collections.abc import Sequence
from dataclasses import dataclass

from chaincode.bindings.face import BATCH_MAXIMUM, Face
from chaincode.bindings.outcome import Outcome, Signed, SignedRedemption, of_kind
from chaincode.calldata import signature_to_calldata
from chaincode.events import (
    CouponClassPublished,
    CouponIssued,
    CouponMoved,
    CouponRedeemed,
    GiftGiven,
    GiftsOrdered,
    TransferSingle,
)
from chaincode.ids import EMPTY_ID, NOBODY
from chaincode.transactor import Transactor
from chaincode.typed_data import CouponClass, CouponTransfer, GiftOrder, Purchase, Redemption


@dataclass(frozen=True)
class ClassRecord:
    """A coupon class as the contract holds it."""

    issuer: str
    price: int
    stock: int
    sold: int
    opens_at: int
    closes_at: int
    redeem_until: int
    title_hash: bytes
    premium_request: bytes


class Coupon(Face):
    NAME = "coupon"

    def publish_batch(self, transactor: Transactor, classes: Sequence[Signed[CouponClass]]) -> list[Outcome]:
        return self._batch(transactor, "publish_batch", classes, of_kind(CouponClassPublished), gas_per_item=200_000)

    def publish(self, transactor: Transactor, coupon_class: CouponClass) -> Outcome:
        """A partner publishes by a transaction of its own."""
        return self._direct(transactor, "publish", coupon_class, of_kind(CouponClassPublished))

    def buy_batch(self, transactor: Transactor, purchases: Sequence[Signed[Purchase]]) -> list[Outcome]:
        return self._batch(transactor, "buy_batch", purchases, of_kind(CouponIssued), gas_per_item=110_000)

    def buy(self, transactor: Transactor, purchase: Purchase) -> Outcome:
        """A member buys by a transaction of its own."""
        return self._direct(transactor, "buy", purchase, of_kind(CouponIssued))

    def redeem_batch(self, transactor: Transactor, redemptions: Sequence[SignedRedemption]) -> list[Outcome]:
        return self._batch(transactor, "redeem_batch", redemptions, of_kind(CouponRedeemed), gas_per_item=70_000)

    def redeem(self, transactor: Transactor, redemption: Redemption, member: str, shop_signature: bytes) -> Outcome:
        """A member redeems by a transaction of its own, with the shop's signature."""
        signature = signature_to_calldata(shop_signature)
        return self._direct(transactor, "redeem", redemption, of_kind(CouponRedeemed), member, signature)

    def transfer_batch(self, transactor: Transactor, transfers: Sequence[Signed[CouponTransfer]]) -> list[Outcome]:
        return self._batch(transactor, "transfer_batch", transfers, of_kind(CouponMoved), gas_per_item=120_000)

    def transfer(self, transactor: Transactor, owner: str, receiver: str, class_id: bytes, count: int) -> Outcome:
        """ERC-1155 transfer by the sender's own transaction. It carries no id: sent twice it moves coupons twice."""
        arguments = (owner, receiver, int.from_bytes(class_id, "big"), count, b"")
        return self._single(transactor, "safeTransferFrom", arguments, EMPTY_ID, of_kind(TransferSingle))

    def order_gifts_batch(self, transactor: Transactor, orders: Sequence[Signed[GiftOrder]]) -> list[Outcome]:
        return self._batch(transactor, "order_gifts_batch", orders, of_kind(GiftsOrdered), gas_per_item=150_000)

    def order_gifts(self, transactor: Transactor, order: GiftOrder) -> Outcome:
        """An issuer orders by a transaction of its own."""
        return self._direct(transactor, "order_gifts", order, of_kind(GiftsOrdered))

    def give(self, transactor: Transactor, order_id: bytes, gifts: Sequence[tuple[bytes, str]]) -> list[Outcome]:
        """Operator: carry out an order; gifts are (gift id, member), each member once."""
        outcomes: list[Outcome] = []
        for start in range(0, len(gifts), BATCH_MAXIMUM):
            part = list(gifts[start : start + BATCH_MAXIMUM])
            data = self._abi.function("give_batch", 2).encode((order_id, part))
            ids = [gift_id for gift_id, _ in part]
            outcomes += self._align(ids, transactor.send(self.address, data), of_kind(GiftGiven))
        return outcomes

    def balance_of(self, account: str, class_id: bytes) -> int:
        """Return how many coupons of a class an account has."""
        return int(self.read("balanceOf", account, int.from_bytes(class_id, "big")))

    def class_of(self, class_id: bytes) -> ClassRecord | None:
        """Return a class, or None if it was never published."""
        values = self.read("classOf", class_id)
        return ClassRecord(*values) if values[0] != NOBODY else None
