"""Group commit towards the ledger: single signed actions come in, one transaction carries all that wait.

One lane per kind of action. A batch begins with the first waiting item, gives company `gather_seconds` to arrive, waits
on as long as more keeps coming, for `gather_seconds_max` at most, and goes to the handler; the next gathers meanwhile,
and up to `flights_max` are on their way at once, each in a thread of its own. An item that is `same` as one on its way
waits until that one is answered. Nothing is kept: an item whose process dies is simply sent again by its maker, whose
id makes that safe.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from bank_api.errors import LedgerUnreachableError
from bank_api.protocol.messages.said import said

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _OnLoop:
    """Who waits in an event loop. A batch's callers there are told together: to wake the loop for each takes longer
    than to tell it."""

    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"

    def set_running_or_notify_cancel(self) -> bool:
        """Whether somebody still waits."""
        return not self.future.cancelled()


Caller = Future[Any] | _OnLoop


def tell_on_loop(answers: "Sequence[tuple[asyncio.Future[Any], Any]]") -> None:
    """Give each its result, or raise it where it is an exception; whoever has left is skipped."""
    for future, result in answers:
        if future.done():
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)


@dataclass
class Lane(Generic[Item, Result]):
    """`handler` takes up to `items_max` items and returns as many results, in order; a result may be an exception.

    `same` gives what two sendings of one action have in common.
    """

    name: str
    handler: Callable[[Sequence[Item]], Sequence[Result | Exception]]
    gather_seconds: float
    items_max: int
    flights_max: int = 1
    same: Callable[[Item], Hashable] = id
    gather_seconds_max: float = 0.0
    """A block comes at most once a second: who misses the one that the first of a crowd brought waits for the next."""
    _waiting: "list[tuple[Item, Caller]]" = field(default_factory=list)
    _first_came: float = 0.0
    _last_came: float = 0.0
    _flying: set[Hashable] = field(default_factory=set)
    _held: "list[tuple[Item, Caller]]" = field(default_factory=list)
    """What is the same as something on its way."""
    _threads: list[threading.Thread] = field(default_factory=list)
    _idle: int = 0
    _gathers: bool = False
    """Whether a thread waits for the batch to be due."""
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _closed: bool = False

    async def submit(self, item: Item) -> Result:
        """The result of this item once its batch is done. Raises what the handler raised or returned for it."""
        loop = asyncio.get_running_loop()
        caller = _OnLoop(loop, loop.create_future())
        self._take_in(item, caller)
        result: Result = await caller.future
        return result

    def put(self, item: Item) -> "Future[Result]":
        future: Future[Result] = Future()
        self._take_in(item, future)
        return future

    def _take_in(self, item: Item, caller: "Caller") -> None:
        with self._changed:
            if self._closed:
                raise LedgerUnreachableError(said("refusal-closing"))
            if self.same(item) in self._flying:
                self._held.append((item, caller))
                return
            self._last_came = time.monotonic()
            if not self._waiting:
                self._first_came = self._last_came
            self._waiting.append((item, caller))
            if len(self._waiting) in (1, self.items_max):
                self._call_somebody()

    def close(self) -> None:
        """Finish what waits and stop; whoever comes later is refused."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _call_somebody(self) -> None:
        if not self._idle and len(self._threads) < self.flights_max:
            thread = threading.Thread(target=self._work, name=f"lane-{self.name}", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._changed.notify()

    def _work(self) -> None:
        while batch := self._next():
            self._run(batch)
            with self._changed:
                self._land(batch)

    def _land(self, batch: "list[tuple[Item, Caller]]") -> None:
        self._flying -= {self.same(item) for item, _ in batch}
        free = [one for one in self._held if self.same(one[0]) not in self._flying]
        self._held = [one for one in self._held if self.same(one[0]) in self._flying]
        self._waiting = free + self._waiting
        if free:
            self._first_came = 0.0  # they have waited
        if self._closed or free:
            self._changed.notify_all()

    def _next(self) -> "list[tuple[Item, Caller]]":
        """The next batch, once it is due; empty when the lane is closed and nothing waits."""
        with self._changed:
            while True:
                left = self._due() - time.monotonic()
                if self._closed or len(self._waiting) >= self.items_max or left <= 0:
                    if batch := self._take():
                        return batch
                    left = threading.TIMEOUT_MAX
                if self._closed and not self._held:
                    return []
                # One gathers. Were all to wake when the batch is due, each would take the interpreter from who works.
                gathers = left < threading.TIMEOUT_MAX and not self._gathers
                self._gathers = self._gathers or gathers
                self._idle += 1
                self._changed.wait(left if gathers else None)
                self._idle -= 1
                if gathers:
                    self._gathers = False

    def _due(self) -> float:
        """When the batch that gathers leaves."""
        latest = max(self.gather_seconds, self.gather_seconds_max)
        return min(self._last_came + self.gather_seconds, self._first_came + latest)

    def _take(self) -> "list[tuple[Item, Caller]]":
        batch: list[tuple[Item, Caller]] = []
        left: list[tuple[Item, Caller]] = []
        for one in self._waiting:
            key = self.same(one[0])
            if len(batch) == self.items_max:
                left.append(one)
            elif key in self._flying:
                self._held.append(one)
            # A caller that left is skipped. From here on no thread's can leave, or setting the result would end ours.
            elif one[1].set_running_or_notify_cancel():
                batch.append(one)
                self._flying.add(key)
        self._waiting = left
        if left:
            self._call_somebody()
        return batch

    def _run(self, batch: "list[tuple[Item, Caller]]") -> None:
        try:
            results = self.handler([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001  every waiting caller gets it
            results = [error] * len(batch)
        if len(results) != len(batch):
            results = [RuntimeError(f"lane {self.name} returned {len(results)} results for {len(batch)} items")] * len(
                batch
            )
        on_loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = {}
        for (_, caller), result in zip(batch, results, strict=True):
            if isinstance(caller, _OnLoop):
                on_loops.setdefault(caller.loop, []).append((caller.future, result))
            elif isinstance(result, Exception):
                caller.set_exception(result)
            else:
                caller.set_result(result)
        for loop, answers in on_loops.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(tell_on_loop, answers)
