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
from sqlalchemy.engine import make_url
from sqlmodel import create_engine

READERS_MAX = 16
"""Connections of one process to read with; a server has a hundred for all."""
WAIT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of database."""

    is_file: bool
    take_the_pen: str
    """How a transaction begins that writes."""
    begin: str | None
    """How one begins that reads; None where the driver begins by itself."""
    writer: Callable[[str], Engine]
    reader: Callable[[str], Engine]
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
    engine = create_engine(address_of(url), pool_size=2, max_overflow=2, pool_pre_ping=True, hide_parameters=True)

    def take_the_pen(connection: Any) -> None:
        connection.exec_driver_sql(_PEN)

    event.listen(engine, "begin", take_the_pen)
    event.listen(engine, "connect", _make_durable_on_server)
    return engine


def _server_reader(url: str) -> Engine:
    engine = create_engine(
        address_of(url),
        pool_size=READERS_MAX,
        max_overflow=0,
        pool_timeout=WAIT_SECONDS,
        pool_pre_ping=True,
        pool_reset_on_return=None,  # who read has rolled back
        hide_parameters=True,
    )
    event.listen(engine, "connect", _of_one_moment)
    return engine


def _server_locker(url: str) -> Engine:
    return create_engine(address_of(url), pool_size=2, max_overflow=30, pool_pre_ping=True, hide_parameters=True)


def _make_durable_on_server(connection: Any, _record: Any) -> None:
    connection.execute("SET synchronous_commit TO on")
    connection.commit()


def _of_one_moment(connection: Any, _record: Any) -> None:
    from psycopg import IsolationLevel  # a bank in a file does without the driver

    connection.isolation_level = IsolationLevel.REPEATABLE_READ


_PEN = f"SELECT pg_advisory_xact_lock({number_of('pen')})"
SQLITE = Kind(True, "BEGIN IMMEDIATE", "BEGIN", _file("BEGIN IMMEDIATE"), _file("BEGIN"), None)
POSTGRESQL = Kind(False, _PEN, None, _server_writer, _server_reader, _server_locker)
