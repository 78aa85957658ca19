"""gift.vy: the issuer orders premium coupons for who was in a release; the bank hands them out."""

from typing import Any

import pytest


@pytest.fixture(scope="module")
def issuer(bank: Any) -> Any:
    return bank.partner("issuer", coins=10_000)


@pytest.fixture(scope="module")
def request_(bank: Any, issuer: Any) -> Any:
    return bank.request(bank.survey(), issuer)


@pytest.fixture(scope="module")
def released(bank: Any, request_: Any) -> Any:
    keys = [bank.member(f"released {number}") for number in range(3)]
    bank.send("disclosure.disclose", *bank.release(request_, *(bank.consent(request_, key) for key in keys)))
    return keys


def coupons(bank: Any, issuer: Any, request_id: bytes, **changes: Any) -> dict[str, Any]:
    fields = {"title": "Thank you", "price": 50, "premiumRequest": request_id, **changes}
    return dict(bank.coupon_class(issuer, **fields))


def order(bank: Any, coupons: dict[str, Any], issuer: Any, **changes: Any) -> dict[str, Any]:
    return {
        "orderId": bank.new_id(),
        "issuer": issuer.address,
        "classId": coupons["classId"],
        "title": coupons["title"],
        "countEach": 2,
        "persons": 2,
        "deadline": bank.soon,
        **changes,
    }


def ordered(bank: Any, coupons: dict[str, Any], issuer: Any, **changes: Any) -> dict[str, Any]:
    message = order(bank, coupons, issuer, **changes)
    (event,) = bank.relay("coupon.order_gifts_batch", "GiftOrder", (message, issuer))
    assert event.name == "GiftsOrdered"
    return message


def give(bank: Any, order: dict[str, Any], *gifts: tuple[bytes, Any]) -> list[Any]:
    fields = [(gift_id, key.address) for gift_id, key in gifts]
    return [
        event
        for event in bank.send("coupon.give_batch", order["orderId"], fields)
        if event.name in ("CouponIssued", "Refused", "Repeated")
    ]


def test_gifts_reach_members_and_cost_them_nothing(bank: Any, issuer: Any, request_: Any, released: Any) -> None:
    kind = coupons(bank, issuer, request_["requestId"])
    message = ordered(bank, kind, issuer)
    before = [bank.coins(key) for key in released]
    gifts = [(bank.new_id(), key) for key in released]
    events = give(bank, message, *gifts)
    assert [event.name for event in events] == ["CouponIssued", "CouponIssued", "Refused"]
    assert events[0].args["coins"] == 0
    assert events[0].args["count"] == 2
    assert events[2].args["reason"] == "coupon: order is fulfilled"
    assert [event.name for event in give(bank, message, *gifts[:2])] == ["Repeated", "Repeated"]
    token = int.from_bytes(kind["classId"])
    held = [bank.read("coupon.balanceOf", key.address, token) for key in released]
    assert held == [2, 2, 0]
    assert [bank.coins(key) for key in released] == before
    assert bank.read("coupon.orderOf", message["orderId"]) == (kind["classId"], 2, 2, 2)
    assert bank.read("coupon.classOf", kind["classId"])[3] == 4


def test_who_was_in_no_release_gets_none(bank: Any, issuer: Any, request_: Any, released: Any) -> None:
    kind = coupons(bank, issuer, request_["requestId"], stock=3)
    message = ordered(bank, kind, issuer, persons=5)
    outsider = bank.member("outsider")

    def why(key: Any, gift_id: bytes | None = None) -> str:
        (event,) = give(bank, message, (bank.new_id() if gift_id is None else gift_id, key))
        return str(event.args["reason"])

    assert why(outsider) == "coupon: premium only"
    assert why(released[0], b"\0" * 32) == "coupon: id already used"
    gift_id = bank.new_id()
    give(bank, message, (gift_id, released[0]))
    assert why(released[0]) == "coupon: already given"
    assert why(released[1], gift_id) == "coupon: id already used"
    assert why(released[1]) == "coupon: sold out"
    (event,) = give(bank, {"orderId": b"\7" * 32}, (bank.new_id(), released[0]))
    assert event.args["reason"] == "coupon: unknown order"
    with pytest.raises(Exception, match=r"^coupon: not the operator$"):
        bank.send("coupon.give_batch", message["orderId"], [], sender=issuer)
    late = ordered(bank, coupons(bank, issuer, request_["requestId"], closesAt=bank.now + 50), issuer)
    bank.chain.advance(51)
    (event,) = give(bank, late, (bank.new_id(), released[0]))
    assert event.args["reason"] == "coupon: sale is over"


def test_orders_both_ways_and_refused(bank: Any, issuer: Any, request_: Any, released: Any) -> None:
    kind, path = coupons(bank, issuer, request_["requestId"]), "coupon.order_gifts"
    plain = coupons(bank, issuer, b"\0" * 32)
    other = bank.partner("other issuer")
    message = ordered(bank, kind, issuer)

    def why(key: Any, kind: dict[str, Any] = kind, **changes: Any) -> str:
        return str(bank.refusal(path, "GiftOrder", {**order(bank, kind, key), **changes}, key))

    assert [e.name for e in bank.relay(path + "_batch", "GiftOrder", (message, issuer))] == ["Repeated"]
    assert [e.name for e in bank.direct(path, "GiftOrder", message, issuer)] == ["Repeated"]
    changed = {**message, "persons": 9}
    assert bank.refusal(path, "GiftOrder", changed, issuer) == "coupon: id already used"
    assert why(other) == "coupon: not the issuer's class"
    assert why(other, issuer=issuer.address) == "membership: signer may not act"
    assert why(issuer, plain) == "coupon: class is not premium"
    assert why(issuer, countEach=0) == "coupon: count is zero"
    assert why(issuer, persons=0) == "coupon: count is zero"
    assert why(issuer, deadline=1) == "coupon: deadline passed"
    assert why(issuer, {**kind, "classId": b"\7" * 32}) == "coupon: unknown class"
    assert why(issuer, orderId=b"\0" * 32) == "coupon: id already used"
    direct = order(bank, kind, issuer)
    assert [e.name for e in bank.direct(path, "GiftOrder", direct, issuer)] == ["GiftsOrdered"]


def test_gifts_are_given_to_the_last_second_of_the_sale(bank: Any, issuer: Any, request_: Any, released: Any) -> None:
    last = bank.now + 50
    message = ordered(bank, coupons(bank, issuer, request_["requestId"], closesAt=last), issuer)
    bank.chain.set_time(last)
    assert [event.name for event in give(bank, message, (bank.new_id(), released[0]))] == ["CouponIssued"]
    (event,) = give(bank, message, (bank.new_id(), released[1]))
    assert event.args["reason"] == "coupon: sale is over"
