"""Every typed method asks the route that the API promises, with the body it promises."""

import httpx
import pytest

from bank_api.protocol.documents.survey import Question, Survey
from bank_api.protocol.shapes.bank import Login
from chaincode.ids import to_hex
from pds_adapter.sealing.keys import KeyPair
from wallet_cli.bank_client import BankClient, Invitation, Organization
from wallet_cli.errors import BankAnswerError
from wallet_cli.signing.escrow import KnownCustodian, entrust_document
from wallet_cli.signing.member import withdraw_consent

ID = "0x" + "5a" * 32
ACCOUNT = "0x" + "11" * 20
RELEASE = {
    "release_id": ID, "request_id": ID, "partner": ACCOUNT, "recipient": "R", "purpose": "P", "rows": 7,
    "suppressed": 0, "k": 7, "legal_class": 1, "payload_root": ID, "method_hash": ID, "time": 9,
}  # fmt: skip
RECEIPT = {
    "id": ID, "block_number": 7, "transaction_hash": "0x02", "account": ACCOUNT, "coins": 3, "content_hash": ID,
    **RELEASE,
}  # fmt: skip
LOGIN = {"token": "t", "account": ACCOUNT, "roles": [], "expires_at": 9}
SURVEY = {
    "survey_id": ID, "title": "S", "description": "d", "language": "en", "questions": [], "base_coins": 1,
    "budget_coins": 9, "opens_at": 0, "closes_at": 9, "content_hash": ID, "state": "open", "budget_left": 0,
}  # fmt: skip
DRAFT = Survey(
    survey_id=ID, title="S", description="d", language="en", base_coins=1, budget_coins=9, opens_at=0, closes_at=9,
    questions=[Question(key="age", label="Age", kind="number", minimum=0, maximum=9, role="harmless", required=True,
                        coins=1)],
)  # fmt: skip
COUNTED = ("members", "answers", "requests", "releases", "coupons_issued", "coupons_redeemed", "escrows")
BOOKS = dict.fromkeys((*COUNTED, "escrows_opened"), 1) | {"consents": {"given": 1}, "coins": {"supply": 5}}
HEALTH = {
    **{"time": 1, "trouble": ["disk-low"], "nodes": [{"name": "a:1", "block_number": None}], "block_time": 1},
    **{"index_block": 1, "silent_seconds": 0, "disk": {"free_bytes": 1, "whole_bytes": 99}, "rotation": None},
    "requests": dict.fromkeys(("since", "answered", "faults", "too_many", "batches", "batches_failed"), 1),
    "stores": [{"name": "own", "people": 2, "silent": 1}],
    "notices": dict.fromkeys(("waiting", "given_up", "webhooks", "webhooks_stopped"), 0),
}
ASKED = {
    **dict.fromkeys(("request_id", "contract_hash", "contract_salt", "survey_id", "partner"), ID),
    **dict.fromkeys(("recipient", "purpose", "state"), "x"),
    **{"items": ["age"], "item_labels": ["Age"], "words": {}, "come_and_go": True},
    **dict.fromkeys(("purpose_code", "item_mask", "legal_class", "k_minimum", "l_minimum", "t_percent"), 1),
    **dict.fromkeys(("persons_maximum", "coins_base", "coins_per_item", "valid_until", "retention_days"), 1),
}
READS = [
    (lambda c: c.public.health(), "/v1/health", {"status": "ok", "ledger": {}, "time": 1}),
    (lambda c: c.public.surveys(), "/v1/surveys", {"surveys": [SURVEY]}),
    (lambda c: c.public.survey(ID), f"/v1/surveys/{ID}", SURVEY),
    (lambda c: c.public.coupon_classes(), "/v1/coupon-classes", {"coupon_classes": []}),
    (lambda c: c.member.answers(), "/v1/me/answers", {"answers": []}),
    (lambda c: c.member.documents(), "/v1/me/documents", {"documents": []}),
    (lambda c: c.member.consents(), "/v1/me/consents", {"consents": []}),
    (lambda c: c.member.passbook(), "/v1/me/passbook", {"coins": 0, "entries": []}),
    (lambda c: c.member.coupons(), "/v1/me/coupons", {"coupons": []}),
    (lambda c: c.member.releases(), "/v1/me/releases", {"releases": []}),
    (lambda c: c.partner.requests(), "/v1/requests", {"requests": []}),
    (lambda c: c.partner.request(ID), f"/v1/requests/{ID}", ASKED),
    (lambda c: c.board.request(ID), f"/v1/requests/{ID}", ASKED),
    (lambda c: c.partner.releases(), "/v1/releases", {"releases": []}),
    (
        lambda c: c.partner.payload(ID),
        f"/v1/releases/{ID}/payload",
        {"release_id": ID, "sealed_base64": "", "payload_root": ID},
    ),
    (
        lambda c: c.partner.summary(),
        "/v1/partner/summary",
        {"coins": 1, "locked": 0, "releases": 2, "redemptions": {"Tea": 3}},
    ),
    (lambda c: c.shop.redemptions(), "/v1/shop/redemptions", {"redemptions": []}),
    (lambda c: c.board.requests(), "/v1/requests", {"requests": []}),
    (lambda c: c.operator.summary(), "/v1/operator/summary", BOOKS),
    (lambda c: c.operator.health(), "/v1/operator/health", HEALTH),
    (lambda c: c.escrow.custodians(), "/v1/custodians", {"custodians": []}),
    (lambda c: c.escrow.escrows(), "/v1/escrows", {"escrows": []}),
    (
        lambda c: c.escrow.share(ID),
        f"/v1/escrows/{ID}/share",
        {"sealed_base64": "", "commitments_base64": ""},
    ),
]
WRITES = [
    (
        lambda c: c.operator.enroll(Organization(account=ACCOUNT, role="board", name="B")),
        "/v1/organizations",
        {"account": ACCOUNT, "role": "board", "name": "B"},
    ),
    (lambda c: c.operator.close_survey(ID), f"/v1/surveys/{ID}/closure", {}),
    (lambda c: c.operator.top_up(ID, ID, 7), f"/v1/surveys/{ID}/budget", {"top_up_id": ID, "coins": 7}),
    (
        lambda c: c.operator.sell_coins(ACCOUNT, ID, 5),
        f"/v1/partners/{ACCOUNT}/coins",
        {"invoice_id": ID, "coins": 5},
    ),
    (lambda c: c.operator.release(ID, ID), "/v1/releases", {"release_id": ID, "request_id": ID}),
    (
        lambda c: c.operator.release(ID, ID, 7, 0.1),
        "/v1/releases",
        {"release_id": ID, "request_id": ID, "policy": {"k": 7, "suppression_limit": 0.1}},
    ),
    (
        lambda c: c.operator.release(ID, ID, come_and_go=False),
        "/v1/releases",
        {"release_id": ID, "request_id": ID, "policy": {"come_and_go": False}},
    ),
    (
        lambda c: c.operator.release(ID, ID, come_and_go=True),
        "/v1/releases",
        {"release_id": ID, "request_id": ID, "policy": {"come_and_go": True}},
    ),
    (lambda c: c.operator.publish_survey(DRAFT), "/v1/surveys", DRAFT.model_dump(exclude_none=True)),
]


@pytest.fixture
def ask(scripted, member):
    """Makes a call on a client that is logged in; answers the result, the path asked and the body sent."""

    def make(call, answer):
        bank = scripted(httpx.Response(200, json=answer))
        client = BankClient(bank.connection(), member.key)
        client.session._login = Login.model_validate(LOGIN)
        result = call(client)
        (request,) = bank.requests
        return result, request, bank

    return make


@pytest.mark.parametrize(("call", "path", "answer"), READS, ids=[path for _, path, _ in READS])
def test_a_read_asks_its_route(ask, call, path, answer):
    result, request, _ = ask(call, answer)
    assert (request.method, request.url.path) == ("GET", path)
    assert result is not None


@pytest.mark.parametrize(("call", "path", "body"), WRITES, ids=[path for _, path, _ in WRITES])
def test_a_write_sends_its_body_and_answers_a_receipt(ask, call, path, body):
    result, request, bank = ask(call, RECEIPT)
    assert (request.method, request.url.path) == ("POST", path)
    assert bank.body(0) == body
    assert (result.id, result.block_number, result.repeated) == (ID, 7, False)


def test_invitations_are_sent_without_empty_fields(ask):
    invitations = [Invitation(code="A" * 12, name="Alice", email="a@x"), Invitation(code="B" * 12, name="Bob")]
    result, request, bank = ask(lambda c: c.operator.invite(invitations), {"created": 2, "existing": 0})
    assert request.url.path == "/v1/invitations"
    assert bank.body(0)["invitations"][1] == {"code": "B" * 12, "name": "Bob"}
    assert result.created == 2


def test_requests_come_in_the_members_language(ask):
    _, request, _ = ask(lambda c: c.member.requests("en"), {"requests": []})
    assert str(request.url).endswith("/v1/me/requests?language=en")


def test_a_signed_message_travels_as_fields_and_signature(ask, member):
    signed = withdraw_consent(member, ID)
    _, request, bank = ask(lambda c: c.send(signed), RECEIPT)
    assert request.url.path == f"/v1/consents/{ID}/withdrawal"
    assert bank.body(0) == {"withdrawal": {"message": signed.struct.to_json(), "signature": to_hex(signed.signature)}}


def keeper(number):
    return KnownCustodian(f"0x{number:02}" + "11" * 19, KeyPair.from_seed(bytes([number]) * 32).public)


def test_an_act_travels_with_its_parts_beside_it(ask, member):
    custodians = [keeper(1), keeper(2)]
    deposit = entrust_document(member, "A will", b"document", custodians, 2)
    _, request, bank = ask(lambda c: c.send(deposit), RECEIPT)
    assert request.url.path == "/v1/escrows"
    body = bank.body(0)
    assert [share["custodian"] for share in body["shares"]] == [one.account for one in custodians]
    assert set(body) == {"escrow_policy", "title", "document_base64", "commitments_base64", "shares"}


def test_an_act_without_the_parts_it_needs_is_not_sent(ask, member):
    deposit = entrust_document(member, "A will", b"document", [keeper(1), keeper(2)], 2)
    with pytest.raises(TypeError, match="escrow_policy travels with EscrowPolicyParts, not Parts"):
        ask(lambda c: c.send(deposit.signed), RECEIPT)


def test_an_encryption_key_is_written_as_the_api_reads_it(member):
    key = member.encryption.public
    assert key == KeyPair.from_wallet_key(bytes(member.key.key)).public
    assert key.to_hex().startswith("0x")


@pytest.mark.parametrize(
    ("call", "lacking"), [(lambda c: c.partner.summary(), "locked"), (lambda c: c.operator.summary(), "answers")]
)
def test_books_that_lack_a_count_are_refused(ask, call, lacking):
    with pytest.raises(BankAnswerError, match=lacking):
        ask(call, {"coins": {} if lacking == "answers" else 1, "members": 1})
