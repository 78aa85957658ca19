"""A checksum of every page of the data file, written when the store is closed in good order.

The records prove themselves, and `pages` checks how they hang together; what is left are bytes that mean nothing now:
room within pages, pages that are free, the older meta page. A bit that falls over there is no damage yet, but
it shows a disk that has begun to lie. The sums name a transaction of the data file and are compared only while
it is the newest: after a kill, or while blocks are being written, there is nothing to compare with. Before the
first write they are taken away: LMDB writes pages first and says last that they count, and whoever is killed in between
leaves changed pages under the old transaction.

Form: a title, the transaction, the page size, the number of pages, a CRC-32 for each, and a BLAKE2b of all that.
"""

from __future__ import annotations

import struct
import zlib
from hashlib import blake2b
from pathlib import Path

from .durable import sync_directory, write_durably
from .errors import StoreCorruptError
from .page_format import Fault, map_file, read_metas
from .sentence import Sentence

SUMS_FILE = "data.sums"
TITLE = b"azukari page sums 1\n"
HEAD = struct.Struct("<QIQ")
DIGEST_BYTES = 16
FILE_BYTES_MAX = 4 << 30
"""A larger file is not read through at every stop: it would take longer than operators wait."""


def write_page_sums(directory: Path) -> None:
    """Take the sums of the data file as it is. Nothing may write to it meanwhile."""
    data_file = directory / "data.mdb"
    sums_file = directory / SUMS_FILE
    if data_file.stat().st_size > FILE_BYTES_MAX:
        sums_file.unlink(missing_ok=True)
        return
    with map_file(data_file) as data:
        meta, faults = read_metas(data)
        if faults:
            return
        sums = page_sums(data, meta.page_bytes)
    body = TITLE + HEAD.pack(meta.transaction, meta.page_bytes, len(sums)) + struct.pack(f"<{len(sums)}I", *sums)
    write_durably(sums_file, body + blake2b(body, digest_size=DIGEST_BYTES).digest(), 0o644)


def drop_page_sums(directory: Path) -> None:
    """Nothing is promised of the data file from now on. Must have reached the disk before anything is written to it."""
    try:
        (directory / SUMS_FILE).unlink()
    except FileNotFoundError:
        return
    sync_directory(directory)


def sums_are_current(directory: Path) -> bool:
    """Whether there are sums for the data file's newest transaction."""
    try:
        with map_file(directory / "data.mdb") as data:
            transaction = read_metas(data)[0].transaction
        return _read(directory)[0] == transaction
    except (OSError, StoreCorruptError):
        return False


def compare_page_sums(directory: Path) -> list[Fault] | None:
    """The pages that are not as they were when the store was closed; None when there is nothing to compare with.

    Raises StoreCorruptError when the file of sums is itself damaged.
    """
    try:
        transaction, page_bytes, sums = _read(directory)
    except FileNotFoundError:
        return None
    with map_file(directory / "data.mdb") as data:
        meta, _ = read_metas(data)
        if meta.transaction != transaction:
            return None
        found = page_sums(data, page_bytes)
    if found != sums and not (directory / SUMS_FILE).exists():
        return None  # whoever writes has begun to
    if len(found) != len(sums):
        return [
            Fault(
                min(len(found), len(sums)),
                Sentence("begins where {before} pages were and {now} are", before=len(sums), now=len(found)),
            )
        ]
    pairs = enumerate(zip(found, sums, strict=True))
    return [Fault(number, "is not as it was when the store was closed") for number, (one, two) in pairs if one != two]


def page_sums(data: bytes | memoryview | object, page_bytes: int) -> tuple[int, ...]:
    with memoryview(data) as view:  # type: ignore[arg-type]
        return tuple(zlib.crc32(view[at : at + page_bytes]) for at in range(0, len(view), page_bytes))


def _read(directory: Path) -> tuple[int, int, tuple[int, ...]]:
    raw = (directory / SUMS_FILE).read_bytes()
    body, digest = raw[:-DIGEST_BYTES], raw[-DIGEST_BYTES:]
    if not body.startswith(TITLE) or blake2b(body, digest_size=DIGEST_BYTES).digest() != digest:
        raise StoreCorruptError("{name} is not as it was written", name=SUMS_FILE)
    transaction, page_bytes, count = HEAD.unpack_from(body, len(TITLE))
    return transaction, page_bytes, struct.unpack_from(f"<{count}I", body, len(TITLE) + HEAD.size)
