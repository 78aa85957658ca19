"""How often somebody may ask: so many requests a second on average, and some more in a row.

The generic cell rate algorithm (ITU-T I.371): for each caller one number is kept, the time at which all of their
requests so far would have come had they come evenly. Nothing is kept of who has been quiet for a while.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

KEPT_MAX = 50_000
"""Callers remembered at once; when there are more, those who have been quiet are forgotten first."""


class NotAtHandError(Exception):
    """Whether a request may be made has to be asked of others."""


@dataclass
class Limit:
    """`per_second` requests on average, `in_a_row` at once. Zero per second is no limit. Thread-safe."""

    per_second: float
    in_a_row: int
    clock: Callable[[], float] = time.monotonic
    _due: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def is_at_hand(self, caller: str) -> bool:
        """Whether `wait_seconds` answers at once."""
        return True

    def at_hand(self) -> AbstractContextManager[None]:
        """In it this thread waits for nobody: where `wait_seconds` would, it raises NotAtHandError."""
        return nullcontext()

    def wait_seconds(self, caller: str) -> float:
        """Count a request: 0 if it may go on, else how long its caller must wait; then it is not counted."""
        if not self.per_second:
            return 0.0
        apart = 1 / self.per_second
        with self._lock:
            now = self.clock()
            due = max(self._due.get(caller, now), now)
            early = due - now - apart * (self.in_a_row - 1)
            if early > 0:
                return early
            self._due[caller] = due + apart
            if len(self._due) > KEPT_MAX:
                self._forget(now)
        return 0.0

    def _forget(self, now: float) -> None:
        self._due = {caller: due for caller, due in self._due.items() if due > now}
        for caller in list(self._due)[: len(self._due) - KEPT_MAX]:
            del self._due[caller]


LENT_SHARE = 20
"""A twentieth of what somebody may ask in a row is lent to a process at once."""
LENT_SECONDS = 60
"""How long that is good: so long a process may let through as much beyond what is lent anew."""

Lend = Callable[[str, float, float], float]
"""(caller, seconds that are lent, seconds that may be ahead): 0 if they were lent, else how long to wait."""


@dataclass
class SharedLimit(Limit):
    """The same limit for several processes: each asks what they all share for some requests at once, and spends them.

    What was lent and is not spent within a minute is lost: after a pause somebody is let through, in a row, at most a
    twentieth more often for each process than the limit says.
    """

    lend: Lend = lambda *_: 0.0
    _lent: dict[str, tuple[int, float]] = field(default_factory=dict)
    """How many are left, and until when."""
    _here: threading.local = field(default_factory=threading.local)

    @contextmanager
    def at_hand(self) -> Iterator[None]:
        self._here.is_hasty = True
        try:
            yield
        finally:
            self._here.is_hasty = False

    def is_at_hand(self, caller: str) -> bool:
        left, until = self._lent.get(caller, (0, 0.0))
        return not self.per_second or (left > 0 and self.clock() < until)

    def wait_seconds(self, caller: str) -> float:
        if not self.per_second or self._spend(caller):
            return 0.0
        if getattr(self._here, "is_hasty", False):
            raise NotAtHandError
        count = max(1, self.in_a_row // LENT_SHARE)
        apart = 1 / self.per_second
        wait = self.lend(caller, count * apart, (self.in_a_row - count) * apart)
        if not wait:
            with self._lock:
                now = self.clock()
                if len(self._lent) >= KEPT_MAX:
                    self._lent = {one: lent for one, lent in self._lent.items() if lent[1] > now}
                    for one in list(self._lent)[: len(self._lent) - KEPT_MAX * 3 // 4]:  # lent first; they ask again
                        del self._lent[one]
                self._lent[caller] = count - 1, now + max(LENT_SECONDS, count * apart)
        return wait

    def _spend(self, caller: str) -> bool:
        with self._lock:
            left, until = self._lent.get(caller, (0, 0.0))
            if left and self.clock() < until:
                self._lent[caller] = left - 1, until
                return True
            return False
