"""Waiting for a receipt: who is told what, and that nothing is kept of those who have gone."""

from concurrent.futures import Future

import pytest

from ledger.errors import ExecutionFailedError, StillPendingError, TransactionError
from ledger.node import Node
from ledger.rpc.dispatcher import Dispatcher, Method
from ledger.rpc.later import Later
from ledger.rpc.methods import build_dispatcher
from ledger.rpc.sending import NotSealedInTimeError
from ledger.waiting import Waiting

ONE, TWO = b"\x01" * 32, b"\x02" * 32


def test_each_is_told_of_the_transaction_it_waits_for():
    waiting = Waiting()
    first, second, other = waiting.add(ONE), waiting.add(ONE), waiting.add(TWO)
    waiting.sealed(ONE)
    assert first.result(0) is second.result(0) is True
    assert not other.done()
    waiting.failed(TransactionError("it will not be"), TWO)
    with pytest.raises(TransactionError, match="it will not be"):
        other.result(0)
    assert len(waiting) == 0


def test_when_nothing_can_be_sealed_all_are_told():
    waiting = Waiting()
    futures = [waiting.add(bytes([n]) * 32) for n in range(3)]
    for transaction_hash in waiting.hashes():
        waiting.failed(TransactionError("the disk is full"), transaction_hash)
    assert waiting.hashes() == []
    assert {str(future.exception(0)) for future in futures} == {"the disk is full"}


def test_when_too_many_wait_the_oldest_is_told_that_there_is_nothing_yet():
    waiting = Waiting(most=2)
    first, second, third = waiting.add(ONE), waiting.add(TWO), waiting.add(ONE)
    assert first.result(0) is False
    assert not second.done()
    assert not third.done()
    assert len(waiting) == 2


def test_who_has_gone_is_forgotten():
    waiting = Waiting()
    waiting.add(ONE).cancel()
    assert len(waiting) == 0
    waiting.sealed(ONE)


def test_a_node_tells_of_what_is_sealed_dropped_or_stuck(chain, sign, alice):
    node = Node(chain)
    sent = node.submit(sign(alice, 0))
    future = node.when_sealed(sent.hash)
    assert not future.done()
    node.seal_waiting(1_000)
    assert future.result(0) is True
    assert node.when_sealed(sent.hash).result(0) is True
    beyond = node.submit(sign(alice, 2))
    stuck = node.when_sealed(beyond.hash)
    node.stop_sealing(TransactionError("no space is left"))
    with pytest.raises(StillPendingError, match=r"is kept: the ledger cannot seal now \(no space is left\)") as told:
        stuck.result(0)
    assert told.value.data == "0x" + beyond.hash.hex()
    with pytest.raises(StillPendingError, match="cannot seal"):
        node.when_sealed(beyond.hash).result(0)


def test_a_receipt_that_does_not_come_in_time_is_code_4_with_the_hash(chain, sign, alice):
    dispatcher = build_dispatcher(Node(chain))
    raw = "0x" + sign(alice, 1).hex()
    answer = dispatcher.answer(
        {"jsonrpc": "2.0", "id": 1, "method": "eth_sendRawTransactionSync", "params": [raw, "0xa"]}
    )
    assert answer.response()["error"] == {
        "code": NotSealedInTimeError.code,
        "message": NotSealedInTimeError().reason,
        "data": answer.later.late.data,
    }


def test_what_comes_later_is_answered_in_its_place_and_fails_as_methods_fail():
    good, bad, never = Future(), Future(), Future()
    good.set_result(20)
    bad.set_result(0)

    def divide(value):
        if not value:
            raise ExecutionFailedError("by zero")
        return 100 // value

    table = {
        name: Method(lambda params, future=future: Later(future, 0.05, divide, ExecutionFailedError("too late")))
        for name, future in (("good", good), ("bad", bad), ("never", never))
    }
    table["now"] = Method(lambda params: "now")
    body = (
        b"["
        + b",".join(
            b'{"jsonrpc":"2.0","id":"%s","method":"%s"}' % (name, name) for name in (b"never", b"good", b"now", b"bad")
        )
        + b"]"
    )
    assert Dispatcher(table).handle(body) == (
        b'[{"jsonrpc":"2.0","id":"never","error":{"code":-32000,"message":"too late"}},'
        b'{"jsonrpc":"2.0","id":"good","result":5},'
        b'{"jsonrpc":"2.0","id":"now","result":"now"},'
        b'{"jsonrpc":"2.0","id":"bad","error":{"code":-32000,"message":"by zero"}}]'
    )
    assert never.cancelled()


def test_a_batch_has_a_total_time():
    table = {"now": Method(lambda params: "now")}
    body = b'[{"jsonrpc":"2.0","id":1,"method":"now"},{"jsonrpc":"2.0","id":2,"method":"now"}]'
    assert b"result" in Dispatcher(table, batch_seconds=10).handle(body)
    refused = Dispatcher(table, batch_seconds=0).handle(body)
    assert refused.count(b'"code":-32005') == 2
