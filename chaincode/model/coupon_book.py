"""Which coupons there are and who holds them, from events alone (contract `coupon`)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from chaincode.events import (
    ApprovalForAll,
    CouponClassPublished,
    CouponIssued,
    CouponMoved,
    CouponRedeemed,
    Event,
    GiftGiven,
    GiftsOrdered,
    KeyRotated,
    TransferBatch,
    TransferSingle,
)
from chaincode.ids import EMPTY_ID, NOBODY


@dataclass(frozen=True)
class ClassRecord:
    """A class of coupons and how many were sold."""

    terms: CouponClassPublished
    sold: int = 0


@dataclass(frozen=True)
class OrderRecord:
    """An issuer's order of gifts and who got one."""

    terms: GiftsOrdered
    given: tuple[tuple[str, bytes], ...] = ()


class CouponBook:
    """Classes and balances, from events alone."""

    def __init__(self) -> None:
        self.classes: dict[bytes, ClassRecord] = {}
        self.balances: dict[tuple[str, bytes], int] = {}
        self.approvals: dict[tuple[str, int, str], bool] = {}
        """By account, the account's epoch, and operator."""
        self.epochs: dict[str, int] = {}
        self.redeemed: dict[bytes, CouponRedeemed] = {}
        self.moved: dict[bytes, CouponMoved] = {}
        self.orders: dict[bytes, OrderRecord] = {}
        self._gifts: dict[bytes, bytes] = {}

    def apply(self, event: Event) -> None:
        match event:
            case CouponClassPublished():
                self.classes[event.class_id] = ClassRecord(event)
            case GiftsOrdered():
                self.orders[event.order_id] = OrderRecord(event)
            case GiftGiven():
                self._gifts[event.gift_id] = event.order_id
            case CouponIssued():
                order_id = self._gifts.get(event.purchase_id)
                if order_id is not None:
                    order, gift = self.orders[order_id], (event.member, event.purchase_id)
                    self.orders[order_id] = replace(order, given=(*order.given, gift))
                record = self.classes[event.class_id]
                self.classes[event.class_id] = replace(record, sold=record.sold + event.count)
            case CouponRedeemed():
                self.redeemed[event.redemption_id] = event
            case CouponMoved():
                self.moved[event.transfer_id] = event
            case TransferSingle():
                self._move(event.owner, event.to, event.id, event.amount)
            case TransferBatch():
                for token, amount in zip(event.ids, event.amounts, strict=True):
                    self._move(event.owner, event.to, token, amount)
            case ApprovalForAll():
                self.approvals[event.account, self.epochs.get(event.account, 0), event.operator] = event.approved
            case KeyRotated():
                self.epochs[event.account] = self.epochs.get(event.account, 0) + 1

    def is_approved(self, account: str, operator: str) -> bool:
        """Tell whether it was approved since the account's key last changed."""
        return self.approvals.get((account, self.epochs.get(account, 0), operator), False)

    def order_of_gift(self, gift_id: bytes) -> OrderRecord | None:
        """Return the order that a gift is given by."""
        return self.orders.get(self._gifts.get(gift_id, EMPTY_ID))

    def balance(self, account: str, class_id: bytes) -> int:
        return self.balances.get((account, class_id), 0)

    def can_move(self, owner: str, to: str, moves: Iterable[tuple[int, int]]) -> bool:
        """Tell whether tokens suffice, move by move: what comes back to the owner may go out again."""
        left: dict[int, int] = {}
        for token, amount in moves:
            held = left.get(token, self.balance(owner, token.to_bytes(32, "big")))
            if held < amount:
                return False
            left[token] = held if to == owner else held - amount
        return True

    def _move(self, owner: str, to: str, token: int, amount: int) -> None:
        class_id = token.to_bytes(32, "big")
        for account, change in ((owner, -amount), (to, amount)):
            if account != NOBODY:
                self.balances[account, class_id] = self.balance(account, class_id) + change
