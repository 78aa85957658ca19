"""The database handle: opens, creates missing tables, and hands out short sessions."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlmodel import Session, SQLModel, create_engine

from bank_api import tables  # noqa: F401  (registers the tables)


class Database:
    """One engine. SQLite runs in WAL mode with synchronous=FULL: what a call committed survives a power cut.

    Its errors name no parameters: they would put names and sealed bytes into the log.
    """

    def __init__(self, url: str) -> None:
        if url.startswith("sqlite"):
            options: dict[str, Any] = {"connect_args": {"check_same_thread": False, "timeout": 30}}
            self.engine = create_engine(url, pool_size=16, hide_parameters=True, **options)
            event.listen(self.engine, "connect", _make_durable)
        else:
            self.engine = create_engine(url, pool_size=16, hide_parameters=True, pool_pre_ping=True)
        SQLModel.metadata.create_all(self.engine)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that commits once at the end, or not at all when an error leaves the block."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.commit()

    def close(self) -> None:
        self.engine.dispose()


def _make_durable(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
