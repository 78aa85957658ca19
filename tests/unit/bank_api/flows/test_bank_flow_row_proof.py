"""A member's own row in a release is proved against the ledger and checked by the member's wallet; lies are named."""

import pytest

from bank_api.protocol.shapes.rows import RowProof
from chaincode.ids import to_hex
from wallet_cli.errors import EvidenceError
from wallet_cli.own_row import checked, covers

ANSWERS = [{"age": 20 + 3 * place, "vote": place % 2, "tea": place} for place in range(8)]


@pytest.fixture(scope="module")
def scene(town):
    """Two releases over one survey: one of generalized columns alone, one with a sensitive answer in each row."""
    survey, partner, board = town.survey(), town.organization("partner"), town.organization("board")
    members = [town.member() for _ in ANSWERS]
    for person, values in zip(members, ANSWERS, strict=True):
        town.answer(person, survey, **values)
    town.fund(partner, 9_000)
    releases = []
    for items in (["age"], ["age", "vote"]):
        request_id = town.request(partner, survey, items)
        town.decide(board, request_id)
        for person in members:
            town.consent(person, request_id)
        made = town.release(request_id, suppression_limit=0.9, come_and_go=False)
        assert made.status_code == 201, made.text
        releases.append(made.json())
    return members, releases


def shown(person, release):
    return RowProof.model_validate(person.get(f"/v1/proofs/releases/{release['release_id']}/row"))


def check(person, release, proof, own):
    return checked(person.proven, proof, release["release_id"], own)


@pytest.mark.parametrize("which", [0, 1])
def test_everybody_in_a_release_finds_their_own_row(scene, which):
    members, releases = scene
    release, left_out = releases[which], 0
    for person, own in zip(members, ANSWERS, strict=True):
        found = check(person, release, shown(person, release), own)
        left_out += found.left_out
        if not found.left_out:
            assert set(found.row) == ({"age"}, {"age", "vote"})[which]
            assert which == 0 or found.row["vote"] == str(own["vote"])
            assert which == 1 or found.counted >= release["k"]
    assert left_out <= release["suppressed"]


def test_where_answers_stand_in_the_rows_nobody_elses_is_shown(scene):
    members, releases = scene
    for person in members:
        proof = shown(person, releases[1])
        assert len(proof.places) <= 1
        assert not proof.counted


def changed(proof, **changes):
    return proof.model_copy(update=changes)


def place(proof, **changes):
    first, *others = proof.places
    return [first.model_copy(update=changes), *others]


LIES = {
    "another row": (lambda p: changed(p, row={"age": "*"}), "does not stand under the root"),
    "another salt": (lambda p: changed(p, places=place(p, salt="00" * 16)), "does not stand under the root"),
    "another place": (lambda p: changed(p, places=place(p, index=p.places[0].index + 1)), "does not stand under"),
    "another count": (lambda p: changed(p, count=p.count * 3), "does not stand under the root"),
    "no place": (lambda p: changed(p, places=[]), "does not stand under the root"),
    "too few alike": (lambda p: changed(p, places=p.places[:1]), "only 1 rows are like yours"),
    "one alike many times": (lambda p: changed(p, places=p.places[:1] * 9), "only 1 rows are like yours"),
    "left out of a release that left nobody out": (
        lambda p: changed(p, left_out=True, suppressed=0),
        "left out of a release that left nobody out",
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_each_lie_is_named(scene, lie):
    members, releases = scene
    twist, why = LIES[lie]
    person, own, proof = next(
        (one, values, proof)
        for one, values in zip(members, ANSWERS, strict=True)
        if not (proof := shown(one, releases[0])).left_out
    )
    with pytest.raises(EvidenceError, match=why):
        check(person, releases[0], twist(proof), own)


def test_a_row_that_is_somebody_elses_is_named(scene):
    members, releases = scene
    proof = next(proof for one in members if not (proof := shown(one, releases[1])).left_out)
    with pytest.raises(EvidenceError, match="is not what you answered"):
        check(members[0], releases[1], proof, {"age": 99, "vote": 1})


def test_a_bank_that_calls_a_release_of_seats_one_of_homes_in_the_proof_alone_is_named(scene):
    """Else it would have switched off what the wallet holds against a false description."""
    members, releases = scene
    proof = next(proof for one in members if not (proof := shown(one, releases[1])).left_out)
    lie, own = changed(proof, answers_together=50), {"age": 99, "vote": int(proof.row["vote"])}
    with pytest.raises(EvidenceError, match="said to be otherwise"):
        checked(members[0].proven, lie, releases[1]["release_id"], own, ["vote"])


def test_a_proof_of_another_release_is_none(scene):
    members, releases = scene
    with pytest.raises(EvidenceError, match="other slots"):
        check(members[0], releases[1], shown(members[0], releases[0]), ANSWERS[0])


def test_nobody_is_shown_a_row_of_a_release_without_them(town, scene, refusal):
    _, releases = scene
    stranger = town.member()
    for release_id in (releases[0]["release_id"], to_hex(town.new_id())):
        answer = town.client.get(f"/v1/proofs/releases/{release_id}/row", headers=stranger.headers)
        assert refusal(answer) == (404, "not-found")


def test_before_consenting_a_member_sees_their_own_row_and_nobody_elses_answer(town, refusal):
    survey, partner, board = town.survey(), town.organization("partner"), town.organization("board")
    members = [town.member() for _ in ANSWERS]
    town.fund(partner, 9_000)
    request_id = town.request(partner, survey, ["age", "vote"])
    path = f"/v1/me/requests/{request_id}/preview"

    def ask(person):
        return town.client.get(path, headers=person.headers)

    assert refusal(ask(members[0])) == (404, "not-found")
    town.decide(board, request_id)
    assert refusal(ask(members[0])) == (409, "conflict")
    for person, values in zip(members, ANSWERS, strict=True):
        town.answer(person, survey, **values)
    alone = members[0].get(path)
    assert (alone["row"], alone["people"], alone["consents"]) == ({}, 0, 0)
    for person in members[1:]:
        town.consent(person, request_id)
    seen = members[0].get(path)
    assert seen["consents"] == len(members) - 1
    assert seen["coins"] == town.open_request(members[0], request_id).coins_offered
    if seen["row"]:  # whether a class takes the member is chance's
        assert set(seen["row"]) == {"age", "vote"}
        assert seen["people"] >= seen["k"]
        assert all(covers(seen["row"][name], ANSWERS[0][name]) for name in seen["row"])
    assert "answers" not in seen
    with town.bank.previewing:
        assert refusal(ask(members[0])) == (429, "too-many-requests")
    assert refusal(ask(partner)) == (403, "forbidden")
    assert town.release(request_id, suppression_limit=0.9).status_code == 201, "a preview leaves nothing behind"


@pytest.mark.parametrize(
    ("told", "own", "holds"),
    [
        ("*", 5, True), ("*", None, False), ("5", 5, True), ("5", 6, False), (5, 5, True), (None, None, True),
        ("20-30", 20, True), ("20-30", 30, True), ("20-30", 31, False), ("-5 to 3", -5, True), ("-5 to 3", 4, False),
        ("20 to below 30", 29, True), ("20 to below 30", 30, False), ("65 or more", 65, True),
        ("65 or more", 64, False),
        ("17 or less", 17, True), ("17 or less", 18, False), ("below 18", 17, True), ("below 18", 18, False),
        ("{1, 2}", 2, True), ("{1, 2}", 3, False), ("{1; 2}", 1, True), ("no answer", None, True),
        ("no answer", 1, False),
        ("20-30 or no answer", None, True), ("20-30 or no answer", 25, True), ("20-30 or no answer", 99, False),
        ("something else", 1, False), ("", 1, False),
    ],
)  # fmt: skip
def test_what_a_released_value_says_of_an_answer(told, own, holds):
    assert covers(told, own) is holds
