"""ABI words: the same bytes and values as eth_abi's for whatever both take, and nothing that eth_abi refuses."""

import pytest
from eth_abi.abi import decode as abi_decode
from eth_abi.abi import encode as abi_encode
from eth_abi.exceptions import DecodingError, EncodingError
from hypothesis import example, given
from hypothesis import strategies as st

from chaincode.abi import normal
from chaincode.ids import checksummed
from chaincode.words import parts_of, reader, spelt

WORDS = ("bytes32", "address", "bool", "uint8", "uint32", "uint64", "uint256")
KINDS = st.recursive(
    st.sampled_from((*WORDS, "string", "bytes")),
    lambda inner: st.one_of(
        inner.map("{}[]".format), st.lists(inner, min_size=1, max_size=4).map(lambda kinds: f"({','.join(kinds)})")
    ),
    max_leaves=6,
)
ADDRESSES = st.binary(min_size=20, max_size=20).map(lambda value: checksummed("0x" + value.hex()))
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(max_size=40),
    ADDRESSES, ADDRESSES.map(str.lower), ADDRESSES.map(str.swapcase), st.just("0x" + "1" * 38 + "  "),
    st.lists(st.integers(0, 2), max_size=3), st.just("\ud800"),
)  # fmt: skip


def values_of(kind: str) -> st.SearchStrategy:
    if kind.endswith("[]"):
        return st.lists(values_of(kind[:-2]), max_size=3)
    if kind.startswith("("):
        return st.tuples(*map(values_of, parts_of(kind)))
    if kind.startswith("uint"):
        return st.integers(0, 2 ** int(kind[4:]) - 1)
    return {
        "string": st.text(), "bytes": st.binary(max_size=70), "bool": st.booleans(),
        "bytes32": st.binary(min_size=32, max_size=32), "address": ADDRESSES,
    }[kind]  # fmt: skip


CALLS = st.lists(KINDS, max_size=4).flatmap(
    lambda kinds: st.tuples(st.just(tuple(kinds)), st.tuples(*map(values_of, kinds)))
)


@given(CALLS)
def test_values_are_spelt_as_eth_abi_spells_them(call):
    kinds, values = call
    assert spelt(kinds, values) == abi_encode(kinds, values)


@given(st.lists(st.sampled_from((*WORDS, "string", "bytes", "uint8[]", "(uint8,bool)")), max_size=3), st.data())
@example(["address"], None)
def test_what_eth_abi_refuses_is_not_spelt(kinds, data):
    values = ["0x" + "1" * 38 + "  "] if data is None else [data.draw(ODD) for _ in kinds]
    found = spelt(tuple(kinds), values)
    try:
        expected = abi_encode(kinds, values)
    except (EncodingError, ValueError, TypeError):
        assert found is None
    else:
        assert found in (None, expected)


@pytest.mark.parametrize("kinds", [("uint256[2]",), ("int8",), ("bytes4",), ("string[3]",), ("()",)])
def test_kinds_that_no_contract_of_ours_has_are_left_to_eth_abi(kinds):
    assert spelt(kinds, [[]]) is None
    assert reader(kinds) is None


def test_a_row_too_short_is_not_spelt():
    assert spelt(("uint8", "uint8"), [1]) is None
    assert spelt(("(uint8,uint8)",), [(1,)]) is None
    assert spelt(("(uint8,string)",), [(1,)]) is None


@given(st.lists(st.sampled_from(WORDS), max_size=5), st.data())
def test_words_are_read_as_eth_abi_reads_them(kinds, data):
    short = st.integers(0, 2).map(lambda value: value.to_bytes(32))
    narrow = st.binary(min_size=20, max_size=20).map(lambda value: bytes(12) + value)
    words = st.lists(st.one_of(short, narrow, st.binary(min_size=32, max_size=32)), min_size=len(kinds), max_size=6)
    sent = b"".join(data.draw(words))
    try:
        values = abi_decode(kinds, sent)
    except DecodingError:
        assert reader(kinds)(sent) is None
    else:
        assert reader(kinds)(sent) == tuple(normal(value, kind) for value, kind in zip(values, kinds, strict=True))


def test_words_that_are_missing_are_not_read():
    assert reader(["uint8", "uint8"])(bytes(63)) is None
    assert reader(["string"]) is None
