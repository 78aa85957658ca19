"""The database handle: opens, creates missing tables, reads in short transactions, writes in groups.

Writes queue for one writer, which commits all that wait together: one fsync serves them all, and SQLite, which has one
writer at a time, never meets a second one. Each write stands or falls by itself (SAVEPOINT). What SQLite and PostgreSQL
do differently is in `dialects`, the schema and its migrations in `schema`.

Statements are built once with SQLAlchemy Core and go to the driver directly (`moment`).
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from anyio import CapacityLimiter
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import OperationalError, TimeoutError
from sqlmodel import Session, SQLModel

from bank_api.errors import DatabaseDownError
from bank_api.hands import Hands
from bank_api.lane import Lane
from bank_api.protocol.messages.said import said
from bank_api.store import schema, statements
from bank_api.store import tables as tables  # registers the tables
from bank_api.store.dialects import kind_of
from bank_api.store.line import Line
from bank_api.store.lines import Lines
from bank_api.store.locks import Locks
from bank_api.store.moment import Moment, ours

WRITES_AT_ONCE_MAX = 256
ASKED_BY = 4
"""Threads that ask a server: they wait for it in turns, and compute in turns in any case."""
ASKED_AT_ONCE = 8
"""Some milliseconds, after which whoever has been waiting is told."""

Result = TypeVar("Result")
Row = TypeVar("Row", bound=SQLModel)
Work = Callable[[Moment], Any]


class Database:
    """What a call committed survives a power cut.

    Its errors name no parameters: they would put names and sealed bytes into the log. Raises SchemaError where the
    database is of another program.
    """

    def __init__(self, url: str) -> None:
        self._kind = kind_of(url)
        self.is_file = self._kind.is_file
        self._writing, self._reading = self._kind.writer(url), self._kind.reader(url)
        self._writer: Lane[Work, Any] = Lane("sql", self._commit, gather_seconds=0, items_max=WRITES_AT_ONCE_MAX)
        self._here = threading.local()
        self._hands = Hands(ASKED_BY, ASKED_AT_ONCE, CapacityLimiter(ASKED_BY))
        self._locker = self._kind.locker(url) if self._kind.locker else None
        self.locks = Locks(self._locker)
        with _reached(self._writing):
            schema.prepare(self._writing)
        dialect = self._kind.spelling(self._writing)
        self._lines = Lines(lambda: self._kind.line(self._reading), dialect, self._kind.lines_max)
        self._pens = Lines(lambda: self._kind.line(self._writing), dialect)

    def reading(self) -> "Reading":
        """A moment to read in: `with database.reading() as moment`. Nothing it changes is kept.

        All that a thread reads inside of one is of one moment. A write inside of it is not seen.
        """
        return Reading(self._lines, self._here, self._kind.begin)

    async def asked(self, work: Callable[[], Result]) -> Result:
        """What some quick work finds here: done at once where this is a file, where the way to a thread would take
        longer; else off the event loop, together with what others ask for."""
        return work() if self.is_file else await self._hands.do(work)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """The object mapper's session, to read with, for questions that are seldom asked."""
        with Session(self._reading, expire_on_commit=False) as session:
            yield session

    def get(self, table: type[Row], **where: Any) -> Row | None:
        """The row with these values, if there is one."""
        with self._one_question() as moment:
            found = moment.execute(statements.rows_where(table, tuple(where)), where).first()
        return None if found is None else statements.row(table, found)

    def all(self, table: type[Row], **where: Any) -> list[Row]:
        """All rows with these values."""
        with self._one_question() as moment:
            found = moment.execute(statements.rows_where(table, tuple(where)), where)
        return [statements.row(table, one) for one in found]

    def _one_question(self) -> "Reading":
        """A moment for one statement, which is of one moment by itself."""
        return Reading(self._lines, self._here)

    def write(self, work: Callable[[Moment], Result]) -> Result:
        """Do some work in the writer's transaction; returns once it is committed. Raises what the work raised."""
        result: Result = self._writer.put(work).result()
        return result

    async def written(self, work: Callable[[Moment], Result]) -> Result:
        """The same for who has other things to do meanwhile."""
        result: Result = await self._writer.submit(work)
        return result

    def save(self, *rows: SQLModel) -> None:
        """Add, or overwrite the rows of the same keys: all of them, or none."""
        self.write(_saving(rows))

    async def saved(self, *rows: SQLModel) -> None:
        """The same for who has other things to do meanwhile."""
        await self.written(_saving(rows))

    def let_go_of_the_log(self) -> bool:
        """Leave nothing in SQLite's write-ahead log of what was deleted; False if a reader keeps it for now."""
        if not self.is_file:
            return True
        raw = self._writing.raw_connection()  # in no transaction: a checkpoint is done between them
        try:
            cursor = raw.cursor()
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            cursor.close()
        finally:
            raw.close()
        return not busy

    def remake_changed(self, tables: Sequence[type[SQLModel]]) -> bool:
        """Make those anew, empty, whose columns an earlier program had otherwise; whether there were any."""
        found = inspect(self._reading)
        changed = [
            table
            for table in map(statements.table_of, tables)
            if {column["name"] for column in found.get_columns(table.name)} != set(table.columns.keys())
        ]

        if changed:
            with self._writing.begin() as connection:
                SQLModel.metadata.drop_all(connection, changed)
                SQLModel.metadata.create_all(connection, changed)
            for lines in (self._lines, self._pens):  # what they have prepared is of the tables that were
                lines.close()
        return bool(changed)

    def close(self) -> None:
        self._writer.close()
        self._lines.close()
        self._pens.close()
        for engine in (self._reading, self._writing, self._locker):
            if engine is not None:
                engine.dispose()

    def _commit(self, works: Sequence[Work]) -> list[Any]:
        """All together; if one of them fails, all once more, each of which then stands or falls by itself."""
        with self._pens.one() as line:
            try:
                return self._together(line, works)
            except _OneFailedError as failed:
                if len(works) == 1:
                    return [failed.error]
            line.end()
            return self._each_by_itself(line, works)

    def _together(self, line: Line, works: Sequence[Work]) -> list[Any]:
        moment = self._take_the_pen(line)
        try:
            results = [work(moment) for work in works]
            self._having(line, line.settle)
        except Exception as error:
            raise _OneFailedError(error) from error
        self._having(line, line.commit)
        return results

    def _each_by_itself(self, line: Line, works: Sequence[Work]) -> list[Any]:
        moment, results = self._take_the_pen(line), list[Any]()
        for work in works:
            moment.exec_driver_sql("SAVEPOINT one")
            try:
                result = work(moment)
                self._having(line, line.settle)
            except Exception as error:  # noqa: BLE001  it is its caller's, who gets it
                result = error
                line.untell()
                moment.exec_driver_sql("ROLLBACK TO SAVEPOINT one")
            moment.exec_driver_sql("RELEASE SAVEPOINT one")
            results.append(result)
        self._having(line, line.commit)
        return results

    def _take_the_pen(self, line: Line) -> Moment:
        """A transaction that writes; from here on nobody else does."""
        line.begin(*self._kind.take_the_pen)
        self._having(line, line.settle)
        return self._pens.moment(line)

    def _having(self, line: Line, step: Callable[[], Any]) -> None:
        try:
            step()
        except line.errors as error:
            raise ours(self._pens.dialect, "", error) from error


class _OneFailedError(Exception):
    """One of the works that were to be committed together."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


@contextmanager
def _reached(engine: Engine) -> Iterator[None]:
    try:
        yield
    except (OperationalError, TimeoutError) as error:
        if engine.dialect.name == "sqlite":
            raise
        raise DatabaseDownError(said("refusal-database-down")) from error


def _saving(rows: Sequence[SQLModel]) -> Work:
    values = [(type(row), row.model_dump()) for row in rows]

    def work(moment: Moment) -> None:
        for table, row in values:
            statements.save(moment, table, [row])

    return work


class Reading:
    """A transaction to read in, or the one that this thread is in already."""

    __slots__ = ("_begin", "_here", "_line", "_lines")

    def __init__(self, lines: Lines, here: threading.local, *begin: str) -> None:
        """Without `begin` each question in it is of a moment of its own."""
        self._lines, self._here, self._begin = lines, here, begin
        self._line: Line | None = None

    def __enter__(self) -> Moment:
        held: Moment | None = getattr(self._here, "moment", None)
        if held is not None:
            return held
        line = self._line = self._lines.take()
        line.begin(*self._begin)
        self._here.moment = moment = self._lines.moment(line)
        return moment

    def __exit__(self, *_raised: object) -> None:
        if self._line is None:
            return
        self._here.moment = None
        self._lines.give_back(self._line)
