"""Two blocks of equal weight, or a transaction nobody looked at, stop four geth signers until somebody looks."""

import pytest
from eth_account import Account

from ledger.genesis import DEFAULT_CHAIN_ID
from ledger.testing import TEST_START_TIME
from scripts.engines.clique import CliqueNetwork
from scripts.engines.clock import SharedClock
from scripts.engines.geth import build_geth
from scripts.engines.nodes import EngineFailedError, EngineMissingError, until
from scripts.engines.timed import STUCK_SECONDS, TimedNode

KEY = Account.from_key(b"\1" * 32)


@pytest.fixture
def waiting_network(tmp_path):
    """Four signers without a period, under a clock that is set by hand."""
    try:
        program = build_geth(settable_clock=True)
    except EngineMissingError as missing:
        pytest.skip(str(missing))
    clock = SharedClock(tmp_path / "clock", TEST_START_TIME)
    with CliqueNetwork(program, tmp_path / "network", DEFAULT_CHAIN_ID, period=0, clock=clock) as network:
        network.start()
        yield network, clock


def transaction(nonce):
    words = {"to": KEY.address, "value": 0, "gas": 21_000, "gasPrice": 0, "nonce": nonce}
    return KEY.sign_transaction(words | {"chainId": DEFAULT_CHAIN_ID}).raw_transaction


@pytest.mark.go
@pytest.mark.timeout(1200)
def test_two_blocks_of_equal_weight_stop_four_signers_only_until_somebody_looks(waiting_network):
    network, clock = waiting_network
    by_address = sorted(network.nodes, key=lambda node: node.ask("eth_coinbase"))
    out_of_turn = by_address[2:]  # for the first block the second is in turn
    for node in network.nodes:
        node.ask("miner_stop")
    network.part(*network.nodes)
    clock.set(TEST_START_TIME + 1)
    for node in out_of_turn:
        node.ask("eth_sendRawTransaction", "0x" + transaction(0).hex())
        node.ask("miner_start")
    until(lambda: all(network.height(node) == 1 for node in out_of_turn), "two first blocks")
    for node in network.nodes:
        node.ask("miner_start")
    network.greet(*network.nodes)
    until(lambda: all(network.height(node) == 1 for node in network.nodes), "a block for everybody")
    with pytest.raises(EngineFailedError, match="one head did not come"):
        until(lambda: len({network.head(node) for node in network.nodes}) == 1, "one head", seconds=STUCK_SECONDS)

    heard = []
    chain = TimedNode(network.w3.provider, clock.set, TEST_START_TIME, heard.append, network.unstick)
    for nonce in range(4):
        chain.w3.eth.send_raw_transaction(transaction(nonce))
    assert [int(receipt["blockNumber"], 16) for receipt in heard] == [1, 2, 3, 4]
    assert network.settled()[0] == 4


@pytest.mark.go
@pytest.mark.timeout(1200)
def test_a_transaction_that_no_signer_looked_at_is_sealed_once_somebody_looks(waiting_network):
    network, clock = waiting_network
    heard = []
    chain = TimedNode(network.w3.provider, clock.set, TEST_START_TIME, heard.append, network.unstick)
    chain.w3.eth.send_raw_transaction(transaction(0))
    for node in network.nodes:  # the way a look is missed cannot be had at will; what it leaves can
        node.ask("miner_stop")
    chain.w3.eth.send_raw_transaction(transaction(1))
    assert [int(receipt["blockNumber"], 16) for receipt in heard] == [1, 2]
    assert network.settled()[0] == 2
