"""Finding variables in the compiler's layout, and what is refused there."""

import pytest
from eth_hash.auto import keccak

from chaincode.build import compile_all
from chaincode.errors import LayoutError
from chaincode.storage.expected import ALL, Expected, Slot
from chaincode.storage.layout import StorageLayout, hashed, slot_of, word

TREE = {
    "$.nonreentrant_key": {"type": "nonreentrant lock", "slot": 0, "n_slots": 1},
    "book": {
        "head": {"type": "HashMap[bytes32, HashMap[address, uint256]]", "slot": 1, "n_slots": 1},
        "inner": {"digest": {"type": "HashMap[bytes32, bytes32]", "slot": 2, "n_slots": 1}},
    },
    "office": {"digest": {"type": "HashMap[bytes32, bytes32]", "slot": 3, "n_slots": 1}},
    "list": {"type": "HashMap[bytes32, bytes32[4]]", "slot": 4, "n_slots": 1},
    "total": {"type": "uint256", "slot": 5, "n_slots": 1},
}
LAYOUT = StorageLayout("thing", TREE)
ONE, WHO = b"\x01" * 32, "0x" + "22" * 20


def test_a_variable_is_found_by_its_own_name_at_any_depth():
    assert [LAYOUT.find(name).slot for name in ("head", "book.head", "inner.digest", "total")] == [1, 1, 2, 5]
    assert LAYOUT.find("$.nonreentrant_key").slot == 0
    assert (LAYOUT.find("head").depth, LAYOUT.find("list").depth, LAYOUT.find("total").depth) == (2, 1, 0)
    assert [one.path for one in LAYOUT.variables.values() if one.is_array] == ["list"]


def test_a_name_at_the_top_goes_before_those_within_modules():
    tree = {**TREE, "digest": {"type": "HashMap[bytes32, bytes32]", "slot": 9, "n_slots": 1}}
    assert StorageLayout("thing", tree).find("digest").slot == 9


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("tail", "thing.tail is not in the compiler's storage layout"),
        ("ead", "thing.ead is not in the compiler's storage layout"),
        ("digest", r"thing.digest could be book\.inner\.digest or office\.digest"),
    ],
)
def test_a_name_that_is_missing_or_ambiguous_is_refused(name, reason):
    with pytest.raises(LayoutError, match=reason):
        LAYOUT.find(name)


def test_kinds_that_nothing_here_lays_out_are_refused():
    with pytest.raises(LayoutError, match="no rule here lays out"):
        StorageLayout("thing", {"names": {"type": "DynArray[bytes32, 3]", "slot": 1, "n_slots": 4}})


def test_a_map_hashes_its_slot_before_the_key():
    inner = keccak((1).to_bytes(32, "big") + ONE)
    outer = keccak(inner + bytes(12) + b"\x22" * 20)
    assert slot_of(LAYOUT.find("head"), (ONE, WHO)) == int.from_bytes(outer, "big")
    base = int.from_bytes(keccak((4).to_bytes(32, "big") + ONE), "big")
    assert slot_of(LAYOUT.find("list"), (ONE,), 3) == base + 3


def test_words_are_left_padded():
    assert word(WHO) == bytes(12) + b"\x22" * 20
    assert (word(True), word(ONE)) == ((1).to_bytes(32, "big"), ONE)


@pytest.mark.parametrize("value", [-1, 2**256])
def test_a_value_that_no_slot_holds_is_refused(value):
    with pytest.raises(LayoutError, match=r"thing\.total cannot hold"):
        Expected(LAYOUT).put("total", (), value)


def test_what_a_slot_allows():
    exact, one_of = Slot("a", (), (5,)), Slot("a", (), (0, 3))
    in_part, by_key = Slot("a", (), (5,), free=0xFF << 8), Slot("a", (), (0,), free=ALL)
    assert (exact.allows(5), exact.allows(4), one_of.allows(0), one_of.allows(2)) == (True, False, True, False)
    assert (in_part.allows(0x1205), in_part.allows(0x1206), in_part.allows(0)) == (True, False, False)
    assert (by_key.allows(1), by_key.allows(0)) == (True, False)


def test_storage_is_rebuilt_only_if_every_bit_is_known():
    into = Expected(LAYOUT)
    into.put("total", (), 7)
    into.put("head", (ONE, WHO), 0)
    assert into.rebuilt({}) == {hashed(5): 7}
    into.put_any("$.nonreentrant_key", (), (0, 3))
    assert [into.rebuilt({hashed(0): lock}) for lock in (0, 2, 3)] == [
        {hashed(5): 7},
        {hashed(5): 7},
        {hashed(0): 3, hashed(5): 7},
    ]
    into.put_digest("inner.digest", (ONE,), [], bits=96, rest=3)
    assert into.rebuilt({}) is None
    (digest,) = [slot for slot in into.slots.values() if slot.free]
    assert (digest.values, digest.free, str(digest)) == ((3,), ALL >> 160 << 160, f"book.inner.digest[0x{ONE.hex()}]")


def test_every_contract_of_the_bank_has_a_layout_that_can_be_read():
    for name, artifact in compile_all().items():
        assert StorageLayout(name, artifact.storage_layout["storage_layout"]).variables
