"""The folder of a series: its history, and the releases made, safe to kill at any instant and locked.

One file, `history.json`, says how many releases count and what they told; it is replaced in one step, after the new
release stands beside it and before anybody gets it. What stands there uncounted is an attempt that died. The same
input again is the same release, not another.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bank_api import durable
from bank_api.domain.anonymize.choices import BETWEEN
from bank_api.domain.anonymize.errors import SeatsFormatError
from bank_api.domain.anonymize.seats import History
from bank_api.domain.anonymize.spelling import meaning
from bank_api.domain.dry_run.errors import DryRunError
from bank_api.domain.dry_run.numbers import Banding
from bank_api.domain.dry_run.spec import Earlier

FORMAT = "azukari-series-3"


@dataclass
class Series:
    history: History | None
    earlier: Earlier = field(default_factory=Earlier)
    count: int = 0
    digest: str = ""
    """Of the input that made the latest release."""
    report: dict[str, Any] | None = None
    explained: str = ""


class SeriesFolder:
    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One at a time; the lock goes with the process that holds it."""
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            os.chmod(self._path, 0o700)
            descriptor = os.open(self._path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise DryRunError("--history", "cannot be used: {why}", why=error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def read(self) -> Series:
        path = self._path / "history.json"
        if not path.exists():
            if (self._path / "release-0002.csv").exists():
                raise DryRunError("--history", "its history.json is gone: no further release can be told safe")
            return Series(None)
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            if found["format"] != FORMAT:
                raise DryRunError("--history", "only {formats} can be read", formats=FORMAT)
            if found.pop("sum") != _sum(found):
                raise DryRunError("--history", "history.json is damaged ({why})", why="sum")
            history = History.from_json(found["history"])
            bandings = {name: Banding(tuple(one["ends"]), one["whole"]) for name, one in found["bandings"].items()}
            earlier = Earlier(bandings, found["declared"], spelled(history))
            return Series(history, earlier, found["count"], found["digest"], found["report"], found["explained"])
        except SeatsFormatError as error:
            raise DryRunError("--history", str(error)) from error
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise DryRunError("--history", "history.json is damaged ({why})", why=type(error).__name__) from error

    def release_text(self, number: int) -> str:
        return (self._path / f"release-{number:04}.csv").read_text(encoding="utf-8")

    def record(self, series: Series, text: str) -> None:
        """The release first, then the history that counts it: from that instant it is made."""
        if series.history is None:
            raise ValueError("a series is recorded with its history")
        write_whole(self._path / f"release-{series.count:04}.csv", text)
        content = {
            "bandings": {name: asdict(one) for name, one in series.earlier.bandings.items()},
            "count": series.count,
            "declared": series.earlier.declared,
            "digest": series.digest,
            "explained": series.explained,
            "format": FORMAT,
            "history": series.history.to_json(),
            "report": series.report,
        }
        content["sum"] = _sum(content)
        write_whole(self._path / "history.json", _text(content))


def spelled(history: History) -> dict[str, dict[str, str]]:
    """By sensitive column and meaning, how answers, or options of them, were spelled first."""
    found: dict[str, dict[str, str]] = {}
    for seats in history.seats:
        for at, name in enumerate(seats.columns):
            known = found.setdefault(name, {})
            for answer in seats.answers:
                for text in str(answer[at]).split(BETWEEN) if isinstance(answer[at], str) else ():
                    known.setdefault(meaning(text), text)
    return found


def _sum(content: dict[str, Any]) -> str:
    """Against damage, not against forgers: whoever may write here may as well delete it all."""
    return hashlib.sha256(_text(content).encode()).hexdigest()


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False)


def write_whole(path: Path, text: str) -> None:
    """All of it or nothing; what is no file (a pipe, /dev/null) is written into, not replaced. Raises DryRunError."""
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            path.write_text(text, encoding="utf-8")  # as it is named: what /dev/fd/3 leads to may have no other name
        else:
            durable.write_whole(path.resolve(), text)  # of a link, the file that it names
    except OSError as error:
        raise DryRunError(str(path), "cannot be written: {why}", why=error) from error
