"""Login by EIP-4361: lazy, renewed on 401, and never for another bank or another key."""

import threading
import time

import httpx
import pytest
from eth_account import Account
from eth_account.messages import encode_defunct

from bank_api.protocol import order
from bank_api.protocol.acts import JoinParts
from bank_api.protocol.login import LoginText
from chaincode.typed_data import Join
from wallet_cli.bank_client import BankClient
from wallet_cli.bank_client.session import check_login_text
from wallet_cli.errors import BankProblemError, EvidenceError
from wallet_cli.signing.draft import Draft

KEY = Account.from_key((7).to_bytes(32, "big"))
URL = "http://bank.test:8600"
TEXT = LoginText(URL, KEY.address, 7, "0a1b2c3d4e5f", 1_999_999_700, 2_000_000_000).to_text()


def challenge():
    return httpx.Response(200, json={"message": TEXT, "expires_at": 2_000_000_000})


def token(value="t1", account=KEY.address):
    body = {"token": value, "account": account, "roles": ["member"], "expires_at": 2_000_000_000}
    return httpx.Response(200, json=body)


def unauthenticated():
    return httpx.Response(401, json={"code": "not-authenticated", "detail": "log in", "status": 401})


def me():
    body = {"account": KEY.address, "key": KEY.address, "roles": ["member"], "coins": 3}
    return httpx.Response(200, json=body)


def test_nothing_is_sent_before_a_call_needs_a_token(scripted):
    bank = scripted()
    BankClient(bank.connection(), KEY)
    assert bank.requests == []


def test_the_first_private_read_logs_in_with_a_signature_of_the_key(scripted):
    bank = scripted(challenge(), token(), me(), me())
    client = BankClient(bank.connection(), KEY)
    assert client.member.me().coins == 3
    client.member.me()
    assert bank.asked() == ["POST /v1/session/challenge", "POST /v1/session", "GET /v1/me", "GET /v1/me"]
    login = bank.body(1)
    assert Account.recover_message(encode_defunct(text=login["message"]), signature=login["signature"]) == KEY.address
    assert bank.requests[2].headers["Authorization"] == "Bearer t1"


def test_a_forgotten_token_is_replaced_once(scripted):
    bank = scripted(challenge(), token("old"), unauthenticated(), challenge(), token("new"), me())
    assert BankClient(bank.connection(), KEY).member.me().coins == 3
    assert bank.requests[-1].headers["Authorization"] == "Bearer new"


def test_a_bank_that_refuses_the_new_token_too_is_believed(scripted):
    bank = scripted(challenge(), token(), unauthenticated(), challenge(), token(), unauthenticated())
    with pytest.raises(BankProblemError, match="log in"):
        BankClient(bank.connection(), KEY).member.me()


def test_joining_needs_no_login(scripted, member):
    receipt = {"id": "0x1", "block_number": 1, "transaction_hash": "0x2", "account": KEY.address}
    bank = scripted(httpx.Response(201, json=receipt))
    joining = Join(
        join_id=bytes(32), account=KEY.address, statement="I join", terms_hash=bytes(32),
        encryption_key_hash=bytes(32), deadline=9,
    )  # fmt: skip
    parts = JoinParts(invitation="code", encryption_key="0x12")
    assert BankClient(bank.connection(), KEY).send(Draft(member.sign(joining), parts)).account == KEY.address
    assert bank.asked() == ["POST /v1/members"]
    assert "Authorization" not in bank.requests[0].headers


def test_after_a_rotation_the_account_is_not_the_key(scripted):
    first = Account.from_key((8).to_bytes(32, "big")).address
    bank = scripted(challenge(), token(account=first))
    assert BankClient(bank.connection(), KEY).account == first


def test_many_threads_log_in_once(scripted):
    bank = scripted(challenge(), token(), *[me() for _ in range(8)])
    client = BankClient(bank.connection(), KEY)
    threads = [threading.Thread(target=client.member.me) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bank.asked().count("POST /v1/session") == 1
    assert bank.asked().count("GET /v1/me") == 8


def test_log_out_ends_the_token(scripted):
    bank = scripted(challenge(), token(), httpx.Response(204), challenge(), token("t2"))
    client = BankClient(bank.connection(), KEY)
    client.session.login()
    client.session.log_out()
    assert bank.asked()[-1] == "DELETE /v1/session"
    assert client.session.login().token == "t2"


def test_log_out_everywhere_ends_this_session_too(scripted):
    bank = scripted(challenge(), token(), httpx.Response(204), challenge(), token("t2"))
    client = BankClient(bank.connection(), KEY)
    client.session.log_out_everywhere()
    assert str(bank.requests[-1].url).endswith("/v1/session?everywhere=true")
    assert client.session.login().token == "t2"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TEXT.replace("bank.test:8600", "evil.test"), "is one for http://evil.test"),
        (TEXT.replace("URI: http://bank.test:8600", "URI: http://evil.test"), "not an EIP-4361 message"),
        (TEXT.replace("http://", "https://"), "is one for https://bank.test:8600"),
        (TEXT + "\n\nI also give all my coins to Mallory", "not an EIP-4361 message"),
        ("I give all my coins to Mallory", "not an EIP-4361 message"),
        (TEXT.replace(KEY.address, Account.from_key((9).to_bytes(32, "big")).address), "names another account"),
    ],
)
def test_a_login_text_for_elsewhere_is_not_signed(text, said):
    with pytest.raises(EvidenceError, match=said):
        check_login_text(text, URL, KEY.address)


def test_what_the_operator_writes_is_signed_over_its_very_bytes(scripted):
    receipt = {"id": "0x1", "block_number": 1, "transaction_hash": "0x2"}
    bank = scripted(challenge(), token(), httpx.Response(201, json=receipt))
    BankClient(bank.connection(), KEY).operator.sell_coins(KEY.address, "0x" + "01" * 32, 5)
    request = bank.requests[-1]
    until, _, signature = request.headers[order.HEADER].partition(".")
    text = order.order_text(URL, KEY.address, "POST", request.url.path, request.content, int(until))
    assert Account.recover_message(encode_defunct(text=text), signature=signature) == KEY.address
    assert abs(int(until) - time.time()) <= order.SECONDS


def test_nothing_but_the_operators_writes_carries_an_order(scripted):
    bank = scripted(challenge(), token(), me())
    BankClient(bank.connection(), KEY).member.me()
    assert order.HEADER not in bank.requests[-1].headers
