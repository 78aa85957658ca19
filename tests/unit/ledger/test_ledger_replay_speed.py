"""What makes replay quick must not make it believe more: the same verdicts, the same reasons, the same state."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import ahead, grouped, rlp_codec
from ledger import replay as replaying
from ledger.ahead import recovered_ahead
from ledger.blocks import decode_block
from ledger.errors import ReplayError
from ledger.export import export_chain
from ledger.replay import replay

SEED = 20170714
NESTED = st.recursive(st.binary(max_size=70), lambda inner: st.lists(inner, max_size=6), max_leaves=12)


@given(st.lists(NESTED, max_size=6))
def test_a_split_list_is_its_items(items):
    assert rlp_codec.split_list(rlp_codec.encode(items)) == [rlp_codec.encode(item) for item in items]


@given(st.binary(max_size=80))
def test_what_splits_into_sound_items_is_what_decodes(raw):
    try:
        whole = rlp_codec.decode(raw)
    except rlp_codec.RlpError:
        whole = None
    try:
        parts = [rlp_codec.decode(item) for item in rlp_codec.split_list(raw)]
    except rlp_codec.RlpError:
        parts = None
    assert parts == (whole if isinstance(whole, list) else None)


@pytest.fixture
def long_chain(chain, seal, sign, alice, bob, tmp_path):
    """Twelve blocks of two senders, exported."""
    for number in range(12):
        seal(chain, number + 10, [sign(account, number, data=bytes([number])) for account in (alice, bob)])
    export_chain(chain, tmp_path / "x")
    return chain, tmp_path / "x"


def test_senders_come_back_from_the_other_process_in_order(long_chain, alice, bob):
    chain, _ = long_chain
    blocks = [chain.history.raw_block(number) for number in range(1, 13)]
    expected = bytes.fromhex(alice.address[2:]) + bytes.fromhex(bob.address[2:])
    found = list(recovered_ahead(iter(blocks), chain.genesis.document))
    assert found == [(raw, expected) for raw in blocks]
    again = decode_block(blocks[3], chain.genesis.forks, chain.chain_id, 4, found[3][1])
    assert again == decode_block(blocks[3], chain.genesis.forks, chain.chain_id, 4)


def test_replay_beside_another_process_finds_the_same(long_chain, monkeypatch):
    chain, export = long_chain
    monkeypatch.setattr(replaying, "WORTH_IT_BYTES", 0)
    monkeypatch.setattr(ahead, "AHEAD_BLOCKS", 2)
    monkeypatch.setattr(grouped, "GROUP_BLOCKS", 5)
    report = replay(export)
    assert (report.blocks, report.transactions) == (12, 24)
    assert report.head_hash == chain.head.header.hash
    for number in range(13):
        assert report.state.block_hash(number) == chain.history.header(number).hash
    for transaction in chain.history.block(7).transactions:
        assert report.state.transaction_place(transaction.hash) == chain.history.transaction_place(transaction.hash)
    report.state.close()


def test_an_altered_chain_is_refused_with_the_same_words_beside_another_process(long_chain, monkeypatch):
    _, export = long_chain
    original, chooser = (export / "chain.rlp").read_bytes(), random.Random(SEED)
    for position in chooser.sample(range(len(original)), 4):
        altered = bytearray(original)
        altered[position] ^= 1 << chooser.randrange(8)
        (export / "chain.rlp").write_bytes(altered)
        words = []
        for least_bytes in (0, 1 << 60):
            monkeypatch.setattr(replaying, "WORTH_IT_BYTES", least_bytes)
            with pytest.raises(ReplayError) as found:
                replay(export).state.close()
            words.append((found.value.block_number, found.value.field, found.value.reason))
        assert words[0] == words[1], position


def test_state_written_in_small_groups_is_the_same(long_chain, monkeypatch):
    chain, export = long_chain
    monkeypatch.setattr(grouped, "GROUP_NODES", 1)
    report = replay(export)
    assert report.state_root == chain.head.header.state_root
    assert report.state.get_code(b"\xab" * 20) == b""
    report.state.close()
