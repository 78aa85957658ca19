"""What the operator does about others: standing, questions, revocations, expiries, closings, rewards; each refusal."""

import pytest

from chaincode.events import ConsentChanged
from chaincode.ids import to_hex

DAY = 86400


@pytest.fixture(scope="module")
def scene(town):
    """A survey and an approved request that nobody has decided on."""
    survey, partner, board = town.survey(), town.organization("partner"), town.organization("board")
    town.fund(partner, 5000)
    return survey, partner, board


@pytest.fixture
def asked(town, scene):
    """A fresh request and three members who answered."""
    survey, partner, board = scene
    request_id = town.request(partner, survey, ["age"], persons_maximum=5)
    town.decide(board, request_id)
    people = [town.member() for _ in range(3)]
    for person in people:
        town.answer(person, survey)
    return request_id, people


def last_line(person):
    return person.get("/v1/me/passbook")["entries"][-1]


def states(person, request_id):
    found = person.get("/v1/me/consents")["consents"]
    return [one["state"] for one in found if one["request_id"] == request_id]


# ---- standing ----


def test_a_suspended_account_may_only_read_until_it_is_reinstated_and_reads_why(town, scene, refusal):
    person = town.member()
    path = f"/v1/accounts/{person.account}"
    body = {"reason": "Two people use this account."}
    assert [town.operator.done(f"{path}/suspension", body)["repeated"] for _ in range(2)] == [False, True]
    assert (last_line(person)["kind"], last_line(person)["reason"]) == ("suspended", body["reason"])
    answer = person.post(f"/v1/surveys/{scene[0].survey_id}/answers", town.answer_body(person, scene[0]))
    assert refusal(answer) == (403, "forbidden")
    town.operator.done(f"{path}/reinstatement", {"reason": "It was a mistake."})
    assert last_line(person)["reason"] == "It was a mistake."
    town.answer(person, scene[0])


def test_a_role_is_taken_away_and_its_reason_told(town):
    person = town.organization("custodian")
    town.operator.done(f"/v1/accounts/{person.account}/dismissal", {"role": "custodian", "reason": "Retired."})
    assert last_line(person)["kind"] == "dismissed"
    assert person.get("/v1/me")["roles"] == []
    assert person.account not in [one["account"] for one in town.operator.get("/v1/custodians")["custodians"]]


@pytest.mark.parametrize(
    ("step", "body", "status", "detail"),
    [
        ("reinstatement", {"reason": "x"}, 409, "membership: not suspended"),
        ("dismissal", {"reason": "x", "role": "shop"}, 403, "membership: role missing"),
        ("dismissal", {"reason": "x", "role": "king"}, 422, "role: must be one of"),
        ("dismissal", {"reason": "x", "role": "board"}, 422, "role: must be one of"),
        ("suspension", {"reason": ""}, 422, "reason: "),
    ],
)
def test_what_does_not_fit_is_refused_by_name(town, step, body, status, detail):
    answer = town.operator.post(f"/v1/accounts/{town.member().account}/{step}", body)
    assert answer.status_code == status
    assert answer.json()["detail"].startswith(detail)


def test_strangers_the_board_and_the_operator_itself_are_not_suspended(town, scene, refusal):
    why = {"reason": "x"}
    assert refusal(town.operator.post(f"/v1/accounts/{town.newcomer().account}/suspension", why)) == (404, "not-found")
    for account, detail in (
        (scene[2].account, "membership: the board decides"),
        (town.operator.account, "membership: cannot suspend oneself"),
    ):
        answer = town.operator.post(f"/v1/accounts/{account}/suspension", why)
        assert (answer.status_code, answer.json()["detail"]) == (409, detail)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/accounts/{0}/suspension",
        "/v1/accounts/{0}/reinstatement",
        "/v1/accounts/{0}/dismissal",
        "/v1/operator/requests/{1}/questions",
        "/v1/operator/requests/{1}/revocations",
        "/v1/operator/requests/{1}/closing",
        "/v1/operator/expiries",
        "/v1/releases/{1}/abandonment",
        "/v1/surveys/{1}/partner-reward",
        "/v1/spending-policies",
        "/v1/gift-orders/{1}/gifts",
    ],
)
def test_only_the_operator_may_and_signs_each_order(town, path, refusal):
    person = town.member()
    path = path.format(person.account, to_hex(town.new_id()))
    assert refusal(person.post(path)) == (403, "forbidden")
    unsigned = town.client.post(path, json={}, headers=town.operator.headers)
    assert refusal(unsigned) == (401, "not-authenticated")


# ---- consents ----


def test_who_said_nothing_is_asked_once_and_decides_under_the_question(town, asked):
    request_id, (silent, decided, other) = asked
    town.consent(decided, request_id)
    path = f"/v1/operator/requests/{request_id}/questions"
    first = town.operator.done(path)
    assert first["decided"] == 1
    assert first["asked"] >= 2
    assert town.operator.done(path)["asked"] == 0
    question = town.open_request(silent, request_id).consent
    assert question.state == "requested"
    assert town.consent(silent, request_id) == question.consent_id
    assert states(silent, request_id) == ["given"]
    assert states(other, request_id) == ["requested"]
    assert town.consent(other, request_id, given=False) == town.open_request(other, request_id).consent.consent_id


def test_nobody_is_asked_about_what_is_not_approved(town, scene, refusal):
    request_id = town.request(scene[1], scene[0], ["tea"], persons_maximum=2)
    assert refusal(town.operator.post(f"/v1/operator/requests/{request_id}/questions")) == (409, "conflict")
    unknown = f"/v1/operator/requests/{to_hex(town.new_id())}/questions"
    assert refusal(town.operator.post(unknown)) == (404, "not-found")


def test_consents_to_a_partner_that_broke_its_contract_are_revoked_and_members_read_why(town, asked, monkeypatch):
    monkeypatch.setattr("bank_api.flows.consent_office.REVOKED_AT_ONCE", 2)
    request_id, people = asked
    for person in people:
        town.consent(person, request_id)
    body = {"reason": "The partner published a release."}
    path = f"/v1/operator/requests/{request_id}/revocations"
    told = [town.operator.done(path, body) for _ in range(3)]
    assert [(one["revoked"], one["left"]) for one in told] == [(2, 1), (1, 0), (0, 0)]
    for person in people:
        assert states(person, request_id) == ["revoked"]
        assert last_line(person)["reason"] == body["reason"]
    assert town.release(request_id).json()["reached"] == 0


def test_consents_that_ran_out_are_recorded_as_such(town, asked):
    request_id, people = asked
    consent_id = town.consent(people[0], request_id, valid_until=town.now + 30)
    assert town.operator.done("/v1/operator/expiries")["expired"] == 0
    town.chain.advance(60)
    assert town.operator.done("/v1/operator/expiries")["expired"] == 1
    assert [one.state for one in town.bank.index.events_about(consent_id, ConsentChanged)] == [2, 6]
    assert town.operator.done("/v1/operator/expiries")["expired"] == 0


def test_a_consent_is_renewed_by_consenting_again(town, asked):
    request_id, (person, *_) = asked
    first = town.consent(person, request_id, valid_until=town.now + DAY)
    second = town.consent(person, request_id, valid_until=town.now + 2 * DAY)
    assert first != second
    assert town.open_request(person, request_id).consent.state == "renewed"


# ---- requests, releases, surveys ----


def test_a_request_is_closed_in_its_partners_place(town, scene, asked):
    request_id, _ = asked
    locked = town.operator.get(f"/v1/requests/{request_id}")["coins_locked"]
    coins = scene[1].get("/v1/me")["coins"]
    path = f"/v1/operator/requests/{request_id}/closing"
    assert [town.operator.done(path)["repeated"] for _ in range(2)] == [False, True]
    assert scene[1].get("/v1/me")["coins"] == coins + locked
    assert town.operator.get(f"/v1/requests/{request_id}")["state"] == "closed"


def test_a_release_that_died_open_is_given_up_and_its_consents_are_free_again(town, asked, refusal, monkeypatch):
    request_id, people = asked
    for person in people:
        town.consent(person, request_id)
    release_id = to_hex(town.new_id())
    abandonment = f"/v1/releases/{release_id}/abandonment"
    assert refusal(town.operator.post(abandonment)) == (404, "not-found")
    monkeypatch.setattr("chaincode.bindings.disclosure.CONSENTS_PER_RELEASE", 1)
    monkeypatch.setattr(
        town.bank.contracts.disclosure, "close_release", lambda *_: (_ for _ in ()).throw(ConnectionError("died"))
    )
    assert town.release(request_id, release_id, k=2, suppression_limit=0.9).status_code >= 500
    monkeypatch.undo()
    assert town.bank.contracts.disclosure.held(bytes.fromhex(release_id[2:])) > 0
    town.operator.done(abandonment)
    assert town.release(request_id, k=2, suppression_limit=0.9).status_code == 201


def test_a_recorded_release_is_not_given_up(town, asked, refusal):
    request_id, people = asked
    for person in people:
        town.consent(person, request_id)
    made = town.release(request_id, k=2, suppression_limit=0.9)
    assert made.status_code == 201, made.text
    answer = town.operator.post(f"/v1/releases/{made.json()['release_id']}/abandonment")
    assert refusal(answer) == (409, "conflict")


def test_a_promised_reward_is_paid_for_each_accepted_partner_and_promised_once(town, scene):
    survey, partner, board = town.survey(), *scene[1:]
    path = f"/v1/surveys/{survey.survey_id}/partner-reward"
    body = {"coins": 7, "partners_maximum": 2}
    assert [town.operator.done(path, body)["repeated"] for _ in range(2)] == [False, True]
    other = town.operator.post(path, body | {"coins": 8})
    assert (other.status_code, other.json()["code"]) == (409, "ledger-refused")
    shown = town.client.get(f"/v1/surveys/{survey.survey_id}").json()
    assert (shown["partner_reward_coins"], shown["partners_rewarded_maximum"]) == (7, 2)
    person = town.member()
    town.answer(person, survey)
    request_id = town.request(partner, survey, ["tea"], persons_maximum=2)
    town.decide(board, request_id)
    coins = person.get("/v1/me")["coins"]
    town.consent(person, request_id)
    assert person.get("/v1/me")["coins"] == coins + 7
    assert last_line(person)["kind"] == "partner-reward"


def test_a_reward_for_an_unknown_survey_is_refused(town, refusal):
    path = f"/v1/surveys/{to_hex(town.new_id())}/partner-reward"
    assert refusal(town.operator.post(path, {"coins": 7, "partners_maximum": 2})) == (404, "not-found")


def test_the_board_sees_what_it_weighs(town, scene):
    partner, board = town.organization("partner"), scene[2]
    town.fund(partner, 500)
    first = town.request(partner, scene[0], ["tea"], persons_maximum=2)
    town.decide(board, first, approved=False)
    request_id = town.request(partner, scene[0], ["age", "vote"], persons_maximum=3)
    shown = board.get(f"/v1/requests/{request_id}")
    assert (shown["sensitive"], shown["coins_most"], shown["decided_by"]) == (["vote"], 27, [])
    history = {"filed": 1, "approved": 0, "refused": 1, "closed": 0, "revoked": 0, "releases": 0, "overdue": 0}
    assert shown["partner_history"] == history
    town.decide(board, request_id)
    listed = next(one for one in board.get("/v1/requests")["requests"] if one["request_id"] == request_id)
    assert (listed["decided_by"], listed["partner_history"]["approved"]) == ([board.name], 1)
    (signer,) = listed["decision"]["signers"]
    assert (signer["account"], signer["key"], listed["approvals_needed"]) == (board.account, board.account, 1)


def test_a_partner_that_kept_a_release_too_long_is_seen(town, scene):
    partner, board = town.organization("partner"), scene[2]
    town.fund(partner, 500)
    request_id = town.request(partner, scene[0], ["age"], persons_maximum=9, retention_days=1)
    town.decide(board, request_id)
    for age in (30, 31, 32):
        person = town.member()
        town.answer(person, scene[0], age=age, vote=0)
        town.consent(person, request_id)
    assert town.release(request_id, k=2).status_code == 201
    town.chain.advance(2 * DAY)
    for person in (town.operator, board):
        person.log_in()
    history = board.get(f"/v1/requests/{request_id}")["partner_history"]
    assert (history["releases"], history["overdue"]) == (1, 1)
