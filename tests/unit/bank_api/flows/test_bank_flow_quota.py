"""Coins come within a quota; above it a majority of the board says yes, and the operator is told what is left."""

import pytest

from chaincode.ids import NOBODY, to_hex
from tests.unit.bank_api.town import Town
from wallet_cli.signing import quota as signing

DAY = 86400


@pytest.fixture
def bank(tmp_path):
    """A bank of its own with two of the board and a partner."""
    own = Town(tmp_path)
    yield own, [own.organization("board") for _ in range(2)], own.organization("partner")
    own.close()


def sent(person, path, body):
    return person.post(path, body.model_dump(mode="json"))


def left(town):
    return town.client.get("/v1/quota").json()


def set_quota(town, board, coins):
    """What is used stays used."""
    body = signing.approve_quota(board[1].signer, signing.propose_quota(board[0].signer, coins, DAY))
    answer = sent(board[0], "/v1/quotas", body)
    assert answer.status_code == 201, answer.text
    return body


def sell(town, partner, coins, invoice):
    body = {"invoice_id": to_hex(invoice), "coins": coins}
    return town.operator.post(f"/v1/partners/{partner.account}/coins", body)


def test_anybody_reads_what_is_left(bank):
    town, board, partner = bank
    assert left(town) == {"coins": 10**7, "period_seconds": 30 * DAY, "used": 0, "left": 10**7, "ends_at": None}
    set_quota(town, board, 1000)
    assert sell(town, partner, 300, town.new_id()).status_code == 201
    found = left(town)
    assert (found["coins"], found["used"], found["left"]) == (1000, 300, 700)
    assert town.now < found["ends_at"] <= town.now + DAY


def test_a_sale_above_the_quota_is_refused_naming_what_is_left_and_the_board_lets_it_come(bank, refusal):
    town, board, partner = bank
    set_quota(town, board, 1000)
    sell(town, partner, 300, town.new_id())
    invoice = town.new_id()
    answer = sell(town, partner, 701, invoice)
    assert refusal(answer) == (409, "quota-exhausted")
    told = answer.json()
    assert told["detail"] == "the quota of 1,000 coins in 1 days leaves 700; 701 were asked for"
    assert told["left"] == 700
    assert f"azukari board propose-issue {to_hex(invoice)} 701" in told["hint"]
    proposed = signing.propose_issue(board[0].signer, invoice, partner.account, 701)
    alone = sent(board[0], "/v1/issues", proposed)
    assert (alone.status_code, alone.json()["detail"]) == (409, "coin: approvals too few")
    agreed = signing.approve_issue(board[1].signer, proposed)
    assert [sent(board[0], "/v1/issues", agreed).json()["repeated"] for _ in range(2)] == [False, True]
    assert refusal(sell(town, partner, 702, invoice)) == (409, "quota-exhausted")
    assert [sell(town, partner, 701, invoice).json()["repeated"] for _ in range(2)] == [False, True]
    assert left(town)["left"] == 700


def test_budgets_and_top_ups_are_told_the_same(bank, refusal):
    town, board, _ = bank
    set_quota(town, board, 1000)
    body = town.survey_body(budget_coins=1001)
    assert refusal(town.operator.post("/v1/surveys", body)) == (409, "quota-exhausted")
    survey_id = bytes.fromhex(body["survey_id"][2:])
    for item in (survey_id, top_up := town.new_id()):
        words = signing.propose_issue(board[0].signer, item, NOBODY, 1001)
        assert sent(board[1], "/v1/issues", signing.approve_issue(board[1].signer, words)).status_code == 201
    assert town.operator.done("/v1/surveys", body)["repeated"] is False
    budget = f"/v1/surveys/{body['survey_id']}/budget"
    wrong = town.operator.post(budget, {"top_up_id": to_hex(top_up), "coins": 1002})
    assert refusal(wrong) == (409, "quota-exhausted")
    assert town.operator.done(budget, {"top_up_id": to_hex(top_up), "coins": 1001})["repeated"] is False
    assert left(town)["left"] == 1000


def test_strangers_and_members_words_are_no_approval(bank, refusal):
    town, board, partner = bank
    member = town.member()
    body = signing.approve_quota(member.signer, signing.propose_quota(board[0].signer, 10**9, DAY))
    answer = sent(board[0], "/v1/quotas", body)
    assert (answer.status_code, answer.json()["detail"]) == (409, "coin: approvals too few")
    stranger = sent(board[0], "/v1/quotas", signing.propose_quota(town.newcomer().signer, 10**9, DAY))
    assert stranger.json()["detail"] == "approvals[0]: is not signed by anybody of this bank, over these words"
    words = signing.propose_quota(board[0].signer, 10**9, DAY)
    no_digits = sent(board[0], "/v1/quotas", words.model_copy(update={"approvals": ["no digits"]}))
    assert (no_digits.status_code, no_digits.json()["field"]) == (422, "approvals[1]")
    issue = signing.propose_issue(town.operator.signer, town.new_id(), partner.account, 10**9)
    answer = sent(town.operator, "/v1/issues", issue)
    assert (answer.status_code, answer.json()["detail"]) == (409, "coin: approvals too few")
    nobody = town.client.post("/v1/issues", json=issue.model_dump(mode="json"))
    assert refusal(nobody) == (401, "not-authenticated")


def test_the_earlier_quota_comes_too_late(bank):
    town, board, _ = bank
    held = signing.approve_quota(board[1].signer, signing.propose_quota(board[0].signer, 10**12, DAY))
    set_quota(town, board, 1000)
    answer = sent(board[0], "/v1/quotas", held)
    assert (answer.status_code, answer.json()["detail"]) == (409, "coin: a later word stands")
    assert left(town)["coins"] == 1000
