"""How fast the ledger is here, beside eth-tester and anvil in the same run: ./scripts/bench/run ledger [--json FILE].

Everything goes over JSON-RPC to a real ledger process that fsyncs every block; anvil keeps nothing on disk, and
eth-tester seals one block for each transaction in its own process. Events are business events (one coin grant
with its log) sent as compound requests; transactions are single signed transfers of a coin. Signing is done
before the clock starts. --grow repeats the measurements with 10^3 to 10^6 accounts already on the chain.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table
from vyper import compile_code

from scripts.bench.ledger_ours import Result, measure_ours
from scripts.bench.ledger_rivals import measure_anvil, measure_eth_tester
from scripts.bench.ledger_workload import CONTRACT

GROW_SIZES = (1_000, 10_000, 100_000, 1_000_000)


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
    result.anvil_tx_per_s, result.anvil_processor_us = measure_anvil(made["bytecode"], say)
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
        ("processor time of a transaction, µs: ours", f"{result.tx_processor_us:.0f}"),
        ("processor time of a transaction, µs: anvil's", _rival(result.anvil_processor_us)),
        ("processor time of an event, µs", f"{result.event_processor_us:.0f}"),
        ("processor time of replaying one, µs", f"{result.replay_processor_us:.0f}"),
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
