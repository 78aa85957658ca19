"""survey.vy: publishing, windows, rewards and budgets, one answer per member, answer and coins together."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from web3 import Web3

from tests.unit.chaincode.contracts.bank import ZERO


def refused(bank: Any, *arguments: Any, sender: Any = None) -> str:
    with pytest.raises(Exception, match="survey: ") as caught:
        bank.send(*arguments, sender=sender)
    return str(caught.value).removeprefix("survey: ")


def draft(bank: Any, **changes: Any) -> list[Any]:
    survey = {
        "surveyId": bank.new_id(),
        "title": "Draft",
        "contentHash": b"\1" * 32,
        "labels": ("one", "two"),
        "itemCoins": (1, 2),
        "baseCoins": 3,
        "budgetCoins": 100,
        "opensAt": bank.now,
        "closesAt": bank.now + 1000,
        **changes,
    }
    return list(bank.survey_arguments(survey))


def test_publishing_is_recorded_once(bank: Any) -> None:
    arguments = draft(bank)
    event, issued = bank.send("survey.publish", *arguments)
    assert (event.name, issued.name) == ("SurveyPublished", "Issued")
    assert event.args["itemLabelHashes"] == arguments[3]
    assert event.args["itemCoins"] == [1, 2]
    assert bank.read("survey.itemCount", arguments[0]) == 2
    assert bank.read("survey.isOpen", arguments[0])
    assert [event.name for event in bank.send("survey.publish", *arguments)] == ["Repeated"]
    arguments[5] = 4
    assert refused(bank, "survey.publish", *arguments) == "id already used"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"labels": (), "itemCoins": ()}, "no items"),
        ({"itemCoins": (1,)}, "items and coins differ in number"),
        ({"opensAt": 4_000_000_001, "closesAt": 4_000_000_000}, "window is empty"),
        ({"opensAt": 1, "closesAt": 2}, "window is empty"),
        ({"surveyId": b"\0" * 32}, "id already used"),
    ],
)
def test_a_survey_that_cannot_be_is_refused(bank: Any, changes: dict[str, Any], reason: str) -> None:
    assert refused(bank, "survey.publish", *draft(bank, **changes)) == reason


def test_only_the_operator_publishes_and_closes(bank: Any) -> None:
    member, survey = bank.member("publisher"), bank.survey()
    assert refused(bank, "survey.publish", *draft(bank), sender=member) == "not the operator"
    assert refused(bank, "survey.close", survey["surveyId"], sender=member) == "not the operator"


def test_rewards_follow_the_items_answered(bank: Any) -> None:
    labels = tuple(f"question {number}" for number in range(32))
    coins = tuple(range(65535, 65535 - 32, -1))
    survey = bank.survey(labels=labels, itemCoins=coins, baseCoins=2**32 - 1)
    reward = "survey.rewardFor"
    for items in (1, 1 << 31, 0xFFFFFFFF, 0b1010, (1 << 15) | (1 << 16)):
        expected = 2**32 - 1 + sum(coin for bit, coin in enumerate(coins) if items >> bit & 1)
        assert bank.read(reward, survey["surveyId"], items) == expected
    for items in (0, 1 << 32, 2**256 - 1):
        with pytest.raises(Exception, match="items outside the survey"):
            bank.read(reward, survey["surveyId"], items)


def test_label_hashes_are_those_of_eip712(bank: Any) -> None:
    survey = bank.survey()
    first, _, third = (Web3.keccak(text=label) for label in survey["labels"])
    assert bank.read("survey.labelsHash", survey["surveyId"], 0b101) == Web3.keccak(first + third)
    assert bank.read("survey.labelsHash", survey["surveyId"], 0) == Web3.keccak(b"")
    assert bank.read("survey.labelsHash", bank.new_id(), 7) == Web3.keccak(b"")


def test_answers_are_paid_in_the_same_transaction_both_ways(bank: Any) -> None:
    survey, first, second = bank.survey(), bank.member("first"), bank.member("second")
    message = bank.answer(survey, first, items=0b101, coins=14)
    events = bank.relay("survey.answer_batch", "Answer", (message, first))
    assert [event.name for event in events] == ["Answered", "Transfer", "Granted"]
    assert events[0].args["commitment"] == message["commitment"]
    assert events[2].args == {"account": first.address, "amount": 14, "reason": message["answerId"]}
    direct = bank.answer(survey, second)
    events = bank.direct("survey.answer", "Answer", direct, second)
    assert [event.name for event in events] == ["Answered", "Transfer", "Granted"]
    assert (bank.coins(first), bank.coins(second)) == (14, 16)
    assert bank.read("survey.answerOf", survey["surveyId"], first.address) == message["answerId"]
    assert bank.read("survey.budgetLeft", survey["surveyId"]) == 10_000 - 30
    again = bank.relay("survey.answer_batch", "Answer", (message, first), (direct, second))
    assert [event.name for event in again] == ["Repeated", "Repeated"]
    assert [event.name for event in bank.direct("survey.answer", "Answer", direct, second)] == ["Repeated"]
    assert (bank.coins(first), bank.coins(second)) == (14, 16)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"items": 0, "coins": 10}, "items outside the survey"),
        ({"items": 8, "coins": 10}, "items outside the survey"),
        ({"items": 2**255 + 7, "coins": 16}, "items outside the survey"),
        ({"coins": 15}, "wrong reward"),
        ({"coins": 2**256 - 1}, "wrong reward"),
        ({"deadline": 1}, "deadline passed"),
        ({"surveyId": b"\7" * 32}, "unknown survey"),
        ({"answerId": b"\0" * 32}, "id already used"),
    ],
)
def test_answers_are_refused(bank: Any, changes: dict[str, Any], reason: str) -> None:
    key, survey = bank.member("refused"), bank.survey()
    message = bank.answer(survey, key, **changes)
    assert bank.refusal("survey.answer", "Answer", message, key) == f"survey: {reason}"
    assert bank.coins(key) == 0


def test_an_answer_for_another_is_refused(bank: Any) -> None:
    survey, key, thief = bank.survey(), bank.member("victim"), bank.member("thief")
    message = bank.answer(survey, key)
    why = bank.refusal("survey.answer", "Answer", message, thief)
    assert why == "membership: signer may not act"
    partner = bank.partner("not a member")
    why = bank.refusal("survey.answer", "Answer", bank.answer(survey, partner), partner)
    assert why == "membership: role missing"
    bank.send("membership.suspend", key.address, b"\1" * 32)
    why = bank.refusal("survey.answer", "Answer", message, key)
    assert why == "membership: account suspended"
    stranger = bank.key("stranger")
    why = bank.refusal("survey.answer", "Answer", bank.answer(survey, stranger), stranger)
    assert why == "membership: account not enrolled"


def test_what_the_wallet_showed_must_be_the_surveys_title(bank: Any) -> None:
    survey, key = bank.survey(), bank.member("reader")
    message = {**bank.answer(survey, key), "survey": "Another title"}
    (event,) = bank.relay("survey.answer_batch", "Answer", (message, key))
    assert event.args["reason"] == "membership: signer may not act"


def test_one_answer_per_member_and_one_content_per_id(bank: Any) -> None:
    survey, key, other = bank.survey(), bank.member("single"), bank.member("another")
    message = bank.answer(survey, key)
    bank.relay("survey.answer_batch", "Answer", (message, key))
    second = bank.answer(survey, key)
    assert bank.refusal("survey.answer", "Answer", second, key) == "survey: already answered"
    changed = {**message, "commitment": b"\1" * 32}
    assert bank.refusal("survey.answer", "Answer", changed, key) == "survey: id already used"
    stolen = bank.answer(survey, other, answerId=message["answerId"])
    assert bank.refusal("survey.answer", "Answer", stolen, other) == "survey: id already used"


def test_the_window_and_an_early_end(bank: Any) -> None:
    key = bank.member("punctual")
    later = bank.survey(opensAt=bank.now + 500, closesAt=bank.now + 1000)
    message = bank.answer(later, key)
    assert bank.refusal("survey.answer", "Answer", message, key) == "survey: not open yet"
    bank.chain.set_time(later["opensAt"])
    bank.relay("survey.answer_batch", "Answer", (message, key))
    assert bank.coins(key) == 16
    late = bank.member("late")
    bank.chain.set_time(later["closesAt"] + 1)
    message = bank.answer(later, late)
    assert bank.refusal("survey.answer", "Answer", message, late) == "survey: closed"

    ended = bank.survey()
    bank.send("survey.close", ended["surveyId"])
    assert not bank.read("survey.isOpen", ended["surveyId"])
    assert bank.refusal("survey.answer", "Answer", bank.answer(ended, key), key) == "survey: closed"
    assert refused(bank, "survey.close", ended["surveyId"]) == "already closed"
    assert refused(bank, "survey.close", b"\7" * 32) == "unknown survey"


def test_the_budget_is_never_exceeded(bank: Any) -> None:
    survey = bank.survey(budgetCoins=33)
    keys = [bank.member(f"budget {number}") for number in range(3)]
    answers = [(bank.answer(survey, key), key) for key in keys]
    events = bank.relay("survey.answer_batch", "Answer", *answers)
    assert [event.args["reason"] for event in events if event.name == "Refused"] == ["survey: budget exhausted"]
    assert [bank.coins(key) for key in keys] == [16, 16, 0]
    assert bank.read("survey.budgetLeft", survey["surveyId"]) == 1


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choices=st.lists(st.tuples(st.integers(1, 15), st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=5))
def test_a_mixed_batch_pays_exactly_the_true_answers(bank: Any, choices: list[tuple[int, int, int]]) -> None:
    surveys = [bank.survey(), bank.survey(baseCoins=1)]
    batch, expected = [], {}
    for items, which, wrong in choices:
        key = bank.member(f"mixed {bank.count}")
        reward = surveys[which]["baseCoins"] + sum(coin for bit, coin in enumerate((1, 2, 3)) if items >> bit & 1)
        good = not wrong and items < 8
        expected[key.address] = reward if good else 0
        batch.append((bank.answer(surveys[which], key, items=items, coins=reward + wrong), key))
    bank.relay("survey.answer_batch", "Answer", *batch)
    assert {address: bank.coins(address) for address in expected} == expected


def test_a_survey_may_be_open_for_one_second_and_is_for_all_of_it(bank: Any) -> None:
    key, late = bank.member("in the second"), bank.member("a second late")
    moment = bank.now + 50
    survey = bank.survey(opensAt=moment, closesAt=moment)
    messages = [bank.answer(survey, one) for one in (key, late)]
    assert not bank.read("survey.isOpen", survey["surveyId"])
    bank.chain.set_time(moment)
    assert bank.relay("survey.answer_batch", "Answer", (messages[0], key))[0].name == "Answered"
    assert bank.read("survey.isOpen", survey["surveyId"])
    (event,) = bank.relay("survey.answer_batch", "Answer", (messages[1], late))
    assert event.args["reason"] == "survey: closed"
    assert not bank.read("survey.isOpen", survey["surveyId"])
    last = bank.now + 50
    arguments = draft(bank, opensAt=last, closesAt=last)
    bank.chain.set_time(last)
    assert [event.name for event in bank.send("survey.publish", *arguments)] == ["SurveyPublished", "Issued"]
    assert refused(bank, "survey.publish", *draft(bank, opensAt=last, closesAt=last)) == "window is empty"


def test_each_answer_of_a_batch_is_held_against_its_own_survey_and_items(bank: Any) -> None:
    plain, dear = bank.survey(), bank.survey(baseCoins=50)
    keys = [bank.member(f"of its own {number}") for number in range(4)]
    answers = [
        bank.answer(plain, keys[0]),
        bank.answer(dear, keys[1], coins=56),
        bank.answer(dear, keys[2], items=0b001, coins=51),
        bank.answer(plain, keys[3], items=0b001, coins=11),
    ]
    events = bank.relay("survey.answer_batch", "Answer", *zip(answers, keys, strict=True))
    assert [event.name for event in events if event.contract == "survey"] == ["Answered"] * 4
    assert [bank.coins(key) for key in keys] == [16, 56, 51, 11]


def test_a_budget_may_be_spent_to_the_last_coin(bank: Any) -> None:
    survey = bank.survey(budgetCoins=16)
    key, late = bank.member("takes the last coin"), bank.member("finds none")
    events = bank.relay("survey.answer_batch", "Answer", (bank.answer(survey, key), key))
    assert events[0].name == "Answered"
    assert bank.read("survey.budgetLeft", survey["surveyId"]) == 0
    assert bank.refusal("survey.answer", "Answer", bank.answer(survey, late), late) == "survey: budget exhausted"


def test_a_budget_is_topped_up_once_for_each_id_and_pays_who_came_too_late(bank: Any) -> None:
    survey, late, top_up = bank.survey(budgetCoins=15), bank.member("comes late"), bank.new_id()
    survey_id = survey["surveyId"]
    answer = bank.answer(survey, late)
    assert bank.refusal("survey.answer", "Answer", answer, late) == "survey: budget exhausted"
    event, _ = bank.send("survey.top_up", top_up, survey_id, 1)
    assert (event.name, event.args) == ("BudgetAdded", {"topUpId": top_up, "surveyId": survey_id, "coins": 1})
    assert [event.name for event in bank.send("survey.top_up", top_up, survey_id, 1)] == ["Repeated"]
    assert bank.read("survey.budgetLeft", survey_id) == 16
    bank.relay("survey.answer_batch", "Answer", (answer, late))
    assert (bank.coins(late), bank.read("survey.budgetLeft", survey_id)) == (16, 0)


def test_top_ups_are_refused(bank: Any) -> None:
    survey, member = bank.survey(budgetCoins=5)["surveyId"], bank.member("tops up")
    top_up, largest = bank.new_id(), 2**64 - 1
    assert refused(bank, "survey.top_up", top_up, survey, 1, sender=member) == "not the operator"
    assert refused(bank, "survey.top_up", bytes(32), survey, 1) == "id already used"
    assert refused(bank, "survey.top_up", survey, survey, 1) == "id already used"
    assert refused(bank, "survey.top_up", top_up, bank.new_id(), 1) == "unknown survey"
    assert refused(bank, "survey.top_up", top_up, survey, 0) == "amount is zero"
    assert refused(bank, "survey.top_up", top_up, survey, largest - 4) == "budget too large"
    bank.by_board("approve_issue", "CoinIssue", bank.issue_message(top_up, ZERO, largest - 5))
    bank.send("survey.top_up", top_up, survey, largest - 5)
    assert bank.read("survey.budgetLeft", survey) == largest
    assert refused(bank, "survey.top_up", top_up, survey, largest) == "id already used"


def test_a_closed_survey_may_be_topped_up_for_the_partners_it_still_pays_for(bank: Any) -> None:
    survey = bank.survey()
    bank.send("survey.close", survey["surveyId"])
    bank.send("survey.top_up", bank.new_id(), survey["surveyId"], 3)
    assert bank.read("survey.budgetLeft", survey["surveyId"]) == 10_003
    assert not bank.read("survey.isOpen", survey["surveyId"])
