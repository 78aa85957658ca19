"""When each thing happens to a crowd that writes at once: runs `azukari-bank` with marks at the stations of a write.

`python -m scripts.bench.door_timeline FILE serve …` is a bank that, at SIGUSR1, writes to FILE when each station was
passed since the last time, in seconds of CLOCK_MONOTONIC, which all processes of a machine share.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import wraps
from inspect import getattr_static
from typing import Any

from scripts.bench.door_steps import Told, found, serve

STATIONS: dict[str, tuple[str, bool]] = {
    "taken from the wire": ("bank_api.routes.as_of:AsOf.__call__", False),
    "checked, and into the lane": ("bank_api.lane:Lane.submit", False),
    "a batch leaves": ("bank_api.lane:Lane._run", False),
    "handed to the node": ("chaincode.transactor:Transactor._offer", True),
    "its receipt is here": ("chaincode.transactor:Transactor._await_receipt", True),
    "its callers are told": ("bank_api.lane:Lane._run", True),
    "the follower looks": ("bank_api.index.ledger_index:LedgerIndex.catch_up", False),
    "it has read new blocks": ("bank_api.index.ledger_index:read", True),
    "they are in the index": ("bank_api.index.ledger_index:LedgerIndex.add", True),
    "the answer may go": ("bank_api.routes.as_of:AsOf._after_write", True),
    "answered": ("bank_api.routes.as_of:AsOf.__call__", True),
}
"""What is said of a station, the function of it as those that call it name it, and whether it is passed at its end."""
OWN = "sql"
"""The lane of the bank's own rows: no station."""


class Marks:
    """When each station was passed."""

    def __init__(self) -> None:
        self._passed: dict[str, list[float]] = {station: [] for station in STATIONS}

    def around(self, station: str, at_end: bool, function: Callable[..., Any]) -> Callable[..., Any]:
        def mark(is_end: bool, first: Any) -> None:
            if is_end is at_end and getattr(first, "name", None) != OWN:
                self._passed[station].append(time.monotonic())

        if asyncio.iscoroutinefunction(function):

            @wraps(function)
            async def later(*arguments: Any, **named: Any) -> Any:
                mark(False, arguments[0])
                answer = await function(*arguments, **named)
                mark(True, arguments[0])
                return answer

            return later

        @wraps(function)
        def at_once(*arguments: Any, **named: Any) -> Any:
            mark(False, arguments[0])
            answer = function(*arguments, **named)
            mark(True, arguments[0])
            return answer

        return at_once

    def told(self) -> dict[str, list[float]]:
        """All since the last time."""
        passed, self._passed = self._passed, {station: [] for station in STATIONS}
        return passed


class Timed(Told):
    """Such a bank, from outside."""

    module = __name__

    def timeline(self, pid: int, began: float) -> dict[str, tuple[float, ...]]:
        """Milliseconds since a crowd came, for each station: the first, half of all, and the last that passed it; and
        how many did."""
        passed: dict[str, list[float]] = self.told(pid)
        return {station: _line(sorted(when), began) for station, when in passed.items() if when}


def _line(when: list[float], began: float) -> tuple[float, ...]:
    first, half, last = (round(1000 * (one - began), 1) for one in (when[0], when[len(when) // 2], when[-1]))
    return first, half, last, len(when)


def put_marks(marks: Marks) -> None:
    """At every station."""
    for station, (name, at_end) in STATIONS.items():
        owner, last = found(name)
        setattr(owner, last, marks.around(station, at_end, getattr_static(owner, last)))


def main() -> None:
    marks = Marks()
    put_marks(marks)
    serve(marks.told)


if __name__ == "__main__":
    main()
