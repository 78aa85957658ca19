"""Measures our ledger: a real process that fsyncs every block, and an auditor's replay of what it made."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from ledger.genesis import DEFAULT_CHAIN_ID
from scripts.bench.ledger_processor import processor_seconds
from scripts.bench.ledger_workload import (
    EVENTS_PER_REQUEST,
    MEMBERS,
    SEED,
    SENDERS,
    Rpc,
    Workload,
    hash_of,
    member_address,
    timed_sending,
)

REQUESTS = 60
TRANSACTIONS = 20_000
"""At some thousand a second: the second in which the last block comes must not tell the rate."""
LATENCY_SAMPLES = 30
BATCH = 100
RATIOS = ("events_to_eth_tester", "events_to_anvil", "tx_to_anvil")
CONTRACT_ADDRESS = "0x" + "c0" * 20


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
    """From when the program has been read to its verdict."""
    replay_to_producer: float
    replay_whole_seconds: float
    """What an auditor waits for the command: Python's start and reading the program included."""
    replay_parts: int
    """In how many parts it was replayed; one, where the parts could not be judged each by itself."""
    replay_whole_to_producer: float
    tx_processor_us: float
    event_processor_us: float
    replay_processor_us: float
    """For each event or transaction; the processes of the parts included, not the export."""
    anvil_processor_us: float | None = None
    grow: list[dict[str, float]] | None = None
    median_ratios: dict[str, float | None] = field(default_factory=dict)
    """Each of `RATIOS`, worked out in each run."""

    def ratios(self) -> dict[str, float | None]:
        """Of this one run, to those who were measured beside it."""
        pairs = (self.events_per_s, self.eth_tester_tx_per_s), (self.events_per_s, self.anvil_tx_per_s)
        every = (*pairs, (self.tx_per_s, self.anvil_tx_per_s))
        return {name: ours / theirs if theirs else None for name, (ours, theirs) in zip(RATIOS, every, strict=True)}


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
            event_worked = processor_seconds(process.pid)
            event_seconds = timed_sending(rpc, grants, 1)
            event_worked = processor_seconds(process.pid) - event_worked
            bytes_per_event = (store_bytes(data) - before) / (REQUESTS * EVENTS_PER_REQUEST)
            transfers = workload.transfers(TRANSACTIONS)
            say(f"{TRANSACTIONS} single transactions")
            worked = processor_seconds(process.pid)
            transaction_seconds = timed_sending(rpc, transfers, BATCH)
            worked = processor_seconds(process.pid) - worked
            say("latency at low load")
            latency = measure_latency(rpc, workload)
            memory = peak_memory_mb(process.pid)
        say("replay")
        replay_seconds, replay_whole, replay_worked, replay_parts = measure_replay(data, Path(name) / "export")
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
        replay_whole_seconds=replay_whole,
        replay_parts=replay_parts,
        replay_whole_to_producer=produced / replay_whole,
        tx_processor_us=1e6 * worked / TRANSACTIONS,
        event_processor_us=1e6 * event_worked / (REQUESTS * EVENTS_PER_REQUEST),
        replay_processor_us=1e6 * replay_worked / events,
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


def measure_replay(data: Path, export: Path) -> tuple[float, float, float, int]:
    """Seconds by the clock of replaying, of the whole command with its start, and of the processor in all processes;
    in how many parts it was done.
    """
    ledger = [sys.executable, "-m", "ledger"]
    parts = ["--parts", str(min(os.cpu_count() or 1, 4))]
    command = [*ledger, "export", "--data", str(data), "--out", str(export), *parts]
    subprocess.run(command, check=True, capture_output=True)
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([*ledger, "replay", str(export), "--json"], check=True, capture_output=True)
    whole = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    report = json.loads(done.stdout)
    return float(report["seconds"]), whole, worked, int(report["parts"])


def store_bytes(data: Path) -> int:
    return (data / "chain" / "data.mdb").stat().st_size


def peak_memory_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0
