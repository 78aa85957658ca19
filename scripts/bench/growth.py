"""How the ledger grows: ./scripts/bench/run growth [--events 10000000] [--accounts 1000000] [--json FILE].

One process, no network: blocks of 2,000 coin grants in five compound transactions are executed, sealed and fsynced one
after another. Accounts grow with the events, one new one for each ten, each with a coin balance of its own in the
contract; who is granted a coin is chosen evenly from those there are. A row is printed at each power of ten and half
way: the time of a block of 2,000 events since the row before (executing, and then settling the tries, signing and
writing), the file, and the memory of this process.

--genesis-accounts N begins from a genesis that holds N accounts already. --keep-states N prunes a copy at the end and
says what remains. --replay exports the chain and replays it.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from eth_account import Account
from eth_utils.crypto import keccak
from vyper import compile_code

from ledger.chain import Chain, Draft
from ledger.datadir import DataDirectory
from ledger.genesis import DEFAULT_CHAIN_ID
from ledger.prune import prune
from scripts.bench.ledger_workload import CONTRACT, SEED

EVENTS_PER_TRANSACTION = 400
TRANSACTIONS_PER_BLOCK = 5
EVENTS_PER_BLOCK = EVENTS_PER_TRANSACTION * TRANSACTIONS_PER_BLOCK
EVENTS_PER_ACCOUNT = 10
ACCOUNTS_LEAST = 1_000
GAS = 25_000_000
CONTRACT_ADDRESS = b"\xc0" * 20
SELECTOR = keccak(text="grant_batch(address[],uint256,bytes32)")[:4]


@dataclass
class Row:
    """Where the chain stood, and what a block took since the row before."""

    events: int
    accounts: int
    blocks: int
    seconds: float
    execute_ms: float
    settle_and_write_ms: float
    settle_and_write_p99_ms: float
    events_per_s: float
    file_mb: float
    bytes_per_event: float
    memory_mb: float


@dataclass
class Growth:
    genesis_accounts: int
    genesis_seconds: float = 0.0
    genesis_peak_memory_mb: float = 0.0
    rows: list[Row] = field(default_factory=list)
    pruned: dict[str, object] | None = None
    replay: dict[str, object] | None = None


class Producer:
    """Seeded grants, signed as they are needed."""

    def __init__(self, accounts_max: int, accounts_before: int) -> None:
        self._chooser = random.Random(SEED)  # noqa: S311 - a workload, not a secret
        self._sender = Account.from_key(keccak(b"\x01"))
        self._accounts_max = accounts_max
        self._accounts_before = accounts_before
        self.nonce = 0

    def accounts(self) -> int:
        grown = self.nonce * EVENTS_PER_TRANSACTION // EVENTS_PER_ACCOUNT
        return max(self._accounts_before, ACCOUNTS_LEAST, min(grown, self._accounts_max))

    def next(self) -> bytes:
        there = self.accounts()
        chosen = [_member(self._chooser.randrange(there)) for _ in range(EVENTS_PER_TRANSACTION)]
        head = [0x60, 5, 0]
        words = [number.to_bytes(32, "big") for number in head[:2]] + [self._chooser.randbytes(32)]
        words += [EVENTS_PER_TRANSACTION.to_bytes(32, "big"), *(member.rjust(32, b"\x00") for member in chosen)]
        body = {"nonce": self.nonce, "to": CONTRACT_ADDRESS, "data": SELECTOR + b"".join(words), "gas": GAS, "value": 0}
        self.nonce += 1
        signed = self._sender.sign_transaction({**body, "gasPrice": 0, "chainId": DEFAULT_CHAIN_ID})
        return bytes(signed.raw_transaction)


def _member(index: int) -> bytes:
    return keccak(index.to_bytes(8, "big"))[:20]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000, help="how many events to make (default 10^6)")
    parser.add_argument("--accounts", type=int, default=1_000_000, help="how many accounts there may be in the end")
    parser.add_argument("--genesis-accounts", type=int, default=0, help="how many of them are in the genesis")
    parser.add_argument("--keep-states", type=int, metavar="N", help="prune to the newest N states at the end")
    parser.add_argument("--replay", action="store_true", help="export and replay the chain at the end")
    parser.add_argument("--directory", type=Path, help="where the chain is made (default: a temporary directory)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, after each row")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="azukari-growth-", dir=options.directory) as name:
        growth = Growth(options.genesis_accounts)
        data = Path(name) / "data"
        _make_genesis(data, options.genesis_accounts, growth)
        producer = Producer(options.accounts, options.genesis_accounts)
        _print_head()
        chain = DataDirectory(data).open_chain(_Seconds())
        for row in _grow(chain, producer, options.events, data):
            growth.rows.append(row)
            _print_row(row)
            _write(growth, options.json)
        chain.store.close()
        if options.replay:
            growth.replay = _replay(data, Path(name) / "export")
            print(f"replay: {growth.replay}", flush=True)
        if options.keep_states is not None:
            done = vars(prune(data, options.keep_states))
            growth.pruned = {name: value for name, value in done.items() if name != "kept"}
            print(f"pruned: {growth.pruned}", flush=True)
        _write(growth, options.json)


class _Seconds:
    """A clock that is always one second further on, so that no block waits for its time."""

    def __init__(self) -> None:
        self._now = 0

    def __call__(self) -> int:
        self._now += 1
        return self._now


def _make_genesis(data: Path, accounts: int, growth: Growth) -> None:
    """A genesis in which the contract stands, and `accounts` members hold a coin and have an account of their own."""
    made = compile_code(CONTRACT, output_formats=["bytecode_runtime"])
    ledger = [sys.executable, "-m", "ledger"]
    signed = data.with_name("signed")
    subprocess.run([*ledger, "init", "--data", str(signed)], check=True, capture_output=True)
    document = json.loads((signed / "genesis.json").read_text())
    given = data.with_name("given.json")
    with given.open("w") as file:
        del document["alloc"]
        file.write(json.dumps(document)[:-1] + ', "alloc": {')
        for index in range(accounts):
            file.write(f'"0x{_member(index).hex()}": {{"balance": "0x1"}},\n')
        code = made["bytecode_runtime"]
        file.write(f'"0x{CONTRACT_ADDRESS.hex()}": {{"balance": "0x0", "nonce": "0x1", "code": "{code}", "storage": {{')
        slot = (1).to_bytes(32, "big")
        for index in range(accounts):
            place = keccak(slot + _member(index).rjust(32, b"\x00")).hex()
            file.write(f'{"," if index else ""}"0x{place}": "0x1"\n')
        file.write("}}}}")
    data.mkdir()
    for name in ("signer.key", "signer.key.address"):
        (signed / name).rename(data / name)
    started = time.perf_counter()
    command = [*ledger, "init", "--data", str(data), "--genesis", str(given)]
    subprocess.run(command, check=True, capture_output=True)
    growth.genesis_seconds = round(time.perf_counter() - started, 1)
    growth.genesis_peak_memory_mb = round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
    given.unlink()
    print(
        f"genesis of {accounts} accounts: {growth.genesis_seconds} s, peak memory {growth.genesis_peak_memory_mb} MB",
        flush=True,
    )


def _grow(chain: Chain, producer: Producer, events_max: int, data: Path) -> Iterator[Row]:
    started = since = time.perf_counter()
    events = events_before = 0
    executing: list[float] = []
    settling: list[float] = []
    marks = _marks(events_max)
    while events < events_max:
        raws = [producer.next() for _ in range(TRANSACTIONS_PER_BLOCK)]
        begun = time.perf_counter()
        with chain.draft(chain.clock()) as draft:
            _execute(chain, draft, raws)
            executed = time.perf_counter()
            draft.seal()
        executing.append(executed - begun)
        settling.append(time.perf_counter() - executed)
        events += EVENTS_PER_BLOCK
        if events >= marks[0]:
            marks.pop(0)
            now = time.perf_counter()
            size = (data / "chain" / "data.mdb").stat().st_size
            yield Row(
                events=events,
                accounts=producer.accounts(),
                blocks=chain.head.number,
                seconds=round(now - started, 1),
                execute_ms=round(1000 * median(executing), 1),
                settle_and_write_ms=round(1000 * median(settling), 1),
                settle_and_write_p99_ms=round(1000 * sorted(settling)[int(len(settling) * 0.99)], 1),
                events_per_s=round((events - events_before) / (now - since)),
                file_mb=round(size / 1e6, 1),
                bytes_per_event=round(size / events),
                memory_mb=round(_memory_mb()),
            )
            executing, settling, since, events_before = [], [], time.perf_counter(), events


def _execute(chain: Chain, draft: Draft, raws: list[bytes]) -> None:
    for raw in raws:
        if not draft.apply(chain.decode(raw)).succeeded:
            raise RuntimeError("a grant failed")


def _marks(events_max: int) -> list[int]:
    """10^4, 3 x 10^4, 10^5 … up to the end."""
    marks = [leading * 10**power for power in range(4, 12) for leading in (1, 3)]
    return [mark for mark in marks if mark < events_max] + [events_max]


def _memory_mb() -> float:
    """What this process holds beside the store's file, which it maps."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _replay(data: Path, export: Path) -> dict[str, object]:
    """Exported and replayed in one part, and the greatest memory that took."""
    ledger = [sys.executable, "-m", "ledger"]
    subprocess.run([*ledger, "export", "--data", str(data), "--out", str(export)], check=True, capture_output=True)
    code = (
        "import json, resource, sys; from ledger.replay import replay; report = replay(sys.argv[1]);"
        "report.state.close();"
        "print(json.dumps({'blocks': report.blocks, 'peak_memory_mb':"
        " resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))"
    )
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code, str(export)], check=True, capture_output=True, text=True)
    return {**json.loads(done.stdout), "seconds": round(time.perf_counter() - started, 1)}


def _print_head() -> None:
    print("events | accounts | events/s | execute ms | settle and write ms (p99) | file MB | bytes/event | memory MB")


def _print_row(row: Row) -> None:
    print(
        f"{row.events:,} | {row.accounts:,} | {row.events_per_s:,.0f} | {row.execute_ms} | {row.settle_and_write_ms} "
        f"({row.settle_and_write_p99_ms}) | {row.file_mb:,} | {row.bytes_per_event} | {row.memory_mb:.0f}",
        flush=True,
    )


def _write(growth: Growth, path: Path | None) -> None:
    if path is not None:
        path.write_text(json.dumps(asdict(growth), indent=2) + "\n")


if __name__ == "__main__":
    main()
