"""Blocks decoded and their senders recovered in another process, ahead of the one that executes them.

Recovering a sender is the one part of checking a block that needs nothing but the block. What comes back is
believed: it is this program's own work. Anything unusual about a block comes back as nothing, and the caller
does the work itself, so that the reason is the same as ever.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from .blocks import decode_block
from .errors import LedgerError
from .forks import ForkSchedule
from .genesis import parse_genesis
from .helper_process import end_with_parent

AHEAD_BYTES = 8 << 20
AHEAD_BLOCKS = 64
WORTH_IT_BYTES = 1 << 20
"""Starting the other process takes about a second of its time; a shorter chain is replayed before that."""

_rules: tuple[ForkSchedule, int] | None = None


def recovered_ahead(
    blocks: Iterator[bytes], document: Mapping[str, Any], first_number: int = 1
) -> Iterator[tuple[bytes, bytes | None]]:
    """Each block with its senders, twenty bytes each, or with None where the caller has to find them out."""
    context = multiprocessing.get_context("spawn")
    without_accounts = {**document, "alloc": {}}
    with ProcessPoolExecutor(1, context, _begin, (without_accounts,)) as pool:
        waiting: deque[tuple[bytes, Future[bytes | None]]] = deque()
        held, number = 0, first_number
        try:
            for raw in blocks:
                waiting.append((raw, pool.submit(_senders, raw, number)))
                held, number = held + len(raw), number + 1
                while held > AHEAD_BYTES or len(waiting) > AHEAD_BLOCKS:
                    done, senders = waiting.popleft()
                    held -= len(done)
                    yield done, _result(senders)
            while waiting:
                done, senders = waiting.popleft()
                yield done, _result(senders)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _result(future: Future[bytes | None]) -> bytes | None:
    try:
        return future.result()
    except BrokenProcessPool:
        return None


def _begin(document: Mapping[str, Any]) -> None:
    global _rules
    end_with_parent()
    genesis = parse_genesis(document)
    _rules = (genesis.forks, genesis.chain_id)


def _senders(raw: bytes, number: int) -> bytes | None:
    if _rules is None:
        return None
    try:
        block = decode_block(raw, *_rules, number)
    except LedgerError:
        return None
    return b"".join(transaction.sender for transaction in block.transactions)
