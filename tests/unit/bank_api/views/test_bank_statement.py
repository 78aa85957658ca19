"""A partner's statement has every coin of a stretch of time, and comes to what the ledger has."""

import csv

import pytest

from bank_api.protocol.shapes.statements import Statement
from wallet_cli.commands.coupon_sales import to_csv as sales_csv
from wallet_cli.commands.statement import check_sums, month_bounds, to_csv
from wallet_cli.errors import EvidenceError, InputError
from wallet_cli.signing import partner as asking

FAR = 2**40


@pytest.fixture(scope="module")
def scene(town):
    """Coins bought, locked, paid out by a release, and come back when the request ended."""
    survey, partner, board = town.survey(), town.organization("partner"), town.organization("board")
    members = [town.member() for _ in range(4)]
    for place, person in enumerate(members):
        town.answer(person, survey, age=20 + place, vote=place % 2)
    town.fund(partner, 3_000)
    request_id = town.request(partner, survey, ["age"], persons_maximum=10)
    town.decide(board, request_id)
    for person in members:
        town.consent(person, request_id)
    assert town.release(request_id, suppression_limit=0.9).status_code == 201
    closing = asking.close_request(partner.signer, request_id)
    partner.done(f"/v1/requests/{request_id}/closing", {"closing": closing.to_json()})
    return partner, request_id, members


def statement(person, since=0, until=FAR):
    return Statement.model_validate(person.get(f"/v1/partner/statement?since={since}&until={until}"))


def test_every_coin_is_there_and_it_comes_to_what_the_ledger_has(town, scene):
    partner, request_id, _ = scene
    found = statement(partner)
    check_sums(found)
    assert [line.kind for line in found.lines] == ["coins-bought", "coins-locked", "coins-unlocked"]
    [one] = found.requests
    assert (one.request_id, one.locked, one.paid, one.left) == (request_id, 70, 28, 0)
    assert one.returned == 70 - 28
    assert found.closing == found.ledger_coins == 3_000 - 28 == town.bank.contracts.coin.balance_of(partner.account)
    assert (found.ledger_locked, found.reconciled) == (0, True)


def test_stretches_of_time_follow_each_other(town, scene):
    partner, *_ = scene
    whole = statement(partner)
    for cut in {line.time for line in whole.lines} | {line.time + 1 for line in whole.lines}:
        first, second = statement(partner, 0, cut), statement(partner, cut, FAR)
        check_sums(first)
        check_sums(second)
        assert first.closing == second.opening
        assert [*first.lines, *second.lines] == whole.lines


def test_coupons_stand_with_stock_sales_gifts_and_uses_and_the_stretches_add_up(town, scene):
    """Four members were in the release that the premium class is for: one bought two, one uses one, two get gifts."""
    partner, request_id, members = scene
    shop = town.organization("shop", parent=partner)
    thanks = town.coupon_class(partner, title="Thanks", price_coins=2, stock=9, premium_request=request_id)
    plain = town.coupon_class(partner, title="Tea", price_coins=1, stock=3).class_id
    town.buy(members[0], thanks, 2)
    middle = town.now
    town.chain.advance(60)
    order = asking.order_gifts(partner.signer, thanks, 1, 2).to_json()
    order_id = partner.done("/v1/gift-orders", {"gift_order": order})["id"]
    assert town.operator.done(f"/v1/gift-orders/{order_id}/gifts")["given"] == 2
    redemption_id = shop.done("/v1/redemptions", town.offer_body(shop, thanks))["redemption_id"]
    confirmed = town.confirm_body(members[0], redemption_id)
    members[0].done(f"/v1/redemptions/{redemption_id}/confirmation", confirmed)
    premium = thanks.class_id

    found = statement(partner)
    check_sums(found)
    told = {one.class_id: one for one in found.coupons}
    counts = {name: getattr(told[premium], name) for name in ("stock", "sold", "coins", "given", "redeemed", "left")}
    assert counts == {"stock": 9, "sold": 2, "coins": 4, "given": 2, "redeemed": 1, "left": 5}
    assert (told[premium].unused, told[premium].premium_purpose) == (3, "Plan the tea room")
    untouched = told[plain]
    assert (untouched.sold, untouched.left, untouched.unused, untouched.premium_purpose) == (0, 3, 0, None)
    of_ledger = town.bank.contracts.coupon.class_of(bytes.fromhex(premium[2:]))
    assert of_ledger.sold == told[premium].sold + told[premium].given
    parts = [statement(partner, 0, middle + 1), statement(partner, middle + 1)]
    for name in ("sold", "coins", "given", "redeemed"):
        assert sum(getattr(one, name) for part in parts for one in part.coupons) == sum(
            getattr(one, name) for one in found.coupons
        )
    assert parts[1].coupons == [one.model_copy(update={"sold": 0, "coins": 0}) for one in found.coupons]
    for changes in ({"coins": 5}, {"left": 10}, {"unused": 8}):
        other = told[premium].model_copy(update=changes)
        with pytest.raises(EvidenceError, match="counts of the coupon"):
            check_sums(found.model_copy(update={"coupons": [other]}))
    rows = list(csv.DictReader(sales_csv(found.coupons).splitlines()))
    assert [(row["title"], row["sold"]) for row in rows] == [("Thanks", "2"), ("Tea", "0")]


def test_a_bank_whose_sums_are_wrong_is_found(scene):
    found = statement(scene[0])
    line = found.lines[1].model_copy(update={"coins": -1})
    with pytest.raises(EvidenceError, match="does not add up"):
        check_sums(found.model_copy(update={"lines": [found.lines[0], line, *found.lines[2:]]}))
    for changes in ({"closing": 1}, {"reconciled": False}):
        with pytest.raises(EvidenceError, match="does not reconcile"):
            check_sums(found.model_copy(update=changes))


def test_it_is_written_as_csv(scene):
    found = statement(scene[0])
    rows = list(csv.DictReader(to_csv(found).splitlines()))
    assert [int(row["coins"]) for row in rows] == [line.coins for line in found.lines]
    assert rows[1]["purpose"] == "Plan the tea room"


def test_it_is_the_partners_own(town, scene, refusal):
    path = "/v1/partner/statement?since=0&until=5"
    assert refusal(town.client.get(path, headers=town.operator.headers)) == (403, "forbidden")
    partner = scene[0]
    for query in ("since=5&until=5", "since=-1&until=5", "until=5", "since=0&until=x"):
        answer = town.client.get(f"/v1/partner/statement?{query}", headers=partner.headers)
        assert refusal(answer) == (422, "invalid-input")


@pytest.mark.parametrize(
    ("month", "bounds"),
    [("2026-11", (1793491200, 1796083200)), ("2026-12", (1796083200, 1798761600)), (None, (1793491200, 1796083200))],
)
def test_a_month_begins_and_ends(month, bounds):
    assert month_bounds(month, 1_795_000_000) == bounds


@pytest.mark.parametrize("month", ["2026-13", "november", "", "2026-1", "0001-01"])
def test_what_is_no_month_is_refused(month):
    with pytest.raises(InputError, match="must be a month"):
        month_bounds(month, 0)
