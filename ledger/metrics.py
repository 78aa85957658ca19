"""Figures of a running node, in Prometheus' text format."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .node import Node

FOLLOWER_SECONDS = 30.0
"""A follower that has not asked for this long no longer counts."""
FOLLOWERS_MAX = 1_000
NAME_CHARACTERS_MAX = 64


@dataclass
class Followers:
    """Who has pulled blocks lately."""

    clock: Callable[[], float] = time.monotonic
    seen: dict[str, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, witness: str) -> None:
        """Somebody asked under this name, which may be anything: only so many are remembered, the newest."""
        with self.lock:
            self.seen.pop(witness[:NAME_CHARACTERS_MAX], None)
            self.seen[witness[:NAME_CHARACTERS_MAX]] = self.clock()
            if len(self.seen) > FOLLOWERS_MAX:
                del self.seen[next(iter(self.seen))]

    def count(self) -> int:
        oldest = self.clock() - FOLLOWER_SECONDS
        with self.lock:
            self.seen = {witness: at for witness, at in self.seen.items() if at >= oldest}
            return len(self.seen)


def render_metrics(node: Node, followers: Followers) -> str:
    """Everything at once; counters start with the process."""
    figures, chain = node.figures, node.chain
    header = chain.head.header
    pending, queued = node.pool.content()
    rows = [
        ("height", "gauge", "Number of the newest block.", header.block_number),
        ("head_timestamp_seconds", "gauge", "Timestamp of the newest block.", header.timestamp),
        ("txpool_pending", "gauge", "Transactions that can be executed.", sum(map(len, pending.values()))),
        ("txpool_queued", "gauge", "Transactions that wait for an earlier nonce.", sum(map(len, queued.values()))),
        ("blocks_total", "counter", "Blocks written by this process.", figures.blocks),
        ("transactions_total", "counter", "Transactions in those blocks.", figures.transactions),
        ("block_fill_ratio", "gauge", "Gas used of the newest block's limit.", header.gas_used / header.gas_limit),
        ("seal_seconds_sum", "counter", "Seconds spent executing and sealing blocks.", figures.seal_seconds),
        ("seal_seconds_last", "gauge", "Seconds the newest block took.", figures.seal_seconds_last),
        ("fsync_seconds_sum", "counter", "Seconds spent writing blocks to the disk.", chain.store.write_seconds),
        ("fsync_total", "counter", "Writes to the disk.", chain.store.writes),
        ("sealing_error", "gauge", "1 while blocks cannot be sealed.", int(node.sealing_error is not None)),
        ("followers", "gauge", "Followers that pulled blocks lately.", followers.count()),
        ("store_bytes", "gauge", "Size of the store.", chain.store.statistics()["file_bytes"]),
    ]
    lines = []
    for name, kind, words, value in rows:
        full = f"azukari_ledger_{name}"
        lines += [f"# HELP {full} {words}", f"# TYPE {full} {kind}", f"{full} {value:.10g}"]
    return "\n".join(lines) + "\n"
