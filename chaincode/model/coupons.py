"""Coupons: never oversold, redeemed once, at a shop of the issuer (contract `coupon`)."""

from collections.abc import Mapping, Sequence

from eth_hash.auto import keccak

from chaincode.calldata import to_calldata
from chaincode.events import (
    CouponClassPublished,
    CouponIssued,
    CouponMoved,
    CouponRedeemed,
    GiftGiven,
    GiftsOrdered,
    Refused,
    Repeated,
    TransferSingle,
)
from chaincode.ids import EMPTY_ID, NOBODY, text_hash
from chaincode.model.authority import check_signed
from chaincode.model.coins import Coin
from chaincode.model.consents import ConsentBook
from chaincode.model.coupon_book import ClassRecord, CouponBook, OrderRecord
from chaincode.model.ground import (
    ANY_ROLE,
    MEMBER,
    OPERATOR,
    PARTNER,
    SHOP,
    Digests,
    Emit,
    Refusal,
    Said,
    is_repeated,
    require,
)
from chaincode.model.membership.roster import MemberBook
from chaincode.model.tokens import NAME, Receiver, Tokens
from chaincode.typed_data import CouponClass, CouponTransfer, GiftOrder, Purchase, Redemption

Whose = tuple[str, bytes]
"""A member, and the salt that opens the hash in its words."""
Keys = tuple[str | None, str | None]
"""Whoever signed as the member, and as the shop."""


class Coupon(Tokens):
    """The rules of `coupon`."""

    def __init__(
        self,
        book: CouponBook,
        members: MemberBook,
        consents: ConsentBook,
        coin: Coin,
        contracts: Mapping[str, Receiver],
        digests: Digests,
        emit: Emit,
    ) -> None:
        super().__init__(book, members, contracts, emit)
        self._consents, self._coin, self._digests = consents, coin, digests

    def publish(self, coupons: CouponClass, key: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        if self._is_repeated(coupons.class_id, "class", to_calldata(coupons)):
            return
        check_signed(self._members, NAME, key, coupons.issuer, PARTNER, coupons.deadline, now)
        require(coupons.stock > 0, NAME, "no stock")
        in_order = coupons.opens_at <= coupons.closes_at <= coupons.redeem_until
        require(in_order and now <= coupons.closes_at, NAME, "window is empty")
        self._digests.take(NAME, coupons.class_id, ("class", to_calldata(coupons)))
        self._emit(
            CouponClassPublished(
                coupons.class_id,
                coupons.issuer,
                coupons.premium_request,
                text_hash(coupons.title),
                coupons.price,
                coupons.stock,
                coupons.opens_at,
                coupons.closes_at,
                coupons.redeem_until,
                coupons.content_hash,
            )
        )

    def publish_batch(self, now: int, items: Sequence[Said[CouponClass]]) -> None:
        for item in items:
            try:
                self.publish(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.class_id, str(refusal), contract=NAME))

    def buy(self, sender: str, purchase: Purchase, key: str | None, now: int) -> None:
        """Direct: `key` is the sender; `sender` is who the token event names."""
        with self._locked():
            self._buy(sender, purchase, key, now)

    def _buy(self, sender: str, purchase: Purchase, key: str | None, now: int) -> None:
        if self._is_repeated(purchase.purchase_id, "purchase", to_calldata(purchase)):
            return
        self._check_buy(purchase, key, now)
        issuer = self._book.classes[purchase.class_id].terms.issuer
        spent = self._coin.spend(purchase.member, purchase.coins, issuer, purchase.purchase_id)
        require(spent, NAME, "not enough coins")
        self._digests.take(NAME, purchase.purchase_id, ("purchase", to_calldata(purchase)))
        token = int.from_bytes(purchase.class_id, "big")
        self._emit(TransferSingle(sender, NOBODY, purchase.member, token, purchase.count))
        self._emit(
            CouponIssued(purchase.purchase_id, purchase.class_id, purchase.member, purchase.count, purchase.coins)
        )

    def buy_batch(self, sender: str, now: int, items: Sequence[Said[Purchase]]) -> None:
        with self._locked():
            for item in items:
                try:
                    self._buy(sender, item.struct, item.key, now)
                except Refusal as refusal:
                    self._emit(Refused(item.struct.purchase_id, str(refusal), contract=NAME))

    def redeem(self, sender: str, redemption: Redemption, whose: Whose, keys: Keys, now: int) -> None:
        """`keys` are the member's and the shop's; direct: the member's is the sender."""
        with self._locked():
            self._redeem(sender, redemption, whose, keys, now)

    def _redeem(self, sender: str, redemption: Redemption, whose: Whose, keys: Keys, now: int) -> None:
        member, salt = whose
        content = (to_calldata(redemption), member)
        if self._is_repeated(redemption.redemption_id, "redemption", content):
            return
        is_theirs = redemption.member_hash == keccak(bytes(12) + bytes.fromhex(member[2:]) + salt)
        require(is_theirs, NAME, "words of another member")
        self._check_redeem(redemption, member, keys, now)
        self._digests.take(NAME, redemption.redemption_id, ("redemption", content))
        token = int.from_bytes(redemption.class_id, "big")
        self._emit(TransferSingle(sender, member, NOBODY, token, 1))
        self._emit(CouponRedeemed(redemption.redemption_id, redemption.class_id, member, redemption.shop))

    def redeem_batch(self, sender: str, now: int, items: Sequence[tuple[Redemption, Whose, Keys]]) -> None:
        with self._locked():
            for redemption, whose, keys in items:
                try:
                    self._redeem(sender, redemption, whose, keys, now)
                except Refusal as refusal:
                    self._emit(Refused(redemption.redemption_id, str(refusal), contract=NAME))

    def transfer_batch(self, sender: str, now: int, items: Sequence[Said[CouponTransfer]]) -> None:
        with self._locked():
            for item in items:
                try:
                    self._transfer(sender, item.struct, item.key, now)
                except Refusal as refusal:
                    self._emit(Refused(item.struct.transfer_id, str(refusal), contract=NAME))

    def _transfer(self, sender: str, transfer: CouponTransfer, key: str | None, now: int) -> None:
        if self._is_repeated(transfer.transfer_id, "transfer", to_calldata(transfer)):
            return
        require(transfer.class_id in self._book.classes, NAME, "unknown class")
        check_signed(self._members, NAME, key, transfer.owner, ANY_ROLE, transfer.deadline, now)
        receiver = self._receiver(transfer.receiver)
        require(transfer.receiver not in self._contracts, NAME, "receiver is a contract")
        require(transfer.count > 0, NAME, "count is zero")
        has_enough = self._book.balance(transfer.owner, transfer.class_id) >= transfer.count
        require(has_enough, NAME, "balance too low")
        self._digests.take(NAME, transfer.transfer_id, ("transfer", to_calldata(transfer)))
        token = int.from_bytes(transfer.class_id, "big")
        self._emit(TransferSingle(sender, transfer.owner, receiver, token, transfer.count))
        self._emit(CouponMoved(transfer.transfer_id, transfer.class_id, transfer.owner, receiver, transfer.count))

    def order_gifts(self, order: GiftOrder, key: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        if self._is_repeated(order.order_id, "order", to_calldata(order)):
            return
        record = self._book.classes.get(order.class_id)
        if record is None:
            raise Refusal(NAME, "unknown class")
        check_signed(self._members, NAME, key, order.issuer, PARTNER, order.deadline, now)
        require(order.issuer == record.terms.issuer, NAME, "not the issuer's class")
        require(record.terms.premium_request != EMPTY_ID, NAME, "class is not premium")
        require(order.count_each > 0 and order.persons > 0, NAME, "count is zero")
        self._digests.take(NAME, order.order_id, ("order", to_calldata(order)))
        self._emit(GiftsOrdered(order.order_id, order.class_id, order.issuer, order.count_each, order.persons))

    def order_gifts_batch(self, now: int, items: Sequence[Said[GiftOrder]]) -> None:
        for item in items:
            try:
                self.order_gifts(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.order_id, str(refusal), contract=NAME))

    def give_batch(self, sender: str, now: int, order_id: bytes, gifts: Sequence[tuple[bytes, str]]) -> None:
        with self._locked():
            require(self._members.holds(sender, OPERATOR), NAME, "not the operator")
            for gift_id, member in gifts:
                try:
                    self._give(sender, now, order_id, gift_id, member)
                except Refusal as refusal:
                    self._emit(Refused(gift_id, str(refusal), contract=NAME))

    def _give(self, sender: str, now: int, order_id: bytes, gift_id: bytes, member: str) -> None:
        order = self._book.orders.get(order_id)
        if order is None:
            raise Refusal(NAME, "unknown order")
        given = dict(order.given)
        if gift_id != EMPTY_ID and given.get(member) == gift_id:
            self._emit(Repeated(gift_id, contract=NAME))
            return
        is_new = gift_id != EMPTY_ID and not self._digests.is_taken(NAME, gift_id)
        require(is_new, NAME, "id already used")
        record = self._book.classes[order.terms.class_id]
        require(member not in given, NAME, "already given")
        invited = self._consents.has_served(record.terms.premium_request, member)
        require(invited, NAME, "premium only")
        require(len(given) < order.terms.persons, NAME, "order is fulfilled")
        require(now <= record.terms.closes_at, NAME, "sale is over")
        count = order.terms.count_each
        require(record.sold + count <= record.terms.stock, NAME, "sold out")
        require(member not in self._contracts, NAME, "member is a contract")
        self._digests.take(NAME, gift_id, ("gift", order_id))
        self._emit(GiftGiven(order_id, gift_id))
        token = int.from_bytes(order.terms.class_id, "big")
        self._emit(TransferSingle(sender, NOBODY, member, token, count))
        self._emit(CouponIssued(gift_id, order.terms.class_id, member, count, 0))

    def _is_repeated(self, item: bytes, kind: str, content: object) -> bool:
        """One space of ids for classes, purchases, redemptions and transfers."""
        return is_repeated(self._digests, self._emit, NAME, item, (kind, content))

    def _check_buy(self, purchase: Purchase, key: str | None, now: int) -> None:
        record = self._book.classes.get(purchase.class_id)
        if record is None:
            raise Refusal(NAME, "unknown class")
        terms = record.terms
        check_signed(self._members, NAME, key, purchase.member, MEMBER, purchase.deadline, now)
        require(purchase.member not in self._contracts, NAME, "member is a contract")
        require(now >= terms.opens_at, NAME, "not on sale yet")
        require(now <= terms.closes_at, NAME, "sale is over")
        require(purchase.count > 0, NAME, "count is zero")
        require(record.sold + purchase.count <= terms.stock, NAME, "sold out")
        require(purchase.coins == terms.price * purchase.count, NAME, "wrong price")
        premium = terms.premium_request
        invited = premium == EMPTY_ID or self._consents.has_served(premium, purchase.member)
        require(invited, NAME, "premium only")

    def _check_redeem(self, redemption: Redemption, member: str, keys: tuple[str | None, str | None], now: int) -> None:
        record = self._book.classes.get(redemption.class_id)
        if record is None:
            raise Refusal(NAME, "unknown class")
        member_key, shop_key = keys
        check_signed(self._members, NAME, member_key, member, MEMBER, redemption.deadline, now)
        check_signed(self._members, NAME, shop_key, redemption.shop, SHOP, redemption.deadline, now)
        issuer = self._members.partner_of.get(redemption.shop, NOBODY)
        require(issuer == record.terms.issuer, NAME, "not the issuer's shop")
        require(now <= record.terms.redeem_until, NAME, "redemption is over")
        require(self._book.balance(member, redemption.class_id) > 0, NAME, "no coupon left")


__all__ = ["ClassRecord", "Coupon", "CouponBook", "OrderRecord"]
