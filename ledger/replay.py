"""Auditing an exported chain: everything is executed again from genesis, and nothing is believed.

1. the genesis builds the state that block 1 stands on
2. each block is checked against its parent, its consensus and its fork's rules (`verify`)
3. each transaction's signature is recovered and the transaction executed
4. gas, bloom, receipts, state root and seal must be the header's
5. the end must be the head that the manifest names, if there is one

Blocks are read one at a time, and so are the genesis's accounts; the state lives in a store on disk that is
thrown away afterwards, so memory grows neither with the chain nor with its genesis. The first
thing that is false ends the replay with its block and field. What is true here is one copy: a whole history can be
rewritten and be true in itself. `comparison` asks others.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .ahead import WORTH_IT_BYTES, recovered_ahead
from .blocks import Block, read_blocks
from .chain import Chain
from .errors import BlockError, GenesisError, LedgerError, ReplayError
from .export import CHAIN_FILE, GENESIS_FILE, MANIFEST_FILE, Progress
from .genesis import Genesis
from .genesis_stream import read_genesis, sha256_of, write_genesis_state
from .grouped import GroupedChain
from .receipts import Log, Receipt
from .simulate import CallMessage, attempt
from .storage import storage_root, stored_slots
from .store import Store
from .strict_json import load_json


@dataclass(frozen=True)
class ReplayedTransaction:
    hash: bytes
    sender: bytes
    to: bytes | None
    data: bytes
    succeeded: bool
    logs: tuple[Log, ...]


@dataclass(frozen=True)
class ReplayedBlock:
    number: int
    timestamp: int
    hash: bytes
    transactions: tuple[ReplayedTransaction, ...]


class FinalState:
    """The state after the last block, for comparing it with what the events say."""

    def __init__(self, chain: Chain, directory: tempfile.TemporaryDirectory[str]) -> None:
        self._chain = chain
        self._directory = directory
        self._vm = chain.vm_at(chain.head.header)  # one for all that is asked: calls take back what they write

    @property
    def chain_id(self) -> int:
        return self._chain.chain_id

    @property
    def height(self) -> int:
        return self._chain.head.number

    def block_hash(self, number: int) -> bytes:
        return self._chain.history.header(number).hash

    def block_time(self, number: int) -> int:
        return self._chain.history.header(number).timestamp

    def transaction_place(self, transaction_hash: bytes) -> tuple[int, int] | None:
        """Block number and index; None when the chain does not hold it."""
        return self._chain.history.transaction_place(transaction_hash)

    def get_storage(self, address: str | bytes, slot: int) -> int:
        return int(self._vm.state.get_storage(_address(address), slot))

    def slots(self, address: str | bytes) -> Iterator[tuple[bytes, int]]:
        """Every slot of an account that is not zero, as (keccak of the slot, value)."""
        return stored_slots(self._chain.nodes.__getitem__, self.storage_root(address))

    def storage_root(self, address: str | bytes) -> bytes:
        return storage_root(self._chain.nodes.__getitem__, self._chain.head.header.state_root, _address(address))

    def get_code(self, address: str | bytes) -> bytes:
        return bytes(self._vm.state.get_code(_address(address)))

    def call(self, to: str | bytes, data: bytes) -> bytes:
        """What a view function returns. Raises LedgerError when it reverts."""
        result = attempt(self._vm, CallMessage(to=_address(to), data=data))
        if result.error is not None:
            raise LedgerError(f"the call to 0x{_address(to).hex()} failed: 0x{result.output.hex()}")
        return result.output

    def close(self) -> None:
        self._chain.store.close()
        self._directory.cleanup()


@dataclass(frozen=True)
class ReplayReport:
    """A true chain, in figures. `state` can be asked until it is closed."""

    blocks: int
    transactions: int
    logs: int
    head_hash: bytes
    state_root: bytes
    chain_id: int
    state: FinalState


def replay(
    directory: Path | str,
    progress: Progress | None = None,
    on_block: Callable[[ReplayedBlock], None] | None = None,
    now: int | None = None,
) -> ReplayReport:
    """Replay an export. Raises ReplayError; with `now`, blocks from the future are false as well."""
    source = Path(directory)
    expected = read_manifest(source)
    genesis = read_replayed_genesis(source, expected)
    workplace = tempfile.TemporaryDirectory(prefix="azukari-replay-")
    store = Store(Path(workplace.name), durable=False)
    try:
        chain = begin_chain(source, store, genesis)
        transactions, logs = _replay_blocks(source, chain, expected, progress, on_block, now)
        head = chain.head.header
        check_end(head.block_number, head.hash, expected)
    except BaseException:
        store.close()
        workplace.cleanup()
        raise
    return ReplayReport(
        blocks=head.block_number,
        transactions=transactions,
        logs=logs,
        head_hash=head.hash,
        state_root=head.state_root,
        chain_id=genesis.chain_id,
        state=FinalState(chain, workplace),
    )


def begin_chain(source: Path, store: Store, genesis: Genesis) -> GroupedChain:
    """Block zero, over the state that the genesis file's accounts make."""
    try:
        root = write_genesis_state(source / GENESIS_FILE, store)
    except GenesisError as error:
        raise ReplayError(0, f"{GENESIS_FILE} {error.field}", error.rule) from None
    return GroupedChain.begin(store, genesis, root)


def _replay_blocks(
    source: Path,
    chain: GroupedChain,
    expected: dict[str, Any],
    progress: Progress | None,
    on_block: Callable[[ReplayedBlock], None] | None,
    now: int | None,
) -> tuple[int, int]:
    transactions = logs = 0
    total = int(expected.get("blocks", 0))
    try:
        with (source / CHAIN_FILE).open("rb") as stream:
            for raw, senders in _with_senders(read_blocks(stream), source, chain):
                sealed = chain.import_block(raw, now, senders)
                transactions += len(sealed.receipts)
                logs += sum(len(receipt.logs) for receipt in sealed.receipts)
                if on_block is not None:
                    on_block(replayed_block(sealed.block, sealed.receipts))
                if progress is not None:
                    progress(sealed.block.number, total)
    except BlockError as error:
        raise ReplayError(error.block_number, error.field, error.reason) from None
    except OSError as error:
        raise ReplayError(0, CHAIN_FILE, "cannot be read: {why}", why=error.strerror) from None
    chain.flush()
    return transactions, logs


def _with_senders(blocks: Iterator[bytes], source: Path, chain: Chain) -> Iterator[tuple[bytes, bytes | None]]:
    """Senders are recovered by another process where there is work enough for two."""
    if (os.cpu_count() or 1) < 2 or (source / CHAIN_FILE).stat().st_size < WORTH_IT_BYTES:
        return ((raw, None) for raw in blocks)
    return recovered_ahead(blocks, chain.genesis.document)


def replayed_block(block: Block, receipts: Sequence[Receipt]) -> ReplayedBlock:
    """A checked block with what its execution recorded."""
    header = block.header
    return ReplayedBlock(
        number=header.block_number,
        timestamp=header.timestamp,
        hash=header.hash,
        transactions=tuple(
            ReplayedTransaction(
                hash=transaction.hash,
                sender=transaction.sender,
                to=transaction.inner.to or None,
                data=transaction.inner.data,
                succeeded=receipt.succeeded,
                logs=receipt.logs,
            )
            for transaction, receipt in zip(block.transactions, receipts, strict=True)
        ),
    )


def read_replayed_genesis(source: Path, expected: dict[str, Any]) -> Genesis:
    """The genesis without its accounts, of which there may be more than fit into memory."""
    try:
        recorded = expected.get("genesis_sha256")
        if recorded is not None and sha256_of(source / GENESIS_FILE) != recorded:
            raise ReplayError(0, GENESIS_FILE, "is not the one that the manifest was written for")
        return read_genesis(source / GENESIS_FILE)
    except GenesisError as error:
        raise ReplayError(0, f"{GENESIS_FILE} {error.field}", error.rule) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ReplayError(0, GENESIS_FILE, "cannot be read: {why}", why=error) from None


def read_manifest(source: Path) -> dict[str, Any]:
    """The manifest, or nothing: other programs write exports without one."""
    try:
        manifest = load_json((source / MANIFEST_FILE).read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ReplayError(0, MANIFEST_FILE, "cannot be read: {why}", why=error) from None
    if not isinstance(manifest, dict):
        raise ReplayError(0, MANIFEST_FILE, "must be a JSON object")
    blocks = manifest.get("blocks", 0)
    if type(blocks) is not int or blocks < 0:
        raise ReplayError(0, MANIFEST_FILE, "must name the number of blocks")
    return manifest


def check_end(number: int, head_hash: bytes, expected: dict[str, Any]) -> None:
    """The end must be the one that the manifest names. Raises ReplayError."""
    if not expected:
        return
    if expected.get("blocks") != number:
        raise ReplayError(
            number,
            "chain.rlp",
            "ends here, but the manifest says {count} blocks",
            count=expected.get("blocks"),
        )
    if expected.get("head_hash") != "0x" + head_hash.hex():
        raise ReplayError(
            number,
            "hash",
            "is {found}, but the manifest says {expected}",
            found=f"0x{head_hash.hex()}",
            expected=expected.get("head_hash"),
        )


def _address(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else bytes.fromhex(value.removeprefix("0x"))
