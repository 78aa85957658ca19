"""A partner's statement has every coin of a stretch of time, and comes to what the ledger has."""

import csv

import pytest

from bank_api.protocol.shapes.statements import Statement
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
    return partner, request_id


def statement(person, since=0, until=FAR):
    return Statement.model_validate(person.get(f"/v1/partner/statement?since={since}&until={until}"))


def test_every_coin_is_there_and_it_comes_to_what_the_ledger_has(town, scene):
    partner, request_id = scene
    found = statement(partner)
    check_sums(found)
    assert [line.kind for line in found.lines] == ["coins-bought", "coins-locked", "coins-unlocked"]
    [one] = found.requests
    assert (one.request_id, one.locked, one.paid, one.left) == (request_id, 70, 28, 0)
    assert one.returned == 70 - 28
    assert found.closing == found.ledger_coins == 3_000 - 28 == town.bank.contracts.coin.balance_of(partner.account)
    assert (found.ledger_locked, found.reconciled) == (0, True)


def test_stretches_of_time_follow_each_other(town, scene):
    partner, _ = scene
    whole = statement(partner)
    for cut in {line.time for line in whole.lines} | {line.time + 1 for line in whole.lines}:
        first, second = statement(partner, 0, cut), statement(partner, cut, FAR)
        check_sums(first)
        check_sums(second)
        assert first.closing == second.opening
        assert [*first.lines, *second.lines] == whole.lines


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
