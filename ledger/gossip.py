"""Followers tell each other what they saw, so that a leader which shows two of them different chains is found out.

Each round a follower sends its newest checkpoints to every peer and gets the peer's, in one call: one of the two
asking is enough for both to know. What it is told it checks (`witnessed`), compares with its own chain, and passes on.
A block that is sealed by the chain's signer and is not the one at that number here ends the following: both
headers are kept as evidence, which convicts the signer by its own seals.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from eth.abc import BlockHeaderAPI
from lru import LRU

from . import rlp_codec
from .blocks import header_items
from .chain import Chain
from .checkpoint import CheckpointError, SignedCheckpoint
from .durable import write_durably
from .errors import LedgerError
from .witnessed import Witnessed, parse_witnessed

EXCHANGE_METHOD = "azukari_exchangeCheckpoints"
TOLD_AT_ONCE = 32
OTHERS_TOLD_LEAST = 24
"""However many one has oneself: what others saw is passed on."""
OTHERS_REMEMBERED = 256
"""Witnesses beyond these are compared with, but neither kept nor passed on: anybody can make keys."""
OTHERS_DIRECTORY = "others"
EVIDENCE_DIRECTORY = "evidence"

logger = logging.getLogger("ledger.gossip")


class SplitViewError(LedgerError):
    """The chain's signer sealed two blocks of one number and showed them to different followers."""

    def __init__(self, block_number: int, witness: str, reason: str) -> None:
        self.block_number = block_number
        self.witness = witness
        super().__init__(f"block {block_number}: {witness} saw {reason}")


class Gossip:
    """What one follower knows from others. Thread-safe."""

    def __init__(self, chain: Chain, directory: Path) -> None:
        self._chain = chain
        self._directory = directory
        self._own: Any = LRU(TOLD_AT_ONCE)
        self._others: dict[str, Witnessed] = {}
        self._lock = threading.Lock()
        self.error: SplitViewError | None = None

    def note_own(self, signed: SignedCheckpoint) -> None:
        """A checkpoint that this follower has signed."""
        with self._lock:
            header = self._chain.history.header(signed.checkpoint.number)
            self._own[signed.checkpoint.number] = Witnessed(signed, header)

    def told(self) -> list[dict[str, str]]:
        """The newest checkpoints of one's own and of others, for a peer."""
        with self._lock:
            newest = sorted(self._own.values(), key=lambda entry: -entry.number)
            others = sorted(self._others.values(), key=lambda entry: -entry.number)
        shared = min(len(others), OTHERS_TOLD_LEAST)
        return [entry.to_fields() for entry in (newest[: TOLD_AT_ONCE - shared] + others)[:TOLD_AT_ONCE]]

    def hear(self, entries: Iterable[Any]) -> int:
        """Take what a peer tells; how much of it held. Raises SplitViewError when it convicts the signer."""
        held = 0
        for fields in list(entries)[:TOLD_AT_ONCE]:
            try:
                entry = parse_witnessed(fields, self._chain)
            except CheckpointError as error:
                logger.warning("a peer's checkpoint does not hold: %s", error)
                continue
            held += 1
            self._compare(entry)
            self._keep(entry)
        return held

    def compare_again(self) -> None:
        """Compare what was told of blocks that this chain has only reached since."""
        with self._lock:
            entries = list(self._others.values())
        for entry in entries:
            self._compare(entry)

    def _compare(self, entry: Witnessed) -> None:
        if entry.number > self._chain.head.number:
            return
        ours = self._chain.history.header(entry.number)
        if ours.hash != entry.header.hash:
            reason = f"0x{entry.header.hash.hex()}, and here it is 0x{ours.hash.hex()}; both are sealed"
            self.error = SplitViewError(entry.number, entry.witness, reason)
            keep_evidence(self._directory, ours, entry.header, entry.to_fields())
            raise self.error

    def _keep(self, entry: Witnessed) -> None:
        with self._lock:
            known = self._others.get(entry.witness)
            if known is not None and known.number >= entry.number:
                return
            if known is None and len(self._others) >= OTHERS_REMEMBERED:
                return
            self._others[entry.witness] = entry
        folder = self._directory / OTHERS_DIRECTORY
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_durably(folder / f"{entry.witness}.json", entry.signed.to_json(), 0o644)
        except OSError as error:
            logger.warning("a peer's checkpoint could not be kept: %s", error)


def keep_evidence(
    directory: Path, ours: BlockHeaderAPI, theirs: BlockHeaderAPI, told: Mapping[str, str] | None = None
) -> None:
    """Keep two sealed headers of one number where the leader cannot reach them; in the log when the disk takes none."""
    folder = directory / EVIDENCE_DIRECTORY
    path = folder / f"{ours.block_number:012d}-{theirs.hash.hex()[:16]}.json"
    headers = [rlp_codec.encode(header_items(header)) for header in (ours, theirs)]
    facts = {"block": ours.block_number, "headers": ["0x" + raw.hex() for raw in headers], "told": dict(told or {})}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_durably(path, json.dumps(facts, indent=2) + "\n", 0o644)
    except OSError as error:
        logger.critical("evidence could not be kept (%s), it is: %s", error, json.dumps(facts))


class ExchangeMethod:
    """`azukari_exchangeCheckpoints`: a peer tells what it saw and is told what was seen here."""

    def __init__(self, gossip: Gossip) -> None:
        self._gossip = gossip

    def exchange(self, params: Sequence[Any]) -> list[dict[str, str]]:
        told = self._gossip.told()
        if params and isinstance(params[0], list):
            try:
                self._gossip.hear(params[0])
            except SplitViewError as error:
                logger.critical("split view: %s", error)
        return told
