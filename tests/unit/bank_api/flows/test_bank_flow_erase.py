"""Everything kept for a member is erased by the member's own word; what dies on the way goes on when asked again."""

import json

import pytest

from bank_api.flows import erase
from bank_api.flows.restored import what_is_missing
from bank_api.protocol.erasure import REASON_HASH, SECONDS, erasure_text
from chaincode.bindings import Role
from chaincode.events import Dismissed
from pds_adapter.errors import AccountErasedError, NotARecipientError
from pds_adapter.sealing.envelope import SealedDocument, open_sealed
from tests.postgres import IN_A_FILE
from wallet_cli.signing import giving
from wallet_cli.signing.erasure import erase_everything

URL = "http://testserver"


@pytest.fixture(scope="module")
def scene(town):
    """A survey that asks something sensitive, a partner that had a release of it, and the members in it."""
    survey, partner, board = town.survey(), town.organization("partner"), town.organization("board")
    members = [town.member() for _ in range(8)]
    for place, person in enumerate(members):
        town.answer(person, survey, age=20 + 5 * place, vote=place % 2)
    town.fund(partner, 5_000)
    request_id = town.request(partner, survey, ["age", "vote"])
    town.decide(board, request_id)
    for person in members:
        town.consent(person, request_id, uses_maximum=5)
    made = town.release(request_id)
    assert made.status_code == 201, made.text
    return survey, request_id, partner, members, made.json()["release_id"]


@pytest.fixture
def person(town, scene):
    """Somebody new who answered and consented, with coins and an escrow-free store."""
    survey, request_id, *_ = scene
    one = town.member()
    town.answer(one, survey)
    town.consent(one, request_id, uses_maximum=5)
    return one


def body(person, **changes):
    return erase_everything(person.signer, URL).model_dump() | changes


def sign_off(town, person):
    for consent in person.get("/v1/me/erasure")["consents"]:
        town.withdraw(person, consent)
    coins = person.get("/v1/me/erasure")["coins"]
    if coins:
        sent = giving.send_coins(person.signer, town.operator.account, coins)
        person.done("/v1/coin-transfers", {"coin_transfer": sent.to_json()})


def erased(town, person):
    sign_off(town, person)
    return person.done("/v1/me/erasure", body(person))


def sealed_documents(town, person):
    return [document.content for document in town.bank.pds.export(person.account)]


def raw(town):
    """Every byte that the bank has on its disk."""
    return b"".join(path.read_bytes() for path in sorted(town.folder.rglob("*")) if path.is_file())


def test_it_is_told_first_what_is_signed_destroyed_and_left(town, scene):
    *_, members, release_id = scene
    plan = members[0].get("/v1/me/erasure")
    assert (len(plan["consents"]), plan["documents"], plan["place"], plan["escrows"]) == (1, 1, "house", 0)
    assert plan["coins"] == town.bank.contracts.coin.balance_of(members[0].account) > 0
    assert [one["release_id"] for one in plan["releases"]] == [release_id]
    assert plan["releases"][0]["deletion_due"] > town.now
    assert plan["stays"] == ["ledger", "released", "series", "backups", "word"]


@IN_A_FILE
def test_nothing_that_identifies_or_opens_is_left(town, person):
    [document] = sealed_documents(town, person)
    name = town.bank.directory.person(person.account).name
    secrets = [name.encode(), *(wrap.box for wrap in document.wraps), document.ciphertext]
    assert all(one in raw(town) for one in secrets)
    done = erased(town, person)
    assert (done["documents"], done["wraps"]) == (1, 2)
    assert [one for one in secrets if one in raw(town)] == []
    with pytest.raises(AccountErasedError):
        town.bank.pds.entries(person.account)
    for key in (person.signer.encryption, town.bank.release_key):
        with pytest.raises(NotARecipientError):
            open_sealed(document.erased(), key, b"any")
    assert town.bank.directory.person(person.account) is None


def test_the_ledger_has_it_and_no_coin_is_left(town, person):
    done = erased(town, person)
    [event] = town.bank.index.events_of(person.account, Dismissed)
    assert (event.role, event.reason_hash) == (Role.MEMBER, REASON_HASH)
    assert done["block_number"] == event.position.block_number
    assert town.bank.contracts.coin.balance_of(person.account) == 0
    assert not town.bank.contracts.membership.has_role(person.account, Role.MEMBER)
    assert town.bank.directory.erasure(person.account).erased_at == done["erased_at"]


def test_the_token_is_dead_and_a_login_is_refused_in_a_clear_sentence(town, person, refusal):
    erased(town, person)
    assert refusal(town.client.get("/v1/me", headers=person.headers)) == (401, "not-authenticated")
    challenge = town.post("/v1/session/challenge", {"address": person.account}).json()
    from eth_account.messages import encode_defunct

    signature = person.signer.key.sign_message(encode_defunct(text=challenge["message"])).signature
    answer = town.post("/v1/session", {"message": challenge["message"], "signature": "0x" + bytes(signature).hex()})
    assert refusal(answer) == (403, "erased")
    assert answer.json()["detail"].startswith("everything kept for this account was erased at 20")


def test_the_account_does_not_come_back_by_a_new_invitation(town, person, refusal):
    erased(town, person)
    answer = town.post("/v1/members", town.join_body(person, town.invite("Somebody new")))
    assert refusal(answer) == (403, "erased")


def told(partner):
    """What a partner's inbox says of people who are erased."""
    return [one for one in partner.get("/v1/inbox")["items"] if one["kind"] == "person-erased"]


def test_the_name_leaves_the_history_of_releases_and_the_partner_is_told(town, scene):
    survey, _, partner, members, release_id = scene
    person = members[-1]
    assert told(partner) == []
    assert erased(town, person)["series"] == 1
    [left] = told(partner)
    assert (left["subject"], left["count"], left["name"]) == (release_id, 1, None), "how many, and not who"
    history = town.bank.catalog.release_history(survey.survey_id)
    opened = open_sealed(
        SealedDocument.from_bytes(history.sealed),
        town.bank.release_key,
        f"release-history:{survey.survey_id.removeprefix('0x')}".encode(),
    ).content
    assert person.account.lower() not in opened.decode().lower()


def test_what_only_the_member_can_sign_must_be_done(town, person, refusal):
    answer = person.post("/v1/me/erasure", body(person))
    assert refusal(answer) == (409, "conflict")
    assert answer.json()["detail"].startswith("a consent is still in force")
    [consent] = person.get("/v1/me/erasure")["consents"]
    town.withdraw(person, consent)
    answer = person.post("/v1/me/erasure", body(person))
    assert refusal(answer) == (409, "conflict")
    assert "coins are still yours" in answer.json()["detail"]
    assert len(sealed_documents(town, person)) == 1, "nothing is destroyed before"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"until": 1}, "until"),
        ({"until": 2**40}, "until"),
        ({"signature": "0x" + "5a" * 65}, "signature"),
        ({"signature": "not a signature"}, "signature"),
    ],
)
def test_a_word_that_is_not_of_now_or_not_the_accounts_is_refused_by_name(town, person, refusal, changes, field):
    sign_off(town, person)
    answer = person.post("/v1/me/erasure", body(person, **changes))
    assert refusal(answer) == (422, "invalid-input")
    assert answer.json()["field"] == field


@pytest.mark.parametrize("twist", ["another's key", "another bank", "another account"])
def test_a_word_for_something_else_erases_nothing(town, person, refusal, twist):
    sign_off(town, person)
    other, until = town.member(), town.bank.clock() + SECONDS
    signer = other.signer if twist == "another's key" else person.signer
    account = other.account if twist == "another account" else person.account
    url = "http://elsewhere" if twist == "another bank" else URL
    from chaincode.keys import sign_text

    signature = "0x" + bytes(sign_text(erasure_text(url, account, until), signer.key)).hex()
    answer = person.post("/v1/me/erasure", {"until": until, "signature": signature})
    assert refusal(answer) == (422, "invalid-input")
    assert len(sealed_documents(town, person)) == 1


def test_whoever_holds_an_office_leaves_it_first(town, refusal):
    custodian = town.organization("custodian")
    answer = custodian.post("/v1/me/erasure", body(custodian))
    assert refusal(answer) == (409, "conflict")
    assert "office" in answer.json()["detail"]


def test_a_suspended_member_is_erased_too_and_the_coins_lapse(town, person):
    [consent] = person.get("/v1/me/erasure")["consents"]
    town.withdraw(person, consent)
    town.bank.contracts.membership.suspend(town.bank.transactor, person.account, b"\x01" * 32)
    plan = person.get("/v1/me/erasure")
    assert (plan["coins"], plan["coins_bound"] > 0) == (0, True)
    assert person.done("/v1/me/erasure", body(person))["documents"] == 1


@pytest.mark.parametrize("step", ["forget_owner", "forget_person", "save_erasure", "ledger"])
def test_what_died_on_the_way_goes_on_when_asked_again(mended, person, monkeypatch, step):
    town = mended
    sign_off(town, person)
    if step == "ledger":
        town.line.cut_before = "eth_sendRawTransaction"
        assert person.post("/v1/me/erasure", body(person)).status_code == 503
    else:
        part = town.bank.escrows if step == "forget_owner" else town.bank.directory

        def die(*_words):
            raise RuntimeError("died here")

        monkeypatch.setattr(part, step, die)
        assert person.post("/v1/me/erasure", body(person)).status_code == 500
    monkeypatch.undo()
    town.line.mend()
    person.log_in()
    done = person.done("/v1/me/erasure", body(person))
    assert done["documents"] == 1
    assert town.bank.contracts.membership.roles_of(person.account) == Role(0)
    assert town.bank.directory.person(person.account) is None


def test_a_bank_put_back_from_an_older_copy_erases_again(town, person):
    row = town.bank.directory.person(person.account)
    erased(town, person)
    town.bank.directory.save_person(row)
    assert person.account in erase.erased_accounts(town.bank)
    assert erase.erase_again(town.bank) == [person.account]
    assert town.bank.directory.person(person.account) is None
    assert erase.erase_again(town.bank) == []


def test_an_erased_answer_is_not_called_missing(town, scene, person):
    [answer] = person.get("/v1/me/answers")["answers"]
    erased(town, person)
    missing = what_is_missing(town.bank)
    assert answer["answer_id"] not in missing.answers
    assert person.account not in missing.members


def test_escrows_go_with_all_shares_of_their_keys(town):
    from tests.unit.bank_api.flows.test_bank_flow_escrow import acknowledge_all, entrust

    custodians = [town.organization("custodian") for _ in range(3)]
    for one in custodians:
        one.publish_key()
    owner = town.member()
    escrow_id = entrust(town, owner, custodians)
    acknowledge_all(custodians, escrow_id)
    document = town.bank.escrows.escrow(escrow_id).document
    assert owner.get("/v1/me/erasure")["escrows"] == 1
    assert owner.done("/v1/me/erasure", body(owner))["escrows"] == 1
    assert town.bank.escrows.escrow(escrow_id) is None
    assert custodians[0].get("/v1/escrows")["escrows"] == []
    assert town.bank.escrows.share(escrow_id, custodians[0].account) is None
    assert document not in raw(town)


def test_an_unknown_field_is_refused(town, person, refusal):
    assert refusal(person.post("/v1/me/erasure", json.loads(json.dumps(body(person) | {"more": 1})))) == (
        422,
        "invalid-input",
    )
