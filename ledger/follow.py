"""A follower: pulls a leader's blocks, trusts none of them, executes and checks every one, and co-signs.

It keeps a whole chain of its own. A block that is false, or does not continue what the leader told before,
ends the following at once: the follower keeps what it has, serves reads, and says what it saw. Every so many
blocks it signs a checkpoint with its own key and keeps it on its own disk, where the leader cannot reach it.
"""

from __future__ import annotations

import json
import logging
import threading
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from eth_keys.datatypes import PrivateKey

from .chain import Chain
from .checkpoint import checkpoint_of, sign_checkpoint
from .errors import BlockError, LedgerError

POLL_SECONDS = 0.5
BLOCKS_PER_REQUEST = 32
CHECKPOINT_BLOCKS = 100
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

    def __init__(self, chain: Chain, ask: Ask, witness_key: PrivateKey, checkpoint_directory: Path) -> None:
        self._chain = chain
        self._ask = ask
        self._witness_key = witness_key
        self._directory = checkpoint_directory
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)
        self.error: LedgerError | None = None

    def step(self) -> int:
        """Import what the leader has and this chain has not; how many blocks that was."""
        first = self._chain.head.number + 1
        (height,) = self._ask([("eth_blockNumber", [])])
        last = min(int(height, 16), first + BLOCKS_PER_REQUEST - 1)
        if int(height, 16) < first - 1:
            raise FalseLeaderError(f"the leader had {first - 1} blocks and now says it has {int(height, 16)}")
        calls = [("debug_getRawBlock", [hex(number)]) for number in range(first, last + 1)]
        for raw in self._ask(calls) if calls else []:
            try:
                self._chain.import_block(bytes.fromhex(raw[2:]), self._chain.clock())
            except BlockError as error:
                raise FalseLeaderError(f"the leader sent a false block: {error}") from error
            if self._chain.head.number % CHECKPOINT_BLOCKS == 0:
                self.sign_now()
        return len(calls)

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
        return path

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        checked = False
        while not self._stopping.is_set():
            try:
                if not checked:
                    self.check_genesis()
                    checked = True
                pulled = self.step()
                self.error = None
            except LeaderUnreachableError as error:
                self.error, pulled = error, 0
            except LedgerError as error:
                self.error = error
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
