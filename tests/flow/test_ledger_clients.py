"""ethers and viem, the clients of browsers and scripts, drive a real ledger process unchanged."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from vyper import compile_code

ROOT = Path(__file__).parents[2]
BUILD = ROOT / ".build" / "clients"
PROGRAM = ROOT / "tests" / "vectors" / "ledger_clients.mjs"
PACKAGES = ("ethers@6.17.0", "viem@2")
CONTRACT = """
# pragma version 0.4.3
# pragma evm-version london
event Counted:
    who: indexed(address)
    amount: uint256
total: public(uint256)
@external
def count(amount: uint256):
    assert amount < 10, "counter: too large"
    self.total += amount
    log Counted(who=msg.sender, amount=amount)
"""


@pytest.fixture(scope="module")
def clients():
    """A folder in which the program finds ethers and viem."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not on this machine, so ethers and viem cannot be tried")
    BUILD.mkdir(parents=True, exist_ok=True)
    if not (BUILD / "node_modules" / "viem").is_dir():
        command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(BUILD), *PACKAGES]
        done = subprocess.run(command, capture_output=True, text=True, timeout=240)
        if done.returncode:
            pytest.skip(f"npm could not install ethers and viem: {done.stderr.strip()[:200]}")
    shutil.copy(PROGRAM, BUILD / PROGRAM.name)
    return BUILD / PROGRAM.name


@pytest.mark.node
def test_ethers_and_viem_work_unchanged(clients, tmp_path):
    ledger = [sys.executable, "-m", "ledger"]
    subprocess.run([*ledger, "init", "--data", str(tmp_path / "data")], check=True, capture_output=True)
    bytecode = compile_code(CONTRACT, output_formats=["bytecode"])["bytecode"]
    command = [*ledger, "serve", "--data", str(tmp_path / "data"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            url = process.stdout.readline().split()[1]
            done = subprocess.run(["node", str(clients), url, bytecode], capture_output=True, text=True, timeout=120)
        finally:
            process.terminate()
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "chainId": 20170714,
        "ethersStatus": 1,
        "total": 3,
        "logs": 1,
        "revert": "counter: too large",
        "viemStatus": "success",
        "batched": [0, 1],
        "heardOf": 0,
    }
