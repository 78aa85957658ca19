"""Locks that all processes of a bank share, by name; of a bank in a file, which is one process's, its threads'.

On a server they are PostgreSQL's advisory locks, held by a connection: who dies lets go.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError, TimeoutError

from bank_api.errors import DatabaseDownError
from bank_api.protocol.messages.said import said
from bank_api.store.dialects import number_of

WAIT_SECONDS = 60
_TAKE = "SELECT pg_advisory_xact_lock(number) FROM (SELECT unnest(%(numbers)s::bigint[]) AS number ORDER BY 1) AS one"
"""Always in one order: of two who want the same none waits for the other."""


class Locks:
    """`server` is None where nobody but this process could hold anything."""

    def __init__(self, server: Engine | None) -> None:
        self._server = server

    @contextmanager
    def held(self, names: Iterable[str]) -> Iterator[None]:
        """Keep other processes from all of these. Threads of this one are the caller's to keep apart.

        Raises DatabaseDownError if they are not free in time.
        """
        numbers = sorted({number_of(name) for name in names})
        if self._server is None or not numbers:
            yield
            return
        with self._taken(self._server, numbers):
            yield

    def _taken(self, server: Engine, numbers: Sequence[int]) -> Connection:
        try:
            connection = server.connect()
        except (OperationalError, TimeoutError) as error:
            raise DatabaseDownError(said("refusal-database-down")) from error
        try:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
            connection.exec_driver_sql(_TAKE, {"numbers": numbers})
        except BaseException as error:
            connection.close()
            if isinstance(error, OperationalError | TimeoutError):
                raise DatabaseDownError(said("refusal-database-down")) from error
            raise
        return connection


class Alone:
    """One thread of one process at a time: `with lock:`."""

    def __init__(self, locks: Locks, name: str) -> None:
        self._locks, self._name = locks, name
        self._here = threading.Lock()
        self._held = threading.local()

    def __enter__(self) -> None:
        self._here.acquire()
        try:
            held = self._locks.held([self._name])
            held.__enter__()
        except BaseException:
            self._here.release()
            raise
        self._held.by = held

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self._held.by.__exit__(kind, error, at)
        finally:
            self._here.release()
