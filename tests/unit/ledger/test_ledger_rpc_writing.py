"""Sending, calling and estimating: results and the words of every refusal."""

import pytest

from ledger.testing import local_chain


def send(rpc, raw):
    return rpc("eth_sendRawTransaction", "0x" + raw.hex())


def test_a_sent_transaction_is_sealed_and_its_receipt_found(rpc, sign, alice):
    receipt = rpc("eth_sendRawTransactionSync", "0x" + sign(alice, 0).hex())["result"]
    assert (receipt["blockNumber"], receipt["status"], receipt["gasUsed"]) == ("0x1", "0x1", "0x5208")
    assert rpc("eth_getTransactionReceipt", receipt["transactionHash"])["result"] == receipt


def test_access_list_transactions_are_shown_with_their_list(rpc, sign, alice):
    entry = {"address": "0x" + "11" * 20, "storageKeys": ["0x" + "00" * 31 + "05"]}
    sent = send(rpc, sign(alice, 0, accessList=[entry]))["result"]
    shown = rpc("eth_getTransactionByHash", sent)["result"]
    assert (shown["type"], shown["accessList"], shown["yParity"]) == ("0x1", [entry], shown["v"])
    assert rpc("eth_getTransactionReceipt", sent)["result"]["type"] == "0x1"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"chain_id": 5}, "invalid chain id for signer"),
        ({"gas": 20_000}, "intrinsic gas too low"),
        ({"gas": 300_000_001}, "exceeds block gas limit"),
        ({"value": 1}, "insufficient funds for gas * price + value"),
        ({"gasPrice": 1}, "insufficient funds for gas * price + value"),
        ({"maxFeePerGas": 0, "maxPriorityFeePerGas": 0}, "transaction type not supported"),
    ],
)
def test_refusals_use_the_usual_words(rpc, sign, alice, fields, words):
    error = send(rpc, sign(alice, 0, **fields))["error"]
    assert error["code"] == -32000
    assert words in error["message"]


def test_a_used_nonce_and_a_known_transaction_are_refused(rpc, sign, alice):
    raw = sign(alice, 0)
    assert "result" in send(rpc, raw)
    assert send(rpc, raw)["error"]["message"] == "already known"
    assert "nonce too low" in send(rpc, sign(alice, 0, gas=90_000))["error"]["message"]


def test_an_unprotected_transaction_is_refused(rpc, alice):
    body = {"nonce": 0, "to": b"\xab" * 20, "gas": 21_000, "gasPrice": 0, "value": 0}
    error = send(rpc, bytes(alice.sign_transaction(body).raw_transaction))["error"]
    assert error["message"] == "only replay-protected (EIP-155) transactions allowed over RPC"


@pytest.mark.parametrize("raw", ["0x", "0x00", "0xc0", "0x01c0"])
def test_garbage_is_refused(rpc, raw):
    assert rpc("eth_sendRawTransaction", raw)["error"]["code"] == -32000


def test_a_transaction_beyond_the_next_nonce_waits(rpc, sign, alice):
    later = send(rpc, sign(alice, 1))["result"]
    assert rpc("eth_getTransactionReceipt", later)["result"] is None
    assert rpc("eth_getTransactionByHash", later)["result"]["blockHash"] is None
    assert rpc("txpool_status")["result"] == {"pending": "0x0", "queued": "0x1"}
    assert rpc("txpool_content")["result"]["queued"][alice.address]["1"]["hash"] == later
    assert rpc("txpool_contentFrom", alice.address)["result"]["queued"]["1"]["hash"] == later
    assert alice.address in rpc("txpool_inspect")["result"]["queued"]
    send(rpc, sign(alice, 0))
    assert rpc("eth_getTransactionReceipt", later)["result"]["blockNumber"] == "0x1"
    assert rpc("txpool_status")["result"] == {"pending": "0x0", "queued": "0x0"}


def test_the_pending_block_shows_what_waits_and_changes_nothing(local, rpc, sign, alice):
    local.node.seal_at_once = False
    sent = send(rpc, sign(alice, 0))["result"]
    pending = rpc("eth_getBlockByNumber", "pending", False)["result"]
    assert (pending["number"], pending["hash"], pending["transactions"]) == ("0x1", None, [sent])
    assert rpc("eth_getTransactionCount", alice.address, "pending")["result"] == "0x1"
    assert local.chain.head.number == 0
    assert rpc("txpool_status")["result"]["pending"] == "0x1"


def test_a_call_that_reverts_is_code_3_with_data(rpc, deployed):
    data = deployed.encode_abi("count", args=[b"\x01" * 32, 1000])
    for method in ("eth_call", "eth_estimateGas"):
        error = rpc(method, {"to": deployed.address, "data": data})["error"]
        assert (error["code"], error["message"]) == (3, "execution reverted: counter: amount too large")
        assert error["data"].startswith("0x08c379a0")


def test_a_call_changes_nothing(rpc, deployed, local):
    data = deployed.encode_abi("count", args=[b"\x01" * 32, 5])
    root = local.chain.head.header.state_root
    assert rpc("eth_call", {"to": deployed.address, "data": data}, "latest")["result"] == "0x"
    assert local.chain.head.header.state_root == root
    assert deployed.functions.totals(b"\x01" * 32).call() == 0


def test_an_estimate_is_enough_and_not_far_above(rpc, deployed, sign, alice):
    data = deployed.encode_abi("count", args=[b"\x01" * 32, 5])
    request = {"to": deployed.address, "data": data, "from": alice.address}
    gas = int(rpc("eth_estimateGas", request)["result"], 16)
    receipt = rpc("eth_sendRawTransactionSync", "0x" + sign(alice, 1, to=deployed.address, data=data, gas=gas).hex())
    used = int(receipt["result"]["gasUsed"], 16)
    assert receipt["result"]["status"] == "0x1"
    assert used <= gas <= used * 1.05


def test_too_little_gas_is_told(rpc, deployed):
    data = deployed.encode_abi("count", args=[b"\x01" * 32, 5])
    error = rpc("eth_call", {"to": deployed.address, "data": data, "gas": hex(30_000)})["error"]
    assert (error["code"], error["message"]) == (-32000, "out of gas")
    error = rpc("eth_estimateGas", {"to": deployed.address, "data": data, "gas": hex(30_000)})["error"]
    assert error["message"] == "gas required exceeds allowance (30000)"
    error = rpc("eth_call", {"to": deployed.address, "data": data, "gas": hex(100)})["error"]
    assert "intrinsic gas too low: have 100, want" in error["message"]


def test_overrides_hold_for_one_call(rpc, deployed, alice):
    request = {"from": alice.address, "to": "0x" + "55" * 20, "value": "0x5"}
    assert "insufficient funds" in rpc("eth_call", request)["error"]["message"]
    assert rpc("eth_call", request, "latest", {alice.address: {"balance": "0x5"}})["result"] == "0x"
    code = {"0x" + "55" * 20: {"code": "0x602a60005260206000f3"}}
    answer = rpc("eth_call", {"to": "0x" + "55" * 20}, "latest", code)["result"]
    assert int(answer, 16) == 42


TELL = {"timestamp": "0x4260005260206000f3", "number": "0x4360005260206000f3", "coinbase": "0x4160005260206000f3"}
"""Contracts that return one word of the block they run in."""


def block_word(rpc, word, tag="latest", *block_overrides):
    code = {"0x" + "55" * 20: {"code": TELL[word]}}
    answer = rpc("eth_call", {"to": "0x" + "55" * 20}, tag, code, *block_overrides)
    return int(answer["result"], 16)


def test_a_pending_call_runs_in_the_next_block(rpc, deployed, local):
    """On a quiet chain the head is hours old; what is allowed now must not be refused for the head's time."""
    head = local.chain.head.header
    local.set_time(head.timestamp + 5000)
    assert block_word(rpc, "timestamp") == head.timestamp
    assert block_word(rpc, "timestamp", "pending") == head.timestamp + 5000
    assert block_word(rpc, "number", "pending") == head.block_number + 1


def test_block_overrides_hold_for_one_call_and_unknown_ones_are_refused(rpc, deployed):
    assert block_word(rpc, "timestamp", "latest", {"time": "0x77"}) == 0x77
    assert block_word(rpc, "number", "latest", {"number": "0x9"}) == 9
    assert block_word(rpc, "coinbase", "latest", {"feeRecipient": "0x" + "22" * 20}) == int("22" * 20, 16)
    error = rpc("eth_call", {"to": deployed.address}, "latest", None, {"weather": "0x1"})["error"]
    assert (error["code"], "weather" in error["message"]) == (-32602, True)


@pytest.mark.parametrize(
    ("request_fields", "message"),
    [
        ({"colour": "red"}, "invalid argument 0.colour: unknown field"),
        ({"data": "0x01", "input": "0x02"}, 'both "data" and "input" are set and not equal'),
        ({"gasPrice": "0x1", "maxFeePerGas": "0x1"}, "both gasPrice and (maxFeePerGas or maxPriorityFeePerGas)"),
        ({"to": "0x12"}, "invalid argument 0.to: hex string has length 2, want 40"),
    ],
)
def test_call_objects_are_read_strictly(rpc, request_fields, message):
    error = rpc("eth_call", request_fields)["error"]
    assert error["code"] == -32602
    assert message in error["message"]


def test_an_access_list_names_the_slots_and_lowers_the_gas(rpc, deployed):
    data = deployed.encode_abi("count", args=[b"\x01" * 32, 5])
    answer = rpc("eth_createAccessList", {"to": deployed.address, "data": data})["result"]
    assert [entry["address"] for entry in answer["accessList"]] == [deployed.address.lower()]
    assert len(answer["accessList"][0]["storageKeys"]) == 1
    data = deployed.encode_abi("count", args=[b"\x01" * 32, 1000])
    answer = rpc("eth_createAccessList", {"to": deployed.address, "data": data})["result"]
    assert answer["error"] == "execution reverted: counter: amount too large"


def test_subscriptions_are_not_offered_over_http(rpc):
    assert rpc("eth_subscribe", "newHeads")["error"] == {"code": -32601, "message": "notifications not supported"}


def test_a_london_chain_takes_dynamic_fees_and_has_a_base_fee(sign, alice, signer_key, tmp_path):
    from ledger.chain import Chain
    from ledger.genesis import new_clique_document, parse_genesis
    from ledger.node import Node
    from ledger.provider import ChainProvider
    from ledger.store import Store

    document = new_clique_document([signer_key.public_key.to_canonical_address()])
    document["config"]["londonBlock"] = 0
    document["alloc"] = {alice.address: {"balance": hex(10**18)}}
    with Store(tmp_path / "london") as store:
        chain = Chain.create(store, parse_genesis(document), lambda: 10, signer_key)
        provider = ChainProvider(Node(chain, seal_at_once=True))
        fee = int(provider.make_request("eth_gasPrice", [])["result"], 16)
        assert fee == 875_000_000
        raw = sign(alice, 0, maxFeePerGas=fee * 2, maxPriorityFeePerGas=7)
        receipt = provider.make_request("eth_sendRawTransactionSync", ["0x" + raw.hex()])["result"]
        assert int(receipt["effectiveGasPrice"], 16) == fee + 7
        assert receipt["type"] == "0x2"


def test_the_chain_of_another_package_needs_no_signature_of_ours(alice, sign):
    with local_chain(chain_id=99) as running:
        raw = "0x" + sign(alice, 0, chain_id=99).hex()
        assert "result" in running.w3.provider.make_request("eth_sendRawTransaction", [raw])
