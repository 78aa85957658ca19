"""A follower: pulls a leader's blocks, trusts none of them, executes and checks every one, and co-signs.

It keeps a whole chain of its own. A block that is false, or does not continue what the leader told before,
ends the following at once: the follower keeps what it has, serves reads, and says what it saw. Each time it also
asks for the header of its own newest block, so that a block which was replaced by another of the same number is
noticed at once. Every so many blocks, and every minute in which the chain grew, it signs a checkpoint with its own
key, keeps it on its own disk, where the leader cannot reach it, and tells its peers (`gossip`).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eth.abc import BlockHeaderAPI
from eth_keys.datatypes import PrivateKey
from eth_utils.exceptions import ValidationError

from .asking import AnswerError, AnswerTooLargeError, Ask, LeaderUnreachableError, data, quantity
from .blocks import decode_header
from .chain import Chain
from .checkpoint import checkpoint_of, sign_checkpoint
from .durable import write_durably
from .errors import BlockError, LedgerError, StoreFullError, StoreReadOnlyError
from .gossip import EXCHANGE_METHOD, Gossip, keep_evidence
from .rlp_codec import RlpError
from .store_errors import translated

POLL_SECONDS = 0.5
BLOCKS_PER_REQUEST = 32
CHECKPOINT_BLOCKS = 100
CHECKPOINT_SECONDS = 60
GOSSIP_SECONDS = 5.0
PEER_BYTES_MAX = 1 << 20
PEER_SECONDS_MAX = 30.0
"""A peer tells some dozens of checkpoints; whoever tells more, or takes longer, is not listened to."""

logger = logging.getLogger("ledger.follow")


class FalseLeaderError(LedgerError):
    """The leader sent a block that is not true."""


WAITED_OUT = (LeaderUnreachableError, StoreFullError, StoreReadOnlyError)
"""What may be over by itself; anything else ends the following."""


class Follower:
    """`step` pulls once; `start` keeps pulling on a thread of its own."""

    def __init__(
        self,
        chain: Chain,
        ask: Ask,
        witness_key: PrivateKey,
        checkpoint_directory: Path,
        peers: Mapping[str, Ask] | None = None,
    ) -> None:
        """`peers` are other followers, by name, whom to exchange checkpoints with."""
        self._chain = chain
        self._ask = ask
        self._witness_key = witness_key
        self._directory = checkpoint_directory
        self._peers = dict(peers or {})
        self.gossip = Gossip(chain, checkpoint_directory)
        self._signed_number = self._signed_at = 0
        self._stopping = threading.Event()
        self._blocks_at_once = BLOCKS_PER_REQUEST
        self._following = threading.Thread(target=self._run, name="follower", daemon=True)
        self._talking = [
            threading.Thread(target=self._talk, args=(name, ask), name=f"gossip with {name}", daemon=True)
            for name, ask in self._peers.items()
        ]
        self._error: LedgerError | None = None

    @property
    def error(self) -> LedgerError | None:
        """Why following has ended, or waits."""
        return self.gossip.error or self._error

    def step(self) -> int:
        """Import what the leader has and this chain has not; how many blocks that was.

        Raises LeaderUnreachableError, FalseLeaderError, SplitViewError, or StoreError when this node's own disk fails.
        """
        try:
            pulled = self._pull()
        except AnswerTooLargeError:
            if self._blocks_at_once == 1:
                raise
            self._blocks_at_once = 1  # large blocks: each by itself
            pulled = self._pull()
        except AnswerError as error:
            raise FalseLeaderError(f"the leader does not answer as a node does: {error.reason}") from error
        self._blocks_at_once = BLOCKS_PER_REQUEST
        self.gossip.compare_again()
        return pulled

    def _pull(self) -> int:
        own = self._chain.head.header
        first = own.block_number + 1
        height = quantity(self._ask([("eth_blockNumber", [])])[0])
        if height < own.block_number:
            raise FalseLeaderError(f"the leader had {own.block_number} blocks and now says it has {height}")
        last = min(height, first + self._blocks_at_once - 1)
        calls = [("debug_getRawBlock", [hex(number)]) for number in range(first, last + 1)]
        header, *blocks = self._ask([("debug_getRawHeader", [hex(own.block_number)]), *calls])
        self._require_same_head(own, header)
        for raw in blocks:
            try:
                self._chain.import_block(data(raw), self._chain.clock())
            except BlockError as error:
                raise FalseLeaderError(f"the leader sent a false block: {error}") from error
            if self._chain.head.number % CHECKPOINT_BLOCKS == 0:
                self.sign_now()
        if self._chain.head.number == height:
            self._sign_in_time()
        return len(calls)

    def _require_same_head(self, own: BlockHeaderAPI, raw_header: Any) -> None:
        try:
            header = decode_header(data(raw_header))
        except (AnswerError, RlpError, ValidationError, ValueError, TypeError):
            raise FalseLeaderError(f"the leader's header of block {own.block_number} is malformed") from None
        if header.hash != own.hash:
            keep_evidence(self._directory, own, header)
            reason = f"was 0x{own.hash.hex()} and now the leader says 0x{header.hash.hex()}"
            raise FalseLeaderError(f"history was rewritten: block {own.block_number} {reason}")

    def _sign_in_time(self) -> None:
        """A checkpoint for each minute in which the chain grew, so that a young or slow chain has some too."""
        now = self._chain.clock()
        if self._chain.head.number > self._signed_number and now >= self._signed_at + CHECKPOINT_SECONDS:
            self.sign_now()

    def talk_once(self) -> None:
        """Exchange checkpoints with every peer. Raises SplitViewError; a peer that is away is only logged."""
        for name, ask in self._peers.items():
            self._talk_with(name, ask)

    def _talk_with(self, name: str, ask: Ask) -> None:
        try:
            (told,) = ask([(EXCHANGE_METHOD, [self.gossip.told()])])
        except LedgerError as error:
            logger.warning("the peer %s does not answer: %s", name, error)
            return
        if not self._stopping.is_set():
            self.gossip.hear(told if isinstance(told, list) else [])

    def check_genesis(self) -> None:
        """Refuse a leader of another chain before anything is pulled. Raises FalseLeaderError."""
        raw, chain_id = self._ask([("debug_getRawBlock", ["0x0"]), ("eth_chainId", [])])
        try:
            same_id = quantity(chain_id) == self._chain.chain_id  # the genesis block does not hold it
            is_same = same_id and data(raw) == self._chain.history.raw_block(0)
        except AnswerError as error:
            raise FalseLeaderError(f"the leader does not answer as a node does: {error.reason}") from error
        if not is_same:
            raise FalseLeaderError("the leader's genesis is not this chain's")

    def sign_now(self) -> Path:
        """Sign a checkpoint of the head and keep it. Raises StoreError when the disk does not take it."""
        signed = sign_checkpoint(checkpoint_of(self._chain), self._witness_key)
        path = self._directory / f"{signed.checkpoint.number:012d}.json"
        with translated(path):
            self._directory.mkdir(parents=True, exist_ok=True)
            write_durably(path, signed.to_json(), 0o644)
        self._signed_number, self._signed_at = signed.checkpoint.number, self._chain.clock()
        self.gossip.note_own(signed)
        return path

    def start(self) -> None:
        for thread in (self._following, *self._talking):
            thread.start()

    def stop(self) -> None:
        """Returns when nothing is imported any more. A peer that is still being listened to is not waited for."""
        self._stopping.set()
        self._following.join()

    def _talk(self, name: str, ask: Ask) -> None:
        while not self._stopping.wait(GOSSIP_SECONDS):
            try:
                self._talk_with(name, ask)
            except LedgerError as error:
                logger.critical("following has ended: %s", error)
                return
            except Exception:
                logger.exception("talking with the peer %s failed", name)

    def _run(self) -> None:
        checked = False
        while not self._stopping.is_set() and self.gossip.error is None:
            try:
                if not checked:
                    self.check_genesis()
                    checked = True
                pulled = self.step()
                self._error = None
            except WAITED_OUT as error:
                self._error, pulled = error, 0
            except LedgerError as error:
                self._end(error)
                return
            except Exception as error:
                logger.exception("following failed")
                self._end(LedgerError(f"unexpected {type(error).__name__}"))
                return
            if not pulled:
                self._stopping.wait(POLL_SECONDS)

    def _end(self, error: LedgerError) -> None:
        self._error = error
        logger.critical("following has ended: %s", error)
