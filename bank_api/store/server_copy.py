"""A copy of a bank's tables on a PostgreSQL server, all as of one moment, and the way back into an empty database.

By the server's own COPY, a file for each table: no program of the server's version is needed. What is read again from
the ledger, or is of the running processes alone, is left out by whoever calls.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from sqlmodel import SQLModel

from bank_api.store.database import Database
from bank_api.store.schema import VERSION_TABLE
from pds_adapter.stores.embedded_server import SCHEMA as PDS
from pds_adapter.stores.embedded_tables import metadata as pds_metadata

BANK = "bank"
"""Stands for whichever schema the bank's own tables are in."""
_COLUMNS = """
SELECT column_name FROM information_schema.columns
WHERE table_schema = %s AND table_name = %s ORDER BY ordinal_position
"""

Columns = Mapping[str, Sequence[str]]
"""By `schema.table`, in the order of its file."""


class ServerCopyError(Exception):
    """The database is not one that can be copied, or copied into; `table` says where."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(f"{table} is not as this program has it, or not empty")


def copy_out(url: str, folder: Path, left_out: Collection[str]) -> dict[str, list[str]]:
    """Write each table into a file named after it; which columns. Raises ServerCopyError, psycopg.Error."""
    found: dict[str, list[str]] = {}
    with _connected(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for name, schema, table in _tables(connection, left_out):
            columns = [str(row[0]) for row in connection.execute(_COLUMNS, (schema, table))]
            if not columns:
                raise ServerCopyError(name)
            found[name] = columns
            rows = connection.cursor().copy(_copy(schema, table, columns, "TO STDOUT"))
            with rows as blocks, (folder / name).open("wb") as file:
                for block in blocks:
                    file.write(block)
    return found


def copy_in(url: str, folder: Path, copied: Columns, left_out: Collection[str]) -> None:
    """Fill the empty tables of a database from such files, all of them or none.

    Raises ServerCopyError for tables that have rows or other columns, psycopg.Error.
    """
    with _connected(url) as connection:
        tables = list(_tables(connection, left_out))
        for name, schema, table in tables:
            columns = {str(row[0]) for row in connection.execute(_COLUMNS, (schema, table))}
            if columns != set(copied.get(name, ())) or _has_rows(connection, schema, table):
                raise ServerCopyError(name)
        for name, schema, table in tables:
            rows = connection.cursor().copy(_copy(schema, table, copied[name], "FROM STDIN"))
            with rows as target, (folder / name).open("rb") as file:
                while block := file.read(1 << 20):
                    target.write(block)
            _count_on(connection, schema, table)


def revision_of(url: str) -> str:
    """The newest migration that a database has been through; nothing before the first."""
    with _connected(url) as connection:
        found = connection.execute(sql.SQL("SELECT version_num FROM {}").format(sql.Identifier(VERSION_TABLE)))
        row = found.fetchone()
    return "" if row is None else str(row[0])


def make_tables(url: str) -> None:
    """The bank's own tables, where there are none."""
    Database(url).close()


@contextmanager
def _connected(url: str) -> "Iterator[psycopg.Connection[Any]]":
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1), connect_timeout=10) as connection:
        yield connection


def _tables(connection: "psycopg.Connection[Any]", left_out: Collection[str]) -> Iterator[tuple[str, str, str]]:
    row = connection.execute("SELECT current_schema()").fetchone()
    own = str(row[0]) if row else "public"
    for label, schema, metadata in ((BANK, own, SQLModel.metadata), (PDS, PDS, pds_metadata)):
        for table in sorted(metadata.tables):
            if label != BANK or table not in left_out:
                yield f"{label}.{table}", schema, table


def _copy(schema: str, table: str, columns: Sequence[str], way: LiteralString) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) {}").format(sql.Identifier(schema, table), names, sql.SQL(way))


def _has_rows(connection: "psycopg.Connection[Any]", schema: str, table: str) -> bool:
    asked = sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(schema, table))
    return connection.execute(asked).fetchone() is not None


def _count_on(connection: "psycopg.Connection[Any]", schema: str, table: str) -> None:
    """Numbers that the server gives out itself go on after those that came back."""
    place = sql.Identifier(schema, table).as_string(connection)
    for (column,) in connection.execute(_COLUMNS, (schema, table)).fetchall():
        row = connection.execute("SELECT pg_get_serial_sequence(%s, %s)", (place, column)).fetchone()
        if row and row[0]:
            largest = sql.SQL("SELECT setval(%s, COALESCE(MAX({}), 0) + 1, false) FROM {}").format(
                sql.Identifier(column), sql.Identifier(schema, table)
            )
            connection.execute(largest, (row[0],))
