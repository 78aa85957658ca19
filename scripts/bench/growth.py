"""How the ledger grows: ./scripts/bench/run growth [--events 10000000] [--accounts 1000000] [--json FILE].

One process, no network: blocks of 2,000 coin grants in five compound transactions are executed, sealed and fsynced one
after another. Accounts grow with the events, one new one for each ten, each with a coin balance of its own in the
contract; who is granted a coin is chosen evenly from those there are. A row is printed at each power of ten and half
way: the medians of a block of 2,000 events since the row before (executing; settling the tries and signing; writing),
by the clock and in processor time, how many trie nodes a block made, how much was written for it, the file, and the
memory of this process.

It may be cut short: by --seconds, by --file-gb, or by SIGINT or SIGTERM. What is measured so far is then printed as the
last row, with the reason, and the rest of the work (--replay, --keep-states) is left out.

--genesis-accounts N begins from a genesis that holds N accounts already. --keep-states N prunes a copy at the end and
says what remains. --replay exports the chain and replays it.
"""

from __future__ import annotations

import argparse
import json
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from types import FrameType

from ledger.chain import Chain
from ledger.datadir import DataDirectory
from ledger.prune import prune
from ledger.records import NODES, ORDERED
from ledger.store import Store
from ledger.write_batch import WriteBatch
from scripts.bench.growth_chain import EVENTS_PER_TRANSACTION, Producer, Seconds, make_genesis

TRANSACTIONS_PER_BLOCK = 5
EVENTS_PER_BLOCK = EVENTS_PER_TRANSACTION * TRANSACTIONS_PER_BLOCK


@dataclass(frozen=True)
class Took:
    """One stretch of a block's work: seconds by the clock, and of this process's processor time."""

    seconds: float
    processor_seconds: float


@dataclass
class Row:
    """Where the chain stood, and what a block took since the row before."""

    events: int
    accounts: int
    blocks: int
    seconds: float
    execute_ms: float
    settle_ms: float
    write_ms: float
    settle_and_write_p99_ms: float
    execute_processor_ms: float
    settle_processor_ms: float
    write_processor_ms: float
    nodes_per_block: float
    kb_written_per_block: int
    events_per_s: float
    file_mb: float
    bytes_per_event: float
    memory_mb: float


@dataclass
class Growth:
    events_wanted: int
    genesis_accounts: int
    genesis_seconds: float = 0.0
    genesis_peak_memory_mb: float = 0.0
    rows: list[Row] = field(default_factory=list)
    cut_short: str | None = None
    pruned: dict[str, object] | None = None
    replay: dict[str, object] | None = None


@dataclass(frozen=True)
class Bounds:
    """What ends a run."""

    events: int
    seconds: float | None
    file_gb: float | None


class Stopwatch:
    """`lap` tells what went by since the lap before."""

    def __init__(self) -> None:
        self._since = (time.perf_counter(), time.process_time())

    def lap(self) -> Took:
        now = (time.perf_counter(), time.process_time())
        took = Took(now[0] - self._since[0], now[1] - self._since[1])
        self._since = now
        return took


class WatchedCommits:
    """Stands before a store's commit and notes what it took and how many trie nodes it wrote."""

    def __init__(self, store: Store) -> None:
        self._commit = store.commit
        self.took = Took(0, 0)
        self.nodes = 0
        self.bytes_written = 0
        store.commit = self  # type: ignore[method-assign]

    def __call__(self, batch: WriteBatch) -> None:
        stopwatch, before = Stopwatch(), _bytes_written()
        self._commit(batch)
        self.bytes_written = _bytes_written() - before
        self.took, self.nodes = stopwatch.lap(), len(batch.puts[NODES]) + len(batch.puts[ORDERED])


class Measured:
    """The blocks since the last row."""

    def __init__(self) -> None:
        self.executing: list[Took] = []
        self.settling: list[Took] = []
        self.writing: list[Took] = []
        self.nodes: list[int] = []
        self.bytes_written: list[int] = []
        self.started = time.perf_counter()

    def add(self, executing: Took, sealing: Took, commits: WatchedCommits) -> None:
        writing = commits.took
        settling = Took(sealing.seconds - writing.seconds, sealing.processor_seconds - writing.processor_seconds)
        self.executing.append(executing)
        self.settling.append(settling)
        self.writing.append(writing)
        self.nodes.append(commits.nodes)
        self.bytes_written.append(commits.bytes_written)

    def row(self, chain: Chain, accounts: int, seconds: float) -> Row:
        sealing = sorted(one.seconds + other.seconds for one, other in zip(self.settling, self.writing, strict=True))
        events = chain.head.number * EVENTS_PER_BLOCK
        size = chain.store.statistics()["file_bytes"]
        return Row(
            events=events,
            accounts=accounts,
            blocks=chain.head.number,
            seconds=round(seconds, 1),
            execute_ms=_median_ms(took.seconds for took in self.executing),
            settle_ms=_median_ms(took.seconds for took in self.settling),
            write_ms=_median_ms(took.seconds for took in self.writing),
            settle_and_write_p99_ms=round(1000 * sealing[int(len(sealing) * 0.99)], 1),
            execute_processor_ms=_median_ms(took.processor_seconds for took in self.executing),
            settle_processor_ms=_median_ms(took.processor_seconds for took in self.settling),
            write_processor_ms=_median_ms(took.processor_seconds for took in self.writing),
            nodes_per_block=median(self.nodes),
            kb_written_per_block=round(median(self.bytes_written) / 1e3),
            events_per_s=round(len(self.executing) * EVENTS_PER_BLOCK / (time.perf_counter() - self.started)),
            file_mb=round(size / 1e6, 1),
            bytes_per_event=round(size / events),
            memory_mb=round(_memory_mb()),
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000, help="how many events to make (default 10^6)")
    parser.add_argument("--accounts", type=int, default=1_000_000, help="how many accounts there may be in the end")
    parser.add_argument("--genesis-accounts", type=int, default=0, help="how many of them are in the genesis")
    parser.add_argument("--seconds", type=float, help="end after so many seconds")
    parser.add_argument("--file-gb", type=float, help="end when the store's file has so many gigabytes")
    parser.add_argument("--keep-states", type=int, metavar="N", help="prune to the newest N states at the end")
    parser.add_argument("--replay", action="store_true", help="export and replay the chain at the end")
    parser.add_argument("--directory", type=Path, help="where the chain is made (default: a temporary directory)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, after each row")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="azukari-growth-", dir=options.directory) as name:
        growth = Growth(options.events, options.genesis_accounts)
        data = Path(name) / "data"
        growth.genesis_seconds = make_genesis(data, options.genesis_accounts)
        growth.genesis_peak_memory_mb = round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
        _print_head(growth)
        bounds = Bounds(options.events, options.seconds, options.file_gb)
        producer = Producer(options.accounts, options.genesis_accounts)
        chain = DataDirectory(data).open_chain(Seconds())
        for row in _grow(chain, producer, bounds, growth):
            growth.rows.append(row)
            _print_row(row)
            _write(growth, options.json)
        chain.store.close()
        if growth.cut_short is not None:
            print(f"cut short at {growth.rows[-1].events:,} of {growth.events_wanted:,} events: {growth.cut_short}")
        else:
            _finish(data, growth, keep_states=options.keep_states, replayed=options.replay)
        _write(growth, options.json)


def _finish(data: Path, growth: Growth, *, keep_states: int | None, replayed: bool) -> None:
    if replayed:
        growth.replay = _replay(data, data.with_name("export"))
        print(f"replay: {growth.replay}", flush=True)
    if keep_states is not None:
        done = vars(prune(data, keep_states))
        growth.pruned = {name: value for name, value in done.items() if name != "kept"}
        print(f"pruned: {growth.pruned}", flush=True)


def _grow(chain: Chain, producer: Producer, bounds: Bounds, growth: Growth) -> Iterator[Row]:
    """A row at each mark, and one where the run is cut short, which `growth` then tells."""
    commits, signals = WatchedCommits(chain.store), _Signals()
    started, measured, marks = time.perf_counter(), Measured(), _marks(bounds.events)
    while marks:
        raws = [producer.next() for _ in range(TRANSACTIONS_PER_BLOCK)]
        stopwatch = Stopwatch()
        with chain.draft(chain.clock()) as draft:
            for raw in raws:
                if not draft.apply(chain.decode(raw)).succeeded:
                    raise RuntimeError("a grant failed")
            executing = stopwatch.lap()
            draft.seal()
        measured.add(executing, stopwatch.lap(), commits)
        seconds = time.perf_counter() - started
        growth.cut_short = signals.seen or _reached(bounds, seconds, chain)
        at_mark = chain.head.number * EVENTS_PER_BLOCK >= marks[0]
        if at_mark or growth.cut_short:
            yield measured.row(chain, producer.accounts(), seconds)
            measured = Measured()
        if at_mark:
            marks.pop(0)
        if growth.cut_short:
            return


class _Signals:
    """Notes that somebody wants the run to end, for the end of the block it is in."""

    def __init__(self) -> None:
        self.seen: str | None = None
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.seen = signal.Signals(number).name


def _reached(bounds: Bounds, seconds: float, chain: Chain) -> str | None:
    if bounds.seconds is not None and seconds >= bounds.seconds:
        return f"{bounds.seconds:g} s were over"
    if bounds.file_gb is not None and chain.store.statistics()["file_bytes"] >= bounds.file_gb * 1e9:
        return f"the store has {bounds.file_gb:g} GB"
    return None


def _marks(events_max: int) -> list[int]:
    """10^4, 3 x 10^4, 10^5 … up to the end."""
    marks = [leading * 10**power for power in range(4, 12) for leading in (1, 3)]
    return [mark for mark in marks if mark < events_max] + [events_max]


def _median_ms(seconds: Iterator[float]) -> float:
    return round(1000 * median(seconds), 1)


def _memory_mb() -> float:
    """What this process holds beside the store's file, which it maps."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _bytes_written() -> int:
    """By this process, in all."""
    for line in Path("/proc/self/io").read_text().splitlines():
        if line.startswith("wchar:"):
            return int(line.split()[1])
    return 0


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


def _print_head(growth: Growth) -> None:
    print(
        f"genesis of {growth.genesis_accounts} accounts: {growth.genesis_seconds} s, "
        f"peak memory {growth.genesis_peak_memory_mb} MB"
    )
    print(
        "events | accounts | events/s | execute, settle, write ms (p99 of the last two) | the same in processor ms | "
        "nodes/block | kB written/block | file MB | bytes/event | memory MB",
        flush=True,
    )


def _print_row(row: Row) -> None:
    print(
        f"{row.events:,} | {row.accounts:,} | {row.events_per_s:,.0f} | "
        f"{row.execute_ms}, {row.settle_ms}, {row.write_ms} ({row.settle_and_write_p99_ms}) | "
        f"{row.execute_processor_ms}, {row.settle_processor_ms}, {row.write_processor_ms} | {row.nodes_per_block:g} | "
        f"{row.kb_written_per_block} | "
        f"{row.file_mb:,} | {row.bytes_per_event} | {row.memory_mb:.0f}",
        flush=True,
    )


def _write(growth: Growth, path: Path | None) -> None:
    if path is not None:
        path.write_text(json.dumps(asdict(growth), indent=2) + "\n")


if __name__ == "__main__":
    main()
