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

from sqlalchemy import Engine, inspect
from sqlalchemy.exc import OperationalError, TimeoutError
from sqlmodel import Session, SQLModel

from bank_api.errors import DatabaseDownError
from bank_api.lane import Lane
from bank_api.protocol.messages.said import said
from bank_api.store import schema, statements
from bank_api.store import tables as tables  # registers the tables
from bank_api.store.dialects import Kind, kind_of
from bank_api.store.locks import Locks
from bank_api.store.moment import Moment, ours

WRITES_AT_ONCE_MAX = 256

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
        self._free: list[Any] = []
        """Connections to read with that nobody uses; of a file of ours, which never goes away."""
        self._locker = self._kind.locker(url) if self._kind.locker else None
        self.locks = Locks(self._locker)
        self._driver_errors: Any = self._writing.dialect.loaded_dbapi.Error
        with _reached(self._writing):
            schema.prepare(self._writing)

    def reading(self) -> "Reading":
        """A moment to read in: `with database.reading() as moment`. Nothing it changes is kept.

        All that a thread reads inside of one is of one moment. A write inside of it is not seen.
        """
        return Reading(self._reading, self._free, self._here, self._kind)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """The object mapper's session, to read with, for questions that are seldom asked."""
        with Session(self._reading, expire_on_commit=False) as session:
            yield session

    def get(self, table: type[Row], **where: Any) -> Row | None:
        """The row with these values, if there is one."""
        with self.reading() as moment:
            found = moment.execute(statements.rows_where(table, tuple(where)), where).first()
        return None if found is None else statements.row(table, found)

    def all(self, table: type[Row], **where: Any) -> list[Row]:
        """All rows with these values."""
        with self.reading() as moment:
            found = moment.execute(statements.rows_where(table, tuple(where)), where)
        return [statements.row(table, one) for one in found]

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
        return bool(changed)

    def close(self) -> None:
        self._writer.close()
        while self._free:
            self._free.pop().close()
        for engine in (self._reading, self._writing, self._locker):
            if engine is not None:
                engine.dispose()

    def _commit(self, works: Sequence[Work]) -> list[Any]:
        results: list[Any] = []
        connection = connection_of(self._writing)
        try:
            moment = Moment(connection.dbapi_connection, self._writing.dialect)
            moment.exec_driver_sql(self._kind.take_the_pen)
            for work in works:
                moment.exec_driver_sql("SAVEPOINT one")
                try:
                    result = work(moment)
                except Exception as error:  # noqa: BLE001  it is its caller's, who gets it
                    result = error
                    moment.exec_driver_sql("ROLLBACK TO SAVEPOINT one")
                moment.exec_driver_sql("RELEASE SAVEPOINT one")
                results.append(result)
            self._commit_on(connection)
        finally:
            connection.close()  # what was not committed is rolled back
        return results

    def _commit_on(self, connection: Any) -> None:
        try:
            connection.commit()
        except self._driver_errors as error:
            raise ours(self._writing.dialect, "COMMIT", error) from error


def connection_of(engine: Engine) -> Any:
    """A driver's connection from the pool. Raises DatabaseDownError."""
    with _reached(engine):
        return engine.raw_connection()


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

    __slots__ = ("_connection", "_engine", "_free", "_here", "_is_ours", "_kind")

    def __init__(self, engine: Engine, free: list[Any], here: threading.local, kind: Kind) -> None:
        self._engine, self._free, self._here, self._kind = engine, free, here, kind
        self._is_ours = False
        self._connection: Any = None

    def __enter__(self) -> Moment:
        held: Moment | None = getattr(self._here, "moment", None)
        if held is not None:
            return held
        self._is_ours = True
        try:
            self._connection = self._free.pop()
        except IndexError:
            self._connection = connection_of(self._engine)
        moment = Moment(self._connection.dbapi_connection, self._engine.dialect)
        if self._kind.begin is not None:
            moment.exec_driver_sql(self._kind.begin)
        self._here.moment = moment
        return moment

    def __exit__(self, *_raised: object) -> None:
        if not self._is_ours:
            return
        self._here.moment = None
        if self._kind.is_file:
            self._connection.rollback()
            self._free.append(self._connection)
            return
        try:
            self._connection.rollback()
        except self._engine.dialect.loaded_dbapi.Error:  # the server went away: whoever read has been told
            self._connection.invalidate()
        self._connection.close()
