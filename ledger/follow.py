"""A follower: pulls a leader's blocks, trusts none of them, executes and checks every one, and co-signs.

It keeps a whole chain of its own. A block that is false, or does not continue what the leader told before,
ends the following at once: the follower keeps what it has, serves reads, and says what it saw. Each time it also
asks for the header of its own newest block, so that a block which was replaced by another of the same number is
noticed at once. Every so many blocks, and every minute in which the chain grew, it signs a checkpoint with its own
key, keeps it on its own disk, where the leader cannot reach it, and tells its peers (`gossip`).
"""

from __future__ import annotations

import json
import logging
import threading
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from eth.abc import BlockHeaderAPI
from eth_keys.datatypes import PrivateKey
from eth_utils.exceptions import ValidationError

from .blocks import decode_header
from .chain import Chain
from .checkpoint import checkpoint_of, sign_checkpoint
from .errors import BlockError, LedgerError
from .gossip import EXCHANGE_METHOD, Gossip, keep_evidence
from .rlp_codec import RlpError

POLL_SECONDS = 0.5
BLOCKS_PER_REQUEST = 32
CHECKPOINT_BLOCKS = 100
CHECKPOINT_SECONDS = 60
GOSSIP_SECONDS = 5.0
REQUEST_SECONDS = 30.0
FOLLOWER_HEADER = "X-Azukari-Follower"

logger = logging.getLogger("ledger.follow")

Ask = Callable[[Sequence[tuple[str, list[Any]]]], list[Any]]
"""Send several JSON-RPC calls and return their results in order."""


class LeaderUnreachableError(LedgerError):
    """The leader does not answer."""


class FalseLeaderError(LedgerError):
    """The leader sent a block that is not true."""


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
        self._threads = [threading.Thread(target=self._run, name="follower", daemon=True)]
        if self._peers:
            self._threads.append(threading.Thread(target=self._talk, name="gossip", daemon=True))
        self._error: LedgerError | None = None

    @property
    def error(self) -> LedgerError | None:
        """Why following has ended, or waits."""
        return self.gossip.error or self._error

    def step(self) -> int:
        """Import what the leader has and this chain has not; how many blocks that was."""
        own = self._chain.head.header
        first = own.block_number + 1
        height = int(self._ask([("eth_blockNumber", [])])[0], 16)
        if height < own.block_number:
            raise FalseLeaderError(f"the leader had {own.block_number} blocks and now says it has {height}")
        last = min(height, first + BLOCKS_PER_REQUEST - 1)
        calls = [("debug_getRawBlock", [hex(number)]) for number in range(first, last + 1)]
        header, *blocks = self._ask([("debug_getRawHeader", [hex(own.block_number)]), *calls])
        self._require_same_head(own, header)
        for raw in blocks:
            try:
                self._chain.import_block(bytes.fromhex(raw[2:]), self._chain.clock())
            except BlockError as error:
                raise FalseLeaderError(f"the leader sent a false block: {error}") from error
            if self._chain.head.number % CHECKPOINT_BLOCKS == 0:
                self.sign_now()
        if self._chain.head.number == height:
            self._sign_in_time()
        self.gossip.compare_again()
        return len(calls)

    def _require_same_head(self, own: BlockHeaderAPI, raw_header: str) -> None:
        try:
            header = decode_header(bytes.fromhex(raw_header[2:]))
        except (RlpError, ValidationError, ValueError, TypeError):
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
            try:
                (told,) = ask([(EXCHANGE_METHOD, [self.gossip.told()])])
            except LedgerError as error:
                logger.warning("the peer %s does not answer: %s", name, error)
                continue
            self.gossip.hear(told if isinstance(told, list) else [])

    def check_genesis(self) -> None:
        """Refuse a leader of another chain before anything is pulled."""
        raw, chain_id = self._ask([("debug_getRawBlock", ["0x0"]), ("eth_chainId", [])])
        same_id = int(chain_id, 16) == self._chain.chain_id  # the genesis block does not hold it
        if not same_id or bytes.fromhex(raw[2:]) != self._chain.history.raw_block(0):
            raise FalseLeaderError("the leader's genesis is not this chain's")

    def sign_now(self) -> Path:
        """Sign a checkpoint of the head and keep it."""
        signed = sign_checkpoint(checkpoint_of(self._chain), self._witness_key)
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._directory / f"{signed.checkpoint.number:012d}.json"
        path.write_text(signed.to_json())
        self._signed_number, self._signed_at = signed.checkpoint.number, self._chain.clock()
        self.gossip.note_own(signed)
        return path

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _talk(self) -> None:
        while not self._stopping.wait(GOSSIP_SECONDS):
            try:
                self.talk_once()
            except LedgerError as error:
                logger.critical("following has ended: %s", error)
                return

    def _run(self) -> None:
        checked = False
        while not self._stopping.is_set() and self.gossip.error is None:
            try:
                if not checked:
                    self.check_genesis()
                    checked = True
                pulled = self.step()
                self._error = None
            except LeaderUnreachableError as error:
                self._error, pulled = error, 0
            except LedgerError as error:
                self._error = error
                logger.critical("following has ended: %s", error)
                return
            if not pulled:
                self._stopping.wait(POLL_SECONDS)


def ask_over_http(url: str, witness: str, token: str | None = None) -> Ask:
    """Ask a leader by JSON-RPC batches."""
    headers = {"Content-Type": "application/json", FOLLOWER_HEADER: witness}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"

    def ask(calls: Sequence[tuple[str, list[Any]]]) -> list[Any]:
        body = [
            {"jsonrpc": "2.0", "id": index, "method": method, "params": params}
            for index, (method, params) in enumerate(calls)
        ]
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - the operator's URL
        try:
            with urllib.request.urlopen(request, timeout=REQUEST_SECONDS) as answer:  # noqa: S310
                answers = json.load(answer)
        except (OSError, ValueError) as error:
            raise LeaderUnreachableError(f"{url}: {error}") from None
        if not isinstance(answers, list) or any("result" not in entry for entry in answers):
            raise LeaderUnreachableError(f"{url} answered {json.dumps(answers)[:200]}")
        return [entry["result"] for entry in sorted(answers, key=lambda entry: int(entry["id"]))]

    return ask
