"""Old states are left out by choice: the file shrinks, everything else stays, and who asks for them is told."""

import json

import pytest
from typer.testing import CliRunner

from ledger.cli import app
from ledger.datadir import DataDirectory
from ledger.errors import DataDirectoryError, StoreDamagedError
from ledger.integrity import verify_directory
from ledger.node import Node
from ledger.provider import ChainProvider
from ledger.prune import PruneError, prune
from scripts.bench.damage_trials import CONTRACT_ADDRESS, DATA_FILE, flip_bit, kinds_of_bytes, make_directory

BLOCKS = 30


@pytest.fixture
def data(tmp_path):
    make_directory(tmp_path / "d", blocks=BLOCKS, grants=60)
    return tmp_path / "d"


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def answers(data):
    """What the node answers of its newest states and of all its blocks."""
    chain = DataDirectory(data).open_chain(lambda: 10**6)
    ask = ChainProvider(Node(chain)).make_request
    contract = "0x" + CONTRACT_ADDRESS.hex()
    try:
        told = [ask("eth_getProof", [contract, ["0x0"], hex(number)]) for number in (BLOCKS, BLOCKS - 1, BLOCKS - 2)]
        told += [ask("eth_getBlockReceipts", [hex(number)]) for number in range(BLOCKS + 1)]
        told += [ask("eth_getLogs", [{"fromBlock": "earliest", "address": contract}])]
        told += [ask("debug_getRawBlock", [hex(number)]) for number in range(BLOCKS + 1)]
    finally:
        chain.store.close()
    return [{key: value for key, value in answer.items() if key != "id"} for answer in told]


def test_the_file_shrinks_and_the_rest_stays(data):
    before = answers(data)
    assert all("result" in answer for answer in before)
    done = json.loads(run("prune", "--data", data, "--keep-states", "3", "--json").stdout)
    assert done["states_from"] == BLOCKS - 2
    assert done["nodes_after"] < done["nodes_before"] / 2
    assert done["bytes_after"] < done["bytes_before"] / 2
    assert answers(data) == before
    assert verify_directory(data).places == ()
    assert sorted(path.name for path in data.iterdir() if path.is_dir()) == ["chain"]


def test_who_asks_for_a_pruned_state_is_told_from_where_states_are_kept(data):
    prune(data, 3)
    chain = DataDirectory(data).open_chain(lambda: 10**6)
    ask = ChainProvider(Node(chain)).make_request
    contract = "0x" + CONTRACT_ADDRESS.hex()
    words = f"the state of block 5 is not kept here; states are kept from block {BLOCKS - 2} on"
    for method, params in (
        ("eth_getBalance", [contract, "0x5"]),
        ("eth_getStorageAt", [contract, "0x0", "0x5"]),
        ("eth_getProof", [contract, [], "0x5"]),
        ("eth_call", [{"to": contract, "data": "0x18160ddd"}, "0x5"]),
        ("eth_simulateV1", [{"blockStateCalls": [{"calls": [{"to": contract}]}]}, "0x5"]),
        ("debug_traceBlockByNumber", ["0x6"]),
    ):
        error = ask(method, params)["error"]
        assert (error["code"], error["message"]) == (-32000, words), method
    assert ask("eth_capabilities", [])["result"]["state"]["oldestBlock"] == hex(BLOCKS - 2)
    assert chain.store.damage is None
    chain.store.close()


def test_sealing_goes_on_and_pruning_again_takes_more(data):
    prune(data, 5)
    chain = DataDirectory(data).open_chain(lambda: 10**6)
    for number in range(4):
        with chain.draft(10**6 + number) as draft:
            draft.seal()
    chain.store.close()
    assert prune(data, 2).states_from == BLOCKS + 4 - 1
    assert prune(data, 100).states_from == BLOCKS + 4 - 1  # what is gone does not come back
    assert verify_directory(data).places == ()


def test_keeping_everything_only_compacts(data):
    done = prune(data, 10**6, keep_old=True)
    assert (done.states_from, done.nodes_after) == (0, done.nodes_before)
    assert done.kept == data / "chain.unpruned"
    assert done.kept.is_dir()


def test_a_repair_brings_every_state_back(data):
    prune(data, 1)
    assert run("repair", "--data", data).exit_code == 0
    chain = DataDirectory(data).open_chain(lambda: 0)
    assert chain.states_from == 0
    assert chain.vm_at(chain.history.header(3)).state.get_storage(CONTRACT_ADDRESS, 1) >= 0
    chain.store.close()


def test_a_damaged_store_is_not_pruned_and_a_running_one_neither(data):
    with DataDirectory(data).open_store(), pytest.raises(DataDirectoryError, match="in use"):
        prune(data, 1)
    with pytest.raises(PruneError, match="at least the newest"):
        prune(data, 0)
    kinds = kinds_of_bytes(data / DATA_FILE)
    flip_bit(data / DATA_FILE, kinds.index("receipts") + 3, 0)
    with pytest.raises(StoreDamagedError):
        prune(data, 1)
    assert (data / "chain").is_dir()
