"""What an exported chain says of itself, read from its file alone: hashes, times, and where a transaction stands.

Nothing is checked here. It is for comparing what a replay in parts has found true with what others saw.
"""

from __future__ import annotations

from array import array
from pathlib import Path

from .blocks import decode_block, decode_header_of, read_blocks
from .export import CHAIN_FILE, GENESIS_FILE
from .genesis import Genesis
from .genesis_stream import read_genesis
from .replay_parts import PartsReport


class ExportedChain:
    """Thirty-two bytes and a time for each block are kept in memory, and where it begins in the file."""

    def __init__(self, source: Path, genesis: Genesis, genesis_hash: bytes) -> None:
        self._file = source / CHAIN_FILE
        self._genesis = genesis
        self._hashes = bytearray(genesis_hash)
        self._times = array("Q", [genesis.header(b"\x00" * 32).timestamp])
        self._starts = array("Q", [0, 0])
        with self._file.open("rb") as stream:
            for number, raw in enumerate(read_blocks(stream), start=1):
                header = decode_header_of(raw, number)
                self._hashes += header.hash
                self._times.append(header.timestamp)
                self._starts.append(self._starts[-1] + len(raw))

    @property
    def chain_id(self) -> int:
        return self._genesis.chain_id

    @property
    def height(self) -> int:
        return len(self._times) - 1

    def block_hash(self, number: int) -> bytes:
        return bytes(self._hashes[32 * number : 32 * number + 32])

    def block_time(self, number: int) -> int:
        return self._times[number]

    def transaction_place(self, transaction_hash: bytes) -> tuple[int, int] | None:
        """Block number and index, found by reading the whole file; None when the chain does not hold it."""
        with self._file.open("rb") as stream:
            for number, raw in enumerate(read_blocks(stream), start=1):
                nobody = b"\x00" * 20 * len(raw)  # who sent what was checked before
                block = decode_block(raw, self._genesis.forks, self.chain_id, number, nobody)
                for index, transaction in enumerate(block.transactions):
                    if transaction.hash == transaction_hash:
                        return number, index
        return None


def exported_chain(source: Path, report: PartsReport) -> ExportedChain:
    """The chain that a replay in parts has found true."""
    return ExportedChain(source, read_genesis(source / GENESIS_FILE), report.genesis_hash)
