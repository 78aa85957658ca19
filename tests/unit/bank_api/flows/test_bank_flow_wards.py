"""Acting for others: within the scope, as long as it stands, and seen by whom it was done for; each refusal."""

import dataclasses

import pytest

from bank_api.protocol.ward import HEADER
from chaincode.bindings import Scope
from chaincode.ids import new_id
from pds_adapter.sealing.keys import PublicKey
from wallet_cli.errors import InputError
from wallet_cli.signing import answer as answering
from wallet_cli.signing import giving
from wallet_cli.signing import member as consenting
from wallet_cli.signing import rotation as rotating
from wallet_cli.signing import wards as signing

DAY = 86400
WEEK = 7 * DAY


@pytest.fixture(scope="module")
def scene(town):
    survey, partner, board = town.survey(), town.organization("partner"), town.organization("board")
    town.fund(partner, 5000)
    request_id = town.request(partner, survey, ["age"], persons_maximum=50)
    town.decide(board, request_id)
    return survey, partner, board, request_id


def delegate(person, other, may, until, **bent):
    body = {"delegation": signing.delegate(person.signer, other.account, may, until).to_json()}
    body["delegation"]["message"] |= bent
    return person.post("/v1/delegations", body)


def end(person, other):
    body = {"delegation": signing.end_delegation(person.signer, other.account).to_json()}
    return person.post("/v1/delegations", body)


class Guardian:
    """A delegate's client that acts for a ward: the key its own, the account the ward's."""

    def __init__(self, person, ward):
        self.town, self.account = person.town, ward.account
        self.signer = dataclasses.replace(person.signer, account=ward.account)
        self.encryption_key = ward.encryption_key
        self.headers = person.headers | {HEADER: ward.account}
        self.is_operator = False
        self.get, self.done = type(person).get.__get__(self), type(person).done.__get__(self)
        self.post = type(person).post.__get__(self)


@pytest.fixture
def pair(town, scene):
    """A ward and a guardian who may answer and consent for it."""
    ward, guardian = town.member(), town.member()
    answer = delegate(ward, guardian, Scope.SURVEY | Scope.CONSENT, town.now + 10 * DAY)
    assert answer.status_code == 201, answer.text
    return ward, guardian, Guardian(guardian, ward)


def answer_for(town, acting, survey, **values):
    values = values or {"age": 70, "vote": 1}
    release_key, own = town.bank.release_key.public.to_hex(), PublicKey.from_hex(acting.encryption_key)
    made = answering.answer_survey(acting.signer, survey, values, release_key, own)
    body = {"answer": made.signed.to_json(), "sealed_base64": made.parts.sealed_base64}
    return acting.post(f"/v1/surveys/{survey.survey_id}/answers", body)


def shown(person):
    return person.get("/v1/me/delegations")


# ---- within the scope ----


def test_a_guardian_answers_and_decides_and_the_ward_sees_it(town, scene, pair):
    survey, request_id = scene[0], scene[3]
    ward, guardian, acting = pair
    assert answer_for(town, acting, survey).status_code == 201
    assert ward.get("/v1/me")["coins"] == 18
    consent_id = town.consent(acting, request_id)
    assert [one["state"] for one in ward.get("/v1/me/consents")["consents"]] == ["given"]
    town.withdraw(acting, consent_id)
    town.consent(acting, request_id, given=False)
    assert town.open_request(ward, request_id).consent.state == "refused"
    done = shown(ward)
    assert {one["act"] for one in done["acts"]} == {"answer", "consent", "withdrawal"}
    assert all(one["delegate"] == guardian.account and one["block_number"] for one in done["acts"])
    (given,) = done["given"]
    assert (given["delegate"], given["scopes"], given["state"]) == (guardian.account, ["survey", "consent"], "active")
    (received,) = shown(guardian)["received"]
    assert (received["account"], received["name"]) == (ward.account, f"Member {ward.account[-4:]}")
    assert shown(guardian)["acts"] == []
    assert ward.get("/v1/me/passbook")["entries"][1]["kind"] == "delegate-named"
    assert guardian.get("/v1/me/passbook")["entries"][-1]["kind"] == "ward-given"


def test_the_ward_alone_opens_what_was_answered_for_it(town, scene, pair):
    from pds_adapter.errors import NotARecipientError
    from pds_adapter.sealing.envelope import SealedDocument, open_sealed
    from wallet_cli.signing.signer import from_base64

    ward, guardian, acting = pair
    answer_for(town, acting, scene[0])
    (document,) = ward.get("/v1/me/documents")["documents"]
    sealed = SealedDocument.from_bytes(from_base64(document["sealed_base64"], "document"))
    context = answering.answer_context(scene[0].survey_id, ward.account)
    assert open_sealed(sealed, ward.signer.encryption, context).content
    with pytest.raises(NotARecipientError):
        open_sealed(sealed, guardian.signer.encryption, context)


def test_coins_and_coupons_of_a_ward_are_spent_by_whom_it_lets(town, scene):
    ward, guardian = town.member(), town.member()
    town.answer(ward, scene[0])
    assert delegate(ward, guardian, Scope.COIN | Scope.COUPON, town.now + DAY).status_code == 201
    acting, partner = Guardian(guardian, ward), scene[1]
    shop, offer = town.organization("shop", parent=partner), town.coupon_class(partner)
    town.buy(acting, offer)
    redemption_id = shop.done("/v1/redemptions", town.offer_body(shop, offer))["redemption_id"]
    acting.done(f"/v1/redemptions/{redemption_id}/confirmation", town.confirm_body(acting, redemption_id))
    sent = {"coin_transfer": giving.send_coins(acting.signer, guardian.account, 3).to_json()}
    acting.done("/v1/coin-transfers", sent)
    assert ward.get("/v1/me")["coins"] == 19 - 4 - 3 == acting.get("/v1/me/passbook")["coins"]
    assert acting.get("/v1/me/coupons")["coupons"][0]["count"] == 0


# ---- beyond it ----


def test_beyond_the_scope_nothing_is_read_or_done(town, scene, pair, refusal):
    ward, _, acting = pair
    town.answer(ward, scene[0])
    for path in ("/v1/me/passbook", "/v1/me/coupons", "/v1/me/documents", "/v1/me/delegations", "/v1/me/place"):
        answer = town.client.get(path, headers=acting.headers)
        assert refusal(answer) == (403, "forbidden"), path
    bought = {"purchase": consenting.buy_coupons(acting.signer, town.coupon_class(scene[1]), 1).to_json()}
    answer = acting.post("/v1/purchases", bought)
    assert (answer.status_code, answer.json()["detail"]) == (403, "membership: signer may not act")
    assert ward.get("/v1/me/delegations")["acts"][0]["block_number"] is None
    again = {"delegation": signing.delegate(acting.signer, town.member().account, Scope.COIN, town.now + DAY).to_json()}
    assert refusal(acting.post("/v1/delegations", again)) == (403, "forbidden")
    assert refusal(town.client.put("/v1/me/place", headers=acting.headers, json={})) == (403, "forbidden")


def test_who_was_let_nothing_acts_for_nobody(town, scene, refusal):
    ward, stranger = town.member(), town.member()
    acting = Guardian(stranger, ward)
    assert refusal(town.client.get("/v1/me", headers=acting.headers)) == (403, "forbidden")
    assert refusal(answer_for(town, acting, scene[0])) == (403, "forbidden")
    bad = stranger.headers | {HEADER: "0x12"}
    assert refusal(town.client.get("/v1/me", headers=bad)) == (422, "invalid-input")


def test_an_office_is_never_acted_for(town, scene, refusal):
    person = town.member()
    answer = delegate(town.operator, person, Scope(255), town.now + DAY)
    assert answer.status_code == 201, answer.text
    headers = person.headers | {HEADER: town.operator.account}
    assert refusal(town.client.get("/v1/operator/summary", headers=headers)) == (403, "forbidden")
    assert town.client.get("/v1/me", headers=headers).json()["roles"] == []
    end(town.operator, person)


def test_an_ended_or_run_out_delegation_reaches_nothing(town, scene, pair, refusal):
    ward, guardian, acting = pair
    assert acting.get("/v1/me/requests")["requests"]
    assert end(ward, guardian).status_code == 201
    assert refusal(answer_for(town, acting, scene[0])) == (403, "forbidden")
    assert shown(ward)["given"][0]["state"] == "ended"
    assert ward.get("/v1/me/passbook")["entries"][-1]["kind"] == "delegate-ended"
    assert delegate(ward, guardian, Scope.SURVEY, town.now + 60).status_code == 201
    town.chain.advance(120)
    assert refusal(answer_for(town, acting, scene[0])) == (403, "forbidden")
    assert shown(ward)["given"][0]["state"] == "expired"


def test_the_suspended_end_what_they_gave_and_give_no_more(town, pair):
    ward, guardian, _ = pair
    town.operator.done(f"/v1/accounts/{ward.account}/suspension", {"reason": "x"})
    assert end(ward, guardian).status_code == 201
    answer = delegate(ward, guardian, Scope.COIN, town.now + DAY)
    assert (answer.status_code, answer.json()["detail"]) == (403, "membership: account suspended")


@pytest.mark.parametrize(
    ("bent", "status", "detail"),
    [
        ({"scope": 7}, 403, "membership: signer may not act"),
        ({"deadline": 1}, 422, "membership: deadline passed"),
        ({"delegation_id": "0x" + "00" * 32}, 409, "membership: id already used"),
        ({"account": "0x" + "11" * 20}, 403, "delegation.message.account must be your own account"),
    ],
)
def test_a_delegation_in_other_words_is_refused(town, bent, status, detail):
    answer = delegate(town.member(), town.member(), Scope.COIN, town.now + DAY, **bent)
    assert answer.status_code == status
    assert answer.json()["detail"].startswith(detail)


def test_strangers_oneself_the_past_and_what_was_held_back_are_refused(town, pair):
    ward, guardian, _ = pair
    stranger, until = town.newcomer(), town.now + DAY
    assert delegate(ward, stranger, Scope.COIN, until).json()["detail"] == "membership: delegate not enrolled"
    assert delegate(ward, guardian, Scope.COIN, 1).json()["detail"] == "membership: until is past"
    assert delegate(ward, guardian, Scope(512), until).json()["detail"] == "membership: unknown scope"
    with pytest.raises(InputError, match="somebody else"):
        signing.delegate(ward.signer, ward.account, Scope.COIN, until)
    with pytest.raises(InputError, match="at least one"):
        signing.delegate(ward.signer, guardian.account, Scope(0), until)
    held = {"delegation": signing.delegate(ward.signer, guardian.account, Scope.COIN, until).to_json()}
    end(ward, guardian)
    answer = ward.post("/v1/delegations", held)
    assert (answer.status_code, answer.json()["detail"]) == (409, "membership: a later word stands")


# ---- appointed by the board ----


def appointment(town, ward, guardian, boards, scope=Scope.SURVEY):
    evidence, until = new_id(), town.now + 100 * DAY
    body = signing.propose_guardian(boards[0].signer, ward.account, guardian.account, scope, until, evidence)
    for one in boards[1:]:
        body = signing.approve_guardian(one.signer, body)
    return body.model_dump(mode="json")


def test_an_appointed_guardian_begins_a_week_later_and_the_ward_may_end_it(town, scene, refusal):
    ward, guardian = town.member(), town.member()
    body, acting = appointment(town, ward, guardian, town.boards), Guardian(guardian, ward)
    assert [town.operator.done("/v1/operator/appointments", body)["repeated"] for _ in range(2)] == [False, True]
    (given,) = shown(ward)["given"]
    assert (given["by_board"], given["state"]) == (True, "waiting")
    assert "guardian-appointed" in [one["kind"] for one in ward.get("/v1/inbox")["items"]]
    assert refusal(answer_for(town, acting, scene[0])) == (403, "forbidden")
    town.chain.advance(WEEK + 1)
    for person in (town.operator, ward, guardian):
        person.log_in()
    answer = answer_for(town, Guardian(guardian, ward), scene[0])
    assert answer.status_code == 201, answer.text
    assert end(ward, guardian).status_code == 201
    assert shown(ward)["given"][0]["state"] == "ended"


def test_an_appointment_needs_a_majority_and_the_operators_order(town, refusal):
    ward, guardian = town.member(), town.member()
    strangers = [town.member()]
    body = appointment(town, ward, guardian, strangers)
    answer = town.operator.post("/v1/operator/appointments", body)
    assert (answer.status_code, answer.json()["detail"]) == (409, "membership: approvals too few")
    good = appointment(town, ward, guardian, town.boards)
    assert refusal(ward.post("/v1/operator/appointments", good)) == (403, "forbidden")
    nobody = appointment(town, town.newcomer(), guardian, town.boards)
    answer = town.operator.post("/v1/operator/appointments", nobody)
    assert answer.json()["detail"] == "membership: account not enrolled"
    forged = good | {"approvals": ["0x" + "5a" * 64 + "1b"]}
    assert town.operator.post("/v1/operator/appointments", forged).status_code == 422


# ---- rotation ----


def rotation_body(person, new, **bent):
    made = rotating.rotate_key(person.signer, new)
    body = {"key_rotation": made.signed.to_json(), **made.parts.model_dump()}
    body["key_rotation"]["message"] |= bent
    return body


def test_an_account_moves_to_a_new_key_and_what_was_given_ends(town, scene, refusal):
    person, guardian = town.member(), town.member()
    town.answer(person, scene[0])
    delegate(person, guardian, Scope.SURVEY, town.now + DAY)
    new = town.newcomer()
    body = rotation_body(person, new.signer)
    moved = person.done("/v1/key-rotations", body)
    assert (moved["documents_wrapped"], moved["documents_closed"]) == (1, 0)
    assert person.post("/v1/key-rotations", body).status_code == 401, "the old key is nobody's any more"
    renewed = type(person)(town, dataclasses.replace(new.signer, account=person.account), person.name)
    renewed.log_in()
    assert renewed.get("/v1/me")["account"] == person.account
    assert shown(renewed)["given"][0]["state"] == "ended"
    assert refusal(town.client.get("/v1/me", headers=Guardian(guardian, person).headers)) == (403, "forbidden")
    assert renewed.get("/v1/me/passbook")["entries"][-1]["kind"] == "key-replaced"


@pytest.mark.parametrize(
    ("bent", "status", "detail"),
    [
        ({"deadline": 1}, 422, "membership: deadline passed"),
        ({"rotation_id": "0x" + "00" * 32}, 409, "membership: id already used"),
        ({"evidence_hash": "0x" + "11" * 32}, 403, "membership: signer may not act"),
        ({"encryption_key_hash": "0x" + "11" * 32}, 422, "key_rotation.message.encryption_key_hash"),
    ],
)
def test_a_rotation_in_other_words_is_refused(town, bent, status, detail):
    person, new = town.member(), town.newcomer()
    told = person.post("/v1/key-rotations", rotation_body(person, new.signer, **bent))
    assert told.status_code == status, told.text
    assert told.json()["detail"].startswith(detail)


def test_a_new_key_that_did_not_sign_or_is_somebodys_is_refused(town):
    person, new, other = town.member(), town.newcomer(), town.member()
    body = rotation_body(person, new.signer) | {"new_key_signature": "0x" + "5a" * 64 + "1b"}
    assert person.post("/v1/key-rotations", body).json()["detail"] == "membership: new key did not sign"
    answer = person.post("/v1/key-rotations", body | {"new_key_signature": "no digits"})
    assert (answer.status_code, answer.json()["field"]) == (422, "new_key_signature")
    taken = person.post("/v1/key-rotations", rotation_body(person, other.signer))
    assert taken.json()["detail"] == "membership: key already used"
