"""Reading an account's whole storage: exactly what was written, and its root made again from that."""

from eth.constants import BLANK_ROOT_HASH
from eth_hash.auto import keccak
from hypothesis import given
from hypothesis import strategies as st

from ledger import trie
from ledger.export import export_chain
from ledger.replay import replay
from ledger.rlp_codec import encode_part, integer_bytes
from ledger.storage import root_of_slots, storage_root, stored_slots

SLOTS = st.dictionaries(st.integers(0, 2**256 - 1), st.integers(1, 2**256 - 1), max_size=40)


@given(slots=SLOTS)
def test_every_slot_written_is_read_and_makes_the_root(slots):
    hashed = {keccak(slot.to_bytes(32, "big")): value for slot, value in slots.items()}
    nodes = {}
    items = [(key.hex(), encode_part(integer_bytes(value))) for key, value in hashed.items()]
    root = trie.update(BLANK_ROOT_HASH, items, nodes.__getitem__, nodes)
    found = list(stored_slots(nodes.__getitem__, root))
    assert dict(found) == hashed
    assert [key for key, _ in found] == sorted(hashed)
    assert root_of_slots(hashed) == root


def test_zeros_are_not_stored():
    assert root_of_slots({bytes(32): 0}) == root_of_slots({}) == BLANK_ROOT_HASH
    assert list(stored_slots({}.__getitem__, BLANK_ROOT_HASH)) == []


def test_an_account_that_is_not_there_has_no_storage(local):
    header = local.chain.head.header
    assert storage_root(local.chain.nodes.__getitem__, header.state_root, b"\x77" * 20) == BLANK_ROOT_HASH


def test_the_final_state_of_a_replay_shows_its_storage(local, deployed, alice, sign, rpc, tmp_path):
    label = b"\x07" * 32
    data = deployed.encode_abi("count", args=[label, 5])
    rpc("eth_sendRawTransaction", "0x" + sign(alice, 1, to=deployed.address, data=data).hex())
    export_chain(local.chain, tmp_path)
    heard = []
    state = replay(tmp_path, on_block=heard.append).state
    (found,) = state.slots(deployed.address)
    assert found == (keccak(keccak((1).to_bytes(32, "big") + label)), 5)  # slot 0 is the lock
    assert state.storage_root(deployed.address) == root_of_slots(dict([found]))
    assert heard[1].transactions[0].data.hex() == data[2:]
    state.close()
