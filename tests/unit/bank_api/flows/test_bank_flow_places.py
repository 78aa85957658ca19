"""Where a member's documents rest: chosen, moved, and what a server that is down costs its owner and nobody else."""

import json

import pytest

from pds_adapter.errors import StoreUnavailableError
from pds_adapter.personium_simulator.server import PersoniumSimulator
from pds_adapter.stores.places import HOUSE, Choice, Place
from tests.unit.bank_api.flows.offered_unit import town_with

TOKEN = "the-token-of-a-unit-for-this-module"


@pytest.fixture(scope="module")
def unit():
    """A Personium unit that answers nobody while `unit.state["down"]` is true."""
    state = {"down": False}
    with PersoniumSimulator(TOKEN, failing=lambda request: state["down"]) as simulator:
        simulator.state = state
        yield simulator


@pytest.fixture(scope="module")
def town(tmp_path_factory, unit):
    anywhere = {"OWN_STORES": '["personium"]', "OWN_STORES_ANYWHERE": "true"}
    with town_with(unit, TOKEN, tmp_path_factory.mktemp("places"), **anywhere) as made:
        yield made


def put(person, **choice):
    return person.town.client.put("/v1/me/place", json=choice, headers=person.headers)


def place(person):
    return person.get("/v1/me/place")["place"]


def test_a_member_chooses_moves_and_comes_home_with_the_same_documents(town, unit):
    person, survey = town.member(), town.survey()
    assert place(person) == HOUSE
    town.answer(person, survey)
    before = person.get("/v1/me/documents")
    assert put(person, offer="unit").json() == {"place": "unit", "documents": 1, "copied": 1, "removed": 1}
    assert (place(person), person.get("/v1/me/documents")) == ("unit", before)
    assert town.bank.pds.store_of(Place()).entries(person.account) == []
    assert put(person, offer="unit").json() == {"place": "unit", "documents": 0, "copied": 0, "removed": 0}
    assert put(person, offer=HOUSE).status_code == 200
    assert (place(person), person.get("/v1/me/documents")) == (HOUSE, before)


def test_what_is_answered_afterwards_rests_there_and_is_paid_once(town):
    person, survey = town.member(), town.survey()
    assert put(person, offer="unit", only_if_empty=True).status_code == 200
    body, path = town.answer_body(person, survey), f"/v1/surveys/{survey.survey_id}/answers"
    first, again = person.post(path, body).json(), person.post(path, body).json()
    assert (first["id"], first["repeated"], again["repeated"]) == (again["id"], False, True)
    assert person.get("/v1/me")["coins"] == 19
    assert len(town.bank.pds.store_of(Place("unit")).entries(person.account)) == 1


def test_a_store_that_is_down_costs_its_owner_a_refusal_and_nothing_else(town, refusal, unit, monkeypatch):
    monkeypatch.setattr("pds_adapter.stores.guarded.REST_SECONDS", 0.0)
    away, home, survey = town.member(), town.member(), town.survey()
    assert put(away, offer="unit").status_code == 200
    body, path = town.answer_body(away, survey), f"/v1/surveys/{survey.survey_id}/answers"
    unit.state["down"] = True
    try:
        answer = away.post(path, body)
        assert refusal(answer) == (503, "store-unavailable")
        assert "try again" in answer.json()["detail"]
        assert away.get("/v1/me")["coins"] == 0
        assert town.answer(home, survey)["accepted"]
        assert refusal(town.client.get("/v1/me/documents", headers=away.headers)) == (503, "store-unavailable")
        told = town.operator.get("/v1/operator/health")
        [elsewhere] = told["stores"]
        assert (elsewhere["name"], elsewhere["silent"] > 0) == ("unit", True)
        assert "store-silent" in told["trouble"]
    finally:
        unit.state["down"] = False
    assert away.post(path, body).json()["accepted"]
    assert "store-silent" not in town.operator.get("/v1/operator/health")["trouble"]
    assert away.post(path, body).json()["repeated"]
    assert away.get("/v1/me")["coins"] == 19


def test_an_answer_that_the_ledger_refuses_leaves_nothing_at_the_members_server(town):
    person, survey = town.member(), town.survey()
    assert put(person, offer="unit").status_code == 200
    town.answer(person, survey)
    second = person.post(f"/v1/surveys/{survey.survey_id}/answers", town.answer_body(person, survey))
    assert second.json()["code"] == "ledger-refused"
    assert len(town.bank.pds.entries(person.account)) == 1


def test_a_release_goes_on_without_those_whose_server_is_down(town, unit, monkeypatch):
    monkeypatch.setattr("pds_adapter.stores.guarded.REST_SECONDS", 0.0)
    partner, board = town.organization("partner"), town.organization("board")
    town.fund(partner, 10_000)
    survey, members = town.survey(), [town.member() for _ in range(5)]
    for at, person in enumerate(members):
        town.answer(person, survey, age=40 + at % 2, vote=at % 2, tea=1)
    request_id = town.request(partner, survey, ["age", "vote"])
    town.decide(board, request_id)
    for person in members:
        town.consent(person, request_id)
    away = members[-1]
    assert put(away, offer="unit").status_code == 200
    unit.state["down"] = True
    try:
        made = town.release(request_id)
    finally:
        unit.state["down"] = False
    assert made.status_code == 201, made.text
    assert away.get("/v1/me/releases")["releases"] == []
    assert len(members[0].get("/v1/me/releases")["releases"]) == 1


def test_a_move_that_cannot_be_ended_can_be_given_up(town, refusal, unit, monkeypatch):
    monkeypatch.setattr("pds_adapter.stores.guarded.REST_SECONDS", 0.0)
    person, survey = town.member(), town.survey()
    town.answer(person, survey)
    unit.state["down"] = True
    try:
        assert refusal(put(person, offer="unit")) == (503, "store-unavailable")
    finally:
        unit.state["down"] = False
    assert person.get("/v1/me/place")["moving_to"] == "unit"
    stayed = town.client.delete("/v1/me/place/move", headers=person.headers).json()
    assert (stayed["place"], stayed["moving_to"]) == (HOUSE, None)
    assert len(person.get("/v1/me/documents")["documents"]) == 1


def test_use_is_for_who_keeps_nothing_yet(town, refusal):
    person, survey = town.member(), town.survey()
    town.answer(person, survey)
    answer = put(person, offer="unit", only_if_empty=True)
    assert refusal(answer) == (409, "conflict")
    assert "azukari pds move" in answer.json()["hint"]
    assert town.bank.pds.choice(person.account) == Choice()


def test_an_own_cell_is_taken_with_its_account_and_its_password_is_told_to_nobody(town, unit):
    person, survey = town.member(), town.survey()
    helper = town.member()
    put(helper, offer="unit")  # makes a cell whose owner's password we know
    store = town.bank.pds.store_of(Place("unit"))._store
    own = store._directory.load("account", helper.account).identity
    answer = put(person, kind="personium", url=own.cell, account=own.account, secret=own.password)
    assert answer.json()["place"] == own.cell
    town.answer(person, survey)
    assert len(person.get("/v1/me/documents")["documents"]) == 1
    assert own.password not in json.dumps(person.get("/v1/me/place"))
    wrong = {"kind": "personium", "url": own.cell, "account": own.account, "secret": "another-password"}
    assert put(person, **wrong).status_code == 200
    assert town.client.get("/v1/me/documents", headers=person.headers).json()["code"] == "store-unavailable"
    assert put(person, **(wrong | {"secret": own.password})).status_code == 200
    assert len(person.get("/v1/me/documents")["documents"]) == 1


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        ({"offer": "nowhere"}, "offer"),
        ({"kind": "solid", "url": "https://pod.example/"}, "kind"),
        ({"kind": "personium", "url": "ftp://cell.example/"}, "url"),
        ({"kind": "personium", "url": "https://me:secret@cell.example/"}, "url"),
        ({"kind": "personium", "url": "https://cell.example/me/"}, "account"),
    ],
)
def test_a_place_that_is_not_to_be_had_is_refused_by_its_field(town, refusal, choice, field):
    answer = put(town.member(), **choice)
    assert (refusal(answer), answer.json()["field"]) == ((422, "invalid-input"), field)


def test_only_one_move_of_an_account_at_a_time(town):
    person = town.member()
    with town.bank.pds.moving(person.account):
        other = town.bank.pds.moving(person.account)
        with pytest.raises(StoreUnavailableError, match="just being moved"):
            other.__enter__()


def test_strangers_choose_nothing(town, refusal):
    assert refusal(town.client.put("/v1/me/place", json={"offer": "unit"})) == (401, "not-authenticated")
