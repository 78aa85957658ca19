"""Calls in processes of their own: the same answers, a time limit, and no end of the node when one of them dies."""

import json
import signal
import time

import pytest

from ledger import runners as module
from ledger.errors import RpcError
from ledger.node import Node
from ledger.rpc.methods import build_dispatcher
from ledger.runners import Runners

ENDLESS = "0x5b" + "600060006000600060995afa50" * 1_000 + "600056"
"""Calls an empty account over and over: fifty million gas last a minute or so, so time ends before gas does on any
machine. (Plain steps do not do: translated, a fast machine ends them all in a third of a second.)"""
HERE = "0x" + "55" * 20
SECONDS = 1.0


@pytest.fixture
def asked(chain, sign, alice, counter):
    """asked(method, *params) -> the whole answer, by way of a runner; `asked.runners` are the runners."""
    node = Node(chain, seal_at_once=True)
    node.submit(sign(alice, 0, to=b"", data=bytes.fromhex(counter.bytecode[2:]), gas=2_000_000))
    runners = Runners(chain.store, chain.clock, SECONDS)
    dispatcher = build_dispatcher(node)
    inline = dict(dispatcher.methods)
    dispatcher.methods.update(runners.methods(dispatcher.methods))
    runners.start()

    def ask(method, *params):
        body = {"jsonrpc": "2.0", "id": 7, "method": method, "params": list(params)}
        return json.loads(dispatcher.handle(json.dumps(body).encode()))

    ask.runners, ask.node, ask.dispatcher, ask.inline = runners, node, dispatcher, inline
    yield ask
    runners.stop()


def endless_call(**fields):
    return {"to": HERE, **fields}, "latest", {HERE: {"code": ENDLESS}}


def test_a_runner_answers_as_the_node_itself_would(asked, alice, counter):
    asked.runners._seconds = 30.0  # what is answered is looked at, not how soon
    params = [{"from": alice.address, "data": counter.bytecode}, "latest"]
    assert asked("eth_call", *params)["result"] == asked.inline["eth_call"].handler(params)
    assert asked("eth_estimateGas", *params)["result"] == asked.inline["eth_estimateGas"].handler(params)
    assert asked("eth_call", {"colour": "red"})["error"]["code"] == -32602
    reverts = {HERE: {"code": "0x63deadbeef6000526004601cfd"}}
    error = asked("eth_call", {"to": HERE}, "latest", reverts)["error"]
    assert error == {"code": 3, "message": "execution reverted", "data": "0xdeadbeef"}


def test_a_runner_sees_what_was_sealed_a_moment_ago(asked, sign, alice):
    number = {HERE: {"code": "0x4360005260206000f3"}}
    for nonce in range(1, 4):
        asked.node.submit(sign(alice, nonce))
        answer = asked("eth_call", {"to": HERE}, "latest", number)["result"]
        assert int(answer, 16) == asked.node.chain.head.number == nonce + 1


@pytest.mark.parametrize("method", ["eth_call", "eth_estimateGas"])
def test_a_call_without_end_is_stopped_at_the_time_limit(asked, method):
    started = time.monotonic()
    error = asked(method, *endless_call())["error"]
    print(f"\nstopped after {time.monotonic() - started:.2f} s")
    assert error == {"code": -32000, "message": "execution aborted (timeout = 1s)"}
    assert "result" in asked("eth_call", {"to": HERE})


def test_a_precompiled_contract_is_stopped_too(asked):
    """Four thousand million rounds of BLAKE2 cannot be paid for; fifty million can, and take minutes."""
    rounds = (45_000_000).to_bytes(4, "big") + bytes(208) + b"\x01"
    error = asked("eth_call", {"to": "0x" + "00" * 19 + "09", "data": "0x" + rounds.hex()})["error"]
    assert "execution aborted" in error["message"]


def test_short_calls_do_not_wait_for_long_ones(asked):
    asked("eth_call", {"to": HERE})
    long_ones = [asked.dispatcher.call("eth_call", list(endless_call(gas=hex(n + 4 * 10**7)))) for n in range(3)]
    time.sleep(module.QUICK_SECONDS * 3 + 0.3)
    started = time.monotonic()
    assert "result" in asked("eth_call", {"to": HERE})
    print(f"\na short call waited {time.monotonic() - started:.3f} s beside long ones")
    assert not all(later.future.done() for later in long_ones)


def kill_all(runners):
    for process in tuple(runners._processes):
        process.send_signal(signal.SIGKILL)
        process.wait()


def test_a_runner_that_dies_is_replaced(asked, monkeypatch):
    monkeypatch.setattr(module, "QUICK_SECONDS", 30.0)  # else it may be between two lanes, in no process, as they die
    monkeypatch.setattr(asked.runners, "_seconds", 30.0)
    assert "result" in asked("eth_call", {"to": HERE})
    kill_all(asked.runners)
    time.sleep(0.2)
    assert "result" in asked("eth_call", {"to": HERE})
    later = asked.dispatcher.call("eth_call", list(endless_call()))
    until = time.monotonic() + 15
    while not later.future.done() and time.monotonic() < until:
        time.sleep(0.2)
        kill_all(asked.runners)
    with pytest.raises(RpcError, match="the call ended its process"):
        later.result()
    assert "result" in asked("eth_call", {"to": HERE})


def test_a_runner_that_does_not_stop_is_killed(asked, monkeypatch):
    assert "result" in asked("eth_call", {"to": HERE})
    monkeypatch.setattr(module, "GRACE_SECONDS", -0.3)
    error = asked("eth_call", *endless_call())["error"]
    assert error["message"] == "execution aborted (timeout = 1s)"
    monkeypatch.setattr(module, "GRACE_SECONDS", 5.0)
    assert "result" in asked("eth_call", {"to": HERE})


def test_too_many_calls_are_refused_at_once(asked, monkeypatch):
    monkeypatch.setattr(module, "WAITING_MAX", 0)
    assert asked("eth_call", {"to": HERE})["error"]["code"] == -32005


def test_who_waits_too_long_is_told_that_the_node_is_busy(asked, monkeypatch):
    monkeypatch.setattr(module, "WAIT_SECONDS_MAX", 0.2)
    error = asked("eth_call", *endless_call())["error"]
    assert (error["code"], "the node is busy" in error["message"]) == (-32005, True)


def test_stopping_ends_what_runs(asked):
    asked("eth_call", {"to": HERE})
    later = asked.dispatcher.call("eth_call", list(endless_call()))
    time.sleep(0.2)
    asked.runners.stop()
    assert later.future.done()
    assert asked.runners._processes == set()
