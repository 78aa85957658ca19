"""Answers: stored sealed, rewarded once, refused without a trace, safe to send again after a crash anywhere."""


def test_an_answer_is_stored_rewarded_and_listed(town):
    person, survey = town.member(), town.survey()
    receipt = town.answer(person, survey)
    assert (receipt["accepted"], receipt["repeated"], receipt["coins"]) == (True, False, 19)
    [listed] = person.get("/v1/me/answers")["answers"]
    assert (listed["answer_id"], listed["survey_id"], listed["coins"]) == (receipt["id"], survey.survey_id, 19)
    [document] = person.get("/v1/me/documents")["documents"]
    assert (document["box"], "0x" + document["name"]) == ("answers", receipt["id"])
    assert person.get("/v1/me")["coins"] == 19
