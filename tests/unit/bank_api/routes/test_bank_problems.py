"""Every error of the bank, and of what it stands on, becomes one RFC 9457 problem that helps and gives nothing away."""

import json
import logging
import re
import sys

import pytest
from eth_account.messages import encode_defunct
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bank_api import errors
from bank_api.protocol.messages import Catalogue
from bank_api.protocol.messages.said import said, said_from_json
from bank_api.protocol.order import HEADER, order_text
from bank_api.routes import problems
from chaincode.errors import ContractRefusedError, LedgerRefusedError, LedgerUnavailableError, MessageError
from pds_adapter.errors import AccountErasedError, CanonicalFormError, StoreUnavailableError


@pytest.fixture
def answer_to():
    """The response of an application in which a route raises this."""

    def make(error):
        app = FastAPI()
        problems.install(app)

        @app.get("/v1/thing")
        def thing():
            raise error

        return TestClient(app, raise_server_exceptions=False).get("/v1/thing")

    return make


def kinds(root):
    return [root, *(kind for child in root.__subclasses__() for kind in kinds(child))]


MADE = {
    errors.InvalidInputError: lambda: errors.InvalidInputError("coins", "must be 5", hint="count again"),
    errors.NotFoundError: lambda: errors.NotFoundError("survey", "0x12"),
    errors.LedgerRefusedError: lambda: errors.LedgerRefusedError("consent: items not covered"),
    errors.ErasedError: lambda: errors.ErasedError(1_795_000_000),
    errors.BoardMustOpenError: lambda: errors.BoardMustOpenError("0x" + "12" * 32, 3, 1),
    errors.TooManyRequestsError: lambda: errors.TooManyRequestsError(1.5),
}
STATUS = {
    "BankError": (500, "bank-error"),
    "InvalidInputError": (422, "invalid-input"),
    "NotFoundError": (404, "not-found"),
    "ForbiddenError": (403, "forbidden"),
    "ErasedError": (403, "erased"),
    "NotAuthenticatedError": (401, "not-authenticated"),
    "ConflictError": (409, "conflict"),
    "IdAlreadyUsedError": (409, "id-already-used"),
    "QuotaExhaustedError": (409, "quota-exhausted"),
    "BoardMustOpenError": (409, "board-must-open"),
    "LedgerRefusedError": (409, "ledger-refused"),
    "ReleaseNotPossibleError": (409, "release-not-possible"),
    "TooManyRequestsError": (429, "too-many-requests"),
    "LedgerUnreachableError": (503, "ledger-unreachable"),
    "NodeRefusedError": (503, "ledger-node-refused"),
    "StoreDownError": (503, "store-unavailable"),
    "DatabaseDownError": (503, "database-unavailable"),
}


@pytest.mark.parametrize("kind", kinds(errors.BankError), ids=lambda kind: kind.__name__)
def test_every_error_of_the_bank_is_a_problem(answer_to, refusal, kind):
    error = MADE.get(kind, kind)()
    answer = answer_to(error)
    assert refusal(answer) == STATUS[kind.__name__]
    body = answer.json()
    assert body["detail"] == error.detail
    assert body["title"]
    assert "\n" not in body["title"]
    assert body.get("hint") == error.hint
    for name, value in error.members.items():
        assert body[name] == value


def test_the_tree_in_the_docstring_is_the_tree():
    for kind in kinds(errors.BankError):
        if kind is not errors.IdAlreadyUsedError:
            assert kind.__name__ in errors.__doc__


def test_every_error_says_something_by_itself():
    for kind in kinds(errors.BankError):
        assert (kind.__doc__ or "").strip(), kind.__name__
    assert str(errors.IdAlreadyUsedError()) == "This id stands for something else already."


def test_a_field_and_its_rule(answer_to):
    body = answer_to(errors.InvalidInputError("values.age", "must be from 0 to 9", hint="look again")).json()
    assert (body["field"], body["rule"], body["hint"]) == ("values.age", "must be from 0 to 9", "look again")


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("survey: already answered", 409),
        ("membership: signer may not act", 403),
        ("membership: account suspended", 403),
        ("membership: account not enrolled", 403),
        ("membership: role missing", 403),
        ("membership: not the operator", 403),
        ("coupon: not the issuer's shop", 403),
        ("consent: deadline passed", 422),
        ("consent: signature malformed", 422),
        ("said without a colon", 409),
    ],
)
def test_a_contracts_refusal_keeps_its_words(answer_to, reason, status):
    answer = answer_to(errors.LedgerRefusedError(reason))
    assert answer.status_code == status
    body = answer.json()
    assert body["detail"] == reason
    assert body["contract"] == reason.partition(": ")[0]
    assert body["rule"] == (reason.partition(": ")[2] or reason)


@pytest.mark.parametrize("rule", sorted(problems.HINTS))
def test_common_refusals_carry_a_hint(answer_to, rule):
    body = answer_to(errors.LedgerRefusedError(f"any: {rule}")).json()
    assert body["hint"] == str(problems.HINTS[rule])
    assert said_from_json(body["advice"]) == problems.HINTS[rule], "so that the wallet may say it in its own language"


def test_what_is_refused_is_said_by_its_message_as_well(answer_to):
    """The English detail is for whoever reads the API; a client puts the message in its reader's words."""
    body = answer_to(errors.InvalidInputError("age", said("rule-from-to", low="18", high="99"))).json()
    assert (body["detail"], body["rule"]) == ("age: must be from 18 to 99", "must be from 18 to 99")
    assert said_from_json(body["message"]).told(Catalogue("ja")) == "age: 18 から 99 まででなければなりません"
    plain = answer_to(errors.InvalidInputError("age", "somebody else's words")).json()
    assert plain["rule"] == "somebody else's words"
    assert said_from_json(plain["message"]).told(Catalogue("ja")) == "age: (英語で)somebody else's words"
    assert said_from_json(plain["message"]).told(Catalogue("en")) == "age: somebody else's words"


@pytest.mark.parametrize(
    ("error", "expected", "members"),
    [
        (
            MessageError("deadline", "must be 64 bits"),
            (422, "invalid-input"),
            {"field": "deadline", "rule": "must be 64 bits"},
        ),
        (
            ContractRefusedError("disclosure", "request not approved"),
            (409, "ledger-refused"),
            {"contract": "disclosure", "rule": "request not approved", "detail": "disclosure: request not approved"},
        ),
        (ContractRefusedError("membership", "not the operator"), (403, "ledger-refused"), {}),
        (
            LedgerUnavailableError("no answer"),
            (503, "ledger-unreachable"),
            {"hint": str(errors.LedgerUnreachableError.advice)},
        ),
        (
            LedgerRefusedError(-32000, "the ledger cannot seal: the disk is full"),
            (503, "ledger-node-refused"),
            {"detail": "the ledger refused (-32000): the ledger cannot seal: the disk is full"},
        ),
        (StoreUnavailableError("pds.sqlite3", "disk full"), (503, "store-unavailable"), {}),
        (AccountErasedError("0xA", 5), (409, "conflict"), {}),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogate"), (422, "invalid-input"), {"field": "body"}),
        (CanonicalFormError("$.values", "secret"), (422, "invalid-input"), {"field": "body"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_errors_of_what_the_bank_stands_on_are_translated(answer_to, refusal, error, expected, members):
    answer = answer_to(error)
    assert refusal(answer) == expected
    assert members.items() <= answer.json().items()


@pytest.mark.parametrize(
    "error", [RuntimeError("secret detail"), KeyError("secret detail"), ZeroDivisionError("secret detail")]
)
def test_our_own_faults_say_that_they_are_ours_and_nothing_more(answer_to, refusal, error):
    answer = answer_to(error)
    assert refusal(answer) == (500, "fault")
    assert "secret detail" not in answer.text
    assert type(error).__name__ not in answer.text
    assert "Traceback" not in answer.text
    assert answer.json()["detail"] == "GET /v1/thing met a fault of the bank; its log says more"
    assert "safe" in answer.json()["hint"] or "twice" in answer.json()["hint"]


def test_unset_members_are_left_out():
    assert b"hint" not in problems.problem(409, "conflict", "Conflict", "no", hint=None).body


# ---- in the real application ----


def test_an_unknown_route_is_a_problem(town, refusal):
    assert refusal(town.client.get("/v1/nothing/here"))[0] == 404


def test_a_wrong_method_is_a_problem(town, refusal):
    assert refusal(town.client.delete("/v1/surveys"))[0] == 405


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "address"),
        ({"address": 5}, "address"),
        ({"address": "0x12"}, "address"),
        ({"address": "0x" + "1" * 40, "more": 1}, "more"),
        ([], "body"),
        ("text", "body"),
    ],
)
def test_a_body_of_the_wrong_shape_names_its_field(town, refusal, body, field):
    answer = town.client.post("/v1/session/challenge", json=body)
    assert refusal(answer) == (422, "invalid-input")
    assert answer.json()["field"] == field
    assert answer.json()["rule"]


@pytest.mark.parametrize("content", [b"{", b"", b"\xff", b'{"address": NaN}'])
def test_what_is_no_json_is_a_problem(town, refusal, content):
    answer = town.client.post("/v1/session/challenge", content=content, headers={"Content-Type": "application/json"})
    assert refusal(answer)[0] in (400, 422)


def test_a_path_that_is_no_id_is_a_problem(town, refusal):
    answer = town.client.get("/v1/surveys/12")
    assert refusal(answer) == (422, "invalid-input")
    assert answer.json()["field"] == "survey_id"


def test_a_fault_of_a_real_route_gives_nothing_away(town, refusal, monkeypatch, caplog):
    def breaks(_account):
        raise RuntimeError("a secret detail")

    member = town.member()
    monkeypatch.setattr(town.bank.directory, "person", breaks)
    with caplog.at_level(logging.DEBUG):
        answer = town.client.get("/v1/me", headers=member.headers)
    assert refusal(answer) == (500, "fault")
    assert "a secret detail" not in answer.text


def test_a_ledger_that_is_gone_is_said_with_what_to_do(mended, refusal):
    mended.line.cut_before = "eth_blockNumber"
    answer = mended.client.get("/v1/health")
    assert refusal(answer) == (503, "ledger-unreachable")
    assert "send the same request again" in answer.json()["hint"]


# ---- who may call ----


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/me"),
        ("GET", "/v1/requests"),
        ("GET", "/v1/operator/summary"),
        ("GET", "/v1/escrows"),
        ("POST", "/v1/invitations"),
    ],
)
def test_who_is_not_logged_in_is_told_how(town, refusal, method, path):
    for headers in ({}, {"Authorization": "Bearer invented"}, {"Authorization": "Basic abc"}):
        answer = town.client.request(method, path, headers=headers, json={} if method == "POST" else None)
        assert refusal(answer) == (401, "not-authenticated")
        assert "POST /v1/session/challenge" in answer.json()["hint"]
        assert "invented" not in answer.text


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/v1/operator/summary", "operator"),
        ("/v1/partner/summary", "partner"),
        ("/v1/shop/redemptions", "shop"),
    ],
)
def test_a_role_is_needed_and_named(town, refusal, path, role):
    answer = town.client.get(path, headers=town.member().headers)
    assert refusal(answer) == (403, "forbidden")
    assert answer.json()["detail"] == f"this needs the role {role}"
    told = said_from_json(answer.json()["message"]).told(Catalogue("ja"))
    assert role not in told, "in Japanese the role, too"
    assert told.endswith("の役割が必要です")
    assert answer.json()["hint"] == "you are logged in as member"


def test_text_that_utf_8_cannot_spell_is_a_problem(town, refusal):
    survey = town.survey_body()
    for field in ("title", "description"):
        content = json.dumps(survey | {field: "half \ud800"})
        headers = town.operator.headers | {"Content-Type": "application/json"}
        until = town.bank.clock() + 60
        text = order_text("http://testserver", town.operator.account, "POST", "/v1/surveys", content.encode(), until)
        signature = town.operator.signer.key.sign_message(encode_defunct(text=text)).signature
        headers[HEADER] = f"{until}.0x{bytes(signature).hex()}"
        answer = town.client.post("/v1/surveys", content=content, headers=headers)
        assert refusal(answer) == (422, "invalid-input")
        assert (answer.json()["field"], answer.json()["rule"]) == (field, "must be text that UTF-8 can carry")


def test_logging_out_without_a_session_is_refused(town, refusal):
    assert refusal(town.client.delete("/v1/session")) == (401, "not-authenticated")


def test_logging_out_ends_the_session(town, refusal):
    member = town.member()
    assert town.client.delete("/v1/session", headers=member.headers).status_code == 204
    assert refusal(town.client.get("/v1/me", headers=member.headers)) == (401, "not-authenticated")


def test_logging_out_everywhere_ends_every_session_of_the_key_and_nobody_elses(town, refusal):
    member, other = town.member(), town.member()
    first = member.headers
    member.log_in()
    assert town.client.delete("/v1/session?everywhere=true", headers=member.headers).status_code == 204
    for headers in (first, member.headers):
        assert refusal(town.client.get("/v1/me", headers=headers)) == (401, "not-authenticated")
    assert other.get("/v1/me")["account"] == other.account
    assert refusal(town.client.delete("/v1/session?everywhere=true", headers={})) == (401, "not-authenticated")


def test_health_and_about(town):
    health = town.client.get("/v1/health").json()
    assert health["status"] == "ok"
    assert health["ledger"] == {"reachable": True, "block_number": town.bank.head()}
    about = town.client.get("/v1/bank").json()
    assert about["terms"]["hash"] == "0x" + town.bank.contracts.membership.terms_hash().hex()
    assert about["release_public_key"] == town.bank.release_key.public.to_hex()
    assert about["operator"] == town.operator.account
    assert town.bank.release_key.secret.hex() not in str(about)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b'{"coins":' * 2_000, "nests too deeply"),
        (b'{"coins":' + b"1" * 5_000 + b"}", "cannot be read as JSON.*4300 digits"),
        (b'{"coins":"\xff"}', "cannot be read as JSON"),
        (b'{"coins":', "is not JSON"),
    ],
    ids=["nested", "a number without end", "no UTF-8", "no JSON"],
)
def test_a_body_that_cannot_be_read_is_refused_as_a_body(body, rule):
    """The framework says of most of them that there was an error, of none what it was."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(1_500)  # as far as the bank lets it nest, whatever a library raised it to
    app = FastAPI()
    problems.install(app)

    @app.post("/v1/thing")
    def thing(given: dict[str, int]):
        return given

    try:
        answer = TestClient(app).post("/v1/thing", content=body, headers={"Content-Type": "application/json"})
    finally:
        sys.setrecursionlimit(limit)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "invalid-input", "body")
    assert re.search(rule, answer.json()["detail"])
