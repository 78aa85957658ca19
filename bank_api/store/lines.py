"""A process's connections to its database, each lent to one thread at a time."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Dialect

from bank_api.errors import DatabaseDownError
from bank_api.protocol.messages.said import said
from bank_api.store.line import Line
from bank_api.store.moment import Moment, errors_of, ours

WAIT_SECONDS = 30


class Lines:
    """`make` makes one more. `most` is how many there are at once."""

    def __init__(self, make: Callable[[], Line], dialect: Dialect, most: int | None = None) -> None:
        self._make, self.dialect = make, dialect
        self._free: list[Line] = []
        self._room = None if most is None else threading.BoundedSemaphore(most)

    def moment(self, line: Line) -> Moment:
        return Moment(line, self.dialect)

    @contextmanager
    def one(self) -> Iterator[Line]:
        """What was not committed is undone. Raises DatabaseDownError."""
        line = self.take()
        try:
            yield line
        finally:
            self.give_back(line)

    def take(self) -> Line:
        """Raises DatabaseDownError where the server does not answer, or none comes free in time."""
        if self._room is not None and not self._room.acquire(timeout=WAIT_SECONDS):
            raise DatabaseDownError(said("refusal-database-down"))
        try:
            return self._free.pop()
        except IndexError:
            pass
        try:
            return self._make()
        except BaseException as error:
            if self._room is not None:
                self._room.release()
            if isinstance(error, errors_of(self.dialect)):
                raise ours(self.dialect, "", error) from error
            raise

    def give_back(self, line: Line) -> None:
        line.end()
        if line.is_usable:
            self._free.append(line)
        else:
            line.close()
        if self._room is not None:
            self._room.release()

    def close(self) -> None:
        while self._free:
            self._free.pop().close()
