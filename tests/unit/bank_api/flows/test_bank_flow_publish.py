"""The operator's acts: surveys are published once as written, coins are sold once per invoice."""

import pytest

from chaincode.ids import text_hash, to_hex
from pds_adapter.sealing.canonical import canonical_json


def test_a_survey_is_published_and_shown_as_written(town):
    body = town.survey_body()
    published = town.operator.done("/v1/surveys", body)
    shown = town.client.get(f"/v1/surveys/{body['survey_id']}").json()
    shown["questions"] = [{key: value for key, value in one.items() if value is not None} for one in shown["questions"]]
    assert {key: shown[key] for key in body} == body
    assert shown["state"] == "open"
    assert shown["content_hash"] == published["content_hash"] == to_hex(text_hash(canonical_json(body).decode()))
    assert body["survey_id"] in [one["survey_id"] for one in town.client.get("/v1/surveys").json()["surveys"]]


def test_the_same_survey_again_is_the_same_success_and_another_under_its_id_is_refused(town, refusal):
    body = town.survey_body()
    assert [town.operator.done("/v1/surveys", body)["repeated"] for _ in range(2)] == [False, True]
    answer = town.operator.post("/v1/surveys", body | {"title": "Other"})
    assert refusal(answer) == (409, "id-already-used")
    assert town.client.get(f"/v1/surveys/{body['survey_id']}").json()["title"] == body["title"]


def test_a_survey_kept_but_not_recorded_may_be_mended_and_sent_again(mended, refusal):
    town, body = mended, mended.survey_body()
    town.line.cut_before = "eth_sendRawTransaction"
    assert refusal(town.operator.post("/v1/surveys", body)) == (503, "ledger-unreachable")
    town.line.mend()
    assert body["survey_id"] not in [one["survey_id"] for one in town.client.get("/v1/surveys").json()["surveys"]]
    assert town.operator.done("/v1/surveys", body | {"title": "Mended"})["repeated"] is False
    assert town.client.get(f"/v1/surveys/{body['survey_id']}").json()["title"] == "Mended"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closes_at": 1}, "closes_at"),
        ({"questions": []}, "questions"),
        ({"language": "english"}, "language"),
        ({"base_coins": -1}, "base_coins"),
        ({"title": ""}, "title"),
        ({"survey_id": "0x12"}, "survey_id"),
        ({"reward": 1}, "reward"),
    ],
)
def test_a_bent_survey_is_refused_by_field(town, refusal, changes, field):
    body = town.survey_body() | changes
    answer = town.operator.post("/v1/surveys", body)
    assert (refusal(answer), answer.json()["field"]) == ((422, "invalid-input"), field)


def test_numbers_beyond_json_are_refused_before_anything_is_kept(town, refusal):
    body = town.survey_body()
    body["questions"] = [body["questions"][0] | {"maximum": 2**60}]
    answer = town.operator.post("/v1/surveys", body)
    assert (refusal(answer), answer.json()["field"]) == ((422, "invalid-input"), "questions[0].maximum")
    assert town.bank.catalog.survey(body["survey_id"]) is None


def test_states_of_a_survey(town):
    upcoming = town.survey(opens_at=town.now + 1000, closes_at=town.now + 2000)
    assert upcoming.state == "upcoming"
    survey = town.survey()
    path = f"/v1/surveys/{survey.survey_id}"
    assert town.operator.done(f"{path}/closure")["repeated"] is False
    assert town.operator.done(f"{path}/closure")["repeated"] is True
    assert town.client.get(path).json()["state"] == "closed"


def test_an_unknown_survey_is_neither_shown_nor_closed(town, refusal):
    unknown = to_hex(town.new_id())
    assert refusal(town.client.get(f"/v1/surveys/{unknown}")) == (404, "not-found")
    assert refusal(town.operator.post(f"/v1/surveys/{unknown}/closure")) == (404, "not-found")


def test_coins_are_sold_once_per_invoice(town, refusal):
    partner, invoice = town.organization("partner"), to_hex(town.new_id())
    path = f"/v1/partners/{partner.account}/coins"
    sales = [town.operator.done(path, {"invoice_id": invoice, "coins": 40})["repeated"] for _ in range(2)]
    assert sales == [False, True]
    assert partner.get("/v1/me")["coins"] == 40
    answer = town.operator.post(path, {"invoice_id": invoice, "coins": 41})
    assert refusal(answer)[0] == 409
    assert partner.get("/v1/me")["coins"] == 40


def test_coins_are_sold_to_partners_only(town, refusal):
    member = town.member()
    body = {"invoice_id": to_hex(town.new_id()), "coins": 40}
    answer = town.operator.post(f"/v1/partners/{member.account}/coins", body)
    assert (refusal(answer), answer.json()["field"]) == ((422, "invalid-input"), "account")
    assert refusal(member.post(f"/v1/partners/{member.account}/coins", body)) == (403, "forbidden")


def test_the_summary_counts_what_the_ledger_has(town):
    before = town.operator.get("/v1/operator/summary")
    person, survey = town.member(), town.survey()
    town.answer(person, survey)
    after = town.operator.get("/v1/operator/summary")
    assert (after["members"], after["answers"]) == (before["members"] + 1, before["answers"] + 1)
    assert after["coins"]["granted"] == before["coins"]["granted"] + 19


def test_a_survey_shows_what_is_left_and_is_full_when_no_answer_can_be_paid(town, refusal):
    survey = town.survey(budget_coins=19 + 18 + 17)  # one with tea, one without, and one coin too few for another
    path = f"/v1/surveys/{survey.survey_id}"
    assert (survey.state, survey.budget_left) == ("open", 54)
    town.answer(town.member(), survey)
    town.answer(town.member(), survey, age=40, vote=1)
    shown = town.client.get(path).json()
    assert (shown["state"], shown["budget_left"]) == ("full", 17)
    late = town.member()
    answer = late.post(f"{path}/answers", town.answer_body(late, survey, age=40, vote=1))
    assert refusal(answer)[0] == 409
    assert "budget exhausted" in answer.text


def test_a_survey_that_pays_nothing_is_never_full(town):
    free = [question | {"coins": 0} for question in town.survey_body()["questions"]]
    survey = town.survey(budget_coins=0, base_coins=0, questions=free)
    assert (survey.state, survey.budget_left) == ("open", 0)


def test_a_full_survey_is_topped_up_once_for_each_id_and_open_again(town, refusal):
    survey, member = town.survey(budget_coins=10), town.member()
    path = f"/v1/surveys/{survey.survey_id}"
    assert survey.state == "full"
    more = {"top_up_id": to_hex(town.new_id()), "coins": 19}
    assert [town.operator.done(f"{path}/budget", more)["repeated"] for _ in range(2)] == [False, True]
    shown = town.client.get(path).json()
    assert (shown["state"], shown["budget_left"]) == ("open", 29)
    town.answer(member, survey)
    assert town.client.get(path).json()["budget_left"] == 10
    assert refusal(town.operator.post(f"{path}/budget", more | {"coins": 20}))[0] == 409
    assert refusal(member.post(f"{path}/budget", more)) == (403, "forbidden")
    unknown = f"/v1/surveys/{to_hex(town.new_id())}/budget"
    assert refusal(town.operator.post(unknown, more)) == (404, "not-found")
    none = town.operator.post(f"{path}/budget", {"top_up_id": to_hex(town.new_id()), "coins": 0})
    assert (refusal(none), none.json()["field"]) == ((422, "invalid-input"), "coins")


def test_waves_of_a_series_open_by_themselves_and_say_what_comes_next(mended, refusal):
    town = mended
    wave = {"series_id": "0x" + "7c" * 32, "series": "Mood", "waves": 2}
    second = {"opens_at": town.now + 1000, "closes_at": town.now + 2000}
    following = wave | {"number": 1, "next_opens_at": second["opens_at"]}
    opened = town.survey(closes_at=town.now + 900, wave=following)
    planned = town.survey(**second, wave=wave | {"number": 2, "next_opens_at": None})
    assert (opened.state, opened.wave.number, opened.wave.next_opens_at) == ("open", 1, second["opens_at"])
    assert (planned.state, planned.wave.next_opens_at) == ("upcoming", None)
    person = town.member()
    early = person.post(f"/v1/surveys/{planned.survey_id}/answers", town.answer_body(person, planned))
    assert (refusal(early), early.json()["rule"]) == ((409, "ledger-refused"), "not open yet")
    town.chain.set_time(second["opens_at"])
    states = [town.client.get(f"/v1/surveys/{one.survey_id}").json()["state"] for one in (opened, planned)]
    assert states == ["closed", "open"]
    town.answer(person, planned)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": 3, "next_opens_at": None}, "wave.number"),
        ({"number": 1, "next_opens_at": None}, "wave.next_opens_at"),
        ({"number": 2}, "wave.next_opens_at"),
        ({"number": 1, "next_opens_at": 5}, "wave.next_opens_at"),
        ({"waves": 401}, "wave.waves"),
    ],
)
def test_a_wave_that_its_series_cannot_have_is_refused_by_field(town, refusal, changes, field):
    wave = {"series_id": "0x" + "7c" * 32, "series": "Mood", "waves": 2, "number": 1, "next_opens_at": 2**40}
    answer = town.operator.post("/v1/surveys", town.survey_body(wave=wave | changes))
    assert (refusal(answer), answer.json()["field"]) == ((422, "invalid-input"), field)
