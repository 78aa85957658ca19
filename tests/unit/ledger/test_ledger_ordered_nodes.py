"""Nodes stand in the store in the order in which they were written, and are found whatever was drafted or dropped."""

import contextlib
import json
import resource
from collections import Counter

import pytest
from eth.constants import BLANK_ROOT_HASH
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from ledger import trie_node
from ledger.accounts import BlockAccounts
from ledger.chain_check import missing_nodes
from ledger.cli import app
from ledger.datadir import DataDirectory
from ledger.errors import StoreCorruptError, StoreDamagedError, StoreFullError
from ledger.genesis_store import FORMAT, FORMAT_KEY
from ledger.integrity import verify_directory
from ledger.node import Node
from ledger.page_format import map_file, read_metas
from ledger.pages import PageWalk
from ledger.provider import ChainProvider
from ledger.prune import prune
from ledger.records import (
    INDEX_CHECKSUM_BYTES,
    LOG_INDEX,
    META,
    NODES,
    ORDERED,
    SECTION_BLOCKS,
    SECTION_BYTES,
    protect,
    protect_index_entry,
    section_of,
)
from ledger.state import NodeCache, StateDatabase
from ledger.store import Store
from ledger.trie_node import HASH_BYTES, WRITE_NUMBER_BYTES
from ledger.write_batch import WriteBatch
from scripts.bench.damage_trials import CONTRACT_ADDRESS, make_directory

ADDRESS = b"\xaa" * 20
SLOTS = st.dictionaries(st.integers(0, 40), st.integers(0, 2), min_size=1, max_size=12)


def settled(nodes, root, changes):
    """A block's database after these slots were written upon a root, and the new root."""
    database = StateDatabase(nodes, nodes.next_write_number())
    accounts = BlockAccounts(database, root)
    accounts.set_nonce(ADDRESS, 1)
    for slot, value in changes.items():
        accounts.set_storage(ADDRESS, slot, value)
    accounts.persist()
    return database, accounts.state_root


def commit(store, nodes, database):
    batch = WriteBatch()
    batch.put_nodes(database.writes)
    store.commit(batch)
    nodes.remember(database.writes, database.decoded.made)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SLOTS, st.booleans()), max_size=10))
def test_every_reference_leads_to_a_node_whatever_was_drafted_before(tmp_path_factory, blocks):
    """A draft that is dropped made nodes under the same number as the block that came instead."""
    with Store(tmp_path_factory.mktemp("s"), durable=False, map_size_bytes=1 << 20) as store:
        nodes, root, model, states = NodeCache(store), BLANK_ROOT_HASH, {}, []
        for changes, dropped in blocks:
            database, new_root = settled(nodes, root, changes)
            if dropped:
                continue
            commit(store, nodes, database)
            root, model = new_root, {**model, **changes}
            states.append((root, model))
            assert list(missing_nodes(store, root)) == []
        for state_root, content in states:
            accounts = BlockAccounts(StateDatabase(NodeCache(store)), state_root)
            assert {slot: accounts.get_storage(ADDRESS, slot) for slot in content} == content


def test_what_one_block_writes_stands_on_pages_of_its_own_however_large_the_store(tmp_path):
    """Under random keys each of these nodes would have a page of its own, and every block would rewrite as many."""
    with Store(tmp_path / "s", durable=False) as store:
        nodes, root = NodeCache(store), BLANK_ROOT_HASH
        for number in range(30):
            database, root = settled(nodes, root, {(number * 7919 + n * 104729) % 50_000: 1 for n in range(300)})
            commit(store, nodes, database)
    pages, sizes = {}, Counter()
    with map_file(tmp_path / "s" / "data.mdb") as data:
        meta, faults = read_metas(data)
        walk = PageWalk(data, meta)
        for entry in walk.entries():
            if entry.table == ORDERED:
                write = entry.key[:WRITE_NUMBER_BYTES]
                pages.setdefault(write, set()).add(entry.page)
                sizes[write] += len(entry.key) + len(entry.value)
        assert not faults + walk.faults
    assert len(pages) == 30
    for write, found in pages.items():
        assert len(found) <= 1.35 * sizes[write] / meta.page_bytes + 2


def answers(data):
    chain = DataDirectory(data).open_chain(lambda: 10**6)
    ask, contract = ChainProvider(Node(chain)).make_request, "0x" + CONTRACT_ADDRESS.hex()
    try:
        told = [ask("eth_getProof", [contract, ["0x0"], hex(number)]) for number in range(chain.head.number + 1)]
        told += [ask("eth_getLogs", [{"fromBlock": "earliest", "address": contract}])]
        topics = {log["topics"][1] for log in told[-1]["result"]}
        told += [ask("eth_getLogs", [{"fromBlock": "earliest", "topics": [None, topic]}]) for topic in sorted(topics)]
    finally:
        chain.store.close()
    assert all("result" in answer for answer in told)
    return [answer["result"] for answer in told]


def make_former(data):
    """The store as the version before wrote it: nodes under their hash alone, no sections in the index."""
    with DataDirectory(data).open_store() as store:
        tables = store._environment.tables
        with store._environment.lmdb.begin(write=True) as transaction:
            for table in (NODES, ORDERED):
                for key, stored in list(transaction.cursor(db=tables[table])):
                    is_code = len(key) == HASH_BYTES and protect(NODES, key, stored) == stored
                    node = stored if is_code else trie_node.canonical(stored[:-INDEX_CHECKSUM_BYTES])
                    transaction.put(key[-HASH_BYTES:], node, db=tables[NODES])
            entries = list(transaction.cursor(db=tables[LOG_INDEX]))
            transaction.drop(tables[LOG_INDEX], delete=False)
            for key, value in entries:
                former = key[SECTION_BYTES:]
                transaction.put(
                    former, protect_index_entry(former, value[:-INDEX_CHECKSUM_BYTES]), db=tables[LOG_INDEX]
                )
            transaction.put(b"format", protect(META, b"format", b"2"), db=tables[META])
            transaction.drop(tables[ORDERED], delete=True)
        store._durable = False  # its sums are not what is tried here
    (data / "chain" / "data.sums").unlink(missing_ok=True)


@contextlib.contextmanager
def files_of_at_most(size):
    """To a program a disk that is full, or one file's end of it, looks the same."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_store_of_the_version_before_is_read_and_goes_on(tmp_path):
    data = tmp_path / "d"
    make_directory(data, blocks=6, grants=30)
    before = answers(data)
    make_former(data)
    with DataDirectory(data).open_store(read_only=True) as store:
        assert store.statistics()[ORDERED] == 0
    assert verify_directory(data).places == ()
    assert json.loads(CliRunner().invoke(app, ["status", "--data", str(data), "--json"]).stdout)["height"] == 6
    with files_of_at_most(2 * 4096), pytest.raises(StoreFullError, match="nothing was lost, free some space"):
        DataDirectory(data).open_chain(lambda: 10**6)  # on a full disk it cannot become one of today
    assert answers(data) == before
    chain = DataDirectory(data).open_chain(lambda: 10**6)
    with chain.draft(10**6) as draft:
        draft.seal()
    database, _ = settled(chain.nodes, chain.head.header.state_root, {1: 7})
    assert trie_node.WRITE_NUMBER_BYTES + HASH_BYTES in {len(reference) for reference in database.writes}
    commit(chain.store, chain.nodes, database)
    chain.store.close()
    assert verify_directory(data).places == ()
    assert answers(data)[:7] == before[:7]


def test_what_is_left_of_a_store_of_the_version_before_is_one_of_this_version(tmp_path):
    """It has a table more, of which the version before would say that the file is damaged."""
    data = tmp_path / "d"
    make_directory(data, blocks=3, grants=5)
    make_former(data)
    prune(data, 2)
    with DataDirectory(data).open_store(read_only=True) as store:
        assert store.get(META, FORMAT_KEY) == FORMAT
    assert verify_directory(data).places == ()
    with DataDirectory(data).open_store() as store:
        batch = WriteBatch()
        batch.put(META, FORMAT_KEY, b"4")
        store.commit(batch)
    with pytest.raises(StoreCorruptError, match="a format that this version does not know"):
        prune(data, 1)


def test_a_flipped_bit_in_a_reference_is_damage_although_the_hash_fits(tmp_path):
    with Store(tmp_path / "s") as store:
        nodes = NodeCache(store)
        database, root = settled(nodes, BLANK_ROOT_HASH, dict.fromkeys(range(40), 1))
        commit(store, nodes, database)
        with store._environment.lmdb.begin(write=True) as transaction:
            rows = list(transaction.cursor(db=store._environment.tables[ORDERED]))
            key, stored = max(rows, key=lambda row: len(row[1]))
            at = stored.index(key[:WRITE_NUMBER_BYTES])
            flipped = stored[:at] + b"\x01" + stored[at + 1 :]
            assert trie_node.canonical(flipped[:-4]) == trie_node.canonical(stored[:-4])
            transaction.put(key, flipped, db=store._environment.tables[ORDERED])
        with pytest.raises(StoreDamagedError, match="ordered_nodes 0x"):
            store.get(ORDERED, key)
        assert root != BLANK_ROOT_HASH


def test_the_index_is_searched_over_sections(tmp_path):
    numbers = [0, 5, SECTION_BLOCKS - 1, SECTION_BLOCKS, 3 * SECTION_BLOCKS + 7]
    with Store(tmp_path / "s") as store:
        batch = WriteBatch()
        batch.log_index = [(section_of(number) + b"a" * 20, number.to_bytes(8, "big")) for number in numbers]
        store.commit(batch)

        def found(first, last):
            told = store.block_numbers(b"a" * 20, first.to_bytes(8, "big"), last.to_bytes(8, "big"))
            return [int.from_bytes(number, "big") for number in told]

        assert found(0, 10**4) == numbers
        assert found(5, SECTION_BLOCKS) == numbers[1:4]
        assert found(SECTION_BLOCKS + 1, 3 * SECTION_BLOCKS) == []
