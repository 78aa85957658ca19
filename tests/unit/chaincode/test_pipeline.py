"""Rows of transactions: one wait for all, whole after a kill of the sender or of the node, each failure named."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from web3 import HTTPProvider, Web3
from web3.providers.base import BaseProvider

from chaincode.abi import ContractAbi
from chaincode.deploy import deploy
from chaincode.errors import DeploymentError, LedgerUnavailableError
from chaincode.node import Node
from chaincode.pipeline import Pipeline, Step
from chaincode.transactor import Transactor
from scripts.stage.ports import free_ports

TRANSACTIONS = 23
BLOCKS_AT_MOST = TRANSACTIONS // 2
"""Alone each transaction would wait for its own block. A quiet machine needs six at most; a block takes 0.8 s of
execution by the clock, so a busy one needs more."""


class Killed(Exception):  # noqa: N818
    """Stands for kill -9 of the sender: nothing of it is left but what the node heard."""


class LedgerProcess:
    """A ledger with a block a second, on one port, which can be killed and started again."""

    def __init__(self, data: Path, writer: str) -> None:
        self.data = str(data)
        (self.port,) = free_ports(1)
        command = [sys.executable, "-m", "ledger", "init", "--data", self.data, "--writer", writer]
        subprocess.run(command, check=True, capture_output=True)
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "ledger", "serve", "--data", self.data, "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline().startswith("ready ")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def w3(self) -> Web3:
        return Web3(HTTPProvider(f"http://127.0.0.1:{self.port}", exception_retry_configuration=None))


class DiesAfter(BaseProvider):
    """Carries so many transactions to the node, then the sender dies: before the node hears, or before it answers."""

    def __init__(self, inner, transactions: int, heard: bool) -> None:
        super().__init__()
        self.inner, self.left, self.heard = inner, transactions, heard

    def make_request(self, method, params):
        if method != "eth_sendRawTransaction" or self.left:
            self.left -= method == "eth_sendRawTransaction"
            return self.inner.make_request(method, params)
        if self.heard:
            self.inner.make_request(method, params)
        raise Killed


@pytest.fixture
def ledger(tmp_path: Path, make_person):
    process = LedgerProcess(tmp_path / "data", make_person("operator").address)
    yield process
    process.kill()


def test_deploying_waits_for_a_few_blocks_only(ledger, deployed, artifacts, make_person):
    w3 = ledger.w3()
    found = deploy(w3, make_person("operator"), artifacts=artifacts)
    assert found.contracts == deployed.deployment.contracts
    assert Node(w3).nonce(found.operator) == TRANSACTIONS
    assert Node(w3).block_number() <= BLOCKS_AT_MOST


@pytest.mark.parametrize(("transactions", "heard"), [(0, True), (4, False), (18, True)])
def test_a_sender_killed_at_any_place_of_the_row_starts_again(
    transactions, heard, ledger, deployed, artifacts, make_person
):
    operator = make_person("operator")
    dying = Web3(DiesAfter(ledger.w3().provider, transactions, heard))
    with pytest.raises(Killed):
        deploy(dying, operator, artifacts=artifacts)
    found = deploy(ledger.w3(), operator, artifacts=artifacts)
    assert found.contracts == deployed.deployment.contracts
    assert Node(ledger.w3()).nonce(found.operator) == TRANSACTIONS


@pytest.mark.parametrize("step", ["deploy draw", "coin.seal_minters"])
def test_a_node_killed_in_the_row_gets_again_what_it_lost(step, ledger, deployed, artifacts, make_person):
    killed = []

    def kill_node(name: str) -> None:
        if name == step and not killed:
            killed.append(name)
            ledger.kill()
            threading.Timer(0.5, ledger.start).start()

    found = deploy(ledger.w3(), make_person("operator"), artifacts=artifacts, progress=kill_node)
    assert killed == [step]
    assert found.contracts == deployed.deployment.contracts
    assert Node(ledger.w3()).nonce(found.operator) == TRANSACTIONS


def test_who_may_not_write_is_told_at_which_step(ledger, artifacts, make_person):
    with pytest.raises(DeploymentError, match=r"deploy membership was not taken in: Sender account not authorized"):
        deploy(ledger.w3(), make_person("stranger"), artifacts=artifacts)


def pipeline(bank, **more) -> Pipeline:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    return Pipeline(bank.contracts.node, bank.operator, clock=lambda: now[0], sleep=sleep, **more)


def call(bank, contract: str, function: str, *arguments) -> Step:
    found = bank.deployment.contract(contract)
    return Step(f"{contract}.{function}", found.address, ContractAbi(found).function(function).encode(arguments))


def test_a_step_that_fails_is_named_with_its_reason(deployed, make_person):
    number = deployed.contracts.node.nonce(deployed.operator.address)
    sealed = call(deployed, "coin", "set_minter", make_person("stranger").address, 1)
    fine = call(deployed, "membership", "set_terms", b"\x01" * 32, b"\x02" * 32, 2**40)
    with pytest.raises(DeploymentError, match=r"coin\.set_minter failed: coin: minters sealed"):
        pipeline(deployed).send(number, [sealed, fine])
    assert deployed.contracts.membership.terms_hash() == b"\x01" * 32
    with pytest.raises(DeploymentError, match="deploy nothing failed: 30000000 gas did not suffice"):
        pipeline(deployed).send(number + 2, [Step("deploy nothing", None, b"\xfe")])


def test_a_number_that_somebody_else_took_is_no_success(deployed):
    number = deployed.contracts.node.nonce(deployed.operator.address)
    deployed.transactor.send(deployed.operator.address, b"", 21_000)
    terms = call(deployed, "membership", "set_terms", b"\x01" * 32, b"\x02" * 32, 2**40)
    with pytest.raises(DeploymentError, match=rf"another transaction in the place of .*, number {number}"):
        pipeline(deployed).send(number, [terms])
    assert deployed.contracts.membership.terms_hash() == bytes(32)


def test_a_receipt_that_comes_later_than_the_count_is_awaited(deployed):
    number = deployed.contracts.node.nonce(deployed.operator.address)
    terms = call(deployed, "membership", "set_terms", b"\x01" * 32, b"\x02" * 32, 2**40)
    deployed.wire.receipts_to_withhold = 400  # looked for every 0.02 s: longer than until it is handed in again
    (receipt,) = pipeline(deployed).send(number, [terms])
    assert receipt.succeeded
    assert deployed.wire.receipts_to_withhold == 0
    assert deployed.wire.heard.count("eth_sendRawTransaction") > 1


def test_it_does_not_wait_for_ever(deployed):
    number = deployed.contracts.node.nonce(deployed.operator.address)
    terms = call(deployed, "membership", "set_terms", b"\x01" * 32, b"\x02" * 32, 2**40)
    waiting = pipeline(deployed, timeout_seconds=5)
    deployed.wire.swallows.add("eth_sendRawTransaction")

    def go_down(name: str) -> None:
        deployed.wire.is_down = True

    with pytest.raises(LedgerUnavailableError, match=r"no receipt of membership.set_terms came in 5 s"):
        waiting.send(number, [terms], go_down)
    deployed.wire.is_down = False
    assert waiting.send(number, [terms])[0].succeeded
    assert Transactor(deployed.contracts.node._w3, deployed.operator).send(deployed.operator.address, b"").succeeded
