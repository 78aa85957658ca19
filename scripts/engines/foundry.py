"""cast and forge, Foundry's tools, and solc for them: with these a test drives our node as a stranger would."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .npm_packages import install_locked

LOCK_FOLDER = Path(__file__).resolve().parents[2] / "tests" / "engines" / "foundry"
_SOLC = """#!/usr/bin/env node
// forge wants a program that speaks as solc does; npm has solc as a module.
const solc = require('./node_modules/solc');
const version = solc.version().replace('Emscripten.clang', 'Linux.g++');
if (process.argv.includes('--version')) console.log('solc\\nVersion: ' + version);
else process.stdout.write(solc.compile(require('fs').readFileSync(0, 'utf8')));
"""


@dataclass(frozen=True)
class Foundry:
    cast: Path
    forge: Path
    solc: Path


def install_foundry() -> Foundry:
    """Some 150 MB, once. Raises EngineMissingError."""
    target = install_locked("foundry", LOCK_FOLDER)
    solc = target / "solc"
    if not solc.exists():
        fresh = target / "solc.new"
        fresh.write_text(_SOLC, encoding="utf-8")
        fresh.chmod(0o755)
        fresh.replace(solc)
    programs = target / "node_modules" / "@foundry-rs"
    return Foundry(programs / "cast-linux-amd64/bin/cast", programs / "forge-linux-amd64/bin/forge", solc)
