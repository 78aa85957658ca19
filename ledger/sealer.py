"""Group commit: one thread that executes whatever waits, and seals it as soon as the clock lets the next block be.

No empty blocks. A store that cannot be written stops nothing but the sealing: what waits stays in the pool,
senders are told why, and the sealer tries again every second.
"""

from __future__ import annotations

import logging
import threading

from .draft import CannotSealError
from .errors import LedgerError
from .node import Node

RETRY_SECONDS = 1.0
CLOCK_POLL_SECONDS = 0.02

logger = logging.getLogger("ledger.sealer")


class Sealer:
    """Start it once; `stop` returns when the block in progress is on the disk."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sealer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        with self._node.pool.arrived:
            self._node.pool.arrived.notify_all()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            if not self._wait_for_work():
                continue
            try:
                self._seal()
                self._node.sealing_error = None
            except CannotSealError as error:
                self._pause(error)
            except LedgerError as error:
                logger.exception("sealing failed")
                self._pause(error)
            except Exception as error:
                logger.exception("sealing failed")
                self._pause(LedgerError(f"unexpected {type(error).__name__}"))

    def _wait_for_work(self) -> bool:
        """True once something can be executed."""
        with self._node.pool.arrived:
            if not self._node.pool.has_executable():
                self._node.pool.arrived.wait(RETRY_SECONDS)
                return False
        return True

    def _seal(self) -> None:
        """One block, which opens now and is sealed when the clock lets it be."""
        chain = self._node.chain
        timestamp = max(chain.clock(), chain.earliest_timestamp())

        def is_early() -> bool:
            return chain.clock() < timestamp and not self._stopping.wait(CLOCK_POLL_SECONDS)

        self._node.seal_waiting(timestamp, is_early)

    def _pause(self, error: LedgerError) -> None:
        self._node.stop_sealing(error)
        self._stopping.wait(RETRY_SECONDS)
