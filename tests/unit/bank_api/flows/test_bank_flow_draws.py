"""Prize draws over the API: opened with words of their own, seen by everybody, each refusal by name."""

import pytest

from chaincode.bindings import DrawTerms
from chaincode.bindings.draw import commit
from chaincode.ids import id_from_hex, text_hash, to_hex

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
