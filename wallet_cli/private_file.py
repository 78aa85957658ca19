"""New files for their owner's eyes alone: mode 0600, whole, and never over another file."""

import os
from pathlib import Path

from wallet_cli.errors import InputError


def write_private(path: Path, content: bytes, field: str) -> None:
    """Refuses with `field`, the option or argument that named the path."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except FileExistsError as error:
        raise InputError(field, f"{path} is there already and is not overwritten") from error
    except OSError as error:
        raise InputError(field, f"{path} cannot be written: {error.strerror}") from error
