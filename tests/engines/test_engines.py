"""One bytecode, any engine: the same story has the same outcomes, events, state and code on ours, anvil and geth."""

import subprocess
from collections import Counter

import pytest
from eth_account import Account
from web3 import HTTPProvider, Web3

from chaincode.bindings.draw import EntryState
from chaincode.errors import LedgerRefusedError, LedgerUnavailableError
from chaincode.node import Node
from chaincode.transactor import Transactor
from scripts.engines.story import tell


def assert_same(ours, theirs):
    """Part by part, so that a difference is named."""
    assert theirs.deployment == ours.deployment
    assert theirs.notes == ours.notes
    assert theirs.events == ours.events
    assert theirs.reads == ours.reads
    assert theirs.statuses == ours.statuses
    assert theirs.digest() == ours.digest()


def test_the_story_holds_every_kind_of_outcome_and_of_event(ours):
    told = ours.told.transcript
    acts = [note for note in told.notes if "accepted" in note]
    assert sum(note["accepted"] and not note["repeated"] for note in acts) >= 90
    assert sum(note["repeated"] for note in acts) >= 24
    refusals = {note["reason"] for note in acts if not note["accepted"]}
    assert len(refusals) >= 40
    assert {"membership: signer may not act", "survey: deadline passed", "survey: id already used"} <= refusals
    assert {"rule: demands more coins", "rule: has ended", "coupon: premium only", "coin: coins are bound"} <= refusals
    assert {"draw: already bound", "draw: commitments differ", "draw: drawers missing", "draw: full"} <= refusals
    errors = Counter(note["error"] for note in told.notes if "error" in note)
    assert errors == {"ContractRefusedError": 23, "OutOfGasError": 1}
    kinds = {event["event"] for event in told.events}
    assert {
        "Joined",
        "TermsAccepted",
        "Answered",
        "Corrected",
        "RequestDecided",
        "ApprovalRevoked",
        "ConsentChanged",
        "Disclosed",
        "ConsentUsed",
    } <= kinds
    assert {"CouponIssued", "CouponRedeemed", "EscrowOpened", "KeyRotated", "DeletionAttested"} <= kinds
    assert {"Delegated", "RuleSet", "ConsentByRule", "RuleEnded", "GiftGiven", "Bound", "BoundSpent"} <= kinds
    assert {"DrawerBound", "DrawEntered", "PartsShown", "Drawn", "DrawWon", "EntryRefunded"} <= kinds
    assert [succeeded for _, succeeded in told.statuses].count(False) == 3
    assert told.reads["why not live"][2] == "consent: not in force"


def test_the_story_ends_with_coins_where_they_belong(ours):
    reads = ours.told.transcript.reads
    answers, purchases, entries = 4 * 10 + 8 + 1 + 2 * 5, 2 * 2 + 1 + 3, 3
    supply = reads["supply"]
    assert supply["total"] == supply["granted"] - supply["burnt"] == 1_000 + 10_000_001 + answers - purchases - entries
    ren = 10 + 5 - 2 + 1 - 1
    coins = {"aoi": 10 + 5 - 2 - 1 - 1, "ren": ren, "ren's new key": ren, "yui": 10 - 1, "mei": 8 + 5 + 4 - 3 + 1}
    assert reads["coins"] == reads["coins"] | coins
    assert (reads["bound"], reads["coins of the child"]) == (4 - 3, 5)
    assert reads["cakes"] == [2, 1, 0, 0]
    states = {name: entry and entry["state"] for name, entry in reads["entries"].items()}
    entered = EntryState.ENTERED
    won, refunded = entered | EntryState.WON, entered | EntryState.REFUNDED
    assert sorted(states[f"{name} in the draw"] for name in ("aoi", "yui", "sota")) == [entered, entered, won]
    assert states["yui in the silent draw"] == states["sota in the silent draw"] == refunded


@pytest.mark.node
@pytest.mark.parametrize("hardfork", ["london", "osaka"])
def test_anvil_tells_the_same_story(hardfork, ours, start_anvil, artifacts):
    told = tell(start_anvil(hardfork).w3, artifacts=artifacts)
    assert_same(ours.told.transcript, told.transcript)
    assert told.figures.transactions == ours.told.figures.transactions
    # Berlin, ours, is never dearer: London gives less back, Shanghai charges for the length of new code.
    dearer = [theirs - mine for mine, theirs in zip(ours.told.figures.gas, told.figures.gas, strict=True)]
    assert min(dearer) >= 0


@pytest.mark.go
@pytest.mark.timeout(1200)
def test_four_geth_signers_tell_the_same_story_while_one_is_killed(ours, network, artifacts):
    killed, heights = [], []

    def kill_one():
        killed.append(network.resting()[0])
        killed[0].kill()
        heights.append(network.settled()[0])

    told = tell(network.w3, midway=kill_one, artifacts=artifacts)
    assert_same(ours.told.transcript, told.transcript)
    assert told.figures.gas == ours.told.figures.gas
    number, head = network.settled()
    assert network.living() == [node for node in network.nodes if node is not killed[0]]
    assert number >= heights[0] + 15
    assert {network.sealer(one) for one in range(heights[0] + 1, number + 1)} == set(network.living())
    network.restart(killed[0])
    assert network.settled()[0] >= number
    assert {node.ask("eth_getBlockByNumber", hex(number), False)["hash"] for node in network.nodes} == {head}


@pytest.mark.go
@pytest.mark.timeout(1200)
def test_without_a_majority_nothing_is_sealed_and_nothing_lost(network):
    operator = Account.from_key(b"\x01" * 32)
    node = Node(network.w3)
    while True:
        resting = network.resting()
        for signer in resting:
            signer.kill()
        height, head = network.settled()
        if {network.sealer(one) for one in (height - 1, height)} == set(network.living()):
            break
        for signer in resting:  # one of them sealed once more before it died
            network.restart(signer)
    with pytest.raises(LedgerUnavailableError, match="no receipt came within 3 s"):
        Transactor(network.w3, operator, timeout_seconds=3).send(operator.address, b"", 21_000)
    assert network.settled() == (height, head)
    assert node.nonce(operator.address) == 0
    network.restart(resting[0])
    receipt = Transactor(network.w3, operator).send(operator.address, b"", 21_000)
    assert receipt.succeeded
    assert receipt.block_number > height
    assert node.nonce(operator.address) == 1
    assert network.sealer(height + 1) is resting[0]


@pytest.mark.go
@pytest.mark.timeout(1200)
def test_geth_imports_the_bank_that_our_ledger_sealed(ours, geth, tmp_path):
    data = [str(geth), "--datadir", str(tmp_path / "geth")]
    for words in (["init", str(ours.export / "genesis.json")], ["import", str(ours.export / "chain.rlp")]):
        done = subprocess.run([*data, *words], capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
    quiet = ["--nodiscover", "--maxpeers", "0", "--nat", "none", "--ipcdisable", "--verbosity", "0"]
    question = ["--authrpc.port", "0", "--port", "0", "--exec", 'eth.getBlock("latest").hash', "console"]
    answer = subprocess.run([*data, *quiet, *question], capture_output=True, text=True, timeout=120, check=False)
    assert answer.stdout.strip().strip('"') == ours.head


class Says(HTTPProvider):
    """A node that has only one answer."""

    def __init__(self, error):
        super().__init__("http://127.0.0.1:1")
        self.error = error

    def make_request(self, method, params):
        return {"jsonrpc": "2.0", "id": 1, "error": self.error}


def test_a_receipt_that_geth_has_not_indexed_yet_is_not_there_yet():
    busy = Node(Web3(Says({"code": -32000, "message": "transaction indexing is in progress"})))
    assert busy.receipt(bytes(32)) is None
    broken = Node(Web3(Says({"code": -32000, "message": "missing trie node"})))
    with pytest.raises(LedgerRefusedError, match="missing trie node"):
        broken.receipt(bytes(32))
