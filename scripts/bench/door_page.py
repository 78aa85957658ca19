"""The figures of the door's benches: in a terminal, and in a page of the docs between two marks for each table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from scripts.bench.door_load import Measured


@dataclass
class Figures:
    """`calls` by kind of call, then by how many went at once."""

    members: int
    ledger: str
    """Ours, or the network of four validators."""
    database: str
    workers: int
    """Processes of the bank that serve."""
    processors: int
    load_average: float
    rounds: int = 1
    """How many times as many people wrote as were under way at once."""
    calls: dict[str, dict[int, Measured]] = field(default_factory=dict)
    steps: dict[str, dict[str, float]] = field(default_factory=dict)
    """By kind of write: the bank's processor milliseconds for each step of one call."""
    timelines: dict[str, dict[str, tuple[float, ...]]] = field(default_factory=dict)
    """By kind of write: when the first, half and the last came to each station, and how many did."""
    peak_memory_mb: float = 0.0
    ledger_peak_memory_mb: float = 0.0


HEADINGS: tuple[str, ...] = ("call", "at once", "a second", "p50 ms", "p99 ms", "bank ms", "ledger ms", "client ms")


def title(figures: Figures) -> str:
    busy = f", load {figures.load_average} before the start" if figures.load_average >= 1 else ""
    rounds = f" in {figures.rounds} rounds" if figures.rounds > 1 else ""
    bank = f"ledger {figures.ledger}, {figures.database}, {figures.workers} to serve"
    return f"The door: {figures.members} members{rounds}, {bank}, {figures.processors} processors{busy}"


def mark(figures: Figures) -> str:
    """Between which marks of a page the table stands."""
    if figures.steps:
        return "door steps"
    if figures.timelines:
        return "door timeline"
    kind = figures.database if figures.workers == 1 else f"{figures.database} {figures.workers} workers"
    network = "" if figures.ledger == "ours" else f" {figures.ledger}"
    return f"door {kind}{network}" + (f" {figures.rounds} rounds" if figures.rounds > 1 else "")


def rows(figures: Figures) -> list[list[str]]:
    found = ((name, level, one) for name, levels in figures.calls.items() for level, one in levels.items())
    return [
        [name, str(level), f"{one.per_s:,.0f}", *(f"{ms:,.0f}" for ms in (one.p50_ms, one.p99_ms)),
         *(f"{ms:.2f}" for ms in (one.bank_cpu_ms, one.ledger_cpu_ms, one.client_cpu_ms))]
        for name, level, one in found
    ]  # fmt: skip


def step_rows(figures: Figures) -> list[list[str]]:
    """A row for each step, a column for each kind of write, what they come to below."""
    writes = list(figures.steps.values())
    steps = list(dict.fromkeys(step for one in writes for step in one))
    told = [[step, *(f"{one.get(step, 0):.2f}" for one in writes)] for step in steps]
    return [*told, ["in all", *(f"{sum(one.values()):.2f}" for one in writes)]]


STATION_HEADINGS = ("write, station", "first", "half", "last", "how many")


def station_rows(figures: Figures) -> list[list[str]]:
    return [
        [f"{write}: {station}", *(f"{one:,.0f}" for one in passed)]
        for write, stations in figures.timelines.items()
        for station, passed in stations.items()
    ]


def show(console: Console, headings: Sequence[str], found: Sequence[Sequence[str]], words: str) -> None:
    shown = Table(title=words)
    for heading in headings:
        shown.add_column(heading, justify="left" if heading == headings[0] else "right")
    for row in found:
        shown.add_row(*row)
    console.print(shown)


def put_into(page: Path, name: str, lines: Sequence[str]) -> None:
    """Replace what stands between the marks of a name. Raises ValueError where the page has none."""
    begin, end = f"<!-- {name}: made by a script -->\n", f"<!-- end of {name} -->\n"
    text = page.read_text(encoding="utf-8")
    before, found, rest = text.partition(begin)
    _, ends, after = rest.partition(end)
    if not found or not ends:
        raise ValueError(f"{page} has no marks for {name!r}")
    page.write_text(before + begin + "\n".join([*lines, ""]) + end + after, encoding="utf-8")


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of Markdown; the first column is text, the others are numbers."""
    below = ["---", *("---:" for _ in headings[1:])]
    return ["| " + " | ".join(row) + " |" for row in (headings, below, *rows)]
