"""The passbook's last balance is always the ledger's, whatever happened and in whichever order."""

import random

import pytest

from chaincode.bindings import Signed
from chaincode.transactor import Transactor
from chaincode.typed_data import CoinTransfer, CouponTransfer, sign


@pytest.fixture(scope="module")
def scene(town):
    partner, board = town.organization("partner"), town.organization("board")
    shop = town.organization("shop", parent=partner)
    town.fund(partner, 5000)
    return partner, board, shop, town.coupon_class(partner, stock=200)


def balanced(town, person):
    """The passbook, after checking it against the ledger."""
    book = person.get("/v1/me/passbook")
    ledgers = town.bank.contracts.coin.balance_of(person.account)
    assert book["coins"] == ledgers == person.get("/v1/me")["coins"]
    running = 0
    for line in book["entries"]:
        running += line["coins"]
        assert line["balance"] == running >= 0
    assert running == ledgers
    places = [(line["block_number"], line["time"]) for line in book["entries"]]
    assert places == sorted(places)
    return book["entries"]


def transfer(town, giver, receiver, amount):
    words = CoinTransfer(town.new_id(), giver.account, receiver.account, amount, town.now + 600)
    signature = sign(words, town.deployment, giver.signer.key)
    [outcome] = town.bank.contracts.coin.transfer_batch(town.bank.transactor, [Signed(words, signature)])
    return outcome


def test_a_new_members_book_has_one_line(town):
    [line] = balanced(town, town.member())
    assert (line["kind"], line["coins"], line["balance"]) == ("joined", 0, 0)


def test_every_kind_of_line(town, scene):
    partner, board, shop, offer = scene
    survey, people = town.survey(), [town.member() for _ in range(2)]
    for person in people:
        town.answer(person, survey)
    request_id = town.request(partner, survey, ["age"])
    town.decide(board, request_id)
    consents = [town.consent(person, request_id) for person in people]
    made = town.release(request_id).json()
    person = people[0]
    town.buy(person, offer)
    redemption_id = shop.done("/v1/redemptions", town.offer_body(shop, offer))["redemption_id"]
    person.done(f"/v1/redemptions/{redemption_id}/confirmation", town.confirm_body(person, redemption_id))
    assert transfer(town, person, people[1], 3).accepted
    town.withdraw(person, consents[0])
    lines = balanced(town, person)
    assert [(line["kind"], line["coins"]) for line in lines] == [
        ("joined", 0),
        ("answer", 19),
        ("consent", 0),
        ("disclosure", 7),
        ("purchase", -4),
        ("redemption", 0),
        ("coins-sent", -3),
        ("consent", 0),
    ]
    _, answered, given, paid, bought, used, sent, withdrawn = lines
    for_what = {"partner": partner.name, "purpose": "Plan the tea room", "consent_id": consents[0]}
    assert answered["title"] == "Tea and politics"
    assert given.items() >= (for_what | {"state": "given"}).items()
    assert paid.items() >= (for_what | {"release_id": made["id"], "k": made["k"]}).items()
    assert (bought["title"], bought["count"]) == ("A cup of tea", 1)
    assert (used["title"], used["counterparty_name"]) == ("A cup of tea", shop.name)
    assert (sent["counterparty"], sent["counterparty_name"]) == (people[1].account, None), "no member is named"
    assert withdrawn.items() >= (for_what | {"state": "withdrawn"}).items()
    assert not any("text" in line for line in lines), "words are made at the edge"
    balanced(town, people[1])


def test_coins_sent_to_oneself_change_nothing(town):
    person = town.member()
    town.answer(person, town.survey())
    assert transfer(town, person, person, 5).accepted
    lines = balanced(town, person)
    assert (lines[-1]["kind"], lines[-1]["coins"], lines[-1]["balance"]) == ("coins-to-oneself", 0, 19)


def itself(town, person):
    """Sends transactions by the person's own key, past the bank."""
    return Transactor(town.chain.w3, person.signer.key, timeout_seconds=20)


def test_coins_sent_past_the_bank_are_in_both_books(town):
    """ERC-20's own transfer names no reason and needs no bank."""
    giver, friend = town.member(), town.member()
    town.answer(giver, town.survey())
    town.bank.contracts.coin.transfer(itself(town, giver), friend.account, 3)
    last = [balanced(town, person)[-1] for person in (giver, friend)]
    assert [(line["kind"], line["coins"], line["balance"]) for line in last] == [
        ("coins-sent", -3, 16),
        ("coins-received", 3, 3),
    ]


def test_coupons_sent_past_the_bank_are_in_both_books(town, scene):
    offer = scene[-1]
    giver, friend = town.member(), town.member()
    town.answer(giver, town.survey())
    town.buy(giver, offer, 3)
    class_id = bytes.fromhex(offer.class_id.removeprefix("0x"))
    town.bank.contracts.coupon.transfer(itself(town, giver), giver.account, friend.account, class_id, 2)
    last = [balanced(town, person)[-1] for person in (giver, friend)]
    assert [(line["kind"], line["title"], line["count"]) for line in last] == [
        ("coupons-sent", offer.title, 2),
        ("coupons-received", offer.title, 2),
    ]
    [held] = friend.get("/v1/me/coupons")["coupons"]
    assert (held["class_id"], held["count"]) == (offer.class_id, 2)


def test_coupons_handed_on_are_in_both_books(town, scene):
    offer = scene[-1]
    giver, friend = town.member(), town.member()
    town.answer(giver, town.survey())
    town.buy(giver, offer, 3)
    class_id = bytes.fromhex(offer.class_id.removeprefix("0x"))
    what = (giver.account, class_id, offer.title, friend.account, 2)
    words = CouponTransfer(town.new_id(), *what, town.now + 600)
    signed = Signed(words, sign(words, town.deployment, giver.signer.key))
    [outcome] = town.bank.contracts.coupon.transfer_batch(town.bank.transactor, [signed])
    assert outcome.accepted
    last = [balanced(town, person)[-1] for person in (giver, friend)]
    assert [(line["kind"], line["title"], line["count"], line["coins"]) for line in last] == [
        ("coupons-sent", "A cup of tea", 2, 0),
        ("coupons-received", "A cup of tea", 2, 0),
    ]
    counts = [
        {one["class_id"]: one["count"] for one in person.get("/v1/me/coupons")["coupons"]} for person in (giver, friend)
    ]
    assert counts == [{offer.class_id: 1}, {offer.class_id: 2}]


def test_a_partners_book_shows_coins_bought_locked_paid_and_given_back(town, scene):
    _, board, _, _ = scene
    survey, buyer = town.survey(), town.organization("partner")
    person = town.member()
    town.answer(person, survey)
    town.fund(buyer, 300)
    refused = town.request(buyer, survey, ["age"], persons_maximum=10)
    kept = town.request(buyer, survey, ["age"], persons_maximum=5)
    town.decide(board, refused, approved=False)
    town.decide(board, kept)
    lines = balanced(town, buyer)
    assert [(line["kind"], line["coins"]) for line in lines] == [
        ("coins-bought", 300),
        ("coins-locked", -70),
        ("coins-locked", -35),
        ("coins-unlocked", 70),
    ]
    assert buyer.get("/v1/partner/summary")["locked"] == 35


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_happens_the_book_balances(town, scene, seed):
    partner, board, shop, offer = scene
    dice, people = random.Random(seed), [town.member() for _ in range(4)]
    survey = town.survey()
    request_id = town.request(partner, survey, ["age"], persons_maximum=40)
    town.decide(board, request_id)
    for person in people:
        town.answer(person, survey)
    consents = {}

    def give(person):
        consents[person.account] = town.consent(person, request_id, given=dice.random() < 0.8, uses_maximum=3)

    def change_of_mind(person):
        consent_id = consents.pop(person.account, None)
        if consent_id and town.bank.contracts.consent.state_of(bytes.fromhex(consent_id[2:])) in (2, 4):
            town.withdraw(person, consent_id)

    def purchase(person):
        if person.get("/v1/me")["coins"] >= 4:
            town.buy(person, offer)

    def use(person):
        redemption_id = shop.done("/v1/redemptions", town.offer_body(shop, offer))["redemption_id"]
        person.post(f"/v1/redemptions/{redemption_id}/confirmation", town.confirm_body(person, redemption_id))

    acts = [
        give,
        change_of_mind,
        purchase,
        use,
        lambda person: town.release(request_id),
        lambda person: transfer(town, person, dice.choice(people), dice.randint(0, 6)),
    ]
    for _ in range(24):
        dice.choice(acts)(dice.choice(people))
    for person in [*people, partner]:
        balanced(town, person)
    supply = town.bank.contracts.coin.supply()
    shown = town.operator.get("/v1/operator/summary")["coins"]
    assert shown == {"granted": supply.granted, "burnt": supply.burnt, "supply": supply.granted - supply.burnt}
