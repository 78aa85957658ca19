"""Followers that talk: a leader which shows two of them different chains is convicted by its own seals."""

import json
from types import SimpleNamespace

import pytest
from eth_keys.datatypes import PrivateKey

from ledger.asking import LeaderUnreachableError
from ledger.blocks import decode_header
from ledger.checkpoint import CheckpointError, checkpoint_of, parse_signed_checkpoint, sign_checkpoint
from ledger.clique import Clique
from ledger.follow import Follower
from ledger.gossip import EXCHANGE_METHOD, OTHERS_REMEMBERED, Gossip, SplitViewError
from ledger.node import Node
from ledger.provider import ChainProvider
from ledger.witnessed import Witnessed, parse_witnessed

FIRST, SECOND = PrivateKey(b"\x71" * 32), PrivateKey(b"\x72" * 32)


def asking(node):
    provider = ChainProvider(node)

    def ask(calls):
        return [provider.make_request(method, params)["result"] for method, params in calls]

    return ask


@pytest.fixture
def party(new_chain, genesis, tmp_path):
    """party(name, leader, key, peers) -> a follower on a chain of its own, and how others ask it."""

    def make(name, leader, key, peers=None):
        chain = new_chain(name, genesis, None)
        chain.clock = lambda: 10**6
        follower = Follower(chain, asking(Node(leader)), key, tmp_path / f"{name}-checkpoints", peers)
        node = Node(chain)
        node.gossip = follower.gossip
        return SimpleNamespace(chain=chain, follower=follower, ask=asking(node), path=tmp_path / f"{name}-checkpoints")

    return make


@pytest.fixture
def two_faced(new_chain, genesis, seal, sign, alice):
    """One signer, two chains: alike up to block 1, different in block 2 and after."""
    one, other = new_chain("one", genesis), new_chain("other", genesis)
    other.import_block(seal(one, 10, [sign(alice, 0)]).block.raw)
    for number in (2, 3):
        seal(one, number * 10, [sign(alice, number - 1)])
        seal(other, number * 10, [sign(alice, number - 1, data=b"another story")])
    return one, other


def test_a_split_view_is_found_by_two_followers_of_whom_one_asks(two_faced, party):
    first = party("first", two_faced[0], FIRST)
    second = party("second", two_faced[1], SECOND, {"first": first.ask})
    first.follower.step()
    second.follower.step()
    with pytest.raises(SplitViewError, match="block 3: 0x") as found:
        second.follower.talk_once()
    assert found.value.witness == FIRST.public_key.to_checksum_address()
    assert isinstance(second.follower.error, SplitViewError)
    assert isinstance(first.follower.error, SplitViewError)  # the one who was asked knows as well
    for side in (first, second):
        (evidence,) = (side.path / "evidence").iterdir()
        facts = json.loads(evidence.read_text())
        hashes = {decode_header(bytes.fromhex(raw[2:])).hash for raw in facts["headers"]}
        assert hashes == {chain.head.header.hash for chain in two_faced}


def test_followers_of_one_chain_agree_and_keep_each_others_checkpoints(two_faced, party, seal):
    first = party("first", two_faced[0], FIRST)
    second = party("second", two_faced[0], SECOND, {"first": first.ask})
    first.follower.step()
    second.follower.step()
    second.follower.talk_once()
    assert first.follower.error is None
    assert second.follower.error is None
    for side, witness in ((first, SECOND), (second, FIRST)):
        kept = side.path / "others" / f"{witness.public_key.to_checksum_address()}.json"
        assert parse_signed_checkpoint(kept.read_text()).checkpoint == checkpoint_of(two_faced[0])


def test_what_was_seen_is_passed_on_by_those_between(two_faced, party):
    first = party("first", two_faced[0], FIRST)
    between = party("between", two_faced[0], PrivateKey(b"\x73" * 32), {"first": first.ask})
    between.chain.import_block(two_faced[0].history.raw_block(1))  # it has not got further, so it cannot tell
    first.follower.step()
    between.follower.talk_once()
    last = party("last", two_faced[1], SECOND, {"between": between.ask})
    last.follower.step()
    with pytest.raises(SplitViewError):
        last.follower.talk_once()


def test_what_is_ahead_is_compared_once_the_chain_is_there(two_faced, party):
    first = party("first", two_faced[0], FIRST)
    second = party("second", two_faced[1], SECOND, {"first": first.ask})
    first.follower.step()
    second.follower.talk_once()
    assert second.follower.error is None
    with pytest.raises(SplitViewError):
        second.follower.step()


def test_a_witness_that_invents_a_block_convicts_nobody(two_faced, party):
    first = party("first", two_faced[0], FIRST)
    first.follower.step()
    chain = first.chain
    real = chain.head.header
    forged = real.copy(state_root=b"\x13" * 32)
    resealed = Clique.sign(forged, SECOND)
    for header in (forged, resealed):
        seen = checkpoint_of(chain)
        told = type(seen)(seen.chain_id, seen.genesis_hash, seen.number, header.hash, header.state_root)
        entry = Witnessed(sign_checkpoint(told, SECOND), header)
        with pytest.raises(CheckpointError, match="no signer of this chain"):
            parse_witnessed(entry.to_fields(), chain)
        assert first.follower.gossip.hear([entry.to_fields()]) == 0
    assert first.follower.error is None


@pytest.mark.parametrize("change", [{"header": "0x00"}, {"header": "zz"}, {"signature": "0x12"}, {"more": "x"}])
def test_malformed_words_of_a_peer_are_passed_over(two_faced, party, change):
    first = party("first", two_faced[0], FIRST)
    first.follower.step()
    entry = {**first.follower.gossip.told()[0], **change}
    assert first.follower.gossip.hear([entry, None, 5, [], {}]) == 0


def test_another_chains_checkpoint_is_passed_over(two_faced, party, new_chain):
    from ledger.genesis import new_clique_document, parse_genesis

    signer = two_faced[0]._signer.public_key.to_canonical_address()
    stranger = new_chain("stranger", parse_genesis(new_clique_document([signer], chain_id=5)))
    gossip = Gossip(stranger, two_faced[0].store.path)
    first = party("first", two_faced[0], FIRST)
    first.follower.step()
    with pytest.raises(CheckpointError, match="speaks of another chain"):
        parse_witnessed(first.follower.gossip.told()[0], stranger)
    assert gossip.hear(first.follower.gossip.told()) == 0


def test_a_header_that_is_not_the_signed_one_is_refused(two_faced, party):
    first = party("first", two_faced[0], FIRST)
    first.follower.step()
    entry = first.follower.gossip.told()[0]
    other = Witnessed(sign_checkpoint(checkpoint_of(first.chain, 1), FIRST), first.chain.history.header(1))
    with pytest.raises(CheckpointError, match="not the one that 0x"):
        parse_witnessed({**entry, "header": other.to_fields()["header"]}, first.chain)


def test_a_peer_that_is_away_stops_nothing(two_faced, party):
    def nobody(calls):
        raise LeaderUnreachableError("away")

    first = party("first", two_faced[0], FIRST, {"nobody": nobody})
    first.follower.step()
    first.follower.talk_once()
    assert first.follower.error is None


def test_many_witnesses_do_not_fill_the_memory(two_faced, party, monkeypatch):
    first = party("first", two_faced[0], FIRST)
    first.follower.step()
    for index in range(OTHERS_REMEMBERED + 5):
        key = PrivateKey((1_000 + index).to_bytes(32, "big"))
        entry = Witnessed(sign_checkpoint(checkpoint_of(first.chain), key), first.chain.head.header)
        assert first.follower.gossip.hear([entry.to_fields()]) == 1
    assert len(first.follower.gossip._others) == OTHERS_REMEMBERED
    assert len(list((first.path / "others").iterdir())) == OTHERS_REMEMBERED


def test_only_a_follower_answers_peers(local, rpc):
    assert rpc(EXCHANGE_METHOD, [])["error"]["code"] == -32601
