"""What is given in the story: premium coupons, gifts to members nobody names, coins bound to a purpose."""

from __future__ import annotations

from typing import Any

from chaincode.bindings import Signed
from chaincode.ids import EMPTY_ID
from chaincode.typed_data import BoundTransfer, CoinTransfer, CouponClass, GiftOrder, Purchase

from .teller import LATE, Teller
from .transcript import plain

CAKE, TEA = "A piece of cake", "A pot of tea"
TEA_PRICE = 3


def thank(teller: Teller) -> None:
    """Premium coupons: only who was in the release may buy them or is given them, once each, until none are left."""
    face, send = teller.bank.coupon, teller.send
    classes = [_class(teller, CAKE, 1, 4, teller.id("request")), _class(teller, TEA, TEA_PRICE, 9, EMPTY_ID)]
    teller.note("publish more coupons", face.publish_batch(send, classes))
    buying = [_purchase(teller, "aoi", CAKE, 1), _purchase(teller, "mei", CAKE, 1)]
    teller.note("buy premium", face.buy_batch(send, buying))

    def order(name: str, title: str, signer: str = "partner") -> Signed[GiftOrder]:
        what = (teller.id(name), teller.address("partner"), teller.id(title), title)
        return teller.signed(GiftOrder(*what, 1, 2, LATE), signer)

    orders = [order("gifts", CAKE), order("gifts", CAKE), order("stolen gifts", CAKE, "aoi"), order("tea for all", TEA)]
    teller.note("order gifts", face.order_gifts_batch(send, orders))
    to = [("first gift", "aoi"), ("first gift", "aoi"), ("second gift", "aoi"), ("third gift", "mei")]
    to += [("fourth gift", "ren"), ("fifth gift", "yui")]
    gifts = [(teller.id(name), teller.address(member)) for name, member in to]
    teller.note("give", face.give(send, teller.id("gifts"), gifts))


def bind(teller: Teller) -> None:
    """Coins that can only be spent with one issuer: not handed on, not beyond what there is, and spent first."""
    face, send, policy = teller.bank.coin, teller.send, teller.id("policy")
    teller.note("set policy", face.set_policy(send, policy, [teller.address("partner")]))
    teller.note("set policy again", face.set_policy(send, policy, [teller.address("partner")]))
    teller.refused("policy of no partner", lambda: face.set_policy(send, teller.id("other"), [teller.address("aoi")]))

    def bound(name: str, amount: int, rule: bytes = policy, signer: str = "partner") -> Signed[BoundTransfer]:
        what = (teller.id(name), teller.address("partner"), teller.address("mei"), amount, rule)
        return teller.signed(BoundTransfer(*what, LATE), signer)

    given = [bound("bound", 4), bound("bound", 4), bound("bound nowhere", 4, teller.id("no policy"))]
    given += [bound("bound too much", 10_000), bound("bound by another", 4, signer="aoi")]
    teller.note("give bound coins", face.transfer_bound_batch(send, given))
    everything = face.balance_of(teller.address("mei"))
    on = CoinTransfer(teller.id("hand on"), teller.address("mei"), teller.address("aoi"), everything, LATE)
    teller.note("hand on bound coins", face.transfer_batch(send, [teller.signed(on, "mei")]))
    teller.note(
        "spend bound coins",
        teller.bank.coupon.buy(teller.as_oneself("mei"), _purchase(teller, "mei", TEA, TEA_PRICE).struct),
    )


def _class(teller: Teller, title: str, price: int, stock: int, premium_request: bytes) -> Signed[CouponClass]:
    heading = (teller.id(title), teller.address("partner"), title, price, stock, 0, LATE, LATE)
    return teller.signed(CouponClass(*heading, premium_request, teller.id("small print"), LATE), "partner")


def _purchase(teller: Teller, name: str, title: str, coins: int) -> Signed[Purchase]:
    what = (teller.id(f"purchase {name} {title}"), teller.address(name), teller.id(title), title)
    return teller.signed(Purchase(*what, 1, coins, LATE), name)


def reads(teller: Teller) -> dict[str, Any]:
    """What the contracts hold of it."""
    bank, people = teller.bank, ("aoi", "ren", "mei", "yui")
    found = {
        "cakes": [bank.coupon.balance_of(teller.address(name), teller.id(CAKE)) for name in people],
        "classes": [bank.coupon.class_of(teller.id(title)) for title in (CAKE, TEA)],
        "bound": bank.coin.bound_of(teller.address("mei")),
        "bound under the policy": bank.coin.bound_under(teller.address("mei"), teller.id("policy")),
        "policy allows": [
            bank.coin.policy_allows(teller.id("policy"), teller.address(name)) for name in ("partner", "shop")
        ],
    }
    return {name: plain(value) for name, value in found.items()}
