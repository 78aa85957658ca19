"""Coins and coupons change hands: signed by whoever owns them, taken once, and written in both passbooks."""

import pytest

from chaincode.ids import to_hex
from wallet_cli.errors import InputError
from wallet_cli.signing import giving


@pytest.fixture(scope="module")
def scene(town):
    survey, partner = town.survey(), town.organization("partner")
    shop = town.organization("shop", parent=partner)
    return survey, shop, town.coupon_class(partner, stock=50)


@pytest.fixture
def rich(town, scene):
    person = town.member()
    town.answer(person, scene[0])
    return person


def coins_body(person, receiver, coins, **bent):
    body = {"coin_transfer": giving.send_coins(person.signer, receiver, coins).to_json()}
    body["coin_transfer"]["message"] |= bent
    return body


def coupons_body(person, receiver, offer, count, **bent):
    body = {"coupon_transfer": giving.send_coupons(person.signer, receiver, offer, count).to_json()}
    body["coupon_transfer"]["message"] |= bent
    return body


def last_line(person):
    return person.get("/v1/me/passbook")["entries"][-1]


def test_coins_reach_the_other_once(town, rich):
    other = town.member()
    body = coins_body(rich, other.account, 7)
    assert [rich.done("/v1/coin-transfers", body)["repeated"] for _ in range(2)] == [False, True]
    assert (rich.get("/v1/me")["coins"], other.get("/v1/me")["coins"]) == (12, 7)
    assert [last_line(one)["kind"] for one in (rich, other)] == ["coins-sent", "coins-received"]


def test_a_shop_is_paid_in_coins(scene, rich):
    rich.done("/v1/coin-transfers", coins_body(rich, scene[1].account, 4))
    assert scene[1].get("/v1/me")["coins"] == 4


@pytest.mark.parametrize(
    ("bent", "status", "detail"),
    [
        ({"amount": 9}, 403, "membership: signer may not act"),
        ({"deadline": 1}, 422, "coin: deadline passed"),
        ({"transfer_id": "0x" + "00" * 32}, 409, "coin: id already used"),
    ],
)
def test_other_words_than_the_signed_ones_move_nothing(town, rich, bent, status, detail):
    answer = rich.post("/v1/coin-transfers", coins_body(rich, town.member().account, 1, **bent))
    assert (answer.status_code, answer.json()["detail"]) == (status, detail)


def test_too_few_coins_and_strangers_are_refused(town, rich, refusal):
    other = town.member()
    answer = rich.post("/v1/coin-transfers", coins_body(rich, other.account, 10_000))
    assert (answer.status_code, answer.json()["detail"]) == (409, "coin: balance too low")
    nobody = rich.post("/v1/coin-transfers", coins_body(rich, town.newcomer().account, 1))
    assert nobody.json()["detail"] == "coin: receiver not enrolled"
    assert refusal(town.client.post("/v1/coin-transfers", json=coins_body(rich, other.account, 1))) == (
        401,
        "not-authenticated",
    )


def test_coins_of_somebody_else_are_not_given(town, rich):
    thief, victim = town.member(), rich
    message = giving.send_coins(thief.signer, town.member().account, 3).to_json()
    message["message"]["owner"] = victim.account
    answer = thief.post("/v1/coin-transfers", {"coin_transfer": message})
    assert (answer.status_code, answer.json()["detail"]) == (403, "membership: signer may not act")


def test_coupons_reach_the_other_once(town, scene, rich):
    offer, other = scene[2], town.member()
    town.buy(rich, offer, 2)
    body = coupons_body(rich, other.account, offer, 1)
    assert [rich.done("/v1/coupon-transfers", body)["repeated"] for _ in range(2)] == [False, True]
    held = [person.get("/v1/me/coupons")["coupons"][0]["count"] for person in (rich, other)]
    assert held == [1, 1]
    assert [last_line(one)["kind"] for one in (rich, other)] == ["coupons-sent", "coupons-received"]


def test_coupons_that_are_not_held_or_not_so_called_are_not_given(town, scene, rich, refusal):
    offer, other = scene[2], town.member()
    low = rich.post("/v1/coupon-transfers", coupons_body(rich, other.account, offer, 1))
    assert (low.status_code, low.json()["detail"]) == (409, "coupon: balance too low")
    other_title = coupons_body(rich, other.account, offer, 1, title="Gold")
    detail = rich.post("/v1/coupon-transfers", other_title).json()["detail"]
    assert detail == f"coupon_transfer.message.title: must be the title, {offer.title}"
    nowhere = coupons_body(rich, other.account, offer, 1, class_id=to_hex(town.new_id()))
    assert refusal(rich.post("/v1/coupon-transfers", nowhere)) == (404, "not-found")


def test_a_wallet_signs_no_gift_of_nothing_and_none_to_oneself(rich, town):
    with pytest.raises(InputError, match="at least 1"):
        giving.send_coins(rich.signer, town.member().account, 0)
    with pytest.raises(InputError, match="somebody else"):
        giving.send_coins(rich.signer, rich.account, 1)
