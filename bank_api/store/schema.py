"""The tables of a bank's database: made where they are missing, changed by migrations where a program was before.

A new database gets all tables at once. One that an earlier program made goes through the migrations that it lacks
(Alembic; `migrations/versions`), all in one transaction: it is as it was, or as it should be. A SQLite file is copied
before. A table that no program made before needs no migration: it has nothing in it yet.
"""

import logging
import sqlite3
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect
from sqlmodel import SQLModel

from bank_api.protocol.messages.said import Said, said

REVISION = "0003"
"""The newest migration: what a database of this program says of itself."""
REVISIONS = ("0001", "0002", "0003")
"""All migrations, the oldest first."""
VERSION_TABLE = "alembic_version"
SCRIPTS = Path(__file__).parent / "migrations"
LOG = logging.getLogger(__name__)


class SchemaError(Exception):
    """The database is of another program than this one."""

    def __init__(self, why: Said) -> None:
        super().__init__(str(why))
        self.said = why


def prepare(engine: Engine) -> None:
    """Bring the tables to what this program wants. Raises SchemaError, and then nothing has changed."""
    if _standing(engine) not in (REVISION, None):
        _copy_file(engine)
    with engine.begin() as connection:
        standing = _standing(connection)  # another process may have been first
        if standing is None:
            SQLModel.metadata.create_all(connection)
            _note(connection)
        elif standing != REVISION:
            _migrate(connection, standing)
        SQLModel.metadata.create_all(connection)
        for table in SQLModel.metadata.tables.values():
            for index in table.indexes:
                index.create(connection, checkfirst=True)  # of a table that an earlier program made


def _standing(bind: Engine | Connection) -> str | None:
    """The revision of a database: "" from before there were any, None where there is no table yet.

    Raises SchemaError for one that this program does not know.
    """
    found = inspect(bind).get_table_names()
    if VERSION_TABLE not in found:
        return "" if "person" in found else None
    query = f"SELECT version_num FROM {VERSION_TABLE}"  # noqa: S608  a word of ours
    with bind.connect() if isinstance(bind, Engine) else nullcontext(bind) as connection:
        revision = connection.exec_driver_sql(query).scalar()
    if revision is None:
        return ""
    if revision not in REVISIONS:
        raise SchemaError(said("error-schema-newer", revision=str(revision), known=REVISION))
    return str(revision)


def _note(connection: Connection) -> None:
    connection.exec_driver_sql(f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    connection.exec_driver_sql(f"INSERT INTO {VERSION_TABLE} VALUES ('{REVISION}')")  # noqa: S608  a word of ours


def _migrate(connection: Connection, standing: str) -> None:
    from alembic import command  # seldom needed, and long to load
    from alembic.config import Config

    LOG.warning("the database is brought from revision %s to %s", standing or "none", REVISION)
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    command.upgrade(config, REVISION)


def _copy_file(engine: Engine) -> None:
    """A file as it was, beside it. Of a server, whose keeper has copies, only a word."""
    if engine.dialect.name != "sqlite":
        LOG.warning("the database is of an earlier program; it changes as a whole, or not at all")
        return
    file = Path(str(engine.url.database))
    copy, draft = file.with_name(f"{file.name}.before-{REVISION}"), file.with_name(f"{file.name}.copy")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(file, timeout=60)) as connection:
        connection.execute("VACUUM INTO ?", (str(draft),))
    draft.chmod(0o600)
    draft.replace(copy)
    LOG.warning("the database is of an earlier program; a copy of it is in %s: remove it when all is well", copy)


def differences(connection: Connection) -> list[Any]:
    """What Alembic finds different between a database and this program's tables; nothing, where all is well."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    found: list[Any] = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    return found
