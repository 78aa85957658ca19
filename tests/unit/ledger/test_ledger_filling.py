"""The open block: it opens as soon as something waits, takes in what comes meanwhile, and is sealed in its second."""

import itertools
import threading

import pytest
from eth_utils.address import to_canonical_address

from ledger import filling
from ledger.errors import TransactionError
from ledger.node import Node
from ledger.pool_journal import PoolJournal
from ledger.sealer import Sealer


@pytest.fixture
def clock(chain):
    """The second it is, which a test moves."""
    now = [100]
    chain.clock = lambda: now[0]
    return now


def nonces(sealed):
    return [transaction.nonce for transaction in sealed.block.transactions]


def test_what_comes_while_a_block_is_executed_gets_into_it(chain, sign, alice, bob):
    node = Node(chain)
    node.submit(sign(alice, 0))
    coming = [sign(alice, 1), sign(bob, 0), sign(alice, 2)]
    executable = node.pool.executable

    def more_comes(*given):
        found = executable(*given)
        if coming:
            node.submit(coming.pop(0))
        return found

    node.pool.executable = more_comes
    sealed = node.seal_waiting(10)
    assert [(one.sender == to_canonical_address(bob.address), one.nonce) for one in sealed.block.transactions] == [
        (False, 0), (False, 1), (True, 0), (False, 2),
    ]  # fmt: skip
    assert len(node.pool) == 0


def test_a_block_that_opened_early_takes_in_what_comes_until_its_second(chain, clock, sign, alice):
    node = Node(chain)
    node.submit(sign(alice, 0))
    moments = []

    def stays_open():
        moments.append(node.chain.head.number)
        node.submit(sign(alice, len(moments)))
        clock[0] += len(moments) == 3
        return len(moments) < 3

    sealed = node.seal_waiting(101, stays_open)
    assert moments == [0, 0, 0]
    assert nonces(sealed) == [0, 1, 2]
    assert sealed.block.header.timestamp == 101
    assert [waiting.nonce for waiting in node.pool.executable()] == [3]


def test_a_block_whose_second_has_not_come_is_given_up_and_nothing_is_lost(chain, clock, sign, alice, tmp_path):
    node = Node(chain, journal=PoolJournal(tmp_path / "pool.journal"))
    node.submit(sign(alice, 0))
    assert node.seal_waiting(clock[0] + 1, lambda: False) is None
    assert chain.head.number == 0
    assert [waiting.nonce for waiting in node.pool.executable()] == [0]
    assert [one.nonce for one in Node(chain, journal=PoolJournal(tmp_path / "pool.journal")).pool.executable()] == [0]


def test_a_block_that_was_open_while_the_clock_leapt_is_given_up(chain, clock, sign, alice):
    """A machine that slept: what comes after it woke up would be stamped with the second before it fell asleep."""
    node = Node(chain)
    node.submit(sign(alice, 0))

    def stays_open():
        clock[0] += 3600
        return False

    assert node.seal_waiting(101, stays_open) is None
    assert node.seal_waiting(clock[0], lambda: False).block.header.timestamp == 3700


def test_what_replaces_something_an_open_block_has_taken_comes_too_late(chain, clock, sign, alice):
    node = Node(chain)
    node.submit(sign(alice, 0))
    other = chain.decode(sign(alice, 0, data=b"other"))
    outcome = node.when_sealed(other.hash)
    moments = []

    def stays_open():
        if not moments:
            entry = node.pool._by_sender[to_canonical_address(alice.address)]
            entry[0] = type(entry[0])(entry[0].arrival, other)  # as a higher price would have it
        moments.append(1)
        clock[0] += 1
        return len(moments) < 2

    sealed = node.seal_waiting(101, stays_open)
    assert [transaction.inner.data for transaction in sealed.block.transactions] == [b""]
    assert node.pool.executable() == []
    assert str(outcome.exception(0)) == "nonce too low: next nonce 1, tx nonce 0"
    assert str(node.when_sealed(other.hash).exception(0)) == "nonce too low: next nonce 1, tx nonce 0"


def test_who_is_refused_is_left_out_of_the_block_and_told(chain, sign, alice, bob, monkeypatch):
    node = Node(chain)
    for account, nonce in ((alice, 0), (alice, 1), (bob, 0)):
        node.submit(sign(account, nonce))
    apply = filling.Draft.apply

    def refuse(draft, transaction):
        if transaction.sender == to_canonical_address(alice.address):
            raise TransactionError("no")
        return apply(draft, transaction)

    monkeypatch.setattr(filling.Draft, "apply", refuse)
    refused = node.when_sealed(node.pool.executable()[0].hash)
    sealed = node.seal_waiting(10)
    assert [transaction.sender for transaction in sealed.block.transactions] == [to_canonical_address(bob.address)]
    assert str(refused.exception(0)) == "no"


def test_a_block_closes_after_so_much_work(chain, sign, alice, monkeypatch):
    monkeypatch.setattr(filling, "EXECUTION_SECONDS_PER_BLOCK", 0.0)
    node = Node(chain)
    for nonce in range(3):
        node.submit(sign(alice, nonce))
    assert nonces(node.seal_waiting(10)) == [0]
    assert nonces(node.seal_waiting(11)) == [1]


def test_a_block_whose_second_has_not_come_takes_what_it_can_get(chain, clock, sign, alice, monkeypatch):
    """But it asks now and then whether to stay open: a node that is to stop does not wait for its whole second."""
    moments, measured = [], itertools.count()
    monkeypatch.setattr(filling, "EXECUTION_SECONDS_PER_BLOCK", 1.0)
    monkeypatch.setattr(filling.time, "perf_counter", lambda: next(measured) / 2)
    node = Node(chain)
    for nonce in range(9):
        node.submit(sign(alice, nonce))

    def stays_open():
        moments.append(1)
        clock[0] += len(moments) == 3
        return len(moments) < 3

    assert nonces(node.seal_waiting(101, stays_open)) == [0, 1, 2, 3, 4, 5]


def test_who_found_no_room_in_an_open_block_is_not_tried_again(chain, clock, sign, alice, bob):
    """A full block would otherwise go through all that waits fifty times a second."""
    node = Node(chain)
    node.submit(sign(alice, 0))
    node.submit(sign(bob, 0, gas=chain.head.header.gas_limit))
    executable, tried, moments = node.pool.executable, [], []

    def watched(*given):
        tried.append([one.sender for one in executable(*given)])
        return executable(*given)

    def stays_open():
        moments.append(1)
        clock[0] += len(moments) == 2
        return len(moments) < 2

    node.pool.executable = watched
    sealed = node.seal_waiting(101, stays_open)
    assert [one.sender for one in sealed.block.transactions] == tried[0][:1]
    assert [len(senders) for senders in tried] == [2, 0, 0]
    assert len(node.pool) == 1


def test_the_sealer_executes_before_the_second_comes_and_seals_in_it(chain, clock, sign, alice, seal):
    seal(chain, clock[0])
    node = Node(chain)
    sealer, executed = Sealer(node), threading.Event()
    apply = filling.Draft.apply

    def noticed(draft, transaction):
        receipt = apply(draft, transaction)
        executed.set()
        return receipt

    filling.Draft.apply = noticed
    try:
        sealer.start()
        future = node.when_sealed(node.submit(sign(alice, 0)).hash)
        assert executed.wait(30)
        assert (chain.head.number, future.done()) == (1, False)
        clock[0] += 1
        assert future.result(30) is True
        assert chain.head.header.timestamp == 101
    finally:
        sealer.stop()
        filling.Draft.apply = apply


def test_a_sealer_that_stops_before_the_second_leaves_what_waits(chain, clock, sign, alice, seal):
    seal(chain, clock[0])
    node = Node(chain)
    sealer = Sealer(node)
    node.submit(sign(alice, 0))
    sealer.start()
    sealer.stop()
    assert chain.head.number == 1
    assert len(node.pool) == 1
