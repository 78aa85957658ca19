"""What a partner may and must do afterwards: end its request, and say that a release is deleted."""

import pytest

from chaincode.ids import to_hex
from wallet_cli.signing import partner as signing

DAY = 86_400


@pytest.fixture(scope="module")
def scene(town):
    """A partner with an approved request that four people consented to, and a release of it."""
    survey, partner, board = town.survey(), town.organization("partner"), town.organization("board")
    members = [town.member() for _ in range(4)]
    for place, person in enumerate(members):
        town.answer(person, survey, age=20 + 10 * place, vote=place % 2)
    town.fund(partner, 3_000)
    request_id = town.request(partner, survey, ["age", "vote"])
    town.decide(board, request_id)
    for person in members:
        town.consent(person, request_id, uses_maximum=3)
    return survey, partner, board, request_id, town.release(request_id).json()["id"]


def closing_body(person, request_id):
    return {"closing": signing.close_request(person.signer, request_id).to_json()}


def deletion_body(person, release_id, evidence=None):
    return {"deletion": signing.attest_deletion(person.signer, release_id, evidence).to_json()}


def test_a_release_says_until_when_it_may_be_kept(scene):
    _, partner, _, _, release_id = scene
    view = partner.get(f"/v1/releases/{release_id}")
    assert (view["deletion_due"], view["deleted_at"]) == (view["time"] + 90 * DAY, None)


def test_only_the_partner_itself_attests(town, scene, refusal):
    *_, release_id = scene
    other = town.organization("partner")
    path = f"/v1/releases/{release_id}/deletion"
    answer = other.post(path, deletion_body(other, release_id))
    assert (answer.status_code, answer.json()["detail"]) == (403, "disclosure: not the partner's")
    member = town.member()
    assert refusal(member.post(path, deletion_body(member, release_id))) == (403, "forbidden")
    unknown = to_hex(town.new_id())
    answer = other.post(f"/v1/releases/{unknown}/deletion", deletion_body(other, unknown))
    assert (answer.status_code, answer.json()["detail"]) == (404, "disclosure: unknown release")


def test_a_deletion_is_attested_once_and_seen(scene):
    _, partner, board, _, release_id = scene
    path, body = f"/v1/releases/{release_id}/deletion", deletion_body(partner, release_id, b"shredded")
    assert [partner.done(path, body)["repeated"] for _ in range(2)] == [False, True]
    seen = board.get(f"/v1/releases/{release_id}")
    assert seen["time"] <= seen["deleted_at"] <= seen["deletion_due"]


def test_what_the_address_names_is_what_was_signed(town, scene):
    *_, partner, _, _, release_id = scene
    other = to_hex(town.new_id())
    answer = partner.post(f"/v1/releases/{other}/deletion", deletion_body(partner, release_id))
    assert answer.json()["detail"] == "deletion.message.release_id: names another release than the address"


def test_an_ended_request_gives_the_coins_back_and_nothing_more_is_released(town, scene):
    survey, partner, board, *_ = scene
    request_id = town.request(partner, survey, ["age"], persons_maximum=10)
    town.decide(board, request_id)
    member = town.member()
    town.consent(member, request_id)
    before = partner.get("/v1/me")["coins"]
    locked = partner.get(f"/v1/requests/{request_id}")["coins_locked"]
    assert locked == 70
    path, body = f"/v1/requests/{request_id}/closing", closing_body(partner, request_id)
    assert [partner.done(path, body)["repeated"] for _ in range(2)] == [False, True]
    assert partner.get("/v1/me")["coins"] == before + locked
    seen = partner.get(f"/v1/requests/{request_id}")
    assert (seen["state"], seen["coins_locked"]) == ("closed", 0)
    assert request_id not in [one["request_id"] for one in member.get("/v1/me/requests")["requests"]]
    assert town.release(request_id).status_code == 409


def test_nobody_else_ends_a_request(town, scene, refusal):
    _, _, board, request_id, _ = scene
    path, other = f"/v1/requests/{request_id}/closing", town.organization("partner")
    answer = other.post(path, closing_body(other, request_id))
    assert (answer.status_code, answer.json()["detail"]) == (403, "request: neither partner nor operator")
    assert refusal(board.post(path, closing_body(board, request_id))) == (403, "forbidden")
