"""The embedded store's tables on a PostgreSQL server, in a schema of their own beside whatever else is there."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import make_url

from pds_adapter.errors import StoreFormatError
from pds_adapter.stores.embedded_file import SCHEMA_VERSION, begin_as_told
from pds_adapter.stores.embedded_tables import metadata

SCHEMA: Final = "azukari_pds"
_PEN, _CHUNKS = 0x415A_5044_0000_0001, 0x415A_5044_0000_0002
"""Numbers under which processes keep each other out."""


class PostgresSchema:
    """`take_the_pen` is how a transaction begins that writes: writers of all processes take turns, as with a file."""

    take_the_pen: Final = f"SELECT pg_advisory_xact_lock({_PEN})"
    hold_the_chunks: Final[str | None] = f"SELECT pg_advisory_xact_lock({_CHUNKS})"

    def __init__(self, url: str) -> None:
        made = make_url(url).set(drivername="postgresql+psycopg")
        self.label = made.render_as_string(hide_password=True)
        self.engine = create_engine(
            made,
            pool_size=4,
            max_overflow=4,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"options": f"-c search_path={SCHEMA} -c synchronous_commit=on"},
        )
        begin_as_told(self.engine, None)
        self.reader = self.engine.execution_options(isolation_level="REPEATABLE READ")
        """What is read together is of one moment; who writes must see what was written while it waited for its turn."""

    def prepare(self, connection: Connection) -> None:
        """Make the tables where there are none. Raises StoreFormatError for those of another version."""
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS store_format (version INTEGER NOT NULL)")
        version = connection.exec_driver_sql("SELECT version FROM store_format").scalar()
        if version is None:
            metadata.create_all(connection)
            connection.exec_driver_sql(f"INSERT INTO store_format VALUES ({SCHEMA_VERSION})")  # noqa: S608
        elif version != SCHEMA_VERSION:
            raise StoreFormatError(self.label, f"has schema version {version}; this program reads {SCHEMA_VERSION}")

    def let_go_of_the_log(self) -> bool:
        """Nothing to do here: what was deleted is written over when the server gets to it."""
        return True
