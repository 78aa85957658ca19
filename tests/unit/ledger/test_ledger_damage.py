"""A disk that lies: what is read is checked, a mismatch stops sealing, and whoever asks is told what and where."""

import pytest
from eth_utils.crypto import keccak
from starlette.testclient import TestClient

from ledger.chain import Chain
from ledger.errors import StoreDamagedError
from ledger.history import number_key
from ledger.node import Node
from ledger.provider import ChainProvider
from ledger.records import (
    BLOCKS,
    HEADERS,
    LOG_INDEX,
    META,
    NODES,
    NUMBERS,
    ORDERED,
    RECEIPTS,
    SENDERS,
    TRANSACTIONS,
    section_of,
)
from ledger.runners import Runners
from ledger.server import build_app
from ledger.store import Store
from ledger.tokens import Tokens
from ledger.write_batch import WriteBatch


def overwrite(store, table, key, change):
    """Change a stored value below every check, as a disk does."""
    with store._environment.lmdb.begin(write=True) as transaction:
        stored = bytearray(transaction.get(key, db=store._environment.tables[table]))
        change(stored)
        if table == LOG_INDEX:
            transaction.delete(key, db=store._environment.tables[table])
        transaction.put(key, bytes(stored), db=store._environment.tables[table])


def reference_to(store, node):
    """Under which key a node stands that a proof has shown."""
    return next(key for key, _ in store.rows(ORDERED) if key.endswith(keccak(hexstr=node)))


def flip(stored):
    stored[len(stored) // 2] ^= 1


def flip_last(stored):
    stored[-1] ^= 0x20


@pytest.fixture
def grown(chain, seal, sign, alice, counter):
    """Three blocks: the counter deployed, and counted twice."""
    seal(chain, 10, [sign(alice, 0, to=b"", data=bytes.fromhex(counter.bytecode[2:]), gas=2_000_000)])
    for nonce in (1, 2):
        seal(chain, 10 + nonce, [sign(alice, nonce)])
    return chain


def reopened(chain, signer_key):
    return Chain.open(chain.store, chain.clock, signer_key)


READS = {
    HEADERS: lambda chain: chain.history.header(1),
    BLOCKS: lambda chain: chain.history.block(1),
    SENDERS: lambda chain: chain.history.block(1),
    RECEIPTS: lambda chain: chain.history.receipts(1),
    NUMBERS: lambda chain: chain.history.number_of(chain.history.header(1).hash),
    TRANSACTIONS: lambda chain: chain.history.transaction_place(chain.history.block(1).transactions[0].hash),
}


MISSING_READS = {
    HEADERS: lambda chain: chain.history.header(2),
    BLOCKS: lambda chain: chain.history.raw_block(2),
    SENDERS: lambda chain: chain.history.block(2),
    RECEIPTS: lambda chain: chain.history.receipts(2),
}


@pytest.mark.parametrize("table", READS)
def test_a_flipped_bit_in_a_record_is_an_error_that_names_it_and_stops_sealing(table, grown, signer_key, seal):
    key = {
        NUMBERS: grown.history.header(1).hash,
        TRANSACTIONS: grown.history.block(1).transactions[0].hash,
    }.get(table, number_key(1))
    overwrite(grown.store, table, key, flip)
    chain = reopened(grown, signer_key)
    with pytest.raises(StoreDamagedError, match=table) as found:
        READS[table](chain)
    assert chain.store.damage is not None
    assert chain.store.damage.place == found.value.place
    with pytest.raises(StoreDamagedError, match="sealing has stopped"):
        seal(chain, 100)
    assert chain.head.number == 3


def test_a_flipped_bit_in_the_state_is_neither_answered_nor_proven_nor_sealed_upon(local, rpc, deployed, sign, alice):
    data = deployed.encode_abi("count", args=[b"\x07" * 32, 5])
    rpc("eth_sendRawTransaction", "0x" + sign(alice, 1, to=deployed.address, data=data).hex())
    node = Node(Chain.open(local.chain.store, local.clock, local.chain._signer), seal_at_once=True)
    leaf = rpc("eth_getProof", deployed.address, [], "latest")["result"]["accountProof"][-1]
    overwrite(node.chain.store, ORDERED, reference_to(node.chain.store, leaf), flip)
    ask = ChainProvider(node).make_request
    view = {"to": deployed.address, "data": deployed.encode_abi("totals", args=[b"\x07" * 32])}
    for method, params in (("eth_call", [view, "latest"]), ("eth_getProof", [deployed.address, [], "latest"])):
        answer = ask(method, params)
        assert "nodes 0x" in answer["error"]["message"], answer
    refused = ask("eth_sendRawTransaction", ["0x" + sign(alice, 2).hex()])
    assert "the ledger cannot seal: ordered_nodes 0x" in refused["error"]["message"]
    assert node.chain.head.number == 2
    assert node.sealing_error is node.chain.store.damage


def test_a_missing_record_of_a_block_that_is_there_is_damage(grown, signer_key):
    for table in (RECEIPTS, SENDERS, BLOCKS, HEADERS):
        with grown.store._environment.lmdb.begin(write=True) as transaction:
            transaction.delete(number_key(2), db=grown.store._environment.tables[table])
        chain = reopened(grown, signer_key)
        with pytest.raises(StoreDamagedError, match=f"{table} of block 2: the record is missing"):
            MISSING_READS[table](chain)


def test_a_record_under_another_key_does_not_fit(grown, signer_key):
    with grown.store._environment.lmdb.begin(write=True) as transaction:
        table = grown.store._environment.tables[RECEIPTS]
        transaction.put(number_key(1), transaction.get(number_key(2), db=table), db=table)
    with pytest.raises(StoreDamagedError, match="receipts of block 1"):
        reopened(grown, signer_key).history.receipts(1)


@pytest.mark.parametrize("key", [b"head", b"genesis", b"clique"])
def test_a_damaged_beginning_is_not_opened(key, grown, signer_key):
    overwrite(grown.store, META, key, flip)
    with pytest.raises(StoreDamagedError, match=f"meta {key.decode()}"):
        reopened(grown, signer_key)


def test_a_damaged_entry_of_the_log_index_is_noticed(local, rpc, deployed, sign, alice):
    data = deployed.encode_abi("count", args=[b"\x07" * 32, 5])
    rpc("eth_sendRawTransaction", "0x" + sign(alice, 1, to=deployed.address, data=data).hex())
    key = section_of(2) + bytes.fromhex(deployed.address[2:])
    overwrite(local.chain.store, LOG_INDEX, key, flip_last)
    found = rpc("eth_getLogs", {"address": deployed.address, "fromBlock": "earliest"})
    assert "log_index 0x" in found["error"]["message"]


def test_damage_seen_by_a_reader_turns_health_red(grown, signer_key, sign, alice):
    overwrite(grown.store, RECEIPTS, number_key(2), flip)
    node = Node(reopened(grown, signer_key))
    with TestClient(build_app(node, Tokens(()))) as client:
        assert client.get("/health").status_code == 200
        question = {"jsonrpc": "2.0", "id": 1, "method": "eth_getBlockReceipts", "params": ["0x2"]}
        assert "receipts of block 2" in client.post("/", json=question).json()["error"]["message"]
        health = client.get("/health")
        assert health.status_code == 503
        assert "receipts of block 2" in health.json()["error"]
        question = {**question, "method": "eth_sendRawTransaction", "params": ["0x" + sign(alice, 3).hex()]}
        refused = client.post("/", json=question).json()["error"]["message"]
        assert "the ledger cannot seal: receipts of block 2" in refused


def test_a_store_of_the_format_before_says_what_to_do(grown, signer_key):
    with grown.store._environment.lmdb.begin(write=True) as transaction:
        transaction.put(b"format", b"1", db=grown.store._environment.tables[META])
    with pytest.raises(Exception, match="export it with that version"):
        reopened(grown, signer_key)


def test_a_store_with_damage_writes_nothing_more(tmp_path):
    with Store(tmp_path / "s") as store:
        batch = WriteBatch()
        batch.put(RECEIPTS, number_key(0), b"told")
        store.commit(batch)
        overwrite(store, RECEIPTS, number_key(0), flip)
        with pytest.raises(StoreDamagedError):
            store.get(RECEIPTS, number_key(0))
        with pytest.raises(StoreDamagedError):
            store.commit(batch)


def test_damage_that_a_runner_meets_turns_the_nodes_health_red(chain, seal, sign, alice, counter, signer_key):
    seal(chain, 10, [sign(alice, 0, to=b"", data=bytes.fromhex(counter.bytecode[2:]), gas=2_000_000)])
    node = Node(reopened(chain, signer_key))
    ask = ChainProvider(node).make_request
    top = ask("eth_getProof", [alice.address, [], "latest"])["result"]["accountProof"][0]
    overwrite(chain.store, NODES, keccak(hexstr=top), flip)
    runners = Runners(chain.store, chain.clock)
    with TestClient(build_app(node, Tokens(()), runners=runners)) as client:
        call = {"from": alice.address, "to": "0x" + "ab" * 20}
        question = {"jsonrpc": "2.0", "id": 1, "method": "eth_call", "params": [call, "latest"]}
        answer = client.post("/", json=question).json()
        assert "nodes 0x" in answer["error"]["message"]
        health = client.get("/health")
        assert health.status_code == 503
        assert "nodes 0x" in health.json()["error"]
