"""The engines: ours in this process, anvil from npm, a Clique network of geth; what is not at hand is skipped in words.

All tell the same story from the same compiled contracts; ours is told once and is what the others are compared with.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from chaincode.build import Artifact, compile_all
from ledger.export import export_chain
from ledger.genesis import DEFAULT_CHAIN_ID
from ledger.testing import local_chain
from scripts.engines.anvil import anvil, install_anvil
from scripts.engines.clique import CliqueNetwork
from scripts.engines.geth import build_geth
from scripts.engines.nodes import EngineMissingError, EngineProcess
from scripts.engines.record import Record
from scripts.engines.story import Told, tell
from scripts.engines.suite import LEFT_OUT, play, prepare

TESTS_AT_LEAST = 300


@dataclass(frozen=True)
class Ours:
    """The story on our ledger, and the export of its chain."""

    told: Told
    export: Path
    head: str


@pytest.fixture(scope="session")
def artifacts() -> dict[str, Artifact]:
    return compile_all()


@pytest.fixture(scope="session")
def ours(artifacts: dict[str, Artifact], tmp_path_factory: pytest.TempPathFactory) -> Ours:
    with local_chain() as chain:
        told = tell(chain.w3, artifacts=artifacts)
        place = tmp_path_factory.mktemp("ours") / "export"
        return Ours(told, place, export_chain(chain.chain, place).head_hash)


@pytest.fixture(scope="session")
def geth() -> Path:
    try:
        return build_geth()
    except EngineMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture
def network(geth: Path, tmp_path: Path) -> Iterator[CliqueNetwork]:
    """Four signers and a block a second; all are killed afterwards."""
    with CliqueNetwork(geth, tmp_path / "network", DEFAULT_CHAIN_ID, signers=4, period=1) as network:
        network.start()
        yield network


@pytest.fixture
def start_anvil(tmp_path: Path) -> Iterator[Callable[[str], EngineProcess]]:
    """Starts an anvil with the rules of a named fork."""
    try:
        program = install_anvil(Path(__file__).with_name("anvil"))
    except EngineMissingError as missing:
        pytest.skip(str(missing))
    started: list[EngineProcess] = []

    def start(hardfork: str) -> EngineProcess:
        started.append(anvil(program, tmp_path, DEFAULT_CHAIN_ID, hardfork))
        started[-1].await_answer()
        return started[-1]

    yield start
    for process in started:
        process.kill()


@pytest.fixture
def played() -> Callable[[str], Record]:
    """Plays the contracts' tests on an engine, or skips in words if it cannot be had."""

    def on(engine: str) -> Record:
        try:
            prepare(engine)
        except EngineMissingError as missing:
            pytest.skip(str(missing))
        return play(engine)

    return on


@pytest.fixture
def our_suite(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Record]:
    """Plays them on our ledger, once for all workers: whoever needs it first."""
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent

    def once() -> Record:
        with (place / "our_suite.lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            if not (place / "our_suite.json").exists():
                play("ledger").write(place / "our_suite.json")
        return Record.load(place / "our_suite.json")

    return once


@pytest.fixture
def assert_whole() -> Callable[[Record], None]:
    """Nothing failed and nothing was left out, but for what is named."""

    def check(record: Record) -> None:
        assert record.count("passed") == len(record.plays) >= TESTS_AT_LEAST
        assert {name.split("::")[0].rpartition("/")[2] for name in record.plays}.isdisjoint(LEFT_OUT)

    return check
