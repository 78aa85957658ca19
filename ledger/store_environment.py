"""LMDB under the store: its tables, its memory map, which grows by itself, its readers, and the room on its disk."""

from __future__ import annotations

import os
import resource
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import lmdb

from .records import LOG_INDEX, ORDERED, TABLES
from .store_errors import translated

MAP_SIZE_START_BYTES = 1 << 30
MAP_HEADROOM_BYTES = 16 << 20
BYTES_WRITTEN_TO_MAP_RATIO = 6
"""A random key can dirty whole pages on the way to the root; this ratio covers what was measured."""
READERS_MAX = 512


class StoreEnvironment:
    """One open LMDB environment. Its errors are the ledger's own, but for a full map."""

    def __init__(self, path: Path, *, read_only: bool, durable: bool, map_size_bytes: int) -> None:
        self.path = path
        self.gate = threading.Lock()
        """Held while a record is read, and while the size of the map changes."""
        data_file = path / "data.mdb"
        existing_bytes = data_file.stat().st_size if data_file.exists() else 0
        with translated(path):
            self.lmdb = lmdb.open(
                str(path),
                map_size=max(map_size_bytes, existing_bytes * 2),
                max_dbs=len(TABLES),
                readonly=read_only,
                create=not read_only,
                sync=durable,
                metasync=durable,
                readahead=False,
                max_readers=READERS_MAX,
            )
            self.tables: dict[str, Any] = {}
            """By name; None for the nodes in order in a store of before, which had no such table."""
            for name in TABLES:
                several = name == LOG_INDEX
                try:
                    self.tables[name] = self.lmdb.open_db(
                        name.encode(), create=not read_only, dupsort=several, dupfixed=several
                    )
                except lmdb.NotFoundError:
                    if name != ORDERED:
                        raise
                    self.tables[name] = None

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """A transaction that reads, also where another process has made the map larger."""
        with translated(self.path):
            try:
                transaction = self.lmdb.begin()
            except lmdb.MapResizedError:
                self.lmdb.set_mapsize(0)
                transaction = self.lmdb.begin()
            with transaction:
                yield transaction

    def make_room(self, batch_bytes: int) -> None:
        """Make the map larger if a batch of so many bytes may not fit."""
        info = self.lmdb.info()
        used = (info["last_pgno"] + 1) * self.lmdb.stat()["psize"]
        if used + batch_bytes * BYTES_WRITTEN_TO_MAP_RATIO + MAP_HEADROOM_BYTES > info["map_size"]:
            self.grow(batch_bytes * BYTES_WRITTEN_TO_MAP_RATIO)

    def grow(self, least_bytes: int = 0) -> None:
        """Make the map twice as large, and by so many bytes more."""
        with self.gate:
            size = self.lmdb.info()["map_size"]
            self.lmdb.set_mapsize(size * 2 + least_bytes + MAP_HEADROOM_BYTES)

    def is_out_of_room(self, batch_bytes: int) -> bool:
        """LMDB calls a write that the disk cut short an input/output error; this tells why it was cut."""
        needed = batch_bytes * BYTES_WRITTEN_TO_MAP_RATIO + MAP_HEADROOM_BYTES
        disk = os.statvfs(self.path)
        if disk.f_bavail * disk.f_frsize < needed:
            return True
        limit, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
        return limit != resource.RLIM_INFINITY and (self.path / "data.mdb").stat().st_size + needed > limit

    def forget_dead_readers(self) -> None:
        """After a reading process was killed: what it was reading would be kept for ever otherwise."""
        with self.gate:
            self.lmdb.reader_check()

    def statistics(self) -> Mapping[str, int]:
        """Entries per table, and the size of the map and of the file."""
        with self.gate, self.reading() as transaction:
            rows = {
                name: 0 if table is None else transaction.stat(table)["entries"] for name, table in self.tables.items()
            }
        rows["map_bytes"] = self.lmdb.info()["map_size"]
        rows["file_bytes"] = (self.path / "data.mdb").stat().st_size
        return rows

    def close(self) -> None:
        """Once nobody reads."""
        with self.gate:
            self.lmdb.close()


@contextmanager
def pinned(path: Path) -> Iterator[int | None]:
    """Keep the newest transaction's pages from being written over, and give its number; None if LMDB cannot."""
    environment = None
    try:
        environment = lmdb.open(str(path), readonly=True, create=False, lock=True, max_readers=READERS_MAX)
        transaction = environment.begin()
    except lmdb.Error:
        transaction = None
    try:
        yield None if transaction is None else transaction.id()
    finally:
        if transaction is not None:
            transaction.abort()
        if environment is not None:
            environment.close()
