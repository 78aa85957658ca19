"""How fast the ledger is here, beside eth-tester and anvil in the same run: ./scripts/bench/run ledger [--json FILE].

Everything goes over JSON-RPC to a real ledger process that fsyncs every block; anvil keeps nothing on disk, and
eth-tester seals one block for each transaction in its own process. Events are business events (one coin grant
with its log) sent as compound requests; transactions are single signed transfers of a coin. Signing is done
before the clock starts. --grow repeats the measurements with 10^3 to 10^6 accounts already on the chain.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
from eth_abi import encode
from eth_account import Account
from eth_utils import keccak
from rich.console import Console
from rich.table import Table
from vyper import compile_code

from ledger.genesis import DEFAULT_CHAIN_ID

SEED = 20170714
EVENTS_PER_REQUEST = 400
REQUESTS = 60
TRANSACTIONS = 8_000
ETH_TESTER_TRANSACTIONS = 60
LATENCY_SAMPLES = 30
MEMBERS = 2_000
SENDERS = 4
BATCH = 100
GAS_COMPOUND, GAS_SINGLE = 25_000_000, 120_000
TIMEOUT_SECONDS = 300
ANVIL_PACKAGE = "@foundry-rs/anvil@1.7.1"
ETH_TESTER_PACKAGES = ("eth-tester==0.14.0b1", "semantic-version")
BUILD = Path(".build/bench")
GROW_SIZES = (1_000, 10_000, 100_000, 1_000_000)
CONTRACT_ADDRESS = "0x" + "c0" * 20

CONTRACT = """
# pragma version 0.4.3
# pragma evm-version london
event Granted:
    account: indexed(address)
    amount: uint256
    reason: indexed(bytes32)
event Transfer:
    sender: indexed(address)
    receiver: indexed(address)
    amount: uint256
balanceOf: public(HashMap[address, uint256])
totalSupply: public(uint256)
seen: HashMap[bytes32, bool]
@external
def grant_batch(accounts: DynArray[address, 500], amount: uint256, reason: bytes32):
    assert not self.seen[reason], "coin: id already used"
    self.seen[reason] = True
    for account: address in accounts:
        self.balanceOf[account] += amount
        log Granted(account=account, amount=amount, reason=reason)
    self.totalSupply += amount * len(accounts)
@external
def transfer(to: address, amount: uint256):
    self.balanceOf[to] += amount
    log Transfer(sender=msg.sender, receiver=to, amount=amount)
"""


@dataclass
class Result:
    events_per_s: float
    tx_per_s: float
    eth_tester_tx_per_s: float | None
    anvil_tx_per_s: float | None
    latency_ms: dict[str, float]
    bytes_per_event: float
    peak_memory_mb: float
    replay_events_per_s: float
    replay_to_producer: float
    grow: list[dict[str, float]] | None = None


class Rpc:
    """A JSON-RPC endpoint, whoever runs it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS)

    def call(self, method: str, *params: Any) -> Any:
        return self._post([(method, list(params))])[0]

    def send(self, raws: Sequence[str]) -> None:
        self._post([("eth_sendRawTransaction", [raw]) for raw in raws])

    def _post(self, calls: Sequence[tuple[str, list[Any]]]) -> list[Any]:
        body = [
            {"jsonrpc": "2.0", "id": index, "method": method, "params": params}
            for index, (method, params) in enumerate(calls)
        ]
        answers = self._client.post(self._url, json=body).json()
        for answer in answers:
            if "error" in answer:
                raise RuntimeError(answer["error"])
        return [answer["result"] for answer in sorted(answers, key=lambda answer: answer["id"])]

    def wait_for(self, transaction_hash: str) -> None:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while self.call("eth_getTransactionReceipt", transaction_hash) is None:
            if time.monotonic() > deadline:
                raise RuntimeError("the last transaction was not sealed in time")
            time.sleep(0.01)


class Workload:
    """Seeded accounts, and transactions signed ahead of time."""

    def __init__(self, chain_id: int, contract: str, members: int = MEMBERS) -> None:
        self._chain_id = chain_id
        self._contract = contract
        self._chooser = random.Random(SEED)  # noqa: S311 - a workload, not a secret
        self.senders = [Account.from_key(keccak(bytes([n]))) for n in range(1, SENDERS + 1)]
        self._nonces = dict.fromkeys((sender.address for sender in self.senders), 0)
        self._members = [member_address(index) for index in self._chooser.choices(range(members), k=MEMBERS * 4)]

    def grants(self, requests: int) -> list[str]:
        selector = keccak(text="grant_batch(address[],uint256,bytes32)")[:4]
        return [
            self._sign(
                self.senders[index % SENDERS],
                selector
                + encode(
                    ["address[]", "uint256", "bytes32"],
                    [self._chooser.sample(self._members, EVENTS_PER_REQUEST), 5, self._chooser.randbytes(32)],
                ),
                GAS_COMPOUND,
            )
            for index in range(requests)
        ]

    def transfers(self, count: int) -> list[str]:
        selector = keccak(text="transfer(address,uint256)")[:4]
        return [
            self._sign(
                self.senders[index * SENDERS // count],
                selector + encode(["address", "uint256"], [self._chooser.choice(self._members), 1]),
                GAS_SINGLE,
            )
            for index in range(count)
        ]

    def _sign(self, sender: Any, data: bytes, gas: int) -> str:
        nonce = self._nonces[sender.address]
        self._nonces[sender.address] += 1
        body = {"nonce": nonce, "to": bytes.fromhex(self._contract[2:]), "data": data, "gas": gas, "value": 0}
        signed = sender.sign_transaction({**body, "gasPrice": 0, "chainId": self._chain_id})
        return "0x" + bytes(signed.raw_transaction).hex()


def member_address(index: int) -> str:
    return "0x" + keccak(index.to_bytes(8, "big"))[:20].hex()


def hash_of(raw: str) -> str:
    return "0x" + keccak(hexstr=raw).hex()


def timed_sending(rpc: Rpc, raws: Sequence[str], batch: int) -> float:
    """Seconds from the first byte sent until everything is sealed. Each sender's transactions go in order."""
    share = -(-len(raws) // SENDERS)
    started = time.perf_counter()

    def send(part: Sequence[str]) -> None:
        for start in range(0, len(part), batch):
            rpc.send(part[start : start + batch])

    with ThreadPoolExecutor(SENDERS) as threads:
        for done in [threads.submit(send, raws[start : start + share]) for start in range(0, len(raws), share)]:
            done.result()
    for raw in {raws[min(start + share, len(raws)) - 1] for start in range(0, len(raws), share)}:
        rpc.wait_for(hash_of(raw))
    return time.perf_counter() - started


# -- our ledger ---------------------------------------------------------------------------------------


def write_genesis(path: Path, runtime: str, accounts: int) -> None:
    """A genesis in which the contract stands and `accounts` members already hold a coin."""
    init = subprocess.run(
        [sys.executable, "-m", "ledger", "init", "--data", str(path), "--json"], check=True, capture_output=True
    )
    json.loads(init.stdout)
    document = json.loads((path / "genesis.json").read_text())
    shutil.rmtree(path / "chain")
    (path / "genesis.json").unlink()
    slots = {
        "0x" + keccak(encode(["uint256", "address"], [1, member_address(index)])).hex(): "0x1"
        for index in range(accounts)
    }
    document["alloc"] = {CONTRACT_ADDRESS: {"balance": "0x0", "nonce": "0x1", "code": runtime, "storage": slots}}
    given = path / "given.json"
    given.write_text(json.dumps(document))
    command = [sys.executable, "-m", "ledger", "init", "--data", str(path), "--genesis", str(given)]
    subprocess.run(command, check=True, capture_output=True)


@contextmanager
def our_ledger(data: Path) -> Iterator[tuple[Rpc, subprocess.Popen[str]]]:
    command = [sys.executable, "-m", "ledger", "serve", "--data", str(data), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None  # noqa: S101
        yield Rpc(process.stdout.readline().split()[1]), process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def measure_ours(runtime: str, accounts: int, say: Callable[[str], None]) -> Result:
    with tempfile.TemporaryDirectory(prefix="azukari-bench-") as name:
        data = Path(name) / "data"
        write_genesis(data, runtime, accounts)
        workload = Workload(DEFAULT_CHAIN_ID, CONTRACT_ADDRESS, max(accounts, MEMBERS))
        with our_ledger(data) as (rpc, process):
            say("signing")
            warm, grants, transfers = workload.grants(2 * SENDERS), [], []
            for index in range(SENDERS):
                rpc.send(warm[index::SENDERS])
            rpc.wait_for(hash_of(warm[-1]))
            grants = in_sender_order(workload.grants(REQUESTS))
            before = store_bytes(data)
            say(f"{REQUESTS} compound requests of {EVENTS_PER_REQUEST} events")
            event_seconds = timed_sending(rpc, grants, 1)
            bytes_per_event = (store_bytes(data) - before) / (REQUESTS * EVENTS_PER_REQUEST)
            transfers = workload.transfers(TRANSACTIONS)
            say(f"{TRANSACTIONS} single transactions")
            transaction_seconds = timed_sending(rpc, transfers, BATCH)
            say("latency at low load")
            latency = measure_latency(rpc, workload)
            memory = peak_memory_mb(process.pid)
        say("replay")
        replay_seconds = measure_replay(data, Path(name) / "export")
    events = (REQUESTS + 2 * SENDERS) * EVENTS_PER_REQUEST + TRANSACTIONS + LATENCY_SAMPLES
    produced = event_seconds * (1 + 2 * SENDERS / REQUESTS) + transaction_seconds
    return Result(
        events_per_s=REQUESTS * EVENTS_PER_REQUEST / event_seconds,
        tx_per_s=TRANSACTIONS / transaction_seconds,
        eth_tester_tx_per_s=None,
        anvil_tx_per_s=None,
        latency_ms=latency,
        bytes_per_event=bytes_per_event,
        peak_memory_mb=memory,
        replay_events_per_s=events / replay_seconds,
        replay_to_producer=produced / replay_seconds,
    )


def in_sender_order(raws: Sequence[str]) -> list[str]:
    """Signed in turns; sent by one connection for each sender."""
    return [raw for index in range(SENDERS) for raw in raws[index::SENDERS]]


def measure_latency(rpc: Rpc, workload: Workload) -> dict[str, float]:
    chooser, samples = random.Random(SEED), []  # noqa: S311 - a workload, not a secret
    for raw in workload.transfers(LATENCY_SAMPLES):
        time.sleep(chooser.uniform(0.2, 1.2))
        started = time.perf_counter()
        rpc.call("eth_sendRawTransactionSync", raw)
        samples.append((time.perf_counter() - started) * 1000)
    samples.sort()
    return {"p50": statistics.median(samples), "p99": samples[int(len(samples) * 0.99)]}


def measure_replay(data: Path, export: Path) -> float:
    ledger = [sys.executable, "-m", "ledger"]
    subprocess.run([*ledger, "export", "--data", str(data), "--out", str(export)], check=True, capture_output=True)
    done = subprocess.run([*ledger, "replay", str(export), "--json"], check=True, capture_output=True)
    return float(json.loads(done.stdout)["seconds"])


def store_bytes(data: Path) -> int:
    return (data / "chain" / "data.mdb").stat().st_size


def peak_memory_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


# -- the others ---------------------------------------------------------------------------------------

ETH_TESTER_PROGRAM = """
import json, sys, time
from eth_tester import EthereumTester, PyEVMBackend
chain_id, creation, raws = json.load(sys.stdin)
tester = EthereumTester(PyEVMBackend())
sender = tester.get_accounts()[0]
made = tester.send_transaction({"from": sender, "gas": 3_000_000, "data": creation, "gas_price": 10**10})
target = tester.get_transaction_receipt(made)["contract_address"]
started = time.perf_counter()
for data in raws:
    tester.send_transaction({"from": sender, "to": target, "gas": 120_000, "data": data, "gas_price": 10**10})
print(len(raws) / (time.perf_counter() - started))
"""


def measure_eth_tester(creation: str, say: Callable[[str], None]) -> float | None:
    packages = (BUILD / "eth-tester").resolve()
    if not (packages / "eth_tester").is_dir():
        pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(packages)]
        if subprocess.run([*pip, *ETH_TESTER_PACKAGES], capture_output=True).returncode:
            say("eth-tester is skipped: pip could not install it")
            return None
    workload = Workload(1, CONTRACT_ADDRESS)
    selector = keccak(text="transfer(address,uint256)")[:4]
    datas = [
        "0x" + (selector + encode(["address", "uint256"], [member, 1])).hex()
        for member in workload._members[:ETH_TESTER_TRANSACTIONS]
    ]
    done = subprocess.run(
        [sys.executable, "-c", ETH_TESTER_PROGRAM],
        input=json.dumps([1, creation, datas]),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(packages)},
    )
    if done.returncode:
        say(f"eth-tester is skipped: {done.stderr.strip().splitlines()[-1]}")
        return None
    return float(done.stdout)


def measure_anvil(creation: str, say: Callable[[str], None]) -> float | None:
    npm = shutil.which("npm")
    if npm is None:
        say("anvil is skipped: npm is not on this machine")
        return None
    place = (BUILD / "anvil").resolve()
    binary = place / "node_modules" / ".bin" / "anvil"
    if not binary.exists():
        place.mkdir(parents=True, exist_ok=True)
        install = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(place), ANVIL_PACKAGE]
        if subprocess.run(install, capture_output=True).returncode:
            say("anvil is skipped: npm could not install it")
            return None
    port = str(18_545 + os.getpid() % 1000)
    command = [str(binary), "--port", port, "--chain-id", "31337", "--hardfork", "london", "--block-time", "1"]
    command += ["--base-fee", "0", "--gas-price", "0", "--gas-limit", "300000000", "--silent"]
    with subprocess.Popen(command, start_new_session=True) as process:
        try:
            return _drive_anvil(Rpc(f"http://127.0.0.1:{port}"), creation)
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def _drive_anvil(rpc: Rpc, creation: str) -> float:
    deadline = time.monotonic() + 30
    while True:
        try:
            rpc.call("eth_chainId")
            break
        except httpx.HTTPError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    deployer = Account.from_key(keccak(b"deployer"))
    target = "0x" + keccak(bytes.fromhex("d694") + bytes.fromhex(deployer.address[2:]) + b"\x80")[12:].hex()
    body = {"nonce": 0, "to": b"", "data": creation, "gas": 3_000_000, "value": 0, "gasPrice": 0, "chainId": 31337}
    raw = "0x" + bytes(deployer.sign_transaction(body).raw_transaction).hex()
    rpc.send([raw])
    rpc.wait_for(hash_of(raw))
    transfers = Workload(31337, target).transfers(TRANSACTIONS)
    return TRANSACTIONS / timed_sending(rpc, transfers, BATCH)


# -- the command --------------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as one JSON object")
    parser.add_argument("--grow", action="store_true", help="also with 10^3 to 10^6 accounts (takes long)")
    options = parser.parse_args()
    console = Console(stderr=True)

    def say(words: str) -> None:
        console.print(f"[dim]{words}[/]")

    made = compile_code(CONTRACT, output_formats=["bytecode", "bytecode_runtime"])
    result = measure_ours(made["bytecode_runtime"], 0, say)
    say("eth-tester")
    result.eth_tester_tx_per_s = measure_eth_tester(made["bytecode"], say)
    say("anvil")
    result.anvil_tx_per_s = measure_anvil(made["bytecode"], say)
    if options.grow:
        result.grow = [grown(made["bytecode_runtime"], accounts, say) for accounts in GROW_SIZES]
    show(result)
    if options.json is not None:
        options.json.write_text(json.dumps(asdict(result), indent=2) + "\n")


def grown(runtime: str, accounts: int, say: Callable[[str], None]) -> dict[str, float]:
    say(f"{accounts} accounts")
    measured = measure_ours(runtime, accounts, say)
    return {
        "accounts": accounts,
        "events_per_s": measured.events_per_s,
        "tx_per_s": measured.tx_per_s,
        "latency_p50_ms": measured.latency_ms["p50"],
        "bytes_per_event": measured.bytes_per_event,
        "peak_memory_mb": measured.peak_memory_mb,
        "replay_events_per_s": measured.replay_events_per_s,
    }


def show(result: Result) -> None:
    table = Table(title="The ledger on this machine")
    table.add_column("what")
    table.add_column("figure", justify="right")
    rows = [
        ("business events/s, compound requests, durable", f"{result.events_per_s:,.0f}"),
        ("single transactions/s, durable", f"{result.tx_per_s:,.0f}"),
        ("eth-tester, one block for each transaction, tx/s", _rival(result.eth_tester_tx_per_s)),
        ("anvil, single transactions, in memory, tx/s", _rival(result.anvil_tx_per_s)),
        ("times eth-tester (events to its transactions)", _ratio(result.events_per_s, result.eth_tester_tx_per_s)),
        ("times anvil (events to its transactions)", _ratio(result.events_per_s, result.anvil_tx_per_s)),
        ("times anvil (transactions)", _ratio(result.tx_per_s, result.anvil_tx_per_s)),
        ("latency at low load, p50 / p99 ms", f"{result.latency_ms['p50']:.0f} / {result.latency_ms['p99']:.0f}"),
        ("bytes on disk for each event", f"{result.bytes_per_event:,.0f}"),
        ("peak memory, MB", f"{result.peak_memory_mb:.0f}"),
        ("replay, events/s", f"{result.replay_events_per_s:,.0f}"),
        ("replay, times as fast as producing", f"{result.replay_to_producer:.2f}"),
    ]
    for name, figure in rows:
        table.add_row(name, figure)
    Console().print(table)
    for row in result.grow or ():
        print(json.dumps({key: round(value, 1) for key, value in row.items()}))


def _rival(figure: float | None) -> str:
    return "absent" if figure is None else f"{figure:,.1f}"


def _ratio(ours: float, theirs: float | None) -> str:
    return "-" if not theirs else f"{ours / theirs:,.2f}"


if __name__ == "__main__":
    main()
