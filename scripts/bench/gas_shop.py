"""Coupons, premium coupons, gifts and prize draws, as `gas` measures them."""

from dataclasses import replace
from functools import partial
from itertools import combinations

from eth_account.signers.local import LocalAccount

from chaincode.bindings import DrawTerms, Role, SignedRedemption
from chaincode.bindings.draw import commit, part_number
from chaincode.ids import EMPTY_ID, salted_account, text_hash
from chaincode.typed_data import (
    CouponClass,
    CouponTransfer,
    DrawBinding,
    Entry,
    GiftOrder,
    Purchase,
    Redemption,
    Salt,
    Seat,
)

from .gas_bench import LATE, Bench, account, item_id
from .gas_people import BOUND_COINS

TITLE, PRICE = "Coffee", 2
HOUR = 3_600


def sell(bench: Bench) -> None:
    """Classes published; coupons bought with free and with bound coins; redeemed; handed on."""
    names = [f"class {i}" for i in range(len(bench.members))]
    bench.act("coupon.publish", [(_class(bench, name), bench.partner) for name in names])
    others = [_class(bench, "coffee"), _class(bench, "premium", premium_request=text_hash("first"))]
    bench.contracts.coupon.publish_batch(bench.send, [bench.signed(one, bench.partner) for one in others])
    buy(
        bench, "coffee", "with bound coins", BOUND_COINS // PRICE
    )  # takes all of them: the next are paid with free ones
    buy(bench, "coffee")
    buy(bench, "premium", "premium")
    redeem(bench)
    hand_on(bench)


def _class(bench: Bench, name: str, premium_request: bytes = EMPTY_ID) -> CouponClass:
    numbers = (PRICE, 10_000, bench.now(), LATE, LATE)
    return CouponClass(text_hash(name), bench.partner.address, TITLE, *numbers, premium_request, EMPTY_ID, LATE)


def buy(bench: Bench, name: str, note: str = "", count: int = 1) -> None:
    purchases = [
        Purchase(
            item_id(f"purchase {name} {note}", one), one.address, text_hash(name), TITLE, count, count * PRICE, LATE
        )
        for one in bench.members
    ]
    bench.act("coupon.buy", list(zip(purchases, bench.members, strict=True)), note)


def redeem(bench: Bench) -> None:
    face, shop = bench.contracts.coupon, bench.shop
    signed = []
    for member in bench.members:
        salt = Salt(item_id("salt", member))
        offer = Redemption(item_id("redemption", member), text_hash("coffee"), TITLE, shop.address, EMPTY_ID, LATE)
        words = replace(offer, member_hash=salted_account(member.address, salt))
        both = bench.signature(words, member), bench.signature(offer, shop)
        signed.append(SignedRedemption(words, member.address, salt, *both))
    alone = [
        partial(face.redeem, bench.own(member), one.struct, one.member, one.salt, one.shop_signature)
        for member, one in zip(bench.members, signed, strict=True)
    ]
    bench.two_forms("coupon.redeem", alone, lambda: face.redeem_batch(bench.send, signed))


def hand_on(bench: Bench) -> None:
    """Coupons from member to member, by oneself as ERC-1155 has it, and relayed."""
    face, coffee, shop = bench.contracts.coupon, text_hash("coffee"), bench.shop.address
    transfers = [
        CouponTransfer(item_id("coupon transfer", one), one.address, coffee, TITLE, shop, 1, LATE)
        for one in bench.members
    ]
    signed = [bench.signed(*one) for one in zip(transfers, bench.members, strict=True)]
    alone = [partial(face.transfer, bench.own(one), one.address, shop, coffee, 1) for one in bench.members]
    bench.two_forms("coupon.transfer", alone, lambda: face.transfer_batch(bench.send, signed))


def give(bench: Bench) -> None:
    """Orders of gifts; one is carried out; coupons handed on in ERC-1155's batch."""
    face, partner, premium = bench.contracts.coupon, bench.partner, text_hash("premium")

    def order(name: str, persons: int) -> GiftOrder:
        return GiftOrder(text_hash(name), partner.address, premium, TITLE, 1, persons, LATE)

    bench.act("coupon.order_gifts", [(order(f"order {i}", 1), partner) for i in range(len(bench.members))])
    face.order_gifts(bench.own(partner), order("order", len(bench.members)))
    gifts = [(item_id("gift", one), one.address) for one in bench.members]
    bench.listed("coupon.give", gifts, partial(face.give, bench.send, text_hash("order")))
    aoi, ren = bench.members[:2]
    pair, token = (aoi.address, ren.address), int.from_bytes(premium, "big")
    by_aoi = partial(bench.call, aoi)
    bench.single("coupon.setApprovalForAll", partial(by_aoi, "coupon.setApprovalForAll", ren.address, True))
    bench.single(
        "coupon.safeBatchTransferFrom", partial(by_aoi, "coupon.safeBatchTransferFrom", *pair, [token], [1], b"")
    )


def draw_lots(bench: Bench) -> None:
    """One draw to its winners; one whose parts stay away, refunded."""
    face, send = bench.contracts.draw, bench.send
    now, drawers = bench.now(), [account(f"drawer {number}") for number in range(3)]
    drawers.sort(key=lambda drawer: int(drawer.address, 16))
    for number, drawer in enumerate(drawers):
        board = sorted((bench.board, *drawers[:number]), key=lambda one: int(one.address, 16))
        seat = Seat(item_id("drawer's seat", drawer), drawer.address, int(Role.BOARD), True, 1, LATE)
        bench.contracts.membership.seat(send, seat, [bench.signature(seat, one) for one in board])
    draws = [text_hash(name) for name in ("draw", "failed draw")]
    terms = [_terms(one, now, drawers) for one in draws]
    bench.single("draw.open_draw", *(lambda one=one: face.open_draw(send, one) for one in terms))
    bench.act("draw.bind", [(_binding(draws[0], drawers, place), drawer) for place, drawer in enumerate(drawers)])
    others = [bench.signed(_binding(draws[1], drawers, place), drawer) for place, drawer in enumerate(drawers)]
    face.bind_batch(send, others)
    bench.act("draw.enter", list(zip(_entries(bench, draws[0]), bench.members, strict=True)))
    failed = _entries(bench, draws[1])
    face.enter_batch(send, [bench.signed(*one) for one in zip(failed, bench.members, strict=True)])
    bench.pass_time(HOUR + 1)
    secrets = {part_number(*pair): _secret(*pair) for pair in combinations(range(3), 2)}
    bench.single("draw.show_parts", lambda: face.show_parts(send, draws[0], secrets))
    bench.pass_time(2 * HOUR)
    bench.listed("draw.refund", [one.entry_id for one in failed], partial(face.refund, send, draws[1]))


def _terms(draw_id: bytes, now: int, drawers: list[LocalAccount]) -> DrawTerms:
    words = (draw_id, text_hash(TITLE), text_hash("prize"))
    named = tuple(drawer.address for drawer in drawers)
    return DrawTerms(*words, PRICE, 1, 1_000, now, now + HOUR, now + 3 * HOUR, named)


def _binding(draw_id: bytes, drawers: list[LocalAccount], place: int) -> DrawBinding:
    bound = tuple(
        EMPTY_ID if other == place else commit(draw_id, _secret(place, other)) for other in range(len(drawers))
    )
    name = item_id(f"binding {draw_id.hex()}", drawers[place])
    return DrawBinding(name, drawers[place].address, draw_id, TITLE, bound, LATE)


def _secret(one: int, other: int) -> bytes:
    return text_hash(f"part of {min(one, other)} and {max(one, other)}")


def _entries(bench: Bench, draw_id: bytes) -> list[Entry]:
    found = []
    for one in bench.members:
        entry_id = text_hash(f"entry {draw_id.hex()} {one.address}")
        found.append(Entry(entry_id, one.address, draw_id, TITLE, text_hash("nonce"), PRICE, LATE))
    return found
