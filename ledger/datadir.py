"""What lies in a node's data directory: the genesis, the signer's key, and the store.

    DATA/genesis.json    the chain's genesis, as given or made
    DATA/signer.key      the sealer's private key in hex, readable by its owner only (absent on a follower)
    DATA/signer.key.address   whose key that is, so that a key which has changed is noticed
    DATA/chain/          the store
    DATA/pool.journal    on a sealer: the transactions that wait for a block
    DATA/witness.key     on demand: the key that signs this node's checkpoints
    DATA/checkpoints/    on a follower: what it has seen and signed

`initialise` is safe to repeat: with the same content it changes nothing, with other content it refuses.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eth_keys.datatypes import PrivateKey
from eth_utils.exceptions import ValidationError

from .chain import Chain, Clock
from .durable import copy_durably, sync_directory, write_durably
from .errors import DataDirectoryError
from .genesis import Genesis, load_genesis, new_clique_document, parse_genesis
from .genesis_store import is_large, write_large_genesis
from .genesis_stream import read_genesis, sha256_of
from .start_check import check_at_start, check_before_reading
from .store import Store

GENESIS_FILE = "genesis.json"
SIGNER_FILE = "signer.key"
STORE_DIRECTORY = "chain"
DRAFT_DIRECTORY = "chain.new"
"""A store that is being made and may be thrown away."""
REPAIRED_DIRECTORY = "chain.repaired"
"""A store that `repair` or `prune` has finished and not yet put in its place."""
POOL_FILE = "pool.journal"
WITNESS_FILE = "witness.key"
CHECKPOINT_DIRECTORY = "checkpoints"
ADDRESS_SUFFIX = ".address"
"""Beside each key: whose it is, so that a key which has changed is noticed."""
OTHERS_PERMISSIONS = 0o077


@dataclass(frozen=True)
class DataDirectory:
    path: Path

    @property
    def genesis_file(self) -> Path:
        return self.path / GENESIS_FILE

    @property
    def signer_file(self) -> Path:
        return self.path / SIGNER_FILE

    @property
    def store_directory(self) -> Path:
        return self.path / STORE_DIRECTORY

    @property
    def pool_file(self) -> Path:
        return self.path / POOL_FILE

    @property
    def repaired_directory(self) -> Path:
        return self.path / REPAIRED_DIRECTORY

    def load_genesis(self) -> Genesis:
        try:
            return load_genesis(self.genesis_file.read_text())
        except UnicodeDecodeError:
            raise DataDirectoryError("{path} is not text", path=self.genesis_file) from None
        except OSError:
            raise DataDirectoryError(
                "{path} holds no ledger; run `azukari-ledger init` first", path=self.path
            ) from None

    @property
    def witness_file(self) -> Path:
        return self.path / WITNESS_FILE

    @property
    def checkpoint_directory(self) -> Path:
        return self.path / CHECKPOINT_DIRECTORY

    def require_ledger(self) -> None:
        """Raise DataDirectoryError unless a ledger was made here."""
        if self.repaired_directory.is_dir():
            raise DataDirectoryError(
                "a repair of {path} was interrupted; run `azukari-ledger repair` again", path=self.path
            )
        if not self.store_directory.is_dir():
            raise DataDirectoryError("{path} holds no ledger; run `azukari-ledger init` first", path=self.path)

    def load_signer(self) -> PrivateKey | None:
        """The sealing key, or None on a node that only follows."""
        return load_key(self.signer_file)

    def load_or_make_witness(self) -> PrivateKey:
        """The key that signs this node's checkpoints; the sealer's own is not used for that."""
        return load_key(self.witness_file) or make_key(self.witness_file)

    def open_store(self, *, read_only: bool = False) -> Store:
        self.require_ledger()
        return Store(self.store_directory, read_only=read_only)

    def open_chain(self, clock: Clock, *, read_only: bool = False) -> Chain:
        """Open the chain; close it by closing `chain.store`."""
        self.require_ledger()
        signer = None if read_only else self.load_signer()
        damage = None
        if read_only:
            check_before_reading(self.store_directory)
        else:
            damage = check_at_start(self.store_directory)
        store = self.open_store(read_only=read_only)
        try:
            if damage is not None:
                store.note_damage(damage)
            return Chain.open(store, clock, signer)
        except BaseException:
            store.close()
            raise


def initialise(
    path: Path,
    *,
    genesis: Genesis | None = None,
    writers: Sequence[bytes] = (),
    permission_contract: bytes | None = None,
    period: int = 1,
    chain_id: int,
    clock: Clock,
) -> Genesis:
    """Make the directory's genesis, key and store. A given genesis is taken as it is."""
    directory = DataDirectory(path)
    if directory.repaired_directory.is_dir():
        directory.require_ledger()
    path.mkdir(parents=True, exist_ok=True)
    if genesis is None:
        signer = directory.load_signer() or make_key(directory.signer_file)
        document = new_clique_document(
            [signer.public_key.to_canonical_address()],
            writers=writers,
            permission_contract=permission_contract,
            chain_id=chain_id,
            period=period,
        )
        genesis = parse_genesis(document)
    if directory.genesis_file.exists():
        if directory.load_genesis().canonical_json() != genesis.canonical_json():
            raise DataDirectoryError("{path} already holds a ledger with another genesis", path=path)
    else:
        write_durably(directory.genesis_file, genesis.canonical_json(), 0o644)
    with Store(directory.store_directory) as store:
        Chain.create(store, genesis, clock)
    return genesis


def initialise_from_file(path: Path, file: Path, clock: Clock) -> None:
    """The same from a genesis file, in memory that does not grow with its accounts if it is a large one."""
    if not is_large(file):
        genesis = load_genesis(file.read_text())
        initialise(path, genesis=genesis, chain_id=genesis.chain_id, clock=clock)
        return
    directory = DataDirectory(path)
    if directory.repaired_directory.is_dir():
        directory.require_ledger()
    read_genesis(file)
    path.mkdir(parents=True, exist_ok=True)
    if not directory.genesis_file.exists():
        copy_durably(file, directory.genesis_file)
    elif sha256_of(directory.genesis_file) != sha256_of(file):
        raise DataDirectoryError("{path} already holds a ledger with another genesis", path=path)
    with Store(directory.store_directory) as store:
        write_large_genesis(store, directory.genesis_file)


def load_key(path: Path) -> PrivateKey | None:
    """The private key in a file that only its owner may read; None when there is no file."""
    try:
        text = path.read_text().strip()
        key = PrivateKey(bytes.fromhex(text))
    except FileNotFoundError:
        return None
    except (ValueError, ValidationError):
        raise DataDirectoryError("{path} does not hold a private key in hex", path=path) from None
    if path.stat().st_mode & OTHERS_PERMISSIONS:
        raise DataDirectoryError("{path} is readable by others; run chmod 600 on it", path=path)
    recorded = path.with_name(path.name + ADDRESS_SUFFIX)
    if recorded.exists() and recorded.read_bytes() != key.public_key.to_checksum_address().encode() + b"\n":
        raise DataDirectoryError("{path} does not belong to the address in {name}", path=path, name=recorded.name)
    return key


def make_key(path: Path) -> PrivateKey:
    key = PrivateKey(secrets.token_bytes(32))
    write_durably(path, key.to_bytes().hex() + "\n", 0o600)
    write_durably(path.with_name(path.name + ADDRESS_SUFFIX), key.public_key.to_checksum_address() + "\n", 0o644)
    return key


def put_in_place(directory: DataDirectory, kept_name: str) -> Path | None:
    """The finished store becomes the store; where the old one is kept. Each step may be the last: `repair` goes on."""
    kept = None
    if directory.store_directory.is_dir():
        names = (kept_name if number == 1 else f"{kept_name}.{number}" for number in itertools.count(1))
        kept = next(path for path in map(directory.path.joinpath, names) if not path.exists())
        directory.store_directory.rename(kept)
        sync_directory(directory.path)
    directory.repaired_directory.rename(directory.store_directory)
    sync_directory(directory.path)
    return kept
