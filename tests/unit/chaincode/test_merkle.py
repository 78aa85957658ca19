import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaincode.merkle import inclusion_proof, leaf_hash, merkle_root, verify_inclusion

rows = st.lists(st.binary(max_size=8), min_size=1, max_size=40)


def leaves_of(contents):
    return [leaf_hash(index.to_bytes(16, "big"), row) for index, row in enumerate(contents)]


@given(rows, st.data())
def test_every_leaf_proves_its_place_and_no_other(contents, data):
    leaves = leaves_of(contents)
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, root = inclusion_proof(leaves, index), merkle_root(leaves)
    assert verify_inclusion(leaves[index], index, len(leaves), proof, root)
    for other in {0, len(leaves) - 1, (index + 1) % len(leaves)} - {index}:
        assert not verify_inclusion(leaves[index], other, len(leaves), proof, root)
    assert not verify_inclusion(leaf_hash(bytes(16), b"another row"), index, len(leaves), proof, root)


@given(rows, st.data())
def test_a_changed_row_changes_the_root(contents, data):
    leaves = leaves_of(contents)
    index = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves[:index], leaf_hash(b"\xff" * 16, b"?"), *leaves[index + 1 :]]
    assert merkle_root(changed) != merkle_root(leaves)


def test_a_truncated_or_padded_proof_is_refused():
    leaves = leaves_of([b"a", b"b", b"c"])
    proof, root = inclusion_proof(leaves, 1), merkle_root(leaves)
    assert not verify_inclusion(leaves[1], 1, 3, proof[:-1], root)
    assert not verify_inclusion(leaves[1], 1, 3, [*proof, leaves[0]], root)
    assert not verify_inclusion(leaves[1], 3, 3, proof, root)


def test_an_inner_node_is_no_leaf():
    leaves = leaves_of([b"a", b"b", b"c", b"d"])
    assert merkle_root([merkle_root(leaves[:2]), merkle_root(leaves[2:])]) == merkle_root(leaves)
    assert leaf_hash(leaves[0][:16], leaves[0][16:] + leaves[1]) != merkle_root(leaves[:2])


def test_no_rows_and_short_salts_are_refused():
    with pytest.raises(ValueError, match="at least one row"):
        merkle_root([])
    with pytest.raises(ValueError, match="16 bytes"):
        leaf_hash(b"short", b"row")
    with pytest.raises(ValueError, match="no leaf 2"):
        inclusion_proof(leaves_of([b"a", b"b"]), 2)
