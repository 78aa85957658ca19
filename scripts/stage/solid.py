"""Servers out of npm, for tests and benches: a Community Solid Server of one's own, and others' locked packages."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from scripts.stage.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
SERVER_FILES = ROOT / "tests" / "unit" / "pds_adapter" / "solid_server"
BUILD = ROOT / ".build"
INSTALL_SECONDS, START_SECONDS = 180, 180


class PackagesMissingError(Exception):
    """Node.js or npm is not here, or npm could not install."""


def installed_packages(files: Path, name: str) -> Path:
    """A folder with these files and exactly the packages that they lock, once for all. Raises PackagesMissingError."""
    if not (shutil.which("node") and shutil.which("npm")):
        raise PackagesMissingError(f"Node.js and npm are not installed, so no {name} server can be run")
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
                told = f"npm did not install the {name} server within {INSTALL_SECONDS} s"
                raise PackagesMissingError(told) from None
            if made.returncode != 0:
                raise PackagesMissingError(f"npm could not install the {name} server: {made.stderr.strip()[-300:]}")
            (target / "installed").touch()
    return target


@contextmanager
def solid_server(home: Path) -> Iterator[str]:
    """The base URL of a Community Solid Server that keeps its data in `home`. Raises PackagesMissingError."""
    installed = installed_packages(SERVER_FILES, "solid")
    (port,) = free_ports(1)
    base = f"http://localhost:{port}/"
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
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


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
