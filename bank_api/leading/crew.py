"""The processes of `azukari-bank serve --workers N`: N that serve, one that leads, one that stands by to.

The parent does nothing but hold the listening socket, start them, and start again whichever dies. They end with it,
however it ends: their standard input is a pipe whose other end it holds.
"""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bank_api.bank import Bank
from bank_api.flows.key_rotation import KeyRotation
from bank_api.flows.opening import open_bank
from bank_api.leading.desk import Desk
from bank_api.leading.election import Election
from bank_api.leading.led import LEADER
from bank_api.log_lines import to_standard_error
from bank_api.protocol.messages.said import said
from bank_api.settings import Settings

LOG = logging.getLogger(__name__)
LEADERS = 2
LOOK_SECONDS = 0.1
AGAIN_SECONDS = 1.0
"""Before what has died is started again, so that what dies at once does not spin."""
READY_SECONDS = 300


class CrewError(Exception):
    """The processes did not start."""

    def __init__(self, name: str) -> None:
        self.said = said("error-process-did-not-start", name=name)
        super().__init__(str(self.said))


@dataclass
class Member:
    """One process. Its first line of output is `ready …`."""

    name: str
    command: list[str]
    fds: tuple[int, ...]
    is_ready: threading.Event = field(default_factory=threading.Event)
    child: "subprocess.Popen[str] | None" = None
    due: float = 0.0

    def start(self, environment: dict[str, str]) -> None:
        self.is_ready.clear()
        self.child = subprocess.Popen(
            self.command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=self.fds,
        )
        threading.Thread(target=self._listen, args=(self.child,), daemon=True).start()

    def _listen(self, child: "subprocess.Popen[str]") -> None:
        for line in child.stdout or ():
            if line.startswith("ready "):
                self.is_ready.set()


class Crew:
    """`run` returns when the parent was told to end and all have ended."""

    def __init__(self, settings: Settings, listener: socket.socket, workers: int) -> None:
        listener.set_inheritable(True)
        listener.setblocking(False)
        program = [sys.executable, "-m", "bank_api"]
        handle = listener.fileno()
        self._stop_seconds = settings.stop_seconds
        self._leaders = [Member(f"leader {n + 1}", [*program, "lead"], ()) for n in range(LEADERS)]
        self._workers = [
            Member(f"worker {n + 1}", [*program, "work", "--listener", str(handle)], (handle,)) for n in range(workers)
        ]
        self._environment, self._metrics_port = _environment(settings), settings.metrics_port
        self._told = threading.Event()
        to_standard_error(settings.log_level)

    def run(self, ready: Callable[[], None]) -> None:
        """Start everybody, say when all are ready, and keep them alive. Raises CrewError."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._told.set())
        everybody = [*self._leaders, *self._workers]
        try:
            for member in everybody:
                if member not in self._leaders[1:]:  # who stands by is started once there is nobody waiting for others
                    self._start(member)
            if self._await_ready():
                ready()
                self._keep(everybody)
        finally:
            self._end(self._workers)
            self._end(self._leaders)

    def _start(self, member: Member) -> None:
        environment = dict(self._environment)
        if self._metrics_port and member in self._workers:  # each its own, one after the other
            environment["AZUKARI_BANK_METRICS_PORT"] = str(self._metrics_port + self._workers.index(member))
        member.start(environment)

    def _await_ready(self) -> bool:
        until = time.monotonic() + READY_SECONDS
        for member in self._workers:
            while not member.is_ready.wait(LOOK_SECONDS):
                if self._told.is_set():
                    return False
                dead = next(
                    (one for one in [*self._leaders, member] if one.child and one.child.poll() is not None), None
                )
                if dead is not None or time.monotonic() > until:
                    raise CrewError((dead or member).name)
        return True

    def _keep(self, everybody: list[Member]) -> None:
        while not self._told.wait(LOOK_SECONDS):
            now = time.monotonic()
            for member in everybody:
                if member.child is not None and member.child.poll() is not None:
                    LOG.error("%s ended with %s; it is started again", member.name, member.child.returncode)
                    member.child, member.due = None, now + AGAIN_SECONDS
                elif member.child is None and now >= member.due:
                    self._start(member)

    def _end(self, members: list[Member]) -> None:
        living = [one.child for one in members if one.child is not None and one.child.poll() is None]
        for child in living:
            child.terminate()
        until = time.monotonic() + self._stop_seconds + 5
        for child in living:
            try:
                child.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _environment(settings: Settings) -> dict[str, str]:
    """The settings as the children find them; an address with its password stands in no command line."""
    found = dict(os.environ)
    for name, value in settings.model_dump(mode="json", exclude_none=True).items():
        found[f"AZUKARI_BANK_{name.upper()}"] = value if isinstance(value, str) else json.dumps(value)
    return found


def end_with_the_parent() -> None:
    """End gracefully once the other end of standard input is closed: whoever started this is gone."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()


def lead_until_told(bank: Bank, url: str, ready: Callable[[], None]) -> None:
    """Stand by until this process is elected, then lead until it is told to end: 1. the ledger and the index are put in
    order, 2. documents go on passing to a new release key, 3. others find the desk."""
    told = threading.Event()
    election = Election(url)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    while not election.win():
        if told.wait(LOOK_SECONDS):
            election.close()
            bank.close()
            return
    election.keep()
    open_bank(bank)  # 1.
    bank.follower.start()
    rotation = KeyRotation(bank, settle_seconds=bank.settings.rotation_settle_seconds)
    rotation.start()  # 2.
    desk = Desk(bank, bank.directory.secret(LEADER))
    LOG.warning("this process leads: %s", desk.open())  # 3.
    ready()
    told.wait()
    desk.close()
    rotation.close()
    election.close()
    bank.close()
