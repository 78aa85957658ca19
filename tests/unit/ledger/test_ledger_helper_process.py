"""Who kills a replay with -9 kills its helpers with it, and their folders."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ledger.export import CHAIN_FILE, export_chain

PARTS = """
import os, sys
from pathlib import Path
from ledger.replay_parts import replay_in_parts
os.cpu_count = lambda: 2
replay_in_parts(Path(sys.argv[1]))
"""
AHEAD = """
import sys, time
from ledger.ahead import recovered_ahead
from ledger.genesis import new_clique_document
def blocks():
    yield b"no block"
    time.sleep(600)
if __name__ == "__main__":
    list(recovered_ahead(blocks(), new_clique_document([b"\\x01" * 20])))
"""
ENOUGH_SECONDS = 300


@pytest.mark.skipif(sys.platform != "linux", reason="looks for children in /proc, which only Linux has")
@pytest.mark.parametrize(("program", "helpers"), [(PARTS, 2), (AHEAD, 1)])
def test_nothing_is_left_of_a_replay_that_was_killed(tmp_path, chain, seal, program, helpers):
    for number in range(1, 5):
        seal(chain, number)
    export_chain(chain, tmp_path / "x", parts=2)
    (tmp_path / "x" / CHAIN_FILE).unlink()
    os.mkfifo(tmp_path / "x" / CHAIN_FILE)  # nobody writes to it, so whoever reads waits
    (tmp_path / "temporary").mkdir()
    (tmp_path / "program.py").write_text(program)
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "program.py"), str(tmp_path / "x")],
        env={**os.environ, "TMPDIR": str(tmp_path / "temporary")},
    )
    try:
        until(lambda: len(working(process.pid)) == helpers)
        started = working(process.pid)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in started))
    assert not list((tmp_path / "temporary").iterdir())


def working(pid):
    """The helpers that watch already: a thread does so, besides the one that works."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [child for child in children if len(list(Path(f"/proc/{child}/task").iterdir())) > 1]


def until(is_true):
    deadline = time.monotonic() + ENOUGH_SECONDS
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
