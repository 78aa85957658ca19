"""The face of `coupon`: ERC-1155 coupon classes, bought with coins, redeemed once at the issuer's shops."""

from collections.abc import Sequence
from dataclasses import dataclass

from chaincode import acts
from chaincode.bindings.face import BATCH_MAXIMUM, Face, direct, relayed
from chaincode.bindings.outcome import Outcome
from chaincode.events import (
    GiftGiven,
    Sign,
    TransferSingle,
)
from chaincode.ids import EMPTY_ID, NOBODY
from chaincode.transactor import Transactor
from chaincode.typed_data import Redemption, Salt


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

    publish_batch = relayed(acts.COUPON_CLASS)
    publish = direct(acts.COUPON_CLASS)
    buy_batch = relayed(acts.PURCHASE)
    buy = direct(acts.PURCHASE)
    redeem_batch = relayed(acts.REDEMPTION)

    def redeem(
        self, transactor: Transactor, redemption: Redemption, member: str, salt: Salt, shop_signature: bytes
    ) -> Outcome:
        """A member redeems by a transaction of its own, with the shop's signature."""
        return self.perform(acts.REDEMPTION, transactor, redemption, member, salt, shop_signature)

    transfer_batch = relayed(acts.COUPON_TRANSFER)

    def transfer(self, transactor: Transactor, owner: str, receiver: str, class_id: bytes, count: int) -> Outcome:
        """ERC-1155 transfer by the sender's own transaction. It carries no id: sent twice it moves coupons twice."""
        arguments = (owner, receiver, int.from_bytes(class_id, "big"), count, b"")
        return self._single(transactor, "safeTransferFrom", arguments, EMPTY_ID, Sign(TransferSingle))

    order_gifts_batch = relayed(acts.GIFT_ORDER)
    order_gifts = direct(acts.GIFT_ORDER)

    def give(self, transactor: Transactor, order_id: bytes, gifts: Sequence[tuple[bytes, str]]) -> list[Outcome]:
        """Operator: carry out an order; gifts are (gift id, member), each member once."""
        outcomes: list[Outcome] = []
        for start in range(0, len(gifts), BATCH_MAXIMUM):
            part = list(gifts[start : start + BATCH_MAXIMUM])
            data = self._abi.function("give_batch", 2).encode((order_id, part))
            ids = [gift_id for gift_id, _ in part]
            outcomes += self._align(ids, transactor.send(self.address, data), Sign(GiftGiven))
        return outcomes

    def balance_of(self, account: str, class_id: bytes) -> int:
        """Return how many coupons of a class an account has."""
        return int(self.read("balanceOf", account, int.from_bytes(class_id, "big")))

    def class_of(self, class_id: bytes) -> ClassRecord | None:
        """Return a class, or None if it was never published."""
        values = self.read("classOf", class_id)
        return ClassRecord(*values) if values[0] != NOBODY else None
