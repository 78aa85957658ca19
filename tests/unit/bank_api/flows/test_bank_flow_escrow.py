"""Escrow over the bank: it keeps what is sealed, shows each only what is theirs, and can open nothing itself."""

from dataclasses import replace

import pytest

from bank_api.flows import escrow
from bank_api.protocol.shapes.escrows import Custodian, EscrowView, OpeningView, SealedShare
from chaincode.ids import to_hex
from chaincode.typed_data import OpeningRequest
from pds_adapter.sealing.keys import PublicKey
from tests.postgres import IN_A_FILE
from wallet_cli import resharing
from wallet_cli.errors import EvidenceError, InputError
from wallet_cli.signing import escrow as signing

LETTER = b"the key of the house is under the third stone"


@pytest.fixture(scope="module")
def custodians(town):
    people = [town.organization("custodian", f"Custodian {index}") for index in range(3)]
    for person in people:
        person.publish_key()
    return people


@pytest.fixture
def owner(town):
    return town.member()


def known(town, person, custodians):
    """The custodians with their keys, as a person's wallet proves them."""
    listed = [Custodian.model_validate(one) for one in town.client.get("/v1/custodians").json()["custodians"]]
    named = [next(one for one in listed if one.account == person.account) for person in custodians]
    return [signing.known_custodian(one, person.proven.account(one.account)) for one in named]


def deposit_body(town, owner, custodians, delay=3600, **named):
    deposit = signing.entrust_document(
        owner.signer, "Letter", LETTER, known(town, owner, custodians), 2, delay, **named
    )
    return body_of(deposit)


def body_of(deposit):
    return {
        "escrow_policy": deposit.signed.to_json(),
        "title": deposit.parts.title,
        "document_base64": deposit.parts.document_base64,
        "commitments_base64": deposit.parts.commitments_base64,
        "shares": [one.model_dump() for one in deposit.parts.shares],
    }


def view_of(person, escrow_id):
    found = person.get("/v1/escrows")["escrows"]
    return next(EscrowView.model_validate(one) for one in found if one["escrow_id"] == escrow_id)


def acknowledge_all(custodians, escrow_id):
    kept = {}
    for person in custodians:
        view = view_of(person, escrow_id)
        sealed = SealedShare.model_validate(person.get(f"/v1/escrows/{escrow_id}/share"))
        kept[person.account] = signing.receive_share(person.signer, view, sealed)
        signed = signing.acknowledge_share(person.signer, view, kept[person.account])
        person.done(f"/v1/escrows/{escrow_id}/acknowledgement", {"share_receipt": signed.to_json()})
    return kept


def entrust(town, owner, custodians, **terms):
    return owner.done("/v1/escrows", deposit_body(town, owner, custodians, **terms))["id"]


def opening_body(person, escrow_id):
    asked = signing.ask_opening(person.signer, escrow_id, "lost the key")
    return {
        "opening_request": asked.signed.to_json(),
        "recipient_key": asked.parts.recipient_key,
        "reason": asked.parts.reason,
    }


def ask(person, escrow_id):
    return person.done(f"/v1/escrows/{escrow_id}/openings", opening_body(person, escrow_id))["id"]


def opening_of(person, opening_id):
    return OpeningView.model_validate(person.get(f"/v1/openings/{opening_id}"))


def contribution_body(person, escrow_id, opening_id, share):
    """As a program might that does not look whether it is time; the contract does."""
    view = opening_of(person, opening_id)
    opening = signing.CheckedOpening(OpeningRequest.from_json(view.request), PublicKey.from_hex(view.recipient_key))
    draft = signing.contribute_share(person.signer, view_of(person, escrow_id), opening, share)
    return {"contribution": draft.signed.to_json(), "sealed_base64": draft.parts.sealed_base64}


def test_from_entrusting_to_recovery(town, owner, custodians, refusal):
    escrow_id = entrust(town, owner, custodians)
    assert view_of(owner, escrow_id).state == "created"
    shares = acknowledge_all(custodians, escrow_id)
    assert view_of(owner, escrow_id).state == "active"
    opening_id = ask(owner, escrow_id)
    assert opening_of(owner, opening_id).state == "waiting"
    first, second, third = custodians
    early = contribution_body(first, escrow_id, opening_id, shares[first.account])
    answer = first.post(f"/v1/openings/{opening_id}/contributions", early)
    assert (refusal(answer), answer.json()["rule"]) == ((409, "ledger-refused"), "delay still runs")
    assert owner.get(f"/v1/openings/{opening_id}")["contributions"] == [], "what the ledger refused does not count"
    town.chain.advance(3700)
    assert opening_of(owner, opening_id).state == "open"
    for person in (first, second):
        body = contribution_body(person, escrow_id, opening_id, shares[person.account])
        person.done(f"/v1/openings/{opening_id}/contributions", body)
    opening = opening_of(owner, opening_id)
    assert (opening.state, len(opening.contributions)) == ("opened", 2)
    assert signing.recover_document(owner.signer, view_of(owner, escrow_id), opening) == LETTER
    assert third.get(f"/v1/openings/{opening_id}")["contributions"] is None, "only the requester sees them"


@IN_A_FILE
def test_the_bank_holds_nothing_that_opens(town, owner, custodians):
    escrow_id = entrust(town, owner, custodians)
    kept = b"".join(path.read_bytes() for path in town.folder.iterdir() if path.is_file())
    assert LETTER not in kept
    assert escrow_id.encode() in kept


def test_each_sees_what_is_theirs(town, owner, custodians, refusal):
    escrow_id = entrust(town, owner, custodians)
    stranger = town.member()
    assert stranger.get("/v1/escrows")["escrows"] == []
    path = f"/v1/escrows/{escrow_id}/share"
    for person in (stranger, owner):
        assert refusal(town.client.get(path, headers=person.headers)) == (404, "not-found")
    shares = [person.get(path)["sealed_base64"] for person in custodians]
    assert len(set(shares)) == 3
    acknowledge_all(custodians, escrow_id)
    opening_id = ask(owner, escrow_id)
    answer = town.client.get(f"/v1/openings/{opening_id}", headers=stranger.headers)
    assert refusal(answer) == (403, "forbidden")


def test_a_custodian_says_no_and_why_to_whoever_asked(town, owner, custodians, refusal):
    escrow_id = entrust(town, owner, custodians)
    shares = acknowledge_all(custodians, escrow_id)
    first, second, third = custodians
    opening_id = ask(first, escrow_id)
    path = f"/v1/openings/{opening_id}/refusal"
    for stranger in (town.member(), owner):
        assert refusal(stranger.post(path, {"reason": "no"})) == (403, "forbidden")
    assert second.post(path, {"reason": ""}).json()["field"] == "reason"
    for reason in ("I do not know you", "Come by in person", "Come by in person"):
        second.done(path, {"reason": reason})
    (told,) = opening_of(first, opening_id).refusals
    assert (told.custodian, told.reason) == (second.account, "Come by in person")
    assert opening_of(second, opening_id).refusals == [told]
    for other in (third, owner):
        assert [(one.custodian, one.reason) for one in opening_of(other, opening_id).refusals] == [
            (second.account, None)
        ]
    town.chain.advance(3700)
    kinds = {person.account: kinds_of(person, opening_id) for person in (first, second, third)}
    assert kinds[first.account] == {"contribution-refused", "contribution-asked"}
    assert (kinds[second.account], kinds[third.account]) == (set(), {"contribution-asked"})

    body = contribution_body(second, escrow_id, opening_id, shares[second.account])
    second.done(f"/v1/openings/{opening_id}/contributions", body)
    assert opening_of(first, opening_id).refusals == [], "a contribution is the later word"
    assert "contribution-refused" not in kinds_of(first, opening_id)
    assert refusal(second.post(path, {"reason": "after all no"})) == (409, "conflict")
    third.done(
        f"/v1/openings/{opening_id}/contributions",
        contribution_body(third, escrow_id, opening_id, shares[third.account]),
    )
    assert refusal(first.post(path, {"reason": "too late"})) == (409, "conflict")
    assert refusal(second.post(f"/v1/openings/{to_hex(town.new_id())}/refusal", {"reason": "no"})) == (404, "not-found")


def test_what_was_said_of_an_erased_owners_escrow_is_forgotten(town, owner, custodians):
    escrow_id = entrust(town, owner, custodians)
    acknowledge_all(custodians, escrow_id)
    opening_id = ask(custodians[0], escrow_id)
    custodians[1].done(f"/v1/openings/{opening_id}/refusal", {"reason": "no"})
    assert len(town.bank.escrows.refusals(opening_id)) == 1
    town.bank.escrows.forget_owner(owner.account)
    assert town.bank.escrows.refusals(opening_id) == []


def kinds_of(person, opening_id):
    return {one["kind"] for one in person.get("/v1/inbox")["items"] if one["subject"] == opening_id}


def test_a_veto_ends_an_opening(town, owner, custodians, refusal):
    escrow_id = entrust(town, owner, custodians)
    shares = acknowledge_all(custodians, escrow_id)
    opening_id = ask(custodians[0], escrow_id)
    body = {"veto": signing.veto_opening(owner.signer, opening_id).to_json()}
    other = f"/v1/openings/{to_hex(town.new_id())}/veto"
    assert owner.post(other, body).json()["field"] == "veto.message.opening_id"
    assert owner.done(f"/v1/openings/{opening_id}/veto", body)["repeated"] is False
    assert opening_of(owner, opening_id).state == "vetoed"
    town.chain.advance(3700)
    late = contribution_body(custodians[1], escrow_id, opening_id, shares[custodians[1].account])
    assert refusal(custodians[1].post(f"/v1/openings/{opening_id}/contributions", late)) == (409, "ledger-refused")


def test_escrows_are_checked(town, owner, custodians, refusal, monkeypatch):
    body = deposit_body(town, owner, custodians)
    assert refusal(town.member().post("/v1/escrows", body)) == (403, "forbidden")
    missing = owner.post("/v1/escrows", body | {"shares": body["shares"][:2]})
    assert (refusal(missing), missing.json()["field"]) == ((422, "invalid-input"), "shares")
    first, second = owner.done("/v1/escrows", body), owner.done("/v1/escrows", body)
    assert (first["repeated"], second["repeated"]) == (False, True)
    other = deposit_body(town, owner, custodians)
    monkeypatch.setattr(escrow, "ESCROWS_MAX", 1)
    assert refusal(owner.post("/v1/escrows", other)) == (409, "conflict")
    assert owner.done("/v1/escrows", body)["repeated"] is True
    other["escrow_policy"]["message"]["escrow_id"] = first["id"]
    assert refusal(owner.post("/v1/escrows", other)) == (409, "id-already-used")


def test_an_escrow_kept_but_not_recorded_is_not_shown(mended, owner, custodians, refusal):
    town, body = mended, deposit_body(mended, owner, custodians)
    town.line.cut_before = "eth_sendRawTransaction"
    assert refusal(owner.post("/v1/escrows", body)) == (503, "ledger-unreachable")
    town.line.mend()
    assert owner.get("/v1/escrows")["escrows"] == []
    assert owner.done("/v1/escrows", body)["repeated"] is False
    assert len(owner.get("/v1/escrows")["escrows"]) == 1


def test_openings_are_checked(town, owner, custodians, refusal):
    escrow_id = entrust(town, owner, custodians)
    acknowledge_all(custodians, escrow_id)
    body = opening_body(owner, escrow_id)
    path = f"/v1/escrows/{escrow_id}/openings"
    other_key = custodians[0].encryption_key
    assert (
        owner.post(path, body | {"recipient_key": other_key}).json()["field"]
        == "opening_request.message.recipient_key_hash"
    )
    assert refusal(custodians[0].post(path, body)) == (403, "forbidden")
    elsewhere = f"/v1/escrows/{to_hex(town.new_id())}/openings"
    assert owner.post(elsewhere, body).json()["field"] == "opening_request.message.escrow_id"
    unknown = to_hex(town.new_id())
    answer = owner.post(f"/v1/escrows/{unknown}/openings", opening_body(owner, unknown))
    assert refusal(answer) == (404, "not-found")
    assert [owner.done(path, body)["repeated"] for _ in range(2)] == [False, True]
    assert refusal(owner.post(f"/v1/openings/{unknown}/contributions", {})) == (422, "invalid-input")


def test_a_custodian_contributes_in_its_own_name_only(town, owner, custodians, refusal):
    escrow_id = entrust(town, owner, custodians)
    shares = acknowledge_all(custodians, escrow_id)
    opening_id = ask(owner, escrow_id)
    first, second, _ = custodians
    body = contribution_body(first, escrow_id, opening_id, shares[first.account])
    path = f"/v1/openings/{opening_id}/contributions"
    assert refusal(second.post(path, body)) == (403, "forbidden")
    assert town.bank.escrows.contributions(opening_id) == []
    forged = body | {"contribution": body["contribution"] | {"signature": "0x" + "5a" * 64 + "1b"}}
    assert first.post(path, forged).json()["field"] == "contribution.signature"
    long = first.post(path, body | {"sealed_base64": "AAAA" * 10_000})
    assert (long.json()["field"], long.json()["rule"]) == ("sealed_base64", "must be at most 16384 bytes, not 30000")
    assert refusal(first.post(path, body)) == (409, "ledger-refused")
    assert town.bank.escrows.contributions(opening_id) == [], "what was refused is not kept"
    bent = first.post(path, body | {"sealed_base64": "AAAA"})
    assert bent.json()["field"] == "contribution.message.contribution_hash"
    elsewhere = first.post(f"/v1/openings/{to_hex(town.new_id())}/contributions", body)
    assert elsewhere.json()["field"] == "contribution.message.opening_id"


def contribute(town, custodians, escrow_id, opening_id, shares):
    for person in custodians:
        body = contribution_body(person, escrow_id, opening_id, shares[person.account])
        person.done(f"/v1/openings/{opening_id}/contributions", body)


def test_an_heir_sees_the_escrow_asks_and_reads_the_document(town, owner, custodians, refusal):
    heir, other = town.member(), town.member()
    escrow_id = entrust(town, owner, custodians, delay=0, heir=heir.account)
    shares = acknowledge_all(custodians, escrow_id)
    assert view_of(heir, escrow_id).heir == heir.account
    assert other.get("/v1/escrows")["escrows"] == []
    assert refusal(town.client.get(f"/v1/escrows/{escrow_id}/share", headers=heir.headers)) == (404, "not-found"), (
        "an heir holds no share"
    )
    others = ask(custodians[0], escrow_id)
    opening_id = ask(heir, escrow_id)
    assert view_of(heir, escrow_id).openings == [opening_id], "what others asked for is theirs"
    assert set(view_of(owner, escrow_id).openings) == {others, opening_id}
    contribute(town, custodians[:2], escrow_id, opening_id, shares)
    proven = signing.check_policy(view_of(heir, escrow_id), heir.proven.policy_hash(escrow_id))
    assert signing.recover_document(heir.signer, proven, opening_of(heir, opening_id)) == LETTER
    body = opening_body(other, escrow_id)
    answer = other.post(f"/v1/escrows/{escrow_id}/openings", body)
    assert (refusal(answer), answer.json()["rule"]) == ((409, "ledger-refused"), "neither owner, heir nor custodian")


def test_shares_are_dealt_anew_and_the_old_escrow_ends(town, owner, custodians, refusal):
    newcomer = town.organization("custodian", "Notary")
    newcomer.publish_key()
    heir = town.member()
    escrow_id = entrust(town, owner, custodians, delay=0, heir=heir.account)
    shares = acknowledge_all(custodians, escrow_id)
    first, second, leaving = custodians
    following = [first, second, newcomer]
    view = signing.check_policy(view_of(owner, escrow_id), owner.proven.policy_hash(escrow_id))
    accounts = [one.account for one in following]
    asked = resharing.open_round(owner.signer, view, accounts, 2, [second.account, leaving.account])
    dealt = []
    for person in (leaving, second):
        resharing.check_round(asked, view, person.proven.account(owner.account), town.now)
        chosen = known(town, person, following)
        dealt.append(resharing.deal(person.signer, view, asked, chosen, shares[person.account]))
    draft = resharing.close_round(owner.signer, view, asked, dealt, known(town, owner, following))
    new_id = owner.done("/v1/escrows", body_of(draft))["id"]

    underway = ask(second, escrow_id)
    assert (view_of(owner, escrow_id).state, view_of(owner, new_id).state) == ("active", "created")
    anew = acknowledge_all(following, new_id)
    assert {share.epoch for share in anew.values()} == {1}
    old, new = view_of(owner, escrow_id), view_of(owner, new_id)
    assert (old.state, old.replaced_by, new.state, new.replaces) == ("replaced", new_id, "active", escrow_id)
    assert new.heir == heir.account
    body = contribution_body(second, escrow_id, underway, shares[second.account])
    answer = second.post(f"/v1/openings/{underway}/contributions", body)
    assert (refusal(answer), answer.json()["rule"]) == ((409, "ledger-refused"), "already replaced")
    assert underway not in [one["subject"] for one in second.get("/v1/inbox")["items"]]

    opening_id = ask(heir, new_id)
    contribute(town, [first, newcomer], new_id, opening_id, anew)
    proven = signing.check_policy(view_of(heir, new_id), heir.proven.policy_hash(new_id))
    assert signing.recover_document(heir.signer, proven, opening_of(heir, opening_id)) == LETTER

    back = resharing.open_round(owner.signer, new, [one.account for one in custodians], 3, accounts[:2])
    dealt = [
        resharing.deal(person.signer, new, back, known(town, person, custodians), anew[person.account])
        for person in (first, second)
    ]
    third_id = owner.done(
        "/v1/escrows", body_of(resharing.close_round(owner.signer, new, back, dealt, known(town, owner, custodians)))
    )["id"]
    assert {share.epoch for share in acknowledge_all(custodians, third_id).values()} == {2}
    assert signing.open_own_document(owner.signer, view_of(owner, third_id)) == LETTER


def test_a_round_that_is_not_the_owners_is_refused(town, owner, custodians):
    escrow_id, thief = entrust(town, owner, custodians), town.member()
    shares = acknowledge_all(custodians, escrow_id)
    view = view_of(owner, escrow_id)
    accounts, dealers = [one.account for one in custodians], [one.account for one in custodians[:2]]
    asked = resharing.open_round(owner.signer, view, accounts, 2, dealers)
    proven = custodians[0].proven.account(owner.account)
    others = resharing.open_round(thief.signer, view.model_copy(update={"owner": thief.account}), accounts, 2, dealers)
    for bent in (others, asked.model_copy(update={"custodians": accounts[::-1]})):
        with pytest.raises(EvidenceError, match="did not sign"):
            resharing.check_round(bent, view, proven, town.now)
    with pytest.raises(InputError, match="too old"):
        resharing.check_round(asked, view, proven, asked.until + 1)
    suspension = f"/v1/accounts/{owner.account}"
    town.operator.done(f"{suspension}/suspension", {"reason": "Checked"})
    with pytest.raises(EvidenceError, match="rests, or is suspended"):
        resharing.check_round(asked, view, custodians[0].proven.account(owner.account), town.now)
    town.operator.done(f"{suspension}/reinstatement", {"reason": "Well"})
    resharing.check_round(asked, view, custodians[0].proven.account(owner.account), town.now)
    for word in ("is_resting", "is_suspended"):
        bent = replace(proven, word=replace(proven.word, **{word: True}))
        with pytest.raises(EvidenceError, match="rests, or is suspended"):
            resharing.check_round(asked, view, bent, town.now)
    with pytest.raises(InputError, match="must be 2 of the present"):
        resharing.open_round(owner.signer, view, accounts, 2, accounts)
    with pytest.raises(InputError, match="only its owner"):
        resharing.open_round(thief.signer, view, accounts, 2, dealers)
    chosen, last = known(town, owner, custodians), custodians[2]
    with pytest.raises(InputError, match="did not ask you"):
        resharing.deal(last.signer, view, asked, chosen, shares[last.account])
    one = resharing.deal(custodians[0].signer, view, asked, chosen, shares[custodians[0].account])
    with pytest.raises(EvidenceError):
        resharing.close_round(owner.signer, view, asked, [one], chosen)


def test_entrusted_anew_the_old_escrow_ends_and_its_shares_fit_nothing(town, owner, custodians):
    escrow_id = entrust(town, owner, custodians)
    acknowledge_all(custodians, escrow_id)
    new_id = entrust(town, owner, custodians[:2], replaces=bytes.fromhex(escrow_id[2:]))
    shares = acknowledge_all(custodians[:2], new_id)
    assert view_of(owner, escrow_id).replaced_by == new_id
    assert {share.epoch for share in shares.values()} == {0}
