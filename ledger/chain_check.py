"""The records of a chain against each other: everything that a block commits to, and every way to find it.

For each block, from the genesis to the head:
1. its header follows its parent, stands in its body, and is found by its hash
2. the body is the one that the header commits to; senders are who signed
3. the receipts are the ones that the header commits to
4. each transaction and each log is found by its index
Then: the head, the signers and the genesis are the chain's; no table holds more than that; the state under the
head is whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eth.abc import BlockHeaderAPI
from eth.constants import BLANK_ROOT_HASH, EMPTY_SHA3
from eth_hash.auto import keccak

from . import rlp_codec
from .blocks import Block, decode_block, header_items
from .clique import Clique, pack_snapshot
from .errors import LedgerError, StoreDamagedError
from .genesis import Genesis, load_genesis
from .genesis_block import genesis_block
from .genesis_store import GENESIS_KEY, SNAPSHOT_KEY, file_digest
from .genesis_stream import sha256_of
from .history import History, log_index_entries, number_key, read_head_number
from .proofs import decode_account
from .receipts import bloom_of
from .records import (
    BLOCKS,
    HEADERS,
    LOG_INDEX,
    META,
    NODES,
    NUMBERS,
    RECEIPTS,
    SENDERS,
    TRANSACTIONS,
    missing,
    place,
    table_of_node,
)
from .sentence import Sentence
from .store import Store
from .trie import ordered_trie_root
from .trie_node import BRANCH_WIDTH

if TYPE_CHECKING:
    from pathlib import Path

    from .datadir import DataDirectory

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ChainFault:
    place: str
    reason: str


def check_chain(
    store: Store, directory: DataDirectory, entries: Mapping[str, int], progress: Progress | None = None
) -> Iterator[ChainFault]:
    """Every record that does not belong to the chain. `entries` is how many records each table holds."""
    document, head = store.require(META, GENESIS_KEY), read_head_number(store)
    if head is None:
        yield _fault(missing(META, b"head"))
        return
    genesis = load_genesis(document.decode())
    digest = file_digest(store)
    if directory.genesis_file.is_file() and not _is_same(directory.genesis_file, document, digest):
        yield ChainFault("meta genesis", "is not what genesis.json says")
    check = _BlockCheck(store, genesis, entries)
    for number in range(head + 1):
        yield from check.block(number)
        if progress is not None:
            progress(number, head)
    yield from check.rest(head, directory)


def _is_same(file: Path, document: bytes, digest: bytes | None) -> bool:
    return file.read_bytes() == document if digest is None else sha256_of(file) == digest.hex()


class _BlockCheck:
    def __init__(self, store: Store, genesis: Genesis, entries: Mapping[str, int]) -> None:
        self._store = store
        self._genesis = genesis
        self._entries = entries
        self._history = History(store, genesis.forks, genesis.chain_id)
        self._clique = Clique(genesis.clique) if genesis.clique else None
        self._snapshot: Any = None
        self._parent: BlockHeaderAPI | None = None
        self._expected: Counter[str] = Counter()
        self._signers: set[bytes] = set()

    def block(self, number: int) -> Iterator[ChainFault]:
        """Steps 1 to 4. A record that cannot be read ends the step it is needed for, not the check."""
        parent, self._parent = self._parent, None
        try:
            header = self._history.header(number)
        except StoreDamagedError as error:
            yield _fault(error)
            return
        self._parent = header
        self._expected.update((HEADERS, BLOCKS, RECEIPTS, SENDERS, NUMBERS))
        yield from self._check_header(header, parent)
        block = yield from self._reading(lambda: self._read_block(number))
        if block is not None:
            yield from self._check_body(header, block)
        receipts = yield from self._reading(lambda: self._history.receipts(number))
        if receipts is not None:
            root = ordered_trie_root([receipt.consensus_bytes() for receipt in receipts])
            bloom = bloom_of(log for receipt in receipts for log in receipt.logs)
            if number and (root, bloom) != (header.receipt_root, header.bloom):
                yield ChainFault(place(RECEIPTS, number_key(number)), "are not the ones that the header commits to")
            yield from self._check_log_index(number, receipts)

    def _reading(self, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except StoreDamagedError as error:
            yield _fault(error)
        except LedgerError as error:
            yield ChainFault("", error.reason)
        return None

    def _read_block(self, number: int) -> Block:
        """The body as it stands, the senders recovered anew."""
        raw = self._history.raw_block(number)
        return decode_block(raw, self._genesis.forks, self._genesis.chain_id, number)

    def _check_header(self, header: BlockHeaderAPI, parent: BlockHeaderAPI | None) -> Iterator[ChainFault]:
        number = header.block_number
        where = place(HEADERS, number_key(number))
        if parent is not None and (header.parent_hash, number) != (parent.hash, parent.block_number + 1):
            yield ChainFault(where, Sentence("does not follow block {number}", number=parent.block_number))
        if number == 0 and header.hash != genesis_block(self._genesis, header.state_root).header.hash:
            yield ChainFault(where, "is not the genesis's")
        found = yield from self._reading(lambda: self._store.get(NUMBERS, header.hash))
        if found != number_key(number):
            yield ChainFault(place(NUMBERS, header.hash), Sentence("does not lead to block {number}", number=number))
        if self._clique is not None:
            if number % self._clique.epoch == 0 or self._snapshot is None:
                self._snapshot = self._clique.genesis_snapshot(header)
            else:
                self._snapshot = self._clique.advance(self._snapshot, header)
            self._signers.update(self._snapshot.signers)

    def _check_body(self, header: BlockHeaderAPI, block: Block) -> Iterator[ChainFault]:
        number = header.block_number
        where = place(BLOCKS, number_key(number))
        if block.header.hash != header.hash:
            yield ChainFault(where, "begins with another header")
        root = ordered_trie_root([transaction.raw for transaction in block.transactions])
        uncles = keccak(rlp_codec.encode([header_items(uncle) for uncle in block.uncles]))
        if (root, uncles) != (header.transaction_root, header.uncles_hash):
            yield ChainFault(where, "is not the body that the header commits to")
        senders = yield from self._reading(lambda: self._store.require(SENDERS, number_key(number)))
        if senders not in (None, b"".join(transaction.sender for transaction in block.transactions)):
            yield ChainFault(place(SENDERS, number_key(number)), "are not those who signed")
        for index, transaction in enumerate(block.transactions):
            self._expected[TRANSACTIONS] += 1
            found = yield from self._reading(lambda key=transaction.hash: self._store.get(TRANSACTIONS, key))  # type: ignore[misc]
            if found != number_key(number) + index.to_bytes(4, "big"):
                reason = Sentence("does not lead to transaction {index} of block {number}", index=index, number=number)
                yield ChainFault(place(TRANSACTIONS, transaction.hash), reason)

    def _check_log_index(self, number: int, receipts: Any) -> Iterator[ChainFault]:
        for key, value in log_index_entries(number, receipts):
            self._expected[LOG_INDEX] += 1
            found = yield from self._reading(lambda key=key, value=value: self._index_entry(key, value))  # type: ignore[misc]
            if found is not None and found != [value]:
                yield ChainFault(place(LOG_INDEX, key), Sentence("does not lead to block {number}", number=number))

    def _index_entry(self, key: bytes, number: bytes) -> list[bytes]:
        """Asked also of a store in which damage was seen: the rest of it is to be named as well."""
        seen, self._store.damage = self._store.damage, None
        try:
            return self._store.block_numbers(key, number, number)
        finally:
            self._store.damage = self._store.damage or seen

    def rest(self, head: int, directory: DataDirectory) -> Iterator[ChainFault]:
        """What belongs to the chain as a whole."""
        if self._snapshot is not None and self._store.get(META, SNAPSHOT_KEY) != pack_snapshot(self._snapshot):
            yield ChainFault("meta clique", "is not what the headers lead to")
        # What could not be read was not counted: then the numbers say nothing new.
        for table, expected in sorted(self._expected.items()) if self._store.damage is None else ():
            if self._entries[table] != expected:
                yield ChainFault(
                    table,
                    Sentence(
                        "holds {found} entries, but the chain has {expected}",
                        found=self._entries[table],
                        expected=expected,
                    ),
                )
        if head and not self._entries[NODES]:
            yield ChainFault(NODES, "holds nothing")
        yield from self._check_state()

    def _check_state(self) -> Iterator[ChainFault]:
        if self._parent is None:
            return
        for digest in missing_nodes(self._store, self._parent.state_root):
            yield _fault(missing(table_of_node(digest), digest))


def missing_nodes(store: Store, state_root: bytes) -> Iterator[bytes]:
    """The references and hashes of nodes and codes under a state root that the store does not hold."""
    for value in _leaves(store, state_root):
        if isinstance(value, _Missing):
            yield value.digest
            continue
        account = decode_account(value)
        if account.code_hash != EMPTY_SHA3 and store.get(NODES, account.code_hash) is None:
            yield account.code_hash
        for slot in _leaves(store, account.storage_root):
            if isinstance(slot, _Missing):
                yield slot.digest


@dataclass(frozen=True)
class _Missing:
    digest: bytes


def _leaves(store: Store, root: bytes) -> Iterator[bytes | _Missing]:
    waiting: list[Any] = [] if root == BLANK_ROOT_HASH else [root]
    while waiting:
        reference = waiting.pop()
        node = reference
        if isinstance(reference, bytes):
            raw = store.get(table_of_node(reference), reference)
            if raw is None:
                yield _Missing(reference)
                continue
            node = rlp_codec.decode_node(raw)
        if len(node) == BRANCH_WIDTH:
            waiting.extend(child for child in node[:16] if child)
        elif node[0][0] >> 4 & 2:
            yield node[1]
        else:
            waiting.append(node[1])


def references(raw: bytes, *, in_accounts: bool) -> tuple[list[tuple[bytes, bool]], list[bytes]]:
    """What a stored node leads to: nodes below it by their reference or, being roots, by their hash, each with whether
    accounts are in it; and codes by their hash."""
    below: list[tuple[bytes, bool]] = []
    codes: list[bytes] = []
    waiting: list[Any] = [rlp_codec.decode_node(raw)]
    while waiting:
        node = waiting.pop()
        if len(node) == BRANCH_WIDTH:
            children = [child for child in node[:16] if child]
        elif node[0][0] >> 4 & 2:
            children = []
            if in_accounts:
                account = decode_account(node[1])
                if account.storage_root != BLANK_ROOT_HASH:
                    below.append((account.storage_root, False))
                if account.code_hash != EMPTY_SHA3:
                    codes.append(account.code_hash)
        else:
            children = [node[1]]
        for child in children:
            if isinstance(child, list):
                waiting.append(child)
            else:
                below.append((child, in_accounts))
    return below, codes


def _fault(error: StoreDamagedError) -> ChainFault:
    return ChainFault(error.place, error.what)
