"""survey.vy, corrections: the new answer stands, the old one stays on record, no coins move."""

from typing import Any

import pytest

BATCH, DIRECT = "survey.correct_batch", "survey.correct"


def answered(bank: Any, name: str, **changes: Any) -> tuple[Any, dict[str, Any]]:
    """A member and the answer that stands."""
    key = bank.member(name)
    message = bank.answer(bank.survey(**changes), key)
    bank.relay("survey.answer_batch", "Answer", (message, key))
    return key, message


def standing(bank: Any, message: dict[str, Any]) -> Any:
    return bank.read("survey.answerOf", message["surveyId"], message["member"])


def test_a_correction_stands_and_moves_no_coins_both_ways(bank: Any) -> None:
    key, first = answered(bank, "corrects")
    left = bank.read("survey.budgetLeft", first["surveyId"])
    second = bank.correction(first, items=0b001)
    (event,) = bank.relay(BATCH, "Correction", (second, key))
    assert (event.name, event.args) == (
        "Corrected",
        {
            "correctionId": second["correctionId"],
            "surveyId": first["surveyId"],
            "member": key.address,
            "replaces": first["answerId"],
            "commitment": second["commitment"],
            "items": 0b001,
        },
    )
    assert standing(bank, first) == second["correctionId"]
    third = bank.correction(second)
    (event,) = bank.direct(DIRECT, "Correction", third, key)
    assert (event.name, event.args["replaces"]) == ("Corrected", second["correctionId"])
    assert standing(bank, first) == third["correctionId"]
    again = bank.relay(BATCH, "Correction", (second, key), (third, key))
    assert [event.name for event in again] == ["Repeated", "Repeated"]
    assert [event.name for event in bank.direct(DIRECT, "Correction", third, key)] == ["Repeated"]
    assert standing(bank, first) == third["correctionId"]
    assert (bank.coins(key), bank.read("survey.budgetLeft", first["surveyId"])) == (16, left)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"items": 0}, "items outside the survey"),
        ({"items": 8}, "items outside the survey"),
        ({"items": 2**255 + 7}, "items outside the survey"),
        ({"deadline": 1}, "deadline passed"),
        ({"surveyId": b"\7" * 32}, "unknown survey"),
        ({"correctionId": b"\0" * 32}, "id already used"),
        ({"replaces": b"\0" * 32}, "not the standing answer"),
        ({"replaces": b"\7" * 32}, "not the standing answer"),
    ],
)
def test_corrections_are_refused(bank: Any, changes: dict[str, Any], reason: str) -> None:
    key, first = answered(bank, "refused correction")
    message = bank.correction(first, **changes)
    assert bank.refusal(DIRECT, "Correction", message, key) == f"survey: {reason}"
    assert standing(bank, first) == first["answerId"]


def test_only_the_answer_that_stands_can_be_corrected(bank: Any) -> None:
    key, first = answered(bank, "in order")
    second, rival = bank.correction(first), bank.correction(first)
    events = bank.relay(BATCH, "Correction", (second, key), (rival, key))
    assert [event.name for event in events] == ["Corrected", "Refused"]
    assert events[1].args["reason"] == "survey: not the standing answer"
    other, theirs = answered(bank, "somebody else")
    stolen = bank.correction(first, member=other.address, replaces=theirs["answerId"])
    assert bank.refusal(DIRECT, "Correction", stolen, other) == "survey: not the standing answer"
    none = bank.member("has not answered")
    for replaces in (bytes(32), second["correctionId"]):
        early = bank.correction(first, member=none.address, replaces=replaces)
        assert bank.refusal(DIRECT, "Correction", early, none) == "survey: not the standing answer"


def test_ids_are_one_space_with_answers_surveys_and_top_ups(bank: Any) -> None:
    key, first = answered(bank, "ids")
    top_up = bank.new_id()
    bank.send("survey.top_up", top_up, first["surveyId"], 1)
    for taken in (first["answerId"], first["surveyId"], top_up):
        message = bank.correction(first, correctionId=taken)
        assert bank.refusal(DIRECT, "Correction", message, key) == "survey: id already used"
    second = bank.correction(first)
    bank.relay(BATCH, "Correction", (second, key))
    other = bank.member("takes an id")
    message = bank.answer({"surveyId": first["surveyId"], "title": first["survey"]}, other)
    taken = {**message, "answerId": second["correctionId"]}
    assert bank.refusal("survey.answer", "Answer", taken, other) == "survey: id already used"
    changed = {**second, "commitment": bank.new_id()}
    assert bank.refusal(DIRECT, "Correction", changed, key) == "survey: id already used"


def test_who_corrected_has_still_answered(bank: Any) -> None:
    key, first = answered(bank, "answers again")
    bank.relay(BATCH, "Correction", (bank.correction(first), key))
    again = {**first, "answerId": bank.new_id()}
    assert bank.refusal("survey.answer", "Answer", again, key) == "survey: already answered"


def test_a_mistake_is_corrected_after_the_survey_has_closed_and_spent_its_budget(bank: Any) -> None:
    key, first = answered(bank, "late correction", budgetCoins=16)
    bank.send("survey.close", first["surveyId"])
    second = bank.correction(first)
    assert bank.relay(BATCH, "Correction", (second, key))[0].name == "Corrected"
    bank.chain.set_time(bank.now + 2_000_000)
    third = bank.correction(second, deadline=bank.now + 3_000_000)
    assert bank.relay(BATCH, "Correction", (third, key))[0].name == "Corrected"
    assert bank.coins(key) == 16


def test_nobody_corrects_for_another(bank: Any) -> None:
    key, first = answered(bank, "victim of a correction")
    thief = bank.member("corrects others")
    message = bank.correction(first)
    assert bank.refusal(DIRECT, "Correction", message, thief) == "membership: signer may not act"
    other_words = {**message, "statement": "I agree"}
    (event,) = bank.relay(BATCH, "Correction", (other_words, key))
    assert event.args["reason"] == "membership: signer may not act"
    other_title = {**message, "survey": "Another title"}
    (event,) = bank.relay(BATCH, "Correction", (other_title, key))
    assert event.args["reason"] == "membership: signer may not act"
    bank.send("membership.suspend", key.address, b"\1" * 32)
    assert bank.refusal(DIRECT, "Correction", message, key) == "membership: account suspended"
