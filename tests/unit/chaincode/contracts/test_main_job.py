"""The main job through all contracts: answer, ask, consent, disclose and pay, buy, redeem."""

from typing import Any


def test_an_answer_becomes_a_paid_release(bank: Any) -> None:
    members = [bank.member(f"member {number}") for number in range(3)]
    survey = bank.survey()
    answers = [(bank.answer(survey, key), key) for key in members]
    bank.relay("survey.answer_batch", "Answer", *answers)
    assert [bank.coins(key) for key in members] == [16, 16, 16]

    partner = bank.partner("cafe", coins=1000)
    request = bank.request(survey, partner)
    assert bank.coins(partner) == 1000 - 5 * 10
    consents = [bank.consent(request, key) for key in members]
    events = bank.send("disclosure.disclose", *bank.release(request, *consents))
    print(bank.gas_used, [e.name for e in events])
    assert [bank.coins(key) for key in members] == [26, 26, 26]
    assert bank.read("request.locked", request["requestId"]) == 20
    assert bank.coins(bank.address("request")) == 20
