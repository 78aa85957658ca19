"""Which pages of the store's data file are used, each once, and what is wrong with them.

Below the walk of the trees (`pages`): here a page is taken for one use, and read as a whole where it is the first of a
value's.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from .page_format import (
    INTEGER_KEY,
    OVERFLOW,
    OVERFLOW_PAGES,
    PAGE_HEAD,
    Buffer,
    Fault,
    Meta,
    Tree,
)
from .sentence import worded


@dataclass(frozen=True)
class Entry:
    """One key and value, on which page the value begins, on how many it stands, and where in the file."""

    table: str
    page: int
    key: bytes
    value: bytes
    pages: int = 1
    offset: int = -1


@dataclass
class Tally:
    """What a tree leads to, counted."""

    branch_pages: int = 0
    leaf_pages: int = 0
    overflow_pages: int = 0
    entries: int = 0

    def __str__(self) -> str:
        pages = f"{self.branch_pages} branch, {self.leaf_pages} leaf and {self.overflow_pages} overflow pages"
        return f"{pages} with {self.entries} entries"


@dataclass
class Place:
    """What is walked: which tree, and where its tally goes."""

    name: str
    tree: Tree
    tally: Tally = field(default_factory=Tally)

    @property
    def reversed_keys(self) -> bool:
        return bool(self.tree.flags & INTEGER_KEY)


class Claims:
    """What is claimed of one data file; `faults` holds what cannot be."""

    def __init__(self, data: Buffer, meta: Meta) -> None:
        self._data = data
        self._meta = meta
        self._size = meta.page_bytes
        self._claimed = bytearray(meta.last_page + 1)
        self.faults: list[Fault] = []

    def _check_meta(self) -> None:
        meta, number = self._meta, self._meta.transaction % 2
        if (meta.last_page + 1) * self._size > len(self._data):
            self._fault(number, "says the last page is {last}, but the file ends before it", last=meta.last_page)
        if meta.map_bytes < (meta.last_page + 1) * self._size:
            self._fault(number, "says the map has {count} bytes", count=meta.map_bytes)
        if meta.free.flags != INTEGER_KEY or meta.main.flags:
            self._fault(number, "carries flags {free} and {main}", free=meta.free.flags, main=meta.main.flags)

    def _fault(self, page: int, form: str, **values: object) -> None:
        self.faults.append(Fault(page, worded(form, values)))

    def _fault_in(self, place: Place, page: int, form: str, **values: object) -> None:
        self._fault(page, form, table=place.name, **values)

    def _claim(self, number: int, count: int) -> bool:
        """Take pages for one use; false when they do not exist or are used already."""
        if not 0 <= number <= number + count - 1 <= self._meta.last_page:
            self._fault(min(number, self._meta.last_page), "page {number} is used but does not exist", number=number)
            return False
        if (number + count) * self._size > len(self._data):
            self._fault(number, "lies behind the end of the file")
            return False
        if any(self._claimed[number : number + count]):
            self._fault(number, "is used twice")
            return False
        self._claimed[number : number + count] = b"\x01" * count
        return True

    def _claim_free(self, entry: Entry) -> None:
        count = int.from_bytes(entry.value[:8], "little")
        if len(entry.value) < 8 * (count + 1):
            self._fault(entry.page, "a list of {count} free pages is longer than its entry", count=count)
            return
        for number in struct.unpack_from(f"<{count}Q", entry.value, 8):
            self._claim(number, 1)

    def _big(self, place: Place, leaf: int, first: int, size: int) -> bytes | None:
        start = first * self._size
        if not 0 <= first <= self._meta.last_page or start + self._size > len(self._data):
            self._fault_in(
                place, leaf, "of {table}: an entry points to page {first}, which does not exist", first=first
            )
            return None
        own, _, flags, _, _ = PAGE_HEAD.unpack_from(self._data, start)
        (count,) = OVERFLOW_PAGES.unpack_from(self._data, start + 12)
        if (own, flags, count) != (first, OVERFLOW, self._pages_of(size)):
            says = {"own": own, "flags": flags, "count": count}
            wanted = {"first": first, "kind": OVERFLOW, "pages": self._pages_of(size)}
            form = "of {table} says it is page {own} of kind {flags} and the first of {count}, "
            form += "not {first} of {kind} and the first of {pages}"
            self._fault(first, form, table=place.name, **says, **wanted)
            return None
        if not self._claim(first, count):
            return None
        place.tally.overflow_pages += count
        return bytes(self._data[start + PAGE_HEAD.size : start + PAGE_HEAD.size + size])

    def _pages_of(self, size: int) -> int:
        return (PAGE_HEAD.size - 1 + size) // self._size + 1
