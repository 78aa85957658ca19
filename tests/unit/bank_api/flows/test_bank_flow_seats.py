"""Who sits on the board a majority of it decides, and whoever has enough approvals may carry that to the ledger."""

import pytest

from chaincode.bindings import Role
from tests.unit.bank_api.town import Town
from wallet_cli.signing import seats as signing


@pytest.fixture
def board(tmp_path):
    """A bank of its own with one member of the board."""
    own = Town(tmp_path)
    yield own, [own.organization("board")]
    own.close()


def proposed(member, newcomer, role=Role.BOARD, seated=True):
    return signing.propose_seat(
        member.signer, newcomer.account, role, "Second chair", seated=seated, encryption_key=newcomer.encryption_key
    )


def sent(person, body):
    return person.post("/v1/seats", body.model_dump(mode="json"))


def test_one_of_one_takes_in_a_second_who_then_decides_too(board):
    town, (first,) = board
    second, third = town.newcomer(), town.newcomer()
    body = proposed(first, second)
    assert [sent(first, body).json()["repeated"] for _ in range(2)] == [False, True]
    second.log_in()
    assert (second.get("/v1/me")["name"], second.get("/v1/me")["roles"]) == ("Second chair", ["board"])
    alone = proposed(first, third)
    answer = sent(first, alone)
    assert (answer.status_code, answer.json()["detail"]) == (409, "membership: approvals too few")
    assert sent(town.member(), signing.approve_seat(second.signer, alone)).status_code == 201
    third.log_in()
    assert third.get("/v1/requests")["requests"] == []


def test_who_is_let_go_is_no_longer_of_the_board(board, refusal):
    town, (first,) = board
    second = town.newcomer()
    sent(first, proposed(first, second))
    second.log_in()
    leaving = signing.approve_seat(second.signer, proposed(first, second, seated=False))
    assert sent(first, leaving).status_code == 201
    assert refusal(town.client.get("/v1/requests", headers=second.headers))[0] in (401, 403)


def test_others_words_and_strangers_signatures_are_refused(board, refusal):
    town, (first,) = board
    newcomer = town.newcomer()
    answer = sent(first, proposed(newcomer, newcomer))
    assert answer.json()["detail"] == "approvals[0]: is not signed by anybody of this bank, over these words"
    member = town.member()
    outsider = sent(first, proposed(member, newcomer))
    assert (outsider.status_code, outsider.json()["detail"]) == (409, "membership: approvals too few")
    wrong = sent(first, proposed(first, newcomer, role=Role.PARTNER))
    assert wrong.json()["detail"] == "seat.message.role: must be one of 16, 8"
    assert refusal(town.client.post("/v1/seats", json=proposed(first, newcomer).model_dump(mode="json"))) == (
        401,
        "not-authenticated",
    )
