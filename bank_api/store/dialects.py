"""What differs between the databases that a bank may rest in: a SQLite file of its own, or a PostgreSQL server.

1. Writers take turns, here as there: what one of them looked up still holds when it writes. SQLite has one writer; on a
   server a writing transaction begins by taking the pen, one for all processes of a bank, and lays it down by ending.
2. What is read together is of one moment.
3. What was committed survives a power cut.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from sqlalchemy import Engine, event
from sqlalchemy.engine import Dialect, make_url
from sqlmodel import create_engine

from bank_api.store.line import FileLine, Line

READERS_MAX = 16
"""Connections of one process to read with; a server has a hundred for all."""
WAIT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of database."""

    is_file: bool
    take_the_pen: tuple[str, ...]
    """How a transaction begins that writes."""
    begin: str
    """How one begins that reads."""
    writer: Callable[[str], Engine]
    """For schema and migrations."""
    reader: Callable[[str], Engine]
    """For the object mapper's sessions."""
    line: Callable[[Engine], Line]
    """A connection for all else."""
    spelling: Callable[[Engine], Dialect]
    """How statements are spelt for a line."""
    lines_max: int | None
    """How many lines one process reads over at once."""
    locker: Callable[[str], Engine] | None
    """Connections that hold locks; None where one process has it all."""


def number_of(name: str) -> int:
    """The number under which something is locked by its name, of 64 bits: the bank's mark, then the name's sum."""
    return 0x415A_4B52 << 32 | crc32(name.encode())


def kind_of(url: str) -> Kind:
    """Raises ValueError for a database of another kind."""
    name = make_url(url).get_backend_name()
    if name == "sqlite":
        return SQLITE
    if name == "postgresql":
        return POSTGRESQL
    raise ValueError(f"a bank rests in SQLite or PostgreSQL, not in {name}")


def address_of(url: str) -> str:
    """The address as SQLAlchemy wants it, with the driver that we have."""
    made = make_url(url)
    if made.get_backend_name() == "postgresql":
        made = made.set(drivername="postgresql+psycopg")
    return made.render_as_string(hide_password=False)


def _file(begin: str) -> Callable[[str], Engine]:
    def make(url: str) -> Engine:
        options: dict[str, Any] = {"connect_args": {"check_same_thread": False, "timeout": WAIT_SECONDS}}
        engine = create_engine(url, pool_size=16, max_overflow=64, hide_parameters=True, **options)
        event.listen(engine, "connect", _make_durable)

        def start(connection: Any) -> None:
            connection.exec_driver_sql(begin)

        event.listen(engine, "begin", start)
        return engine

    return make


def _make_durable(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by us: the driver's own BEGIN knows no SAVEPOINT
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten, not only unlinked
    cursor.close()


def _server_writer(url: str) -> Engine:
    engine = create_engine(address_of(url), pool_size=1, max_overflow=2, pool_pre_ping=True, hide_parameters=True)

    def take_the_pen(connection: Any) -> None:
        connection.exec_driver_sql(_PEN)

    event.listen(engine, "begin", take_the_pen)
    return engine


def _server_reader(url: str) -> Engine:
    engine = create_engine(
        address_of(url),
        pool_size=1,
        max_overflow=3,
        pool_timeout=WAIT_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _of_one_moment)
    return engine


def _server_locker(url: str) -> Engine:
    return create_engine(address_of(url), pool_size=2, max_overflow=30, pool_pre_ping=True, hide_parameters=True)


def _of_one_moment(connection: Any, _record: Any) -> None:
    from psycopg import IsolationLevel  # a bank in a file does without the driver

    connection.isolation_level = IsolationLevel.REPEATABLE_READ


def _server_line(engine: Engine) -> Line:
    from bank_api.store.server_line import ServerLine

    return ServerLine(engine.url.set(drivername="postgresql").render_as_string(hide_password=False))


def _server_spelling(engine: Engine) -> Dialect:
    """Places for values are $1, $2, …: the server's own way."""
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

    make: Any = PGDialect_psycopg
    dialect: Dialect = make(paramstyle="numeric_dollar", dbapi=engine.dialect.loaded_dbapi)
    return dialect


def _file_spelling(engine: Engine) -> Dialect:
    return engine.dialect


_PEN = f"SELECT pg_advisory_xact_lock({number_of('pen')})"
SQLITE = Kind(
    is_file=True,
    take_the_pen=("BEGIN IMMEDIATE",),
    begin="BEGIN",
    writer=_file("BEGIN IMMEDIATE"),
    reader=_file("BEGIN"),
    line=FileLine,
    spelling=_file_spelling,
    lines_max=None,
    locker=None,
)
POSTGRESQL = Kind(
    is_file=False,
    take_the_pen=("BEGIN ISOLATION LEVEL READ COMMITTED", "SET LOCAL synchronous_commit TO on", _PEN),
    begin="BEGIN ISOLATION LEVEL REPEATABLE READ",
    writer=_server_writer,
    reader=_server_reader,
    line=_server_line,
    spelling=_server_spelling,
    lines_max=READERS_MAX,
    locker=_server_locker,
)
