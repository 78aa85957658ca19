"""Methods that tools ask for now and then: raw transactions, fork configuration, modules, bundles of calls."""

import pytest

from ledger.rpc.methods import build_dispatcher

HERE, THERE = "0x" + "55" * 20, "0x" + "66" * 20
NOWHERE = "0x" + "12" * 32
COUNT_UP = "0x5f54600101805f555f5260205ff3".replace("5f", "6000")
"""Adds one to slot 0 and returns it."""


def test_raw_transactions_are_found_in_every_way(local, rpc, sign, alice):
    raw = "0x" + sign(alice, 0).hex()
    sent = rpc("eth_sendRawTransaction", raw)["result"]
    block = rpc("eth_getBlockByNumber", "0x1", False)["result"]
    assert rpc("eth_getRawTransactionByHash", sent)["result"] == raw
    assert rpc("eth_getRawTransactionByBlockNumberAndIndex", "0x1", "0x0")["result"] == raw
    assert rpc("eth_getRawTransactionByBlockHashAndIndex", block["hash"], "0x0")["result"] == raw
    assert rpc("eth_getRawTransactionByBlockNumberAndIndex", "0x1", "0x1")["result"] == "0x"
    assert rpc("eth_getRawTransactionByBlockHashAndIndex", NOWHERE, "0x0")["result"] == "0x"
    assert rpc("eth_getRawTransactionByHash", NOWHERE)["result"] == "0x"
    waiting = "0x" + sign(alice, 5).hex()
    sent = rpc("eth_sendRawTransaction", waiting)["result"]
    assert rpc("eth_getRawTransactionByHash", sent)["result"] == waiting
    assert rpc("debug_getRawTransaction", sent)["result"] == "0x"


def test_the_fork_configuration_tells_berlins_rules_for_ever(rpc):
    answer = rpc("eth_config")["result"]
    assert (answer["next"], answer["last"]) == (None, None)
    current = answer["current"]
    assert (current["activationTime"], current["blobSchedule"], current["systemContracts"]) == (0, None, {})
    assert (len(current["precompiles"]), current["precompiles"]["BLAKE2F"][-2:]) == (9, "09")
    assert len(current["forkId"]) == 10


def test_modules_and_protocol_are_told(local, rpc):
    modules = rpc("rpc_modules")["result"]
    named = {name.split("_")[0] for name in build_dispatcher(local.node).methods}
    assert modules == dict.fromkeys(sorted(named), "1.0")
    assert rpc("eth_protocolVersion")["result"] == "0x44"


def test_blob_transactions_are_refused_in_the_usual_words(rpc):
    for raw in ("0x03", "0x03c0", "0x03f8" + "00" * 248):
        error = rpc("eth_sendRawTransaction", raw)["error"]
        assert error == {"code": -32000, "message": "transaction type not supported"}


def test_calls_of_bundles_see_what_the_ones_before_did(rpc, deployed):
    overrides = {HERE: {"code": COUNT_UP}, THERE: {"code": "0xfe"}}
    count = {"to": HERE}
    bundles = [
        {"transactions": [count, {"to": THERE, "gas": "0x10000"}, count]},
        {"transactions": [count], "blockOverride": {"blockNumber": "0x99"}},
    ]
    first, second = rpc("eth_callMany", bundles, {"blockNumber": "latest"}, overrides)["result"]
    assert [int(call["value"], 16) for call in (first[0], first[2], second[0])] == [1, 2, 3]
    assert "error" in first[1]
    assert rpc("eth_callMany", bundles, {}, overrides)["result"][0] == first


def test_bundles_start_at_any_place_within_a_block(local, rpc, sign, alice):
    rpc("eth_sendRawTransaction", "0x" + sign(alice, 0).hex())
    nonce_code = {"from": alice.address, "data": "0x"}
    for index in (0, 1, -1):
        answer = rpc(
            "eth_callMany", [{"transactions": [nonce_code]}], {"blockNumber": "0x1", "transactionIndex": index}
        )
        assert answer["result"] == [[{"value": "0x"}]]


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ([[]], "empty bundles"),
        ([[{"transactions": 5}]], "argument 0[0].transactions"),
        ([[{"transactions": [{"to": "0x1"}]}]], "argument 0[0].transactions[0].to"),
        ([[{"colour": 1}]], "argument 0[0].colour"),
        ([[{}], {"transactionIndex": "0x1"}], "argument 1.transactionIndex"),
        ([[{"blockOverride": {"weather": "0x1"}}]], "argument 0[0].blockOverride.weather"),
    ],
)
def test_malformed_bundles_name_the_field(rpc, params, words):
    error = rpc("eth_callMany", *params)["error"]
    assert (error["code"], words in error["message"]) == (-32602, True), error
