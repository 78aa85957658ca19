"""Reading everything in a data directory and naming each place that is not what it must be.

1. the files beside the store: genesis, keys, checkpoints
2. the data file, page by page: structure (`pages`), and sums where there are some (`page_sums`)
3. each record against its hash or checksum (`records`)
4. the records against each other and against what the sealed headers commit to: parents, bodies, receipts,
   senders, indexes, how many there are, the state under the head

Step 4 reads through LMDB, which dies of a damaged file; so it is taken only when step 2 found the structure sound.
Nothing is executed again: that is replay's work, and it needs no store. Nothing is changed either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .chain_check import check_chain
from .checkpoint import CheckpointError, parse_signed_checkpoint
from .datadir import ADDRESS_SUFFIX, DataDirectory, load_key
from .errors import GenesisError, LedgerError, StoreCorruptError, StoreDamagedError
from .genesis_store import is_large
from .gossip import EVIDENCE_DIRECTORY
from .page_format import map_file, read_metas
from .page_sums import SUMS_FILE, compare_page_sums
from .pages import PageWalk
from .pool_journal import read_journal
from .records import damage_of
from .sentence import Sentence
from .stamps import is_as_named
from .start_check import DATA_FILE
from .store_environment import pinned
from .words import said_in_japanese, sentence_in_japanese

GENESIS_FILE, KEY_SUFFIX = "genesis.json", ".key"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Damage:
    """One place: the file, the page in it if it has pages, what is there, and why it cannot be right."""

    file: str
    page: int | None
    place: str
    reason: str

    def __str__(self) -> str:
        where = self.file if self.page is None else f"{self.file} page {self.page}"
        return f"{where}: {self.place}: {self.reason}" if self.place else f"{where}: {self.reason}"

    def in_japanese(self) -> str:
        """The same line for who reads Japanese."""
        where = self.file if self.page is None else f"{self.file} の {self.page} ページ"
        place = sentence_in_japanese(self.place) or self.place
        return ": ".join(part for part in (where, place, said_in_japanese(self.reason)) if part)


@dataclass(frozen=True)
class Verification:
    """What was read, and what of it is damaged."""

    places: tuple[Damage, ...]
    records: int
    blocks: int
    page_sums_compared: bool
    chain_compared: bool

    @property
    def files_made_anew(self) -> list[str]:
        """Damaged files that `repair` makes anew: the store, and the genesis, which the store holds."""
        files = {damage.file for damage in self.places}
        return sorted(file for file in files if file.startswith("chain/") or file == GENESIS_FILE)

    @property
    def files_to_put_back(self) -> list[str]:
        """Damaged files that no chain holds, so that nothing makes them anew. Of a key and its address either may be
        the damaged one."""
        files = {damage.file for damage in self.places}.difference(self.files_made_anew)
        keys = {file for file in files if file.endswith(KEY_SUFFIX)}
        return sorted(files | {file + ADDRESS_SUFFIX for file in keys})


def verify_directory(path: Path, progress: Progress | None = None) -> Verification:
    """Read everything. Raises DataDirectoryError when there is no ledger, and nothing else on damage."""
    directory = DataDirectory(path)
    places = list(_check_files(directory))
    store = _StoreCheck(directory, progress)
    places += store.run()
    return Verification(
        tuple(dict.fromkeys(places)), sum(store.records.values()), store.blocks, store.sums_compared, store.sound
    )


def _check_files(directory: DataDirectory) -> Iterator[Damage]:
    directory.require_ledger()
    try:
        # A large one is compared with its hash in the store, by the check of the chain.
        text = "" if is_large(directory.genesis_file) else directory.genesis_file.read_text()
        if text and directory.load_genesis().canonical_json() != text:
            yield Damage("genesis.json", None, "", "is not in the one form it is written in")
    except GenesisError as error:
        yield Damage("genesis.json", None, error.field, error.rule)
    except (LedgerError, OSError, ValueError) as error:
        yield Damage("genesis.json", None, "", _said(error))
    for file in (directory.signer_file, directory.witness_file):
        yield from _check_key(file)
    if directory.pool_file.is_file():
        _, damage = read_journal(directory.pool_file)
        if damage is not None:
            yield Damage(directory.pool_file.name, None, "", damage)
    if directory.checkpoint_directory.is_dir():
        for file in sorted(directory.checkpoint_directory.rglob("*.json")):
            name = file.relative_to(directory.path).as_posix()
            if EVIDENCE_DIRECTORY in file.parts:
                continue
            try:
                text = file.read_text()
                if parse_signed_checkpoint(text).to_json() != text:
                    yield Damage(name, None, "", "is not in the one form it is written in")
            except (CheckpointError, OSError, ValueError) as error:
                yield Damage(name, None, "", _said(error))
        for file in sorted(directory.checkpoint_directory.glob("*.tsr")):
            if not is_as_named(file):
                yield Damage(
                    file.relative_to(directory.path).as_posix(), None, "", "is not the stamp that it is named for"
                )


def _check_key(file: Path) -> Iterator[Damage]:
    """A key has no redundancy of its own: its address, which was written beside it, must be the key's."""
    recorded = file.with_name(file.name + ADDRESS_SUFFIX)
    try:
        key = load_key(file)
        if key is None:
            if recorded.exists():
                yield Damage(file.name, None, "", "is missing, although its address is there")
            return
        if file.read_text() not in (key.to_bytes().hex(), key.to_bytes().hex() + "\n"):
            yield Damage(file.name, None, "", "is not in the one form it is written in")
    except (LedgerError, OSError, ValueError) as error:
        yield Damage(file.name, None, "", _said(error))


def _said(error: Exception) -> str:
    """Why, by its form where it is the ledger's own."""
    return getattr(error, "reason", None) or str(error)


class _StoreCheck:
    """Steps 2 to 4 over one store."""

    def __init__(self, directory: DataDirectory, progress: Progress | None) -> None:
        self._directory = directory
        self._store_path = directory.store_directory
        self._progress = progress
        self.records: Counter[str] = Counter()
        self.blocks = 0
        self.sums_compared = False
        self.sound = False
        self._named_pages: set[int] = set()

    def run(self) -> list[Damage]:
        try:
            pages = list(self._check_pages())
        except (StoreCorruptError, OSError) as error:
            return [self._damage(None, "", _said(error))]
        places = pages + list(self._check_sums())
        if self.sound:
            places += self._check_chain({damage.place for damage in pages})
        return places

    def _check_pages(self) -> Iterator[Damage]:
        with pinned(self._store_path) as transaction, map_file(self._store_path / DATA_FILE) as data:
            meta, faults = read_metas(data)
            if transaction not in (None, meta.transaction):
                raise StoreCorruptError(
                    "the store moved on from {transaction} to {now}; verify again",
                    transaction=transaction,
                    now=meta.transaction,
                )
            walk = PageWalk(data, meta)
            for entry in walk.entries():
                self.records[entry.table] += 1
                damage = damage_of(entry.table, entry.key, entry.value)
                if damage is not None:
                    self._named_pages.update(range(entry.page, entry.page + entry.pages))
                    yield self._damage(entry.page, damage.place, damage.what)
            for fault in faults + walk.faults:
                self._named_pages.add(fault.page)
                yield self._damage(fault.page, "", fault.reason)
            self.sound = not faults and not walk.faults

    def _check_sums(self) -> Iterator[Damage]:
        try:
            faults = compare_page_sums(self._store_path)
        except StoreCorruptError as error:
            yield Damage(f"chain/{SUMS_FILE}", None, "", _said(error))
            return
        self.sums_compared = faults is not None
        for fault in faults or ():
            if fault.page not in self._named_pages:
                yield self._damage(fault.page, "", Sentence("{why}, in bytes that no record uses", why=fault.reason))

    def _check_chain(self, named: set[str]) -> list[Damage]:
        places = []
        try:
            with self._directory.open_store(read_only=True) as store:
                for fault in check_chain(store, self._directory, self.records, self._progress):
                    if fault.place not in named:
                        places.append(self._damage(None, fault.place, fault.reason))
                self.blocks = store.statistics()["headers"]
        except StoreDamagedError as error:
            if error.place not in named:
                places.append(self._damage(None, error.place, error.what))
        except LedgerError as error:
            places.append(self._damage(None, "", error.reason))
        return places

    @staticmethod
    def _damage(page: int | None, place: str, reason: str) -> Damage:
        return Damage(f"chain/{DATA_FILE}", page, place, reason)
