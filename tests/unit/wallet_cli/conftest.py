"""A deployment, keys with known secrets, and a bank that answers from a script over httpx's own transport."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
import pytest
from eth_account import Account

from chaincode.deployment import DeployedContract, Deployment
from chaincode.ids import checksummed
from wallet_cli.bank_client import BankConnection, RetryPolicy
from wallet_cli.signing.signer import Signer

CONTRACTS = ("membership", "coin", "survey", "request", "consent", "disclosure", "coupon", "escrow")
NOW = 1_795_000_000


def key_of(number: int):
    return Account.from_key(number.to_bytes(32, "big"))


@pytest.fixture
def deployment() -> Deployment:
    contracts = {
        name: DeployedContract(name, checksummed("0x" + f"{index + 1:040x}"), bytes(32), ())
        for index, name in enumerate(CONTRACTS)
    }
    return Deployment(20170714, 1, key_of(99).address, contracts)


@pytest.fixture
def make_signer(deployment) -> Callable[[int], Signer]:
    """Signers with a fixed clock and counted randomness."""

    def make(number: int) -> Signer:
        key = key_of(number)
        count = iter(range(1, 10_000))
        return Signer(
            key,
            key.address,
            deployment,
            clock=lambda: NOW,
            randomness=lambda size: (number * 1000 + next(count)).to_bytes(size, "big"),
        )

    return make


@pytest.fixture
def member(make_signer) -> Signer:
    return make_signer(7)


@dataclass
class ScriptedBank:
    """Answers each request with the next of its prepared answers, and remembers what was asked."""

    answers: list[httpx.Response | Exception]
    requests: list[httpx.Request] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def connection(self, attempts: int = 3) -> BankConnection:
        return BankConnection(
            "http://bank.test:8600",
            retry=RetryPolicy(attempts=attempts),
            transport=httpx.MockTransport(self.handle),
            sleep=self.waits.append,
        )

    def asked(self) -> list[str]:
        return [f"{request.method} {request.url.path}" for request in self.requests]

    def body(self, index: int) -> dict:
        return json.loads(self.requests[index].content)


@pytest.fixture
def scripted() -> Callable[..., ScriptedBank]:
    return lambda *answers: ScriptedBank(list(answers))


def problem(status: int, **fields: object) -> httpx.Response:
    body = {"type": f"urn:azukari:problem:{fields.get('code')}", "status": status, "title": "refused", **fields}
    return httpx.Response(status, json=body, headers={"Content-Type": "application/problem+json"})
