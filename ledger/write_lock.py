"""One process writes to a store: whoever holds its lock file."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from .errors import DataDirectoryError
from .store_errors import translate_os_error


@contextmanager
def hold_write_lock(path: Path) -> Iterator[None]:
    """Keep every writer away from a store that is not opened. Raises DataDirectoryError when one has it."""
    lock_file = take_write_lock(path)
    try:
        yield
    finally:
        lock_file.close()


def take_write_lock(path: Path) -> IO[str]:
    """The lock file, held until it is closed. Raises DataDirectoryError when another process has it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock_file = (path / "writer").open("a")
    except OSError as error:
        raise translate_os_error(error, path) from None
    try:
        fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock_file.close()
        raise DataDirectoryError("{path} is in use by another ledger process", path=path) from None
    return lock_file
