"""Several nodes as one: who falls silent or behind is asked no more, and no transaction gets two nonces."""

import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from eth_account import Account
from web3 import Web3

from chaincode.bindings import face
from chaincode.errors import LedgerRefusedError, LedgerUnavailableError
from chaincode.node import Node
from chaincode.node_words import Offer, is_no_answer, is_no_receipt, offer_meant
from chaincode.provider import NodeProvider
from chaincode.several import BEHIND_BLOCKS, COMPARE_SECONDS, REST_SECONDS, NodesProvider, provider_of
from chaincode.transactor import LAG_SECONDS, Transactor
from ledger.testing import local_chain

NOT_READY = {"code": -32000, "message": "invalid height: context did not contain latest block height in either check"}
BUSY = {"code": -32005, "message": "the node is busy: the call was not run within 20 s; try again"}
TIRED = {"code": -32000, "message": "execution aborted (timeout = 5s)"}
FOLLOWS = {"code": -32000, "message": "this node only follows; send transactions to http://leader"}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = self.server.node.answer(asked["method"], asked["params"])
        if answer is None:
            self.close_connection = True
            return
        body = json.dumps({"jsonrpc": "2.0", "id": 1, **answer}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Served:
    """A node over HTTP: what another provider says, but for what a test has it say itself; silent when it is dead."""

    def __init__(self, inner=None):
        self.inner, self.says, self.heard, self.is_dead, self._turn = inner, {}, [], False, threading.Lock()
        self.goes_on = threading.Event()
        """Cleared, the node hangs: it takes questions and answers none."""
        self.goes_on.set()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.node = self
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, method, params):
        if self.is_dead:
            return None
        self.heard.append(method)
        self.goes_on.wait(30)
        if method in self.says:
            said = self.says[method]
            return said(params) if callable(said) else said
        if self.inner is None:
            return {"result": "0x0"}
        with self._turn:
            said = self.inner.make_request(method, params)
        return json.loads(Web3.to_json({key: said[key] for key in ("result", "error") if key in said}))


@pytest.fixture
def served():
    made = []

    def make(inner=None):
        made.append(Served(inner))
        return made[-1]

    yield make
    for one in made:
        one.goes_on.set()
        one.server.shutdown()
        one.server.server_close()


@pytest.fixture
def now():
    return [100.0]


@pytest.fixture
def network(served, now):
    """Two nodes with a head each, and both as one."""
    nodes = served(), served()
    for number, one in enumerate(nodes):
        one.says = {"eth_blockNumber": {"result": hex(10 + number)}, "eth_chainId": {"result": hex(number)}}
    provider = NodesProvider([one.url for one in nodes], clock=lambda: now[0])
    return Node(Web3(provider)), *nodes


def test_one_is_asked_until_it_dies_and_comes_back_when_the_other_dies(network, now):
    node, first, second = network
    assert [node.chain_id() for _ in range(3)] == [0, 0, 0]
    assert second.heard == []
    first.is_dead = True
    assert [node.chain_id() for _ in range(3)] == [1, 1, 1]
    first.is_dead = False
    assert node.chain_id() == 1, "who was silent is not asked again while another answers"
    second.is_dead = True
    assert node.chain_id() == 0
    now[0] += REST_SECONDS
    second.is_dead = False
    assert node.chain_id() == 0


def test_each_is_told_with_its_head_and_who_is_silent_without_one(network, served):
    node, first, second = network
    assert node.heads() == [(first.url.removeprefix("http://"), 10), (second.url.removeprefix("http://"), 11)]
    first.is_dead = True
    assert [head for _, head in node.heads()] == [None, 11]
    alone = Node(Web3(NodeProvider(second.url)))
    assert alone.heads() == [(second.url.removeprefix("http://"), 11)]
    second.is_dead = True
    assert [head for _, head in alone.heads()] == [None]


def test_one_that_hangs_is_given_up(served):
    hanging, other = served(), served()
    hanging.goes_on.clear()
    hanging.says = other.says = {"eth_chainId": {"result": "0x7"}}
    node = Node(Web3(NodesProvider([hanging.url, other.url], timeout_seconds=3)))
    assert [node.chain_id() for _ in range(3)] == [7, 7, 7]
    assert (hanging.heard, len(other.heard)) == (["eth_chainId"], 3)


def test_when_all_are_dead_the_ledger_is_unavailable_until_one_is_back(network):
    node, first, second = network
    first.is_dead = second.is_dead = True
    with pytest.raises(LedgerUnavailableError):
        node.chain_id()
    with pytest.raises(LedgerUnavailableError, match="no node answered"), node.one_node():
        pass
    second.is_dead = False
    assert node.chain_id() == 1


@pytest.mark.parametrize(
    ("said", "words"), [(NOT_READY, "invalid height"), (BUSY, "the node is busy"), (TIRED, "execution aborted")]
)
def test_who_is_not_ready_has_not_answered(network, said, words):
    node, first, second = network
    first.says["eth_chainId"] = {"error": said}
    assert node.chain_id() == 1
    second.says["eth_chainId"] = {"error": said}
    with pytest.raises(LedgerUnavailableError, match=words):
        node.chain_id()
    alone = Node(Web3(NodeProvider(first.url)))
    with pytest.raises(LedgerUnavailableError, match="is not ready for eth_chainId"):
        alone.chain_id()


def test_who_falls_behind_is_asked_no_more(network, now):
    node, first, second = network
    second.says["eth_blockNumber"] = {"result": hex(10 + BEHIND_BLOCKS)}
    now[0] += COMPARE_SECONDS
    assert node.block_number() == 10
    second.says["eth_blockNumber"] = {"result": hex(11 + BEHIND_BLOCKS)}
    assert node.block_number() == 10, "the heads are compared every few seconds, not at every question"
    now[0] += COMPARE_SECONDS
    assert node.block_number() == 11 + BEHIND_BLOCKS
    assert node.chain_id() == 1
    assert first.heard.count("eth_blockNumber") == 4


def test_what_belongs_together_is_asked_of_one_or_fails(network):
    node, first, second = network
    with node.one_node():
        assert node.chain_id() == 0
        first.is_dead = True
        with pytest.raises(LedgerUnavailableError):
            node.chain_id()
        first.is_dead = False
        with node.one_node():
            assert node.chain_id() == 0
        assert node.chain_id() == 0
    assert "eth_chainId" not in second.heard
    first.is_dead = True
    with node.one_node():
        assert node.chain_id() == 1


def test_a_transaction_goes_to_whoever_takes_it(network):
    node, first, second = network
    first.says["eth_sendRawTransaction"] = {"error": FOLLOWS}
    second.says["eth_sendRawTransaction"] = {"result": "0x" + "ab" * 32}
    assert node.send_raw(b"\1") == bytes([0xAB] * 32)
    second.is_dead = True
    with pytest.raises(LedgerUnavailableError, match="did not answer eth_sendRawTransaction"):
        node.send_raw(b"\1")
    second.is_dead = False
    second.says["eth_sendRawTransaction"] = {"error": {"code": -32007, "message": "may not write"}}
    with pytest.raises(LedgerRefusedError, match="may not write"):
        node.send_raw(b"\1")
    second.is_dead = True
    first.says["eth_sendRawTransaction"] = {"error": {"code": -32000, "message": "nonce too low"}}
    with pytest.raises(LedgerRefusedError, match="nonce too low"):
        node.send_raw(b"\1")


def test_addresses_stand_between_commas(served):
    first, second = served(), served()
    assert isinstance(provider_of(first.url), NodeProvider)
    several = provider_of(f"{first.url}, {second.url}")
    assert isinstance(several, NodesProvider)
    assert several.is_connected()
    assert str(several).count("node at 127.0.0.1") == 2
    for wrong in ("", "ftp://a", f"{first.url},localhost"):
        with pytest.raises(ValueError, match="no address of a node"):
            provider_of(wrong)


@pytest.mark.parametrize(
    ("message", "meant"),
    [
        ("nonce too low: next nonce 5, tx nonce 4", Offer.USED),
        ("replacement transaction underpriced", Offer.USED),
        ("invalid nonce; got 4, expected 5: invalid sequence", Offer.USED),
        ("invalid nonce; got 6, expected 5: invalid sequence", Offer.EARLY),
        ("already known", Offer.TAKEN),
        ("tx already in mempool", Offer.TAKEN),
        ("tx already exists in cache", Offer.TAKEN),
        ("insufficient funds for gas * price + value", None),
    ],
)
def test_what_nodes_say_of_a_transaction(message, meant):
    assert offer_meant(message) is meant


def test_what_nodes_say_when_they_do_not_know():
    assert is_no_receipt("failed to get tx result: ethereum tx not found")
    assert is_no_receipt("transaction indexing is in progress")
    assert not is_no_receipt("missing trie node")
    assert is_no_answer(NOT_READY["message"])
    assert not is_no_answer("invalid argument 0")


# ---- the transactor between two nodes of one chain ----


@pytest.fixture
def chain():
    operator = Account.from_key(b"\x05" * 32)
    with local_chain(writers=[operator.address]) as made:
        yield made, operator


def transactor(nodes, operator, **options):
    return Transactor(Web3(NodesProvider([one.url for one in nodes])), operator, **options)


def test_a_node_that_dies_with_a_transaction_costs_no_second_nonce(served, chain):
    """The first takes it, keeps it to itself, and is gone; the other is handed the same bytes."""
    made, operator = chain
    first, second = served(made.w3.provider), served(made.w3.provider)

    def swallow(_):
        first.is_dead = True
        return {"result": "0x" + "00" * 32}

    first.says["eth_sendRawTransaction"] = swallow
    receipt = transactor([first, second], operator).send(operator.address, b"", 21_000)
    assert receipt.succeeded
    assert Node(made.w3).nonce(operator.address) == 1


def test_a_node_that_lags_does_not_make_an_act_count_twice(served, chain):
    """What was handed in is sealed, and the answer was lost; one node says that the nonce is used, and has no receipt
    yet. The other knows the transaction: that is no reason to sign anew."""
    made, operator = chain
    behind, ahead = served(made.w3.provider), served(made.w3.provider)
    offers = []

    def taken_and_lost(params):
        offers.append(params)
        if len(offers) == 1:
            made.w3.provider.make_request("eth_sendRawTransaction", params)
        if len(offers) == 3:
            del behind.says["eth_getTransactionReceipt"]
        return {"error": {"code": -32000, "message": "nonce too low"}}

    behind.says = {
        "eth_sendRawTransaction": taken_and_lost,
        "eth_getTransactionReceipt": {"result": None},
        "eth_getTransactionByHash": {"result": None},
    }
    assert transactor([behind, ahead], operator, timeout_seconds=20).send(operator.address, b"", 21_000).succeeded
    assert len({str(one) for one in offers}) == 1, "always the same bytes"
    assert Node(made.w3).nonce(operator.address) == 1


def test_a_receipt_counts_under_so_many_blocks(served, chain):
    made, operator = chain
    node = served(made.w3.provider)
    heads = iter([1, 1, 2, 3])
    node.says["eth_blockNumber"] = lambda _: {"result": hex(next(heads))}
    sender = Transactor(Web3(NodeProvider(node.url)), operator, confirmations=2)
    assert sender.send(operator.address, b"", 21_000).block_number == 1
    assert next(heads, None) is None, "it waited for block 3"
    assert node.heard.count("eth_sendRawTransaction") == 1


def test_a_receipt_that_vanishes_with_its_block_is_not_believed(served, chain):
    """The block lost against another: the same transaction is handed in again, and sealed in a later one."""
    made, operator = chain
    node = served(made.w3.provider)
    heads, shown = iter([5, 6, 7, 8, 9, 10]), []

    def receipt(params):
        shown.append(True)
        said = made.w3.provider.make_request("eth_getTransactionReceipt", params)["result"]
        if len(shown) == 2:
            return {"result": None}
        known = json.loads(Web3.to_json(said))
        return {"result": known | {"blockNumber": hex(5 if len(shown) == 1 else 8)}}

    node.says["eth_blockNumber"] = lambda _: {"result": hex(next(heads))}
    node.says["eth_getTransactionReceipt"] = receipt
    sender = Transactor(Web3(NodeProvider(node.url)), operator, confirmations=2)
    assert sender.send(operator.address, b"", 21_000).block_number == 8
    assert next(heads, None) is None


def test_a_nonce_that_came_too_early_is_offered_again_soon(served, chain):
    made, operator = chain
    node = served(made.w3.provider)
    refusals = 2 * ["invalid nonce; got 3, expected 2: invalid sequence"]

    def offered(params):
        if refusals:
            return {"error": {"code": -32000, "message": refusals.pop()}}
        said = made.w3.provider.make_request("eth_sendRawTransaction", params)
        return json.loads(Web3.to_json({"result": said["result"]}))

    node.says["eth_sendRawTransaction"] = offered
    slept = []
    sender = Transactor(Web3(NodeProvider(node.url)), operator, sleep=slept.append, clock=lambda: sum(slept))
    assert sender.send(operator.address, b"", 21_000).succeeded
    assert sum(slept) < 2.0


def test_what_time_lifts_waits_for_a_clock_that_lags(deployed, make_person):
    """The bank's clock says that a delay is over; the chain is four seconds behind it."""
    faces, member = deployed.contracts, deployed.people(1)[0]
    opens_at = faces.node.block_timestamp() + 9
    faces.survey.publish(deployed.transactor, replace(deployed.survey(), opens_at=opens_at))
    slept = []

    def pass_time(seconds):
        slept.append(seconds)
        deployed.chain.advance(2)

    own = Transactor(faces.node._w3, member, sleep=pass_time, wall_clock=lambda: float(opens_at))
    assert faces.survey.answer(own, deployed.answer(member).struct).accepted
    assert LAG_SECONDS in slept


def test_a_relayed_act_that_came_too_early_for_such_a_clock_is_sent_again(deployed, monkeypatch):
    faces, (member, other, _) = deployed.contracts, deployed.people(3)
    opens_at = faces.node.block_timestamp() + 9
    faces.survey.publish(deployed.transactor, replace(deployed.survey(), opens_at=opens_at))
    slept = []

    def pass_time(seconds):
        slept.append(seconds)
        deployed.chain.advance(2)

    monkeypatch.setattr(face, "time", SimpleNamespace(time=lambda: opens_at, sleep=pass_time))
    early = deployed.answer(other, items=4096)  # no time lifts what is wrong with this one
    accepted, refused = faces.survey.answer_batch(deployed.transactor, [deployed.answer(member), early])
    assert (accepted.accepted, refused.accepted) == (True, False)
    assert 1 <= len(slept) <= 5
    monkeypatch.setattr(face, "time", SimpleNamespace(time=lambda: opens_at + 10**6, sleep=pass_time))
    slept.clear()
    faces.survey.answer_batch(deployed.transactor, [early])
    assert slept == []
