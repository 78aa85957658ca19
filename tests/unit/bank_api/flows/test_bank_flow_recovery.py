"""A lost key over the API: guardians carry its recovery, or operator and board; the old key may veto; nobody alone."""

import pytest

from chaincode.ids import text_hash, to_hex
from chaincode.typed_data import EncryptionKey
from wallet_cli.signing import recovery as signing

DAY = 86400


@pytest.fixture
def scene(town):
    """A member with two guardians of three, and its new wallet."""
    town.operator.log_in()
    member, guardians, renewed = town.member(), [town.member() for _ in range(3)], town.newcomer("renewed")
    named = signing.name_guardians(member.signer, [one.account for one in guardians], 2, 600)
    member.done("/v1/guardians", {"guardians": named.to_json()})
    return member, guardians, renewed


def asked(member, renewed, *approvers):
    body = signing.ask_recovery(renewed.signer, member.account, b"\1" * 32)
    for approver in approvers:
        body = signing.approve_recovery(approver.signer, body)
    return body, to_hex(signing.words_of(body).recovery_id)


def sent(body):
    return body.model_dump(mode="json")


def stands(asker, account):
    """The guardians' number and threshold, and how far the latest recovery is."""
    found = asker.get(f"/v1/accounts/{account}/recoveries")
    circle = found["guardians"]
    latest = found["recoveries"][0]["state"] if found["recoveries"] else None
    return len(circle["guardians"]), circle["threshold"], latest


def test_guardians_give_a_member_its_account_back(town, refusal, scene):
    member, guardians, renewed = scene
    assert stands(guardians[0], member.account) == (3, 2, None)
    body, recovery_id = asked(member, renewed, guardians[2], guardians[0])
    alone, _ = asked(member, renewed, guardians[1])
    answer = guardians[1].post("/v1/recoveries", sent(alone))
    assert (refusal(answer), answer.json()["rule"]) == ((409, "ledger-refused"), "approvals too few")
    assert guardians[0].done("/v1/recoveries", sent(body))["id"] == recovery_id
    assert guardians[0].done("/v1/recoveries", sent(body))["repeated"]
    assert [one["kind"] for one in member.get("/v1/me/passbook")["entries"]][-1] == "recovery-begun"
    assert stands(guardians[0], member.account) == (3, 2, "waiting")
    completion = f"/v1/recoveries/{recovery_id}/completion"
    early = town.post(completion, sent(body))
    assert (refusal(early), early.json()["rule"]) == ((409, "ledger-refused"), "delay still runs")
    town.chain.advance(600)
    assert stands(guardians[0], member.account) == (3, 2, "ready")
    assert town.post(completion, sent(body)).status_code == 201
    assert stands(guardians[0], member.account)[2] == "completed"
    unknown = town.client.get(f"/v1/accounts/{town.newcomer().account}/recoveries")
    assert refusal(unknown) == (404, "not-found")
    assert town.post(completion, sent(body)).json()["repeated"]
    assert refusal(town.client.get("/v1/me", headers=member.headers)) == (401, "not-authenticated")
    renewed.log_in()
    me = renewed.get("/v1/me")
    assert (me["account"], me["encryption_key"]) == (member.account, renewed.encryption_key)


def test_a_completion_that_a_stranger_sends_again_puts_no_earlier_key_back(town, scene):
    """Whoever helped has the words, and needs no login to send them: the keys that came since must stay."""
    member, guardians, renewed = scene
    body, recovery_id = asked(member, renewed, *guardians[:2])
    guardians[0].done("/v1/recoveries", sent(body))
    town.chain.advance(600)
    completion = f"/v1/recoveries/{recovery_id}/completion"
    assert town.post(completion, sent(body)).status_code == 201
    renewed.log_in()
    later, signer = town.newcomer().encryption_key, renewed.signer
    words = EncryptionKey(town.new_id(), member.account, text_hash(later), signer.sequence(), signer.deadline())
    renewed.done("/v1/encryption-keys", {"encryption_key": signer.sign(words).to_json(), "public_key": later})
    assert renewed.get("/v1/me")["encryption_key"] == later
    assert town.post(completion, sent(body)).json()["repeated"]
    assert renewed.get("/v1/me")["encryption_key"] == later


def test_the_old_key_stops_it(town, refusal, scene):
    member, guardians, renewed = scene
    body, recovery_id = asked(member, renewed, *guardians[:2])
    guardians[0].done("/v1/recoveries", sent(body))
    assert recovery_id in [
        one["subject"] for one in member.get("/v1/inbox")["items"] if one["kind"] == "recovery-asked"
    ]
    veto = {"recovery_veto": signing.veto_recovery(member.signer, recovery_id).to_json()}
    member.done(f"/v1/recoveries/{recovery_id}/veto", veto)
    town.chain.advance(600)
    answer = town.post(f"/v1/recoveries/{recovery_id}/completion", sent(body))
    assert (refusal(answer), answer.json()["rule"]) == ((409, "ledger-refused"), "nothing pending")
    assert member.get("/v1/me")["key"] == member.account
    assert stands(member, member.account)[2] == "vetoed"


def test_the_inbox_offers_no_veto_that_the_record_refuses(town, refusal, scene):
    """Where every guardian approved the contract takes none, and the inbox says so."""
    member, guardians, renewed = scene
    body, recovery_id = asked(member, renewed, *guardians)
    guardians[0].done("/v1/recoveries", sent(body))
    [told] = [one for one in member.get("/v1/inbox")["items"] if one["subject"] == recovery_id]
    assert told["kind"] == "recovery-certain"
    veto = {"recovery_veto": signing.veto_recovery(member.signer, recovery_id).to_json()}
    answer = member.post(f"/v1/recoveries/{recovery_id}/veto", veto)
    assert refusal(answer) == (409, "ledger-refused")


def test_the_operator_is_no_member_and_no_guardian(town, refusal, scene):
    """The operator has the bank, its keys and its database; it still cannot become anybody."""
    member, guardians, renewed = scene
    unguarded, board = town.member(), town.bank.contracts.membership.board_size()
    body, _ = asked(member, renewed, town.operator)
    for path in ("/v1/recoveries", "/v1/operator/recoveries"):
        answer = town.operator.post(path, sent(body))
        assert (refusal(answer), answer.json()["rule"]) == ((409, "ledger-refused"), "approvals too few")
    body, _ = asked(unguarded, renewed, town.operator)
    answer = town.operator.post("/v1/operator/recoveries", sent(body))
    assert (refusal(answer), answer.json()["rule"]) == ((409, "ledger-refused"), "approvals too few")
    assert board == town.bank.contracts.membership.board_size()
    assert refusal(guardians[0].post("/v1/recoveries", sent(body))) == (403, "forbidden")
    assert refusal(guardians[0].post("/v1/operator/recoveries", sent(body))) == (403, "forbidden")


def test_operator_and_board_recover_who_named_nobody(town, refusal):
    town.operator.log_in()
    member, renewed, board = town.member(), town.newcomer("renewed"), town.organization("board")
    body, recovery_id = asked(member, renewed, board)
    town.operator.done("/v1/operator/recoveries", sent(body))
    assert refusal(town.client.get("/v1/me/requests", headers=member.headers)) == (403, "forbidden")
    town.chain.advance(7 * DAY)
    assert town.post(f"/v1/recoveries/{recovery_id}/completion", sent(body)).status_code == 201
    renewed.log_in()


def test_recoveries_are_refused_by_field(town, scene):
    member, guardians, renewed = scene
    body, _ = asked(member, renewed, *guardians[:2])

    def field(path="/v1/recoveries", **changes):
        return guardians[0].post(path, sent(body) | changes).json()["field"]

    key = "recovery.message.encryption_key_hash"
    assert field(encryption_key=member.encryption_key) == key
    signature = signing.approve_recovery(member.signer, body).approvals[-1]
    assert field(recovery=sent(body)["recovery"] | {"signature": signature}) == "recovery.signature"
    stranger = signing.approve_recovery(renewed.signer, body).approvals[-1]
    assert field(approvals=[body.approvals[0], stranger]) == "approvals[1]"
    other = f"/v1/recoveries/{to_hex(town.new_id())}/completion"
    assert field(other) == "recovery.message.recovery_id"
