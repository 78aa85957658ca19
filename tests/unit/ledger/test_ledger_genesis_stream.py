"""A genesis of any size: read member by member, sorted on disk, hashed leaf by leaf, and the same root as ever."""

import io
import json
import tracemalloc
from contextlib import ExitStack

import pytest
from eth_hash.auto import keccak
from hypothesis import given
from hypothesis import strategies as st

from ledger import genesis_stream, json_stream, trie
from ledger.errors import GenesisError
from ledger.genesis import new_clique_document, parse_genesis
from ledger.genesis_block import genesis_state
from ledger.genesis_stream import SortedRecords, read_genesis, write_genesis_state
from ledger.json_stream import JsonStream
from ledger.records import NODES, ORDERED, table_of_node
from ledger.sorted_trie import SortedTrie
from ledger.state import NodeCache
from ledger.store import Store
from ledger.trie_node import NEVER_WRITTEN

HASHES = st.binary(min_size=4, max_size=4)
ADDRESSES = st.binary(min_size=20, max_size=20).map(lambda raw: "0x" + raw.hex())
WORDS = st.integers(0, 2**256 - 1).map(hex) | st.integers(0, 3).map(hex)
ACCOUNTS = st.fixed_dictionaries(
    {"balance": WORDS},
    optional={
        "nonce": st.integers(0, 2**64 - 1).map(hex),
        "code": st.binary(max_size=40).map(lambda raw: "0x" + raw.hex()),
        "storage": st.dictionaries(WORDS, WORDS, max_size=8),
    },
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(HASHES, st.binary(min_size=1, max_size=40), max_size=40))
def test_a_trie_made_in_order_is_the_trie_made_at_once(content):
    nodes, expected = {}, {}

    def put_node(digest, node):
        nodes[NEVER_WRITTEN + digest] = node
        return NEVER_WRITTEN + digest

    tree = SortedTrie(put_node, nodes.__setitem__)
    for key in sorted(content):
        tree.add(key.hex(), content[key])
    items = [(key.hex(), value) for key, value in content.items()]
    assert tree.finish() == trie.update(trie.BLANK_ROOT_HASH, items, {}.__getitem__, expected)
    assert nodes == expected


@pytest.mark.parametrize("second", ["aa00", "aa01"])
def test_keys_out_of_order_are_refused(second):
    tree = SortedTrie(lambda digest, node: digest, {}.__setitem__)
    tree.add("aa01", b"1")
    with pytest.raises(ValueError, match=second):
        tree.add(second, b"2")


@given(st.dictionaries(ADDRESSES, ACCOUNTS, max_size=12))
def test_the_streamed_state_is_the_state(tmp_path_factory, alloc):
    check_streamed_state(tmp_path_factory, alloc)


@given(st.dictionaries(ADDRESSES, ACCOUNTS, max_size=6))
def test_accounts_too_large_to_read_at_once_are_the_same(tmp_path_factory, alloc):
    earlier, json_stream.SMALL_CHARACTERS = json_stream.SMALL_CHARACTERS, 0
    chunk, json_stream.CHUNK_CHARACTERS = json_stream.CHUNK_CHARACTERS, 7
    try:
        check_streamed_state(tmp_path_factory, alloc)
    finally:
        json_stream.SMALL_CHARACTERS, json_stream.CHUNK_CHARACTERS = earlier, chunk


def check_streamed_state(tmp_path_factory, alloc):
    folder = tmp_path_factory.mktemp("genesis")
    document = {**new_clique_document([b"\x11" * 20]), "alloc": alloc}
    (folder / "genesis.json").write_text(json.dumps(document))
    root, nodes = genesis_state(parse_genesis(document), NodeCache(None))
    with Store(folder / "s", durable=False, map_size_bytes=8 << 20) as store:
        assert write_genesis_state(folder / "genesis.json", store) == root
        assert all(store.get(table_of_node(reference), reference) == node for reference, node in nodes.items())
        assert store.statistics()[NODES] + store.statistics()[ORDERED] == len(nodes)


@given(st.dictionaries(st.text(), JSON, max_size=6), st.integers(1, 9), st.booleans())
def test_members_are_what_json_says_wherever_the_chunks_end(value, chunk_characters, indented):
    text = json.dumps(value, indent=2 if indented else None, ensure_ascii=False)
    earlier, json_stream.CHUNK_CHARACTERS = json_stream.CHUNK_CHARACTERS, chunk_characters
    try:
        stream = JsonStream(io.StringIO(text))
        assert {key: stream.value() for key in stream.members()} == value
        stream.require_end()
        stream = JsonStream(io.StringIO(text))
        stream.skip()
        stream.require_end()
    finally:
        json_stream.CHUNK_CHARACTERS = earlier


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"a"',
        '{"a":',
        '{"a":1',
        '{"a":1,',
        '{"a":1,}',
        '{"a" 1}',
        "{1:1}",
        '{"a":1 "b":2}',
        "{,}",
        '{"a":tru}',
    ],
)
def test_what_is_no_object_is_refused(text):
    stream = JsonStream(io.StringIO(text))
    with pytest.raises(ValueError, match=r".*"):
        {key: stream.value() for key in stream.members()}


def test_depth_and_what_follows_are_bounded():
    with pytest.raises(ValueError, match="deeper"):
        JsonStream(io.StringIO('{"a":' * 10_000)).skip()
    stream = JsonStream(io.StringIO("{} x"))
    stream.skip()
    with pytest.raises(ValueError, match="follows"):
        stream.require_end()


@given(st.lists(st.binary(max_size=20)))
def test_records_come_back_sorted_from_any_number_of_runs(records):
    with ExitStack() as files:
        kept = SortedRecords(files, run_bytes=200)
        for record in records:
            kept.add(record)
        assert list(kept) == sorted(records)


@pytest.mark.parametrize(
    ("alloc", "words"),
    [
        ({"0x12": {}}, "alloc: '0x12' is not an address"),
        ({"0x" + "12" * 20: 5}, "must be an object"),
        ({"0x" + "12" * 20: {"balance": "x"}}, "balance"),
        ({"0x" + "12" * 20: {"storage": {"0x1": "zz"}}}, "is not a number"),
        ({"0x" + "12" * 20: {"code": "12"}}, "code"),
    ],
)
def test_a_malformed_account_is_named_as_before(tmp_path, alloc, words):
    document = {**new_clique_document([b"\x11" * 20]), "alloc": alloc}
    (tmp_path / "g.json").write_text(json.dumps(document))
    with Store(tmp_path / "s") as store, pytest.raises(GenesisError, match=words):
        write_genesis_state(tmp_path / "g.json", store)
    with pytest.raises(GenesisError, match=words):
        parse_genesis(document)


def test_an_account_named_twice_is_refused(tmp_path):
    text = json.dumps({**new_clique_document([b"\x11" * 20]), "alloc": {"0x" + "ab" * 20: {"balance": "0x1"}}})
    twice = text.replace('"alloc": {', '"alloc": {"0x' + "AB" * 20 + '": {"balance": "0x2"}, ')
    (tmp_path / "g.json").write_text(twice)
    with Store(tmp_path / "s") as store, pytest.raises(GenesisError, match="twice"):
        write_genesis_state(tmp_path / "g.json", store)


def test_the_genesis_is_read_without_its_accounts(tmp_path):
    document = {**new_clique_document([b"\x11" * 20], writers=[b"\x22" * 20]), "alloc": {"0x" + "ab" * 20: {}}}
    (tmp_path / "g.json").write_text(json.dumps(document))
    found, whole = read_genesis(tmp_path / "g.json"), parse_genesis(document)
    assert found.allocation == {}
    assert (found.chain_id, found.writers, found.clique) == (whole.chain_id, whole.writers, whole.clique)
    assert found.header(b"\x07" * 32).hash == whole.header(b"\x07" * 32).hash


def test_memory_does_not_grow_with_the_genesis(tmp_path, monkeypatch):
    monkeypatch.setattr(genesis_stream, "RUN_BYTES", 1 << 17)
    monkeypatch.setattr(genesis_stream, "GROUP_BYTES", 1 << 17)
    monkeypatch.setattr(SortedRecords.__init__, "__defaults__", (1 << 17,))
    peaks = []
    for accounts in (1_500, 9_000):
        path = tmp_path / f"{accounts}.json"
        with path.open("w") as file:
            file.write('{"alloc": {')
            for index in range(accounts):
                address = "0x" + keccak(index.to_bytes(4, "big"))[:20].hex()
                file.write((", " if index else "") + f'"{address}": {{"balance": "0x1", "storage": {{"0x1": "0x2"}}}}')
            file.write("}}")
        with Store(tmp_path / f"s{accounts}", durable=False) as store:
            tracemalloc.start()
            write_genesis_state(path, store)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0], peaks
