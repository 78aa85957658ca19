"""Prize draws over the API: opened with words of their own, seen by everybody, each refusal by name."""

import pytest

from bank_api.protocol.shapes.draws import DrawView
from chaincode.bindings import DrawTerms
from chaincode.bindings.draw import commit
from chaincode.ids import id_from_hex, text_hash, to_hex
from wallet_cli.signing.draw import enter_draw, nonce_of

SECRET = b"\x05" * 32


@pytest.fixture
def draw(town):
    """A draw that is open now; its body as it was sent."""
    body = draw_body(town)
    town.operator.done("/v1/draws", body)
    return body


def draw_body(town, **changes):
    draw_id = to_hex(town.new_id())
    times = {
        name: town.now + seconds
        for name, seconds in {"opens_at": -60, "closes_at": 600, "nonces_until": 1200, "reveal_until": 1800}.items()
    }
    body = {"draw_id": draw_id, "title": "Spring draw", "prize": "A tea set", "price_coins": 5, "prizes": 1}
    commitment = to_hex(commit(id_from_hex(draw_id), SECRET))
    return body | {"commitment": commitment, "entries_maximum": 2} | times | changes


def shown(town, draw_id):
    return {one["draw_id"]: one for one in town.client.get("/v1/draws").json()["draws"]}.get(draw_id)


def test_a_draw_is_opened_and_shown_to_everybody(town, draw):
    view = shown(town, draw["draw_id"])
    assert {name: view[name] for name in view if name in draw} == {name: draw[name] for name in view if name in draw}
    assert (view["state"], view["entries"]) == ("open", 0)
    record = town.bank.contracts.draw.draw_of(id_from_hex(draw["draw_id"]))
    assert (record.price, to_hex(record.commitment)) == (5, draw["commitment"])


def test_a_draw_that_has_not_begun_is_upcoming(town):
    body = draw_body(town, opens_at=town.now + 300)
    town.operator.done("/v1/draws", body)
    assert shown(town, body["draw_id"])["state"] == "upcoming"


def test_the_same_draw_again_is_success_and_another_under_its_id_a_conflict(town, draw, refusal):
    assert town.operator.done("/v1/draws", draw)["repeated"] is True
    assert refusal(town.operator.post("/v1/draws", draw | {"title": "Other"})) == (409, "id-already-used")
    assert refusal(town.operator.post("/v1/draws", draw | {"price_coins": 6})) == (409, "ledger-refused")


def test_times_that_do_not_follow_each_other_and_strangers_are_refused(town, refusal):
    body = draw_body(town)
    answer = town.operator.post("/v1/draws", body | {"closes_at": body["opens_at"]})
    assert refusal(answer) == (422, "invalid-input")
    assert answer.json()["field"] == "closes_at"
    assert refusal(town.member().post("/v1/draws", body)) == (403, "forbidden")


def test_a_draw_that_the_bank_has_no_words_of_is_not_shown(town):
    draw_id = town.new_id()
    terms = DrawTerms(
        draw_id, text_hash("t"), text_hash("p"), commit(draw_id, SECRET), 1, 1, 2,
        town.now - 1, town.now + 10, town.now + 20, town.now + 30,
    )  # fmt: skip
    assert town.bank.contracts.draw.open_draw(town.bank.transactor, terms).accepted
    assert shown(town, to_hex(draw_id)) is None


# ---- entering ----


def entry_body(person, draw, **bent):
    view = DrawView.model_validate({name: draw[name] for name in draw} | {"entries": 0, "state": "open"})
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


def test_a_nonce_can_be_made_again_from_the_key_alone(town, draw, rich):
    message = entry_body(rich, draw)["entry"]["message"]
    entry_id = id_from_hex(message["entry_id"])
    assert to_hex(commit(entry_id, nonce_of(rich.signer, entry_id))) == message["nonce_hash"]
    assert nonce_of(rich.signer, entry_id) != nonce_of(town.member().signer, entry_id)


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
