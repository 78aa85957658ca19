"""Calls made beforehand, sent many at once by one asyncio client, with what they cost the processes behind the door."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import uvloop

from scripts.bench.door_line import Line, connected
from scripts.stage.processes import children_of

_SCHEDULED = 2
"""The third of Linux's clocks of a process (CPUCLOCK_SCHED): what the scheduler gave it."""
REPLY_SECONDS_MAX = 300


@dataclass(frozen=True, slots=True)
class Call:
    """One request, its body signed and spelt already."""

    method: str
    path: str
    body: bytes | None = None
    token: str | None = None

    def spelt(self, host: str) -> bytes:
        """All that goes over the wire."""
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {host}", "Accept-Encoding: gzip"]
        if self.token:
            lines.append(f"Authorization: Bearer {self.token}")
        if self.body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(self.body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + (self.body or b"")


@dataclass(frozen=True, slots=True)
class Measured:
    """What some calls of a kind took. Processor time is that of the whole process, for each call."""

    calls: int
    per_s: float
    p50_ms: float
    p99_ms: float
    bank_cpu_ms: float
    ledger_cpu_ms: float
    client_cpu_ms: float = 0.0
    """What the bench itself took, on the same processors."""
    began: float = 0.0
    """When the first was sent, in seconds of CLOCK_MONOTONIC."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Running processes and their children, as Linux accounts for them."""

    pids: tuple[int, ...]

    def cpu_seconds(self) -> float:
        """User and system time of all threads since they began, to the nanosecond. Raises OSError if one ended."""
        return sum(time.clock_gettime(_clock_of(pid)) for pid in self._pids())

    def peak_memory_mb(self) -> float:
        """The sum of what each had at its largest."""
        texts = (Path(f"/proc/{pid}/status").read_text().splitlines() for pid in self._pids())
        peaks = (next(line for line in lines if line.startswith("VmHWM:")) for lines in texts)
        return round(sum(int(peak.split()[1]) for peak in peaks) / 1024, 1)

    def _pids(self) -> list[int]:
        return [one for pid in self.pids for one in (pid, *children_of(pid))]


def _clock_of(pid: int) -> int:
    """The clock of another process's processor time (clock_getcpuclockid(3)), which Python has no name for."""
    return ~pid << 3 | _SCHEDULED


def send_all(
    url: str, calls: Sequence[Call], at_once: int, bank: Usage, ledger: Usage, pause_seconds: float = 0
) -> tuple[Measured, list[bytes]]:
    """Send every call, `at_once` of them under way at a time; the answers in the calls' order.

    Whoever has an answer pauses before the next call; the pauses are in no figure but processor time.
    Raises RuntimeError at the first answer that is no success: a measure of refusals would say nothing.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_send_all(url, calls, at_once, bank, ledger, pause_seconds))


async def _send_all(
    url: str, calls: Sequence[Call], at_once: int, bank: Usage, ledger: Usage, pause_seconds: float
) -> tuple[Measured, list[bytes]]:
    waits, answers = [0.0] * len(calls), [b""] * len(calls)
    host = urlsplit(url).netloc
    waiting = iter([(place, call, call.spelt(host)) for place, call in enumerate(calls)])
    loop = asyncio.get_running_loop()

    async def hand() -> None:
        line: Line | None = None
        for place, call, spelt in waiting:
            await asyncio.sleep(pause_seconds)
            start = time.perf_counter()
            if line is None or line.is_closed:
                line = await connected(loop, host)
            async with asyncio.timeout(REPLY_SECONDS_MAX):
                status, answers[place] = await line.ask(spelt)
            waits[place] = time.perf_counter() - start
            if status >= 400:
                raise RuntimeError(f"{call.method} {call.path} was answered {status}: {answers[place][:300]!r}")
        if line is not None:
            line.close()

    before = bank.cpu_seconds(), ledger.cpu_seconds()
    own = time.process_time()
    start, began = time.perf_counter(), time.monotonic()
    await asyncio.gather(*(hand() for _ in range(at_once)))
    seconds = time.perf_counter() - start - pause_seconds * len(calls) / at_once
    own = time.process_time() - own
    spent = bank.cpu_seconds() - before[0], ledger.cpu_seconds() - before[1], own
    bank_ms, ledger_ms, client_ms = (round(1000 * part / len(calls), 3) for part in spent)
    waits.sort()
    p50, p99 = (round(1000 * waits[int(share * (len(waits) - 1))], 1) for share in (0.5, 0.99))
    per_s = round(len(calls) / seconds, 1)
    return Measured(len(calls), per_s, p50, p99, bank_ms, ledger_ms, client_ms, began), answers
