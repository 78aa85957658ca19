"""The pooled connection: problems, silence, nonsense, and what is sent again."""

import json
import socket
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from bank_api.protocol.as_of import NOT_BEFORE
from bank_api.protocol.messages.said import tell
from bank_api.protocol.shapes.bank import Health
from bank_api.protocol.shapes.surveys import SurveyView
from wallet_cli.bank_client.connection import BankConnection, RetryPolicy, read_shape, read_shapes
from wallet_cli.errors import BankAnswerError, BankProblemError, BankUnreachableError
from wallet_cli.messages import Messages


def problem(status, **fields):
    return httpx.Response(status, json={"title": "refused", "status": status, **fields})


def test_a_problem_keeps_code_field_rule_and_hint(scripted):
    bank = scripted(
        problem(
            422,
            code="invalid-input",
            detail="values.age: must be from 18 to 99, not 7",
            field="values.age",
            rule="must be from 18 to 99, not 7",
            hint="look at the question",
        )
    )
    with pytest.raises(BankProblemError) as refusal:
        bank.connection().call("POST", "/v1/x", body={})
    error = refusal.value
    assert (error.code, error.status, error.field) == ("invalid-input", 422, "values.age")
    assert error.rule == "must be from 18 to 99, not 7"
    assert error.hint == "look at the question"
    assert error.message == "values.age: must be from 18 to 99, not 7"
    assert bank.waits == []


def test_a_problem_whose_detail_names_no_field_gets_it_appended(scripted):
    bank = scripted(problem(422, code="invalid-input", detail="refused", field="age", rule="too low"))
    with pytest.raises(BankProblemError, match=r"refused \(age: too low\)"):
        bank.connection().call("GET", "/v1/x")


def test_an_error_without_a_problem_body_is_still_a_problem(scripted):
    bank = scripted(httpx.Response(404, text="<h1>nginx</h1>"))
    with pytest.raises(BankProblemError, match="HTTP 404") as refusal:
        bank.connection().call("GET", "/v1/x")
    assert refusal.value.code == "http-404"


@pytest.mark.parametrize("failure", [httpx.ConnectError("refused"), httpx.ReadTimeout("slow")])
def test_a_lost_write_is_sent_again_with_the_same_bytes(scripted, failure):
    bank = scripted(failure, problem(503, code="ledger-unreachable"), httpx.Response(200, json={"id": "0x1"}))
    assert bank.connection().call("POST", "/v1/consents", body={"a": 1}) == {"id": "0x1"}
    assert len({request.content for request in bank.requests}) == 1
    assert bank.waits == [0.25, 0.5]


@pytest.mark.parametrize(("asked", "waits"), [("2", [2.0]), ("600", [5.0]), ("0", [0.25]), ("soon", [0.25])])
def test_a_bank_that_asks_for_patience_gets_it_within_ours(scripted, asked, waits):
    busy = problem(429, code="too-many-requests")
    busy.headers["Retry-After"] = asked
    bank = scripted(busy, httpx.Response(200, json={"id": "0x1"}))
    assert bank.connection().call("POST", "/v1/consents", body={"a": 1}) == {"id": "0x1"}
    assert bank.waits == waits


def test_a_bank_that_stays_silent_is_unreachable_and_says_where(scripted):
    bank = scripted(*[httpx.ConnectError("Connection refused")] * 3)
    with pytest.raises(BankUnreachableError, match=r"http://bank.test:8600 .*Connection refused") as refusal:
        bank.connection().call("GET", "/v1/health")
    assert "--bank" in (refusal.value.hint or "")


def test_why_nobody_answered_is_said_in_the_readers_language():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(BankUnreachableError) as refusal:
        BankConnection(f"http://127.0.0.1:{port}", retry=RetryPolicy(attempts=1)).call("GET", "/v1/health")
    told = str(tell(Messages("ja"), refusal.value.what))
    assert "待ち受けているものがありません" in told
    assert "Errno" not in told + str(refusal.value)


def test_the_last_busy_answer_is_reported_not_swallowed(scripted):
    bank = scripted(*[problem(503, code="ledger-unreachable", detail="no ledger")] * 3)
    with pytest.raises(BankProblemError, match="no ledger") as refusal:
        bank.connection().call("GET", "/v1/x")
    assert refusal.value.code == "ledger-unreachable"


def test_a_refusal_is_not_sent_again(scripted):
    bank = scripted(problem(409, code="id-already-used", detail="used"))
    with pytest.raises(BankProblemError):
        bank.connection().call("POST", "/v1/x", body={})
    assert len(bank.requests) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>", "not JSON"),
        (b"[1]", "not a JSON object"),
        (b"[" * 200_000, "not JSON.*nests deeper"),  # which ends a process whose recursion limit was raised
    ],
)
def test_an_answer_that_is_no_object_is_refused(scripted, content, said):
    bank = scripted(httpx.Response(200, content=content))
    with pytest.raises(BankAnswerError, match=said):
        bank.connection().call("GET", "/v1/x")


def test_an_answer_without_a_promised_field_names_it():
    with pytest.raises(BankAnswerError, match=r"/v1/health .*ledger"):
        read_shape(Health, {"status": "ok", "time": 1}, "/v1/health")


def test_a_missing_list_is_named():
    with pytest.raises(BankAnswerError, match="lacks the list surveys"):
        read_shapes(SurveyView, {}, "surveys", "/v1/surveys")


def test_fields_the_wallet_does_not_know_are_kept_for_json_output():
    health = read_shape(Health, {"status": "ok", "ledger": {}, "time": 1, "motd": "hello"}, "/v1/health")
    assert health.model_dump()["motd"] == "hello"


def test_an_empty_answer_to_a_delete_is_an_empty_object(scripted):
    assert scripted(httpx.Response(204)).connection().call("DELETE", "/v1/session") == {}


@pytest.mark.parametrize("url", ["not a url", "ftp://bank.test", "http://bank.test:notaport"])
def test_an_unusable_address_is_an_unreachable_bank(url):
    from wallet_cli.bank_client import BankConnection

    with pytest.raises(BankUnreachableError):
        BankConnection(url, sleep=lambda _: None).call("GET", "/v1/health")


def test_after_a_receipt_nothing_is_answered_from_before_its_block(scripted):
    """The newest receipt counts, in whatever order they come; what a read says of blocks is no receipt."""
    answers = [{"block_number": 4}, {"block_number": 9}, {"block_number": 7}, {"block_number": 99}, {}]
    bank = scripted(*[httpx.Response(200, json=body) for body in answers])
    connection = bank.connection()
    for method in ("POST", "POST", "POST", "GET", "GET"):
        connection.call(method, "/v1/x")
    assert [request.headers.get(NOT_BEFORE) for request in bank.requests] == [None, "4", "9", "9", "9"]


class Greets(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.ports.append(self.client_address[1])
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


def test_many_threads_of_one_machine_do_not_share_a_connection():
    with ThreadingHTTPServer(("127.0.0.1", 0), Greets) as server:
        server.daemon_threads, server.ports, start = True, [], threading.Barrier(3)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with BankConnection(f"http://127.0.0.1:{server.server_port}") as connection:

            def ask():
                start.wait(10)
                for _ in range(4):
                    assert connection.call("GET", "/v1/x") == {}

            threads = [threading.Thread(target=ask) for _ in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
        server.shutdown()
    assert sorted(Counter(server.ports).values()) == [4, 4, 4]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("a\x1b[8mb", "a\ufffd[8mb"),
        ("a\u202eb\u2066c", "a\ufffdb\ufffdc"),
        ("over\rwritten\r\n", "over\ufffdwritten\r\n"),
        ("\x9b31m\x08\x00", "\ufffd31m\ufffd\ufffd"),
        ("two\nlines\tand \u3053\u3068\u3070, caf\u00e9 \u201cso\u201d \u200f", None),
    ],
)
@pytest.mark.parametrize("is_escaped", [True, False])
def test_no_word_of_the_banks_is_a_command_to_the_terminal(scripted, sent, read, is_escaped):
    content = json.dumps({sent: [{"said": sent}]}, ensure_ascii=is_escaped).encode()
    wanted = sent if read is None else read
    assert scripted(httpx.Response(200, content=content)).connection().call("GET", "/v1/x") == {
        wanted: [{"said": wanted}]
    }
    refused = httpx.Response(409, content=json.dumps({"detail": sent}, ensure_ascii=is_escaped).encode())
    with pytest.raises(BankProblemError) as refusal:
        scripted(refused).connection().call("GET", "/v1/x")
    assert str(refusal.value.message) == wanted
