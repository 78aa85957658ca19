"""The one thread that reads the chain into the index, so that nobody who asks the index waits for the ledger.

It looks every `pause_seconds`, and at once when somebody needs to know that nothing is missing. All who ask while it
looks share its next look: however many they are, the node is asked once.
"""

import asyncio
import logging
import threading
import time
from concurrent.futures import Future

from bank_api.errors import LedgerUnreachableError
from bank_api.index.ledger_index import LedgerIndex
from chaincode.errors import LedgerUnavailableError

LOG = logging.getLogger(__name__)
Turn = tuple[asyncio.AbstractEventLoop, float | None]
"""Of a loop, for those who wait as long: None for those who wait for whatever comes."""


class Follower:
    """Keeps an index up until it is closed; a look that failed is told to those who asked, and tried again."""

    def __init__(self, index: LedgerIndex, pause_seconds: float) -> None:
        self._index, self._pause_seconds = index, pause_seconds
        self._wake, self._lock = threading.Event(), threading.Lock()
        self._asking: list[Future[int]] = []
        self._thread: threading.Thread | None = None
        self._closed, self._failing = False, False
        self._heard = time.monotonic()
        self.turns: dict[Turn, list[asyncio.Future[int]]] = {}
        """Who asks in this turn of a loop (`fresh`); each loop's own thread uses its own."""

    @property
    def reached(self) -> int:
        """The block that every question knows from now on."""
        return self._index.reached

    @property
    def silent_seconds(self) -> float:
        """Since the ledger last answered."""
        return time.monotonic() - self._heard

    def start(self) -> None:
        with self._lock:
            self._start()

    def fresh(self) -> "Future[int]":
        """Done once the index has been read through what is the head now; how far that is.

        Fails with LedgerUnavailableError when the ledger does not answer.
        """
        asked: Future[int] = Future()
        with self._lock:
            if self._closed:
                raise LedgerUnreachableError("the bank is closing")
            self._start()
            self._asking.append(asked)
        self._wake.set()
        return asked

    def close(self) -> None:
        """Stop; whoever still waits is told."""
        with self._lock:
            self._closed, thread = True, self._thread
        self._wake.set()
        if thread is not None:
            thread.join()

    def _start(self) -> None:
        if self._thread is None and not self._closed:
            self._thread = threading.Thread(target=self._follow, name="follower", daemon=True)
            self._thread.start()

    def _follow(self) -> None:
        while True:
            with self._lock:
                # Taken before the look begins: whoever comes while it lasts may know of a block that it misses.
                asking, self._asking, closed = self._asking, [], self._closed
            self._wake.clear()
            if closed:
                _tell(asking, LedgerUnreachableError("the bank is closing"))
                return
            _tell(asking, self._look())
            with self._lock:
                due = bool(self._asking) or self._closed
            if not due:
                self._wake.wait(self._pause_seconds)

    def _look(self) -> int | Exception:
        try:
            reached = self._index.catch_up()
        except Exception as error:  # noqa: BLE001  whoever asked gets it; the log says it once until it is over
            if not self._failing:
                LOG.warning("the index stands still at block %d: %s", self._index.reached, error)
            self._failing = True
            return error
        self._failing, self._heard = False, time.monotonic()
        return reached


async def fresh(follower: Follower, seconds_max: float | None = None) -> int:
    """Wait until nothing is missing that the ledger has now; how far that is.

    Raises LedgerUnreachableError, TimeoutError where that takes longer than `seconds_max`.

    Who asks in the same turn of an event loop asks once, when the turn ends: a batch's callers come together, and for
    each to be woken by another thread takes longer than the look.
    """
    loop = asyncio.get_running_loop()
    mine: asyncio.Future[int] = loop.create_future()
    turn = loop, seconds_max
    if turn not in follower.turns:
        follower.turns[turn] = []
        loop.call_soon(_ask, follower, turn)
    follower.turns[turn].append(mine)
    try:
        return await mine
    except LedgerUnavailableError as error:
        raise LedgerUnreachableError(str(error)) from error


def _ask(follower: Follower, turn: Turn) -> None:
    loop, seconds_max = turn
    waiting = follower.turns.pop(turn)
    try:
        asked = asyncio.wrap_future(follower.fresh(), loop=loop)
    except LedgerUnreachableError as error:
        _pass_on(waiting, error)
        return
    asked.add_done_callback(lambda done: _pass_on(waiting, done.exception() or done.result()))
    if seconds_max is not None:
        late = loop.call_later(seconds_max, _pass_on, waiting, TimeoutError())
        asked.add_done_callback(lambda _: late.cancel())


def _pass_on(waiting: "list[asyncio.Future[int]]", answer: int | BaseException) -> None:
    for one in waiting:
        if one.done():  # whoever asked has left
            continue
        if isinstance(answer, BaseException):
            one.set_exception(answer)
        else:
            one.set_result(answer)


def _tell(asking: "list[Future[int]]", answer: int | Exception) -> None:
    for one in asking:
        if not one.set_running_or_notify_cancel():
            continue
        if isinstance(answer, Exception):
            one.set_exception(answer)
        else:
            one.set_result(answer)
