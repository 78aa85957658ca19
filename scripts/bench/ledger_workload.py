"""What the ledger's benchmark sends: a small coin contract, seeded accounts, and transactions signed ahead of time."""

from __future__ import annotations

import http.client
import json
import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import coincurve
import httpx
import rlp  # type: ignore[import-untyped]
from eth_abi.abi import encode
from eth_account import Account
from eth_utils.crypto import keccak

SEED = 20170714
EVENTS_PER_REQUEST = 400
MEMBERS = 2_000
SENDERS = 4
GAS_COMPOUND, GAS_SINGLE = 25_000_000, 120_000
TIMEOUT_SECONDS = 300

CONTRACT = """
# pragma version 0.4.3
# pragma evm-version london
event Granted:
    account: indexed(address)
    amount: uint256
    reason: indexed(bytes32)
event Transfer:
    sender: indexed(address)
    receiver: indexed(address)
    amount: uint256
balanceOf: public(HashMap[address, uint256])
totalSupply: public(uint256)
seen: HashMap[bytes32, bool]
@external
def grant_batch(accounts: DynArray[address, 500], amount: uint256, reason: bytes32):
    assert not self.seen[reason], "coin: id already used"
    self.seen[reason] = True
    for account: address in accounts:
        self.balanceOf[account] += amount
        log Granted(account=account, amount=amount, reason=reason)
    self.totalSupply += amount * len(accounts)
@external
def transfer(to: address, amount: uint256):
    self.balanceOf[to] += amount
    log Transfer(sender=msg.sender, receiver=to, amount=amount)
"""


class Rpc:
    """A JSON-RPC endpoint, whoever runs it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.host = urlsplit(url).netloc
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS)

    def call(self, method: str, *params: Any) -> Any:
        return self._post([(method, list(params))])[0]

    def send(self, raws: Sequence[str]) -> None:
        self._post([("eth_sendRawTransaction", [raw]) for raw in raws])

    def _post(self, calls: Sequence[tuple[str, list[Any]]]) -> list[Any]:
        body = [
            {"jsonrpc": "2.0", "id": index, "method": method, "params": params}
            for index, (method, params) in enumerate(calls)
        ]
        answers = self._client.post(self._url, json=body).json()
        for answer in answers:
            if "error" in answer:
                raise RuntimeError(answer["error"])
        return [answer["result"] for answer in sorted(answers, key=lambda answer: answer["id"])]

    def wait_for(self, transaction_hash: str) -> None:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while self.call("eth_getTransactionReceipt", transaction_hash) is None:
            if time.monotonic() > deadline:
                raise RuntimeError("the last transaction was not sealed in time")
            time.sleep(0.01)


class Workload:
    """Seeded accounts, and transactions signed ahead of time."""

    def __init__(self, chain_id: int, contract: str, members: int = MEMBERS) -> None:
        self._chain_id = chain_id
        self._contract = contract
        self._chooser = random.Random(SEED)  # noqa: S311 - a workload, not a secret
        self.senders = [Account.from_key(keccak(bytes([n]))) for n in range(1, SENDERS + 1)]
        self._keys = {sender.address: coincurve.PrivateKey(bytes(sender.key)) for sender in self.senders}
        self._nonces = dict.fromkeys((sender.address for sender in self.senders), 0)
        self.members = [member_address(index) for index in self._chooser.choices(range(members), k=MEMBERS * 4)]

    def grants(self, requests: int) -> list[str]:
        selector = keccak(text="grant_batch(address[],uint256,bytes32)")[:4]
        return [
            self._sign(
                self.senders[index % SENDERS],
                selector
                + encode(
                    ["address[]", "uint256", "bytes32"],
                    [self._chooser.sample(self.members, EVENTS_PER_REQUEST), 5, self._chooser.randbytes(32)],
                ),
                GAS_COMPOUND,
            )
            for index in range(requests)
        ]

    def transfers(self, count: int) -> list[str]:
        selector = keccak(text="transfer(address,uint256)")[:4]
        return [
            self._sign(
                self.senders[index * SENDERS // count],
                selector + encode(["address", "uint256"], [self._chooser.choice(self.members), 1]),
                GAS_SINGLE,
            )
            for index in range(count)
        ]

    def _sign(self, sender: Any, data: bytes, gas: int) -> str:
        nonce = self._nonces[sender.address]
        self._nonces[sender.address] += 1
        numbers, target = [nonce, 0, gas], bytes.fromhex(self._contract[2:])
        signed = rlp.encode([*numbers, target, 0, data, self._chain_id, 0, 0])
        signature = self._keys[sender.address].sign_recoverable(keccak(signed), hasher=None)
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big")
        v = 35 + 2 * self._chain_id + signature[64]
        raw: bytes = rlp.encode([*numbers, target, 0, data, v, r, s])
        return "0x" + raw.hex()


def member_address(index: int) -> str:
    return "0x" + keccak(index.to_bytes(8, "big"))[:20].hex()


def hash_of(raw: str) -> str:
    return "0x" + keccak(hexstr=raw).hex()


def timed_sending(rpc: Rpc, raws: Sequence[str], batch: int) -> float:
    """Seconds from the first byte sent until everything is sealed. Each sender's transactions go in order.

    What is sent is written beforehand, and goes over one kept connection for each sender: whoever is measured has the
    processors, not its client.
    """
    share = -(-len(raws) // SENDERS)
    parts = [raws[start : start + share] for start in range(0, len(raws), share)]
    written = [[_sending(part[start : start + batch]) for start in range(0, len(part), batch)] for part in parts]
    lines = [http.client.HTTPConnection(rpc.host, timeout=TIMEOUT_SECONDS) for _ in parts]
    for line in lines:
        line.connect()
    started = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as threads:
        for done in [threads.submit(_send, line, bodies) for line, bodies in zip(lines, written, strict=True)]:
            done.result()
    for part in parts:
        rpc.wait_for(hash_of(part[-1]))
    seconds = time.perf_counter() - started
    for line in lines:
        line.close()
    return seconds


def _sending(raws: Sequence[str]) -> bytes:
    calls = [
        {"jsonrpc": "2.0", "id": index, "method": "eth_sendRawTransaction", "params": [raw]}
        for index, raw in enumerate(raws)
    ]
    return json.dumps(calls).encode()


def _send(line: http.client.HTTPConnection, bodies: Sequence[bytes]) -> None:
    for body in bodies:
        line.request("POST", "/", body, {"content-type": "application/json"})
        answer = line.getresponse().read()
        if b'"error"' in answer:
            raise RuntimeError(answer.decode())
