"""Calls made beforehand, sent many at once by one asyncio client, with what they cost the processes behind the door."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from scripts.stage.processes import children_of

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
REPLY_SECONDS_MAX = 300


@dataclass(frozen=True, slots=True)
class Call:
    """One request, its body signed and spelt already."""

    method: str
    path: str
    body: bytes | None = None
    token: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        made = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return made | ({"Content-Type": "application/json"} if self.body is not None else {})


@dataclass(frozen=True, slots=True)
class Measured:
    """What some calls of a kind took. Processor time is that of the whole process, for each call."""

    calls: int
    per_s: float
    p50_ms: float
    p99_ms: float
    bank_cpu_ms: float
    ledger_cpu_ms: float


@dataclass(frozen=True, slots=True)
class Usage:
    """Running processes and their children, as Linux accounts for them."""

    pids: tuple[int, ...]

    def cpu_seconds(self) -> float:
        """User and system time of all threads since they began (proc(5), fields 14 and 15 of stat)."""
        stats = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in self._pids())
        return sum(int(fields[11]) + int(fields[12]) for fields in stats) / TICKS_PER_SECOND

    def peak_memory_mb(self) -> float:
        """The sum of what each had at its largest."""
        texts = (Path(f"/proc/{pid}/status").read_text().splitlines() for pid in self._pids())
        peaks = (next(line for line in lines if line.startswith("VmHWM:")) for lines in texts)
        return round(sum(int(peak.split()[1]) for peak in peaks) / 1024, 1)

    def _pids(self) -> list[int]:
        return [one for pid in self.pids for one in (pid, *children_of(pid))]


def send_all(
    url: str, calls: Sequence[Call], at_once: int, bank: Usage, ledger: Usage, pause_seconds: float = 0
) -> tuple[Measured, list[bytes]]:
    """Send every call, `at_once` of them under way at a time; the answers in the calls' order.

    Whoever has an answer pauses before the next call; the pauses are in no figure but processor time.
    Raises RuntimeError at the first answer that is no success: a measure of refusals would say nothing.
    """
    return asyncio.run(_send_all(url, calls, at_once, bank, ledger, pause_seconds))


async def _send_all(
    url: str, calls: Sequence[Call], at_once: int, bank: Usage, ledger: Usage, pause_seconds: float
) -> tuple[Measured, list[bytes]]:
    waits, answers = [0.0] * len(calls), [b""] * len(calls)
    waiting = iter(enumerate(calls))

    async def hand(session: aiohttp.ClientSession) -> None:
        for place, call in waiting:
            await asyncio.sleep(pause_seconds)
            start = time.perf_counter()
            async with session.request(call.method, url + call.path, data=call.body, headers=call.headers) as answer:
                answers[place] = await answer.read()
            waits[place] = time.perf_counter() - start
            if answer.status >= 400:
                raise RuntimeError(f"{call.method} {call.path} was answered {answer.status}: {answers[place][:300]!r}")

    timeout = aiohttp.ClientTimeout(total=REPLY_SECONDS_MAX)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as session:
        before = bank.cpu_seconds(), ledger.cpu_seconds()
        start = time.perf_counter()
        await asyncio.gather(*(hand(session) for _ in range(at_once)))
        seconds = time.perf_counter() - start - pause_seconds * len(calls) / at_once
        spent = bank.cpu_seconds() - before[0], ledger.cpu_seconds() - before[1]
    bank_ms, ledger_ms = (round(1000 * part / len(calls), 2) for part in spent)
    waits.sort()
    p50, p99 = (round(1000 * waits[int(share * (len(waits) - 1))], 1) for share in (0.5, 0.99))
    return Measured(len(calls), round(len(calls) / seconds, 1), p50, p99, bank_ms, ledger_ms), answers
