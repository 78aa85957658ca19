"""The batch trie against py-trie, which changes one key at a time."""

from eth.constants import BLANK_ROOT_HASH
from eth_utils import keccak
from hypothesis import example, given, settings
from hypothesis import strategies as st
from trie import HexaryTrie

from ledger import rlp_codec, trie, trie_node

KEYS = st.binary(min_size=2, max_size=2)
VALUES = st.binary(min_size=0, max_size=40)
BATCHES = st.lists(st.dictionaries(KEYS, VALUES, max_size=30), max_size=6)


def one_by_one(batches):
    reference = HexaryTrie({})
    for batch in batches:
        for key, value in batch.items():
            reference[key] = value
    return reference


def in_batches(batches):
    nodes, root = {}, BLANK_ROOT_HASH
    for batch in batches:
        root = trie.update(root, [(key.hex(), value) for key, value in batch.items()], nodes.__getitem__, nodes)
    return root, nodes


@settings(max_examples=300, deadline=None)
@given(BATCHES)
def test_batches_lead_to_the_same_root_as_single_changes(batches):
    assert in_batches(batches)[0] == one_by_one(batches).root_hash


@settings(max_examples=100, deadline=None)
@given(BATCHES)
def test_what_was_put_is_found_and_what_was_deleted_is_not(batches):
    root, nodes = in_batches(batches)
    reference = one_by_one(batches)
    for key in {key for batch in batches for key in batch}:
        assert trie.get(root, key.hex(), nodes.__getitem__) == reference[key]


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.binary(max_size=8).map(keccak), st.binary(min_size=1, max_size=80), min_size=1, max_size=200))
def test_hashed_keys_lead_to_the_same_root(content):
    assert in_batches([content])[0] == one_by_one([content]).root_hash


def test_deleting_everything_leaves_the_empty_root():
    content = {bytes([n, n]): b"x" * 40 for n in range(50)}
    assert in_batches([content, dict.fromkeys(content, b"")])[0] == BLANK_ROOT_HASH


def test_an_empty_trie_holds_nothing():
    assert trie.get(BLANK_ROOT_HASH, "00", {}.__getitem__) == b""
    assert trie.update(BLANK_ROOT_HASH, [], {}.__getitem__, {}) == BLANK_ROOT_HASH


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=60), max_size=300))
def test_list_roots_are_those_of_py_evm(items):
    from eth.db.trie import _make_trie_root_and_nodes

    assert trie.ordered_trie_root(items) == _make_trie_root_and_nodes(tuple(items))[0]


PARTS = st.recursive(st.binary(max_size=70), lambda inner: st.lists(inner, max_size=17), max_leaves=20)


@given(st.lists(PARTS, max_size=17))
def test_the_node_codec_is_rlp(node):
    encoded = rlp_codec.encode_node(node)
    assert encoded == rlp_codec.encode(node)
    assert rlp_codec.decode_node(encoded) == node


HASHES = st.binary(min_size=32, max_size=32)
SHORT_NODES = st.tuples(st.binary(max_size=4), st.binary(max_size=8)).map(list)
CHILDREN = st.one_of(HASHES, HASHES, HASHES, st.just(b""), SHORT_NODES)
BRANCHES = st.one_of(
    st.lists(HASHES, min_size=16, max_size=16).map(lambda children: [*children, b""]),
    st.lists(CHILDREN, min_size=16, max_size=16).flatmap(
        lambda children: st.one_of(st.just(b""), HASHES, st.binary(max_size=80)).map(lambda value: [*children, value])
    ),
)


@settings(deadline=None)
@given(BRANCHES)
@example([b"\xa0" * 32] * 16 + [b""])
@example([b""] + [b"\xa0" * 32] * 16)
def test_branches_are_written_and_read_as_rlp_whatever_they_hold(branch):
    encoded = trie_node.encode(branch)
    assert encoded == rlp_codec.encode(branch)
    assert trie_node.decode(encoded) == branch
