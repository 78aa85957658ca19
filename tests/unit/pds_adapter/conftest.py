"""Seeded randomness, people with keys (never for anything real), and a real Solid server where Node.js is at hand."""

from __future__ import annotations

import fcntl
import hashlib
import random
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from pds_adapter.personium_simulator.server import PersoniumSimulator
from pds_adapter.sealing.envelope import KeyPair


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


SERVER_FILES = Path(__file__).resolve().parent / "solid_server"
BUILD = Path(__file__).resolve().parents[3] / ".build"
INSTALL_SECONDS, START_SECONDS = 180, 90


@pytest.fixture(scope="session")
def solid_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a Community Solid Server of our own, started for this session and stopped after it."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("Node.js and npm are not installed, so no Solid server can be run")
    installed = installed_packages(SERVER_FILES, "solid")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://localhost:{port}/"
    home = tmp_path_factory.mktemp("solid_server")
    log = home / "server.log"
    program = installed / "node_modules/@solid/community-server/bin/server.js"
    words = ["node", "--require", str(installed / "loopback.cjs"), str(program), "-p", str(port), "-b", base]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*words, "-c", "@css:config/file.json", "-f", str(home / "data"), "-l", "error"],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(base, server, log)
        yield base
    finally:
        server.terminate()
        server.wait(timeout=30)


def installed_packages(files: Path, name: str) -> Path:
    """A folder with these files and exactly the packages that they lock, once for all sessions; skips without npm."""
    lock = (files / "package-lock.json").read_bytes()
    target = BUILD / f"{name}-{hashlib.sha256(lock).hexdigest()[:12]}"
    target.mkdir(parents=True, exist_ok=True)
    with (target / "installing").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        for file in files.iterdir():
            shutil.copy(file, target)
        if not (target / "installed").exists():
            words = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            try:
                made = subprocess.run(
                    words, cwd=target, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
                )
            except subprocess.TimeoutExpired:
                pytest.skip(f"npm did not install the {name} server within {INSTALL_SECONDS} s")
            if made.returncode != 0:
                pytest.skip(f"npm could not install the {name} server: {made.stderr.strip()[-300:]}")
            (target / "installed").touch()
    return target


def _wait_for(base: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            if httpx.get(f"{base}.account/", headers={"accept": "application/json"}).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.3)
    raise RuntimeError(f"the Solid server did not start: {log.read_text()[-2000:]}")
