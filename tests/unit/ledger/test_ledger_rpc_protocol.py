"""The JSON-RPC protocol itself: exact codes, batches, notifications, access."""

import json

import pytest

from ledger.errors import ExecutionFailedError
from ledger.rpc.dispatcher import Access, Dispatcher, Method


def fail(params):
    raise ExecutionFailedError("it failed", data="0x01")


def explode(params):
    raise ZeroDivisionError


@pytest.fixture
def dispatcher():
    table = {
        "echo": Method(lambda params: list(params)),
        "fail": Method(fail),
        "explode": Method(explode),
        "write": Method(lambda params: True, Access.WRITE),
        "govern": Method(lambda params: True, Access.ADMIN),
    }
    return Dispatcher(table, batch_max=3)


def ask(dispatcher, body, access=Access.ADMIN):
    answer = dispatcher.handle(body if isinstance(body, bytes) else json.dumps(body).encode(), access)
    return None if answer is None else json.loads(answer)


def request(method="echo", **changes):
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": [], **changes}


def test_a_request_is_answered_under_its_id(dispatcher):
    for identity in (1, "a", None, 1.5):
        answer = ask(dispatcher, request(id=identity, params=[1, "x"]))
        assert answer == {"jsonrpc": "2.0", "id": identity, "result": [1, "x"]}


@pytest.mark.parametrize("body", [b"[" * 300_000, b'{"a":' * 300_000, b'[{"a":' * 300_000])
def test_a_body_that_nests_too_deep_is_a_parse_error_and_no_crash(dispatcher, body):
    assert ask(dispatcher, body)["error"]["code"] == -32700
    assert ask(dispatcher, request(params=["[" * 1000]))["result"] == ["[" * 1000]


def test_a_body_of_too_many_parts_is_a_parse_error(dispatcher):
    assert ask(dispatcher, request(params=[[1] * 150_000]))["result"]
    assert ask(dispatcher, request(params=[[1] * 300_000]))["error"]["code"] == -32700


def test_a_message_repeats_no_megabytes(dispatcher):
    assert len(ask(dispatcher, request("eth_" + "x" * 1_000_000))["error"]["message"]) <= 1_000


def test_params_may_be_left_out(dispatcher):
    body = request()
    del body["params"]
    assert ask(dispatcher, body)["result"] == []
    assert ask(dispatcher, request(params=None))["result"] == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"jsonrpc": "2.0", "id": 1'])
def test_what_is_not_json_is_a_parse_error(dispatcher, body):
    answer = ask(dispatcher, body)
    assert (answer["id"], answer["error"]["code"]) == (None, -32700)


@pytest.mark.parametrize(
    "body",
    [
        1,
        "text",
        {},
        {"id": 1},
        {"jsonrpc": "1.0", "id": 1, "method": "echo"},
        {"jsonrpc": "2.0", "id": 1, "method": 5},
        {"jsonrpc": "2.0", "id": {}, "method": "echo"},
        {"jsonrpc": "2.0", "id": [1], "method": "echo"},
    ],
)
def test_what_is_no_request_is_invalid(dispatcher, body):
    assert ask(dispatcher, body)["error"]["code"] == -32600


def test_an_unknown_method_is_named(dispatcher):
    error = ask(dispatcher, request("eth_nothing"))["error"]
    assert error == {"code": -32601, "message": "the method eth_nothing does not exist/is not available"}


def test_named_parameters_are_invalid_params(dispatcher):
    assert ask(dispatcher, request(params={"a": 1}))["error"] == {"code": -32602, "message": "non-array args"}


def test_a_methods_refusal_keeps_its_code_and_data(dispatcher):
    assert ask(dispatcher, request("fail"))["error"] == {"code": -32000, "message": "it failed", "data": "0x01"}


def test_the_unforeseen_is_an_internal_error_that_tells_nothing_away(dispatcher):
    error = ask(dispatcher, request("explode"))["error"]
    assert error == {"code": -32603, "message": "internal error: ZeroDivisionError"}


def test_a_notification_gets_no_answer(dispatcher):
    body = request()
    del body["id"]
    assert ask(dispatcher, body) is None


def test_a_batch_is_answered_in_order_without_its_notifications(dispatcher):
    quiet = request()
    del quiet["id"]
    answers = ask(dispatcher, [request(id=1), quiet, request("fail", id=2)])
    assert [answer["id"] for answer in answers] == [1, 2]
    assert "error" in answers[1]


def test_a_batch_of_notifications_gets_no_answer(dispatcher):
    quiet = request()
    del quiet["id"]
    assert ask(dispatcher, [quiet]) is None


def test_an_empty_batch_is_invalid(dispatcher):
    assert ask(dispatcher, [])["error"] == {"code": -32600, "message": "empty batch"}


def test_junk_within_a_batch_is_answered_in_its_place(dispatcher):
    assert [entry["error"]["code"] for entry in ask(dispatcher, [1, {}])] == [-32600, -32600]


def test_too_large_a_batch_is_refused(dispatcher):
    error = ask(dispatcher, [request()] * 4)["error"]
    assert error == {"code": -32005, "message": "batch too large: 4 requests, limit 3"}


@pytest.mark.parametrize(
    ("access", "allowed"),
    [(Access.READ, ["echo"]), (Access.WRITE, ["echo", "write"]), (Access.ADMIN, ["echo", "write", "govern"])],
)
def test_access_is_checked_for_each_method(dispatcher, access, allowed):
    for name in ("echo", "write", "govern"):
        answer = ask(dispatcher, request(name), access)
        assert ("result" in answer) == (name in allowed)
        if name not in allowed:
            assert answer["error"]["code"] == -32604
