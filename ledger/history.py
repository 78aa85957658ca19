"""Reading what was sealed: headers, blocks, receipts, where a transaction stands, which blocks hold a log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from eth.abc import BlockHeaderAPI
from lru import LRU

from . import rlp_codec
from .blocks import Block, decode_block, decode_header, header_items
from .errors import UnknownBlockError
from .forks import ForkSchedule
from .receipts import Receipt, unpack_receipts
from .records import BLOCKS, HEADERS, META, NUMBERS, RECEIPTS, SENDERS, TRANSACTIONS, section_of
from .store import Store
from .transactions import SignedTransaction
from .write_batch import WriteBatch

HEADER_CACHE_ENTRIES = 1024
BLOCK_CACHE_ENTRIES = 16
NOTED_BYTES_MAX = 256 << 10
"""Of a block that stays in memory from when it is sealed although nobody has asked for it yet. The newest stays
whatever its size: it was in memory to be sealed, and who sent to it asks for it at once."""
ANCESTOR_HASHES_MAX = 256
REBUILD_BATCH_BLOCKS = 256
HEAD_KEY = b"head"


def number_key(number: int) -> bytes:
    return number.to_bytes(8, "big")


class History:
    """The sealed chain as it is in the store. Raises UnknownBlockError for what is not there."""

    def __init__(self, store: Store, forks: ForkSchedule, chain_id: int) -> None:
        self._store = store
        self._forks = forks
        self._chain_id = chain_id
        self._headers: Any = LRU(HEADER_CACHE_ENTRIES)
        self._blocks: Any = LRU(BLOCK_CACHE_ENTRIES)
        self._receipts: Any = LRU(BLOCK_CACHE_ENTRIES)
        self._newest: tuple[Block, tuple[Receipt, ...]] | None = None

    def header(self, number: int) -> BlockHeaderAPI:
        header = self._headers.get(number)
        if header is None:
            header = self._headers[number] = decode_header(self._record(HEADERS, number))
        return header  # type: ignore[no-any-return]

    def note_header(self, header: BlockHeaderAPI) -> None:
        """A header that is not in the store yet."""
        self._headers[header.block_number] = header

    def note_sealed(self, block: Block, receipts: tuple[Receipt, ...]) -> None:
        """A block that has just been put into the store: who sent to it asks for its receipts at once."""
        self._newest = (block, receipts)
        if len(block.raw) <= NOTED_BYTES_MAX:
            self._blocks[block.number], self._receipts[block.number] = block, receipts

    def raw_block(self, number: int) -> bytes:
        return self._record(BLOCKS, number)

    def block(self, number: int) -> Block:
        newest = self._newest
        if newest is not None and newest[0].number == number:
            self._blocks[number] = newest[0]  # whoever asks for a block asks for it again
            return newest[0]
        block = self._blocks.get(number)
        if block is None:
            senders = self._record(SENDERS, number)
            block = decode_block(self.raw_block(number), self._forks, self._chain_id, number, senders)
            self._blocks[number] = block
        return block  # type: ignore[no-any-return]

    def _record(self, table: str, number: int) -> bytes:
        """A record that every block has: up to the head a missing one is damage, and after it unknown."""
        value = self._store.get(table, number_key(number))
        if value is None:
            head = read_head_number(self._store)
            if head is None or number > head:
                raise UnknownBlockError
            return self._store.require(table, number_key(number))
        return value

    def number_of(self, block_hash: bytes) -> int | None:
        found = self._store.find(NUMBERS, block_hash)
        return None if found is None else int.from_bytes(found, "big")

    def receipts(self, number: int) -> tuple[Receipt, ...]:
        newest = self._newest
        if newest is not None and newest[0].number == number:
            self._receipts[number] = newest[1]
            return newest[1]
        receipts = self._receipts.get(number)
        if receipts is None:
            receipts = self._receipts[number] = unpack_receipts(self._record(RECEIPTS, number))
        return receipts  # type: ignore[no-any-return]

    def transaction_place(self, transaction_hash: bytes) -> tuple[int, int] | None:
        """Block number and index of a sealed transaction."""
        found = self._store.find(TRANSACTIONS, transaction_hash)
        if found is None:
            return None
        return int.from_bytes(found[:8], "big"), int.from_bytes(found[8:], "big")

    def transaction(self, transaction_hash: bytes) -> tuple[SignedTransaction, BlockHeaderAPI, int] | None:
        place = self.transaction_place(transaction_hash)
        if place is None:
            return None
        block = self.block(place[0])
        return block.transactions[place[1]], block.header, place[1]

    def ancestors(self, header: BlockHeaderAPI) -> Iterator[bytes]:
        """The hashes of `header` and of the blocks before it, as far back as BLOCKHASH may look."""
        yield header.hash
        for _ in range(ANCESTOR_HASHES_MAX - 1):
            if header.block_number == 0:
                return
            yield header.parent_hash
            header = self.header(header.block_number - 1)

    def blocks_with(self, keys: Sequence[bytes], first: int, last: int) -> set[int]:
        """The numbers of the blocks in which any of these addresses or topics occurs."""
        low, high = number_key(first), number_key(last)
        return {int.from_bytes(found, "big") for key in keys for found in self._store.block_numbers(key, low, high)}

    def rebuild_log_index(self, head_number: int) -> None:
        """Make the log index anew from the stored receipts. Killed meanwhile, the former one is there."""

        def parts() -> Iterator[list[tuple[bytes, bytes]]]:
            for start in range(0, head_number + 1, REBUILD_BATCH_BLOCKS):
                numbers = range(start, min(start + REBUILD_BATCH_BLOCKS, head_number + 1))
                yield [entry for number in numbers for entry in _stored_entries(number, self.receipts(number))]

        self._store.remake_log_index(parts)


def read_head_number(store: Store) -> int | None:
    found = store.get(META, HEAD_KEY)
    return None if found is None else int.from_bytes(found, "big")


def write_block(
    batch: WriteBatch, block: Block, receipts: Sequence[Receipt], packed_receipts: bytes, nodes: dict[bytes, bytes]
) -> None:
    """Put a block, everything that is looked up by it, and the new head into one batch."""
    number = number_key(block.number)
    batch.put_nodes(nodes)
    batch.put(HEADERS, number, rlp_codec.encode(header_items(block.header)))
    batch.put(BLOCKS, number, block.raw)
    batch.put(RECEIPTS, number, packed_receipts)
    batch.put(SENDERS, number, b"".join(transaction.sender for transaction in block.transactions))
    batch.put(NUMBERS, block.header.hash, number)
    for index, transaction in enumerate(block.transactions):
        batch.put(TRANSACTIONS, transaction.hash, number + index.to_bytes(4, "big"))
    batch.log_index.extend(_stored_entries(block.number, receipts))
    batch.put(META, HEAD_KEY, number)


def _stored_entries(number: int, receipts: Iterable[Receipt]) -> list[tuple[bytes, bytes]]:
    section = section_of(number)
    return [(section + key, value) for key, value in log_index_entries(number, receipts)]


def log_index_entries(number: int, receipts: Iterable[Receipt]) -> list[tuple[bytes, bytes]]:
    """Each address and topic of a block's logs, with the block's number."""
    keys = {log.address for receipt in receipts for log in receipt.logs}
    keys |= {topic for receipt in receipts for log in receipt.logs for topic in log.topics}
    value = number_key(number)
    return [(key, value) for key in keys]
