"""Strangers who want to stop the node before they have shown a token, and a good client beside each of them.

How long the good client waited at most is printed (`pytest -s`), never asserted: the machine is shared.
"""

import contextlib
import json
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

import httpx
import pytest
from eth_account import Account

from ledger.genesis import DEFAULT_CHAIN_ID

TOKEN = "writer-token-0123456789"
PATIENCE_SECONDS = 60
DESCRIPTORS = 1024
IDLE_CONNECTIONS = 1_100
WAITING_SENDERS = 270
WAIT_MILLISECONDS = 8_000
LONG_CALLS = 20
ATTEMPTS = 10
FLOOD_BYTES = 120 << 20
FLOOD_BYTES_TAKEN_MAX = 8 << 20
"""Buffers of the two kernels; a node that reads everything takes all of FLOOD_BYTES."""
BODY = {"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber", "params": []}
HEAD = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """A node that wants tokens and may open no more files than systems usually allow."""
    folder = tmp_path_factory.mktemp("rude")
    program = [sys.executable, "-m", "ledger"]
    subprocess.run([*program, "init", "--data", str(folder / "data")], check=True, capture_output=True)
    (folder / "tokens").write_text(f"write {TOKEN}\n")
    command = [*program, "serve", "--data", str(folder / "data"), "--port", "0", "--token-file"]
    process = subprocess.Popen(
        [*command, str(folder / "tokens")],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS)),
    )
    url = process.stdout.readline().split()[1]
    yield urlsplit(url)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    process.stdout.close()


class GoodClient:
    """Asks again and again, each time on a new connection and on one that it keeps; remembers the longest wait."""

    def __init__(self, url, request):
        self._request = request
        self._url, self._stopping, self.faults = url, threading.Event(), []
        self._asked = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.longest_seconds, self.answers = 0.0, 0

    def _run(self):
        headers = {"Authorization": f"Bearer {TOKEN}"}
        with httpx.Client(timeout=PATIENCE_SECONDS, headers=headers) as kept:
            while not self._stopping.wait(0.05):
                for post in (kept.post, lambda *words, **more: httpx.post(*words, **more, headers=headers)):
                    started = time.monotonic()
                    try:
                        assert post(self._url, json=self._request, timeout=PATIENCE_SECONDS).json()["result"]
                        self.answers += 1
                    except (httpx.HTTPError, KeyError) as fault:
                        self.faults.append(fault)
                    self.longest_seconds = max(self.longest_seconds, time.monotonic() - started)
                    self._asked.set()

    def __enter__(self):
        self._thread.start()
        assert self._asked.wait(PATIENCE_SECONDS), "a good client was not even served before the stranger came"
        return self

    def __exit__(self, *_):
        self._asked.clear()
        self._asked.wait(PATIENCE_SECONDS)  # once more with the stranger there, however busy the machine is
        self._stopping.set()
        self._thread.join()


@contextlib.contextmanager
def beside_a_good_client(ledger, what, request=None):
    with GoodClient(ledger.geturl(), request or BODY) as client:
        yield client
    print(f"\n{what}: a good client waited at most {client.longest_seconds:.3f} s ({client.answers} answers)")
    assert client.answers
    assert client.faults == []


def connect(ledger):
    return socket.create_connection((ledger.hostname, ledger.port), timeout=PATIENCE_SECONDS)


def flood(connection, opening, piece, flood_bytes=FLOOD_BYTES):
    """Send until the other side has had enough; how much it took, and what it said."""
    sent, block = 0, piece * max(1, 65_536 // len(piece))
    with contextlib.suppress(OSError):
        connection.sendall(opening)
        while sent < flood_bytes:
            connection.sendall(block)
            sent += len(block)
    said = b""
    with contextlib.suppress(OSError):
        said = connection.recv(4096)
    return sent, said


@pytest.mark.parametrize(
    ("what", "opening", "piece", "status"),
    [
        ("an endless header", HEAD + b"X-Long: ", b"x", b" 431 "),
        ("an endless header name", HEAD, b"x", b" 431 "),
        ("an endless URL", b"POST /", b"x", b" 414 "),
        ("endless headers", HEAD, b"a: b\r\n", b" 431 "),
        ("an endless method", b"", b"X", b" 400 "),
        ("endless trailers", HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"a: b\r\n", b" 4"),
        ("an endless chunk extension", HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;", b"x", b" 4"),
        ("endless requests in one breath", b"", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b" 4"),
    ],
)
def test_what_has_no_end_is_cut_off(ledger, what, opening, piece, status):
    with beside_a_good_client(ledger, what):
        for _ in range(ATTEMPTS):
            with connect(ledger) as connection:
                sent, said = flood(connection, opening, piece)
            assert sent < FLOOD_BYTES_TAKEN_MAX
            assert not said or status in said[:40]


@pytest.mark.parametrize(
    ("what", "params"),
    [
        ("strings of 14 MB", '["0x' + "ab" * (7 << 20) + '"]'),
        ("14 MB of escapes", '["' + '\\"' * (7 << 20) + '"]'),
        ("14 MB of brackets", "[[" + "[]," * (4 << 20) + "1]]"),
        ("14 MB of values", "[[" + "1," * (7 << 20) + "1]]"),
    ],
)
def test_a_large_body_does_not_hold_the_interpreter(ledger, what, params):
    body = f'{{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":{params}}}'.encode()
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    with beside_a_good_client(ledger, what):
        for _ in range(ATTEMPTS):
            answer = httpx.post(ledger.geturl(), content=body, headers=headers, timeout=PATIENCE_SECONDS).json()
            assert answer["error"]["code"] in (-32602, -32700)


def test_more_idle_connections_than_descriptors_leave_room_for_others(ledger):
    idle = []
    try:
        with beside_a_good_client(ledger, f"{IDLE_CONNECTIONS} idle connections"):
            for _ in range(IDLE_CONNECTIONS):
                idle.append(connect(ledger))
            time.sleep(1.0)
    finally:
        for connection in idle:
            connection.close()


def test_slow_senders_are_closed_in_time(ledger):
    """Slow-loris: a byte now and then, in the head or after it; and one that sends nothing at all."""
    openings = (b"", HEAD + b"X-Slow: ", HEAD + b"Content-Length: 50000\r\n\r\n", b"G")
    with beside_a_good_client(ledger, "slow senders"), contextlib.ExitStack() as stack:
        connections = [stack.enter_context(connect(ledger)) for _ in range(len(openings) * 10)]
        for index, connection in enumerate(connections):
            connection.sendall(openings[index % len(openings)])
            connection.setblocking(False)
        deadline, open_still = time.monotonic() + PATIENCE_SECONDS, set(connections)
        while open_still and time.monotonic() < deadline:
            time.sleep(0.5)
            for connection in tuple(open_still):
                try:
                    if connections.index(connection) % len(openings):
                        connection.send(b"x")
                    while connection.recv(4096):
                        pass
                    open_still.discard(connection)
                except BlockingIOError:
                    pass
                except OSError:
                    open_still.discard(connection)
    assert not open_still


def signed(account, nonce, gas=60_000, to=b"\xab" * 20, data=b""):
    body = {"nonce": nonce, "to": to, "data": data, "gas": gas, "gasPrice": 0, "value": 0, "chainId": DEFAULT_CHAIN_ID}
    return "0x" + bytes(account.sign_transaction(body).raw_transaction).hex()


def post_raw(connection, body):
    """Send a whole request and do not wait for the answer."""
    text = json.dumps(body).encode()
    head = HEAD + b"Authorization: Bearer " + TOKEN.encode() + b"\r\nContent-Length: %d\r\n\r\n" % len(text)
    connection.sendall(head + text)


def answer_of(connection):
    said = b""
    while not said.endswith((b"}", b"}]")) and (piece := connection.recv(65_536)):
        said += piece
    return said


def test_waiting_for_receipts_that_do_not_come_mutes_nobody(ledger):
    """A nonce gap: each of these transactions is taken and none can be sealed."""
    writer = Account.from_key(b"\x21" * 32)
    with contextlib.ExitStack() as stack:
        waiting = [stack.enter_context(connect(ledger)) for _ in range(WAITING_SENDERS)]
        with beside_a_good_client(ledger, f"{WAITING_SENDERS} senders who wait for a receipt") as client:
            for number, connection in enumerate(waiting):
                params = [signed(writer, number + 5), hex(WAIT_MILLISECONDS)]
                post_raw(connection, {**BODY, "method": "eth_sendRawTransactionSync", "params": params})
            time.sleep(1.0)
            during = client.answers
            time.sleep(WAIT_MILLISECONDS / 1000 / 2)
            assert client.answers > during
        for connection in waiting:
            assert b'"code":4,' in answer_of(connection)


SHORT_CALL = {**BODY, "method": "eth_call", "params": [{"to": "0x" + "55" * 20}, "latest"]}


@pytest.mark.parametrize("method", ["eth_call", "eth_estimateGas"])
def test_calls_without_end_starve_neither_sealing_nor_short_calls(ledger, method):
    """Each would run for a quarter of a minute or more (two units of gas a step, none of them in translated code: time
    ends before gas does); one body holds a batch of them."""
    loop = {"0x" + "55" * 20: {"code": "0x5b" + "4150" * 10_000 + "600056"}}
    long_call = {**BODY, "method": method, "params": [{"to": "0x" + "55" * 20}, "latest", loop]}
    writer, seal_seconds = Account.from_key(method.encode().rjust(32, b"\x22")), []
    with contextlib.ExitStack() as stack:
        rude = [stack.enter_context(connect(ledger)) for _ in range(LONG_CALLS + 1)]
        with beside_a_good_client(ledger, f"{LONG_CALLS + 20} times {method} without end"):
            post_raw(rude[0], [{**long_call, "id": number} for number in range(20)])
            for connection in rude[1:]:
                post_raw(connection, long_call)
            for nonce in range(5):
                started = time.monotonic()
                sent = {**BODY, "method": "eth_sendRawTransactionSync", "params": [signed(writer, nonce)]}
                headers = {"Authorization": f"Bearer {TOKEN}"}
                answer = httpx.post(ledger.geturl(), json=sent, headers=headers, timeout=PATIENCE_SECONDS).json()
                assert answer["result"]["status"] == "0x1"
                seal_seconds.append(time.monotonic() - started)
        print(f"a transaction was sealed within {max(seal_seconds):.3f} s")
        with beside_a_good_client(ledger, "a short call beside them", SHORT_CALL):
            time.sleep(2.0)
        for connection in rude:
            said = answer_of(connection)
            assert b"execution aborted" in said or b"the node is busy" in said
