"""survey.vy and consent.vy together: an answer earns more for every partner the member lets have it."""

from typing import Any

import pytest


@pytest.fixture(scope="module")
def partners(bank: Any) -> Any:
    return [bank.partner(f"partner {number}", coins=10_000) for number in range(3)]


def reward(bank: Any, survey: dict[str, Any], coins: int = 6, most: int = 2) -> None:
    (event,) = bank.send("survey.set_partner_reward", survey["surveyId"], coins, most)
    assert event.args == {"surveyId": survey["surveyId"], "coins": coins, "partnersMaximum": most}


def answered(bank: Any, survey: dict[str, Any], name: str) -> Any:
    key = bank.member(name)
    bank.relay("survey.answer_batch", "Answer", (bank.answer(survey, key), key))
    return key


def reason_of(bank: Any, *arguments: Any, sender: Any = None) -> str:
    with pytest.raises(Exception, match=r"survey: ") as caught:
        bank.send(*arguments, sender=sender)
    return str(caught.value).removeprefix("survey: ")


def test_every_accepted_partner_adds_coins_up_to_the_maximum(bank: Any, partners: Any) -> None:
    survey = bank.survey()
    reward(bank, survey)
    key = answered(bank, survey, "generous")
    requests = [bank.request(survey, partner) for partner in partners]
    message = bank.consent_message(requests[0], key)
    events = bank.relay("consent.record_batch", "Consent", (message, key))
    assert [event.name for event in events] == ["ConsentChanged", "PartnerRewarded", "Transfer", "Granted"]
    assert events[3].args == {"account": key.address, "amount": 6, "reason": message["consentId"]}
    bank.direct("consent.record", "Consent", bank.consent_message(requests[1], key), key)
    bank.consent(requests[2], key)
    assert bank.coins(key) == 16 + 2 * 6
    assert bank.read("survey.partnersAccepted", survey["surveyId"], key.address) == 2
    assert bank.read("survey.budgetLeft", survey["surveyId"]) == 10_000 - 28
    assert bank.read("survey.partnerReward", survey["surveyId"]) == 6


def test_each_request_counts_once_and_refusing_earns_nothing(bank: Any, partners: Any) -> None:
    survey = bank.survey()
    reward(bank, survey)
    key = answered(bank, survey, "to and fro")
    request = bank.request(survey, partners[0])
    bank.consent(request, key, decision="I refuse")
    assert bank.coins(key) == 16
    given = bank.consent(request, key)
    bank.relay("consent.withdraw_batch", "Withdrawal", (bank.withdrawal(given), key))
    bank.consent(request, key)
    bank.consent(request, key)
    assert bank.coins(key) == 16 + 6


def test_only_who_answered_earns_and_only_while_the_budget_lasts(bank: Any, partners: Any) -> None:
    survey = bank.survey(budgetCoins=16 * 2 + 6)
    reward(bank, survey)
    silent = bank.member("silent")
    first, second = answered(bank, survey, "first"), answered(bank, survey, "second")
    request = bank.request(survey, partners[0])
    for key in (silent, first, second):
        bank.consent(request, key)
    assert [bank.coins(key) for key in (silent, first, second)] == [0, 22, 16]
    assert bank.read("survey.budgetLeft", survey["surveyId"]) == 0


def test_promises_are_made_once_by_the_operator(bank: Any, partners: Any) -> None:
    survey = bank.survey()
    call = ("survey.set_partner_reward", survey["surveyId"])
    assert reason_of(bank, *call, 0, 1) == "wrong reward"
    assert reason_of(bank, *call, 1, 0) == "wrong reward"
    assert reason_of(bank, *call, 1, 1, sender=partners[0]) == "not the operator"
    assert reason_of(bank, "survey.set_partner_reward", b"\7" * 32, 1, 1) == "unknown survey"
    reward(bank, survey, 1, 1)
    assert bank.send(*call, 1, 1) == []
    assert reason_of(bank, *call, 2, 1) == "id already used"
    report = ("survey.accept", survey["surveyId"], b"\1" * 32, partners[0].address, b"\1" * 32)
    assert reason_of(bank, *report) == "not the consent contract"
    assert reason_of(bank, "survey.set_consent", partners[0].address) == "id already used"
    assert reason_of(bank, "survey.set_consent", bank.address("consent"), sender=partners[0]) == "not the operator"
