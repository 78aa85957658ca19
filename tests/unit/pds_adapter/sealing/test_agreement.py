"""A secret of two: the same from either side, another for every other key and purpose."""

from hypothesis import given
from hypothesis import strategies as st

from pds_adapter.sealing.agreement import SECRET_BYTES, agreed_secret
from pds_adapter.sealing.keys import KeyPair

SEEDS = st.lists(st.binary(min_size=32, max_size=32), min_size=3, max_size=3, unique=True)


@given(seeds=SEEDS, purpose=st.binary(max_size=40))
def test_both_sides_come_to_the_same_and_a_third_to_another(seeds, purpose):
    a, b, c = map(KeyPair.from_seed, seeds)
    secret = agreed_secret(a, b.public, purpose)
    assert len(secret) == SECRET_BYTES
    assert secret == agreed_secret(b, a.public, purpose)
    assert len({secret, agreed_secret(a, c.public, purpose), agreed_secret(c, b.public, purpose)}) == 3
    assert secret != agreed_secret(a, b.public, purpose + b"!")


def test_what_is_agreed_does_not_change_between_versions():
    a, b = KeyPair.from_seed(b"\1" * 32), KeyPair.from_seed(b"\2" * 32)
    assert (
        agreed_secret(a, b.public, b"draw").hex() == "7e0d16b1d5fc35f6fd1891a8e1d71f5ea8fb8ed47e63d23baab2548dd6c9b79b"
    )
