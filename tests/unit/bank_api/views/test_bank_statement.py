"""A partner's statement has every coin of a stretch of time, and comes to what the ledger has."""

import base64
import csv

import pytest

from bank_api.protocol.shapes.statements import Statement
from bank_api.protocol.ward import HEADER
from chaincode.bindings import Scope
from wallet_cli.commands.coupon_sales import to_csv as sales_csv
from wallet_cli.commands.statement import ACCESS_COLUMNS, COLUMNS, check_sums, month_bounds, to_csv
from wallet_cli.errors import EvidenceError, InputError
from wallet_cli.ledger_statement import differences, ledger_statement
from wallet_cli.pins import pins_of
from wallet_cli.signing import partner as asking
from wallet_cli.signing import wards as signing
from wallet_cli.verified_statement import Stretch, Walking, walked
from wallet_cli.walked_chain import Walk

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
    rows = list(csv.DictReader(to_csv(found.lines, COLUMNS).splitlines()))
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


def test_every_handing_over_is_metered_with_who_of_the_team_asked(town, scene):
    """Whole, a range, the rest, and what no range can be; another's and an unknown one are refused and not noted."""
    partner, request_id, members = scene
    [release] = [one for one in partner.get("/v1/releases")["releases"] if one["request_id"] == request_id]
    path = f"/v1/releases/{release['release_id']}/sealed"
    before = len(statement(partner).accesses)
    asked = [{}, {"Range": "bytes=0-9"}, {"Range": "bytes=10-"}, {"Range": "bytes=-5"}, {"Range": "bytes=9-3"}]
    asked += [{"Range": "bytes=0-1,4-5"}, {"Range": "bytes=99999999-"}, {"Range": "bytes=0-9", "If-Range": '"other"'}]
    answers = [town.client.get(path, headers=partner.headers | one) for one in asked]
    whole = answers[0].content
    assert [one.status_code for one in answers] == [200, 206, 206, 206, 200, 200, 200, 200]
    assert answers[1].content + answers[2].content == whole
    assert answers[3].content == whole[-5:]
    assert all(one.content == whole for one in answers[4:])
    assert answers[2].headers["Content-Range"] == f"bytes 10-{len(whole) - 1}/{len(whole)}"
    assert {one.headers["ETag"] for one in answers} == {answers[0].headers["ETag"]}
    again = town.client.get(
        path, headers=partner.headers | {"Range": "bytes=0-9", "If-Range": answers[0].headers["ETag"]}
    )
    assert (again.status_code, again.content) == (206, whole[:10])
    assert base64.b64decode(partner.get(path.replace("sealed", "payload"))["sealed_base64"]) == whole
    found = statement(partner).accesses[before:]
    size = len(whole)
    told = [(one.first_byte, one.sent_bytes) for one in found]
    assert told == [(0, size), (0, 10), (10, size - 10), (size - 5, 5), *[(0, size)] * 4, (0, 10), (0, size)]
    assert {(one.release_id, one.reader) for one in found} == {(release["release_id"], partner.account)}
    assert statement(partner, 0, 5).accesses == []
    other = town.organization("partner", "Other Research")
    assert town.client.get(path, headers=other.headers).status_code == 403
    assert (
        town.client.get(path.replace(release["release_id"], "0x" + "77" * 32), headers=partner.headers).status_code
        == 404
    )
    assert town.client.get(path, headers=members[0].headers).status_code == 403
    assert len(statement(partner).accesses) == before + len(found)
    rows = list(csv.DictReader(to_csv(statement(partner).accesses, ACCESS_COLUMNS).splitlines()))
    assert rows[-1]["sent_bytes"] == str(size)


def test_the_meter_names_the_member_of_the_team_who_fetched(town, scene):
    partner, request_id, members = scene
    words = signing.delegate(partner.signer, members[0].account, Scope.DISCLOSURE, town.now + 86_400)
    partner.done("/v1/delegations", {"delegation": words.to_json()})
    [release] = [one for one in partner.get("/v1/releases")["releases"] if one["request_id"] == request_id]
    path = f"/v1/releases/{release['release_id']}/sealed"
    answer = town.client.get(path, headers=members[0].headers | {HEADER: partner.account})
    assert answer.status_code == 200, answer.text
    [*_, last] = statement(partner).accesses
    assert (last.reader, last.sent_bytes) == (members[0].account, len(answer.content))


class Blocks:
    """The chain as the bank shows it, which may lie of a block."""

    def __init__(self, town, header=lambda number, raw: raw, receipts=lambda number, raw: raw):
        self.town, self._header, self._receipts = town, header, receipts
        self.read = set()

    def header(self, number):
        return self._header(number, _raw(self.town, "debug_getRawHeader", number))

    def receipts(self, number):
        self.read.add(number)
        return self._receipts(number, _raw(self.town, "debug_getRawReceipts", number))


def _raw(town, method, number):
    question = {"jsonrpc": "2.0", "id": 1, "method": method, "params": [hex(number)]}
    found = town.post("/v1/ledger", question).json()["result"]
    return [bytes.fromhex(one[2:]) for one in found] if isinstance(found, list) else bytes.fromhex(found[2:])


def walking(town, partner, blocks):
    return Walking(blocks, pins_of(town.about()), town.deployment, partner.proven)


def test_a_statement_is_the_ledgers_own_figure_by_figure_by_walking_its_blocks(town, scene):
    partner, *_ = scene
    blocks = Blocks(town)
    of = Stretch(partner.account, 0, FAR)
    found = walked(walking(town, partner, blocks), of, lambda: statement(partner))
    assert found.blocks_read == len(blocks.read) < found.through_block  # blocks that do not concern it are passed over
    assert found.to_json()["verified"]["how"] == "walked"
    walk = Walk(blocks, pins_of(town.about()), town.deployment, partner.account, found.through_block)
    events = walk.events()
    for cut in sorted({line.time for line in found.statement.lines}):
        for since, until in ((0, cut), (cut, cut + 1), (cut + 1, FAR)):
            recorded = ledger_statement(events, partner.account, since, until)
            assert list(differences(statement(partner, since, until), recorded)) == []


def test_a_figure_that_the_ledger_has_otherwise_is_named(town, scene):
    partner, *_ = scene
    town.coupon_class(partner, title="Mug", price_coins=1, stock=3)
    true, walk = statement(partner), Walk(Blocks(town), pins_of(town.about()), town.deployment, partner.account, 0)
    walk.last = town.chain.w3.eth.block_number
    recorded = ledger_statement(walk.events(), partner.account, 0, FAR)
    assert list(differences(true, recorded)) == []
    of = Stretch(partner.account, 0, FAR)
    for change, figures in (
        ({"opening": 1}, {"opening"}),
        ({"closing": 1}, {"closing"}),
        ({"lines": []}, {"lines"}),
        ({"lines": [true.lines[0].model_copy(update={"block_number": 1}), *true.lines[1:]]}, {"block_number"}),
        ({"requests": []}, {"locked", "paid", "returned"}),
        ({"requests": [true.requests[0].model_copy(update={"left": 1})]}, {"left"}),
        ({"coupons": true.coupons[:-1]}, {"price_coins", "stock", "left"}),
        (
            {"coupons": [*true.coupons, true.coupons[-1].model_copy(update={"class_id": "0x"})]},
            {"price_coins", "stock", "left"},
        ),
    ):
        found = {one.what for one in differences(true.model_copy(update=change), recorded)}
        assert found == figures, change
    with pytest.raises(EvidenceError, match="balance now of"):
        walked(walking(town, partner, Blocks(town)), of, lambda: true.model_copy(update={"ledger_coins": 1}))
    town.request(partner, town.survey(), ["age"], persons_maximum=2)
    true = statement(partner)
    assert walked(walking(town, partner, Blocks(town)), of, lambda: true).statement.ledger_locked == 2 * 7
    with pytest.raises(EvidenceError, match="locked now of"):
        walked(walking(town, partner, Blocks(town)), of, lambda: true.model_copy(update={"ledger_locked": 1}))
    for other in ({"account": town.operator.account}, {"since": 1}, {"until": 1}):
        with pytest.raises(EvidenceError, match="another account or time"):
            walked(walking(town, partner, Blocks(town)), of, lambda: true.model_copy(update=other))  # noqa: B023


def test_blocks_that_lie_are_refused(town, scene):
    """A receipt left out, a block of another place, a header that nobody sealed: by name, and nothing is believed."""
    partner, *_ = scene
    told = statement(partner)
    last = told.lines[-1].block_number
    lies = {
        "receipts of block": Blocks(town, receipts=lambda number, raw: raw[:-1] if number == last else raw),
        "does not follow": Blocks(
            town, header=lambda number, raw: _raw(town, "debug_getRawHeader", number - (number == last))
        ),
        "not sealed by a signer": Blocks(
            town, header=lambda number, raw: raw[:100] + bytes([raw[100] ^ 1]) + raw[101:] if number == last else raw
        ),
    }
    for words, blocks in lies.items():
        with pytest.raises(EvidenceError, match=words):
            walked(walking(town, partner, blocks), Stretch(partner.account, 0, FAR), lambda: told)


def test_what_the_law_has_published_names_items_and_method_and_nobody_it_went_to(town, scene):
    partner, request_id, _ = scene
    [release] = [one for one in partner.get("/v1/releases")["releases"] if one["request_id"] == request_id]
    found = town.client.get("/v1/publications").json()["publications"]  # without a login
    [one] = [each for each in found if each["release_id"] == release["release_id"]]
    assert one["item_labels"] == ["Your age"]
    assert set(one["texts"]) == {"ja", "en"}
    for text in one["texts"].values():
        assert "Your age" in text
        assert partner.name not in text
        assert "43" in text
    assert "Items of information" in one["texts"]["en"]
    assert "個人情報の保護に関する法律" in one["texts"]["ja"]
