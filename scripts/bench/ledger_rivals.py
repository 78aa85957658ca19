"""Measures what the ledger is compared with, in the same run: eth-tester in a process of its own, and anvil."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from eth_abi.abi import encode
from eth_account import Account
from eth_utils.crypto import keccak

from scripts.bench.ledger_ours import BATCH, CONTRACT_ADDRESS, TRANSACTIONS
from scripts.bench.ledger_processor import processor_seconds
from scripts.bench.ledger_workload import Rpc, Workload, hash_of, timed_sending

ETH_TESTER_TRANSACTIONS = 60
ANVIL_PACKAGE = "@foundry-rs/anvil@1.7.1"
ETH_TESTER_PACKAGES = ("eth-tester==0.14.0b1", "semantic-version")
BUILD = Path(".build/bench")

ETH_TESTER_PROGRAM = """
import json, sys, time
from eth_tester import EthereumTester, PyEVMBackend
chain_id, creation, raws = json.load(sys.stdin)
tester = EthereumTester(PyEVMBackend())
sender = tester.get_accounts()[0]
made = tester.send_transaction({"from": sender, "gas": 3_000_000, "data": creation, "gas_price": 10**10})
target = tester.get_transaction_receipt(made)["contract_address"]
started = time.perf_counter()
for data in raws:
    tester.send_transaction({"from": sender, "to": target, "gas": 120_000, "data": data, "gas_price": 10**10})
print(len(raws) / (time.perf_counter() - started))
"""


def measure_eth_tester(creation: str, say: Callable[[str], None]) -> float | None:
    packages = (BUILD / "eth-tester").resolve()
    if not (packages / "eth_tester").is_dir():
        pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(packages)]
        if subprocess.run([*pip, *ETH_TESTER_PACKAGES], capture_output=True).returncode:
            say("eth-tester is skipped: pip could not install it")
            return None
    workload = Workload(1, CONTRACT_ADDRESS)
    selector = keccak(text="transfer(address,uint256)")[:4]
    datas = [
        "0x" + (selector + encode(["address", "uint256"], [member, 1])).hex()
        for member in workload.members[:ETH_TESTER_TRANSACTIONS]
    ]
    done = subprocess.run(
        [sys.executable, "-c", ETH_TESTER_PROGRAM],
        input=json.dumps([1, creation, datas]),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(packages)},
    )
    if done.returncode:
        say(f"eth-tester is skipped: {done.stderr.strip().splitlines()[-1]}")
        return None
    return float(done.stdout)


def measure_anvil(creation: str, say: Callable[[str], None]) -> tuple[float | None, float | None]:
    """Transactions a second, and microseconds of processor time for each."""
    npm = shutil.which("npm")
    if npm is None:
        say("anvil is skipped: npm is not on this machine")
        return None, None
    place = (BUILD / "anvil").resolve()
    binary = place / "node_modules" / ".bin" / "anvil"
    if not binary.exists():
        place.mkdir(parents=True, exist_ok=True)
        install = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(place), ANVIL_PACKAGE]
        if subprocess.run(install, capture_output=True).returncode:
            say("anvil is skipped: npm could not install it")
            return None, None
    port = str(18_545 + os.getpid() % 1000)
    command = [str(binary), "--port", port, "--chain-id", "31337", "--hardfork", "london", "--block-time", "1"]
    command += ["--base-fee", "0", "--gas-price", "0", "--gas-limit", "300000000", "--silent", "--prune-history", "100"]
    with subprocess.Popen(command, start_new_session=True) as process:
        try:
            return _drive_anvil(Rpc(f"http://127.0.0.1:{port}"), creation, process.pid)
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def _drive_anvil(rpc: Rpc, creation: str, pid: int) -> tuple[float, float]:
    deadline = time.monotonic() + 30
    while True:
        try:
            rpc.call("eth_chainId")
            break
        except httpx.HTTPError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    deployer = Account.from_key(keccak(b"deployer"))
    target = "0x" + keccak(bytes.fromhex("d694") + bytes.fromhex(deployer.address[2:]) + b"\x80")[12:].hex()
    body = {"nonce": 0, "to": b"", "data": creation, "gas": 3_000_000, "value": 0, "gasPrice": 0, "chainId": 31337}
    raw = "0x" + bytes(deployer.sign_transaction(body).raw_transaction).hex()
    rpc.send([raw])
    rpc.wait_for(hash_of(raw))
    transfers = Workload(31337, target).transfers(TRANSACTIONS)
    worked = processor_seconds(pid)
    seconds = timed_sending(rpc, transfers, BATCH)
    return TRANSACTIONS / seconds, 1e6 * (processor_seconds(pid) - worked) / TRANSACTIONS
