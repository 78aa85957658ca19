"""Logs, filters and subscriptions."""

import json

import pytest

from ledger.errors import LimitExceededError
from ledger.records import SECTION_BLOCKS
from ledger.rpc.filters import IDLE_SECONDS_MAX, FilterMethods
from ledger.rpc.logs import LogMethods, parse_filter
from ledger.rpc.subscriptions import SUBSCRIPTIONS_MAX, Subscriptions

LABELS = [bytes([n]) * 32 for n in (1, 2, 3)]


@pytest.fixture
def count(rpc, deployed, sign, alice):
    """count(nonce, label) seals one log under the label."""

    def make(nonce, label):
        data = deployed.encode_abi("count", args=[label, 1])
        return rpc("eth_sendRawTransaction", "0x" + sign(alice, nonce, to=deployed.address, data=data).hex())["result"]

    return make


@pytest.fixture
def counted(count):
    """Blocks 2, 3, 4 and 5 carry labels 0, 1, 2 and 0."""
    return [count(nonce, LABELS[index]) for nonce, index in ((1, 0), (2, 1), (3, 2), (4, 0))]


@pytest.fixture
def topic(deployed):
    return "0x" + deployed.events.Counted().topic.removeprefix("0x")


def blocks_of(answer):
    return [int(log["blockNumber"], 16) for log in answer["result"]]


def hexed(label):
    return "0x" + label.hex()


def test_every_form_of_filter_finds_its_logs(rpc, counted, deployed, topic, alice):
    everything = {"fromBlock": "earliest", "toBlock": "latest"}
    who = "0x" + "00" * 12 + alice.address[2:].lower()
    cases = [
        ({}, [2, 3, 4, 5]),
        ({"address": deployed.address}, [2, 3, 4, 5]),
        ({"address": [deployed.address, "0x" + "99" * 20]}, [2, 3, 4, 5]),
        ({"address": "0x" + "99" * 20}, []),
        ({"address": []}, [2, 3, 4, 5]),
        ({"topics": [topic]}, [2, 3, 4, 5]),
        ({"topics": [None, who]}, [2, 3, 4, 5]),
        ({"topics": [topic, None, hexed(LABELS[1])]}, [3]),
        ({"topics": [[topic], [], [hexed(LABELS[0]), hexed(LABELS[2])]]}, [2, 4, 5]),
        ({"topics": [hexed(LABELS[0])]}, []),
        ({"topics": [None, None, None, None]}, []),
        ({"topics": []}, [2, 3, 4, 5]),
    ]
    for request, expected in cases:
        assert blocks_of(rpc("eth_getLogs", {**everything, **request})) == expected, request


def test_ranges_hashes_and_defaults(rpc, counted):
    assert blocks_of(rpc("eth_getLogs", {"fromBlock": "0x3", "toBlock": "0x4"})) == [3, 4]
    assert blocks_of(rpc("eth_getLogs", {})) == [5]
    block_hash = rpc("eth_getBlockByNumber", "0x3", False)["result"]["hash"]
    assert blocks_of(rpc("eth_getLogs", {"blockHash": block_hash})) == [3]


@pytest.mark.parametrize(
    ("request_fields", "code", "words"),
    [
        ({"fromBlock": "0x3", "toBlock": "0x2"}, -32602, "invalid block range params"),
        ({"fromBlock": "0x0", "toBlock": "0x99"}, -32602, "block range extends beyond current head block"),
        ({"blockHash": "0x" + "12" * 32, "fromBlock": "0x0"}, -32602, "cannot specify both BlockHash"),
        ({"blockHash": "0x" + "12" * 32}, -32000, "unknown block"),
        ({"topics": ["0x" + "00" * 32] * 5}, -32602, "exceed max topics"),
        ({"topics": ["0x12"]}, -32602, "hex string has length 2, want 64"),
        ({"address": 5}, -32602, "invalid addresses in query"),
        ({"address": ["0x" + "11" * 20] * 1001}, -32005, "too many addresses"),
        ({"topics": [["0x" + "11" * 32] * 1001]}, -32005, "too many topics"),
    ],
)
def test_wrong_filters_are_refused(rpc, counted, request_fields, code, words):
    error = rpc("eth_getLogs", request_fields)["error"]
    assert error["code"] == code
    assert words in error["message"]


def test_too_wide_a_range_and_too_many_results_are_refused(local, counted):
    everything = {"fromBlock": "0x0", "toBlock": "latest"}
    assert len(LogMethods(local.chain, 6, 4).get_logs([everything])) == 4
    with pytest.raises(Exception, match="block range too large: 6 blocks, limit 5"):
        LogMethods(local.chain, block_range_max=5).get_logs([everything])
    with pytest.raises(Exception, match="query returned more than 3 results"):
        LogMethods(local.chain, results_max=3).get_logs([everything])


def test_too_many_look_ups_in_the_index_are_refused(local, monkeypatch):
    """Each address and topic is looked for in each section of the range."""
    monkeypatch.setattr("ledger.rpc.logs.LOOK_UPS_MAX", 12)
    methods, chosen = (
        LogMethods(local.chain),
        parse_filter({"address": "0x" + "11" * 20, "topics": [["0x" + "22" * 32, "0x" + "33" * 32]]}),
    )
    assert methods.between(chosen, 1, 4 * SECTION_BLOCKS - 1) == []
    with pytest.raises(LimitExceededError, match=r"3 addresses and topics in 256 blocks.*fewer"):
        methods.between(chosen, 1, 4 * SECTION_BLOCKS)


def test_a_log_says_where_it_stands(rpc, counted, deployed):
    log = rpc("eth_getLogs", {"fromBlock": "0x2", "toBlock": "0x2"})["result"][0]
    assert log["transactionHash"] == counted[0]
    assert (log["logIndex"], log["transactionIndex"], log["removed"]) == ("0x0", "0x0", False)
    assert log["address"] == deployed.address.lower()


def test_a_log_filter_gives_each_log_once(rpc, count, counted, deployed):
    identity = rpc("eth_newFilter", {"address": deployed.address, "fromBlock": "0x0"})["result"]
    assert blocks_of(rpc("eth_getFilterChanges", identity)) == [2, 3, 4, 5]
    assert rpc("eth_getFilterChanges", identity)["result"] == []
    count(5, LABELS[1])
    assert blocks_of(rpc("eth_getFilterChanges", identity)) == [6]
    assert blocks_of(rpc("eth_getFilterLogs", identity)) == [2, 3, 4, 5, 6]
    assert rpc("eth_uninstallFilter", identity)["result"] is True
    assert rpc("eth_uninstallFilter", identity)["result"] is False
    assert rpc("eth_getFilterChanges", identity)["error"]["message"] == "filter not found"


def test_a_log_filter_forgets_nothing_that_it_could_not_tell(local, counted):
    filters = FilterMethods(local.node, LogMethods(local.chain, block_range_max=5))
    identity = filters.new_filter([{"fromBlock": "earliest"}])
    for _ in range(2):
        with pytest.raises(LimitExceededError, match="block range too large: 6 blocks"):
            filters.changes([identity])


def test_block_and_pending_filters(rpc, count):
    blocks = rpc("eth_newBlockFilter")["result"]
    pending = rpc("eth_newPendingTransactionFilter")["result"]
    sent = count(1, LABELS[0])
    assert rpc("eth_getFilterChanges", blocks)["result"] == [
        rpc("eth_getBlockByNumber", "latest", False)["result"]["hash"]
    ]
    assert rpc("eth_getFilterChanges", pending)["result"] == [sent]
    assert rpc("eth_getFilterChanges", pending)["result"] == []
    assert rpc("eth_getFilterLogs", blocks)["error"]["message"] == "filter not found"


def test_filters_are_forgotten_when_idle_and_limited_in_number(local):
    now = [0.0]
    methods = FilterMethods(local.node, LogMethods(local.chain), clock=lambda: now[0])
    identity = methods.new_block_filter([])
    now[0] += IDLE_SECONDS_MAX + 1
    with pytest.raises(Exception, match="filter not found"):
        methods.changes([identity])
    for _ in range(1000):
        methods.new_block_filter([])
    with pytest.raises(Exception, match="too many open filters"):
        methods.new_block_filter([])


def test_subscribers_hear_of_heads_logs_and_pending_transactions(local, count, deployed):
    heard = []
    subscriptions = Subscriptions(local.node, heard.append)
    heads = subscriptions.subscribe(["newHeads"])
    logs = subscriptions.subscribe(["logs", {"topics": [None, None, hexed(LABELS[0])]}])
    pending = subscriptions.subscribe(["newPendingTransactions"])
    full = subscriptions.subscribe(["newPendingTransactions", True])
    sent = count(1, LABELS[0])
    count(2, LABELS[1])
    told = [json.loads(message)["params"] for message in heard]
    by_id = {name: [t["result"] for t in told if t["subscription"] == name] for name in (heads, logs, pending, full)}
    assert [int(head["number"], 16) for head in by_id[heads]] == [2, 3]
    assert [log["transactionHash"] for log in by_id[logs]] == [sent]
    assert by_id[pending][0] == by_id[full][0]["hash"] == sent
    assert subscriptions.unsubscribe([heads]) is True
    with pytest.raises(Exception, match="subscription not found"):
        subscriptions.unsubscribe([heads])
    subscriptions.close()
    before = len(heard)
    count(3, LABELS[2])
    assert len(heard) == before


def test_unknown_and_too_many_subscriptions_are_refused(local):
    subscriptions = Subscriptions(local.node, print)
    with pytest.raises(Exception, match='no "weather" subscription'):
        subscriptions.subscribe(["weather"])
    for _ in range(SUBSCRIPTIONS_MAX):
        subscriptions.subscribe(["newHeads"])
    with pytest.raises(Exception, match="too many subscriptions"):
        subscriptions.subscribe(["newHeads"])
    subscriptions.close()
