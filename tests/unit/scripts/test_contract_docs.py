"""The reference pages and the map of the contracts are those of the contracts as they are."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_the_pages_are_those_of_the_sources() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "contract_docs.py"), "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
