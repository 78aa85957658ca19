"""Clique: who may seal when, votes, and every header rule refused by name."""

import pytest
from eth_keys.datatypes import PrivateKey

from ledger.blocks import encode_block
from ledger.clique import Clique, pack_snapshot, unpack_snapshot
from ledger.draft import CannotSealError
from ledger.errors import BlockError
from ledger.genesis import new_clique_document, parse_genesis
from ledger.seal import header_signer

KEYS = [PrivateKey(bytes([n]) * 32) for n in (1, 2, 3)]
ADDRESSES = [key.public_key.to_canonical_address() for key in KEYS]


def genesis_for(addresses, **clique):
    document = new_clique_document(addresses)
    document["config"]["clique"].update(clique)
    return parse_genesis(document)


def resealed(header, key, **changes):
    return encode_block(Clique.sign(header.copy(**changes), key), ())


def test_the_seal_names_the_signer(chain, seal):
    header = seal(chain, 10).block.header
    assert header_signer(header) == chain.signer_address
    assert header.difficulty == 2


def test_a_stranger_cannot_draft(new_chain, genesis):
    chain = new_chain("stranger", genesis, KEYS[2])
    with pytest.raises(CannotSealError, match="may not seal block 1"), chain.draft(10):
        pytest.fail("drafted")


def test_a_node_without_a_key_cannot_draft(new_chain, genesis):
    with pytest.raises(CannotSealError), new_chain("keyless", genesis, None).draft(10):
        pytest.fail("drafted")


def test_a_strangers_seal_is_refused(chain, new_chain, genesis, seal):
    header = seal(chain, 10).block.header
    follower = new_chain("follower", genesis, None)
    with pytest.raises(BlockError, match="who is no authorised signer") as refused:
        follower.import_block(resealed(header, KEYS[1]))
    assert (refused.value.block_number, refused.value.field) == (1, "seal")
    assert follower.head.number == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"timestamp": 0}, "timestamp"),
        ({"difficulty": 3}, "difficulty"),
        ({"difficulty": 1}, "difficulty"),
        ({"nonce": b"\x00" * 7 + b"\x01"}, "nonce"),
        ({"mix_hash": b"\x01" * 32}, "mixHash"),
        ({"uncles_hash": b"\x01" * 32}, "sha3Uncles"),
        ({"parent_hash": b"\x01" * 32}, "parentHash"),
        ({"block_number": 2}, "number"),
        ({"gas_limit": 1}, "gasLimit"),
        ({"gas_limit": 400_000_000}, "gasLimit"),
        ({"gas_used": 1}, "gasUsed"),
        ({"gas_used": 400_000_000}, "gasUsed"),
        ({"state_root": b"\x01" * 32}, "stateRoot"),
        ({"transaction_root": b"\x01" * 32}, "transactionsRoot"),
        ({"receipt_root": b"\x01" * 32}, "receiptsRoot"),
        ({"bloom": 1}, "logsBloom"),
        ({"extra_data": b"\x00" * 32 + ADDRESSES[0] + b"\x00" * 65}, "extraData"),
        ({"extra_data": b"\x00" * 65}, "extraData"),
    ],
)
def test_a_false_field_is_named_even_under_a_good_seal(chain, new_chain, genesis, seal, signer_key, changes, field):
    header = seal(chain, 10).block.header
    follower = new_chain("follower", genesis, None)
    changed = header.copy(**changes)
    if len(changed.extra_data) >= 97:
        changed = Clique.sign(changed, signer_key)
    with pytest.raises(BlockError) as refused:
        follower.import_block(encode_block(changed, ()))
    assert refused.value.field == field
    assert follower.head.number == 0


def test_a_block_from_the_future_is_refused_when_the_time_is_known(chain, new_chain, genesis, seal):
    raw = seal(chain, 5_000).block.raw
    follower = new_chain("follower", genesis, None)
    with pytest.raises(BlockError, match="in the future"):
        follower.import_block(raw, now=1_000)
    assert follower.import_block(raw, now=5_000).block.number == 1


def test_the_period_is_kept(new_chain, seal, signer_key):
    genesis = genesis_for([ADDRESSES[0]], period=5)
    chain = new_chain("slow", genesis, KEYS[0])
    header = seal(chain, 10).block.header
    follower = new_chain("follower", genesis, None)
    with pytest.raises(BlockError, match="before the earliest, 5"):
        follower.import_block(resealed(header, KEYS[0], timestamp=4))
    assert chain.earliest_timestamp() == 15


def test_an_epoch_block_lists_the_signers(new_chain, seal):
    genesis = genesis_for(ADDRESSES[:1], epoch=2)
    chain = new_chain("short-epoch", genesis, KEYS[0])
    seal(chain, 10)
    header = seal(chain, 20).block.header
    assert header.extra_data[32:-65] == ADDRESSES[0]
    follower = new_chain("follower", genesis, None)
    follower.import_block(chain.history.raw_block(1))
    false_list = b"\x00" * 32 + ADDRESSES[1] + b"\x00" * 65
    with pytest.raises(BlockError, match="must list the 1 signers"):
        follower.import_block(resealed(header, KEYS[0], extra_data=false_list))
    assert follower.import_block(chain.history.raw_block(2)).block.number == 2


def test_a_vote_adds_a_signer_and_turns_alternate(new_chain, seal):
    genesis = genesis_for(ADDRESSES[:1])
    first = new_chain("first", genesis, KEYS[0])
    second = new_chain("second", genesis, KEYS[1])
    first.votes[ADDRESSES[1]] = True
    second.import_block(seal(first, 10).block.raw)
    assert set(first.head.snapshot.signers) == set(ADDRESSES[:2])
    with pytest.raises(CannotSealError), first.draft(20):
        pytest.fail("sealed twice in a row with two signers")
    raw = seal(second, 20).block.raw
    first.import_block(raw)
    assert first.head.header.hash == second.head.header.hash
    assert header_signer(first.head.header) == ADDRESSES[1]


def test_the_key_is_rotated_by_adding_one_and_dropping_the_other(new_chain, seal):
    genesis = genesis_for(ADDRESSES[:1])
    old, new = new_chain("old", genesis, KEYS[0]), new_chain("new", genesis, KEYS[1])
    old.votes[ADDRESSES[1]] = True
    new.import_block(seal(old, 10).block.raw)
    new.votes[ADDRESSES[0]] = False
    old.votes.clear()
    old.votes[ADDRESSES[0]] = False
    old.import_block(seal(new, 20).block.raw)
    new.import_block(seal(old, 30).block.raw)
    assert set(new.head.snapshot.signers) == {ADDRESSES[1]}
    assert seal(new, 40).block.header.difficulty == 2
    with pytest.raises(CannotSealError), old.draft(40):
        pytest.fail("the dropped signer sealed")


def test_a_signer_who_seals_again_too_soon_is_refused(new_chain, seal):
    genesis = genesis_for(ADDRESSES[:2])
    chain = new_chain("chain", genesis, KEYS[0])
    header = seal(chain, 10).block.header
    again = header.copy(block_number=2, parent_hash=header.hash, timestamp=20)
    for difficulty in (1, 2):
        with pytest.raises(BlockError, match="must wait"):
            chain.import_block(resealed(again, KEYS[0], difficulty=difficulty))


def test_snapshots_survive_packing(new_chain, seal):
    chain = new_chain("voting", genesis_for(ADDRESSES[:2]), KEYS[0])
    chain.votes[ADDRESSES[2]] = True
    seal(chain, 10)
    snapshot = chain.head.snapshot
    assert len(snapshot.votes) == 1
    assert unpack_snapshot(pack_snapshot(snapshot)) == snapshot
