"""What helpers of a pool of processes owe to whoever started them: to be gone when it is, kill -9 included.

A helper of a pool waits on a queue of which it holds both ends, so that it does not see its parent die; nor would
one that is executing look. Its folder for state, which may be gigabytes, goes with it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from multiprocessing import connection
from pathlib import Path

_workplaces: set[str] = set()


def end_with_parent() -> None:
    """From now on this process ends when its parent has ended, whatever it is doing."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), name="parent-watch", daemon=True).start()


@contextlib.contextmanager
def workplace(prefix: str) -> Iterator[Path]:
    """A folder that is gone afterwards, and when the parent of this process dies."""
    with tempfile.TemporaryDirectory(prefix=prefix) as folder:
        _workplaces.add(folder)
        try:
            yield Path(folder)
        finally:
            _workplaces.discard(folder)


def _watch(sentinel: int) -> None:
    connection.wait([sentinel])
    for folder in tuple(_workplaces):
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)
