"""The bank on a network of four validators that others could run: PostgreSQL, three processes that serve, two that may
lead, and whichever dies while everybody answers."""

import os
import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from ledger.genesis import DEFAULT_CHAIN_ID
from scripts.engines.clique import CliqueNetwork
from scripts.engines.evmd import EvmdNetwork, build_evmd
from scripts.engines.geth import build_geth
from scripts.engines.nodes import EngineProcess
from scripts.stage.agreed import AgreedLedger
from scripts.stage.cast import Company
from scripts.stage.postgres import PostgresServer
from scripts.stage.processes import Stage, StageError
from wallet_cli.bank_client import RetryPolicy
from wallet_cli.chain_copies import copy_from_node

WORKERS = 3
PACE = 8
"""A write takes some four seconds where blocks come every second and three must stand on one."""


class Network(Protocol):
    """Validators on this machine.

    `name`: as which it is chosen. `confirmations`: under how many blocks one of theirs stays for good.
    """

    name: str
    nodes: list[EngineProcess]
    confirmations: int

    def start(self) -> None: ...
    def kill(self, node: EngineProcess) -> None: ...
    def restart(self, node: EngineProcess) -> None: ...
    def living(self) -> list[EngineProcess]: ...


class NetworkStage(Stage):
    """A bank on such a network. The first validator is the bank's own, which it asks before all others."""

    def __init__(
        self,
        folder: Path,
        network: Network,
        database: str,
        host: str = "127.0.0.1",
        ledger_timeout_seconds: int = 60,
    ) -> None:
        super().__init__(folder, host, database, WORKERS)
        self.network = network
        self.bank.environment = {
            "AZUKARI_BANK_CONFIRMATIONS": str(network.confirmations),
            "AZUKARI_BANK_LEDGER_TIMEOUT_SECONDS": str(ledger_timeout_seconds),
        }

    def start_ledger(self) -> str:
        self.network.start()
        self.ledger.url = ",".join(node.url for node in self.network.nodes)
        return self.ledger.url

    @property
    def has_ethereum_blocks(self) -> bool:
        """Whether a wallet can prove something by its headers, and an auditor execute it again."""
        return isinstance(self.network, CliqueNetwork)

    def company(self, retry: RetryPolicy | None = None) -> Company:
        """Everybody at this bank; where its blocks prove nothing, they hold it to what all validators say."""
        ledger = None if self.has_ethereum_blocks else lambda bank: AgreedLedger(bank, self.network.nodes)
        return Company(self.bank.url, self.operator, retry, ledger, PACE)

    def export(self, target: Path) -> None:
        """As an auditor copies it, from a validator that lives, and with the genesis that all began with."""
        if not isinstance(self.network, CliqueNetwork):
            raise StageError("only a chain of Ethereum blocks is exported as one")
        copy_from_node(self.network.living()[0].url, self.network.genesis, target, lambda *_: None)
        (target / "deployment.json").write_text(self.deployment_file.read_text())


class Killing:
    """Counts as `done` does, and kills with -9 on the way: the bank's own validator, a process that serves, and the one
    that leads, each at its part of what there is to count."""

    def __init__(self, stage: NetworkStage, total: int, done: Callable[[], None], killed: list[str]) -> None:
        """`killed` gets the name of each as it dies."""
        self._stage, self._done, self.killed = stage, done, killed
        kills = (self._validator, self._worker, self._leader)
        self._due = {total * part // 5: kill for part, kill in enumerate(kills, start=1)}
        self._count, self._turn = 0, threading.Lock()

    def __call__(self) -> None:
        self._done()
        with self._turn:
            self._count += 1
            if kill := self._due.get(self._count):
                kill()

    def _validator(self) -> None:
        network = self._stage.network
        network.kill(network.nodes[0])
        self.killed.append("validator")

    def _worker(self) -> None:
        os.kill(self._stage.worker_pids()[0], signal.SIGKILL)
        self.killed.append("worker")

    def _leader(self) -> None:
        os.kill(self._stage.leader_pid(), signal.SIGKILL)
        self.killed.append("leader")


def clique(folder: Path) -> Network:
    """Four signers of geth v1.13.15, a block a second. Raises EngineMissingError where it cannot be built."""
    return CliqueNetwork(build_geth(), folder, DEFAULT_CHAIN_ID, signers=4, period=1)


def evmd(folder: Path) -> Network:
    """Four validators of cosmos/evm v0.3.2, whose blocks are final. Raises EngineMissingError if it cannot be built."""
    return EvmdNetwork(build_evmd(), folder)


NETWORKS: dict[str, Callable[[Path], Network]] = {"clique": clique, "evmd": evmd}


def network_stage(
    name: str, folder: Path, resources: ExitStack, host: str = "127.0.0.1", ledger_timeout_seconds: int = 60
) -> NetworkStage:
    """A stage with a network and a PostgreSQL of its own, both gone with `resources`.

    Raises EngineMissingError or PostgresMissingError, which say how to get what is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    network = NETWORKS[name](folder / name)
    database = resources.enter_context(PostgresServer(durable=True)).new_database()
    stage = NetworkStage(folder, network, database, host, ledger_timeout_seconds)
    resources.callback(_end, network)
    return stage


def _end(network: Network) -> None:
    for node in network.nodes:
        node.kill()
