"""Builds geth v1.13.15, the last that seals Clique, from its own source: as it is, or with a clock that can be set."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from .clock import HOOK, overlay
from .nodes import BUILD, EngineMissingError

MODULE = "github.com/ethereum/go-ethereum/cmd/geth@v1.13.15"
BUILD_SECONDS = 900


def build_geth(settable_clock: bool = False) -> Path:
    """Build geth once, from its own source, and return the program; its clock can be set if that is asked for."""
    go = shutil.which("go")
    if go is None:
        raise EngineMissingError("Go is not installed (https://go.dev/dl), so geth cannot be built")
    # Another clock, another program: it is built again when its source changes.
    name = f"geth-clock-{hashlib.sha256(HOOK.read_bytes()).hexdigest()[:12]}" if settable_clock else "geth"
    program = BUILD / name / "geth"
    program.parent.mkdir(parents=True, exist_ok=True)
    with (program.parent / "building").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not program.exists():
            changes = ["-overlay", str(overlay(go, program.parent))] if settable_clock else []
            _install(go, program.parent, changes)
    return program


def _install(go: str, folder: Path, changes: list[str]) -> None:
    # geth 1.13.15 links to runtime internals that newer Go releases close off by default.
    command = [go, "install", *changes, "-ldflags=-checklinkname=0", MODULE]
    environment = {**os.environ, "GOBIN": str(folder)}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise EngineMissingError(f"Go did not build geth within {BUILD_SECONDS} s") from error
    if done.returncode:
        raise EngineMissingError(f"Go could not build geth here: {done.stderr.strip()[-300:]}")
