"""Group commit towards the ledger: single signed actions come in, one transaction carries all that wait.

One lane per kind of action, each with one worker thread, so that actions of a kind keep their order. A lane takes the
first waiting item, gives company `gather_seconds` to arrive, and hands the batch to its handler. Nothing is kept: an
item whose process dies is simply sent again by its maker, whose id makes that safe.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bank_api.errors import LedgerUnreachableError
from bank_api.protocol.messages.said import said

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass
class Lane(Generic[Item, Result]):
    """`handler` takes up to `items_max` items and returns as many results, in order; a result may be an exception."""

    name: str
    handler: Callable[[Sequence[Item]], Sequence[Result | Exception]]
    gather_seconds: float
    items_max: int
    _waiting: "queue.SimpleQueue[tuple[Item, Future[Result]] | None]" = field(default_factory=queue.SimpleQueue)
    _thread: threading.Thread | None = None
    _start: threading.Lock = field(default_factory=threading.Lock)
    _closed: bool = False

    async def submit(self, item: Item) -> Result:
        """The result of this item once its batch is done. Raises what the handler raised or returned for it."""
        return await asyncio.wrap_future(self.put(item))

    def put(self, item: Item) -> "Future[Result]":
        future: Future[Result] = Future()
        with self._start:
            if self._closed:
                raise LedgerUnreachableError(said("refusal-closing"))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=f"lane-{self.name}", daemon=True)
                self._thread.start()
            self._waiting.put((item, future))
        return future

    def close(self) -> None:
        """Finish what waits and stop; whoever comes later is refused."""
        with self._start:
            thread, self._thread, self._closed = self._thread, None, True
            if thread is not None:
                self._waiting.put(None)
        if thread is not None:
            thread.join()

    def _work(self) -> None:
        while True:
            first = self._waiting.get()
            if first is None:
                return
            batch, last = self._gather(first)
            self._run(batch)
            if last:
                return

    def _gather(self, first: "tuple[Item, Future[Result]]") -> "tuple[list[tuple[Item, Future[Result]]], bool]":
        """The batch that starts with `first`, and whether the lane is closing."""
        batch = [first]
        until = time.monotonic() + self.gather_seconds
        while len(batch) < self.items_max:
            try:
                following = self._waiting.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                break
            if following is None:
                return batch, True
            batch.append(following)
        return batch, False

    def _run(self, batch: "list[tuple[Item, Future[Result]]]") -> None:
        # A caller that left is skipped; from here on nobody can leave, or setting the result would end the thread.
        batch = [waiting for waiting in batch if waiting[1].set_running_or_notify_cancel()]
        if not batch:
            return
        try:
            results = self.handler([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001  every waiting caller gets it
            results = [error] * len(batch)
        if len(results) != len(batch):
            results = [RuntimeError(f"lane {self.name} returned {len(results)} results for {len(batch)} items")] * len(
                batch
            )
        for (_, future), result in zip(batch, results, strict=True):
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)
