"""An inbox says what awaits each role, from the index and the books; only how far it was read is kept."""

import asyncio
import json
import threading
from contextlib import ExitStack
from functools import partial
from types import SimpleNamespace

import pytest
from starlette.websockets import WebSocketDisconnect

from bank_api.listening import OF_ONE_MAX, Listening
from bank_api.routes import inbox as routes
from bank_api.routes import lines
from chaincode.ids import to_hex
from tests.unit.bank_api.flows.test_bank_flow_escrow import acknowledge_all, deposit_body, opening_body
from wallet_cli.messages import Messages
from wallet_cli.signing import escrow as escrows
from wallet_cli.signing import partner as asking
from wallet_cli.views.inbox import sentence

DAY = 86_400


@pytest.fixture(scope="module")
def scene(town):
    """A partner whose approved request four people may answer; the board that approved it."""
    survey, partner, board = town.survey(), town.organization("partner", "Tea Ltd"), town.organization("board")
    members = [town.member() for _ in range(4)]
    for place, person in enumerate(members):
        town.answer(person, survey, age=20 + place, vote=place % 2)
    town.fund(partner, 3_000)
    request_id = town.request(partner, survey, ["age"], retention_days=10)
    return survey, partner, board, members, request_id


def found(person, query=""):
    return person.get(f"/v1/inbox{query}")


def kinds(person):
    return [one["kind"] for one in found(person)["items"]]


def item(person, kind):
    return next(one for one in found(person)["items"] if one["kind"] == kind)


def test_the_story_of_a_request_as_each_role_meets_it(town, scene):
    _, partner, board, members, request_id = scene
    assert found(members[0])["items"] == []
    pending = item(board, "approval-pending")
    assert (pending["subject"], pending["name"], pending["read"]) == (request_id, "Tea Ltd", False)
    assert kinds(partner) == []
    town.decide(board, request_id)
    assert "approval-pending" not in kinds(board)
    assert item(partner, "request-decided")["name"] == "approved"
    asked = item(members[0], "request-to-decide")
    assert (asked["subject"], asked["name"], asked["due_at"] > town.now) == (request_id, "Tea Ltd", True)
    town.consent(members[0], request_id, given=False)
    assert kinds(members[0]) == []
    for person in members[1:]:
        town.consent(person, request_id, uses_maximum=2)
    made = town.release(request_id, suppression_limit=0.5)
    assert made.status_code == 201, made.text
    release_id = made.json()["release_id"]
    told = item(members[1], "release-made")
    assert (told["subject"], told["name"], told["count"]) == (release_id, "Tea Ltd", made.json()["rows"])
    due = item(partner, "deletion-due")
    assert (due["subject"], due["overdue"]) == (release_id, False)


def test_a_partner_is_told_how_many_withdrew_and_not_who(town, scene):
    _, partner, _, members, request_id = scene
    assert "consent-withdrawn" not in kinds(partner)
    for count, person in enumerate(members[2:], start=1):
        [consent] = person.get("/v1/me/consents")["consents"]
        town.withdraw(person, consent["consent_id"])
        told = item(partner, "consent-withdrawn")
        assert (told["subject"], told["count"]) == (request_id, count)
        assert person.account not in str(found(partner))


def test_people_who_never_answered_are_not_asked_to_decide(town, scene):
    assert kinds(town.member()) == []


def test_a_deletion_that_is_late_is_told_to_partner_operator_and_board_until_it_is_declared(town, scene, monkeypatch):
    _, partner, *_ = scene
    due = item(partner, "deletion-due")
    later = due["due_at"] + 1
    monkeypatch.setattr(type(town.bank), "ledger_time", lambda _bank: later)
    assert item(partner, "deletion-due")["overdue"] is True
    watching = (town.operator, town.boards[0])
    for one in watching:
        assert item(one, "deletion-overdue")["subject"] == due["subject"]
    [seen] = [one for one in town.boards[0].get("/v1/releases")["releases"] if one["release_id"] == due["subject"]]
    assert seen["deletion_overdue"] is True
    monkeypatch.undo()
    signed = asking.attest_deletion(partner.signer, due["subject"], None)
    partner.done(f"/v1/releases/{due['subject']}/deletion", {"deletion": signed.to_json()})
    assert "deletion-due" not in kinds(partner)
    monkeypatch.setattr(type(town.bank), "ledger_time", lambda _bank: later)
    assert all("deletion-overdue" not in kinds(one) for one in watching)
    [seen] = [one for one in partner.get("/v1/releases")["releases"] if one["release_id"] == due["subject"]]
    assert (seen["deletion_overdue"], seen["deleted_at"] is None) == (False, False)


def test_what_ends_soon_is_told_a_week_before(town, scene, monkeypatch):
    _, partner, _, members, _ = scene
    offer = town.coupon_class(partner, redeem_until=town.now + 9 * DAY)
    town.buy(members[1], offer, 2)
    assert {"coupon-ending", "consent-ending"} & set(kinds(members[1])) == set()
    soon = town.now + 3 * DAY
    monkeypatch.setattr(type(town.bank), "ledger_time", lambda _bank: soon)
    ending = item(members[1], "coupon-ending")
    assert (ending["name"], ending["count"], ending["due_at"]) == ("A cup of tea", 2, offer.redeem_until)
    monkeypatch.undo()
    [consent] = members[1].get("/v1/me/consents")["consents"]
    monkeypatch.setattr(type(town.bank), "ledger_time", lambda _bank: consent["valid_until"] - DAY)
    assert item(members[1], "consent-ending")["subject"] == consent["consent_id"]


def test_the_operators_work_list(town):
    town.survey(budget_coins=100, title="Nearly used")
    person = town.member()
    nearly = item(town.operator, "budget-nearly-used") if "budget-nearly-used" in kinds(town.operator) else None
    assert nearly is None, "a fresh budget is no work"
    small = town.survey(budget_coins=20, title="Small")
    town.answer(person, small)
    assert item(town.operator, "budget-nearly-used")["name"] == "Small"
    body = {"request_id": to_hex(town.new_id()), "kind": "access", "words": "all of it"}
    asked = person.done("/v1/me/rights", body)
    work = item(town.operator, "right-asked")
    assert (work["subject"], work["due_at"], work["name"]) == (asked["request_id"], asked["due_at"], "access")
    town.operator.done(f"/v1/operator/rights/{asked['request_id']}/answer", {"outcome": "done", "words": "sent"})
    assert "right-asked" not in kinds(town.operator)
    assert item(person, "right-answered")["name"] == "access"


def test_what_is_over_and_not_noted_is_on_the_operators_list(town, monkeypatch):
    survey, partner, board, person = (
        town.survey(),
        town.organization("partner"),
        town.organization("board"),
        town.member(),
    )
    town.fund(partner, 3_000)
    town.answer(person, survey, age=30, vote=1)
    request_id = town.request(partner, survey, ["age"], coins_base=3)
    town.decide(board, request_id)
    consent_id = town.consent(person, request_id)
    assert {"request-over", "consents-over"} & set(kinds(town.operator)) == set()
    ends = partner.get(f"/v1/requests/{request_id}")["valid_until"]
    monkeypatch.setattr(type(town.bank), "ledger_time", lambda _bank: ends + 1)
    over = {one["subject"]: one for one in found(town.operator)["items"] if one["kind"] == "request-over"}[request_id]
    assert (over["count"] > 0, over["time"]) == (True, ends)
    ended = item(town.operator, "consents-over")
    assert ended["count"] >= 1
    every = town.bank.index.ended_consents(ends + 1)
    assert consent_id in [one.consent_id for one in every]
    assert (len(every), every[0]) == town.bank.index.ended_consents_count(ends + 1)
    assert ended["subject"] == every[0].consent_id
    assert town.bank.index.ended_consents_count(0) == (0, None)


def test_an_opening_awaits_first_its_owner_and_then_its_custodians(town, monkeypatch):
    custodians = [town.organization("custodian") for _ in range(3)]
    for one in custodians:
        one.publish_key()
    owner = town.member()
    escrow_id = owner.done("/v1/escrows", deposit_body(town, owner, custodians, delay=3600))["id"]
    assert [item(one, "share-to-keep")["subject"] for one in custodians] == [escrow_id] * 3
    acknowledge_all(custodians, escrow_id)
    assert "share-to-keep" not in kinds(custodians[0])
    opening_id = owner.done(f"/v1/escrows/{escrow_id}/openings", opening_body(owner, escrow_id))["id"]
    asked = item(owner, "opening-asked")
    assert (asked["subject"], asked["name"], asked["due_at"] - asked["time"]) == (opening_id, "Letter", 3600)
    assert "contribution-asked" not in kinds(custodians[0])
    monkeypatch.setattr(type(town.bank), "ledger_time", lambda _bank: asked["due_at"] + 1)
    assert item(custodians[0], "contribution-asked")["subject"] == opening_id
    assert "opening-asked" not in kinds(owner)
    monkeypatch.undo()
    veto = escrows.veto_opening(owner.signer, opening_id)
    owner.done(f"/v1/openings/{opening_id}/veto", {"veto": veto.to_json()})
    assert "opening-asked" not in kinds(owner)


def test_reading_is_remembered_and_pages_follow_each_other(town, scene):
    _, partner, *_ = scene
    everything = found(partner)
    assert everything["unread"] == len(everything["items"]) >= 1
    assert everything["next"] is None
    paged, before = [], ""
    while True:
        page = found(partner, f"?limit=1{before}")
        paged += page["items"]
        if page["next"] is None:
            break
        before = f"&before={page['next']}"
    assert paged == everything["items"]
    newest = everything["items"][0]["time"]
    answer = town.client.put("/v1/inbox/read", json={"through": newest}, headers=partner.headers)
    assert answer.json()["unread"] == 0
    assert found(partner, "?unread=true")["items"] == []
    assert all(one["read"] for one in found(partner)["items"])


@pytest.mark.parametrize("query", ["?before=nonsense", "?before=x.y", "?limit=0", "?limit=1000", "?before="])
def test_what_is_no_page_is_refused_by_name(town, refusal, query):
    answer = town.client.get(f"/v1/inbox{query}", headers=town.operator.headers)
    assert refusal(answer) == (422, "invalid-input")


def test_more_listeners_than_the_bank_has_room_for_are_told_to_wait(town, refusal, monkeypatch):
    monkeypatch.setattr(town.bank, "listening", Listening(0))
    answer = town.client.get("/v1/inbox/stream", headers=town.operator.headers)
    assert refusal(answer) == (429, "too-many-requests")


def test_who_listens_ten_times_is_told_to_wait_and_others_are_not(town, refusal, monkeypatch):
    listening = Listening(100)
    monkeypatch.setattr(town.bank, "listening", listening)
    member, other = town.member(), town.member()
    with ExitStack() as lines:
        for _ in range(OF_ONE_MAX):
            listening.require_room(member.account)
            lines.enter_context(listening.line(member.account))
        answer = town.client.get("/v1/inbox/stream", headers=member.headers)
        assert refusal(answer) == (429, "too-many-requests")
        with town.client.websocket_connect("/v1/inbox/socket") as line:
            line.send_json({"token": member.headers["Authorization"].split()[1]})
            with pytest.raises(WebSocketDisconnect) as closed:
                line.receive_json()
            assert closed.value.code == routes.TRY_LATER
        listening.require_room(other.account)
    listening.require_room(member.account)


def test_who_calls_many_times_at_once_gets_no_more_lines_than_one_by_one():
    """Each call had found room before any of them had taken it: what is there already is looked up in between."""
    bank = SimpleNamespace(listening=Listening(100), stopping=threading.Event(), follower=SimpleNamespace(reached=1))

    async def calls():
        streams = [lines.events(bank, "0xa", list, "item") for _ in range(OF_ONE_MAX + 3)]
        for _ in streams:
            bank.listening.require_room("0xa")
        first = [await anext(one) for one in streams]
        late = [await anext(one, None) for one in streams[OF_ONE_MAX:]]
        for one in streams:
            await one.aclose()
        return first, late

    first, late = asyncio.run(calls())
    assert first == [": here is what comes\n\n"] * OF_ONE_MAX + ["retry: 15000\n\n"] * 3
    assert late == [None] * 3
    bank.listening.require_room("0xa")


@pytest.mark.parametrize(
    "said", ["", "x", "[]", "{}", "[" * 100_000, "9" * 5000, '{"token": 1}', '{"token": "\\ud800"}', " " * 5000 + "{}"]
)
def test_what_a_stranger_says_over_a_socket_is_a_token_or_not_understood(said):
    with pytest.raises(KeyError):
        routes._first_words(said)
    assert routes._first_words('{"token": "t", "last_event_id": "1.a"}') == ("t", "1.a")


def test_nobody_reads_anothers(town, refusal):
    assert refusal(town.client.get("/v1/inbox")) == (401, "not-authenticated")
    assert refusal(town.client.get("/v1/inbox/stream")) == (401, "not-authenticated")


def test_the_stream_tells_what_is_new_and_after_a_break_what_came_meanwhile(town, scene, monkeypatch):
    monkeypatch.setattr(lines, "LOOK_SECONDS", 0.01)
    person = town.member()
    token = person.headers["Authorization"].split()[1]

    def ask():
        body = {"request_id": to_hex(town.new_id()), "kind": "access", "words": "all"}
        asked = person.done("/v1/me/rights", body)
        town.operator.done(f"/v1/operator/rights/{asked['request_id']}/answer", {"outcome": "done", "words": "so"})
        return asked["request_id"]

    async def told(known, count):
        events = lines.events(town.bank, person.account, partial(routes._fresh, town.bank, token, known), "item")
        items = []
        async for text in events:
            if "data: " in text:
                items.append(json.loads(text.split("data: ")[1]))
            if len(items) == count:
                return items, text
        return items, ""

    first, second = ask(), ask()
    caller = routes.find_caller(town.bank, token)
    assert {f"right-answered:{one}" for one in (first, second)} == routes._known(town.bank, caller, None)
    items, last = asyncio.run(told(set(), 2))
    assert {one["subject"] for one in items} == {first, second}
    cursor = last.split("\n")[0].removeprefix("id: ")
    assert len(routes._known(town.bank, caller, cursor)) == 2
    town.client.delete("/v1/session", headers=person.headers)
    assert asyncio.run(told(set(), 99)) == ([], ""), "a token that ended ends the stream"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_item_is_told_in_a_sentence(town, scene, language):
    _, partner, _, members, _ = scene
    from bank_api.protocol.shapes.inbox import InboxItem

    for person in (partner, members[1], town.operator):
        for one in found(person)["items"]:
            told = sentence(Messages(language), InboxItem.model_validate(one))
            assert told
            assert one["kind"] not in told
