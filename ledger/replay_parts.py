"""Replaying a chain in parts, each in a process of its own, where the export carries states to begin from.

1. the headers are read once: their hashes, and which signers stand at the beginning of each part
2. each part begins from a state file; its root is the one in the sealed header that the part before must reach
3. each part executes and checks its blocks as ever
4. every part must end in the header that the next begins from, and the last one in the manifest's head

So the parts together check what one replay checks, and a wrong state file can only make a part fail: then, or when
there is nothing to divide, the chain is replayed whole, and that is the verdict. The first false block counts.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.context import BaseContext
from pathlib import Path

from eth.consensus.clique.datatypes import Snapshot
from eth.constants import BLANK_ROOT_HASH

from . import rlp_codec
from .blocks import decode_header_of, header_items, read_blocks
from .chain import Head
from .clique import Clique
from .errors import BlockError, LedgerError, ReplayError
from .export import CHAIN_FILE, STATES_DIRECTORY
from .genesis import Genesis
from .grouped import GroupedChain
from .helper_process import end_with_parent, workplace
from .history import ANCESTOR_HASHES_MAX, HEAD_KEY, number_key
from .records import HEADERS, META
from .replay import begin_chain, check_end, read_manifest, read_replayed_genesis
from .state_file import SUFFIX, load_state
from .store import Store
from .write_batch import WriteBatch

HEADERS_KEPT = 2 * ANCESTOR_HASHES_MAX
"""What the first blocks of a part may look back at: BLOCKHASH, and who sealed lately."""


@dataclass(frozen=True)
class PartsReport:
    """A true chain, in figures."""

    blocks: int
    transactions: int
    logs: int
    head_hash: bytes
    state_root: bytes
    chain_id: int
    parts: int
    genesis_hash: bytes


@dataclass(frozen=True)
class _Part:
    """Blocks after `start`, up to and with `end`."""

    start: int
    end: int
    last: bool


@dataclass(frozen=True)
class _Done:
    """What a part led to; `false` is the block, field and reason of what is false in it."""

    transactions: int = 0
    logs: int = 0
    start_hash: bytes = b""
    end_hash: bytes = b""
    state_root: bytes = b""
    end: int = 0
    false: tuple[int, str, str] | None = None


def replay_in_parts(source: Path, now: int | None = None) -> PartsReport | None:
    """The report of a true chain; None when it has to be replayed whole. Raises ReplayError."""
    manifest = read_manifest(source)
    parts = _plan(source, int(manifest.get("blocks", 0)))
    if len(parts) < 2 or (os.cpu_count() or 1) < 2:
        return None
    with ProcessPoolExecutor(min(len(parts), os.cpu_count() or 1), _context(), end_with_parent) as pool:
        try:
            results = list(pool.map(_try_part, [str(source)] * len(parts), parts, [now] * len(parts)))
        except BrokenProcessPool:
            return None
    done = [part for part in results if part is not None]
    if len(done) < len(parts):
        return None
    for part in done:
        if part.false is not None:
            if part is done[0]:
                raise ReplayError(*part.false)
            return None
    if any(one.end_hash != other.start_hash for one, other in itertools.pairwise(done)):
        return None
    head = done[-1]
    check_end(head.end, head.end_hash, manifest)
    genesis = read_replayed_genesis(source, manifest)
    return PartsReport(
        blocks=parts[-1].end,
        transactions=sum(part.transactions for part in done),
        logs=sum(part.logs for part in done),
        head_hash=head.end_hash,
        state_root=head.state_root,
        chain_id=genesis.chain_id,
        parts=len(parts),
        genesis_hash=done[0].start_hash,
    )


def _context() -> BaseContext:
    """Forked, a part begins at once; made anew, it first reads for a second or two what this process has read already.

    A process of several threads is not forked: another thread may hold what the new process would wait for. Elsewhere
    than on Linux the system's own libraries may have such threads: Python on macOS left forking for that.
    """
    can_fork = sys.platform == "linux" and threading.active_count() == 1
    return multiprocessing.get_context("fork" if can_fork else "spawn")


def _plan(source: Path, blocks: int) -> list[_Part]:
    """From state file to state file. Without a manifest nobody says where the chain ends: then it is one part."""
    folder = source / STATES_DIRECTORY
    found = sorted(int(path.stem) for path in folder.glob("*" + SUFFIX) if path.stem.isascii() and path.stem.isdigit())
    starts = [0, *(number for number in found if 0 < number < blocks)]
    ends = [*starts[1:], blocks]
    return [_Part(start, end, end == blocks) for start, end in zip(starts, ends, strict=True)] if blocks else []


def _try_part(source_name: str, part: _Part, now: int | None) -> _Done | None:
    """None when the part could not be judged, whatever the reason: replaying the whole will tell."""
    try:
        return _replay_part(Path(source_name), part, now)
    except (LedgerError, OSError, ValueError, StopIteration):
        return None


def _replay_part(source: Path, part: _Part, now: int | None) -> _Done:
    genesis = read_replayed_genesis(source, read_manifest(source))
    with (
        workplace("azukari-replay-") as folder,
        Store(folder, durable=False) as store,
        (source / CHAIN_FILE).open("rb") as stream,
    ):
        blocks = read_blocks(stream)
        if part.start:
            chain = _begin_at(source, store, genesis, part.start, blocks)
        else:
            chain = begin_chain(source, store, genesis)
        chain.keeps_places = False  # `exported` reads them from the blocks
        return _execute(chain, blocks, part, now)


def _begin_at(source: Path, store: Store, genesis: Genesis, start: int, blocks: Iterator[bytes]) -> GroupedChain:
    """A chain whose head is block `start`. Its headers are read, not checked: the parts before do that."""
    clique = Clique(genesis.clique) if genesis.clique else None
    snapshot: Snapshot | None = None
    header = genesis.header(BLANK_ROOT_HASH)
    batch = WriteBatch()
    if clique is not None:
        snapshot = clique.genesis_snapshot(header)
    for number in range(1, start + 1):
        header = decode_header_of(next(blocks), number)
        if clique is not None and snapshot is not None:
            snapshot = clique.advance(snapshot, header)
        if number > start - HEADERS_KEPT:
            batch.put(HEADERS, number_key(number), rlp_codec.encode(header_items(header)))
    batch.put(META, HEAD_KEY, number_key(start))
    store.commit(batch)
    load_state(source / STATES_DIRECTORY / f"{start}{SUFFIX}", store)
    return GroupedChain(store, genesis, Head(header, snapshot), lambda: 0, None)


def _execute(chain: GroupedChain, blocks: Iterator[bytes], part: _Part, now: int | None) -> _Done:
    start_hash = chain.head.header.hash
    transactions = logs = 0
    try:
        while part.last or chain.head.number < part.end:
            raw = next(blocks, None)
            if raw is None:
                break
            sealed = chain.import_block(raw, now)
            transactions += len(sealed.receipts)
            logs += sum(len(receipt.logs) for receipt in sealed.receipts)
    except BlockError as error:
        return _Done(false=(error.block_number, error.field, error.reason))
    head = chain.head.header
    return _Done(transactions, logs, start_hash, head.hash, head.state_root, head.block_number)
