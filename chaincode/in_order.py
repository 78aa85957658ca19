"""Many threads wait for receipts of one account's transactions, and one of them asks.

No transaction is sealed before those with lower nonces. So whoever waits for the lowest asks the node every few
milliseconds, and the others look when that one has something, or when something is due that is theirs alone.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Waiter:
    """One thread's wait."""

    nonce: int
    news: int
    silences: int


class InOrder:
    """Any thread may use it. `sleep` is how whoever asks passes the time."""

    def __init__(self, sleep: Callable[[float], None]) -> None:
        self._sleep = sleep
        self._changed = threading.Condition()
        self._nonces: list[int] = []
        self._news = self._silences = 0
        self._is_silent = False

    def enter(self, nonce: int) -> None:
        """It is about to be handed in."""
        with self._changed:
            self._nonces.append(nonce)

    def leave(self, nonce: int) -> None:
        """Nobody waits for it any more; everybody looks."""
        with self._changed:
            if nonce in self._nonces:
                self._nonces.remove(nonce)
            self._news += 1
            self._changed.notify_all()

    def waiter(self, nonce: int) -> Waiter:
        """The wait for what was entered, from now on."""
        with self._changed:
            return Waiter(nonce, self._news, self._silences)

    def wait(self, mine: Waiter, pause_seconds: float, seconds_max: float) -> bool:
        """Wait until it is time to look again: `pause_seconds` for the lowest nonce, else until there is news, at most
        `seconds_max`. Whether somebody found the node silent meanwhile: it may have forgotten everything.
        """
        with self._changed:
            is_first = mine.nonce == min(self._nonces)
            if not is_first:
                self._changed.wait_for(lambda: self._is_due(mine), max(seconds_max, 0.0))
            was_silent = mine.silences != self._silences
            mine.news, mine.silences = self._news, self._silences
        if is_first:
            self._sleep(pause_seconds)
        return was_silent

    def silent(self, mine: Waiter) -> None:
        """The node gave no answer. Nobody is woken, for all would ask it at once: they are once it answers."""
        with self._changed:
            self._silences += 1
            self._is_silent = True
            mine.silences = self._silences

    def heard(self) -> None:
        """The node answers."""
        if self._is_silent:
            with self._changed:
                self._is_silent = False
                self._news += 1
                self._changed.notify_all()

    def _is_due(self, mine: Waiter) -> bool:
        return mine.news != self._news or mine.nonce == min(self._nonces)
