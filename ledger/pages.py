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

from .page_claims import Claims, Entry, Place, Tally
from .page_format import (
    BIG_DATA,
    BRANCH,
    DEPTH_MAX,
    DUPFIXED,
    DUPLICATES,
    DUPSORT,
    LEAF,
    LEAF_OF_FIXED,
    NO_PAGE,
    NODE_HEAD,
    PAGE_HEAD,
    SUB_PAGE,
    SUB_TREE,
    TREE,
    Tree,
)
from .records import LOG_INDEX, ORDERED, TABLES


class PageWalk(Claims):
    """One walk over a data file. `entries` yields what can be read; `faults` holds what cannot, once it has ended."""

    def entries(self) -> Iterator[Entry]:
        """Every entry of every table, table by table and key by key."""
        self._claim(0, 1)
        self._claim(1, 1)
        self._check_meta()
        for entry in self._walk(Place("free", self._meta.free)):
            self._claim_free(entry)
        tables: dict[str, Tree] = {}
        for entry in self._walk(Place("main", self._meta.main)):
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
            yield from self._walk(Place(name, tree))
        for number, claimed in enumerate(self._claimed):
            if not claimed:
                self._fault(number, "belongs to no table and is not free either")

    def _walk(self, place: Place) -> Iterator[Entry]:
        tree, tally, faults_before = place.tree, place.tally, len(self.faults)
        if tree.root != NO_PAGE:
            if tree.depth > DEPTH_MAX:
                self._fault(tree.root, "is said to be the root of {levels} levels", levels=tree.depth)
                return
            yield from self._page(place, tree.root, 1, None, None)
        recorded = Tally(tree.branch_pages, tree.leaf_pages, tree.overflow_pages, tree.entries)
        if tally != recorded and len(self.faults) == faults_before:  # else of course they differ
            page = self._meta.main.root if tree.root == NO_PAGE else tree.root
            self._fault(
                page,
                "is said to lead to {recorded} of {table}, but there are {tally}",
                recorded=recorded,
                table=place.name,
                tally=tally,
            )

    def _page(self, place: Place, number: int, level: int, low: bytes | None, high: bytes | None) -> Iterator[Entry]:
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
        self, place: Place, number: int, raw: bytes, lower: int, upper: int, low: bytes | None, high: bytes | None
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
    def _ordered(place: Place, previous: bytes | None, key: bytes, high: bytes | None, *, strict: bool) -> bool:
        if place.reversed_keys:
            key = key[::-1]
            previous = None if previous is None else previous[::-1]
            high = None if high is None else high[::-1]
        if previous is not None and (key <= previous if strict else key < previous):
            return False
        return high is None or key < high

    def _branch(
        self,
        place: Place,
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
        self, place: Place, number: int, raw: bytes, nodes: list[tuple[int, int, int, bytes, int]]
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
                below = Place(f"duplicates of {place.name}", tree)
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

    def _sub_page(self, place: Place, number: int, raw: bytes) -> Iterator[bytes]:
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
        self, place: Place, number: int, raw: bytes, entry_bytes: int, low: bytes | None, high: bytes | None
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
