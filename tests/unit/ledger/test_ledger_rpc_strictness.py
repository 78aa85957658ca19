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


WHOLE = {
    "from": ADDRESS,
    "to": ADDRESS,
    "gas": "0x30000",
    "value": "0x0",
    "input": "0x1234",
    "nonce": "0x0",
    "type": "0x0",
}
LISTED = {**WHOLE, "gasPrice": "0x0", "accessList": [{"address": ADDRESS, "storageKeys": [HASH]}]}
PRICED = {**WHOLE, "maxFeePerGas": "0x0", "maxPriorityFeePerGas": "0x0", "authorizationList": [], "blobs": []}
STATE = {ADDRESS: {"balance": "0x5", "nonce": "0x1", "code": "0x6001", "stateDiff": {HASH: HASH}}}
BLOCK = {"number": "0x99", "time": "0x99", "gasLimit": "0x999999", "baseFeePerGas": "0x0", "feeRecipient": ADDRESS}
SIMULATED = {
    "blockOverrides": {"time": hex(1 << 40), "difficulty": "0x2", "prevRandao": HASH},
    "calls": [LISTED, PRICED],
}
FILTER = {"fromBlock": "0x0", "toBlock": "latest", "address": [ADDRESS], "topics": [None, [HASH, HASH]]}
TRACE = {"enableMemory": True, "disableStack": False, "limit": 5, "timeout": "5s", "reexec": 5, "tracer": "callTracer"}
WELL_FORMED = {
    "eth_call": [LISTED, "latest", STATE, BLOCK],
    "eth_estimateGas": [PRICED, {"blockNumber": "0x1"}, STATE, BLOCK],
    "eth_createAccessList": [LISTED, {"blockNumber": "0x0"}, STATE],
    "eth_callMany": [
        [{"transactions": [LISTED], "blockOverride": {"timestamp": "0x9"}}],
        {"blockNumber": "0x1"},
        STATE,
        5,
    ],
    "eth_simulateV1": [{"blockStateCalls": [{**SIMULATED, "stateOverrides": STATE}], "validation": False}, "latest"],
    "eth_getLogs": [FILTER],
    "eth_newFilter": [FILTER],
    "eth_feeHistory": ["0x2", "latest", [1, 50, 99.5]],
    "eth_getProof": [ADDRESS, [HASH, "0x0"], "latest"],
    "eth_getStorageValues": [{ADDRESS: [HASH, "0x0"]}, "latest"],
    "eth_getStorageAt": [ADDRESS, "0x0", {"blockNumber": "0x1"}],
    "debug_traceCall": [LISTED, "latest", {**TRACE, "stateOverrides": STATE, "blockOverrides": BLOCK}],
    "debug_traceBlockByNumber": ["0x1", TRACE],
    "debug_storageRangeAt": [HASH, 0, ADDRESS, "0x00", 10],
}
"""Everything that these methods can be given, in one right form; one place of it after the other is spoilt."""


def places(value, path=()):
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield (*path, key)
        yield from places(part, (*path, key))


def spoilt(value, path, junk):
    if not path:
        return junk
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = spoilt(value[path[0]], path[1:], junk)
    return copied


@pytest.mark.parametrize("method", WELL_FORMED)
def test_no_place_in_what_a_method_takes_leads_to_an_internal_error(local, rpc, deployed, method):
    dispatcher = build_dispatcher(local.node)
    right = WELL_FORMED[method]
    for path in places(right):
        for junk in JUNK:
            request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": spoilt(right, path, junk)}
            error = dispatcher.answer(request).get("error")
            assert error is None or error["code"] != -32603, (path, junk, error)


def test_lax_numbers_are_refused_in_every_place_where_a_number_stands(local, rpc, deployed):
    dispatcher = build_dispatcher(local.node)
    for method, right in WELL_FORMED.items():
        for path in places(right):
            if path[-1] not in (
                "gas",
                "value",
                "nonce",
                "type",
                "gasPrice",
                "maxFeePerGas",
                "balance",
                "number",
                "time",
            ):
                continue
            for number in WRONG_NUMBERS[:6]:
                request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": spoilt(right, path, number)}
                error = dispatcher.answer(request)["error"]
                assert (error["code"], path[-1] in error["message"]) == (-32602, True), (path, number, error)
