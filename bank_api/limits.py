"""How often somebody may ask: so many requests a second on average, and some more in a row.

The generic cell rate algorithm (ITU-T I.371): for each caller one number is kept, the time at which all of their
requests so far would have come had they come evenly. Nothing is kept of who has been quiet for a while.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

KEPT_MAX = 50_000
"""Callers remembered at once; when there are more, those who have been quiet are forgotten first."""


@dataclass
class Limit:
    """`per_second` requests on average, `in_a_row` at once. Zero per second is no limit. Thread-safe."""

    per_second: float
    in_a_row: int
    clock: Callable[[], float] = time.monotonic
    _due: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

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
