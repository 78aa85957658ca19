"""Attacks over the API: who was suspended or dismissed on the ledger acts no more, and is never trapped."""

import json

import pytest

from bank_api.protocol.login import LoginText
from bank_api.protocol.order import HEADER
from bank_api.routes.body_limit import PARTS_MAX
from chaincode.bindings import Role
from chaincode.ids import to_hex

WHY = b"\1" * 32
JSON = {"Content-Type": "application/json"}


def as_bytes(body):
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def suspend(town, person):
    town.bank.contracts.membership.suspend(town.bank.transactor, person.account, WHY)
    heard(town)


def dismiss(town, person, role):
    town.bank.contracts.membership.dismiss(town.bank.transactor, person.account, role, WHY)
    heard(town)


def heard(town):
    """Done past the bank, so its follower hears of it at its next look."""
    town.bank.follower.fresh().result(20)


@pytest.mark.parametrize("role", ["partner", "auditor"])
def test_dismissed_staff_lose_the_api_at_once(town, refusal, role):
    staff = town.organization(role)
    staff.get("/v1/requests")
    dismiss(town, staff, Role[role.upper()])
    assert refusal(town.client.get("/v1/requests", headers=staff.headers)) == (403, "forbidden")
    assert staff.get("/v1/me")["roles"] == []


def test_suspended_staff_lose_the_api_at_once_and_have_it_again(town, refusal):
    auditor = town.organization("auditor")
    suspend(town, auditor)
    assert refusal(town.client.get("/v1/requests", headers=auditor.headers)) == (403, "forbidden")
    auditor.log_in()
    assert refusal(town.client.get("/v1/requests", headers=auditor.headers)) == (403, "forbidden")
    town.bank.contracts.membership.reinstate(town.bank.transactor, auditor.account, WHY)
    assert "requests" in auditor.get("/v1/requests")


def test_a_second_role_ends_alone(town, refusal):
    shared = town.organization("partner")
    body = {"account": shared.account, "role": "auditor", "name": shared.name, "encryption_key": shared.encryption_key}
    town.operator.done("/v1/organizations", body)
    assert shared.get("/v1/me")["roles"] == ["auditor", "partner"]
    dismiss(town, shared, Role.PARTNER)
    assert refusal(town.client.get("/v1/partner/summary", headers=shared.headers)) == (403, "forbidden")
    assert shared.get("/v1/me")["roles"] == ["auditor"]


def asked(town):
    survey, partner, board = town.survey(), town.organization("partner"), town.organization("board")
    people = [town.member() for _ in range(6)]
    for index, person in enumerate(people):
        town.answer(person, survey, age=30 + index, vote=index % 2)
    town.fund(partner, 1000)
    request_id = town.request(partner, survey, ["age", "vote"])
    town.decide(board, request_id)
    return survey, request_id, people


def test_who_is_suspended_acts_no_more_but_withdraws_and_reads_its_own(town, refusal):
    survey, request_id, people = asked(town)
    consent_id = town.consent(people[0], request_id)
    suspend(town, people[0])
    body = town.answer_body(people[0], town.survey(), age=30, vote=1)
    assert refusal(people[0].post(f"/v1/surveys/{survey.survey_id}/answers", body)) == (403, "forbidden")
    assert people[0].get("/v1/me")["roles"] == []
    for own in ("passbook", "consents", "answers", "documents", "releases"):
        people[0].get(f"/v1/me/{own}")
    people[0].log_in()
    town.withdraw(people[0], consent_id)


def test_a_release_leaves_out_who_was_suspended_or_left(town):
    _, request_id, people = asked(town)
    consents = [town.consent(person, request_id) for person in people]
    suspend(town, people[0])
    dismiss(town, people[1], Role.MEMBER)
    answer = town.release(request_id, k=2)
    assert answer.status_code == 201, answer.text
    assert answer.json()["rows"] == 4
    used = {one["consent_id"] for one in people[2].get("/v1/me/consents")["consents"] if one["uses"]}
    assert used == {consents[2]}


def test_a_host_header_names_no_domain(town):
    """A phishing site passes requests on under its own name: the text names the real bank, and no wallet signs it."""
    body = {"address": town.operator.account}
    answer = town.client.post("/v1/session/challenge", json=body, headers={"Host": "evil.example"})
    assert LoginText.parse(answer.json()["message"]).url == "http://testserver"


def sale(town, buyer):
    return f"/v1/partners/{buyer.account}/coins", {"invoice_id": to_hex(town.new_id()), "coins": 5}


def test_a_stolen_operator_token_moves_nothing(town, refusal):
    partner = town.organization("partner")
    path, body = sale(town, partner)
    answer = town.client.post(path, json=body, headers=town.operator.headers)
    assert refusal(answer) == (401, "not-authenticated")
    assert "Azukari-Order" in answer.json()["detail"]
    town.operator.done(path, body)


def test_an_order_is_for_one_request_by_the_operators_own_key_and_soon_over(town, refusal):
    partner, now = town.organization("partner"), town.bank.clock()
    path, body = sale(town, partner)
    elsewhere, other = sale(town, town.organization("partner"))

    def sent(order, path=path, body=body):
        return refusal(town.client.post(path, content=as_bytes(body), headers=JSON | town.operator.headers | order))

    no = (401, "not-authenticated")
    assert sent(town.operator.order(elsewhere, body)) == no
    assert sent(town.operator.order(path, other)) == no
    assert sent(partner.order(path, body)) == no
    assert sent(town.operator.order(path, body, until=now - 1)) == no
    assert sent(town.operator.order(path, body, until=now + 3600)) == no
    for junk in ("", "soon", "1.0x", f"{now + 60}.0x12", f"{now + 60}"):
        assert sent({HEADER: junk}) == no
    headers = JSON | town.operator.headers | town.operator.order(path, body, until=now)
    assert town.client.post(path, content=as_bytes(body), headers=headers).status_code == 201


def test_nothing_is_kept_for_a_signature_that_is_not_the_senders(town, refusal):
    survey, partner, other = town.survey(), town.organization("partner"), town.organization("partner")
    town.fund(partner, 1000)
    body = town.request_body(partner, survey, ["age"])
    forged = town.request_body(partner, survey, ["tea"])
    body["data_request"]["signature"] = forged["data_request"]["signature"]
    answer = partner.post("/v1/requests", body)
    assert (refusal(answer), answer.json()["field"]) == ((422, "invalid-input"), "data_request.signature")
    request_id = body["data_request"]["message"]["request_id"]
    assert town.bank.catalog.request(request_id) is None
    assert refusal(other.post("/v1/requests", forged)) == (403, "forbidden")


def test_a_request_is_not_endless(town, refusal):
    most = town.bank.settings.body_bytes_max
    path, headers = "/v1/session", JSON
    assert refusal(town.client.post(path, content=b" " * (most + 1), headers=headers)) == (413, "too-long")
    parts = (b" " * 100_000 for _ in range(most // 100_000 + 1))
    assert town.client.post(path, content=parts, headers=headers).status_code == 413
    assert refusal(town.client.post(path, content=b" " * most, headers=headers)) == (422, "invalid-input")
    for part in (b'"a":1,', b"[],", b"[", b"{"):
        assert town.client.post(path, content=b"{" + part * PARTS_MAX, headers=headers).status_code == 413
