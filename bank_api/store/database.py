"""The database handle: opens, creates missing tables, reads in short transactions, writes in groups.

Writes queue for one writer, which commits all that wait together: one fsync serves them all, and SQLite, which has one
writer at a time, never meets a second one. Each write stands or falls by itself (SAVEPOINT).

Statements are built once with SQLAlchemy Core and go to the driver directly (`moment`).
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Engine, event, inspect
from sqlmodel import Session, SQLModel, create_engine

from bank_api.lane import Lane
from bank_api.store import statements
from bank_api.store import tables as tables  # registers the tables
from bank_api.store.moment import Moment

WRITES_AT_ONCE_MAX = 256

Result = TypeVar("Result")
Row = TypeVar("Row", bound=SQLModel)
Work = Callable[[Moment], Any]


class Database:
    """SQLite runs in WAL mode with synchronous=FULL: what a call committed survives a power cut.

    Its errors name no parameters: they would put names and sealed bytes into the log.
    """

    def __init__(self, url: str) -> None:
        self.is_file = url.startswith("sqlite")
        self._writing = _engine(url, "BEGIN IMMEDIATE")
        self._reading = _engine(url, "BEGIN")
        self._writer: Lane[Work, Any] = Lane("sql", self._commit, gather_seconds=0, items_max=WRITES_AT_ONCE_MAX)
        self._here = threading.local()
        self._free: list[Any] = []
        """Connections to read with that nobody uses; of a file of ours, which never goes away."""
        SQLModel.metadata.create_all(self._writing)
        for table in SQLModel.metadata.tables.values():
            for index in table.indexes:
                index.create(self._writing, checkfirst=True)  # of a table that an earlier program made

    def reading(self) -> "Reading":
        """A moment to read in: `with database.reading() as moment`. Nothing it changes is kept.

        All that a thread reads inside of one is of one moment. A write inside of it is not seen.
        """
        return Reading(self._reading, self._free, self._here, is_kept=self.is_file)

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
        self._reading.dispose()
        self._writing.dispose()

    def _commit(self, works: Sequence[Work]) -> list[Any]:
        results: list[Any] = []
        connection = self._writing.raw_connection()
        try:
            moment = Moment(connection.dbapi_connection, self._writing.dialect)
            if self.is_file:
                moment.exec_driver_sql("BEGIN IMMEDIATE")
            for work in works:
                moment.exec_driver_sql("SAVEPOINT one")
                try:
                    result = work(moment)
                except Exception as error:  # noqa: BLE001  it is its caller's, who gets it
                    result = error
                    moment.exec_driver_sql("ROLLBACK TO SAVEPOINT one")
                moment.exec_driver_sql("RELEASE SAVEPOINT one")
                results.append(result)
            connection.commit()
        finally:
            connection.close()  # what was not committed is rolled back
        return results


def _saving(rows: Sequence[SQLModel]) -> Work:
    values = [(type(row), row.model_dump()) for row in rows]

    def work(moment: Moment) -> None:
        for table, row in values:
            statements.save(moment, table, [row])

    return work


class Reading:
    """A transaction to read in, or the one that this thread is in already."""

    __slots__ = ("_connection", "_engine", "_free", "_here", "_is_kept", "_is_ours")

    def __init__(self, engine: Engine, free: list[Any], here: threading.local, is_kept: bool) -> None:
        self._engine, self._free, self._here, self._is_kept = engine, free, here, is_kept
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
            self._connection = self._engine.raw_connection()
        moment = Moment(self._connection.dbapi_connection, self._engine.dialect)
        if self._is_kept:
            moment.exec_driver_sql("BEGIN")
        self._here.moment = moment
        return moment

    def __exit__(self, *_raised: object) -> None:
        if not self._is_ours:
            return
        self._here.moment = None
        self._connection.rollback()
        if self._is_kept:
            self._free.append(self._connection)
        else:
            self._connection.close()


def _engine(url: str, begin: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=16, hide_parameters=True, pool_pre_ping=True)
    options: dict[str, Any] = {"connect_args": {"check_same_thread": False, "timeout": 30}}
    engine = create_engine(url, pool_size=16, max_overflow=64, hide_parameters=True, **options)
    event.listen(engine, "connect", _make_durable)

    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "begin", start)
    return engine


def _make_durable(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by us: the driver's own BEGIN knows no SAVEPOINT
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten, not only unlinked
    cursor.close()
