"""The quick way to decode against the general one: the same object or none at all, on every fork."""

import pytest
import rlp
from eth.vm.forks import BerlinVM, CancunVM, FrontierVM, LondonVM, PragueVM, SpuriousDragonVM
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger import rlp_codec
from ledger.legacy_decode import legacy_parts, legacy_transaction

FORKS = [FrontierVM, SpuriousDragonVM, BerlinVM, LondonVM, CancunVM, PragueVM]
NUMBERS = st.integers(0, 2**256 - 1) | st.integers(0, 300)
PARTS = st.tuples(
    *(NUMBERS, NUMBERS, NUMBERS),
    st.sampled_from([b"", b"\x11" * 20, b"\x00" * 20]),
    NUMBERS,
    st.binary(max_size=80) | st.integers(0, 300).map(bytes),
    *(NUMBERS, NUMBERS, NUMBERS),
)


def encoded(parts):
    return rlp.encode([part if isinstance(part, bytes) else rlp_codec.integer_bytes(part) for part in parts])


@settings(deadline=None)
@given(parts=PARTS, rules=st.sampled_from(FORKS))
def test_what_is_canonical_becomes_the_same_transaction(parts, rules):
    builder, raw = rules.get_transaction_builder(), encoded(parts)
    found = legacy_parts(raw)
    assert found == rlp.decode(raw)
    quick, general = legacy_transaction(builder, found), builder.deserialize(rlp.decode(raw))
    assert type(quick) is type(general)
    assert quick.__dict__ == general.__dict__
    assert quick == general
    assert quick.intrinsic_gas == general.intrinsic_gas
    assert rlp.encode(quick) == raw


@settings(max_examples=400, deadline=None)
@given(
    raw=PARTS.map(encoded),
    position=st.integers(0, 200),
    change=st.sampled_from(["flip", "cut", "insert", "append"]),
    byte=st.integers(0, 255),
)
@example(raw=b"\xc9" + b"\x01" * 9, position=1, change="flip", byte=0x80)
@example(raw=b"\xc9" + b"\x01" * 9, position=0, change="flip", byte=0xF8 ^ 0xC9)
def test_what_is_not_canonical_becomes_nothing(raw, position, change, byte):
    position %= len(raw)
    altered = {
        "flip": raw[:position] + bytes([raw[position] ^ byte]) + raw[position + 1 :],
        "cut": raw[:position],
        "insert": raw[:position] + bytes([byte]) + raw[position:],
        "append": raw + bytes([byte]),
    }[change]
    if not altered or altered[0] < 0xC0:
        return
    builder, parts = BerlinVM.get_transaction_builder(), legacy_parts(altered)
    quick = None if parts is None else legacy_transaction(builder, parts)
    if quick is not None:
        assert quick == builder.deserialize(rlp.decode(altered))


@pytest.mark.parametrize(
    "raw", [b"\xc0", b"\xf8", b"\xf8\x00", b"\xff", b"\xf9\x00\x40", b"\xc1\xc0", b"\xc9" + b"\xb8" * 9]
)
def test_garbage_becomes_nothing(raw):
    assert legacy_parts(raw) is None


@pytest.mark.parametrize(
    ("index", "part"), [(0, b"\x00"), (2, b"\x00\x01"), (4, b"\x01" * 33), (3, b"\x11" * 19), (3, b"\x00")]
)
def test_strings_that_are_no_numbers_or_addresses_become_nothing(index, part):
    parts = [b"\x01"] * 9
    parts[3] = b""
    assert legacy_transaction(BerlinVM.get_transaction_builder(), parts) is not None
    parts[index] = part
    assert legacy_transaction(BerlinVM.get_transaction_builder(), parts) is None
