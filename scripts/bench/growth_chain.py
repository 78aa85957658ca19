"""The chain of the growth bench: a genesis of members with coins, and seeded grants to them, signed as needed."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

from eth_account import Account
from eth_utils.crypto import keccak
from vyper import compile_code

from ledger.genesis import DEFAULT_CHAIN_ID
from scripts.bench.ledger_workload import CONTRACT, SEED

EVENTS_PER_TRANSACTION = 400
EVENTS_PER_ACCOUNT = 10
ACCOUNTS_LEAST = 1_000
GAS = 25_000_000
CONTRACT_ADDRESS = b"\xc0" * 20
SELECTOR = keccak(text="grant_batch(address[],uint256,bytes32)")[:4]


class Producer:
    """Seeded grants, signed as they are needed."""

    def __init__(self, accounts_max: int, accounts_before: int) -> None:
        self._chooser = random.Random(SEED)  # noqa: S311 - a workload, not a secret
        self._sender = Account.from_key(keccak(b"\x01"))
        self._accounts_max = accounts_max
        self._accounts_before = accounts_before
        self.nonce = 0

    def accounts(self) -> int:
        grown = self.nonce * EVENTS_PER_TRANSACTION // EVENTS_PER_ACCOUNT
        return max(self._accounts_before, ACCOUNTS_LEAST, min(grown, self._accounts_max))

    def next(self) -> bytes:
        there = self.accounts()
        chosen = [_member(self._chooser.randrange(there)) for _ in range(EVENTS_PER_TRANSACTION)]
        head = [0x60, 5, 0]
        words = [number.to_bytes(32, "big") for number in head[:2]] + [self._chooser.randbytes(32)]
        words += [EVENTS_PER_TRANSACTION.to_bytes(32, "big"), *(member.rjust(32, b"\x00") for member in chosen)]
        body = {"nonce": self.nonce, "to": CONTRACT_ADDRESS, "data": SELECTOR + b"".join(words), "gas": GAS, "value": 0}
        self.nonce += 1
        signed = self._sender.sign_transaction({**body, "gasPrice": 0, "chainId": DEFAULT_CHAIN_ID})
        return bytes(signed.raw_transaction)


def _member(index: int) -> bytes:
    return keccak(index.to_bytes(8, "big"))[:20]


class Seconds:
    """A clock that is always one second further on, so that no block waits for its time."""

    def __init__(self) -> None:
        self._now = 0

    def __call__(self) -> int:
        self._now += 1
        return self._now


def make_genesis(data: Path, accounts: int) -> float:
    """Where the contract stands, and `accounts` members hold a coin and have an account; the seconds `init` took."""
    made = compile_code(CONTRACT, output_formats=["bytecode_runtime"])
    ledger = [sys.executable, "-m", "ledger"]
    signed = data.with_name("signed")
    subprocess.run([*ledger, "init", "--data", str(signed)], check=True, capture_output=True)
    document = json.loads((signed / "genesis.json").read_text())
    given = data.with_name("given.json")
    with given.open("w") as file:
        del document["alloc"]
        file.write(json.dumps(document)[:-1] + ', "alloc": {')
        for index in range(accounts):
            file.write(f'"0x{_member(index).hex()}": {{"balance": "0x1"}},\n')
        code = made["bytecode_runtime"]
        file.write(f'"0x{CONTRACT_ADDRESS.hex()}": {{"balance": "0x0", "nonce": "0x1", "code": "{code}", "storage": {{')
        slot = (1).to_bytes(32, "big")
        for index in range(accounts):
            place = keccak(slot + _member(index).rjust(32, b"\x00")).hex()
            file.write(f'{"," if index else ""}"0x{place}": "0x1"\n')
        file.write("}}}}")
    data.mkdir()
    for name in ("signer.key", "signer.key.address"):
        (signed / name).rename(data / name)
    started = time.perf_counter()
    command = [*ledger, "init", "--data", str(data), "--genesis", str(given)]
    subprocess.run(command, check=True, capture_output=True)
    given.unlink()
    return round(time.perf_counter() - started, 1)
