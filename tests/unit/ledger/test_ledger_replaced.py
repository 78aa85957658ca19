"""Who waits for a transaction that another replaced is told at once, and never of one that is sealed after all."""

import pytest

from ledger import filling
from ledger.errors import ReplacedError, TransactionError
from ledger.genesis import new_clique_document, parse_genesis
from ledger.node import Node
from ledger.pool_journal import PoolJournal
from ledger.rpc.methods import build_dispatcher

CHEAP, DEAR = {"gasPrice": 100}, {"gasPrice": 110}


@pytest.fixture
def paid(new_chain, signer_key, alice):
    document = new_clique_document([signer_key.public_key.to_canonical_address()])
    document["alloc"][alice.address[2:].lower()] = {"balance": hex(10**18)}
    return new_chain("paid", parse_genesis(document))


@pytest.fixture
def node(paid):
    return Node(paid)


def test_the_waiting_one_is_told_by_which(node, sign, alice):
    first = node.submit(sign(alice, 0, **CHEAP))
    outcome = node.when_sealed(first.hash)
    second = node.submit(sign(alice, 0, **DEAR))
    with pytest.raises(ReplacedError, match=f"replaced by 0x{second.hash.hex()}") as told:
        outcome.result(0)
    assert told.value.data == "0x" + second.hash.hex()
    assert isinstance(node.when_sealed(first.hash).exception(0), ReplacedError)
    assert node.seal_waiting(1_000).block.transactions[0].hash == second.hash


def test_over_json_rpc_the_answer_does_not_wait_for_its_time(node, sign, alice):
    dispatcher = build_dispatcher(node)
    first = node.submit(sign(alice, 0, **CHEAP))
    second = node.submit(sign(alice, 0, **DEAR))
    later = dispatcher.methods["eth_sendRawTransactionSync"].handler
    node.pool.drop(second)
    waiting = later(["0x" + first.raw.hex(), hex(60_000)])
    node.submit(second.raw)
    with pytest.raises(ReplacedError):
        waiting.result()


@pytest.mark.parametrize("given_up", [False, True])
def test_of_what_an_open_block_has_nobody_is_told_before_it_closes(node, sign, alice, given_up):
    first = node.submit(sign(alice, 0, **CHEAP))
    outcome, moments = node.when_sealed(first.hash), []

    def stays_open():
        if not moments:
            moments.append(node.submit(sign(alice, 0, **DEAR)))
            assert not outcome.done()
        if not given_up:
            node.chain.clock = lambda: 1_001
        return False

    sealed = node.seal_waiting(1_001, stays_open)
    if given_up:
        assert sealed is None
        assert isinstance(outcome.exception(0), ReplacedError)
        assert [waiting.hash for waiting in node.pool.executable()] == [moments[0].hash]
    else:
        assert outcome.result(0) is True
        assert "nonce too low" in str(node.when_sealed(moments[0].hash).exception(0))
    assert node.pool.release() == []


def test_a_block_takes_the_dearer_one_that_came_before_its_turn(node, sign, alice, monkeypatch):
    first, following = node.submit(sign(alice, 0, **CHEAP)), node.submit(sign(alice, 1))
    outcome = node.when_sealed(first.hash)
    seen = node.pool.executable()
    second = node.submit(sign(alice, 0, **DEAR))
    assert isinstance(outcome.exception(0), ReplacedError)
    monkeypatch.setattr(node.pool, "executable", lambda *arguments: seen)
    monkeypatch.setattr(filling.Filling, "_must_ask", lambda self: self.taken == 2)
    sealed = node.seal_waiting(1_000)
    assert [one.hash for one in sealed.block.transactions] == [second.hash, following.hash]


def test_dropping_one_that_was_replaced_leaves_the_other(node, sign, alice):
    first = node.submit(sign(alice, 0, **CHEAP))
    second = node.submit(sign(alice, 0, **DEAR))
    node.pool.drop(first)
    assert [one.hash for one in node.pool.executable()] == [second.hash]


def test_what_was_refused_and_is_sent_again_waits_again(node, sign, alice):
    sent = node.submit(sign(alice, 0))
    node._drop(sent, TransactionError("no room for it"))
    assert str(node.when_sealed(sent.hash).exception(0)) == "no room for it"
    node.submit(sent.raw)
    assert not node.when_sealed(sent.hash).done()


def test_what_was_told_that_it_will_not_be_sealed_does_not_wait_after_a_kill(paid, tmp_path, sign, alice, bob):
    path = tmp_path / "pool.journal"
    node = Node(paid, journal=PoolJournal(path))
    waiting, first = node.submit(sign(bob, 0)), node.submit(sign(alice, 0, **CHEAP))
    second = node.submit(sign(alice, 0, **DEAR))
    node._drop(second, TransactionError("no room for it"))
    again = Node(paid, journal=PoolJournal(path))
    assert [one.hash for one in again.pool.executable()] == [waiting.hash]
    assert again.submit(first.raw)
    assert len(Node(paid, journal=PoolJournal(path)).pool) == 2


def test_who_sends_again_what_is_refused_again_hears_the_reason_still(paid, sign, alice):
    node = Node(paid)
    first = node.submit(sign(alice, 0, **CHEAP))
    node.submit(sign(alice, 0, **DEAR))
    with pytest.raises(TransactionError, match="underpriced"):
        node.submit(first.raw)
    assert isinstance(node.when_sealed(first.hash).exception(0), ReplacedError)
