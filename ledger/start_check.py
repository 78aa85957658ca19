"""What a node looks at before it serves from a store: LMDB dies of a damaged page, and must not meet one.

With sums of the pages (a store that was closed in good order) the whole file is compared; without, a file
that is not large is walked through, page by page and record by record. A page whose form is damaged ends the
start; any other damage lets the node start, red, so that what is sound can still be read.
"""

from __future__ import annotations

from pathlib import Path

from .errors import StoreCorruptError, StoreDamagedError
from .page_format import map_file, read_metas
from .page_sums import compare_page_sums
from .pages import PageWalk
from .records import damage_of

DATA_FILE = "data.mdb"
WALKED_BYTES_MAX = 32 << 20
"""A few seconds' walk. `scrub` reads the records of larger ones once the node runs."""
COMPARED_BYTES_MAX = 256 << 20
"""A command that shows one line does not read a large file through first."""


def check_before_reading(store_directory: Path) -> None:
    """What a command that only reads looks at, beside a node that may be writing. Raises StoreCorruptError."""
    data_file = store_directory / DATA_FILE
    if data_file.exists() and data_file.stat().st_size <= COMPARED_BYTES_MAX:
        check_at_start(store_directory, only_compare=True)


def check_at_start(store_directory: Path, *, only_compare: bool = False) -> StoreDamagedError | None:
    """Damage that the node may start with. Raises StoreCorruptError for damage that it may not."""
    data_file = store_directory / DATA_FILE
    if not data_file.exists():
        return None
    try:
        changed = compare_page_sums(store_directory)
    except StoreCorruptError:
        changed = None
    damage = None
    small = data_file.stat().st_size <= WALKED_BYTES_MAX
    if only_compare and not changed:
        return None
    with map_file(data_file) as data:
        meta, faults = read_metas(data)
        if not faults and (changed or (changed is None and small)):
            walk = PageWalk(data, meta)
            for entry in walk.entries():
                damage = damage or damage_of(entry.table, entry.key, entry.value)
            faults = walk.faults
    if faults:
        where = f"{data_file} page {faults[0].page} {faults[0].reason}"
        raise StoreCorruptError("{where}; run `azukari-ledger verify`, then `azukari-ledger repair`", where=where)
    if changed and damage is None:
        return StoreDamagedError(f"{DATA_FILE} page {changed[0].page}", changed[0].reason)
    return damage
