"""anvil, Foundry's development node, from its npm package: one process, a block for every transaction."""

from __future__ import annotations

from pathlib import Path

from scripts.stage.ports import free_ports

from .nodes import EngineProcess
from .npm_packages import install_locked

BINARY = "node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil"
LOCK_FOLDER = Path(__file__).resolve().parents[2] / "tests" / "engines" / "anvil"
_FREE_GAS = ("--gas-price", "0", "--base-fee", "0", "--gas-limit", "300000000")
_STATES_KEPT = 100
"""Of blocks before the last; by itself anvil writes older ones to the home folder, 16 GB in a run of the suite."""


def install_anvil(lock_folder: Path) -> Path:
    """Install exactly what the folder's package-lock.json names, once, and return the program."""
    return install_locked("anvil", lock_folder) / BINARY


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
