"""The demo with the ledger killed in the middle of the answers: the same books as without.

Run straight, it is held to the same numbers by `test_readme_commands.py`, which needs its bank afterwards.
"""

import json
import subprocess
import sys

from tests.flow.main_job_books import MEMBERS, check_books


def test_a_killed_ledger_loses_nothing_and_doubles_nothing(tmp_path):
    out = tmp_path / "out.json"
    command = [sys.executable, "-m", "scripts.demo", "--members", str(MEMBERS), "--json", str(out), "--kill-ledger"]
    done = subprocess.run([*command, "--keep", str(tmp_path / "run")], capture_output=True, text=True, timeout=800)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    result = json.loads(out.read_text())
    assert result["killed"] == ["ledger"]
    check_books(result)
