"""eth_simulateV1 on a chain of ours: blocks that would be, and what is refused in them."""

import pytest

from ledger.genesis import parse_genesis
from ledger.node import Node
from ledger.provider import ChainProvider

RICH, POOR = "0x" + "c0" * 20, "0x" + "c1" * 20
HERE = "0x" + "55" * 20
NUMBER = "0x4360005260206000f3"
TIME = "0x4260005260206000f3"
LAST_HASH = "0x600143034060005260206000f3"
WITHDRAWALS, STOP = "0x00000961ef480eb55e80d19ad83579a64c007002", "0x00"
"""Where EIP-7002 asks for withdrawals."""
REVERT = "0x63deadbeef6000526004601cfd"


def simulate(rpc, *blocks, base="latest", **options):
    return rpc("eth_simulateV1", {"blockStateCalls": list(blocks), **options}, base)


def coins(amount=1000):
    return {"stateOverrides": {RICH: {"balance": hex(amount)}}}


def pay(amount=1000, sender=RICH, receiver=POOR):
    return {"from": sender, "to": receiver, "value": hex(amount)}


def test_what_one_call_did_the_next_ones_see_across_blocks(rpc, deployed):
    answer = simulate(rpc, {**coins(), "calls": [pay()]}, {"calls": [pay(400, POOR, HERE), pay(600, POOR, HERE)]})
    first, second = answer["result"]
    assert [call["status"] for call in first["calls"] + second["calls"]] == ["0x1"] * 3
    assert (first["number"], second["number"]) == ("0x2", "0x3")
    assert second["parentHash"] == first["hash"]
    assert first["parentHash"] == rpc("eth_getBlockByNumber", "latest", False)["result"]["hash"]
    assert int(second["timestamp"], 16) > int(first["timestamp"], 16)
    assert second["gasUsed"] == hex(42_000)
    assert rpc("eth_getBalance", HERE)["result"] == "0x0"


def test_calls_see_the_block_they_are_in_and_the_blocks_before_it(rpc, deployed):
    code = {HERE: {"code": NUMBER}, POOR: {"code": TIME}, RICH: {"code": LAST_HASH}}
    calls = [{"to": HERE}, {"to": POOR}, {"to": RICH}]
    blocks = [
        {"stateOverrides": code, "calls": calls},
        {"blockOverrides": {"number": "0x10", "time": hex(1 << 40)}, "calls": calls},
    ]
    answers = simulate(rpc, *blocks)["result"]
    assert [int(block["number"], 16) for block in answers] == list(range(2, 17))
    for block in (answers[0], answers[-1]):
        number, time, before = (call["returnData"] for call in block["calls"])
        assert (int(number, 16), int(time, 16)) == (int(block["number"], 16), int(block["timestamp"], 16))
        assert before == block["parentHash"]
    assert answers[-1]["timestamp"] == hex(1 << 40)


def test_a_simulated_block_is_what_a_sealed_one_would_be(rpc, local, deployed, alice, sign):
    """The same call, simulated and then really sealed, leads to the same state."""
    data = deployed.encode_abi("count", args=[b"\x07" * 32, 5])
    call = {"from": alice.address, "to": deployed.address, "data": data, "gas": hex(100_000)}
    (simulated,) = simulate(rpc, {"calls": [call]})["result"]
    raw = "0x" + sign(alice, 1, to=deployed.address, data=bytes.fromhex(data[2:])).hex()
    receipt = rpc("eth_sendRawTransactionSync", raw)["result"]
    sealed = rpc("eth_getBlockByNumber", "latest", False)["result"]
    assert simulated["stateRoot"] == sealed["stateRoot"]
    assert simulated["receiptsRoot"] == sealed["receiptsRoot"]
    assert simulated["logsBloom"] == sealed["logsBloom"]
    (ran,) = simulated["calls"]
    assert ran["gasUsed"] == receipt["gasUsed"]
    assert [log["topics"] for log in ran["logs"]] == [log["topics"] for log in receipt["logs"]]
    assert ran["logs"][0]["blockHash"] == simulated["hash"]


def test_full_transactions_are_shown_when_asked_for(rpc, deployed):
    (block,) = simulate(rpc, {**coins(), "calls": [pay()]}, returnFullTransactions=True)["result"]
    (shown,) = block["transactions"]
    assert (shown["from"], shown["to"], shown["value"], shown["nonce"]) == (RICH, POOR, "0x3e8", "0x0")
    assert (shown["r"], shown["s"], shown["blockHash"]) == ("0x0", "0x0", block["hash"])
    (short,) = simulate(rpc, {**coins(), "calls": [pay()]})["result"]
    assert short["transactions"] == [shown["hash"]]


def test_transfers_are_traced_as_logs_where_they_happened(rpc, counter, deployed):
    """RICH pays a contract that pays on, and another that takes the money and reverts."""
    forward = f"0x600060006000600034 73{POOR[2:]} 5af100".replace(" ", "")
    overrides = {"stateOverrides": {RICH: {"balance": "0x64"}, HERE: {"code": forward}}}
    (block,) = simulate(rpc, {**overrides, "calls": [pay(7, RICH, HERE)]}, traceTransfers=True)["result"]
    logs = block["calls"][0]["logs"]
    assert [log["address"] for log in logs] == ["0x" + "ee" * 20] * 2
    assert [log["topics"][1][-40:] for log in logs] == [RICH[2:], HERE[2:]]
    assert [int(log["data"], 16) for log in logs] == [7, 7]
    assert [log["logIndex"] for log in logs] == ["0x0", "0x1"]
    overrides["stateOverrides"][HERE] = {"code": REVERT}
    (block,) = simulate(rpc, {**overrides, "calls": [pay(7, RICH, HERE)]}, traceTransfers=True)["result"]
    assert block["calls"][0]["logs"] == []


def test_a_call_that_fails_is_told_in_its_place(rpc, deployed):
    data = deployed.encode_abi("count", args=[b"\x01" * 32, 1000])
    calls = [{"to": deployed.address, "data": data}, {"to": HERE, "gas": "0x10000"}, {"to": POOR}]
    codes = {"stateOverrides": {HERE: {"code": "0xfe"}}}
    (block,) = simulate(rpc, {**codes, "calls": calls})["result"]
    reverted, invalid, good = block["calls"]
    assert reverted["error"]["code"] == 3
    assert reverted["error"]["message"] == "execution reverted: counter: amount too large"
    assert invalid["error"] == {"code": -32015, "message": "invalid opcode: INVALID"}
    assert [call["status"] for call in block["calls"]] == ["0x0", "0x0", "0x1"]
    assert "error" not in good


def test_a_precompiled_contract_can_be_moved(rpc, deployed):
    moved = {"stateOverrides": {"0x" + "00" * 19 + "02": {"code": NUMBER, "movePrecompileToAddress": HERE}}}
    calls = [{"to": HERE, "data": "0x01"}, {"to": "0x" + "00" * 19 + "02"}]
    (block,) = simulate(rpc, {**moved, "calls": calls})["result"]
    assert block["calls"][0]["returnData"].startswith("0x4bf5122f344554c5")
    assert int(block["calls"][1]["returnData"], 16) == 2
    answer = rpc("eth_call", {"to": HERE, "data": "0x01"}, "latest", moved["stateOverrides"])["result"]
    assert answer == block["calls"][0]["returnData"]
    traced = rpc("debug_traceCall", {"to": HERE, "data": "0x01"}, "latest", moved)["result"]
    assert traced["returnValue"] == answer
    (watched,) = simulate(rpc, {**moved, "calls": calls}, traceTransfers=True)["result"]
    assert watched["calls"] == block["calls"]


@pytest.mark.parametrize("transfers", [False, True])
def test_a_log_of_a_call_that_failed_has_had_its_index(rpc, deployed, transfers):
    """As geth counts: logs of other calls keep the place that they had when they were made."""
    codes = {HERE: {"code": "0x60006000a060006000fd"}, POOR: {"code": "0x60006000a0"}}
    calls = [{"to": HERE}, {"to": POOR}, {"to": HERE}, {"to": POOR}]
    (block,) = simulate(rpc, {"stateOverrides": codes, "calls": calls}, traceTransfers=transfers)["result"]
    assert [[log["logIndex"] for log in call["logs"]] for call in block["calls"]] == [[], ["0x1"], [], ["0x3"]]


@pytest.fixture
def ask_on_cancun(new_chain):
    """ask(method, *params) on an empty chain with Cancun's rules."""
    forks = ("homestead", "eip150", "eip155", "eip158", "byzantium", "constantinople", "petersburg", "istanbul")
    config = dict.fromkeys([f"{name}Block" for name in (*forks, "berlin", "london")], 0)
    config |= {"chainId": 5, "terminalTotalDifficulty": 0, "shanghaiTime": 0, "cancunTime": 0}
    fields = {"difficulty": "0x0", "gasLimit": "0x1c9c380", "timestamp": "0x1", "alloc": {}}
    provider = ChainProvider(Node(new_chain("cancun", parse_genesis({"config": config, **fields}), None)))
    return lambda method, *params: provider.make_request(method, list(params))


def test_a_call_sees_the_hashes_of_its_blobs_and_pays_what_it_offers_for_them(ask_on_cancun):
    blob = "0x01" + "22" * 31
    code = {HERE: {"code": "0x60004960005260206000f3"}, RICH: {"balance": hex(10**18)}}
    call = {"from": RICH, "to": HERE, "gas": "0x10000", "blobVersionedHashes": [blob]}
    assert ask_on_cancun("eth_call", call, "latest", code)["result"] == blob
    block = {"stateOverrides": code, "blockOverrides": {"blobBaseFee": "0x7"}, "calls": [call]}
    code[HERE]["code"] = "0x4a60005260206000f3"
    (free,) = simulate(ask_on_cancun, block)["result"]
    assert int(free["calls"][0]["returnData"], 16) == 0
    call |= {"maxFeePerBlobGas": "0x7"}
    (paid,) = simulate(ask_on_cancun, block, returnFullTransactions=True)["result"]
    assert int(paid["calls"][0]["returnData"], 16) == 7
    assert paid["transactions"][0]["type"] == "0x3"
    assert paid["stateRoot"] != free["stateRoot"]
    call |= {"maxFeePerBlobGas": "0x6"}
    assert "blobBaseFee: 7" in simulate(ask_on_cancun, block)["error"]["message"]


def test_blobs_are_unknown_before_cancun(rpc, deployed):
    error = rpc("eth_call", {"to": HERE, "blobVersionedHashes": ["0x01" + "22" * 31]})["error"]
    assert (error["code"], "argument 0.blobVersionedHashes" in error["message"]) == (-32602, True)


@pytest.mark.parametrize(
    ("blocks", "options", "code"),
    [
        ([], {}, -32602),
        ([{}] * 257, {}, -38026),
        ([{"blockOverrides": {"number": hex(400)}}], {}, -38026),
        ([{"blockOverrides": {"number": "0x1"}}], {}, -38020),
        ([{"blockOverrides": {"time": "0x1"}}], {}, -38021),
        ([{"calls": [pay()]}], {}, -38014),
        ([{"calls": [{"from": RICH, "gas": "0x10"}]}], {}, -38013),
        ([{"calls": [{"from": RICH, "nonce": "0x5"}]}], {"validation": True}, -38011),
        ([{"blockOverrides": {"gasLimit": "0x5209"}, "calls": [{"gas": "0x520a"}]}], {}, -38015),
        ([{"stateOverrides": {RICH: {"movePrecompileToAddress": HERE}}}], {}, -32000),
        (
            [{"stateOverrides": {"0x" + "00" * 19 + "02": {"movePrecompileToAddress": "0x" + "00" * 19 + "02"}}}],
            {},
            -38022,
        ),
        ([{"colour": "red"}], {}, -32602),
        ([{"calls": [5]}], {}, -32602),
        ([{"calls": [{"to": "0x1"}]}], {}, -32602),
        ([{"blockOverrides": {"weather": "0x1"}}], {}, -32602),
    ],
)
def test_what_cannot_be_simulated_has_its_code(rpc, deployed, blocks, options, code):
    assert simulate(rpc, *blocks, **options)["error"]["code"] == code


def test_a_block_whose_fork_works_at_its_end_is_simulated_too(new_chain, genesis):
    """Prague asks contracts of its own for withdrawals, outside of any transaction that a tracer could know of."""
    document = {**genesis.document, "difficulty": "0x0", "extraData": "0x", "alloc": {WITHDRAWALS: {"code": STOP}}}
    config = {name: value for name, value in document["config"].items() if name != "clique"}
    forks = {"londonBlock": 0, "terminalTotalDifficulty": 0, "shanghaiTime": 0, "cancunTime": 0, "pragueTime": 0}
    ask = ChainProvider(
        Node(new_chain("prague", parse_genesis({**document, "config": {**config, **forks}})))
    ).make_request
    answer = ask("eth_simulateV1", [{"blockStateCalls": [{**coins(), "calls": [pay()]}]}, "latest"])
    assert answer["result"][0]["calls"][0]["status"] == "0x1"
    assert int(answer["result"][0]["requestsHash"], 16) > 0
