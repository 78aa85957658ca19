"""What a database's connection does for whoever has a transaction on it; and the one to a SQLite file.

`server_line` is the one to a server. Which statement goes over a line, how its values are turned and its rows named,
is `moment`'s.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import Engine

Parameters = Sequence[Any]
Answer = tuple[list[tuple[Any, ...]] | None, int]
"""The rows, or None of a statement that has none; and how many they are, or how many rows were changed."""


class Line(Protocol):
    """A connection that one thread uses at a time, in one transaction after the other."""

    errors: Any
    """What the driver raises."""

    @property
    def is_usable(self) -> bool:
        """Whether a new transaction can begin on it."""

    def begin(self, *words: str) -> None:
        """Begin a transaction with these words; without any each statement is one of its own."""

    def run(self, sql: str, parameters: Parameters, is_lasting: bool = True) -> Answer:
        """What a statement finds. What is not `is_lasting` is not worth remembering: it is spelt anew each time."""

    def each(self, sql: str, many: Sequence[Parameters]) -> list[Answer]:
        """What a statement finds for each."""

    def tell(self, sql: str, many: Sequence[Parameters] = ((),)) -> None:
        """Run a statement for each. That it failed may be told later: by what is run next, or by `settle`."""

    def untell(self) -> None:
        """What was told and is not done yet is not to be done."""

    def settle(self) -> None:
        """All that was told is done. Raises what failed."""

    def commit(self) -> None: ...

    def end(self) -> None:
        """Undo whatever was not committed."""

    def close(self) -> None: ...


class FileLine:
    """A connection to a SQLite file: whatever it is told it does at once."""

    errors: Any = sqlite3.Error
    is_usable = True

    def __init__(self, engine: Engine) -> None:
        self._held = engine.raw_connection()
        self._driver: Any = self._held.dbapi_connection

    def begin(self, *words: str) -> None:
        for one in words:
            self._driver.execute(one)

    def run(self, sql: str, parameters: Parameters, is_lasting: bool = True) -> Answer:
        cursor = self._driver.execute(sql, parameters)
        if cursor.description is None:
            return None, cursor.rowcount
        rows = cursor.fetchall()
        return rows, len(rows)

    def each(self, sql: str, many: Sequence[Parameters]) -> list[Answer]:
        return [self.run(sql, one) for one in many]

    def tell(self, sql: str, many: Sequence[Parameters] = ((),)) -> None:
        if len(many) == 1:
            self._driver.execute(sql, many[0])
        else:
            self._driver.executemany(sql, many)

    def untell(self) -> None:
        pass

    def settle(self) -> None:
        pass

    def commit(self) -> None:
        self._driver.commit()

    def end(self) -> None:
        self._driver.rollback()

    def close(self) -> None:
        self._held.close()
