"""Seeded randomness, people with keys (never for anything real), and a real Solid server where Node.js is at hand."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pds_adapter.personium_simulator.server import PersoniumSimulator
from pds_adapter.sealing.envelope import KeyPair
from scripts.stage import solid


@pytest.fixture
def randomness() -> Callable[[int], bytes]:
    return random.Random(20170714).randbytes


@pytest.fixture
def member() -> KeyPair:
    return KeyPair.from_seed(b"m" * 32)


@pytest.fixture
def bank() -> KeyPair:
    return KeyPair.from_seed(b"b" * 32)


@pytest.fixture
def stranger() -> KeyPair:
    return KeyPair.from_seed(b"s" * 32)


@dataclass(frozen=True)
class PersoniumUnit:
    url: str
    token: str


@pytest.fixture(scope="session")
def personium_unit() -> Iterator[PersoniumUnit]:
    """The simulator of a Personium unit, in this process."""
    token = "a-master-token-for-tests-alone"
    with PersoniumSimulator(token) as simulator:
        yield PersoniumUnit(simulator.url, token)


@pytest.fixture(scope="session")
def solid_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a Community Solid Server of our own, started for this session and stopped after it."""
    installed_packages(solid.SERVER_FILES, "solid")
    with solid.solid_server(tmp_path_factory.mktemp("solid_server")) as base:
        yield base


def installed_packages(files: Path, name: str) -> Path:
    """A folder with these files and exactly the packages that they lock, once for all sessions; skips without npm."""
    try:
        return solid.installed_packages(files, name)
    except solid.PackagesMissingError as missing:
        pytest.skip(str(missing))
