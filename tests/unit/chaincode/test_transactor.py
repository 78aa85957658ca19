"""The transactor against a node that dies, forgets, refuses, or is used by somebody else with the same key."""

import threading
import time
from collections import Counter
from dataclasses import replace

import pytest
from web3 import Web3

from chaincode.bindings import Contracts, Role
from chaincode.errors import (
    ContractRefusedError,
    LedgerRefusedError,
    LedgerUnavailableError,
    OutOfGasError,
)
from chaincode.ids import text_hash
from chaincode.node_words import Offer
from chaincode.transactor import _OFFERED_AGAIN, Transactor
from ledger.testing import local_chain


def enroll(deployed, make_person, name, transactor=None):
    account = make_person(name).address
    return deployed.contracts.membership.enroll(transactor or deployed.transactor, account, Role.CUSTODIAN)


def test_a_node_that_is_gone_is_reported_after_the_timeout(deployed, make_person):
    deployed.wire.is_down = True
    with pytest.raises(LedgerUnavailableError, match="the node is gone"):
        enroll(deployed, make_person, "c")
    deployed.wire.is_down = False
    assert not enroll(deployed, make_person, "c").repeated


@pytest.mark.parametrize("method", ["eth_sendRawTransaction", "eth_getTransactionReceipt", "eth_getTransactionCount"])
@pytest.mark.parametrize("moment", ["swallows", "loses_answers_of"])
def test_a_connection_that_breaks_costs_nothing_and_doubles_nothing(deployed, make_person, method, moment):
    before = deployed.contracts.node.nonce(deployed.operator.address)
    getattr(deployed.wire, moment).add(method)
    outcome = enroll(deployed, make_person, "c")
    assert (outcome.accepted, outcome.repeated) == (True, False)
    assert deployed.contracts.node.nonce(deployed.operator.address) == before + 1


def test_a_node_that_forgot_is_handed_the_same_transaction_again(deployed, make_person):
    """The pool of a killed node is lost: what it had not sealed must come back by itself."""
    deployed.wire.swallows.add("eth_sendRawTransaction")
    deployed.wire.heard.clear()
    enroll(deployed, make_person, "c")
    assert deployed.wire.heard.count("eth_sendRawTransaction") == 2
    assert deployed.wire.heard.count("eth_getTransactionReceipt") >= 2


def test_a_nonce_that_another_process_took_is_not_a_loss(deployed, make_person):
    enroll(deployed, make_person, "first")
    other = Transactor(deployed.contracts.node._w3, deployed.operator)
    enroll(deployed, make_person, "second", other)
    outcome = enroll(deployed, make_person, "third")
    assert (outcome.accepted, outcome.repeated) == (True, False)
    assert deployed.contracts.membership.has_role(make_person("third").address, Role.CUSTODIAN)


def test_many_threads_share_one_account(deployed, make_person):
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            enroll(deployed, make_person, name)
        except BaseException as error:  # noqa: BLE001 -- carried to the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(f"person {i}",)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    for i in range(8):
        assert deployed.contracts.membership.has_role(make_person(f"person {i}").address, Role.CUSTODIAN)


def test_a_rehearsed_call_that_would_fail_is_never_sent(deployed, make_person):
    deployed.wire.heard.clear()
    with pytest.raises(ContractRefusedError) as caught:
        deployed.contracts.membership.enroll(deployed.transactor, make_person("c").address, Role.MEMBER)
    assert (caught.value.contract, caught.value.reason) == ("membership", "unknown role")
    assert "eth_sendRawTransaction" not in deployed.wire.heard


def test_a_sealed_failure_tells_the_contracts_reason(deployed, make_person):
    face = deployed.contracts.membership
    data = face._abi.function("suspend", 2).encode((make_person("nobody").address, text_hash("r")))
    with pytest.raises(ContractRefusedError) as caught:
        deployed.transactor.send(face.address, data)
    assert (caught.value.contract, caught.value.reason) == ("membership", "account not enrolled")


def test_what_only_time_can_lift_is_not_judged_by_a_rehearsal(deployed, make_person):
    """A quiet chain's last block is long ago: its time must not refuse what is allowed by now."""
    survey = replace(deployed.survey(), opens_at=deployed.chain.clock() + 500)
    member = deployed.people(1)[0]
    faces = deployed.contracts
    faces.survey.publish(deployed.transactor, survey)
    own = Transactor(deployed.contracts.node._w3, member, timeout_seconds=5)
    with pytest.raises(ContractRefusedError, match="survey: not open yet"):
        faces.survey.answer(own, deployed.answer(member).struct)
    deployed.chain.advance(600)
    assert faces.survey.answer(own, deployed.answer(member).struct).accepted


def test_too_little_gas_is_its_own_error(deployed, make_person):
    face = deployed.contracts.membership
    arguments = (make_person("c").address, int(Role.CUSTODIAN), "0x" + "00" * 20)
    with pytest.raises(OutOfGasError, match="30000 gas did not suffice"):
        deployed.transactor.send(face.address, face._abi.function("enroll", 3).encode(arguments), gas=30_000)


def test_an_account_without_leave_to_write_is_refused_at_the_door(make_person):
    with local_chain(writers=[make_person("operator").address]) as chain:
        stranger = Transactor(chain.w3, make_person("stranger"), timeout_seconds=1)
        with pytest.raises(LedgerRefusedError) as caught:
            stranger.send(None, b"\0")
        assert caught.value.code == -32007
        assert Transactor(chain.w3, make_person("operator")).send(None, b"").succeeded


def test_a_receipt_that_never_comes_is_unavailable_not_lost(deployed, make_person):
    """Nobody can tell whether it was sealed: the caller sends again, and the id makes it once."""

    class Silent:
        def make_request(self, method, params):
            if method == "eth_getTransactionReceipt":
                return {"jsonrpc": "2.0", "id": 1, "result": None}
            return deployed.wire.make_request(method, params)

    w3 = Web3(deployed.wire)
    w3.provider = Silent()
    now = [0.0]
    deaf = Transactor(
        w3, deployed.operator, timeout_seconds=8, clock=lambda: now[0], sleep=lambda s: now.__setitem__(0, now[0] + s)
    )
    with pytest.raises(LedgerUnavailableError):
        Contracts(w3, deployed.deployment).membership.enroll(deaf, make_person("c").address, Role.CUSTODIAN)
    assert enroll(deployed, make_person, "c").repeated


class Slow:
    """A wire on which the receipts of one thread's transactions come only when they are let go."""

    def __init__(self, wire):
        self.inner, self.held, self.let_go = wire, threading.Event(), threading.Event()

    def make_request(self, method, params):
        if method == "eth_getTransactionReceipt" and threading.current_thread().name == "first":
            self.held.set()
            assert self.let_go.wait(20)
        return self.inner.make_request(method, params)


def test_transactions_in_flight_have_successive_nonces_and_a_refused_one_sinks_no_other(deployed, make_person):
    """1. One waits for its receipt; 2. one is refused by the node; 3. one reverts; 4. one is taken; 5. so is 1."""
    face, before = deployed.contracts.membership, deployed.contracts.node.nonce(deployed.operator.address)
    w3 = Web3(deployed.wire)
    w3.provider = slow = Slow(deployed.wire)
    busy = Transactor(w3, deployed.operator, timeout_seconds=20)
    outcomes = []
    first = threading.Thread(
        target=lambda: outcomes.append(enroll(deployed, make_person, "first", busy)), name="first", daemon=True
    )
    first.start()  # 1.
    assert slow.held.wait(20)
    with pytest.raises(LedgerRefusedError):
        busy.send(face.address, b"", gas=10**15)  # 2.
    with pytest.raises(ContractRefusedError, match="account not enrolled"):
        busy.send(face.address, face._abi.function("suspend", 2).encode((make_person("x").address, bytes(32))))  # 3.
    assert enroll(deployed, make_person, "fourth", busy).accepted  # 4.
    assert outcomes == []
    slow.let_go.set()
    first.join(20)
    assert outcomes[0].accepted  # 5.
    assert deployed.contracts.node.nonce(deployed.operator.address) == before + 3


class Unsealed:
    """A wire on which nobody gets a receipt until they are let go, and which counts who asked for whose."""

    def __init__(self, wire):
        self.inner, self.asked, self.let_go = wire, [], threading.Event()

    def make_request(self, method, params):
        if method == "eth_getTransactionReceipt" and not self.let_go.is_set():
            self.asked.append(params[0])
            return {"jsonrpc": "2.0", "id": 1, "result": None}
        return self.inner.make_request(method, params)


def test_of_many_in_flight_only_the_first_is_asked_for_again_and_again(deployed, make_person, monkeypatch):
    """The others are looked for when they were handed in, and once that one is there."""
    monkeypatch.setitem(_OFFERED_AGAIN, Offer.TAKEN, 60.0)  # or, on a slow machine, they look for that
    w3, many, outcomes = Web3(deployed.wire), 6, []
    w3.provider = wire = Unsealed(deployed.wire)
    sender = Transactor(w3, deployed.operator, timeout_seconds=60)
    threads = [
        threading.Thread(target=lambda n=n: outcomes.append(enroll(deployed, make_person, f"p{n}", sender)))
        for n in range(many)
    ]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 60
    while (len(set(wire.asked)) < many or len(wire.asked) < 2 * many) and time.monotonic() < until:
        time.sleep(0.01)
    counts = Counter(wire.asked)
    wire.let_go.set()
    for thread in threads:
        thread.join(60)
    assert len(counts) == many
    assert sorted(counts.values())[:-1] == [1] * (many - 1), "one alone is asked for again"
    assert [one.accepted for one in outcomes] == [True] * many


def test_whoever_waits_behind_another_hands_in_again_what_a_node_forgot(deployed, make_person):
    """A node that falls silent may have lost all that it had not sealed."""

    class Forgetful:
        """Takes two transactions and forgets them, is silent once, and from then on is a node like any other."""

        def __init__(self, wire):
            self.inner, self.taken, self.is_back = wire, set(), False

        def make_request(self, method, params):
            if not self.is_back and method == "eth_sendRawTransaction":
                self.taken.add(params[0])
                return {"jsonrpc": "2.0", "id": 1, "result": "0x" + "00" * 32}
            if not self.is_back and method == "eth_getTransactionReceipt":
                if len(self.taken) < 2:
                    return {"jsonrpc": "2.0", "id": 1, "result": None}
                self.is_back = True
                raise ConnectionError("killed")
            return self.inner.make_request(method, params)

    w3, outcomes = Web3(deployed.wire), []
    w3.provider = Forgetful(deployed.wire)
    sender = Transactor(w3, deployed.operator, timeout_seconds=60)
    threads = [
        threading.Thread(target=lambda n=n: outcomes.append(enroll(deployed, make_person, f"p{n}", sender)))
        for n in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [one.accepted for one in outcomes] == [True] * 2
