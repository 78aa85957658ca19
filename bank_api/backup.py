"""A copy of all that a bank keeps, made while it runs, and the way back.

A copy is a folder: both databases as they were at one moment each, then the chunks of members' documents, the
release key, and `manifest.json` with the size and SHA-256 of each. A chunk never changes, so that all which the
databases name are there, but for what its owner removed meanwhile. Of a bank on a server its tables are there in place
of the databases, a file each, all as of one moment (`store.server_copy`). The ledger is not in it: the ledger has its
own followers and exports, and what the bank's database knows of it is read again. What was kept after the copy was
made is not in it, and `flows.restored` says what that is.

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

import psycopg

from bank_api.durable import sync
from bank_api.index.ledger_index import TABLES
from bank_api.protocol.messages.said import Said, said
from bank_api.protocol.messages.strangers import Sentence, fault
from bank_api.store import server_copy
from bank_api.store.schema import REVISION
from bank_api.store.server_copy import ServerCopyError
from bank_api.store.tables import LeaderRow
from pds_adapter.stores.embedded import EmbeddedStore

DATABASES = ("bank.sqlite3", "pds.sqlite3")
KEY, FORMER_KEY = "release.key", "release.key.former"
CHUNKS = "pds.sqlite3.chunks"
MANIFEST = "manifest.json"
FORMAT = 1
SERVER = "server"
LEFT_OUT = {str(table.__tablename__) for table in (*TABLES, LeaderRow)}
"""What is read from the ledger again, and who leads."""
TABLE_FILE = re.compile(rf"{SERVER}/[a-z_]+\.[a-z_]+")
CHUNK_FILE = re.compile(rf"{re.escape(CHUNKS)}/[A-Za-z0-9._-]+/[0-9a-f]{{32}}/[0-9]{{8}}")


class BackupError(Exception):
    """A copy cannot be made, or cannot be believed."""

    def __init__(self, why: Said) -> None:
        super().__init__(str(why))
        self.said = why


def back_up(data: Path, out: Path, made_at: int, server: str | None = None) -> dict[str, Any]:
    """Copy the bank in the folder `data` into the new folder `out`; the manifest. Safe while the bank runs.

    `server` is the address of the database, if the bank rests on one. There is no `out` before all is on the disk.
    """
    if server is None and (data / KEY).exists() and not (data / DATABASES[0]).exists():
        raise BackupError(said("error-backup-on-a-server"))
    if not (data / KEY).exists():
        raise BackupError(said("error-backup-no-bank", folder=str(data)))
    draft = _draft(out)
    keys = [name for name in (KEY, FORMER_KEY) if (data / name).exists()]
    for name in keys:
        shutil.copyfile(data / name, draft / name)
    more: dict[str, Any] = {}
    if server is None:
        databases = list(DATABASES)
        for name in DATABASES:
            _snapshot(data / name, draft / name)
    else:
        more, databases = _copy_server(server, draft)
    if (data / KEY).read_bytes() != (draft / KEY).read_bytes():
        raise BackupError(said("error-rotation-under-way"))  # the databases may be sealed to the new one already
    names = [*databases, *keys, *_copy_chunks(data, draft)]
    files = {name: _facts(draft / name) for name in names}
    manifest = {"format": FORMAT, "made_at": made_at, "files": files} | more
    (draft / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
    _finish(draft, out)
    return manifest


def restore(backup: Path, data: Path, server: str | None = None) -> dict[str, Any]:
    """Put a copy into the new folder `data`, and one of a server into the empty database `server`; the manifest.

    A copy that is not whole is refused, by the file's name.
    """
    manifest = _manifest(backup)
    if (SERVER in manifest) != (server is not None):
        raise BackupError(said("error-backup-other-kind"))
    for name, facts in manifest["files"].items():
        if not (backup / name).is_file() or _facts(backup / name) != facts:
            raise BackupError(said("error-backup-not-whole", file=name))
    draft = _draft(data)
    for name in manifest["files"]:
        if TABLE_FILE.fullmatch(name):
            continue
        (draft / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(backup / name, draft / name)
    if server is not None:
        _restore_server(server, backup, draft, manifest[SERVER])
    _finish(draft, data)
    return manifest


def _copy_server(server: str, draft: Path) -> tuple[dict[str, Any], list[str]]:
    (draft / SERVER).mkdir(mode=0o700)
    try:
        revision = server_copy.revision_of(server)
        columns = server_copy.copy_out(server, draft / SERVER, LEFT_OUT)
    except (psycopg.Error, ServerCopyError) as error:
        raise BackupError(said("error-backup-not-copied", file=SERVER, why=_why(error))) from error
    return {SERVER: {"revision": revision, "columns": columns}}, [f"{SERVER}/{name}" for name in columns]


def _restore_server(server: str, backup: Path, draft: Path, facts: dict[str, Any]) -> None:
    """Tables are made by this program, so that it must be of the copy's revision; all are filled, or none."""
    if facts["revision"] != REVISION:
        raise BackupError(said("error-backup-other-revision", revision=str(facts["revision"]), known=REVISION))
    try:
        server_copy.make_tables(server)
        EmbeddedStore(draft / DATABASES[1], server).close()
        server_copy.copy_in(server, backup / SERVER, facts["columns"], LEFT_OUT)
    except ServerCopyError as error:
        raise BackupError(said("error-backup-not-empty", folder=error.table)) from error
    except psycopg.Error as error:
        raise BackupError(said("error-backup-not-copied", file=SERVER, why=_why(error))) from error


def _why(error: Exception) -> Sentence:
    """A server's words may hold what was in a row: of its errors only the kind is told."""
    return Sentence(str(error) if isinstance(error, ServerCopyError) else type(error).__name__)


def _manifest(backup: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((backup / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise BackupError(said("error-backup-no-copy", folder=str(backup), why=fault(error))) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BackupError(said("error-backup-other-format", file=MANIFEST, format=str(FORMAT)))
    files = set(manifest.get("files", ()))
    chunks = {name for name in files if CHUNK_FILE.fullmatch(name)}
    facts = manifest.get(SERVER)
    if facts is not None and (not isinstance(facts, dict) or set(facts) != {"revision", "columns"}):
        raise BackupError(said("error-backup-other-files", file=MANIFEST))
    tables = set() if facts is None else {f"{SERVER}/{name}" for name in facts["columns"]}
    wanted = set(DATABASES) if facts is None else {name for name in tables if TABLE_FILE.fullmatch(name)}
    if files - chunks - {FORMER_KEY} != {*wanted, KEY} or tables - wanted:
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
