"""Prize draws over the API: opened, bound, entered, drawn or paid back, and each refusal by name."""

import pytest

from bank_api.protocol.shapes.draws import DrawView
from chaincode.bindings import DrawState, DrawTerms
from chaincode.ids import id_from_hex, text_hash, to_hex
from wallet_cli.errors import InputError
from wallet_cli.signing.draw import bind_draw, enter_draw, parts_to_show


@pytest.fixture(scope="module")
def board(town):
    return [town.organization("board") for _ in range(3)]


@pytest.fixture
def draw(town, board):
    """A draw that is open now; its body as it was sent."""
    body = draw_body(town, board)
    town.operator.done("/v1/draws", body)
    bind(town, board, body)
    return body


def bind(town, board, body):
    for one in board:
        one.done(f"/v1/draws/{body['draw_id']}/bindings", binding_body(town, one, body))


def binding_body(town, person, body, **bent):
    signed = bind_draw(person.signer, view_of(town, body)).to_json()
    return {"draw_binding": signed | {"message": signed["message"] | bent}}


def draw_body(town, board, **changes):
    times = {"opens_at": town.now - 60, "closes_at": town.now + 600, "refunds_from": town.now + 1800}
    body = {
        "draw_id": to_hex(town.new_id()),
        "title": "Spring draw",
        "prize": "A tea set",
        "price_coins": 5,
        "prizes": 1,
    }
    return body | {"entries_maximum": 2, "drawers": [one.account for one in board]} | times | changes


def view_of(town, body):
    return DrawView.model_validate(shown(town, body["draw_id"]))


def shown(town, draw_id):
    return {one["draw_id"]: one for one in town.client.get("/v1/draws").json()["draws"]}.get(draw_id)


def test_a_draw_is_opened_and_shown_to_everybody(town, draw):
    view = shown(town, draw["draw_id"])
    words = [name for name in view if name in draw and name != "drawers"]
    assert {name: view[name] for name in words} == {name: draw[name] for name in words}
    assert (view["state"], view["entries"], view["winners"]) == ("open", 0, [])
    assert {one["account"] for one in view["drawers"]} == set(draw["drawers"])
    assert all(one["is_bound"] and one["encryption_key"] for one in view["drawers"])
    record = town.bank.contracts.draw.draw_of(id_from_hex(draw["draw_id"]))
    assert (record.price, record.state) == (5, DrawState.OPEN)


def test_a_draw_waits_for_its_drawers_and_then_for_its_time(town, board):
    body = draw_body(town, board, opens_at=town.now + 300)
    town.operator.done("/v1/draws", body)
    assert shown(town, body["draw_id"])["state"] == "forming"
    bind(town, board, body)
    assert shown(town, body["draw_id"])["state"] == "upcoming"


def test_drawers_are_of_the_board_and_have_a_key(town, board, refusal):
    body = draw_body(town, board)
    for stranger in (town.organization("partner").account, town.member().account, "0x" + "11" * 20):
        answer = town.operator.post("/v1/draws", body | {"drawers": [*body["drawers"], stranger]})
        assert (refusal(answer), answer.json()["field"]) == ((422, "invalid-input"), "drawers[3]")
    few = town.operator.post("/v1/draws", body | {"drawers": body["drawers"][:2]})
    assert (refusal(few), few.json()["field"]) == ((422, "invalid-input"), "drawers")
    twice = [*body["drawers"], body["drawers"][0]]
    assert town.operator.done("/v1/draws", body | {"drawers": twice})["accepted"], "named twice is named once"


def test_a_drawer_is_bound_once_by_its_own_words(town, board, refusal):
    body = draw_body(town, board)
    town.operator.done("/v1/draws", body)
    path = f"/v1/draws/{body['draw_id']}/bindings"
    message = binding_body(town, board[0], body)
    assert [board[0].done(path, message)["repeated"] for _ in range(2)] == [False, True]
    assert board[0].post(path, binding_body(town, board[0], body)).json()["detail"] == "draw: already bound"
    bent = board[1].post(path, binding_body(town, board[1], body, title="Autumn draw"))
    assert (refusal(bent), bent.json()["field"]) == ((422, "invalid-input"), "draw_binding.message.title")
    assert refusal(town.member().post(path, message)) == (403, "forbidden")
    other = town.organization("board")
    with pytest.raises(InputError, match="no drawer of"):
        bind_draw(other.signer, view_of(town, body))


def test_a_bank_that_names_another_key_or_other_terms_does_not_begin_a_draw(town, board):
    body = draw_body(town, board)
    town.operator.done("/v1/draws", body)
    path = f"/v1/draws/{body['draw_id']}/bindings"
    true = view_of(town, body)
    false_key = town.member().signer.encryption.public.to_hex()
    own = next(place for place, one in enumerate(true.drawers) if one.account == board[1].account)
    keys = [
        one if place == own else one.model_copy(update={"encryption_key": false_key})
        for place, one in enumerate(true.drawers)
    ]
    board[0].done(path, binding_body(town, board[0], body))
    for lie in (true.model_copy(update={"drawers": keys}), true.model_copy(update={"closes_at": true.closes_at - 500})):
        signed = bind_draw(board[1].signer, lie).to_json()
        answer = board[1].post(path, {"draw_binding": signed})
        assert answer.json()["detail"] == "draw: commitments differ"
    assert shown(town, body["draw_id"])["state"] == "forming"


def test_the_same_draw_again_is_success_and_another_under_its_id_a_conflict(town, draw, refusal):
    assert town.operator.done("/v1/draws", draw)["repeated"] is True
    assert refusal(town.operator.post("/v1/draws", draw | {"title": "Other"})) == (409, "id-already-used")
    assert refusal(town.operator.post("/v1/draws", draw | {"price_coins": 6})) == (409, "ledger-refused")


def test_times_that_do_not_follow_each_other_and_strangers_are_refused(town, board, refusal):
    body = draw_body(town, board)
    answer = town.operator.post("/v1/draws", body | {"closes_at": body["opens_at"]})
    assert refusal(answer) == (422, "invalid-input")
    assert answer.json()["field"] == "closes_at"
    assert refusal(town.member().post("/v1/draws", body)) == (403, "forbidden")


def test_a_draw_that_the_bank_has_no_words_of_is_not_shown(town, board):
    draw_id = town.new_id()
    drawers = tuple(sorted((one.account for one in board), key=lambda one: int(one, 16)))
    terms = DrawTerms(
        draw_id, text_hash("t"), text_hash("p"), 1, 1, 2, town.now - 1, town.now + 10, town.now + 20, drawers
    )
    assert town.bank.contracts.draw.open_draw(town.bank.transactor, terms).accepted
    assert shown(town, to_hex(draw_id)) is None


# ---- entering ----


def entry_body(person, draw, **bent):
    had = {"entries": 0, "state": "open", "drawers": [], "parts_missing": [], "refunded": 0, "winners": []}
    view = DrawView.model_validate(draw | had)
    body = {"entry": enter_draw(person.signer, view).to_json()}
    body["entry"]["message"] |= bent
    return body


@pytest.fixture(scope="module")
def rich(town):
    person, survey = town.member(), town.survey()
    town.answer(person, survey)
    return person


def entries(draw):
    return f"/v1/draws/{draw['draw_id']}/entries"


def test_a_member_enters_once_and_pays_the_price(town, draw, rich):
    before = rich.get("/v1/me")["coins"]
    body = entry_body(rich, draw)
    receipt = rich.done(entries(draw), body)
    assert (receipt["id"], receipt["repeated"]) == (body["entry"]["message"]["entry_id"], False)
    assert rich.done(entries(draw), body)["repeated"] is True
    assert rich.get("/v1/me")["coins"] == before - 5
    assert shown(town, draw["draw_id"])["entries"] == 1
    assert [line["kind"] for line in rich.get("/v1/me/passbook")["entries"]][-1] == "draw-entered"


@pytest.mark.parametrize(
    ("bent", "status", "said"),
    [
        ({"title": "Autumn draw"}, 422, "entry.message.title: must be the title, Spring draw"),
        ({"draw_id": "0x" + "31" * 32}, 422, "entry.message.draw_id: names another draw than the address"),
        ({"coins": 4}, 403, "membership: signer may not act"),
        ({"deadline": 1}, 422, "draw: deadline passed"),
    ],
)
def test_other_words_are_refused(draw, rich, bent, status, said):
    answer = rich.post(entries(draw), entry_body(rich, draw, **bent))
    assert (answer.status_code, answer.json()["detail"]) == (status, said)


def test_an_unknown_draw_and_too_few_coins_and_a_full_draw_are_refused(town, draw, rich, refusal):
    nowhere = draw | {"draw_id": "0x" + "32" * 32}
    assert refusal(rich.post(entries(nowhere), entry_body(rich, nowhere))) == (404, "not-found")
    poor = town.member()
    assert poor.post(entries(draw), entry_body(poor, draw)).json()["detail"] == "draw: not enough coins"
    for _ in range(2):
        rich.done(entries(draw), entry_body(rich, draw))
    full = rich.post(entries(draw), entry_body(rich, draw))
    assert (full.status_code, full.json()["detail"]) == (409, "draw: full")


def test_only_members_enter(town, draw, refusal):
    partner = town.organization("partner")
    assert refusal(partner.post(entries(draw), entry_body(partner, draw))) == (403, "forbidden")
    assert refusal(town.client.post(entries(draw), json={})) == (401, "not-authenticated")


# ---- drawing, and paying back ----


def parts_body(person, view):
    clock = view.closes_at + 1
    signer = type(person.signer)(person.signer.key, person.signer.account, person.signer.deployment, lambda: clock)
    return {"parts": [{"part": n, "secret": to_hex(one)} for n, one in parts_to_show(signer, view).items()]}


def test_any_two_drawers_draw_whoever_brings_their_parts(town, board, refusal):
    rich = town.member()
    town.answer(rich, town.survey())
    body = draw_body(town, board, closes_at=town.now + 60, refunds_from=town.now + 120)
    town.operator.done("/v1/draws", body)
    bind(town, board, body)
    receipt = rich.done(entries(body), entry_body(rich, body))
    view, path = view_of(town, body), f"/v1/draws/{body['draw_id']}/parts"
    with pytest.raises(InputError, match="would give it away"):
        parts_to_show(board[0].signer, view)
    early = board[0].post(path, parts_body(board[0], view))
    assert early.json()["detail"] == "draw: entries may still come"
    town.chain.advance(61)
    assert shown(town, body["draw_id"])["state"] == "closed"
    for _ in range(2):
        done = rich.done(path, parts_body(board[0], view))
    assert done["repeated"] is True
    assert [set(pair) for pair in shown(town, body["draw_id"])["parts_missing"]] == [
        {one.account for one in board if one is not board[0]}
    ]
    lie = {"parts": [{"part": 1, "secret": to_hex(town.new_id())}]}
    assert rich.post(path, lie).json()["detail"] == "draw: another secret"
    town.chain.advance(60)
    assert shown(town, body["draw_id"])["state"] == "overdue"
    due = {one["subject"]: one["kind"] for one in town.operator.get("/v1/inbox?limit=200")["items"]}
    assert due[body["draw_id"]] == "draw-overdue"
    before = rich.get("/v1/me")["coins"]
    refunds = f"/v1/draws/{body['draw_id']}/refunds"
    assert [rich.done(refunds) for _ in range(2)] == [
        {"refunded": 1, "refunded_before": 0}, {"refunded": 0, "refunded_before": 1}
    ]  # fmt: skip
    assert rich.get("/v1/me")["coins"] == before + 5
    last = [board[1].done(path, parts_body(board[1], view)) for _ in range(2)]
    assert [one["repeated"] for one in last] == [False, True]
    assert last[0]["transaction_hash"] == last[1]["transaction_hash"]
    end = shown(town, body["draw_id"])
    assert (end["state"], end["winners"], end["refunded"]) == ("drawn", [receipt["id"]], 1)
    assert rich.get("/v1/me/passbook")["entries"][-1]["kind"] == "draw-won"
    assert rich.post(refunds).json()["detail"] == "draw: already drawn"
    unknown = f"/v1/draws/{to_hex(town.new_id())}"
    assert refusal(rich.post(f"{unknown}/refunds")) == refusal(rich.post(f"{unknown}/parts", lie)) == (404, "not-found")
    assert refusal(town.client.post(refunds)) == (401, "not-authenticated")
