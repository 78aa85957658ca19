"""Joining: one invitation for one person, and a crash between ledger and directory leaves nobody outside."""

import pytest

from bank_api.protocol.registration import registered_code
from pds_adapter.sealing.keys import KeyPair


def join(town, body):
    return town.post("/v1/members", body)


def test_an_invited_person_becomes_a_member(town):
    person, code = town.newcomer(), town.invite("Hanako")
    answer = join(town, town.join_body(person, code))
    assert answer.status_code == 201
    assert (answer.json()["account"], answer.json()["repeated"]) == (person.account, False)
    person.log_in()
    me = person.get("/v1/me")
    assert (me["name"], me["roles"], me["coins"], me["key"]) == ("Hanako", ["member"], 0, person.account)
    assert me["encryption_key"] == person.encryption_key


def test_the_same_join_again_is_the_same_success(town):
    person, code = town.newcomer(), town.invite()
    body = town.join_body(person, code)
    first, second = join(town, body).json(), join(town, body).json()
    assert (first["id"], first["repeated"], second["repeated"]) == (second["id"], False, True)


def test_an_unknown_invitation_is_refused(town, refusal):
    person = town.newcomer()
    answer = join(town, town.join_body(person, "never-given-out"))
    assert refusal(answer) == (403, "forbidden")
    assert "never-given-out" not in answer.text
    assert town.bank.contracts.membership.roles_of(person.account) == 0


def test_an_invitation_works_once(town, refusal):
    code = town.invite()
    assert join(town, town.join_body(town.newcomer(), code)).status_code == 201
    late = town.newcomer()
    assert refusal(join(town, town.join_body(late, code))) == (409, "conflict")
    assert town.bank.contracts.membership.roles_of(late.account) == 0


def test_a_code_is_looked_at_before_anything_is_signed(town, refusal):
    """What it says is what joining says; asking takes nothing away."""
    person, code = town.newcomer(), town.invite()

    def ask(**body):
        return town.post("/v1/invitations/check", body)

    assert [ask(invitation=code).status_code for _ in range(2)] == [204, 204]
    assert refusal(ask(invitation=code[:-1])) == (403, "forbidden")
    assert code[:-1] not in ask(invitation=code[:-1]).text
    joined = join(town, town.join_body(person, code))
    assert joined.status_code == 201
    assert refusal(ask(invitation=code)) == (409, "conflict")
    assert ask(invitation=code, account=person.account).status_code == 422, "nobody learns whose account a code became"
    late = join(town, town.join_body(town.newcomer(), code))
    assert ask(invitation=code).json()["message"] == late.json()["message"]
    assert ask(invitation="").status_code == 422
    somebody = registered_code(town.newcomer().account)
    assert ask(invitation=somebody).status_code == 204, "nor who asked to become a member: it is said of everybody"


def test_a_refused_join_gives_the_invitation_back(town, refusal):
    person, code = town.newcomer(), town.invite()
    body = town.join_body(person, code)
    stranger = town.join_body(town.newcomer(), code)
    wrong = {**body, "join": {**body["join"], "signature": stranger["join"]["signature"]}}
    assert refusal(join(town, wrong)) == (403, "ledger-refused")
    assert join(town, stranger).status_code == 201


def test_a_second_invitation_does_not_rename_a_member(town, refusal):
    person, other = town.newcomer(), town.invite("Somebody else")
    body = town.join_body(person, town.invite("Hanako"))
    assert join(town, body).status_code == 201
    assert refusal(join(town, {**body, "invitation": other})) == (409, "conflict")
    person.log_in()
    assert person.get("/v1/me")["name"] == "Hanako"
    assert join(town, town.join_body(town.newcomer(), other)).status_code == 201


def test_who_holds_an_office_of_the_bank_is_no_member_of_it(town, refusal):
    guardian = town.organization("custodian", "Guardian")
    answer = join(town, town.join_body(guardian, town.invite("ignored")))
    assert (refusal(answer), answer.json()["rule"]) == ((409, "ledger-refused"), "roles exclude each other")
    assert guardian.get("/v1/me")["roles"] == ["custodian"]


@pytest.mark.parametrize(("field", "value"), [("statement", "I agree to anything"), ("terms_hash", "0x" + "77" * 32)])
def test_other_terms_are_refused(town, refusal, field, value):
    person, code = town.newcomer(), town.invite()
    body = town.join_body(person, code)
    body["join"]["message"][field] = value
    answer = join(town, body)
    assert refusal(answer) == (422, "invalid-input")
    assert answer.json()["field"] == "join.message.terms_hash"


def test_another_encryption_key_than_the_signed_one_is_refused(town, refusal):
    person, code = town.newcomer(), town.invite()
    other = KeyPair.from_seed(b"\x01" * 32).public.to_hex()
    answer = join(town, town.join_body(person, code) | {"encryption_key": other})
    assert refusal(answer) == (422, "invalid-input")
    assert answer.json()["field"] == "join.message.encryption_key_hash"


def test_a_malformed_encryption_key_is_refused(town, refusal):
    answer = join(town, town.join_body(town.newcomer(), town.invite()) | {"encryption_key": "0x00"})
    assert refusal(answer) == (422, "invalid-input")
    assert (answer.json()["field"], answer.json()["rule"]) == (
        "encryption_key",
        "must be 0x and 64 lower-case hex digits",
    )


# ---- crashes ----


def test_ledger_written_directory_not_then_repeated(mended, refusal):
    town = mended
    person, code = town.newcomer(), town.invite("Hanako")
    body = town.join_body(person, code)
    town.line.cut_after = "eth_sendRawTransaction"
    assert refusal(join(town, body)) == (503, "ledger-unreachable")
    assert town.bank.directory.person(person.account) is None
    town.line.mend()
    answer = join(town, body)
    assert (answer.status_code, answer.json()["repeated"]) == (201, True)
    person.log_in()
    assert person.get("/v1/me")["name"] == "Hanako"


def test_who_lost_the_first_join_signs_a_new_one_and_gets_in(mended, refusal):
    town = mended
    person, code = town.newcomer(), town.invite("Hanako")
    town.line.cut_after = "eth_sendRawTransaction"
    assert refusal(join(town, town.join_body(person, code))) == (503, "ledger-unreachable")
    town.line.mend()
    answer = join(town, town.join_body(person, code))
    assert (answer.status_code, answer.json()["repeated"]) == (201, True)
    person.log_in()
    assert person.get("/v1/me")["roles"] == ["member"]


def test_nobody_else_gets_in_on_a_join_that_died(mended, refusal):
    """The contract calls the account a member without looking at who signed; the bank looks."""
    town = mended
    person, thief = town.newcomer(), town.newcomer()
    town.line.cut_after = "eth_sendRawTransaction"
    join(town, town.join_body(person, town.invite("Hanako")))
    town.line.mend()
    forged = town.join_body(person, town.invite("Thief"))
    forged["join"]["signature"] = town.join_body(thief, "x" * 12)["join"]["signature"]
    assert refusal(join(town, forged)) == (409, "ledger-refused")
    assert town.bank.directory.person(person.account) is None


def test_nothing_reached_the_ledger_then_repeated(mended, refusal):
    town = mended
    person, code = town.newcomer(), town.invite()
    body = town.join_body(person, code)
    town.line.cut_before = "eth_sendRawTransaction"
    assert refusal(join(town, body)) == (503, "ledger-unreachable")
    town.line.mend()
    assert join(town, body).json()["repeated"] is False


# ---- invitations and organizations ----


def test_inviting_again_adds_nothing(town):
    one = {"code": "a-code-of-enough-length", "name": "A", "email": None}
    two = {"code": "another-code-as-long", "name": "B", "email": "b@example.org"}
    assert town.operator.done("/v1/invitations", {"invitations": [one]}) == {"created": 1, "existing": 0}
    assert town.operator.done("/v1/invitations", {"invitations": [one, two, two]}) == {"created": 1, "existing": 2}


def test_only_the_operator_invites(town, refusal):
    member = town.member()
    body = {"invitations": [{"code": "a-code-of-my-own", "name": "A"}]}
    assert refusal(member.post("/v1/invitations", body)) == (403, "forbidden")


def test_an_organization_is_enrolled_once_and_again_alike(town):
    cafe = town.organization("partner", "Komorebi")
    body = {"account": cafe.account, "role": "partner", "name": "Komorebi", "encryption_key": cafe.encryption_key}
    assert town.operator.done("/v1/organizations", body)["repeated"] is True
    assert cafe.get("/v1/me")["roles"] == ["partner"]


def test_a_shop_keeps_its_partner_when_it_gets_another_role(town):
    cafe = town.organization("partner")
    shop = town.organization("shop", parent=cafe)
    body = {"account": shop.account, "role": "custodian", "name": shop.name, "encryption_key": shop.encryption_key}
    town.operator.done("/v1/organizations", body)
    row = town.bank.directory.person(shop.account)
    assert (row.parent, row.roles) == (cafe.account, "custodian,shop")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"role": "king"}, "role"),
        ({"role": "member"}, "role"),
        ({"role": "shop"}, "parent"),
        ({"encryption_key": None}, "encryption_key"),
        ({"encryption_key": "0x12"}, "encryption_key"),
        ({"account": "0x12"}, "account"),
        ({"role": "shop", "parent": "0x12"}, "parent"),
    ],
)
def test_enrolling_refuses(town, refusal, changes, field):
    newcomer = town.newcomer()
    body = {"account": newcomer.account, "role": "partner", "name": "P", "encryption_key": newcomer.encryption_key}
    answer = town.operator.post("/v1/organizations", body | changes)
    assert refusal(answer) == (422, "invalid-input")
    assert answer.json()["field"] == field
    assert town.bank.directory.person(newcomer.account) is None


def test_enrolling_under_another_name_is_a_conflict(town, refusal):
    cafe = town.organization("partner", "Komorebi")
    body = {"account": cafe.account, "role": "partner", "name": "Other", "encryption_key": cafe.encryption_key}
    assert refusal(town.operator.post("/v1/organizations", body)) == (409, "conflict")
