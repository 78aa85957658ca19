"""That what a command writes takes the place of nothing that it reads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bank_api.protocol.messages.said import said
from wallet_cli.errors import InputError


def apart(read: Mapping[str, Path | list[Path] | None], history: Path | None = None, **written: Path | None) -> None:
    """No file that is read is written over, none that was just written, and none of a series.

    By option; `written` by its name without dashes. Raises InputError.
    """
    taken = dict[Path, str]()
    for option, paths in read.items():
        for path in paths if isinstance(paths, list) else [paths]:
            if path is not None:
                taken[path.resolve()] = option
    for name, path in written.items():
        if path is None or (path.exists() and not path.is_file()):  # /dev/null takes as many as come
            continue
        if history is not None and path.resolve().is_relative_to(history.resolve()):
            raise InputError(f"--{name}", said("rule-file-of-another-option", option="--history"))
        other = taken.setdefault(path.resolve(), f"--{name}")
        if other != f"--{name}":
            raise InputError(f"--{name}", said("rule-file-of-another-option", option=other))
