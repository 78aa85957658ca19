"""Reading the store through, slowly, while the node runs: damage is found before anybody asks for what it hit.

Each round reads every record once and looks up every index entry that the blocks call for, which is how an
entry that has vanished is noticed: nobody can tell it from one that never was. It takes about one twentieth of
one core and stops at the first damage, which the store remembers and the node's health shows.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from eth_hash.auto import keccak

from . import rlp_codec
from .chain import Chain
from .errors import LedgerError, StoreDamagedError
from .history import log_index_entries, number_key
from .receipts import unpack_receipts
from .records import BLOCKS, HEADERS, LOG_INDEX, NODES, NUMBERS, ORDERED, RECEIPTS, SENDERS, TRANSACTIONS, missing
from .store import Store

SHARE_OF_A_CORE = 0.05
REST_SECONDS_MAX = 1.0
ROUND_PAUSE_SECONDS = 30.0
NODES_AT_ONCE = 20
LOOK_UPS_AT_ONCE = 50

logger = logging.getLogger("ledger.scrub")


class Scrubber:
    """`start` reads on a thread of its own until `stop`."""

    def __init__(self, chain: Chain, round_pause_seconds: float = ROUND_PAUSE_SECONDS) -> None:
        self._chain = chain
        self._pause_seconds = round_pause_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scrubber", daemon=True)
        self.rounds = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                for _ in self._paced(read_through(self._chain.store, self._chain.head.number)):
                    if self._stopping.is_set():
                        return
            except StoreDamagedError as error:
                self._chain.store.note_damage(error)
                return
            except LedgerError:
                logger.exception("reading the store through failed")
            self.rounds += 1
            self._stopping.wait(self._pause_seconds)

    def _paced(self, steps: Iterator[None]) -> Iterator[None]:
        started = time.perf_counter()
        for _ in steps:
            taken = time.perf_counter() - started
            self._stopping.wait(min(taken * (1 / SHARE_OF_A_CORE - 1), REST_SECONDS_MAX))
            yield
            started = time.perf_counter()


@contextmanager
def scrubbing(chain: Chain) -> Iterator[None]:
    """Read the chain's store through while something else runs."""
    scrubber = Scrubber(chain)
    scrubber.start()
    try:
        yield
    finally:
        scrubber.stop()


def read_through(store: Store, head_number: int) -> Iterator[None]:
    """One round in small steps. Raises StoreDamagedError."""
    for number in range(head_number + 1):
        yield from _read_block(store, number_key(number))
    for table in (NODES, ORDERED):
        position = b""
        while keys := store.keys_after(table, position, NODES_AT_ONCE):
            for key in keys:
                store.require(table, key)
            position = keys[-1]
            yield


def _read_block(store: Store, number: bytes) -> Iterator[None]:
    header = store.require(HEADERS, number)
    _look_up(store, NUMBERS, keccak(header), number)
    raw = store.require(BLOCKS, number)
    store.require(SENDERS, number)
    receipts = unpack_receipts(store.require(RECEIPTS, number))
    yield
    for index, item in enumerate(rlp_codec.decode(raw)[1]):
        transaction = item if isinstance(item, bytes) else rlp_codec.encode(item)
        _look_up(store, TRANSACTIONS, keccak(transaction), number + index.to_bytes(4, "big"))
        if index % LOOK_UPS_AT_ONCE == LOOK_UPS_AT_ONCE - 1:
            yield
    for position, (key, value) in enumerate(log_index_entries(int.from_bytes(number, "big"), receipts)):
        if store.block_numbers(key, value, value) != [value]:
            raise missing(LOG_INDEX, key)
        if position % LOOK_UPS_AT_ONCE == LOOK_UPS_AT_ONCE - 1:
            yield
    yield


def _look_up(store: Store, table: str, key: bytes, expected: bytes) -> None:
    if store.require(table, key) != expected:
        raise missing(table, key)
