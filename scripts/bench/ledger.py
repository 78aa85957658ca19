"""How fast the ledger is here, beside eth-tester and anvil in the same run: ./scripts/bench/run ledger [--runs 5].

Everything goes over JSON-RPC to a real ledger process that fsyncs every block; anvil keeps nothing on disk, and
eth-tester seals one block for each transaction in its own process. Events are business events (one coin grant
with its log) sent as compound requests; transactions are single signed transfers of a coin. Signing is done
before the clock starts. --grow repeats the measurements with 10^3 to 10^6 accounts already on the chain.

With `--runs N` ours and anvil take turns so often, and every figure is the median of its runs: a ratio is worked out in
each run, of what stood beside each other in time. eth-tester, which is a hundred times slower, runs once. `--json FILE`
writes the medians, and each run below them.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from vyper import compile_code

from scripts.bench.ledger_ours import RATIOS, Result, measure_ours
from scripts.bench.ledger_rivals import measure_anvil, measure_eth_tester
from scripts.bench.ledger_workload import CONTRACT

GROW_SIZES = (1_000, 10_000, 100_000, 1_000_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as one JSON object")
    parser.add_argument("--runs", type=int, default=1, metavar="N", help="how often; medians are told (1)")
    parser.add_argument("--grow", action="store_true", help="also with 10^3 to 10^6 accounts (takes long)")
    options = parser.parse_args()
    console = Console(stderr=True)

    def say(words: str) -> None:
        console.print(f"[dim]{words}[/]")

    made = compile_code(CONTRACT, output_formats=["bytecode", "bytecode_runtime"])
    runs = []
    for number in range(1, options.runs + 1):
        say(f"run {number} of {options.runs}")
        runs.append(measure_ours(made["bytecode_runtime"], 0, say))
        say("anvil")
        runs[-1].anvil_tx_per_s, runs[-1].anvil_processor_us = measure_anvil(made["bytecode"], say)
    say("eth-tester")
    eth_tester = measure_eth_tester(made["bytecode"], say)
    for run in runs:
        run.eth_tester_tx_per_s = eth_tester
    result = medians(runs)
    if options.grow:
        result.grow = [grown(made["bytecode_runtime"], accounts, say) for accounts in GROW_SIZES]
    show(result, options.runs)
    if options.json is not None:
        found = asdict(result) | {"runs": [asdict(run) for run in runs]}
        options.json.write_text(json.dumps(found, indent=2) + "\n")


def medians(runs: Sequence[Result]) -> Result:
    """Each figure by itself: the median of what the runs have of it, without those that have none."""

    def middle(found: list[Any]) -> Any:
        if isinstance(found[0], dict):
            return {key: statistics.median(one[key] for one in found) for key in found[0]}
        present = [one for one in found if one is not None]
        return statistics.median(present) if present else None

    each = [asdict(run) | run.ratios() for run in runs]
    figures = {
        name: middle([one[name] for one in each]) for name in each[0] if name not in ("grow", "median_ratios", *RATIOS)
    }
    return Result(**figures, median_ratios={name: middle([one[name] for one in each]) for name in RATIOS})


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


def show(result: Result, runs: int) -> None:
    table = Table(title="The ledger on this machine" + (f", medians of {runs} runs" if runs > 1 else ""))
    ratios = result.median_ratios
    table.add_column("what")
    table.add_column("figure", justify="right")
    rows = [
        ("business events/s, compound requests, durable", f"{result.events_per_s:,.0f}"),
        ("single transactions/s, durable", f"{result.tx_per_s:,.0f}"),
        ("eth-tester, one block for each transaction, tx/s", _rival(result.eth_tester_tx_per_s)),
        ("anvil, single transactions, in memory, tx/s", _rival(result.anvil_tx_per_s)),
        ("times eth-tester (events to its transactions)", _ratio(ratios["events_to_eth_tester"])),
        ("times anvil (events to its transactions)", _ratio(ratios["events_to_anvil"])),
        ("times anvil (transactions)", _ratio(ratios["tx_to_anvil"])),
        ("processor time of a transaction, µs: ours", f"{result.tx_processor_us:.0f}"),
        ("processor time of a transaction, µs: anvil's", _rival(result.anvil_processor_us)),
        ("processor time of an event, µs", f"{result.event_processor_us:.0f}"),
        ("processor time of replaying one, µs", f"{result.replay_processor_us:.0f}"),
        ("latency at low load, p50 / p99 ms", f"{result.latency_ms['p50']:.0f} / {result.latency_ms['p99']:.0f}"),
        ("bytes on disk for each event", f"{result.bytes_per_event:,.0f}"),
        ("peak memory, MB", f"{result.peak_memory_mb:.0f}"),
        ("replay, events/s", f"{result.replay_events_per_s:,.0f}"),
        ("replay, times as fast as producing", f"{result.replay_to_producer:.2f}"),
        ("parts it was replayed in", f"{result.replay_parts:g}"),
        ("the whole command, its start included, s", f"{result.replay_whole_seconds:.2f}"),
        ("the whole command, times as fast as producing", f"{result.replay_whole_to_producer:.2f}"),
    ]
    for name, figure in rows:
        table.add_row(name, figure)
    Console().print(table)
    for row in result.grow or ():
        print(json.dumps({key: round(value, 1) for key, value in row.items()}))


def _rival(figure: float | None) -> str:
    return "absent" if figure is None else f"{figure:,.1f}"


def _ratio(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:,.2f}"


if __name__ == "__main__":
    main()
