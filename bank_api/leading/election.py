"""Who leads: whoever holds one lock of the database server, for as long as its connection lives.

A process that is killed loses its connection, and with it the lock: nobody has to find out that it is dead.
"""

import logging
import os
import threading
from collections.abc import Callable
from typing import Any

import psycopg

from bank_api.store.dialects import number_of

LOG = logging.getLogger(__name__)
PAUSE_SECONDS = 0.25
_CALLED_OFF = 3
"""Exit code of a leader that is one no more."""


class Election:
    """One process's part in it. `url` is postgresql://…"""

    def __init__(self, url: str, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._url, self._pause_seconds = url.replace("postgresql+psycopg://", "postgresql://", 1), pause_seconds
        self._connection: psycopg.Connection[Any] | None = None
        self._stopped = threading.Event()
        self._keeper: threading.Thread | None = None

    def win(self) -> bool:
        """Lead, if nobody does now. A server that does not answer makes nobody leader."""
        try:
            if self._connection is None or self._connection.closed:
                self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=5)
            found = self._connection.execute("SELECT pg_try_advisory_lock(%s)", (number_of("leader"),)).fetchone()
            return bool(found and found[0])
        except psycopg.Error:
            self._hang_up()
            return False

    def wait(self) -> bool:
        """Until this process leads; False if it was told to stop before."""
        while not self._stopped.is_set():
            if self.win():
                return True
            self._stopped.wait(self._pause_seconds)
        return False

    def keep(self, lost: Callable[[], None] | None = None) -> None:
        """Watch over the lock from now on. Who has lost it to another must end at once: `lost`, else by exiting.

        What a former leader still has under way cannot do harm: nonces and ids are the ledger's to judge.
        """
        self._keeper = threading.Thread(target=self._watch, args=(lost or _end,), name="election", daemon=True)
        self._keeper.start()

    def close(self) -> None:
        """Lead no more."""
        self._stopped.set()
        if self._keeper is not None:
            self._keeper.join()
        self._hang_up()

    def _watch(self, lost: Callable[[], None]) -> None:
        while not self._stopped.wait(self._pause_seconds):
            if not self._is_held() and not self._regain():
                lost()
                return

    def _is_held(self) -> bool:
        try:
            return self._connection is not None and self._connection.execute("SELECT 1").fetchone() is not None
        except psycopg.Error:
            return False

    def _regain(self) -> bool:
        """After the server went away: nobody leads until it is back. False if somebody else was quicker."""
        LOG.warning("the database server is gone, and with it the lock of the leader")
        self._hang_up()
        while not self._stopped.wait(self._pause_seconds):
            if self.win():
                LOG.warning("this process leads again")
                return True
            if self._connection is not None:  # the server answers, and says no
                return False
        return True

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _end() -> None:
    LOG.error("another process leads this bank now: this one ends")
    os._exit(_CALLED_OFF)
