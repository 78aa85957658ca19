"""Coupons: bought with coins, used once at a shop of their issuer, and the shop never learns by whom."""

import pytest

from chaincode.ids import to_hex
from wallet_cli.signing import member as signing
from wallet_cli.signing import partner as asking


@pytest.fixture(scope="module")
def scene(town):
    survey, partner = town.survey(), town.organization("partner")
    shop = town.organization("shop", parent=partner)
    return survey, partner, shop, town.coupon_class(partner, stock=50)


@pytest.fixture
def rich(town, scene):
    person = town.member()
    town.answer(person, scene[0])
    return person


def offered(town, shop, offer):
    return shop.done("/v1/redemptions", town.offer_body(shop, offer))["redemption_id"]


def confirm(person, redemption_id, body):
    return person.post(f"/v1/redemptions/{redemption_id}/confirmation", body)


def test_buy_and_use(town, scene, rich):
    _, partner, shop, offer = scene
    town.buy(rich, offer, 2)
    assert rich.get("/v1/me")["coins"] == 19 - 8
    redemption_id = offered(town, shop, offer)
    body = town.confirm_body(rich, redemption_id)
    assert confirm(rich, redemption_id, body).json()["repeated"] is False
    assert confirm(rich, redemption_id, body).json()["repeated"] is True
    [held] = rich.get("/v1/me/coupons")["coupons"]
    assert (held["count"], held["title"], held["shops"][0]["account"]) == (1, "A cup of tea", shop.account)
    view = rich.get(f"/v1/redemptions/{redemption_id}")
    assert (view["state"], view["shop_name"]) == ("redeemed", shop.name)
    assert partner.get("/v1/partner/summary")["redemptions"]["A cup of tea"] >= 1


def test_neither_shop_nor_partner_learns_who(town, scene, rich):
    _, partner, shop, offer = scene
    town.buy(rich, offer)
    redemption_id = offered(town, shop, offer)
    confirm(rich, redemption_id, town.confirm_body(rich, redemption_id))
    seen = str(shop.get("/v1/shop/redemptions")) + str(partner.get("/v1/partner/summary"))
    seen += str(shop.get(f"/v1/redemptions/{redemption_id}"))
    assert rich.account not in seen
    assert rich.name not in seen


def test_the_same_purchase_again_buys_once(scene, rich):
    body = {"purchase": signing.buy_coupons(rich.signer, scene[3], 1).to_json()}
    assert [rich.done("/v1/purchases", body)["repeated"] for _ in range(2)] == [False, True]
    assert rich.get("/v1/me")["coins"] == 15


@pytest.mark.parametrize(
    ("changes", "field"), [({"title": "Gold"}, "title"), ({"coins": 3}, "coins"), ({"count": 2}, "coins")]
)
def test_a_purchase_in_other_words_is_refused(scene, rich, refusal, changes, field):
    body = {"purchase": signing.buy_coupons(rich.signer, scene[3], 1).to_json()}
    body["purchase"]["message"] |= changes
    answer = rich.post("/v1/purchases", body)
    assert refusal(answer) == (422, "invalid-input")
    assert answer.json()["field"] == f"purchase.message.{field}"
    assert rich.get("/v1/me")["coins"] == 19


def test_without_coins_there_is_no_coupon(town, scene, refusal):
    poor = town.member()
    answer = poor.post("/v1/purchases", {"purchase": signing.buy_coupons(poor.signer, scene[3], 1).to_json()})
    assert (refusal(answer), answer.json()["rule"]) == ((409, "ledger-refused"), "not enough coins")
    assert poor.get("/v1/me/coupons")["coupons"] == []


def test_a_coupon_is_used_once(town, scene, rich, refusal):
    _, _, shop, offer = scene
    town.buy(rich, offer)
    first, second = offered(town, shop, offer), offered(town, shop, offer)
    assert confirm(rich, first, town.confirm_body(rich, first)).status_code == 201
    answer = confirm(rich, second, town.confirm_body(rich, second))
    assert (refusal(answer), answer.json()["rule"]) == ((409, "ledger-refused"), "no coupon left")
    assert rich.get(f"/v1/redemptions/{second}")["state"] == "offered"


def test_another_companys_shop_is_refused(town, scene, refusal):
    kiosk = town.organization("shop", parent=town.organization("partner"))
    answer = kiosk.post("/v1/redemptions", town.offer_body(kiosk, scene[3]))
    assert (refusal(answer), answer.json()["detail"]) == ((403, "forbidden"), "coupon: not the issuer's shop")


def test_offers_are_checked(town, scene, rich, refusal):
    _, partner, shop, offer = scene
    other = town.organization("shop", parent=partner)
    body = town.offer_body(shop, offer)
    assert refusal(other.post("/v1/redemptions", body)) == (403, "forbidden")
    assert refusal(rich.post("/v1/redemptions", body)) == (403, "forbidden")
    renamed = {"redemption": {**body["redemption"], "message": body["redemption"]["message"] | {"title": "Gold"}}}
    assert shop.post("/v1/redemptions", renamed).json()["field"] == "redemption.message.title"
    first = shop.done("/v1/redemptions", body)
    assert shop.done("/v1/redemptions", body) == first
    later = {
        "redemption": {**body["redemption"], "message": body["redemption"]["message"] | {"deadline": town.now + 999}}
    }
    assert refusal(shop.post("/v1/redemptions", later)) == (409, "id-already-used")


def test_other_words_than_the_offers_are_refused(town, scene, rich, refusal):
    _, _, shop, offer = scene
    town.buy(rich, offer)
    redemption_id = offered(town, shop, offer)
    body = town.confirm_body(rich, redemption_id)
    body["redemption"]["message"]["deadline"] += 1
    assert refusal(confirm(rich, redemption_id, body)) == (409, "conflict")
    assert refusal(confirm(rich, to_hex(town.new_id()), body)) == (422, "invalid-input")
    nowhere = to_hex(town.new_id())
    body["redemption"]["message"]["redemption_id"] = nowhere
    assert refusal(confirm(rich, nowhere, body)) == (404, "not-found")


def test_a_hash_that_the_salt_does_not_open_takes_nobodys_coupon(town, scene, rich, refusal):
    _, _, shop, offer = scene
    town.buy(rich, offer)
    redemption_id = offered(town, shop, offer)
    body = town.confirm_body(rich, redemption_id) | {"salt": to_hex(town.new_id())}
    answer = confirm(rich, redemption_id, body)
    assert (refusal(answer)[1], answer.json()["detail"]) == ("ledger-refused", "coupon: words of another member")
    assert [one["count"] for one in rich.get("/v1/me/coupons")["coupons"]] == [1]
    named = town.offer_body(shop, offer)
    named["redemption"]["message"]["member_hash"] = to_hex(town.new_id())
    answer = shop.post("/v1/redemptions", named)
    assert (refusal(answer), answer.json()["field"]) == ((422, "invalid-input"), "redemption.message.member_hash")


def test_recorded_but_nobody_heard_then_confirmed_again_is_one_coupon(mended, scene, rich, refusal):
    town, (_, _, shop, offer) = mended, scene
    town.buy(rich, offer, 2)
    redemption_id = offered(town, shop, offer)
    body = town.confirm_body(rich, redemption_id)
    town.line.cut_after = "eth_sendRawTransaction"
    assert refusal(confirm(rich, redemption_id, body)) == (503, "ledger-unreachable")
    town.line.mend()
    assert confirm(rich, redemption_id, body).json()["repeated"] is True
    assert rich.get("/v1/me/coupons")["coupons"][0]["count"] == 1


def test_coupon_classes_are_checked(town, scene, refusal):
    _, partner, _, offer = scene
    times = {"opens_at": town.now - 60, "closes_at": town.now + 600, "redeem_until": town.now + 900}
    terms = asking.CouponTerms("Cake", "One piece.", 3, 5, **times)
    body = {"coupon_class": asking.publish_coupon(partner.signer, terms).signed.to_json(), "description": "One piece."}
    answer = partner.post("/v1/coupon-classes", body | {"description": "Two pieces."})
    assert answer.json()["field"] == "coupon_class.message.content_hash"
    assert refusal(town.organization("partner").post("/v1/coupon-classes", body)) == (403, "forbidden")
    assert [partner.done("/v1/coupon-classes", body)["repeated"] for _ in range(2)] == [False, True]
    message = body["coupon_class"]["message"] | {"price": 4}
    other = body | {"coupon_class": {**body["coupon_class"], "message": message}}
    assert refusal(partner.post("/v1/coupon-classes", other)) == (409, "id-already-used")
    assert {one["title"]: one["price_coins"] for one in town.client.get("/v1/coupon-classes").json()["coupon_classes"]}[
        "Cake"
    ] == 3
    assert offer.premium_request is None
