"""The database handle: opens, creates missing tables, reads in short sessions, writes in groups.

Writes queue for one writer, which commits all that wait together: one fsync serves them all, and SQLite, which has one
writer at a time, never meets a second one. Each write stands or falls by itself (SAVEPOINT).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event
from sqlmodel import Session, SQLModel, create_engine
from sqlmodel.sql.expression import SelectOfScalar

from bank_api.lane import Lane
from bank_api.store import tables  # noqa: F401  (registers the tables)

WRITES_AT_ONCE_MAX = 256

Result = TypeVar("Result")
Row = TypeVar("Row", bound=SQLModel)
Work = Callable[[Session], Any]


class Database:
    """SQLite runs in WAL mode with synchronous=FULL: what a call committed survives a power cut.

    Its errors name no parameters: they would put names and sealed bytes into the log.
    """

    def __init__(self, url: str) -> None:
        self._writing = _engine(url, "BEGIN IMMEDIATE")
        self._reading = _engine(url, "BEGIN")
        self._writer: Lane[Work, Any] = Lane("sql", self._commit, gather_seconds=0, items_max=WRITES_AT_ONCE_MAX)
        SQLModel.metadata.create_all(self._writing)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session to read with; nothing it changes is kept."""
        with Session(self._reading, expire_on_commit=False) as session:
            yield session

    def get(self, kind: type[Row], key: Any) -> Row | None:
        """The row with this primary key."""
        with self.session() as session:
            return session.get(kind, key)

    def all(self, query: SelectOfScalar[Result]) -> Sequence[Result]:
        with self.session() as session:
            return session.exec(query).all()

    def merge(self, *rows: SQLModel) -> None:
        """Add rows, or overwrite those of the same keys: all of them, or none."""

        def work(session: Session) -> None:
            for row in rows:
                session.merge(row)

        self.write(work)

    def write(self, work: Callable[[Session], Result]) -> Result:
        """Do some work in the writer's session; returns once it is committed. Raises what the work raised."""
        result: Result = self._writer.put(work).result()
        return result

    def close(self) -> None:
        self._writer.close()
        self._reading.dispose()
        self._writing.dispose()

    def _commit(self, works: Sequence[Work]) -> list[Any]:
        results: list[Any] = []
        with Session(self._writing, expire_on_commit=False) as session:
            for work in works:
                try:
                    with session.begin_nested():
                        result = work(session)
                except Exception as error:  # noqa: BLE001  it is its caller's, who gets it
                    result = error
                results.append(result)
            session.commit()
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
    cursor.close()
