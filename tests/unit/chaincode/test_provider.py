"""A node over HTTP: a kept connection, one more try where it was closed, and OSError for everything else."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from web3 import Web3

from chaincode.errors import LedgerRefusedError, LedgerUnavailableError
from chaincode.node import Node
from chaincode.provider import NodeProvider


class Served(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        node = self.server.node
        node.asked.append((self.client_address[1], asked["method"], self.headers.get("Authorization")))
        if node.hangs_up:
            node.hangs_up -= 1
            self.close_connection = True
            return
        body = node.says if node.says is not None else json.dumps({"jsonrpc": "2.0", "id": 1, **node.answer}).encode()
        self.send_response(node.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        node.waiting.wait(node.seconds)
        if node.closes_after:
            self.close_connection = True  # without having said so

    def log_message(self, *_):
        pass


class Told:
    """A node that says what it is told to."""

    def __init__(self):
        self.asked, self.answer, self.says, self.status = [], {"result": "0x7"}, None, 200
        self.hangs_up, self.closes_after, self.seconds, self.waiting = 0, False, 0, threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Served)
        self.server.node = self
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def told():
    node = Told()
    yield node
    node.waiting.set()
    node.server.shutdown()
    node.server.server_close()


def node_at(told, **options):
    return Node(Web3(NodeProvider(told.url, **options)))


def test_one_connection_serves_many_questions_with_the_headers_given(told):
    node = node_at(told, headers={"Authorization": "Bearer abc"})
    assert [node.block_number() for _ in range(3)] == [7, 7, 7]
    assert len({port for port, *_ in told.asked}) == 1
    assert {header for *_, header in told.asked} == {"Bearer abc"}


def test_each_thread_has_a_connection_of_its_own(told):
    node, start = node_at(told), threading.Barrier(4)

    def ask():
        start.wait(10)
        assert node.block_number() == 7

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len({port for port, *_ in told.asked}) == 4


def test_a_kept_connection_that_was_closed_is_opened_again(told):
    node = node_at(told)
    told.closes_after = True
    assert [node.block_number() for _ in range(3)] == [7, 7, 7]
    assert len({port for port, *_ in told.asked}) == 3


def test_a_node_that_hangs_up_on_a_fresh_connection_does_not_answer(told):
    told.hangs_up = 1
    with pytest.raises(LedgerUnavailableError):
        node_at(told).block_number()
    assert len(told.asked) == 1


def test_a_node_that_hangs_up_twice_does_not_answer(told):
    node = node_at(told)
    node.block_number()
    told.hangs_up = 2
    with pytest.raises(LedgerUnavailableError):
        node.block_number()
    assert node.block_number() == 7, "and is asked again the next time"


@pytest.mark.parametrize("status", [403, 500, 503])
def test_a_status_of_refusal_is_no_answer_and_is_not_asked_again(told, status):
    node = node_at(told)
    node.block_number()
    told.status = status
    with pytest.raises(LedgerUnavailableError, match=str(status)):
        node.block_number()
    assert len(told.asked) == 2


def test_what_is_no_json_is_no_answer(told):
    told.says = b"<html>a proxy says hello</html>"
    with pytest.raises(LedgerUnavailableError):
        node_at(told).block_number()


def test_an_error_of_the_node_is_told_as_such(told):
    told.answer = {"error": {"code": -32000, "message": "nonce too low"}}
    with pytest.raises(LedgerRefusedError, match="nonce too low"):
        node_at(told).send_raw(b"\x01")


def test_nobody_there_is_no_answer(told):
    node = node_at(told)
    told.server.shutdown()
    told.server.server_close()
    with pytest.raises(LedgerUnavailableError):
        node.block_number()


def test_a_node_that_is_silent_for_too_long_does_not_answer():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        provider = NodeProvider(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout_seconds=0.05)
        with pytest.raises(LedgerUnavailableError):
            Node(Web3(provider)).block_number()
        assert not provider.is_connected()


@pytest.mark.parametrize("url", ["", "127.0.0.1:8545", "ftp://127.0.0.1", "http://"])
def test_an_address_that_is_none_is_named(url):
    with pytest.raises(ValueError, match="no address of a node"):
        NodeProvider(url)


def test_web3_asks_by_it(told):
    told.answer = {"result": "0x2a"}
    w3 = Web3(NodeProvider(told.url))
    assert w3.eth.chain_id == 42
    assert w3.is_connected()
