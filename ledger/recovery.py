"""Recovering the senders of a batch in another process, seen from the node."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from lru import LRU

from . import rlp_codec
from .frames import PipeClosedError, descriptor_of, read_frame, write_frame
from .recoverer import ADDRESS_BYTES, UNKNOWN

BATCH_LEAST = 8
"""Fewer are recovered sooner where they are."""
SENDERS_REMEMBERED = 20_000
ANSWER_SECONDS = 10.0
METHODS = ("eth_sendRawTransaction", "eth_sendRawTransactionSync")

logger = logging.getLogger("ledger.recovery")


class Recovery:
    """`before_batch` looks at requests before they are worked off; `sender` is what it has found out."""

    def __init__(self, chain_id: int) -> None:
        self._chain_id = rlp_codec.integer_bytes(chain_id)
        self._senders: Any = LRU(SENDERS_REMEMBERED)
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        command = [sys.executable, "-m", "ledger.recoverer"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        with self._lock:
            self._process = process

    def stop(self) -> None:
        with self._lock:
            self._end()

    def before_batch(self, requests: Sequence[Any]) -> None:
        """Recover the senders of the transactions in a batch. What is malformed is left to its method."""
        raws = [raw for raw in map(_raw_transaction, requests) if raw is not None]
        if len(raws) < BATCH_LEAST:
            return
        with self._lock:
            senders = self._ask(raws)
        for index, raw in enumerate(raws):
            sender = senders[index * ADDRESS_BYTES : (index + 1) * ADDRESS_BYTES]
            if len(sender) == ADDRESS_BYTES and sender != UNKNOWN:
                self._senders[raw] = sender

    def sender(self, raw: bytes) -> bytes | None:
        """Who sent this, if it is known; asked once."""
        found: bytes | None = self._senders.pop(raw, None)
        return found

    def _ask(self, raws: list[bytes]) -> bytes:
        if self._process is None:
            return b""
        try:
            write_frame(descriptor_of(self._process.stdin), rlp_codec.encode_node([self._chain_id, *raws]))
            while not (answer := read_frame(descriptor_of(self._process.stdout), ANSWER_SECONDS)):
                pass  # the empty frame says that the process has started
        except (PipeClosedError, TimeoutError, OSError) as error:
            logger.warning("senders are recovered within the node from now on: %s", type(error).__name__)
            self._end()
            return b""
        return answer

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        process.wait()


def _raw_transaction(request: Any) -> bytes | None:
    if not isinstance(request, Mapping) or request.get("method") not in METHODS:
        return None
    params = request.get("params")
    if not isinstance(params, list) or not params or not isinstance(params[0], str):
        return None
    try:
        return bytes.fromhex(params[0][2:])
    except ValueError:
        return None
