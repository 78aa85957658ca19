"""Files for their owner's eyes alone: mode 0600 and whole. A new one is never written over another."""

import os
import tempfile
from pathlib import Path

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from wallet_cli.errors import InputError


def refuse_existing(path: Path, field: str) -> None:
    """Before anything is fetched for it."""
    if path.exists():
        raise InputError(field, said("rule-not-overwritten", file=str(path)))


def write_private(path: Path, content: bytes, field: str) -> None:
    """Refuses with `field`, the option or argument that named the path."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise InputError(field, said("rule-not-overwritten", file=str(path))) from error
    except OSError as error:
        raise _unwritten(path, field, error) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError as error:
        path.unlink()  # half of it would stand in the way of the next try
        raise _unwritten(path, field, error) from error


def replace_private(path: Path, content: bytes, *, durable: bool = True) -> None:
    """In place of an earlier one; whoever dies on the way has that one or this one, also of two who write at once.

    Raises OSError. Where not `durable`, a power cut may leave an empty file.
    """
    path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        Path(beside).replace(path)
    except OSError:
        Path(beside).unlink(missing_ok=True)
        raise
    if durable:
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """A new name is on the disk when its folder is. Windows opens no folder, and needs none opened."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritten(path: Path, field: str, error: OSError) -> InputError:
    return InputError(field, said("rule-cannot-be-written", file=str(path), why=fault(error)))
