"""The state of a genesis with any number of accounts, in memory that does not grow with them.

1. the file is read member by member (`json_stream`); accounts and slots become records by their hash
2. records are sorted on disk, in runs
3. storage tries and then the account trie are made from the sorted records (`sorted_trie`)
4. nodes are written to the store in groups

The same root as `genesis_block.genesis_state` makes of a small one; an account that is named twice is refused.
"""

from __future__ import annotations

import hashlib
import heapq
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from eth.constants import EMPTY_SHA3
from eth_hash.auto import keccak

from . import rlp_codec
from .errors import GenesisError
from .genesis import Genesis, parse_account, parse_address, parse_genesis, parse_slot
from .json_stream import JsonStream
from .sorted_trie import SortedTrie
from .store import Store
from .write_batch import WriteBatch

RUN_BYTES = 16 << 20
GROUP_BYTES = 4 << 20
"""Of a group under way, in memory twice: here, and as pages which LMDB holds until it commits."""
HASH_BYTES = 32
LENGTH_BYTES = 4


class SortedRecords:
    """Records of bytes, sorted on disk. `add` all, then iterate once."""

    def __init__(self, files: ExitStack, run_bytes: int = RUN_BYTES) -> None:
        self._files = files
        self._run_bytes = run_bytes
        self._run: list[bytes] = []
        self._size = 0
        self._runs: list[IO[bytes]] = []

    def add(self, record: bytes) -> None:
        self._run.append(record)
        self._size += len(record) + 64
        if self._size > self._run_bytes:
            self._write_run()

    def __iter__(self) -> Iterator[bytes]:
        self._run.sort()
        return heapq.merge(iter(self._run), *(_read_run(file) for file in self._runs))

    def _write_run(self) -> None:
        self._run.sort()
        file = self._files.enter_context(tempfile.TemporaryFile(prefix="azukari-sort-"))  # noqa: SIM115
        for record in self._run:
            file.write(len(record).to_bytes(LENGTH_BYTES, "big") + record)
        self._runs.append(file)
        self._run, self._size = [], 0


def _read_run(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while length := file.read(LENGTH_BYTES):
        yield file.read(int.from_bytes(length, "big"))


def read_genesis(path: Path) -> Genesis:
    """The genesis without its accounts: its document and allocation hold none. Raises GenesisError."""
    document: dict[str, Any] = {}
    try:
        with path.open() as file:
            stream = JsonStream(file)
            for key in stream.members():
                if key == "alloc" and stream.is_object():
                    stream.skip()
                    document[key] = {}
                else:
                    document[key] = stream.value()
            stream.require_end()
    except ValueError as error:
        raise GenesisError("file", "is not JSON ({why})", why=error) from None
    return parse_genesis(document)


def write_genesis_state(path: Path, store: Store) -> bytes:
    """Write the state of a genesis file's accounts into a store and return its root. Raises GenesisError."""
    with ExitStack() as files:
        accounts, slots = SortedRecords(files), SortedRecords(files)
        group = _Group(store)
        try:
            with path.open() as file:
                _read_accounts(JsonStream(file), accounts, slots, group)
        except ValueError as error:
            raise GenesisError("file", "is not JSON ({why})", why=error) from None
        root = _make_tries(iter(accounts), iter(slots), group)
        group.flush()
    return root


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Group:
    """Nodes and codes on their way into the store, one write after another."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._write_number = store.next_write_number()
        self._nodes: dict[bytes, bytes] = {}
        self._size = 0

    def put_node(self, digest: bytes, node: bytes) -> bytes:
        """Take a node; the reference to it."""
        reference = self._write_number + digest
        self.put(reference, node)
        return reference

    def put(self, key: bytes, node: bytes) -> None:
        """A root or code under its hash."""
        self._nodes[key] = node
        self._size += len(node) + HASH_BYTES
        if self._size > GROUP_BYTES:
            self.flush()

    def flush(self) -> None:
        batch = WriteBatch()
        batch.put_nodes(self._nodes)
        self._store.commit(batch)
        self._nodes, self._size = {}, 0
        self._write_number = self._store.next_write_number()


def _read_accounts(stream: JsonStream, accounts: SortedRecords, slots: SortedRecords, group: _Group) -> None:
    for key in stream.members():
        if key != "alloc" or not stream.is_object():
            stream.skip()
            continue
        for name in stream.members():
            if not stream.is_object():
                raise GenesisError(f"alloc.{name}", "must be an object")
            hashed = keccak(parse_address(name))
            entry = stream.small_object()
            if entry is None:
                entry = _read_large_account(stream, name, hashed, slots)
            account = parse_account(name, entry)
            for number, value in account.storage:
                _add_slot(slots, hashed, number, value)
            code_hash: bytes = EMPTY_SHA3
            if account.code:
                code_hash = keccak(account.code)
                group.put(code_hash, account.code)
            numbers = [rlp_codec.integer_bytes(account.nonce), rlp_codec.integer_bytes(account.balance)]
            accounts.add(hashed + code_hash + rlp_codec.encode_node(numbers))


def _read_large_account(stream: JsonStream, name: str, hashed: bytes, slots: SortedRecords) -> dict[str, Any]:
    """What an account holds besides its storage, which goes to the slots one by one."""
    entry: dict[str, Any] = {}
    for field in stream.members():
        if field == "storage" and stream.is_object():
            for slot in stream.members():
                _add_slot(slots, hashed, *parse_slot(slot, stream.value(), f"alloc.{name}"))
        else:
            entry[field] = stream.value()
    return entry


def _add_slot(slots: SortedRecords, hashed: bytes, number: int, value: int) -> None:
    try:
        place = keccak(number.to_bytes(HASH_BYTES, "big"))
    except OverflowError:
        raise GenesisError("alloc", "a slot is longer than {count} bytes", count=HASH_BYTES) from None
    slots.add(hashed + place + rlp_codec.integer_bytes(value))


def _make_tries(accounts: Iterator[bytes], slots: Iterator[bytes], group: _Group) -> bytes:
    tree = SortedTrie(group.put_node, group.put)
    slot = next(slots, None)
    for record in accounts:
        hashed, code_hash = record[:HASH_BYTES], record[HASH_BYTES : 2 * HASH_BYTES]
        nonce, balance = rlp_codec.decode_node(record[2 * HASH_BYTES :])
        storage = SortedTrie(group.put_node, group.put)
        while slot is not None and slot.startswith(hashed):
            value = slot[2 * HASH_BYTES :]
            if value:
                _add(storage, slot[HASH_BYTES : 2 * HASH_BYTES], rlp_codec.encode_part(value), "slot")
            slot = next(slots, None)
        root = storage.finish()
        _add(tree, hashed, rlp_codec.encode_node([nonce, balance, root, code_hash]), "account")
    return tree.finish()


def _add(tree: SortedTrie, hashed: bytes, value: bytes, what: str) -> None:
    try:
        tree.add(hashed.hex(), value)
    except ValueError:
        raise GenesisError(
            "alloc", "names the {what} with hash {hash} twice", what=what, hash=f"0x{hashed.hex()}"
        ) from None
