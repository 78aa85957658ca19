"""quota.vy: how many coins the operator may bring into being in a period, and what only the board may."""

from typing import Any

import pytest

from tests.unit.chaincode.contracts.bank import BOARD, ZERO
from tests.unit.chaincode.contracts.chain_bank import Refused
from tests.unit.chaincode.contracts.messages import calldata

HOUR = 3600


def refused(bank: Any, *arguments: Any, sender: Any = None) -> str:
    with pytest.raises(Exception, match=r"(coin|survey): ") as caught:
        bank.send(*arguments, sender=sender)
    return str(caught.value)


def names(events: list[Any]) -> list[str]:
    return [event.name for event in events]


def set_quota(bank: Any, coins: int, **changes: Any) -> dict[str, Any]:
    message: dict[str, Any] = bank.quota_message(coins, **changes)
    (event,) = bank.by_board("set_quota", "Quota", message)
    assert event.name == "QuotaSet"
    return message


def fresh(bank: Any, coins: int) -> Any:
    """A partner, and a quota of which nothing is used."""
    set_quota(bank, coins)
    bank.chain.advance(HOUR + 1)
    return bank.partner("buys")


def sell(bank: Any, partner: Any, coins: int) -> str:
    """ "" if the coins came, else why not."""
    try:
        bank.send("coin.sell", partner.address, coins, bank.new_id())
    except Refused as error:
        return str(error)
    return ""


EXHAUSTED = "coin: quota exhausted"


def test_a_sale_that_no_purse_can_count_is_refused_and_rewards_go_on(bank: Any) -> None:
    """A thief of the operator's key sells so many coins that every later reward would overflow."""
    puppet, member = bank.partner("puppet"), bank.member("earns on")
    for coins in (2**128 - 1, 2**128 - 1 - bank.read("coin.granted"), 2**64):
        assert sell(bank, puppet, coins) == "coin: amount too large"
    assert sell(bank, puppet, 2**64 - 1) == EXHAUSTED
    survey = bank.survey()
    assert names(bank.relay("survey.answer_batch", "Answer", (bank.answer(survey, member), member)))[-1] == "Granted"
    assert bank.coins(member) == bank.answer(survey, member)["coins"]


def test_even_with_the_whole_board_a_reward_never_overflows(bank: Any) -> None:
    """What comes into being at once fits 64 bits: of 2**64 such sales none could bring a purse to its end."""
    partner, member, largest = bank.partner("buys the most"), bank.member("earns beside"), 2**64 - 1
    for _ in range(3):
        invoice = bank.new_id()
        bank.by_board("approve_issue", "CoinIssue", bank.issue_message(invoice, partner.address, largest))
        bank.send("coin.sell", partner.address, largest, invoice)
    assert bank.coins(partner) == 3 * largest
    survey = bank.survey()
    bank.relay("survey.answer_batch", "Answer", (bank.answer(survey, member), member))
    assert bank.coins(member) > 0
    assert bank.read("coin.granted") < 2**67


def test_sales_and_budgets_of_a_period_count_together(bank: Any) -> None:
    partner = fresh(bank, 100)
    invoice = bank.new_id()
    events = bank.send("coin.sell", partner.address, 40, invoice)
    assert names(events) == ["Issued", "Transfer", "Granted"]
    issued = {"issueId": invoice, "account": partner.address, "coins": 40, "isApproved": False}
    assert events[0].args == issued
    begun = bank.now
    assert bank.read("coin.quotaOf") == (100, HOUR, begun, 40)
    survey = bank.survey(budgetCoins=50)
    assert bank.read("coin.quotaOf") == (100, HOUR, begun, 90)
    bank.send("survey.top_up", bank.new_id(), survey["surveyId"], 10)
    assert sell(bank, partner, 1) == EXHAUSTED
    assert refused(bank, "survey.top_up", bank.new_id(), survey["surveyId"], 1) == EXHAUSTED
    with pytest.raises(Exception, match=f"^{EXHAUSTED}$"):
        bank.survey(budgetCoins=1)
    assert bank.survey(budgetCoins=0), "a survey that pays nothing needs no quota"
    assert names(bank.send("coin.sell", partner.address, 40, invoice)) == ["Repeated"], "known: nothing is used"
    assert bank.read("coin.quotaOf") == (100, HOUR, begun, 100)


def test_a_period_begins_with_the_first_coins_after_the_last_one_ended(bank: Any) -> None:
    partner = fresh(bank, 100)
    assert sell(bank, partner, 100) == ""
    begun = bank.now
    bank.chain.set_time(begun + HOUR - 1)
    assert sell(bank, partner, 1) == EXHAUSTED
    bank.chain.set_time(begun + HOUR)
    assert sell(bank, partner, 99) == ""
    assert bank.read("coin.quotaOf") == (100, HOUR, begun + HOUR, 99)
    assert sell(bank, partner, 2) == EXHAUSTED
    assert sell(bank, partner, 1) == ""


def test_the_board_alone_changes_the_quota_and_its_later_word_stands(bank: Any) -> None:
    partner = fresh(bank, 100)
    sell(bank, partner, 60)
    begun = bank.now
    message = set_quota(bank, 1000, periodSeconds=2 * HOUR)
    assert bank.read("coin.quotaOf") == (1000, 2 * HOUR, begun, 60), "what is used stays used"
    assert names(bank.by_board("set_quota", "Quota", message)) == ["Repeated"]
    for changes, reason in (
        ({"coins": 5}, "id already used"),
        ({"quotaId": bytes(32)}, "id already used"),
        ({"quotaId": bank.new_id(), "deadline": bank.now - 1}, "deadline passed"),
        ({"quotaId": bank.new_id()}, "a later word stands"),
        ({"quotaId": bank.new_id(), "sequence": message["sequence"] - 1}, "a later word stands"),
        ({"quotaId": bank.new_id(), "sequence": (bank.now + 2 * HOUR) * 1000}, "sequence is of the future"),
        ({"quotaId": bank.new_id(), "sequence": bank.count + 1, "periodSeconds": HOUR - 1}, "period too short"),
    ):
        with pytest.raises(Exception, match=f"^coin: {reason}$"):
            bank.by_board("set_quota", "Quota", {**message, **changes})
    set_quota(bank, 59)
    assert sell(bank, partner, 1) == EXHAUSTED, "lower than what is used: nothing is left, and nothing underflows"
    set_quota(bank, 61)
    assert sell(bank, partner, 1) == ""
    set_quota(bank, 2**64 - 1)
    assert sell(bank, partner, 2**64 - 61) == EXHAUSTED
    assert sell(bank, partner, 2**64 - 1 - 61) == "", "up to the last coin that a period holds"
    set_quota(bank, 10**9)


def test_what_the_board_approved_comes_beside_the_quota_and_nothing_else_does(bank: Any) -> None:
    quota = bank.read("coin.quotaOf")
    partner, other, invoice = bank.partner("large"), bank.partner("other large"), bank.new_id()
    coins = quota[0] + 5
    message = bank.issue_message(invoice, partner.address, coins)
    (event,) = bank.by_board("approve_issue", "CoinIssue", message)
    assert (event.name, event.args) == (
        "IssueApproved",
        {"issueId": invoice, "account": partner.address, "coins": coins},
    )
    assert bank.read("coin.isIssueApproved", invoice, partner.address, coins)
    assert not bank.read("coin.isIssueApproved", invoice, other.address, coins)
    assert names(bank.by_board("approve_issue", "CoinIssue", message)) == ["Repeated"]
    for call in (
        (other.address, coins, invoice),
        (partner.address, coins + 1, invoice),
        (partner.address, coins, bank.new_id()),
    ):
        assert refused(bank, "coin.sell", *call) == EXHAUSTED
    for changes, reason in (
        ({"coins": 5}, "id already used"),
        ({"account": other.address}, "id already used"),
        ({"issueId": bytes(32)}, "id already used"),
        ({"issueId": bank.new_id(), "deadline": bank.now - 1}, "deadline passed"),
    ):
        with pytest.raises(Exception, match=f"^coin: {reason}$"):
            bank.by_board("approve_issue", "CoinIssue", {**message, **changes})
    events = bank.send("coin.sell", partner.address, coins, invoice)
    assert events[0].args["isApproved"]
    assert bank.coins(partner) == coins
    assert names(bank.send("coin.sell", partner.address, coins, invoice)) == ["Repeated"]
    assert bank.coins(partner) == coins
    assert bank.read("coin.quotaOf") == quota


def test_a_large_budget_and_a_large_top_up_are_the_boards_too(bank: Any) -> None:
    survey_id, top_up, coins = bank.new_id(), bank.new_id(), bank.read("coin.quotaOf")[0] + 1
    with pytest.raises(Exception, match=f"^{EXHAUSTED}$"):
        bank.survey(surveyId=survey_id, budgetCoins=coins)
    for item in (survey_id, top_up):
        bank.by_board("approve_issue", "CoinIssue", bank.issue_message(item, ZERO, coins))
    assert bank.survey(surveyId=survey_id, budgetCoins=coins)
    assert refused(bank, "survey.top_up", top_up, survey_id, coins + 1) == EXHAUSTED
    events = bank.send("survey.top_up", top_up, survey_id, coins)
    assert names(events) == ["BudgetAdded", "Issued"]
    assert events[1].args == {"issueId": top_up, "account": ZERO, "coins": coins, "isApproved": True}
    assert bank.read("survey.budgetLeft", survey_id) == 2 * coins


def test_neither_the_operator_nor_a_minority_nor_a_stranger_is_the_board(bank: Any) -> None:
    first, second, third = bank.board, bank.key("quota board 2"), bank.key("quota board 3")
    bank.seat(bank.seat_message(second, BOARD), first)
    bank.seat(bank.seat_message(third, BOARD), first, second)
    quota, issue = bank.quota_message(10**12), bank.issue_message(bank.new_id(), bank.partner("buys").address, 10**12)
    for function, struct, words in (("set_quota", "Quota", quota), ("approve_issue", "CoinIssue", issue)):
        for signers in ((bank.operator,), (first,), (first, bank.operator), (first, bank.member("no board"))):
            with pytest.raises(Exception, match=r"^coin: approvals too few$"):
                bank.by_board(function, struct, words, *signers)
        signature = bank.sign("coin", struct, words, first)
        for approvals in ([], [signature, signature], [(b"\1" * 32, b"\1" * 32, 27)], [(bytes(32), bytes(32), 0)]):
            assert refused(bank, f"coin.{function}", calldata(struct, words), approvals) == "coin: approvals too few"
        reversed_ = bank.approvals("coin", struct, words, first, second)[::-1]
        assert refused(bank, f"coin.{function}", calldata(struct, words), reversed_) == "coin: approvals too few"
        assert len(bank.by_board(function, struct, words, second, third)) == 1
    bank.seat(bank.seat_message(second, BOARD, seated=False), first, third)
    bank.seat(bank.seat_message(third, BOARD, seated=False), first, third)


def test_only_the_survey_contract_issues_budgets(bank: Any) -> None:
    assert refused(bank, "coin.issue", bank.new_id(), 1) == "coin: not a minter"


def test_quota_and_issue_count_in_their_last_second(bank: Any) -> None:
    """Last of this file: no sequence can be later than the one that it leaves."""
    last, invoice = bank.now + 50, bank.new_id()
    beyond = bank.quota_message(10**9, deadline=last, sequence=(last - 1 + HOUR) * 1000 + 1)
    quota = bank.quota_message(10**9, deadline=last, sequence=(last + HOUR) * 1000)
    issue = bank.issue_message(invoice, bank.partner("buys").address, 7, deadline=last)
    bank.chain.set_time(last - 1)
    with pytest.raises(Exception, match=r"^coin: sequence is of the future$"):
        bank.by_board("set_quota", "Quota", beyond)
    bank.chain.set_time(last)
    assert names(bank.by_board("set_quota", "Quota", quota)) == ["QuotaSet"]
    bank.chain.set_time(last + 1)
    with pytest.raises(Exception, match=r"^coin: deadline passed$"):
        bank.by_board("approve_issue", "CoinIssue", issue)
