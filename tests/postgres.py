"""A PostgreSQL for tests: one server for all of a process's tests, a new database for each."""

import atexit
import os
from functools import cache
from pathlib import Path

import pytest

from scripts.stage.postgres import HOW_TO_GET, PostgresServer, programs

NEEDS_SERVER = pytest.mark.skipif(programs() is None, reason=HOW_TO_GET)
"""For tests that need a server."""
DATABASES = ["sqlite", pytest.param("postgresql", marks=NEEDS_SERVER)]
"""For tests that hold of both."""


KIND = os.environ.get("AZUKARI_TEST_DATABASE", "sqlite")
"""What banks in tests rest in where a test says nothing of it: sqlite, or postgresql to try them all there."""

IN_A_FILE = pytest.mark.skipif(KIND != "sqlite", reason="it is the bank's own files that are read")


def new_address(kind: str, folder: Path, name: str = "bank") -> str:
    """The address of a new database of this kind."""
    return f"sqlite:///{folder / f'{name}.sqlite3'}" if kind == "sqlite" else server().new_database()


@cache
def server() -> PostgresServer:
    """Started when it is first asked for, stopped with the process."""
    running = PostgresServer().__enter__()
    atexit.register(running.__exit__, None, None, None)
    return running
