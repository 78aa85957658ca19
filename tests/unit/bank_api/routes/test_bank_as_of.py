"""Reads never wait for the ledger, and whoever has a receipt sees what it did."""

import pytest

from bank_api.protocol.as_of import AS_OF, NOT_BEFORE
from bank_api.routes import as_of
from chaincode.bindings import Role
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


READS = {
    "member": [
        "/v1/me",
        "/v1/me/answers",
        "/v1/me/consents",
        "/v1/me/coupons",
        "/v1/me/documents",
        "/v1/me/passbook",
        "/v1/me/releases",
        "/v1/me/requests",
        "/v1/surveys",
        "/v1/surveys/{survey}",
        "/v1/coupon-classes",
        "/v1/draws",
        "/v1/bank",
        "/v1/custodians",
        "/v1/escrows",
    ],
    "partner": [
        "/v1/requests",
        "/v1/requests/{request}",
        "/v1/releases",
        "/v1/releases/{release}",
        "/v1/releases/{release}/payload",
        "/v1/partner/summary",
    ],
    "operator": ["/v1/operator/summary"],
}


def test_every_read_goes_on_while_the_ledger_is_gone(mended):
    town = mended
    partner, board, survey = town.organization("partner"), town.organization("board"), town.survey()
    people, offer = [town.member() for _ in range(3)], town.coupon_class(partner)
    for number, person in enumerate(people):
        town.answer(person, survey, age=30 + number, vote=number % 2)
    town.fund(partner, 1000)
    request = town.request(partner, survey, ["age"])
    town.decide(board, request)
    for person in people:
        town.consent(person, request)
    town.buy(people[0], offer)
    release = town.release(request).json()["release_id"]
    names = {"survey": survey.survey_id, "request": request, "release": release}
    town.line.cut_after = "eth_chainId"
    with pytest.raises(ConnectionError):
        town.line.make_request("eth_chainId", [])
    callers = {"member": people[0], "partner": partner, "operator": town.operator}
    for role, paths in READS.items():
        for path in paths:
            read = town.client.get(path.format(**names), headers=callers[role].headers)
            assert (path, read.status_code) == (path, 200), read.text


def test_a_write_says_that_the_ledger_is_gone_and_may_be_sent_again(mended, refusal):
    person, survey = mended.member(), mended.survey()
    body = mended.answer_body(person, survey)
    mended.line.cut_before = "eth_getTransactionReceipt"
    written = person.post(f"/v1/surveys/{survey.survey_id}/answers", body)
    assert refusal(written) == (503, "ledger-unreachable")
    assert "send the same request again" in written.json()["hint"]
    mended.line.mend()
    assert person.done(f"/v1/surveys/{survey.survey_id}/answers", body)["accepted"]


def test_what_a_step_did_that_died_after_the_ledger_is_seen_at_once(slow, monkeypatch):
    """The answer to a write may be a fault, and the ledger has written all the same."""
    new = slow.newcomer("The auditor")

    def dies(*_):
        raise RuntimeError("the power went")

    monkeypatch.setattr(slow.bank.directory, "save_person", dies)
    body = {"account": new.account, "role": "auditor", "name": new.name}
    assert slow.operator.post("/v1/organizations", body).status_code == 500
    assert slow.bank.index.account(new.account).roles == Role.AUDITOR


def test_the_operators_order_is_judged_by_the_ledger_of_now(slow, refusal):
    """An order that is refused waits for nothing afterwards: what the index has heard of, it heard of before."""
    partner = slow.organization("partner")
    block = sold_past_the_bank(slow, partner, 5)
    assert slow.bank.index.reached < block
    body = {"account": partner.account, "role": "king", "name": "x"}
    assert refusal(slow.operator.post("/v1/organizations", body)) == (422, "invalid-input")
    assert slow.bank.index.reached >= block


def test_a_receipt_is_not_kept_back_when_the_index_stands_still(slow, monkeypatch):
    person, survey = slow.member(), slow.survey()

    def gone():
        raise LedgerUnavailableError("gone")

    body = slow.answer_body(person, survey)
    monkeypatch.setattr(slow.bank.index, "catch_up", gone)
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
