"""Coupons at the shop: policies, gifts, redemptions; and ERC-1155, from hand to hand."""

from dataclasses import replace
from typing import Any

import chaincode_moves as moves
import chaincode_world as world
from chaincode_bank import HOW, Bank
from hypothesis import strategies as st
from hypothesis.stateful import rule

from chaincode.calldata import signature_to_calldata, to_calldata
from chaincode.ids import EMPTY_ID, NOBODY, salted_account
from chaincode.typed_data import CouponClass, GiftOrder, Purchase, Redemption


class Market(Bank):
    """Coupons are given, passed on and redeemed."""

    def furnish(self) -> None:
        """Coupons that anybody may buy and some who did, gifts for those whose data was released, and a policy."""
        super().furnish()
        issuer, late = self.people["partner0"].address, self.pair.time + 10**6
        window = (self.pair.time, late, late)
        premium = (EMPTY_ID, moves.number("request", 0))
        classes = [
            CouponClass(
                *(moves.number("class", n), issuer, moves.COUPON_TITLE, 1, 100), *window, premium[n], EMPTY_ID, late
            )
            for n in range(2)
        ]
        self.send([(one, "right") for one in classes], world.OPERATOR)
        purchases = [
            Purchase(
                *(moves.number("purchase", n), self.people[f"member{n}"].address, classes[0].class_id),
                *(moves.COUPON_TITLE, 2, 2, late),
            )
            for n in range(3)
        ]
        self.send([(one, "right") for one in purchases], world.OPERATOR)
        order = GiftOrder(moves.number("order", 0), issuer, classes[1].class_id, moves.COUPON_TITLE, 1, 3, late)
        self.send([(order, "right")], world.OPERATOR)
        self.policy(moves.number("policy", 0), [issuer])

    def policy(self, policy_id: bytes, issuers: list[str], sender: Any = None) -> None:
        arguments, act = (policy_id, issuers), self.model.coin.set_policy
        self.operate("coin", "set_policy", arguments, lambda s: act(s, *arguments), sender)

    @rule(data=st.data())
    def set_policy(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        partners = [self.people[name].address for name in ("partner0", "partner1", "partner9")]
        issuers = draw.pick((partners[:1], partners[1:], partners)) if not draw.odd() else draw.pick(([], [NOBODY]))
        self.policy(draw.new_id("policy"), issuers, self.sender(draw))

    @rule(data=st.data())
    def gave(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        order_id = draw.id("order", self.model.state.coupons.orders)
        gifts = [(draw.new_id("gift"), draw.person("member")) for _ in range(draw.pick((1, 2)))]
        act = self.model.coupon.give_batch
        sender = self.sender(draw)
        self.operate(
            "coupon", "give_batch", (order_id, gifts), lambda s: act(s, self.model.now, order_id, gifts), sender
        )

    @rule(data=st.data())
    def redeem(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        member, class_id = self.holding(draw)
        shop = self.shop(draw, class_id)
        offer = Redemption(draw.new_id("redemption"), class_id, moves.COUPON_TITLE, shop, EMPTY_ID, draw.deadline())
        named, salt = member if not draw.odd() else draw.person("member"), moves.NONCE if not draw.odd() else EMPTY_ID
        words = replace(offer, member_hash=salted_account(named, moves.NONCE) if not draw.odd() else EMPTY_ID)
        signatures = self.sign(words, member, draw.pick(HOW)), self.sign(offer, shop, draw.pick(HOW))
        keys, whose = (self.signer(words, signatures[0]), self.signer(offer, signatures[1])), (member, salt)
        item = (to_calldata(words), *whose, *(signature_to_calldata(one) for one in signatures))
        if draw.odd(3):
            arguments = [item[0], *whose, item[4]]
            self.operate(
                "coupon", "redeem", arguments,
                lambda s: self.model.coupon.redeem(s, words, whose, (s, keys[1]), self.model.now),
                self.key_of(member),
            )  # fmt: skip
            return
        again = [item] * draw.pick((1, 1, 2))
        self.operate(
            "coupon", "redeem_batch", [again],
            lambda s: self.model.coupon.redeem_batch(s, self.model.now, [(words, whose, keys)] * len(again)),
            self.sender(draw),
        )  # fmt: skip

    def holding(self, draw: Any) -> tuple[str, bytes]:
        """Return somebody and coupons, that person's mostly."""
        owned = [(who, one) for (who, one), count in self.model.state.coupons.balances.items() if count]
        mine = [(who, one) for who, one in owned if self.me in (who, None)]
        if not owned or draw.odd():
            return draw.holder("m"), draw.id("class", self.model.state.coupons.classes)
        found: tuple[str, bytes] = draw.pick(mine or owned)
        return found

    def shop(self, draw: Any, class_id: bytes) -> str:
        known = self.model.state.coupons.classes.get(class_id)
        belongs = self.model.state.members.partner_of.items()
        shops = [shop for shop, partner in belongs if known and partner == known.terms.issuer]
        return str(draw.pick(shops)) if shops and not draw.odd() else draw.person("shop")

    # -- ERC-1155 ------------------------------------------------------------------------------------

    @rule(data=st.data())
    def approved_all(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        arguments = (draw.holder("m"), not draw.odd(4))
        sender = self.key_of(draw.person(draw.pick(("member", "partner"))))
        act = self.model.coupon.set_approval_for_all
        self.operate("coupon", "setApprovalForAll", arguments, lambda s: act(s, *arguments), sender)

    @rule(data=st.data())
    def passed_on(self, data: st.DataObject) -> None:
        draw = self.draw(data)
        owner, class_id = self.holding(draw)
        to, token, word = draw.holder("m"), int.from_bytes(class_id, "big"), draw.pick((b"", b"x"))
        amount = draw.amount(self.model.state.coupons.balance(owner, class_id))
        act = self.model.coupon.safe_transfer_from
        self.operate(
            "coupon", "safeTransferFrom", (owner, to, token, amount, word),
            lambda s: act(s, owner, to, class_id, amount, word), self.passer(draw, owner),
        )  # fmt: skip

    @rule(data=st.data())
    def passed_many_on(self, data: st.DataObject) -> None:
        """Batches of none, of one class twice, of classes there are not, and lists of different lengths."""
        draw = self.draw(data)
        owner, class_id = self.holding(draw)
        book = self.model.state.coupons
        mine = [one for (who, one), count in book.balances.items() if who == owner and count]
        chosen = [draw.pick((class_id, class_id, *mine)) for _ in range(draw.pick((0, 1, 2, 2, 3)))]
        amounts = [draw.amount(book.balance(owner, one)) for one in chosen]
        if draw.odd(8):
            amounts = [*amounts, 0] if draw.odd(2) else amounts[1:]
        to = draw.holder("m") if not draw.odd(6) else owner
        arguments = (owner, to, [int.from_bytes(one, "big") for one in chosen], amounts, b"")
        act = self.model.coupon.safe_batch_transfer_from
        self.operate(
            "coupon", "safeBatchTransferFrom", arguments, lambda s: act(s, *arguments), self.passer(draw, owner)
        )

    def passer(self, draw: Any, owner: str) -> Any:
        """Return who passes coupons on: the owner's key, somebody approved, or somebody else."""
        approved = [
            who for (account, who), yes in self.model.state.coupons.approvals.items() if account == owner and yes
        ]
        if approved and draw.odd(2):
            return self.key_of(draw.pick(approved))
        return self.key_of(owner if not draw.odd(6) else draw.person("member"))
