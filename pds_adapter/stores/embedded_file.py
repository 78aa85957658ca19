"""The SQLite file of the embedded store: how it is opened, whose it must be, and what its errors mean here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from pds_adapter.errors import StoreFormatError, StoreUnavailableError
from pds_adapter.stores.embedded_tables import metadata

APPLICATION_ID: Final = 0x415A5044
"""'AZPD', written into the SQLite header."""
SCHEMA_VERSION: Final = 1
BUSY_SECONDS: Final = 30


class SqliteFile:
    """`take_the_pen` is how a transaction begins that writes; writers of one file take turns."""

    take_the_pen: Final = "BEGIN IMMEDIATE"
    hold_the_chunks: Final[str | None] = None
    """How chunks are kept from other processes: a file is one process's own."""

    def __init__(self, path: Path) -> None:
        self.label = str(path)
        self.engine = self.reader = _connect(path)

    def prepare(self, connection: Connection) -> None:
        """Make the tables of a new file. Raises StoreFormatError for a file of another program or version."""
        application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        empty = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one() == 0
        if empty:
            metadata.create_all(connection)
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
        elif application != APPLICATION_ID:
            raise StoreFormatError(self.label, "is a database, but not a personal data store of Azukari")
        elif version != SCHEMA_VERSION:
            raise StoreFormatError(self.label, f"has schema version {version}; this program reads {SCHEMA_VERSION}")

    def let_go_of_the_log(self) -> bool:
        """Leave nothing in the write-ahead log of what was deleted; False if a reader keeps it for now."""
        with self.engine.execution_options(azukari_begin=None).begin() as connection:
            return not connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]


def _connect(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        pool_size=8,
        max_overflow=-1,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, so that writers take the lock at once
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    begin_as_told(engine, "BEGIN")
    return engine


def begin_as_told(engine: Engine, usually: str | None) -> None:
    """Begin each transaction with the statement that its engine's option `azukari_begin` names."""

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        statement = connection.get_execution_options().get("azukari_begin", usually)
        if statement is not None:
            connection.exec_driver_sql(statement)


@contextmanager
def translated(label: str) -> Iterator[None]:
    """What goes wrong with the database, as errors of the store. `label` says which database it is."""
    try:
        yield
    except OperationalError as error:
        raise StoreUnavailableError(label, str(error.orig)) from error
    except DBAPIError as error:
        raise StoreFormatError(label, str(error.orig)) from error
    except SQLAlchemyError as error:
        raise StoreUnavailableError(label, str(error)) from error
