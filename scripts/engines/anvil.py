"""anvil, Foundry's development node, from its npm package: one process, a block for every transaction."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path

from .nodes import BUILD, EngineMissingError, EngineProcess, free_ports

BINARY = "node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil"
LOCK_FOLDER = Path(__file__).resolve().parents[2] / "tests" / "engines" / "anvil"
INSTALL_SECONDS = 180
_FREE_GAS = ("--gas-price", "0", "--base-fee", "0", "--gas-limit", "300000000")
_STATES_KEPT = 100
"""Of blocks before the last; by itself anvil writes older ones to the home folder, 16 GB in a run of the suite."""


def install_anvil(lock_folder: Path) -> Path:
    """Install exactly what the folder's package-lock.json names, once, and return the program."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise EngineMissingError("Node.js and npm are not installed (https://nodejs.org), so anvil cannot be had")
    lock = (lock_folder / "package-lock.json").read_bytes()
    target = BUILD / f"anvil-{hashlib.sha256(lock).hexdigest()[:12]}"
    target.mkdir(parents=True, exist_ok=True)
    with (target / "installing").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not (target / "installed").exists():
            _install(npm, lock_folder, target)
            (target / "installed").touch()
    return target / BINARY


def _install(npm: str, lock_folder: Path, target: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(lock_folder / name, target)
    command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        done = subprocess.run(command, cwd=target, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise EngineMissingError(f"npm did not install anvil within {INSTALL_SECONDS} s") from error
    if done.returncode:
        raise EngineMissingError(f"npm could not install anvil here: {done.stderr.strip()[:300]}")


def anvil(program: Path, folder: Path, chain_id: int, hardfork: str, start: int | None = None) -> EngineProcess:
    """Return a started anvil that asks no money for gas; its first block may be of the second `start`, or of now."""
    (port,) = free_ports(1)
    where = ("--host", "127.0.0.1", "--port", str(port), "--chain-id", str(chain_id), "--accounts", "1")
    command = [str(program), *where, *_FREE_GAS, "--hardfork", hardfork, "--prune-history", str(_STATES_KEPT)]
    if start is not None:
        command += ["--timestamp", str(start - 1)]
    process = EngineProcess(command, f"http://127.0.0.1:{port}", folder / "anvil.log")
    process.start()
    return process
