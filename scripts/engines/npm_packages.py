"""Programs from npm, exactly as a package-lock.json in the repository names them, installed once."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path

from .nodes import BUILD, EngineMissingError

INSTALL_SECONDS = 180


def install_locked(name: str, lock_folder: Path) -> Path:
    """The folder that holds `node_modules`, made now or earlier. Raises EngineMissingError."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise EngineMissingError(f"Node.js and npm are not installed (https://nodejs.org), so {name} cannot be had")
    lock = (lock_folder / "package-lock.json").read_bytes()
    target = BUILD / f"{name}-{hashlib.sha256(lock).hexdigest()[:12]}"
    target.mkdir(parents=True, exist_ok=True)
    with (target / "installing").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not (target / "installed").exists():
            _install(name, npm, lock_folder, target)
            (target / "installed").touch()
    return target


def _install(name: str, npm: str, lock_folder: Path, target: Path) -> None:
    for file in ("package.json", "package-lock.json"):
        shutil.copy(lock_folder / file, target)
    command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        done = subprocess.run(command, cwd=target, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise EngineMissingError(f"npm did not install {name} within {INSTALL_SECONDS} s") from error
    if done.returncode:
        raise EngineMissingError(f"npm could not install {name} here: {done.stderr.strip()[:300]}")
