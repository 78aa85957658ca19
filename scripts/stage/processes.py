"""The real processes of the demo: one ledger node, one bank, both on loopback, both killable."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from eth_account import Account
from eth_account.signers.local import LocalAccount
from web3 import Web3

from chaincode.deploy import deploy, membership_address
from chaincode.several import provider_of

READY_SECONDS = 180
"""Several processes that start on a busy machine take their time."""


class StageError(Exception):
    """A process of the demo did not do what it should."""


@dataclass
class Process:
    """A child process that prints `ready URL` on its first line of output."""

    command: Sequence[str]
    log: Path
    url: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    """Beside what this process has itself."""
    _child: subprocess.Popen[str] | None = field(default=None, repr=False)

    def start(self) -> str:
        with self.log.open("a") as errors:
            environment = {**os.environ, **self.environment}
            self._child = subprocess.Popen(
                self.command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
            )
        self.url = _await_ready(self._child, self.log)
        return self.url

    @property
    def pid(self) -> int:
        """Raises StageError before the first start."""
        if self._child is None:
            raise StageError("a process that was not started has no id")
        return self._child.pid

    @property
    def is_alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def kill(self) -> None:
        """kill -9: no goodbye, nothing flushed."""
        if self._child is not None:
            self._child.send_signal(signal.SIGKILL)
            self._child.wait()

    def wait(self) -> int:
        """Until it has ended by itself; its exit code, below zero for the signal that ended it."""
        return 0 if self._child is None else self._child.wait(timeout=READY_SECONDS)

    def stop(self) -> None:
        if self._child is None or self._child.poll() is not None:
            return
        self._child.terminate()
        try:
            self._child.wait(timeout=60)  # longer than a bank gives itself
        except subprocess.TimeoutExpired:
            self.kill()


def _await_ready(child: "subprocess.Popen[str]", log: Path) -> str:
    until = time.monotonic() + READY_SECONDS
    while child.stdout is not None and time.monotonic() < until:
        line = child.stdout.readline()
        if line.startswith("ready "):
            return line.split()[1]
        if not line and child.poll() is not None:
            break
    tail = log.read_text()[-2000:] if log.exists() else ""
    raise StageError(f"a process did not start: {child.args!r}\n{tail}")


class Stage:
    """A folder with a ledger, a deployment and a bank in it, and their processes."""

    def __init__(self, folder: Path, host: str = "127.0.0.1", database: str | None = None, workers: int = 1) -> None:
        """`host` is where the bank is reached: browsers want a name, and keep passkeys at none but a name.

        `database` is the address of a PostgreSQL database, which more than one worker need.
        """
        self.folder, self.host, self.database, self.workers = folder, host, database, workers
        folder.mkdir(parents=True, exist_ok=True)
        self.ledger_data, self.bank_data = folder / "ledger", folder / "bank"
        self.deployment_file, self.operator_file = folder / "deployment.json", folder / "operator.key"
        self.operator = self._operator()
        self.ledger = Process([], folder / "ledger.log")
        self.ledger_url = ""
        """Where the bank finds the ledger, if not where it stands."""
        self.bank = Process([], folder / "bank.log")

    def _operator(self) -> LocalAccount:
        if not self.operator_file.exists():
            self.operator_file.touch(mode=0o600)
            self.operator_file.write_text("0x" + os.urandom(32).hex())
        account: LocalAccount = Account.from_key(self.operator_file.read_text().strip())
        return account

    def start_ledger(self) -> str:
        """Make the chain if there is none, and serve it. A restarted ledger keeps its port."""
        data = str(self.ledger_data)
        if not self.deployment_file.exists():  # else its chain is there, whole
            address = self.operator.address
            keys = ["--writer", address, "--permission-contract", membership_address(address)]
            run([sys.executable, "-m", "ledger", "init", "--data", data, *keys])
        port = self.ledger.url.rpartition(":")[2] or "0"
        self.ledger.command = [sys.executable, "-m", "ledger", "serve", "--data", data, "--port", port]
        return self.ledger.start()

    def deploy(self) -> None:
        """Deploy the contracts, or find them deployed."""
        deploy(self.w3(), self.operator).save(self.deployment_file)

    def w3(self) -> Web3:
        """The ledger, of however many nodes, asked directly."""
        return Web3(provider_of(self.ledger.url))

    def start_bank(self, name: str, public_url: str | None = None, program: Sequence[str] = ("-m", "bank_api")) -> str:
        """`public_url` is where people reach it, if something stands between; `program` is what Python runs.

        Its command then names its port: started again by it, however it ended, it is found where it was.
        """
        port = self.bank.url.rpartition(":")[2] or "0"
        self.bank.command = command = [
            *(sys.executable, *program, "serve", "--host", self.host, "--port", port, "--name", name),
            *("--data", str(self.bank_data), "--ledger-url", self.ledger_url or self.ledger.url),
            *("--deployment", str(self.deployment_file), "--operator-key-file", str(self.operator_file)),
            *(("--url", public_url) if public_url else ()),
            *(("--database", self.database) if self.database else ()),
            *(("--workers", str(self.workers)) if self.workers > 1 else ()),
        ]
        self.bank.start()
        command[command.index("--port") + 1] = self.bank.url.rpartition(":")[2]
        return self.bank.url

    def leader_pid(self) -> int:
        """The process that signs as the operator, of several. Raises StageError before there is one."""
        for pid in children_of(self.bank.pid):
            if b"lead" in _words(pid) and _listens(pid):
                return pid
        raise StageError("no process of the bank leads")

    def worker_pids(self) -> list[int]:
        """The processes that serve, of several."""
        return [pid for pid in children_of(self.bank.pid) if b"work" in _words(pid)]

    def export(self, target: Path) -> None:
        """Write genesis.json and chain.rlp while the node runs, and the deployment beside them."""
        run([sys.executable, "-m", "ledger", "export", "--data", str(self.ledger_data), "--out", str(target)])
        (target / "deployment.json").write_text(self.deployment_file.read_text())

    def stop(self) -> None:
        self.bank.stop()
        self.ledger.stop()


def children_of(pid: int) -> list[int]:
    """A process's own children, from /proc (Linux)."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _words(pid: int) -> list[bytes]:
    """A process's command, from /proc; none once it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return []


def _listens(pid: int) -> bool:
    """Whether a process has a socket that waits for callers, as only the leader of a bank has among those that lead."""
    sockets: set[str] = set()
    with suppress(OSError):  # it may end meanwhile
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                sockets.add(os.readlink(handle))
        lines = Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
        return any(f"socket:[{fields[9]}]" in sockets for line in lines if (fields := line.split())[3] == "0A")
    return False


def run(command: Sequence[str]) -> str:
    """Run a command to its end; its output. Raises StageError with what it said."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StageError(f"{' '.join(command)} failed ({done.returncode}):\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout
