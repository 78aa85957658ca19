from dataclasses import replace

import pytest

from pds_adapter.errors import DrillFailedError, EscrowTermsError
from pds_adapter.escrow.document import create_escrow
from pds_adapter.escrow.drills import check_possession, prove_possession
from pds_adapter.escrow.group import Scalar
from pds_adapter.sealing.envelope import KeyPair

KEYS = [KeyPair.from_seed(bytes([50 + i]) * 32).public for i in range(3)]
CHALLENGE = b"c" * 32


@pytest.fixture
def dealt():
    return create_escrow(b"will", KEYS, 2, b"\xe5" * 32)


def test_every_custodian_passes_with_the_own_share(dealt):
    escrow, shares = dealt
    for share in shares:
        check_possession(share.index, prove_possession(share, CHALLENGE), CHALLENGE, escrow.terms)
    assert len(shares) == 3


def test_a_lost_or_damaged_share_is_found_and_named(dealt):
    escrow, shares = dealt
    damaged = replace(shares[1], value=shares[1].value + Scalar.from_int(1))
    with pytest.raises(DrillFailedError) as refused:
        check_possession(2, prove_possession(damaged, CHALLENGE), CHALLENGE, escrow.terms)
    assert refused.value.index == 2


def test_an_old_proof_another_index_and_another_epoch_prove_nothing(dealt):
    escrow, shares = dealt
    proof = prove_possession(shares[0], CHALLENGE)
    for index, challenge, terms in (
        (1, b"d" * 32, escrow.terms),
        (2, CHALLENGE, escrow.terms),
        (1, CHALLENGE, replace(escrow.terms, epoch=1)),
    ):
        with pytest.raises(DrillFailedError):
            check_possession(index, proof, challenge, terms)


def test_a_challenge_of_another_size_is_refused(dealt):
    with pytest.raises(EscrowTermsError) as refused:
        prove_possession(dealt[1][0], b"short")
    assert refused.value.field == "challenge"
