"""The store's data file, read page by page without LMDB, which trusts its file and dies of a damaged one.

Below the meta pages (`page_format`) stand B+trees of pages. Checked
here: that each page is the one its parent means, of the right kind, with
ordered keys within its parent's bounds, that no page is used twice, and that every count is as recorded. What
the entries hold is for `records` to judge. Nothing is repaired, and no damage ends the walk of the rest.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from .page_format import (
    BIG_DATA,
    BRANCH,
    DEPTH_MAX,
    DUPFIXED,
    DUPLICATES,
    DUPSORT,
    INTEGER_KEY,
    LEAF,
    LEAF_OF_FIXED,
    NO_PAGE,
    NODE_HEAD,
    OVERFLOW,
    OVERFLOW_PAGES,
    PAGE_HEAD,
    SUB_PAGE,
    SUB_TREE,
    TREE,
    Buffer,
    Fault,
    Meta,
    Tree,
)
from .records import LOG_INDEX, ORDERED, TABLES
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
class _Tally:
    branch_pages: int = 0
    leaf_pages: int = 0
    overflow_pages: int = 0
    entries: int = 0

    def __str__(self) -> str:
        pages = f"{self.branch_pages} branch, {self.leaf_pages} leaf and {self.overflow_pages} overflow pages"
        return f"{pages} with {self.entries} entries"


@dataclass
class _Place:
    """What is walked: which tree, and where its tally goes."""

    name: str
    tree: Tree
    tally: _Tally = field(default_factory=_Tally)

    @property
    def reversed_keys(self) -> bool:
        return bool(self.tree.flags & INTEGER_KEY)


class PageWalk:
    """One walk over a data file. `entries` yields what can be read; `faults` holds what cannot, once it has ended."""

    def __init__(self, data: Buffer, meta: Meta) -> None:
        self._data = data
        self._meta = meta
        self._size = meta.page_bytes
        self._claimed = bytearray(meta.last_page + 1)
        self.faults: list[Fault] = []

    def entries(self) -> Iterator[Entry]:
        """Every entry of every table, table by table and key by key."""
        self._claim(0, 1)
        self._claim(1, 1)
        self._check_meta()
        for entry in self._walk(_Place("free", self._meta.free)):
            self._claim_free(entry)
        tables: dict[str, Tree] = {}
        for entry in self._walk(_Place("main", self._meta.main)):
            if len(entry.value) == TREE.size:
                tables[entry.key.decode(errors="replace")] = Tree(*TREE.unpack(entry.value))
        for name in TABLES:
            if name not in tables and name != ORDERED:
                self._fault(self._meta.main.root, "does not name the table {name}", name=name)
        for name, tree in tables.items():
            expected = DUPSORT | DUPFIXED if name == LOG_INDEX else 0
            if name not in TABLES or tree.flags != expected:
                self._fault(
                    self._meta.main.root, "names a table {name} with flags {flags}", name=repr(name), flags=tree.flags
                )
                continue
            yield from self._walk(_Place(name, tree))
        for number, claimed in enumerate(self._claimed):
            if not claimed:
                self._fault(number, "belongs to no table and is not free either")

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

    def _fault_in(self, place: _Place, page: int, form: str, **values: object) -> None:
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

    def _walk(self, place: _Place) -> Iterator[Entry]:
        tree, tally, faults_before = place.tree, place.tally, len(self.faults)
        if tree.root != NO_PAGE:
            if tree.depth > DEPTH_MAX:
                self._fault(tree.root, "is said to be the root of {levels} levels", levels=tree.depth)
                return
            yield from self._page(place, tree.root, 1, None, None)
        recorded = _Tally(tree.branch_pages, tree.leaf_pages, tree.overflow_pages, tree.entries)
        if tally != recorded and len(self.faults) == faults_before:  # else of course they differ
            page = self._meta.main.root if tree.root == NO_PAGE else tree.root
            self._fault(
                page,
                "is said to lead to {recorded} of {table}, but there are {tally}",
                recorded=recorded,
                table=place.name,
                tally=tally,
            )

    def _page(self, place: _Place, number: int, level: int, low: bytes | None, high: bytes | None) -> Iterator[Entry]:
        if not self._claim(number, 1):
            return
        start = number * self._size
        own, entry_bytes, flags, lower, upper = PAGE_HEAD.unpack_from(self._data, start)
        fixed = LEAF_OF_FIXED if place.tree.flags & DUPFIXED and place.name.startswith("duplicates") else 0
        expected = BRANCH if level < place.tree.depth else LEAF | fixed
        if own != number or flags != expected:
            self._fault_in(
                place,
                number,
                "of {table} says it is page {own} of kind {flags}, not {number} of {expected}",
                own=own,
                flags=flags,
                number=number,
                expected=expected,
            )
            return
        if not PAGE_HEAD.size <= lower <= upper <= self._size or lower % 2:
            self._fault_in(place, number, "of {table} has room from {lower} to {upper}", lower=lower, upper=upper)
            return
        raw = self._data[start : start + self._size]
        if flags & LEAF_OF_FIXED:
            yield from self._fixed(place, number, raw, entry_bytes, low, high)
            return
        nodes = self._nodes(place, number, raw, lower, upper, low, high)
        if flags == BRANCH:
            yield from self._branch(place, number, nodes, level, low, high)
        else:
            yield from self._leaf(place, number, raw, nodes)

    def _nodes(
        self, place: _Place, number: int, raw: bytes, lower: int, upper: int, low: bytes | None, high: bytes | None
    ) -> list[tuple[int, int, int, bytes, int]]:
        """Size or low half of a page number, flags, end of key, key, start of each node; order and room are checked."""
        nodes: list[tuple[int, int, int, bytes, int]] = []
        branch = raw[10] == BRANCH
        used, previous = 0, low
        for index in range((lower - PAGE_HEAD.size) // 2):
            (at,) = struct.unpack_from("<H", raw, PAGE_HEAD.size + 2 * index)
            if not upper <= at <= self._size - NODE_HEAD.size or at % 2:
                self._fault_in(place, number, "of {table}: entry {index} points to {at}", index=index, at=at)
                continue
            half, other_half, flags, key_bytes = NODE_HEAD.unpack_from(raw, at)
            end = at + NODE_HEAD.size + key_bytes
            size = half | other_half << 16
            held = 0 if branch else 8 if flags & BIG_DATA else size
            if end + held > self._size:
                self._fault_in(place, number, "of {table}: entry {index} does not fit", index=index)
                continue
            key = raw[at + NODE_HEAD.size : end]
            used += (NODE_HEAD.size + key_bytes + held + 1) & ~1
            if not (branch and index == 0):
                if not self._ordered(place, previous, key, high, strict=bool(nodes)):
                    self._fault_in(place, number, "of {table}: the key of entry {index} is out of order", index=index)
                previous = key
            nodes.append((size, flags, end, key, at))
        if used != self._size - upper:
            self._fault_in(
                place,
                number,
                "of {table}: its entries take {used} bytes, not {expected}",
                used=used,
                expected=self._size - upper,
            )
        return nodes

    @staticmethod
    def _ordered(place: _Place, previous: bytes | None, key: bytes, high: bytes | None, *, strict: bool) -> bool:
        if place.reversed_keys:
            key = key[::-1]
            previous = None if previous is None else previous[::-1]
            high = None if high is None else high[::-1]
        if previous is not None and (key <= previous if strict else key < previous):
            return False
        return high is None or key < high

    def _branch(
        self,
        place: _Place,
        number: int,
        nodes: list[tuple[int, int, int, bytes, int]],
        level: int,
        low: bytes | None,
        high: bytes | None,
    ) -> Iterator[Entry]:
        place.tally.branch_pages += 1
        for index, (half, flags, _, key, _) in enumerate(nodes):
            ends = nodes[index + 1][3] if index + 1 < len(nodes) else high
            yield from self._page(place, half | flags << 32, level + 1, key if index else low, ends)

    def _leaf(
        self, place: _Place, number: int, raw: bytes, nodes: list[tuple[int, int, int, bytes, int]]
    ) -> Iterator[Entry]:
        place.tally.leaf_pages += 1
        for size, flags, end, key, _ in nodes:
            if flags == BIG_DATA:
                place.tally.entries += 1
                first = int.from_bytes(raw[end : end + 8], "little")
                value = self._big(place, number, first, size)
                if value is not None:
                    yield Entry(
                        place.name, first, key, value, self._pages_of(size), first * self._size + PAGE_HEAD.size
                    )
            elif flags == SUB_TREE | DUPLICATES and place.tree.flags & DUPSORT and size == TREE.size:
                tree = Tree(*TREE.unpack_from(raw, end))
                place.tally.entries += tree.entries
                below = _Place(f"duplicates of {place.name}", tree)
                for entry in self._walk(below):
                    yield Entry(place.name, entry.page, key, entry.key)
                place.tally.branch_pages += below.tally.branch_pages
                place.tally.leaf_pages += below.tally.leaf_pages
            elif flags == DUPLICATES and place.tree.flags & DUPSORT:
                for value in self._sub_page(place, number, raw[end : end + size]):
                    place.tally.entries += 1
                    yield Entry(place.name, number, key, value)
            elif flags == (SUB_TREE if place.name == "main" else 0):
                place.tally.entries += 1
                yield Entry(place.name, number, key, raw[end : end + size], 1, number * self._size + end)
            else:
                self._fault_in(place, number, "of {table}: an entry has flags {flags}", flags=flags)

    def _big(self, place: _Place, leaf: int, first: int, size: int) -> bytes | None:
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

    def _sub_page(self, place: _Place, number: int, raw: bytes) -> Iterator[bytes]:
        """The duplicates of one key while they fit into its entry."""
        if len(raw) < PAGE_HEAD.size:
            self._fault_in(place, number, "of {table}: a page within the page is cut off")
            return
        _, entry_bytes, flags, lower, _upper = PAGE_HEAD.unpack_from(raw)
        count = (lower - PAGE_HEAD.size) // 2
        end = PAGE_HEAD.size + count * entry_bytes
        if flags & ~0x10 != LEAF | LEAF_OF_FIXED | SUB_PAGE or not entry_bytes or end > len(raw) or lower % 2:
            self._fault_in(place, number, "of {table}: a page within the page has kind {flags}", flags=flags)
            return
        values = [raw[at : at + entry_bytes] for at in range(PAGE_HEAD.size, end, entry_bytes)]
        if any(one >= other for one, other in itertools.pairwise(values)):
            self._fault_in(place, number, "of {table}: the values of a key are out of order")
        yield from values

    def _fixed(
        self, place: _Place, number: int, raw: bytes, entry_bytes: int, low: bytes | None, high: bytes | None
    ) -> Iterator[Entry]:
        """A leaf of a tree of duplicates: nothing but values of one size."""
        place.tally.leaf_pages += 1
        _, _, _, lower, _ = PAGE_HEAD.unpack_from(raw)
        count = (lower - PAGE_HEAD.size) // 2
        if entry_bytes != place.tree.entry_bytes or PAGE_HEAD.size + count * entry_bytes > self._size:
            self._fault_in(
                place,
                number,
                "of {table} holds {count} values of {entry_bytes} bytes",
                count=count,
                entry_bytes=entry_bytes,
            )
            return
        previous = low
        for index in range(count):
            at = PAGE_HEAD.size + index * entry_bytes
            value = raw[at : at + entry_bytes]
            if not self._ordered(place, previous, value, high, strict=index > 0):
                self._fault_in(place, number, "of {table}: value {index} is out of order", index=index)
            previous = value
            place.tally.entries += 1
            yield Entry(place.name, number, value, value)
