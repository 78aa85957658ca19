import pytest
from hypothesis import given
from hypothesis import strategies as st

from pds_adapter.errors import NotInGroupError
from pds_adapter.escrow.group import ORDER, Point, Scalar

numbers = st.integers(0, ORDER - 1)
nonzero = st.integers(1, ORDER - 1)
IDENTITY = (1).to_bytes(32, "little")
TORSION = [
    IDENTITY,
    bytes(32),
    (2**255 - 20).to_bytes(32, "little"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
]


@given(numbers, numbers)
def test_scalars_follow_the_integers_modulo_the_order(a, b):
    def number(scalar):
        return int.from_bytes(scalar.encoded, "little")

    x, y = Scalar.from_int(a), Scalar.from_int(b)
    assert number(x + y) == (a + b) % ORDER
    assert number(x - y) == (a - b) % ORDER
    assert number(x * y) == a * b % ORDER
    assert number(-x) == -a % ORDER
    if a:
        assert number(x * x.inverse()) == 1


@given(st.binary(min_size=64, max_size=64))
def test_reduction_of_64_bytes(wide):
    assert int.from_bytes(Scalar.reduce(wide).encoded, "little") == int.from_bytes(wide, "little") % ORDER


@given(nonzero, nonzero)
def test_points_follow_their_scalars(a, b):
    x, y = Scalar.from_int(a), Scalar.from_int(b)
    assert Point.base_times(x).times(y) == Point.base_times(x * y)
    if (a + b) % ORDER:
        assert Point.base_times(x) + Point.base_times(y) == Point.base_times(x + y)
    if a != b:
        assert Point.base_times(x) - Point.base_times(y) == Point.base_times(x - y)


@pytest.mark.parametrize("number", [ORDER, ORDER + 1, 2**255, 2**256 - 1])
def test_a_scalar_at_or_above_the_order_is_refused(number):
    with pytest.raises(NotInGroupError, match="not below the group order"):
        Scalar(number.to_bytes(32, "little"))


@pytest.mark.parametrize("encoded", [b"", b"\x01" * 31, b"\x01" * 33, "1" * 32, None])
def test_sizes_are_exact(encoded):
    for kind in (Scalar, Point):
        with pytest.raises(NotInGroupError, match="32 bytes"):
            kind(encoded)
    with pytest.raises(NotInGroupError, match="64 bytes"):
        Scalar.reduce(encoded or b"")


@pytest.mark.parametrize("encoded", TORSION, ids=lambda encoded: encoded.hex()[:8])
def test_identity_and_small_order_are_refused(encoded):
    with pytest.raises(NotInGroupError, match="prime-order group"):
        Point(encoded)


@pytest.mark.parametrize("encoded", [TORSION[3], TORSION[4]])
def test_a_point_with_a_torsion_part_is_refused(encoded):
    from nacl.bindings import crypto_core_ed25519_add

    mixed = crypto_core_ed25519_add(Point.base_times(Scalar.from_int(7)).encoded, encoded)
    with pytest.raises(NotInGroupError, match="prime-order group"):
        Point(mixed)


def test_what_would_be_the_identity_is_refused():
    one = Point.base_times(Scalar.from_int(1))
    for call in (
        lambda: Point.base_times(Scalar.from_int(0)),
        lambda: one.times(Scalar.from_int(0)),
        lambda: one - one,
        lambda: Scalar.from_int(0).inverse(),
    ):
        with pytest.raises(NotInGroupError):
            call()


def test_a_scalar_never_shows():
    assert repr(Scalar.from_int(77)) == str(Scalar.from_int(77)) == "Scalar(hidden)"


def test_random_scalars_come_from_the_callers_randomness():
    assert Scalar.random(lambda n: b"\x05" * n) == Scalar.reduce(b"\x05" * 64)
