"""The durable store of one chain: LMDB, one atomic and fsynced write transaction for each block.

A commit holds every trie node, the block, its receipts, senders, indexes and the head pointer; LMDB makes
all of it visible at once or none of it, and the call returns only when it is on the disk. Another process
may read while the node runs. What LMDB itself wants is in `store_environment`.

Nothing that is read is believed: each record is checked (`records`) before it is handed out. What does not fit
is an error, is remembered as `damage`, and from then on nothing is written.

One process may write: it holds a lock file. The store knows nothing of Ethereum but the names of its tables.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any, cast

import lmdb

from .errors import (
    StoreCorruptError,
    StoreDamagedError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
)
from .page_sums import drop_page_sums, sums_are_current, write_page_sums
from .records import (
    INDEX_CHECKSUM_BYTES,
    LOG_INDEX,
    ORDERED,
    SECTION_BLOCKS,
    missing,
    protect,
    protect_index_entry,
    recover,
    recover_index_entry,
    section_of,
)
from .store_environment import MAP_SIZE_START_BYTES, StoreEnvironment
from .store_errors import translated
from .trie_node import WRITE_NUMBER_BYTES
from .write_batch import WriteBatch
from .write_lock import take_write_lock

logger = logging.getLogger("ledger.store")


class Store:
    """One open store. Close it, or use it as a context manager."""

    def __init__(
        self,
        path: Path,
        *,
        read_only: bool = False,
        durable: bool = True,
        map_size_bytes: int = MAP_SIZE_START_BYTES,
    ) -> None:
        """`durable=False` is for a store that may be thrown away, such as replay's."""
        self.path = path
        self.read_only = read_only
        self._durable = durable
        self.damage: StoreDamagedError | None = None
        self._has_written = False
        self.writes = 0
        self.write_seconds = 0.0
        self._lock_file: IO[str] | None = None
        if not read_only:
            self._lock_file = take_write_lock(path)
        try:
            self._environment = StoreEnvironment(
                path, read_only=read_only, durable=durable, map_size_bytes=map_size_bytes
            )
        except BaseException:
            self._release_lock()
            raise

    def get(self, table: str, key: bytes) -> bytes | None:
        """The value, or None. Raises StoreDamagedError when it is not what was written."""
        stored = self.read_as_it_is(table, key)
        if stored is None:
            return None
        try:
            return recover(table, key, stored)
        except StoreDamagedError as error:
            self.note_damage(error)
            raise

    def read_as_it_is(self, table: str, key: bytes) -> bytes | None:
        """The stored bytes, unchecked: for telling an earlier format from damage."""
        environment = self._environment
        place = environment.tables[table]
        if place is None:
            return None
        with environment.gate:
            with contextlib.suppress(lmdb.Error), environment.lmdb.begin() as transaction:
                return transaction.get(key, db=place)
            with environment.reading() as transaction:  # which knows what to do about it, or what to call it
                return cast("bytes | None", transaction.get(key, db=place))

    def find(self, table: str, key: bytes) -> bytes | None:
        """The value of a record that may well be absent, which is believed only of a store without damage."""
        value = self.get(table, key)
        if value is None and self.damage is not None:
            raise self.damage
        return value

    def require(self, table: str, key: bytes) -> bytes:
        """The value of a record that must be there: a missing one is damage too."""
        value = self.get(table, key)
        if value is None:
            self.note_damage(missing(table, key))
            raise missing(table, key)
        return value

    def rows(self, table: str) -> Iterator[tuple[bytes, bytes]]:
        """Every key and value of a table, in order; of the log index the block numbers. Raises StoreDamagedError."""
        if self._environment.tables[table] is None:
            return
        with self._environment.reading() as transaction:
            for key, stored in transaction.cursor(db=self._environment.tables[table]):
                with self._noting_damage():
                    if table == LOG_INDEX:
                        yield key, recover_index_entry(key, stored)
                    else:
                        yield key, recover(table, key, stored)

    def keys_after(self, table: str, key: bytes, count: int) -> list[bytes]:
        """Up to `count` keys of a table that come after `key`, in order."""
        if self._environment.tables[table] is None:
            return []
        with self._environment.gate, self._environment.reading() as transaction:
            cursor = transaction.cursor(db=self._environment.tables[table])
            present = cursor.set_range(key + b"\x00")
            found: list[bytes] = []
            while present and len(found) < count:
                found.append(cursor.key())
                present = cursor.next()
            return found

    def block_numbers(self, index_key: bytes, first: bytes, last: bytes) -> list[bytes]:
        """The block numbers under an address or topic in the log index, between first and last inclusive, in order.

        Nothing is told of a store with damage: nobody could see that an entry is missing.
        """
        if self.damage is not None:
            raise self.damage
        found: list[tuple[bytes, bytes]] = []
        end = last + b"\xff" * INDEX_CHECKSUM_BYTES
        sections = range(*(int.from_bytes(number, "big") // SECTION_BLOCKS for number in (first, last)))
        keys = [
            index_key,
            *(section_of(section * SECTION_BLOCKS) + index_key for section in (*sections, sections.stop)),
        ]
        with self._environment.gate, self._environment.reading() as transaction:
            cursor = transaction.cursor(db=self._environment.tables[LOG_INDEX])
            for key in keys:
                present = cursor.set_range_dup(key, first + bytes(INDEX_CHECKSUM_BYTES))
                while present and cursor.value() <= end:
                    found.append((key, cursor.value()))
                    present = cursor.next_dup()
        with self._noting_damage():
            return [recover_index_entry(key, entry) for key, entry in found]

    def next_write_number(self) -> bytes:
        """What the references to nodes begin with that the next commit writes."""
        if self._environment.tables[ORDERED] is None:
            return bytes(WRITE_NUMBER_BYTES)
        with self._environment.gate, self._environment.reading() as transaction:
            cursor = transaction.cursor(db=self._environment.tables[ORDERED])
            last = int.from_bytes(cursor.key()[:WRITE_NUMBER_BYTES], "big") + 1 if cursor.last() else 0
        return last.to_bytes(WRITE_NUMBER_BYTES, "big")

    def note_damage(self, damage: StoreDamagedError) -> None:
        """Remember the first damage that anybody saw: whoever looks at the node's health must be told."""
        if self.damage is None:
            self.damage = damage
            logger.critical("%s: %s", self.path, damage)

    @contextmanager
    def _noting_damage(self) -> Iterator[None]:
        try:
            yield
        except StoreDamagedError as error:
            self.note_damage(error)
            raise

    def commit(self, batch: WriteBatch) -> None:
        """Write everything or nothing; on the disk when this returns. Raises the damage that was seen before."""
        if self.read_only:
            raise StoreReadOnlyError
        if self.damage is not None:
            raise self.damage
        self._environment.make_room(batch.size_bytes())
        started = time.perf_counter()
        while True:
            try:
                with translated(self.path):
                    self._write(batch)
                self.writes += 1
                self.write_seconds += time.perf_counter() - started
                return
            except lmdb.MapFullError:
                self._environment.grow()
            except StoreError as error:
                if type(error) is StoreError and self._environment.is_out_of_room(batch.size_bytes()):
                    raise StoreFullError from error
                raise

    def _writing(self) -> Any:
        if not self._has_written:
            drop_page_sums(self.path)
            self._has_written = True
        return self._environment.lmdb.begin(write=True)

    def _write(self, batch: WriteBatch) -> None:
        with self._writing() as transaction:
            for name, rows in batch.puts.items():
                table = self._environment.tables[name]
                if rows:
                    with transaction.cursor(db=table) as cursor:
                        entries = [(key, protect(name, key, value)) for key, value in sorted(rows.items())]
                        # Appending fills pages to their end, where inserting would leave them half full.
                        append = name == ORDERED and (not cursor.last() or cursor.key() < entries[0][0])
                        cursor.putmulti(entries, append=append)
            if batch.log_index:
                self._put_index(transaction, batch.log_index)

    def _put_index(self, transaction: Any, entries: list[tuple[bytes, bytes]]) -> None:
        with transaction.cursor(db=self._environment.tables[LOG_INDEX]) as cursor:
            protected = [(key, protect_index_entry(key, number)) for key, number in sorted(entries)]
            cursor.putmulti(protected, dupdata=False)

    def remake_log_index(self, parts: Callable[[], Iterable[list[tuple[bytes, bytes]]]]) -> None:
        """Put these entries in the place of all others, at one moment. Raises the damage that was seen before."""
        if self.damage is not None:
            raise self.damage
        while True:
            try:
                # The table is dropped: LMDB miscounts its pages when it deletes keys with many values.
                with translated(self.path), self._writing() as transaction:
                    transaction.drop(self._environment.tables[LOG_INDEX], delete=False)
                    for entries in parts():
                        self._put_index(transaction, entries)
                return
            except lmdb.MapFullError:
                self._environment.grow()

    def forget_dead_readers(self) -> None:
        """After a reading process was killed: what it was reading would be kept for ever otherwise."""
        self._environment.forget_dead_readers()

    def statistics(self) -> Mapping[str, int]:
        """Entries per table, and the size of the map and of the file."""
        return self._environment.statistics()

    def close(self) -> None:
        """Close it; a durable store in good order leaves the sums of its pages behind."""
        self._environment.close()
        try:
            if self._durable and self._lock_file is not None and self.damage is None:
                self._leave_page_sums()
        finally:
            self._release_lock()

    def _leave_page_sums(self) -> None:
        try:
            if not sums_are_current(self.path):
                write_page_sums(self.path)
        except (OSError, StoreCorruptError) as error:
            logger.warning("%s: no sums of pages were written: %s", self.path, error)

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _release_lock(self) -> None:
        if self._lock_file is not None:
            self._lock_file.close()
            self._lock_file = None
