"""What waits in the pool, kept in a file, so that a hash that was answered outlives the process.

Each transaction is appended before its hash is answered; when nothing waits any more the file is emptied. It is
written, not fsynced: the transactions survive a kill -9 of the process, but after a power cut only a receipt
is a promise. Form: for each transaction its length, a CRC-32 and its raw bytes; for one whose sender was told that it
will not be sealed, the same of its hash. A frame that is cut off at the end is one that was never answered.
"""

from __future__ import annotations

import logging
import os
import zlib
from collections.abc import Iterable
from pathlib import Path

from eth_utils.crypto import keccak

from .errors import TransactionError
from .sentence import Sentence

FRAME_HEAD_BYTES = 8
HASH_BYTES = 32
"""No transaction is so short: its signature alone is longer."""
COMPACTION_BYTES = 64 << 20

logger = logging.getLogger("ledger.pool")


class PoolJournal:
    """One file, appended to by one process. Not thread-safe: the pool's lock is held around it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._size = os.fstat(self._handle).st_size
        self._compact_above = COMPACTION_BYTES

    @property
    def is_empty(self) -> bool:
        return self._size == 0

    @property
    def wants_compaction(self) -> bool:
        return self._size > self._compact_above

    def append(self, raw: bytes) -> None:
        """Keep one transaction. Raises TransactionError, and keeps nothing of it, when the disk does not take it."""
        try:
            self._write(_frame(raw))
        except OSError as error:
            os.ftruncate(self._handle, self._size)
            reason = f"the transaction was not taken: the pool's journal cannot be written ({error.strerror})"
            raise TransactionError(reason) from None

    def forget(self, transaction_hash: bytes) -> None:
        """Do not offer this one again: its sender was told that it will not be sealed."""
        try:
            self._write(_frame(transaction_hash))
        except OSError as error:
            os.ftruncate(self._handle, self._size)
            logger.warning("%s does not say that a transaction was refused: %s", self._path, error)

    def load(self) -> list[bytes]:
        """Every transaction that was kept and not forgotten since.

        A damaged file is put aside, and what stood before the damage is given.
        """
        raws, damage = read_journal(self._path)
        if damage is not None:
            aside = self._path.with_name(self._path.name + ".damaged")
            aside.write_bytes(self._path.read_bytes())
            logger.critical("%s: %s; it is kept as %s", self._path, damage, aside.name)
        waiting: dict[bytes, bytes] = {}
        for raw in raws:
            if len(raw) == HASH_BYTES:
                waiting.pop(raw, None)
            else:
                waiting[keccak(raw)] = raw
        return list(waiting.values())

    def rewrite(self, raws: Iterable[bytes]) -> None:
        """Keep exactly these; when the disk does not take them, the file stays as it was."""
        draft = self._path.with_name(self._path.name + ".new")
        content = b"".join(map(_frame, raws))
        try:
            draft.write_bytes(content)
            draft.chmod(0o600)
            handle = os.open(draft, os.O_RDWR | os.O_CLOEXEC)
            draft.replace(self._path)
        except OSError as error:
            logger.warning("%s could not be shortened: %s", self._path, error)
            self._compact_above *= 2
            return
        os.close(self._handle)
        self._handle, self._size = handle, len(content)
        self._compact_above = max(COMPACTION_BYTES, 2 * self._size)

    def clear(self) -> None:
        os.ftruncate(self._handle, 0)
        self._size = 0

    def close(self) -> None:
        os.close(self._handle)

    def _write(self, frame: bytes) -> None:
        done = 0
        while done < len(frame):
            done += os.pwrite(self._handle, frame[done:], self._size + done)
        self._size += len(frame)


def read_journal(path: Path) -> tuple[list[bytes], str | None]:
    """The transactions in a journal up to its end or to what is damaged in it, and what that is."""
    content, position = path.read_bytes(), 0
    raws: list[bytes] = []
    while position + FRAME_HEAD_BYTES <= len(content):
        length = int.from_bytes(content[position : position + 4], "little")
        start = position + FRAME_HEAD_BYTES
        raw = content[start : start + length]
        if len(raw) < length:
            break
        if content[position:start] != _frame(raw)[:FRAME_HEAD_BYTES]:
            return raws, Sentence("the transaction at byte {position} is not as it was written", position=position)
        raws.append(raw)
        position = start + length
    return raws, None


def _frame(raw: bytes) -> bytes:
    return len(raw).to_bytes(4, "little") + zlib.crc32(raw).to_bytes(4, "little") + raw
