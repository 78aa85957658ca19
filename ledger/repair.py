"""Making a damaged store anew, from its own sound blocks and from what others hold.

1. take from the damaged file whatever proves itself: blocks, header hashes, the genesis (`pages`, `records`)
2. make a new store beside it and import every block into it, executing and checking each as if from a stranger;
   a block that is damaged here comes from the source
3. a source that tells another story than a sound record of one's own is refused
4. put the new store in the old one's place; the old one is kept beside it

Nothing of the old store's state is taken over: it is made again. Killed at any moment, the same command goes on.
"""

from __future__ import annotations

import contextlib
import shutil
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from .block_source import BlockSource
from .blocks import decode_header, decode_header_of
from .chain import Chain
from .datadir import DRAFT_DIRECTORY, DataDirectory, put_in_place
from .durable import copy_durably, sync_directory, write_durably
from .errors import BlockError, GenesisError, LedgerError, StoreCorruptError, StoreDamagedError
from .genesis import Genesis, load_genesis
from .genesis_store import GENESIS_FILE_KEY, GENESIS_KEY, is_large, write_large_genesis
from .genesis_stream import sha256_of
from .page_claims import Entry
from .page_format import map_file, read_metas
from .pages import PageWalk
from .records import BLOCKS, HEADERS, META, recover
from .start_check import DATA_FILE
from .store import Store
from .write_lock import hold_write_lock

DAMAGED_DIRECTORY = "chain.damaged"

Progress = Callable[[int, int], None]


class RepairError(LedgerError):
    """The store cannot be made anew from what there is."""


@dataclass(frozen=True)
class Repaired:
    blocks: int
    from_source: int
    kept: Path | None
    """Where the damaged store is now."""


@dataclass
class _Remains:
    """What of the damaged store proves itself."""

    genesis: Genesis | None = None
    genesis_digest: bytes | None = None
    """Of a large one's file."""
    header_hashes: dict[int, bytes] = field(default_factory=dict)
    offsets: array[int] = field(default_factory=lambda: array("q"))
    lengths: array[int] = field(default_factory=lambda: array("q"))

    def note_block(self, number: int, entry: Entry) -> None:
        while len(self.offsets) <= number:
            self.offsets.append(-1)
            self.lengths.append(0)
        self.offsets[number], self.lengths[number] = entry.offset, len(entry.value)

    @property
    def height(self) -> int:
        return max(len(self.offsets) - 1, max(self.header_hashes, default=0))


def repair(
    path: Path, source: BlockSource | None, clock: Callable[[], int], progress: Progress | None = None
) -> Repaired:
    """Make the store of a data directory anew. Raises RepairError when a block is nowhere to be had."""
    directory = DataDirectory(path)
    with contextlib.ExitStack() as locks:
        if directory.store_directory.is_dir():
            locks.enter_context(hold_write_lock(directory.store_directory))
        if directory.repaired_directory.is_dir():  # an earlier repair was killed while it changed places
            height = _height(directory.repaired_directory, clock)
            return Repaired(height, 0, put_in_place(directory, DAMAGED_DIRECTORY))
        made = _Rebuild(directory, source, clock, progress)
        made.run()
        kept = put_in_place(directory, DAMAGED_DIRECTORY)
        _keep_genesis(directory, made.genesis)
        return Repaired(made.height, made.from_source, kept)


class _Rebuild:
    def __init__(
        self,
        directory: DataDirectory,
        source: BlockSource | None,
        clock: Callable[[], int],
        progress: Progress | None,
    ) -> None:
        self._directory = directory
        self._source = source
        self._clock = clock
        self._progress = progress
        self._data_file = directory.store_directory / DATA_FILE
        self._remains = _read_remains(self._data_file)
        self.genesis = self._choose_genesis()
        self.height = max(self._remains.height, source.height if source else 0)
        self.from_source = 0

    def run(self) -> None:
        draft = self._directory.path / DRAFT_DIRECTORY
        shutil.rmtree(draft, ignore_errors=True)
        with Store(draft) as store:
            chain = self._begin(store)
            self._require_same(0, chain.head.header.hash, "the genesis")
            for number in range(1, self.height + 1):
                self._import(chain, number)
                if self._progress is not None:
                    self._progress(number, self.height)
        draft.rename(self._directory.repaired_directory)
        sync_directory(self._directory.path)

    def _begin(self, store: Store) -> Chain:
        if isinstance(self.genesis, Genesis):
            return Chain.create(store, self.genesis, self._clock)
        write_large_genesis(store, self.genesis)
        return Chain.open(store, self._clock)

    def _choose_genesis(self) -> Genesis | Path:
        """The store's own, else the file's, else the source's; wrong ones do not fit block 1 or a sound header.

        Of a large one the file, which has to be the one that the store remembers.
        """
        if (file := self._large_genesis()) is not None:
            return file
        if self._remains.genesis is not None:
            return self._remains.genesis
        with contextlib.suppress(LedgerError, OSError, ValueError):
            return self._directory.load_genesis()
        if self._source is not None and self._source.genesis is not None:
            return self._source.genesis
        raise RepairError("the genesis is damaged both in the store and in genesis.json; name an export with --from")

    def _large_genesis(self) -> Path | None:
        expected = self._remains.genesis_digest
        named = None if self._source is None else self._source.genesis_file
        for file in (self._directory.genesis_file, named):
            if file is None or not file.is_file():
                continue
            if is_large(file) if expected is None else sha256_of(file) == expected.hex():
                return file
        if expected is None:
            return None
        raise RepairError("genesis.json is not the one that this chain began with; name an export with --from")

    def _import(self, chain: Chain, number: int) -> None:
        reason = "is damaged"
        own = self._own_block(number)
        if own is not None:
            try:
                self._require_same(number, decode_header_of(own, number).hash, "the body")
                chain.import_block(own)
                return
            except (BlockError, RepairError) as error:
                reason = f"is false ({error.reason})"
        if self._source is None:
            raise RepairError(f"block {number} {reason}; name a follower's URL or an export with --from")
        if number > self._source.height:
            raise RepairError(f"block {number} {reason}, and {self._source.name} ends at block {self._source.height}")
        raw = self._source.block(number)
        self._require_same(number, decode_header_of(raw, number).hash, f"what {self._source.name} has")
        try:
            chain.import_block(raw)
        except BlockError as error:
            raise RepairError(f"{self._source.name} gave a false block: {error}") from None
        self.from_source += 1

    def _own_block(self, number: int) -> bytes | None:
        remains = self._remains
        if number >= len(remains.offsets) or remains.offsets[number] < 0:
            return None
        with self._data_file.open("rb") as file:
            file.seek(remains.offsets[number])
            stored = file.read(remains.lengths[number])
        return recover(BLOCKS, number.to_bytes(8, "big"), stored)

    def _require_same(self, number: int, found: bytes, whose: str) -> None:
        sound = self._remains.header_hashes.get(number)
        if sound is not None and sound != found:
            reason = f"is 0x{found.hex()}, but a sound record of this store says 0x{sound.hex()}"
            raise RepairError(f"block {number}: {whose} {reason}")


def _keep_genesis(directory: DataDirectory, genesis: Genesis | Path) -> None:
    if isinstance(genesis, Genesis):
        write_durably(directory.genesis_file, genesis.canonical_json(), 0o644)
    elif genesis != directory.genesis_file:
        copy_durably(genesis, directory.genesis_file)


def _read_remains(data_file: Path) -> _Remains:
    remains = _Remains()
    try:
        with map_file(data_file) as data:
            meta, _ = read_metas(data)
            for entry in PageWalk(data, meta).entries():
                _note(remains, entry)
    except (StoreCorruptError, OSError):
        pass  # then everything comes from the source
    return remains


def _note(remains: _Remains, entry: Entry) -> None:
    if entry.table not in (BLOCKS, HEADERS, META):
        return
    try:
        value = recover(entry.table, entry.key, entry.value)
    except StoreDamagedError:
        return
    if entry.table == META:
        if entry.key == GENESIS_FILE_KEY:
            remains.genesis_digest = value
        elif entry.key == GENESIS_KEY:
            with contextlib.suppress(GenesisError):
                remains.genesis = load_genesis(value.decode())
        return
    number = int.from_bytes(entry.key, "big")
    if entry.table == HEADERS:
        remains.header_hashes[number] = decode_header(value).hash
    else:
        remains.note_block(number, entry)


def _height(store_directory: Path, clock: Callable[[], int]) -> int:
    with Store(store_directory, read_only=True) as store:
        return Chain.open(store, clock).head.number
