"""A copy of all that a bank keeps, made while it runs, and the way back.

A copy is a folder: both databases as they were at one moment each, then the chunks of members' documents, the
release key, and `manifest.json` with the size and SHA-256 of each. A chunk never changes, so that all which the
databases name are there, but for what its owner removed meanwhile. The ledger is not in it: the ledger has its own
followers and exports, and what the bank's database knows of it is read again. What was kept after the copy was made
is not in it, and `flows.restored` says what that is.

A copy opens whatever the bank can open: keep it as the bank's own folder is kept.
"""

import hashlib
import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from bank_api.durable import sync
from bank_api.protocol.messages.said import Said, said
from bank_api.protocol.messages.strangers import Sentence, fault

DATABASES = ("bank.sqlite3", "pds.sqlite3")
KEY, FORMER_KEY = "release.key", "release.key.former"
CHUNKS = "pds.sqlite3.chunks"
MANIFEST = "manifest.json"
FORMAT = 1
CHUNK_FILE = re.compile(rf"{re.escape(CHUNKS)}/[A-Za-z0-9._-]+/[0-9a-f]{{32}}/[0-9]{{8}}")


class BackupError(Exception):
    """A copy cannot be made, or cannot be believed."""

    def __init__(self, why: Said) -> None:
        super().__init__(str(why))
        self.said = why


def back_up(data: Path, out: Path, made_at: int) -> dict[str, Any]:
    """Copy the bank in the folder `data` into the new folder `out`; the manifest. Safe while the bank runs.

    There is no `out` before all of it is on the disk.
    """
    if (data / KEY).exists() and not (data / DATABASES[0]).exists():
        raise BackupError(said("error-backup-on-a-server"))
    if not (data / KEY).exists():
        raise BackupError(said("error-backup-no-bank", folder=str(data)))
    draft = _draft(out)
    keys = [name for name in (KEY, FORMER_KEY) if (data / name).exists()]
    for name in keys:
        shutil.copyfile(data / name, draft / name)
    for name in DATABASES:
        _snapshot(data / name, draft / name)
    if (data / KEY).read_bytes() != (draft / KEY).read_bytes():
        raise BackupError(said("error-rotation-under-way"))  # the databases may be sealed to the new one already
    names = [*DATABASES, *keys, *_copy_chunks(data, draft)]
    files = {name: _facts(draft / name) for name in names}
    manifest = {"format": FORMAT, "made_at": made_at, "files": files}
    (draft / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
    _finish(draft, out)
    return manifest


def restore(backup: Path, data: Path) -> dict[str, Any]:
    """Put a copy into the new folder `data`; the manifest. A copy that is not whole is refused, by the file's name."""
    manifest = _manifest(backup)
    for name, facts in manifest["files"].items():
        if not (backup / name).is_file() or _facts(backup / name) != facts:
            raise BackupError(said("error-backup-not-whole", file=name))
    draft = _draft(data)
    for name in manifest["files"]:
        (draft / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(backup / name, draft / name)
    _finish(draft, data)
    return manifest


def _manifest(backup: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((backup / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise BackupError(said("error-backup-no-copy", folder=str(backup), why=fault(error))) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BackupError(said("error-backup-other-format", file=MANIFEST, format=str(FORMAT)))
    files = set(manifest.get("files", ()))
    chunks = {name for name in files if CHUNK_FILE.fullmatch(name)}
    if files - chunks - {FORMER_KEY} != {*DATABASES, KEY}:
        raise BackupError(said("error-backup-other-files", file=MANIFEST))
    return manifest


def _snapshot(database: Path, copy: Path) -> None:
    """As of one moment; writers go on meanwhile. VACUUM INTO leaves out whatever was deleted."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=60)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
    except sqlite3.Error as error:
        raise BackupError(said("error-backup-not-copied", file=str(database), why=Sentence(str(error)))) from error


def _copy_chunks(data: Path, draft: Path) -> list[str]:
    names = []
    for file in sorted((data / CHUNKS).glob("*/*/*")):
        name = str(file.relative_to(data))
        if not CHUNK_FILE.fullmatch(name):
            continue  # one that is being written
        (draft / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            shutil.copyfile(file, draft / name)
        except FileNotFoundError:
            continue  # removed meanwhile
        names.append(name)
    return names


def _draft(target: Path) -> Path:
    if target.exists() and any(target.iterdir()):
        raise BackupError(said("error-backup-not-empty", folder=str(target)))
    draft = target.with_name(target.name + ".part")
    shutil.rmtree(draft, ignore_errors=True)  # of an attempt that died
    draft.mkdir(parents=True, mode=0o700)
    return draft


def _finish(draft: Path, target: Path) -> None:
    """Everything to the disk, then its name."""
    for file in draft.rglob("*"):
        file.chmod(0o700 if file.is_dir() else 0o600)
        sync(file)
    sync(draft)
    if target.exists():
        target.rmdir()
    draft.rename(target)
    sync(target.parent)


def _facts(file: Path) -> dict[str, Any]:
    with file.open("rb") as opened:
        return {"bytes": file.stat().st_size, "sha256": hashlib.file_digest(opened, "sha256").hexdigest()}
