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


def connect(path: Path) -> Engine:
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

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        statement = connection.get_execution_options().get("azukari_begin", "BEGIN")
        if statement is not None:
            connection.exec_driver_sql(statement)

    return engine


def prepare(connection: Connection, path: Path) -> None:
    application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    empty = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one() == 0
    if empty:
        metadata.create_all(connection)
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
    elif application != APPLICATION_ID:
        raise StoreFormatError(str(path), "is a database, but not a personal data store of Azukari")
    elif version != SCHEMA_VERSION:
        raise StoreFormatError(str(path), f"has schema version {version}; this program reads {SCHEMA_VERSION}")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise StoreUnavailableError(str(path), str(error.orig)) from error
    except DBAPIError as error:
        raise StoreFormatError(str(path), str(error.orig)) from error
    except SQLAlchemyError as error:
        raise StoreUnavailableError(str(path), str(error)) from error
