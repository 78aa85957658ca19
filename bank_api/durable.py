"""Small files that are on the disk, whole, when a call returns: a death in the middle leaves the old or the new."""

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Put a text in a file's place, readable by its owner alone. Raises OSError; then the file is as it was."""
    draft = path.with_name(f".{path.name}.draft")  # always the same: what a death left behind is written over
    try:
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sync(path.parent)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def sync(path: Path) -> None:
    """Have a file's content, or a folder's names, on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
