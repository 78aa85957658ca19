"""What people ask concerning themselves has a deadline that the operator sees, and one answer."""

import pytest

from bank_api.flows import rights
from bank_api.protocol.kinds import RightKind
from chaincode.ids import to_hex

DAY = 86_400


@pytest.fixture
def person(town):
    return town.member()


def body(town, **changes):
    return {"request_id": to_hex(town.new_id()), "kind": "correction", "words": "I am 41, not 14"} | changes


def waiting(town, **query):
    path = "/v1/operator/rights" + ("?answered=true" if query else "")
    return town.operator.get(path)["requests"]


def answer_path(asked):
    return f"/v1/operator/rights/{asked['request_id']}/answer"


@pytest.mark.parametrize("kind", RightKind)
def test_asked_seen_and_answered(town, person, kind):
    asked = person.done("/v1/me/rights", body(town, kind=kind))
    assert asked["due_at"] - asked["asked_at"] == 30 * DAY
    assert (asked["overdue"], asked["outcome"]) == (False, None)
    [seen] = [one for one in waiting(town) if one["request_id"] == asked["request_id"]]
    assert (seen["name"], seen["words"]) == (f"Member {person.account[-4:]}", "I am 41, not 14")
    town.operator.done(answer_path(asked), {"outcome": "done", "words": "It says 41 now"})
    assert asked["request_id"] not in [one["request_id"] for one in waiting(town)]
    assert asked["request_id"] in [one["request_id"] for one in waiting(town, answered=True)]
    [mine] = person.get("/v1/me/rights")["requests"]
    assert (mine["outcome"], mine["answer"], mine["name"]) == ("done", "It says 41 now", None)


def test_an_answer_that_does_not_come_is_overdue(town, person):
    asked = person.done("/v1/me/rights", body(town))
    row = town.bank.rights.request(asked["request_id"])
    row.due_at = town.bank.clock() - 1
    town.bank.rights.save(row)
    assert [one["overdue"] for one in waiting(town) if one["request_id"] == asked["request_id"]] == [True]
    assert waiting(town)[0]["request_id"] == asked["request_id"], "the first due stands first"


def test_the_same_again_is_success_and_other_words_a_conflict(town, person, refusal):
    sent = body(town)
    assert person.done("/v1/me/rights", sent) == person.done("/v1/me/rights", sent)
    assert refusal(person.post("/v1/me/rights", sent | {"words": "other"})) == (409, "id-already-used")
    assert refusal(town.member().post("/v1/me/rights", sent)) == (409, "id-already-used")
    given = {"outcome": "refused", "words": "It was right"}
    first = town.operator.done(answer_path(sent), given)
    assert town.operator.done(answer_path(sent), given) == first
    assert refusal(town.operator.post(answer_path(sent), given | {"outcome": "done"})) == (409, "conflict")


def test_refusals(town, person, refusal):
    assert refusal(person.post("/v1/me/rights", body(town, kind="revenge"))) == (422, "invalid-input")
    assert refusal(person.post("/v1/me/rights", body(town, words=""))) == (422, "invalid-input")
    nothing = {"request_id": to_hex(town.new_id())}
    given = {"outcome": "done", "words": "so"}
    assert refusal(town.operator.post(answer_path(nothing), given)) == (404, "not-found")
    assert refusal(person.post(answer_path(nothing), given)) == (403, "forbidden")
    listed = town.client.get("/v1/operator/rights", headers=person.headers)
    assert refusal(listed) == (403, "forbidden")
    unsigned = town.client.post(answer_path(nothing), json=given, headers=town.operator.headers)
    assert refusal(unsigned) == (401, "not-authenticated")


def test_so_many_wait_for_an_answer_and_no_more(town, person, refusal, monkeypatch):
    monkeypatch.setattr(rights, "WAITING_MAX", 1)
    first = body(town)
    for _ in range(2):
        assert person.post("/v1/me/rights", first).status_code == 201
    assert refusal(person.post("/v1/me/rights", body(town))) == (409, "conflict")
    town.operator.done(answer_path(first), {"outcome": "done", "words": "so"})
    assert person.post("/v1/me/rights", body(town)).status_code == 201


def test_a_suspended_person_asks_too(town, person):
    town.bank.contracts.membership.suspend(town.bank.transactor, person.account, b"\x02" * 32)
    town.bank.index.catch_up()
    assert person.done("/v1/me/rights", body(town))["outcome"] is None
