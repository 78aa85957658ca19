"""Threads for small pieces of work that an event loop has no time for: what comes while all are busy goes to the next
one together. The way to a thread and back takes as long as three questions to a server.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread

from bank_api.errors import DatabaseDownError
from bank_api.lane import tell_on_loop

T = TypeVar("T")
LONGEST_SECONDS = 0.01
"""After which a thread brings back what it has: whoever is ready is told."""
Within = Callable[[], AbstractContextManager[Any]]
"""Opens what some pieces of work have in common: it is opened once for those that a thread does one after the other."""
Work = tuple[Callable[[], Any], Within]
Asked = tuple["asyncio.Future[Any]", Work]


@dataclass
class _Here:
    """What one event loop has for them."""

    waiting: deque[Asked] = field(default_factory=deque)
    tasks: set["asyncio.Task[Any] | None"] = field(default_factory=set)


class Hands:
    """`count` threads at a time of each event loop, and no more than `limit` lets; each takes up to `at_once` pieces
    of work at a time."""

    def __init__(self, count: int, at_once: int, limit: CapacityLimiter) -> None:
        self._count, self._at_once, self._limit = count, at_once, limit
        self._here: dict[asyncio.AbstractEventLoop, _Here] = {}

    async def do(self, work: Callable[[], T], within: Within = nullcontext) -> T:
        """What `work` gives, done within what `within` opens. Raises what it raises."""
        loop = asyncio.get_running_loop()
        here = self._here.setdefault(loop, _Here())
        mine: asyncio.Future[T] = loop.create_future()
        here.waiting.append((mine, (work, within)))
        if len(here.tasks) < self._count:
            here.tasks.add(loop.create_task(self._work_off(loop, here)))
        return await mine

    async def _work_off(self, loop: asyncio.AbstractEventLoop, here: _Here) -> None:
        taken: list[Asked] = []
        try:
            while taken := self._take(here):
                try:
                    works = [work for _, work in taken]
                    results = await to_thread.run_sync(_results_of, works, limiter=self._limit)
                except Exception as error:  # noqa: BLE001  no thread is to be had: whoever asked is told
                    results = [error] * len(taken)
                tell_on_loop([(future, result) for (future, _), result in zip(taken, results, strict=False)])
                here.waiting.extendleft(reversed(taken[len(results) :]))
        finally:
            for future, _ in taken:  # the loop ends
                future.cancel()
            here.tasks.discard(asyncio.current_task())
            if not here.tasks:
                for future, _ in here.waiting:
                    future.cancel()
                self._here.pop(loop, None)

    def _take(self, here: _Here) -> list[Asked]:
        """What the next thread gets: its share of what waits. Whoever has left is skipped."""
        taken: list[Asked] = []
        most = min(self._at_once, -(-len(here.waiting) // self._count))
        while here.waiting and len(taken) < most:
            if not (one := here.waiting.popleft())[0].done():
                taken.append(one)
        return taken


def _results_of(works: Sequence[Work]) -> list[Any]:
    """Of those that were done in time: the rest is next."""
    results: list[Any] = []
    until = time.monotonic() + LONGEST_SECONDS
    for within, some in groupby(works, key=itemgetter(1)):
        begun = len(results)
        try:
            with within():
                for work, _ in some:
                    try:
                        results.append(work())
                    except DatabaseDownError as error:
                        if len(results) > begun:  # a line that others were answered over: the rest get a new one
                            return results
                        results.append(error)
                    except Exception as error:  # noqa: BLE001  it is its caller's, who gets it
                        results.append(error)
                    if time.monotonic() > until:
                        return results
        except Exception:  # it did not open, or shut
            if not results:
                raise
            return results
    return results
