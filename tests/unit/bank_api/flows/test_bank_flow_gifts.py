"""Gifts, bound coins, a shop's offers that end: taken once, refused by name, seen by whom they touch."""

import pytest

from chaincode.ids import to_hex
from wallet_cli.errors import InputError
from wallet_cli.signing import giving
from wallet_cli.signing import partner as asking


@pytest.fixture(scope="module")
def scene(town):
    """A release of four members to a partner, its shop, and a premium class that thanks for it."""
    survey, partner, board = town.survey(), town.organization("partner"), town.organization("board")
    shop = town.organization("shop", parent=partner)
    town.fund(partner, 5000)
    request_id = town.request(partner, survey, ["age"], persons_maximum=9)
    town.decide(board, request_id)
    people = [town.member() for _ in range(4)]
    for place, person in enumerate(people):
        town.answer(person, survey, age=40 + place, vote=place % 2)
        town.consent(person, request_id)
    assert town.release(request_id, k=2).status_code == 201
    offer = town.coupon_class(partner, title="Thank you", premium_request=request_id, price_coins=50)
    return partner, shop, people, offer


def order_body(partner, offer, each, many, **bent):
    body = {"gift_order": asking.order_gifts(partner.signer, offer, each, many).to_json()}
    body["gift_order"]["message"] |= bent
    return body


def held(person, offer):
    return sum(one["count"] for one in person.get("/v1/me/coupons")["coupons"] if one["class_id"] == offer.class_id)


def last_line(person):
    return person.get("/v1/me/passbook")["entries"][-1]


# ---- gifts ----


def test_an_order_is_carried_out_once_by_lot_and_members_read_why(town, scene):
    partner, _, people, offer = scene
    body = order_body(partner, offer, 2, 3)
    first, again = (partner.done("/v1/gift-orders", body) for _ in range(2))
    assert [first["repeated"], again["repeated"]] == [False, True]
    path = f"/v1/gift-orders/{first['id']}/gifts"
    assert "gifts-ordered" in [one["kind"] for one in town.operator.get("/v1/inbox")["items"]]
    told = [town.operator.done(path) for _ in range(2)]
    assert [(one["given"], one["given_before"], one["persons"]) for one in told] == [(3, 0, 3), (0, 3, 3)]
    happy = [one for one in people if held(one, offer)]
    assert [held(one, offer) for one in happy] == [2, 2, 2]
    line = last_line(happy[0])
    assert (line["kind"], line["count"], line["title"]) == ("gift", 2, "Thank you")
    assert (line["partner"], line["purpose"]) == (partner.name, "Plan the tea room")
    seen = next(one for one in partner.get("/v1/gift-orders")["gift_orders"] if one["order_id"] == first["id"])
    assert (seen["given"], seen["persons"], seen["count_each"], seen["title"]) == (3, 3, 2, "Thank you")
    assert not any(one.account in str(partner.get("/v1/gift-orders")) for one in people)


def test_an_order_for_more_than_there_are_goes_on_when_more_come(town, scene):
    partner, _, people, offer = scene
    order_id = partner.done("/v1/gift-orders", order_body(partner, offer, 1, 6))["id"]
    before = sum(held(one, offer) for one in people)
    assert town.operator.done(f"/v1/gift-orders/{order_id}/gifts")["refused"] in ([], ["coupon: sold out"])
    assert sum(held(one, offer) for one in people) > before


@pytest.mark.parametrize(
    ("bent", "status", "detail"),
    [
        ({"title": "Gold"}, 422, "gift_order.message.title: must be the title, Thank you"),
        ({"class_id": "0x" + "77" * 32}, 404, "no coupon class"),
        ({"persons": 9}, 403, "membership: signer may not act"),
        ({"deadline": 1}, 422, "coupon: deadline passed"),
        ({"order_id": "0x" + "00" * 32}, 409, "coupon: id already used"),
    ],
)
def test_an_order_in_other_words_is_refused_by_name(scene, bent, status, detail):
    partner, _, _, offer = scene
    answer = partner.post("/v1/gift-orders", order_body(partner, offer, 1, 1, **bent))
    assert answer.status_code == status
    assert answer.json()["detail"].startswith(detail)


def test_only_the_issuer_orders_and_only_of_a_premium_class(town, scene, refusal):
    partner, _, people, offer = scene
    other = town.organization("partner")
    theirs = other.post("/v1/gift-orders", order_body(other, offer, 1, 1))
    assert (theirs.status_code, theirs.json()["detail"]) == (409, "coupon: not the issuer's class")
    assert refusal(other.post("/v1/gift-orders", order_body(partner, offer, 1, 1))) == (403, "forbidden")
    assert refusal(people[0].post("/v1/gift-orders", order_body(people[0], offer, 1, 1))) == (403, "forbidden")
    plain = town.coupon_class(partner)
    with pytest.raises(InputError, match="premium"):
        asking.order_gifts(partner.signer, plain, 1, 1)
    forced = plain.model_copy(update={"premium_request": offer.premium_request})
    answer = partner.post("/v1/gift-orders", order_body(partner, forced, 1, 1))
    assert answer.json()["detail"] == "coupon: class is not premium"
    zero = partner.post("/v1/gift-orders", order_body(partner, offer, 0, 1))
    assert zero.json()["detail"] == "coupon: count is zero"
    assert other.get("/v1/gift-orders")["gift_orders"] == []


def test_an_unknown_order_is_not_carried_out(town, refusal):
    assert refusal(town.operator.post(f"/v1/gift-orders/{to_hex(town.new_id())}/gifts")) == (404, "not-found")


# ---- bound coins ----


@pytest.fixture(scope="module")
def policy(town, scene):
    body = {"policy_id": to_hex(town.new_id()), "name": "Our canteens", "issuers": [scene[0].account]}
    assert [town.operator.done("/v1/spending-policies", body)["repeated"] for _ in range(2)] == [False, True]
    return body


def bound_body(person, receiver, coins, policy_id, **bent):
    body = {"bound_transfer": giving.send_bound_coins(person.signer, receiver, coins, policy_id).to_json()}
    body["bound_transfer"]["message"] |= bent
    return body


def test_bound_coins_are_shown_as_such_and_spent_with_their_issuer_first(town, scene, policy):
    partner, person = scene[0], town.member()
    sent = bound_body(partner, person.account, 10, policy["policy_id"])
    assert [partner.done("/v1/bound-transfers", sent)["repeated"] for _ in range(2)] == [False, True]
    me = person.get("/v1/me")
    assert me["coins"] == 10
    (bound,) = me["bound"]
    assert (bound["coins"], bound["name"]) == (10, "Our canteens")
    assert bound["issuers"] == [{"account": partner.account, "name": partner.name}]
    assert person.get("/v1/me/passbook")["entries"][-1]["kind"] == "coins-received"
    moved = {"coin_transfer": giving.send_coins(person.signer, town.member().account, 1).to_json()}
    answer = person.post("/v1/coin-transfers", moved)
    assert (answer.status_code, answer.json()["detail"]) == (409, "coin: coins are bound")
    elsewhere = town.coupon_class(town.organization("partner"))
    with pytest.raises(AssertionError, match="not enough coins"):
        town.buy(person, elsewhere)
    town.buy(person, town.coupon_class(partner), 2)
    assert [one["coins"] for one in person.get("/v1/me")["bound"]] == [2]
    (listed,) = town.client.get("/v1/spending-policies").json()["policies"]
    assert (listed["policy_id"], listed["name"]) == (policy["policy_id"], "Our canteens")


@pytest.mark.parametrize(
    ("bent", "status", "detail"),
    [
        ({"amount": 9}, 403, "membership: signer may not act"),
        ({"deadline": 1}, 422, "coin: deadline passed"),
        ({"transfer_id": "0x" + "00" * 32}, 409, "coin: id already used"),
    ],
)
def test_bound_coins_in_other_words_are_refused(town, scene, policy, bent, status, detail):
    body = bound_body(scene[0], town.member().account, 1, policy["policy_id"], **bent)
    answer = scene[0].post("/v1/bound-transfers", body)
    assert (answer.status_code, answer.json()["detail"]) == (status, detail)


def test_unknown_policies_and_too_many_coins_are_refused(town, scene, policy):
    partner, person = scene[0], town.member()
    for coins, policy_id, detail in (
        (1, to_hex(town.new_id()), "coin: unknown policy"),
        (10**9, policy["policy_id"], "coin: balance too low"),
    ):
        answer = partner.post("/v1/bound-transfers", bound_body(partner, person.account, coins, policy_id))
        assert (answer.status_code, answer.json()["detail"]) == (409, detail)


def test_a_policy_names_partners_and_keeps_its_name_and_issuers(town, scene, policy, refusal):
    fresh = policy | {"policy_id": to_hex(town.new_id())}
    wrong = town.operator.post("/v1/spending-policies", fresh | {"issuers": [town.member().account]})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "issuers[0]")
    renamed = town.operator.post("/v1/spending-policies", policy | {"name": "Everywhere"})
    assert refusal(renamed) == (409, "id-already-used")
    others = [town.organization("partner").account]
    answer = town.operator.post("/v1/spending-policies", policy | {"issuers": others})
    assert (answer.status_code, answer.json()["detail"]) == (409, "coin: id already used")


# ---- offers at the till ----


@pytest.fixture
def offered(town, scene):
    partner, shop, *_ = scene
    person, offer = town.member(), town.coupon_class(partner, price_coins=0)
    town.buy(person, offer)
    redemption_id = shop.done("/v1/redemptions", town.offer_body(shop, offer))["redemption_id"]
    return person, shop, redemption_id


def state(person, redemption_id):
    return person.get(f"/v1/redemptions/{redemption_id}")["state"]


def test_an_offer_taken_back_is_used_by_nobody(town, offered, refusal):
    person, shop, redemption_id = offered
    path = f"/v1/redemptions/{redemption_id}/cancellation"
    assert [shop.done(path)["state"] for _ in range(2)] == ["cancelled", "cancelled"]
    assert state(person, redemption_id) == "cancelled"
    answer = person.post(f"/v1/redemptions/{redemption_id}/confirmation", town.confirm_body(person, redemption_id))
    assert refusal(answer) == (409, "conflict")
    assert [one["state"] for one in shop.get("/v1/shop/redemptions")["redemptions"]].count("cancelled") >= 1


def test_an_offer_runs_out(town, offered):
    person, _, redemption_id = offered
    assert state(person, redemption_id) == "offered"
    town.chain.advance(asking.OFFER_SECONDS + 1)
    assert state(person, redemption_id) == "expired"


def test_what_was_used_or_is_anothers_is_not_taken_back(town, scene, offered, refusal):
    person, shop, redemption_id = offered
    path = f"/v1/redemptions/{redemption_id}/cancellation"
    other = town.organization("shop", parent=scene[0])
    assert refusal(other.post(path)) == (404, "not-found")
    assert refusal(person.post(path)) == (403, "forbidden")
    person.done(f"/v1/redemptions/{redemption_id}/confirmation", town.confirm_body(person, redemption_id))
    assert refusal(shop.post(path)) == (409, "conflict")
    assert state(person, redemption_id) == "redeemed"
