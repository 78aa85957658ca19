"""The form of LMDB 0.9's data file on little-endian 64-bit machines (lmdb.h and mdb.c name its parts).

Two meta pages stand at its beginning, of which the one with the higher transaction number counts.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .errors import StoreCorruptError
from .sentence import Sentence

Buffer = bytes | mmap.mmap

BRANCH, LEAF, OVERFLOW, META_PAGE, LEAF_OF_FIXED, SUB_PAGE = 0x01, 0x02, 0x04, 0x08, 0x20, 0x40
BIG_DATA, SUB_TREE, DUPLICATES = 0x01, 0x02, 0x04
DUPSORT, INTEGER_KEY, DUPFIXED = 0x04, 0x08, 0x10
PAGE_HEAD: Final = struct.Struct("<QHHHH")
"""Page number, padding (or entry size), flags, end of the pointers, start of the entries."""
OVERFLOW_PAGES: Final = struct.Struct("<I")
NODE_HEAD: Final = struct.Struct("<HHHH")
TREE: Final = struct.Struct("<IHHQQQQQ")
META_HEAD: Final = struct.Struct("<IIQQ")
META_END: Final = struct.Struct("<QQ")
MAGIC, VERSION = 0xBEEFC0DE, 1
NO_PAGE = (1 << 64) - 1
DEPTH_MAX = 32
META_BYTES = PAGE_HEAD.size + META_HEAD.size + 2 * TREE.size + META_END.size
PAGE_BYTES_LEAST = 512


@dataclass(frozen=True)
class Fault:
    """A page that is not as it was written."""

    page: int
    reason: str


@dataclass(frozen=True)
class Tree:
    entry_bytes: int
    flags: int
    depth: int
    branch_pages: int
    leaf_pages: int
    overflow_pages: int
    entries: int
    root: int


@dataclass(frozen=True)
class Meta:
    transaction: int
    page_bytes: int
    last_page: int
    map_bytes: int
    free: Tree
    main: Tree


def read_metas(data: Buffer) -> tuple[Meta, list[Fault]]:
    """The meta page that counts, and what is wrong with the pair. Raises StoreCorruptError when neither can be read."""
    faults: list[Fault] = []
    metas: list[Meta] = []
    page_bytes = 0
    for number in (0, 1):
        try:
            meta = _meta(data, number, page_bytes)
        except (struct.error, ValueError) as error:
            faults.append(Fault(number, Sentence("is no meta page ({why})", why=error.args[0])))
            page_bytes = page_bytes or 4096
            continue
        page_bytes = meta.page_bytes
        if meta.transaction and meta.transaction % 2 != number:
            faults.append(
                Fault(
                    number,
                    Sentence(
                        "carries transaction {transaction}, which belongs on the other meta page",
                        transaction=meta.transaction,
                    ),
                )
            )
        metas.append(meta)
    if not metas:
        raise StoreCorruptError("neither meta page of data.mdb can be read")
    newest = max(metas, key=lambda meta: meta.transaction)
    if len(metas) == 2 and abs(metas[0].transaction - metas[1].transaction) > 1:
        form = "the metas carry transactions {first} and {second}, not two in a row"
        reason = Sentence(form, first=metas[0].transaction, second=metas[1].transaction)
        faults.append(Fault(newest.transaction % 2, reason))
    return newest, faults


def _meta(data: Buffer, number: int, page_bytes: int) -> Meta:
    start = number * page_bytes
    own, _, flags, _, _ = PAGE_HEAD.unpack_from(data, start)
    magic, version, _, map_bytes = META_HEAD.unpack_from(data, start + PAGE_HEAD.size)
    if (own, flags, magic, version) != (number, META_PAGE, MAGIC, VERSION):
        raise ValueError("its number, kind, magic or version is another")
    place = start + PAGE_HEAD.size + META_HEAD.size
    free, main = Tree(*TREE.unpack_from(data, place)), Tree(*TREE.unpack_from(data, place + TREE.size))
    last_page, transaction = META_END.unpack_from(data, place + 2 * TREE.size)
    if free.entry_bytes < PAGE_BYTES_LEAST or free.entry_bytes & (free.entry_bytes - 1):
        raise ValueError(Sentence("pages of {count} bytes do not exist", count=free.entry_bytes))
    return Meta(transaction, free.entry_bytes, last_page, map_bytes, free, main)


def map_file(path: Path) -> mmap.mmap:
    """A data file as it is now, for reading. Raises StoreCorruptError for one that is too short to be one."""
    with path.open("rb") as file:
        size = path.stat().st_size
        if size < META_BYTES:
            raise StoreCorruptError("{path} has {size} bytes, too few for a store", path=path, size=size)
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
