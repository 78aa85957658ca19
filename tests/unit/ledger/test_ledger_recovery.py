"""Senders recovered in another process: the same as recovered here, and nothing for what is unusual."""

import json

import pytest
from eth_account import Account

from ledger.genesis import DEFAULT_CHAIN_ID
from ledger.node import Node
from ledger.recover import CURVE_ORDER
from ledger.recoverer import UNKNOWN, sender_of
from ledger.recovery import BATCH_LEAST, Recovery
from ledger.rlp_codec import decode, encode, integer_bytes
from ledger.rpc.methods import build_dispatcher


@pytest.fixture
def recovery():
    running = Recovery(DEFAULT_CHAIN_ID)
    running.start()
    yield running
    running.stop()


def requests(raws, method="eth_sendRawTransaction"):
    return [{"jsonrpc": "2.0", "id": n, "method": method, "params": ["0x" + raw.hex()]} for n, raw in enumerate(raws)]


def malleated(raw):
    """The same signature with the other s: just as valid to the curve, and refused since Homestead."""
    parts = decode(raw)
    parts[8] = integer_bytes(CURVE_ORDER - int.from_bytes(parts[8], "big"))
    parts[6] = integer_bytes((int.from_bytes(parts[6], "big") - 35 ^ 1) + 35)
    return encode(parts)


def test_the_sender_is_who_signed(sign, alice, bob):
    for account in (alice, bob):
        for data in (b"", b"\x00", b"x" * 300):
            raw = sign(account, 7, data=data)
            assert sender_of(raw, DEFAULT_CHAIN_ID) == bytes.fromhex(account.address[2:])


def test_nothing_is_said_of_what_is_unusual(sign, alice):
    body = {"nonce": 0, "to": b"\xab" * 20, "gas": 21_000, "gasPrice": 0, "value": 0}
    unprotected = bytes(alice.sign_transaction(body).raw_transaction)
    typed = sign(alice, 0, accessList=[])
    usual = sign(alice, 0)
    for raw in (unprotected, typed, malleated(usual), usual[:-1], usual + b"\x00", b"", b"\xc0", b"\x03"):
        assert sender_of(raw, DEFAULT_CHAIN_ID) == UNKNOWN
    assert sender_of(usual, DEFAULT_CHAIN_ID + 1) == UNKNOWN


def test_a_batchs_senders_are_known_once_before_it_is_worked_off(recovery, sign, alice):
    raws = [sign(alice, nonce) for nonce in range(BATCH_LEAST)]
    recovery.before_batch(requests(raws[:-1]))
    assert recovery.sender(raws[0]) is None
    recovery.before_batch([*requests(raws), 5, {"method": "eth_sendRawTransaction"}, *requests([b"\x03"])])
    for raw in raws:
        assert recovery.sender(raw) == bytes.fromhex(alice.address[2:])
        assert recovery.sender(raw) is None


def test_a_process_that_dies_is_done_without(recovery, sign, alice):
    raws = [sign(alice, nonce) for nonce in range(BATCH_LEAST)]
    recovery._process.kill()
    recovery._process.wait()
    recovery.before_batch(requests(raws))
    assert recovery.sender(raws[0]) is None
    recovery.before_batch(requests(raws))


@pytest.mark.parametrize("with_process", [True, False])
def test_a_batch_is_answered_alike_with_and_without(chain, sign, alice, with_process):
    node = Node(chain)
    dispatcher = build_dispatcher(node)
    if with_process:
        node.recovery.start()
        dispatcher.before_batch = node.recovery.before_batch
    stranger = Account.from_key(b"\x77" * 32)
    raws = [sign(alice, nonce) for nonce in range(BATCH_LEAST)]
    raws += [sign(alice, 50, gas=20_000), sign(stranger, 0, chain_id=5), malleated(sign(stranger, 0)), raws[0]]
    answers = json.loads(dispatcher.handle(json.dumps(requests(raws)).encode()))
    node.recovery.stop()
    words = [answer["error"]["message"] for answer in answers[BATCH_LEAST:]]
    assert all("result" in answer for answer in answers[:BATCH_LEAST])
    assert words[0].startswith("intrinsic gas too low")
    assert words[1:] == [
        f"invalid chain id for signer: have 5 want {DEFAULT_CHAIN_ID}",
        "invalid sender: invalid transaction v, r, s values",
        "already known",
    ]
    assert {entry.sender for entry in node.pool.executable()} == {bytes.fromhex(alice.address[2:])}
