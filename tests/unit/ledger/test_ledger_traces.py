"""Traces of transactions, blocks and calls, held against what the chain itself says of them."""

import itertools

import pytest
from eth_abi import encode
from eth_utils import keccak

from ledger.testing import local_chain

LABEL = b"\x07" * 32
SLOT = "0x" + keccak(encode(["uint256", "bytes32"], [1, LABEL])).hex()
HERE, THERE = "0x" + "55" * 20, "0x" + "66" * 20
STORE_42 = "0x602a60005500"


@pytest.fixture
def counted(rpc, deployed, alice, sign):
    """count(LABEL, 5), count(LABEL, 6) and a count that reverts: their transaction hashes."""
    return [
        rpc(
            "eth_sendRawTransaction", "0x" + sign(alice, nonce, to=deployed.address, data=data(deployed, amount)).hex()
        )["result"]
        for nonce, amount in ((1, 5), (2, 6), (3, 5000))
    ]


def data(deployed, amount):
    return bytes.fromhex(deployed.encode_abi("count", args=[LABEL, amount])[2:])


def receipt(rpc, transaction_hash):
    return rpc("eth_getTransactionReceipt", transaction_hash)["result"]


def trace(rpc, transaction_hash, **config):
    return rpc("debug_traceTransaction", transaction_hash, config)["result"]


def test_the_struct_logs_add_up_to_the_receipts_gas(rpc, counted):
    for transaction_hash, failed in zip(counted, (False, False, True), strict=True):
        traced, sealed = trace(rpc, transaction_hash), receipt(rpc, transaction_hash)
        logs = traced["structLogs"]
        assert traced["failed"] == failed == (sealed["status"] == "0x0")
        assert hex(traced["gas"]) == sealed["gasUsed"]
        for step, following in itertools.pairwise(logs):
            assert step["gas"] - step["gasCost"] == following["gas"]
        assert logs[-1]["op"] == ("REVERT" if failed else "STOP")
        assert {step["depth"] for step in logs} == {1}
    assert b"counter: amount too large".hex() in trace(rpc, counted[2])["returnValue"]


def test_the_struct_logs_show_what_they_are_asked_for(rpc, counted):
    steps = trace(rpc, counted[1])["structLogs"]
    assert "memory" not in steps[-1]
    (stored,) = [step for step in steps if step["op"] == "SSTORE"]
    assert stored["storage"] == {SLOT: f"0x{11:064x}"}
    assert stored["stack"][-1] == hex(int(SLOT, 16))
    bare = trace(rpc, counted[1], disableStack=True, disableStorage=True, enableMemory=True, limit=40)["structLogs"]
    assert len(bare) == 40
    assert all("stack" not in step and "storage" not in step for step in bare)
    assert any(len(step.get("memory", ())) > 0 and len(step["memory"][0]) == 66 for step in bare)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("0x6001600157", "invalid jump destination"),
        ("0xfe", "invalid opcode: INVALID"),
        ("0x0c", "opcode 0xc not defined"),
    ],
)
def test_an_error_while_an_instruction_runs_is_the_calls_and_not_the_steps_as_in_geth(rpc, local, code, said):
    override = {HERE: {"code": code}}
    traced = rpc("debug_traceCall", {"to": HERE}, "latest", {"stateOverrides": override})["result"]
    assert traced["failed"]
    assert "error" not in traced["structLogs"][-1]
    config = {"stateOverrides": override, "tracer": "callTracer"}
    assert rpc("debug_traceCall", {"to": HERE}, "latest", config)["result"]["error"].endswith(said)


def test_an_instruction_that_cannot_be_paid_for_is_told_with_its_error(rpc, local):
    code = {HERE: {"code": STORE_42}}
    traced = rpc("debug_traceCall", {"to": HERE, "gas": hex(30_000)}, "latest", {"stateOverrides": code})["result"]
    last = traced["structLogs"][-1]
    assert (last["op"], last["error"]) == ("SSTORE", "out of gas")
    assert last["gasCost"] > last["gas"]


def calling(kind, target, value=0):
    """Code that calls `target` with all gas and stops."""
    push_value = f"60{value:02x}" if kind in ("f1", "f2") else ""
    return f"0x6000600060006000{push_value}73{target[2:]}5a{kind}5000"


@pytest.mark.parametrize(
    ("kind", "name"), [("f1", "CALL"), ("f2", "CALLCODE"), ("f4", "DELEGATECALL"), ("fa", "STATICCALL")]
)
def test_the_call_tracer_shows_calls_within_calls(rpc, kind, name):
    code = {HERE: {"code": calling(kind, THERE, 7), "balance": "0x64"}, THERE: {"code": STORE_42}}
    config = {"tracer": "callTracer", "stateOverrides": code}
    top = rpc("debug_traceCall", {"to": HERE, "gas": hex(200_000)}, "latest", config)["result"]
    (inner,) = top["calls"]
    assert (top["type"], top["from"], top["to"], top["gas"]) == ("CALL", "0x" + "00" * 20, HERE, hex(200_000))
    assert (inner["type"], inner["from"], inner["to"]) == (name, HERE, THERE)
    assert ("error" in inner, inner.get("error")) == ((True, "write protection") if kind == "fa" else (False, None))
    assert inner.get("value") == {"f1": "0x7", "f2": "0x7", "f4": "0x0", "fa": None}[kind]
    assert int(inner["gasUsed"], 16) <= int(inner["gas"], 16) < 200_000
    alone = {**config, "tracerConfig": {"onlyTopCall": True}}
    assert "calls" not in rpc("debug_traceCall", {"to": HERE}, "latest", alone)["result"]


def test_a_calls_cost_counts_what_it_hands_on_and_a_creations_does_not(rpc):
    code = {HERE: {"code": calling("f1", THERE)}, THERE: {"code": STORE_42}}
    config = {"stateOverrides": code}
    steps = rpc("debug_traceCall", {"to": HERE, "gas": hex(200_000)}, "latest", config)["result"]["structLogs"]
    call = next(step for step in steps if step["op"] == "CALL")
    inner = next(step for step in steps if step["depth"] == 2)
    assert call["gasCost"] == inner["gas"] + 2_600
    code = {HERE: {"code": "0x600060006000f000"}}
    steps = rpc("debug_traceCall", {"to": HERE}, "latest", {"stateOverrides": code})["result"]["structLogs"]
    assert next(step for step in steps if step["op"] == "CREATE")["gasCost"] == 32_000


def test_the_call_tracer_tells_of_creation_logs_reverts_and_selfdestruct(rpc, counted, deployed, alice):
    made = receipt(rpc, rpc("eth_getBlockByNumber", "0x1", False)["result"]["transactions"][0])
    frame = trace(rpc, made["transactionHash"], tracer="callTracer")
    assert (frame["type"], frame["to"], frame["gasUsed"]) == ("CREATE", made["contractAddress"], made["gasUsed"])
    assert frame["output"] == rpc("eth_getCode", made["contractAddress"])["result"]
    logged = trace(rpc, counted[0], tracer="callTracer", tracerConfig={"withLog": True})
    (log,) = receipt(rpc, counted[0])["logs"]
    assert logged["logs"] == [
        {**{key: log[key] for key in ("address", "topics", "data")}, "index": "0x0", "position": "0x0"}
    ]
    failed = trace(rpc, counted[2], tracer="callTracer")
    assert (failed["error"], failed["gasUsed"]) == ("execution reverted", receipt(rpc, counted[2])["gasUsed"])
    assert failed["output"].startswith("0x08c379a0")
    assert failed["revertReason"] == "counter: amount too large"
    config = {"tracer": "callTracer", "stateOverrides": {HERE: {"code": f"0x73{THERE[2:]}ff", "balance": "0x9"}}}
    (ended,) = rpc("debug_traceCall", {"to": HERE}, "latest", config)["result"]["calls"]
    assert (ended["type"], ended["from"], ended["to"], ended["value"]) == ("SELFDESTRUCT", HERE, THERE, "0x9")


def test_the_prestate_is_what_was_there_before(rpc, counted, deployed, alice):
    contract, sender = deployed.address.lower(), alice.address.lower()
    before = trace(rpc, counted[1], tracer="prestateTracer")
    assert before[contract]["storage"] == {SLOT: f"0x{5:064x}"}
    assert before[contract]["code"] == rpc("eth_getCode", contract)["result"]
    assert before[sender]["nonce"] == 2
    changed = trace(rpc, counted[1], tracer="prestateTracer", tracerConfig={"diffMode": True})
    assert changed["pre"][contract]["storage"] == {SLOT: f"0x{5:064x}"}
    assert changed["post"] == {contract: {"storage": {SLOT: f"0x{11:064x}"}}, sender: {"nonce": 3}}
    made = rpc("eth_getBlockByNumber", "0x1", False)["result"]["transactions"][0]
    created = trace(rpc, made, tracer="prestateTracer", tracerConfig={"diffMode": True})
    assert contract not in created["pre"]
    assert created["post"][contract]["code"] == before[contract]["code"]


def test_a_block_is_traced_transaction_by_transaction(sign, alice, bob):
    with local_chain() as running:
        ask = running.w3.provider.make_request
        running.node.seal_at_once = False
        sent = [ask("eth_sendRawTransaction", ["0x" + sign(who, 0).hex()])["result"] for who in (alice, bob)]
        sent.append(ask("eth_sendRawTransaction", ["0x" + sign(alice, 1).hex()])["result"])
        sealed = running.node.seal_waiting(running.chain.earliest_timestamp()).block
        config = {"tracer": "prestateTracer", "tracerConfig": {"diffMode": True}}
        traced = ask("debug_traceBlockByNumber", ["0x1", config])["result"]
        assert sorted(entry["txHash"] for entry in traced) == sorted(sent)
        nonces = {
            entry["txHash"]: [account["nonce"] for account in entry["result"]["post"].values()] for entry in traced
        }
        assert [nonces[transaction_hash] for transaction_hash in sent] == [[1], [1], [2]]
        assert ask("debug_traceBlockByHash", ["0x" + sealed.header.hash.hex(), config])["result"] == traced
        assert ask("debug_traceBlock", ["0x" + sealed.raw.hex(), config])["result"] == traced
        alone = [ask("debug_traceTransaction", [entry["txHash"], config])["result"] for entry in traced]
        assert alone == [entry["result"] for entry in traced]


@pytest.mark.parametrize(
    ("method", "params", "code", "words"),
    [
        ("debug_traceTransaction", ["0x" + "12" * 32], -32000, "transaction not found"),
        ("debug_traceBlockByNumber", ["0x0"], -32000, "genesis is not traceable"),
        ("debug_traceBlockByNumber", ["0x99"], -32000, "block #153 not found"),
        ("debug_traceBlockByNumber", ["3"], -32602, "hex string without 0x prefix"),
        ("debug_traceBlockByHash", ["0x" + "12" * 32], -32000, "not found"),
        ("debug_traceBlock", ["0xc0"], -32602, "could not decode block"),
        ("debug_traceCall", [{"to": "0x1"}, "latest"], -32602, "argument 0.to"),
        ("debug_traceCall", [{}, "latest", {"tracer": "{result: 1}"}], -32602, "only callTracer and prestateTracer"),
        ("debug_traceCall", [{}, "latest", {"colour": 1}], -32602, "argument 2.colour: unknown field"),
        ("debug_traceCall", [{}, "latest", {"limit": "0x1"}], -32602, "argument 2.limit"),
        ("debug_storageRangeAt", ["0x" + "12" * 32, 0, HERE, "0x", 1], -32000, "header not found"),
    ],
)
def test_what_cannot_be_traced_is_refused(rpc, method, params, code, words):
    error = rpc(method, *params)["error"]
    assert (error["code"], words in error["message"]) == (code, True), error


def test_storage_is_listed_in_the_order_of_the_hashes_page_by_page(rpc, deployed, alice, sign):
    labels = [bytes([n]) * 32 for n in range(1, 8)]
    for nonce, label in enumerate(labels, start=1):
        encoded = deployed.encode_abi("count", args=[label, nonce])
        rpc(
            "eth_sendRawTransaction",
            "0x" + sign(alice, nonce, to=deployed.address, data=bytes.fromhex(encoded[2:])).hex(),
        )
    block = rpc("eth_getBlockByNumber", "latest", False)["result"]
    slots = [keccak(keccak(encode(["uint256", "bytes32"], [1, label]))) for label in labels]
    expected = {"0x" + slot.hex(): f"0x{index:064x}" for index, slot in enumerate(slots, start=1)}
    for index, count in ((1, 7), (0, 6)):
        found, start, pages = {}, "0x", 0
        while start is not None:
            page = rpc("debug_storageRangeAt", block["hash"], index, deployed.address, start, 3)["result"]
            found.update({key: entry["value"] for key, entry in page["storage"].items()})
            start, pages = page["nextKey"], pages + 1
        assert list(found) == sorted(found)
        assert found == dict(list(expected.items())[:count]) == {k: v for k, v in expected.items() if k in found}
        assert pages == -(-count // 3)
