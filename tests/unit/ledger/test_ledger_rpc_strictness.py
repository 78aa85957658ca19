"""Parameters that are wrong: -32602 with the field, for every method, and never an internal error."""

import random

import pytest

from ledger.rpc.methods import build_dispatcher

SEED = 20170714
TRIALS_PER_METHOD = 150
ADDRESS, HASH = "0x" + "11" * 20, "0x" + "22" * 32
WRONG_NUMBERS = ["0x1_0", "0x+1", "0x-1", "0x 1", "0x1 ", "0x\u0661", "0x", "0x01", "1", "", "0xg", "0x" + "f" * 65]
WRONG_DATA = ["0x1", "0x 1", "0x12 34", "0x1_", "0x\u0661\u0661", "12", "0xzz"]
JUNK = [
    *WRONG_NUMBERS,
    *WRONG_DATA,
    *(None, True, 0, -1, 1.5, [], [[]], [None], {}, {"": None}, {"a": []}, "latest", "pending", "0x0", "0x1", "\ud800"),
    *(ADDRESS, HASH, [ADDRESS], [HASH], {ADDRESS: None}, {ADDRESS: []}, {ADDRESS: {}}, {ADDRESS: {"state": []}}),
    *({ADDRESS: {"stateDiff": {"0x0": "0x1"}}}, {ADDRESS: {"stateDiff": 5}}, {ADDRESS: {"balance": []}}, {ADDRESS: 5}),
    *({"to": []}, {"to": ADDRESS, "accessList": [[]]}, {"accessList": 5}, {"accessList": [{}]}, {"accessList": {}}),
    *(
        {"accessList": [{"address": ADDRESS, "storageKeys": 5}]},
        {"accessList": [{"address": ADDRESS, "storageKeys": {}}]},
    ),
    *({"blockHash": 5}, {"blockHash": HASH}, {"blockNumber": []}, {"fromBlock": {}}, {"topics": 5}, {"topics": [{}]}),
    *({"topics": [[5]]}, {"address": {}}, {"address": [5]}, {"time": []}, {"number": "0x1"}, {"gas": {}}, {"data": 5}),
    *({"tracer": 5}, {"tracer": "callTracer", "tracerConfig": []}, {"blockStateCalls": 5}, {"blockStateCalls": [5]}),
]


def refusal(rpc, method, *params):
    error = rpc(method, *params)["error"]
    return error["code"], error["message"]


@pytest.mark.parametrize("number", [*WRONG_NUMBERS, 1, [], {"a": 1}, True])
def test_a_number_is_a_hex_quantity_and_nothing_else(rpc, number):
    code, message = refusal(rpc, "eth_call", {"gas": number})
    assert (code, "argument 0.gas:" in message) == (-32602, True)
    assert refusal(rpc, "eth_getBlockTransactionCountByNumber", number)[0] == -32602


@pytest.mark.parametrize("data", [*WRONG_DATA, 1, [], {}, True])
def test_bytes_are_pairs_of_hex_digits_and_nothing_else(rpc, data):
    code, message = refusal(rpc, "eth_call", {"data": data})
    assert (code, "argument 0.data:" in message) == (-32602, True)
    assert refusal(rpc, "web3_sha3", data)[0] == -32602


@pytest.mark.parametrize(
    ("request_object", "field"),
    [
        ({"from": "0x1"}, "from"),
        ({"to": []}, "to"),
        ({"accessList": 5}, "accessList"),
        ({"accessList": [5]}, "accessList[0]"),
        ({"accessList": [[]]}, "accessList[0]"),
        ({"accessList": [{}]}, "accessList[0].address"),
        ({"accessList": [{"address": ADDRESS}, {"address": "0x1"}]}, "accessList[1].address"),
        ({"accessList": [{"address": ADDRESS, "storageKeys": {}}]}, "accessList[0].storageKeys"),
        ({"accessList": [{"address": ADDRESS, "storageKeys": [HASH, 5]}]}, "accessList[0].storageKeys[1]"),
        ({"accessList": [{"address": ADDRESS, "colour": "red"}]}, "accessList[0].colour"),
    ],
)
@pytest.mark.parametrize("method", ["eth_call", "eth_estimateGas", "eth_createAccessList"])
def test_the_field_of_a_call_object_is_named(rpc, method, request_object, field):
    code, message = refusal(rpc, method, request_object)
    assert (code, message.startswith(f"invalid argument 0.{field}: ")) == (-32602, True), message


@pytest.mark.parametrize(
    ("overrides", "field"),
    [
        ([], ""),
        ({"0x1": {}}, "0x1"),
        ({ADDRESS: 5}, ADDRESS),
        ({ADDRESS: {"balance": "0x-1"}}, f"{ADDRESS}.balance"),
        ({ADDRESS: {"nonce": []}}, f"{ADDRESS}.nonce"),
        ({ADDRESS: {"code": 5}}, f"{ADDRESS}.code"),
        ({ADDRESS: {"state": []}}, f"{ADDRESS}.state"),
        ({ADDRESS: {"stateDiff": {"0x0": HASH}}}, f"{ADDRESS}.stateDiff"),
        ({ADDRESS: {"stateDiff": {HASH: "0x0"}}}, f"{ADDRESS}.stateDiff.{HASH}"),
        ({ADDRESS: {"state": {}, "stateDiff": {}}}, ADDRESS),
        ({ADDRESS: {"colour": "red"}}, f"{ADDRESS}.colour"),
    ],
)
def test_the_field_of_an_override_is_named(rpc, overrides, field):
    code, message = refusal(rpc, "eth_call", {}, "latest", overrides)
    dotted = f".{field}" if field else ""
    assert (code, message.startswith(f"invalid argument 2{dotted}: ")) == (-32602, True), message


def test_no_method_answers_junk_with_an_internal_error(local, rpc, deployed):
    chooser = random.Random(SEED)
    dispatcher = build_dispatcher(local.node)
    for method in sorted(dispatcher.methods):
        for _ in range(TRIALS_PER_METHOD):
            params = [chooser.choice(JUNK) for _ in range(chooser.randint(0, 4))]
            error = dispatcher.answer({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).get("error")
            assert error is None or error["code"] != -32603, (method, params, error)


@pytest.mark.parametrize(
    ("method", "params", "field"),
    [
        ("eth_getLogs", [{"topics": {}}], "argument 0: invalid topics"),
        ("eth_getLogs", [{"topics": 0}], "argument 0: invalid topics"),
        ("eth_getLogs", [{"topic": [HASH]}], "argument 0.topic: unknown field"),
        ("eth_newFilter", [{"adress": ADDRESS}], "argument 0.adress: unknown field"),
        ("eth_getBalance", [ADDRESS, {"blockHash": HASH, "requireCanonical": 1}], "argument 1.requireCanonical"),
        ("eth_getBalance", [ADDRESS, {"blockNumber": "0x0", "colour": 1}], "argument 1.colour: unknown field"),
        ("debug_traceCall", [{}, "latest", {"timeout": 5}], "argument 2.timeout"),
        ("debug_traceCall", [{}, "latest", {"timeout": "5 s"}], "argument 2.timeout"),
        ("debug_traceCall", [{}, "latest", {"reexec": "0x1_0"}], "argument 2.reexec"),
        ("debug_traceCall", [{}, "latest", {"tracer": "callTracer", "limit": []}], "argument 2.limit"),
        ("eth_callMany", [[{}], {}, {}, "0x1_0"], "argument 3"),
        ("net_version", ["0x1_0"], "too many arguments"),
        ("txpool_status", [1], "too many arguments"),
        ("eth_newBlockFilter", [{}], "too many arguments"),
    ],
)
def test_what_a_method_does_not_know_is_refused_rather_than_ignored(rpc, method, params, field):
    code, message = refusal(rpc, method, *params)
    assert (code, field in message) == (-32602, True), message


def test_an_access_list_of_a_call_that_nobody_can_pay_for_is_refused_as_the_call_is(rpc):
    call = {"from": ADDRESS, "to": ADDRESS, "value": "0x1"}
    assert refusal(rpc, "eth_createAccessList", call) == refusal(rpc, "eth_call", call)


def test_durations_are_taken_as_go_writes_them(rpc):
    for duration in ("5s", "1h2m", "1.5s", "300ms", "0"):
        assert "result" in rpc("debug_traceCall", {}, "latest", {"timeout": duration, "reexec": 128})
