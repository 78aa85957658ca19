"""How long a good client waits while a stranger is rude: ./scripts/bench/run strangers [--seconds 5] [--json FILE].

A node of its own, as `azukari-ledger serve` starts it. A good client asks for the balance of an account over and over,
each time over a new connection, while one stranger after another is at work; a row says what the stranger did, what it
was answered and how long the good client waited. The first row is without a stranger. Nothing here is a test: what each
answer must be stands in `tests/unit/ledger`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import resource
import socket
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from eth_account import Account
from vyper import compile_code

from ledger.genesis import DEFAULT_CHAIN_ID
from scripts.bench.ledger_ours import our_ledger, write_genesis
from scripts.bench.ledger_workload import CONTRACT

PAUSE_SECONDS = 0.02
PIECE = b"a" * 65_536
ENDLESS_BYTES = 120_000_000
HEADERS = 3_000_000
IDLE_CONNECTIONS = 1_100
SLOW_CONNECTIONS = 200
MUTED_WAITS = 270
LOOP = "0x5b" + "5a50" * 1_000 + "600056"
"""Code that jumps to where it is, for ever."""
GAS = hex(2**40)
LAX_NUMBERS: tuple[Any, ...] = ("0x1_0", "0x+1", "0x 1", "0x\u0661", "0x-1", "0x", "1", [[]], {"a": 1}, 1.5, None, True)


@dataclass
class Row:
    stranger: str
    answer: str
    good_asked: int
    good_median_ms: float
    good_worst_ms: float


class GoodClient:
    """Asks over a new connection each time, and notes how long the answer took."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._ended = threading.Event()
        self.waited_ms: list[float] = []

    def __enter__(self) -> GoodClient:
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(PAUSE_SECONDS):
            started = time.perf_counter()
            answer = ask(self._url, "eth_getBalance", "0x" + "ab" * 20, "latest")
            if answer.get("result") != "0x0":
                raise RuntimeError(f"the good client was answered {answer}")
            self.waited_ms.append(1000 * (time.perf_counter() - started))


class Strangers:
    """Each does one rude thing for as long as it is let, or for some seconds, and says what it was answered last."""

    def __init__(self, url: str, seconds: float) -> None:
        parts = urlsplit(url)
        self._url, self._place = url, (parts.hostname or "127.0.0.1", parts.port or 80)
        self._seconds = seconds

    def nobody(self) -> str:
        time.sleep(self._seconds)
        return ""

    def endless_header(self) -> str:
        return self._pour(b"POST / HTTP/1.1\r\nX: ", ENDLESS_BYTES)

    def endless_address(self) -> str:
        return self._pour(b"GET /", ENDLESS_BYTES)

    def countless_headers(self) -> str:
        return self._pour(b"POST / HTTP/1.1\r\n", HEADERS * 8, b"a: b\r\n" * 10_000)

    def idle_connections(self) -> str:
        with contextlib.ExitStack() as stack:
            opened = 0
            for _ in range(IDLE_CONNECTIONS):
                with contextlib.suppress(OSError):
                    stack.enter_context(self._connect())
                    opened += 1
            time.sleep(self._seconds)
            return f"{opened} opened"

    def slow_heads(self) -> str:
        with contextlib.ExitStack() as stack:
            found = [stack.enter_context(self._connect()) for _ in range(SLOW_CONNECTIONS)]
            ends = time.monotonic() + self._seconds
            head, closed = iter(b"POST / HTTP/1.1\r\nContent-Length: 99999\r\n" * 40), set()
            while time.monotonic() < ends:
                piece = bytes((next(head),))
                for connection in found:
                    try:
                        connection.send(piece)
                    except OSError:
                        closed.add(connection)
                time.sleep(0.5)
            return f"{len(closed)} of {SLOW_CONNECTIONS} closed"

    def long_string(self) -> str:
        return self._post(b'{"jsonrpc":"2.0","id":1,"method":"eth_getBalance","params":["' + b"a" * 14_000_000 + b'"]}')

    def brackets(self) -> str:
        return self._post(b"[" * 100_000)

    def waits_behind_a_gap(self) -> str:
        writer = Account.from_key(b"\x77" * 32)

        def one(index: int) -> str:
            fields = {"nonce": 1 + index, "to": b"\xab" * 20, "gas": 21_000, "gasPrice": 0, "value": 0}
            raw = writer.sign_transaction({**fields, "data": b"", "chainId": DEFAULT_CHAIN_ID}).raw_transaction
            return told(ask(self._url, "eth_sendRawTransactionSync", "0x" + raw.hex(), hex(int(1000 * self._seconds))))

        return counted(one, MUTED_WAITS, MUTED_WAITS)

    def endless_calls(self) -> str:
        return counted(lambda _: told(ask(self._url, "eth_call", {"data": LOOP, "gas": GAS}, "latest")), 8, 8)

    def batch_of_endless_calls(self) -> str:
        call = {"jsonrpc": "2.0", "id": 1, "method": "eth_call", "params": [{"data": LOOP, "gas": GAS}, "latest"]}
        found = json.loads(post(self._url, json.dumps([call] * 50).encode())[1])
        return summed(Counter(map(told, found if isinstance(found, list) else [found])))

    def lax_numbers(self) -> str:
        found: Counter[str] = Counter()
        ends = time.monotonic() + self._seconds
        while time.monotonic() < ends:
            for number in LAX_NUMBERS:
                for method, params in (
                    ("eth_getBlockByNumber", [number, False]),
                    ("eth_getStorageAt", ["0x" + "ab" * 20, number, "latest"]),
                    ("eth_call", [{"to": "0x" + "ab" * 20, "gas": number}, "latest"]),
                    ("eth_call", [{"to": "0x" + "ab" * 20}, "latest", number]),
                    ("eth_call", [{"to": "0x" + "ab" * 20, "accessList": number}, "latest"]),
                    ("eth_feeHistory", [number, "latest", []]),
                ):
                    answer = ask(self._url, method, *params)
                    found[str(answer["error"]["code"]) if "error" in answer else "answered"] += 1
        return summed(found)

    def _connect(self) -> socket.socket:
        return socket.create_connection(self._place, timeout=20)

    def _pour(self, beginning: bytes, size: int, piece: bytes = PIECE) -> str:
        with self._connect() as connection:
            sent = 0
            try:
                connection.sendall(beginning)
                while sent < size:
                    connection.sendall(piece)
                    sent += len(piece)
            except OSError:
                pass
            with contextlib.suppress(OSError):
                return connection.recv(200).split(b"\r\n")[0].decode() or "closed"
            return f"closed after {sent // 1000} kB"

    def _post(self, body: bytes) -> str:
        status, answer = post(self._url, body)
        return f"{status}: {told(json.loads(answer))}"


def ask(url: str, method: str, *params: Any) -> Any:
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    return json.loads(post(url, json.dumps(body).encode())[1])


def post(url: str, body: bytes) -> tuple[int, bytes]:
    """Over a connection of its own."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=120)
    with contextlib.closing(connection):
        connection.request("POST", "/", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read()


def told(answer: Any) -> str:
    return f"{answer['error']['code']} {answer['error']['message'][:60]}" if "error" in answer else "answered"


def counted(one: Callable[[int], str], count: int, threads: int) -> str:
    with ThreadPoolExecutor(threads) as pool:
        return summed(Counter(pool.map(one, range(count))))


def summed(found: Counter[str]) -> str:
    return ", ".join(f"{count} x {words}" for words, count in found.most_common())


def rows(url: str, seconds: float) -> Iterator[Row]:
    strangers = Strangers(url, seconds)
    for name in [name for name in vars(Strangers) if not name.startswith("_")]:
        ends = time.monotonic() + seconds
        with GoodClient(url) as good:
            answer = getattr(strangers, name)()
            while time.monotonic() < ends:
                answer = getattr(strangers, name)()
        waited = good.waited_ms
        yield Row(name.replace("_", " "), answer, len(waited), statistics.median(waited), max(waited))


@contextmanager
def node() -> Iterator[tuple[str, int]]:
    runtime = compile_code(CONTRACT, output_formats=["bytecode_runtime"])["bytecode_runtime"]
    with tempfile.TemporaryDirectory(prefix="azukari-strangers-") as name:
        write_genesis(Path(name) / "data", runtime, 10)
        with our_ledger(Path(name) / "data") as (rpc, process):
            yield rpc._url, process.pid


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0, help="how long those are rude who are not cut off")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there")
    options = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    done: list[Row] = []
    with node() as (url, process):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 8_192), most))
        for row in rows(url, options.seconds):
            done.append(row)
            waited = f"{row.good_asked} | {row.good_median_ms:.0f} | {row.good_worst_ms:.0f}"
            print(f"{row.stranger} | {row.answer} | {waited}", flush=True)
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                print(f"memory of the node at most: {int(line.split()[1]) // 1024} MB")
    if options.json is not None:
        options.json.write_text(json.dumps([asdict(row) for row in done], indent=2) + "\n")


if __name__ == "__main__":
    main()
