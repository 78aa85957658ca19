"""Processes of other engines on loopback: started, asked, killed, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from web3 import Web3

from chaincode.errors import ChaincodeError
from chaincode.node import Node

from .loopback import LoopbackProvider

BUILD = Path(__file__).resolve().parents[2] / ".build"
START_SECONDS = 180.0
ANSWER_SECONDS = 20
_POLL_SECONDS = 0.05


class EngineMissingError(Exception):
    """An engine cannot be had on this machine; the text says why, as a sentence for people."""


class EngineFailedError(Exception):
    """An engine did not do in time what it should."""


class EngineProcess:
    """One node process; leaving its context kills it."""

    def __init__(
        self, command: Sequence[str], url: str, log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self.command, self.url, self.log = command, url, log
        self._environment = {**os.environ, **(environment or {})}
        self.w3 = Web3(LoopbackProvider(url, ANSWER_SECONDS))
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; it dies with its whole group."""
        with self.log.open("ab") as output:
            self._child = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env=self._environment,
            )

    @property
    def pid(self) -> int:
        """Raises EngineFailedError before the first start."""
        if self._child is None:
            raise EngineFailedError("a node that was not started has no id")
        return self._child.pid

    def ask(self, method: str, *parameters: Any) -> Any:
        return Node(self.w3).request(method, *parameters)

    def await_answer(self) -> None:
        """Wait until the node answers."""
        until(lambda: self.is_alive() or self._give_up(), "live")
        until(self._answers, f"an answer of {self.url}", self.tail)

    def is_alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def kill(self) -> None:
        """kill -9: no goodbye, nothing flushed."""
        if self._child is not None and self.is_alive():
            os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait()

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-2_000:] if self.log.exists() else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def _answers(self) -> bool:
        if not self.is_alive():
            self._give_up()
        try:
            return bool(self.ask("eth_chainId"))
        except ChaincodeError:
            return False

    def _give_up(self) -> bool:
        raise EngineFailedError(f"{self.command[0]} ended by itself: {self.tail()}")


def until(
    holds: Callable[[], bool], what: str, more: Callable[[], str] = lambda: "", seconds: float = START_SECONDS
) -> None:
    """Poll until something holds; refuse to wait longer than `seconds`."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise EngineFailedError(f"{what} did not come within {seconds:g} s {more()}")
        time.sleep(_POLL_SECONDS)
