"""Files that are whole and on the disk, or not there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def write_durably(path: Path, content: str | bytes, mode: int) -> None:
    """Either the whole file is there afterwards or none of it."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_directory(path.parent)


def copy_durably(source: Path, target: Path) -> None:
    """The same for a file that may be large."""
    draft = target.with_name(target.name + ".new")
    shutil.copyfile(source, draft)
    draft.chmod(0o644)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(target)
    sync_directory(target.parent)


def sync_directory(path: Path) -> None:
    """Make what was renamed in a directory, or taken away from it, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
