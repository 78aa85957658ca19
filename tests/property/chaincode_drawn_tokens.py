"""Random structs that mostly fit: coins, coupons, prize draws."""

from chaincode_moves import COUPON_TITLE, LARGEST, NONCE, TITLE, Dice, commitments

from chaincode.ids import EMPTY_ID, text_hash
from chaincode.typed_data import (
    BoundTransfer,
    CoinTransfer,
    CouponClass,
    CouponTransfer,
    DrawBinding,
    Entry,
    GiftOrder,
    Purchase,
)


class Tokens(Dice):
    """Coins, coupons, prize draws."""

    def _cointransfer(self) -> CoinTransfer:
        owner = self.person(self.pick(("member", "partner")))
        amount = self.amount(self.model.state.coins.balance(owner))
        return CoinTransfer(self.new_id("transfer"), owner, self.holder("m"), amount, self.deadline())

    def _boundtransfer(self) -> BoundTransfer:
        coins = self.model.state.coins
        rich = [one for one in self.members() if coins.free(one)]
        owner = self.fitting(rich, self.person(self.pick(("member", "partner"))))
        policy_id, to = self.id("policy", coins.policies), self.fitting(self.members(), self.holder("member"))
        amount = self.near(self.pick((1, 2, 3)), LARGEST)
        return BoundTransfer(self.new_id("transfer"), owner, to, amount, policy_id, self.deadline())

    def _couponclass(self) -> CouponClass:
        opens = self.now + self.pick((0, 0, 1, 50))
        closes = opens + self.pick((0, 100, 10**5)) if not self.odd() else opens - 1
        premium = EMPTY_ID if not self.odd(4) else self.id("request", self.model.state.requests.requests)
        return CouponClass(
            class_id=self.new_id("class"),
            issuer=self.person("partner"),
            title=COUPON_TITLE,
            price=self.pick((0, 1, 3)) if not self.odd() else 2**32 - 1,
            stock=self.near(self.pick((1, 2, 5))),
            opens_at=opens,
            closes_at=closes,
            redeem_until=closes + self.pick((0, 100)) if not self.odd() else closes - 1,
            premium_request=premium,
            content_hash=text_hash("content"),
            deadline=self.deadline(),
        )

    def _coupontransfer(self) -> CouponTransfer:
        owned = [(who, one) for (who, one), count in self.model.state.coupons.balances.items() if count]
        known = self.id("class", self.model.state.coupons.classes)
        owner, class_id = self.pick(owned) if owned and not self.odd() else (self.person("member"), known)
        count = self.near(self.pick((1, 1, self.model.state.coupons.balance(owner, class_id))))
        numbers = (self.holder("m"), count, self.deadline())
        return CouponTransfer(self.new_id("transfer"), owner, class_id, COUPON_TITLE, *numbers)

    def _purchase(self) -> Purchase:
        class_id = self.id("class", self.model.state.coupons.classes)
        known = self.model.state.coupons.classes.get(class_id)
        count = self.pick((1, 1, 2)) if not self.odd() else self.pick((0, 2**32 - 1))
        coins = self.near(known.terms.price * count if known else 1)
        return Purchase(
            self.new_id("purchase"), self.person("member"), class_id, COUPON_TITLE, count, coins, self.deadline()
        )

    def _giftorder(self) -> GiftOrder:
        class_id = self.id("class", self.model.state.coupons.classes)
        known = self.model.state.coupons.classes.get(class_id)
        issuer = known.terms.issuer if known and not self.odd() else self.person("partner")
        numbers = self.near(1), self.near(self.pick((1, 2)))
        return GiftOrder(self.new_id("order"), issuer, class_id, COUPON_TITLE, *numbers, self.deadline())

    def _entry(self) -> Entry:
        draw_id = self.id("draw", self.model.state.draws.draws)
        known = self.model.state.draws.draws.get(draw_id)
        entry_id, coins = self.new_id("entry"), self.near(known.terms.price if known else 1)
        return Entry(entry_id, self.person("member"), draw_id, TITLE, NONCE, coins, self.deadline())

    def _drawbinding(self) -> DrawBinding:
        draw_id = self.id("draw", self.model.state.draws.draws)
        known = self.model.state.draws.draws.get(draw_id)
        drawers = known.terms.drawers if known else ()
        drawer = self.fitting(drawers, self.person("board"))
        place = drawers.index(drawer) if drawer in drawers else 0
        bound = list(commitments(draw_id, self.near(len(drawers) or 3, 8), place))
        if self.odd() and bound:
            bound[self.pick(range(len(bound)))] = self.pick((EMPTY_ID, NONCE))
        return DrawBinding(self.new_id("binding"), drawer, draw_id, TITLE, tuple(bound), self.deadline())
