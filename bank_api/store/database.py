"""The database handle: opens, creates missing tables, reads in short transactions, writes in groups.

Writes queue for one writer, which commits all that wait together: one fsync serves them all, and SQLite, which has one
writer at a time, never meets a second one. Each write stands or falls by itself (SAVEPOINT).

Statements are built once and go through SQLAlchemy Core: its object mapper costs ten times what a question does.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event, inspect
from sqlmodel import Session, SQLModel, create_engine

from bank_api.lane import Lane
from bank_api.store import statements
from bank_api.store import tables as tables  # registers the tables

WRITES_AT_ONCE_MAX = 256

Result = TypeVar("Result")
Row = TypeVar("Row", bound=SQLModel)
Work = Callable[[Connection], Any]


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
        SQLModel.metadata.create_all(self._writing)
        for table in SQLModel.metadata.tables.values():
            for index in table.indexes:
                index.create(self._writing, checkfirst=True)  # of a table that an earlier program made

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with; nothing it changes is kept.

        All that a thread reads inside of one is of one moment. A write inside of it is not seen.
        """
        held: Connection | None = getattr(self._here, "connection", None)
        if held is not None:
            yield held
            return
        with self._reading.connect() as connection:
            self._here.connection = connection
            try:
                yield connection
            finally:
                self._here.connection = None

    @contextmanager
    def session(self) -> Iterator[Session]:
        """The object mapper's session, to read with, for questions that are seldom asked."""
        with Session(self._reading, expire_on_commit=False) as session:
            yield session

    def get(self, table: type[Row], **where: Any) -> Row | None:
        """The row with these values, if there is one."""
        with self.reading() as connection:
            found = connection.execute(statements.rows_where(table, tuple(where)), where).first()
        return None if found is None else table(**found._mapping)

    def all(self, table: type[Row], **where: Any) -> list[Row]:
        """All rows with these values."""
        with self.reading() as connection:
            found = connection.execute(statements.rows_where(table, tuple(where)), where).all()
        return [table(**row._mapping) for row in found]

    def write(self, work: Callable[[Connection], Result]) -> Result:
        """Do some work in the writer's transaction; returns once it is committed. Raises what the work raised."""
        result: Result = self._writer.put(work).result()
        return result

    def save(self, *rows: SQLModel) -> None:
        """Add, or overwrite the rows of the same keys: all of them, or none."""
        values = [(type(row), row.model_dump()) for row in rows]

        def work(connection: Connection) -> None:
            for table, row in values:
                statements.save(connection, table, [row])

        self.write(work)

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

        def work(connection: Connection) -> None:
            SQLModel.metadata.drop_all(connection, changed)
            SQLModel.metadata.create_all(connection, changed)

        self.write(work)
        return bool(changed)

    def close(self) -> None:
        self._writer.close()
        self._reading.dispose()
        self._writing.dispose()

    def _commit(self, works: Sequence[Work]) -> list[Any]:
        results: list[Any] = []
        with self._writing.connect() as connection:
            for work in works:
                try:
                    with connection.begin_nested():
                        result = work(connection)
                except Exception as error:  # noqa: BLE001  it is its caller's, who gets it
                    result = error
                results.append(result)
            connection.commit()
        return results


def _engine(url: str, begin: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=16, hide_parameters=True, pool_pre_ping=True)
    options: dict[str, Any] = {"connect_args": {"check_same_thread": False, "timeout": 30}}
    engine = create_engine(url, pool_size=16, max_overflow=64, hide_parameters=True, **options)
    event.listen(engine, "connect", _make_durable)

    def start(connection: Connection) -> None:
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
