"""Reads never wait for the ledger, and whoever has a receipt sees what it did."""

import pytest

from bank_api.protocol.as_of import AS_OF, NOT_BEFORE
from bank_api.routes import as_of
from chaincode.errors import LedgerUnavailableError


@pytest.fixture
def slow(town, monkeypatch):
    """A town whose follower looks only when it is asked to."""
    monkeypatch.setattr(town.bank.follower, "_pause_seconds", 600.0)
    town.bank.follower.fresh().result(20)  # it was asleep for less
    return town


def entries(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()["entries"]


def sold_past_the_bank(town, person, coins):
    """Coins sold by another hand than the bank's; the number of the block."""
    outcome = town.bank.contracts.coin.sell(town.bank.transactor, person.account, coins, town.new_id())
    assert outcome.accepted
    return outcome.block_number


def test_a_read_is_as_of_what_was_read_and_no_earlier_block_where_one_is_named(slow):
    person = slow.organization("partner")
    before = slow.client.get("/v1/me/passbook", headers=person.headers)
    block = sold_past_the_bank(slow, person, 77)
    stale = slow.client.get("/v1/me/passbook", headers=person.headers)
    assert (entries(stale), stale.headers[AS_OF]) == (entries(before), before.headers[AS_OF])
    assert int(stale.headers[AS_OF]) < block
    fresh = slow.client.get("/v1/me/passbook", headers=person.headers | {NOT_BEFORE: str(block)})
    assert int(fresh.headers[AS_OF]) >= block
    assert [line["coins"] for line in entries(fresh)] == [line["coins"] for line in entries(before)] + [77]


def test_what_a_receipt_tells_of_is_seen_by_everybody_who_asks_the_same_bank(slow):
    person, survey = slow.member(), slow.survey()
    written = person.post(f"/v1/surveys/{survey.survey_id}/answers", slow.answer_body(person, survey))
    assert int(written.headers[AS_OF]) >= written.json()["block_number"]
    assert slow.operator.get("/v1/operator/summary")["answers"] == len(slow.bank.index.answers(survey.survey_id)) == 1
    assert person.get("/v1/me/answers")["answers"][0]["survey_id"] == survey.survey_id


def test_reads_go_on_while_the_ledger_is_gone_and_writes_say_so(mended, refusal):
    person, survey = mended.member(), mended.survey()
    body = mended.answer_body(person, survey)
    mended.line.cut_before = "eth_getBlockByNumber"
    read = mended.client.get("/v1/me/consents", headers=person.headers)
    assert (read.status_code, read.json()) == (200, {"consents": []})
    written = person.post(f"/v1/surveys/{survey.survey_id}/answers", body)
    assert refusal(written) == (503, "ledger-unreachable")
    assert "send the same request again" in written.json()["hint"]
    mended.line.mend()
    assert person.done(f"/v1/surveys/{survey.survey_id}/answers", body)["repeated"] is False


def test_a_receipt_is_not_kept_back_when_the_index_stands_still(slow, monkeypatch):
    person, survey = slow.member(), slow.survey()
    catch_up, looks = slow.bank.index.catch_up, []

    def once():
        looks.append(1)
        if len(looks) > 1:
            raise LedgerUnavailableError("gone")
        return catch_up()

    body = slow.answer_body(person, survey)
    monkeypatch.setattr(slow.bank.index, "catch_up", once)
    written = person.post(f"/v1/surveys/{survey.survey_id}/answers", body)
    block = written.json()["block_number"]
    assert written.status_code == 201
    assert int(written.headers[AS_OF]) < block
    named = person.headers | {NOT_BEFORE: str(block)}
    assert slow.client.get("/v1/me/answers", headers=named).status_code == 503
    monkeypatch.undo()
    assert slow.client.get("/v1/me/answers", headers=named).json()["answers"][0]["block_number"] == block


def test_a_block_that_does_not_come_is_not_waited_for_long(town, refusal, monkeypatch):
    monkeypatch.setattr(as_of, "WAIT_SECONDS_MAX", 0.1)
    answer = town.client.get("/v1/surveys", headers={NOT_BEFORE: str(town.bank.head() + 1)})
    assert refusal(answer) == (503, "ledger-unreachable")
    assert "has not come yet" in answer.json()["detail"]


@pytest.mark.parametrize("named", ["-1", "latest", "0x10", "1" * 19, "²", ""])
def test_a_block_is_named_by_its_number(town, refusal, named):
    answer = town.client.get("/v1/surveys", headers={NOT_BEFORE: named.encode()})
    assert refusal(answer) == (422, "invalid-input")
    assert answer.json()["field"] == NOT_BEFORE


def test_the_openapi_document_tells_of_both_headers(town):
    town.client.get("/openapi.json")
    document = town.client.get("/openapi.json").json()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            named = [one for one in operation["parameters"] if one.get("$ref", "").endswith("/NotBeforeBlock")]
            assert len(named) == 1, f"{method} {path}"
            success = next(one for status, one in operation["responses"].items() if status.startswith("2"))
            assert AS_OF in success["headers"], f"{method} {path}"
    assert document["components"]["parameters"]["NotBeforeBlock"]["name"] == NOT_BEFORE
