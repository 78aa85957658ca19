"""Proof of knowing one secret scalar behind one or more points, without telling it (Schnorr, Chaum-Pedersen).

`prove(x, bases, images, context)` shows that the prover knows x with image = x · base for every base: with one base
that is a Schnorr proof of possession, with two it also shows that both images have the same logarithm (DLEQ). The
challenge binds bases, images and the context, so a proof says nothing outside its context. Fiat-Shamir over
BLAKE2b-512; the nonce is derived from the secret, the statement and fresh randomness, so that weak randomness alone
leaks nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pds_adapter.errors import NotInGroupError
from pds_adapter.escrow.group import Point, Scalar
from pds_adapter.sealing.keys import Randomness, system_randomness

CHALLENGE_LABEL: Final = b"azukari proof challenge 1\x00"
NONCE_LABEL: Final = b"azukari proof nonce 1\x00"


@dataclass(frozen=True)
class Proof:
    challenge: Scalar
    response: Scalar

    def to_bytes(self) -> bytes:
        return self.challenge.encoded + self.response.encoded

    def __repr__(self) -> str:
        return f"Proof({self.to_bytes().hex()})"


def prove(
    secret: Scalar,
    bases: Sequence[Point],
    images: Sequence[Point],
    context: bytes,
    randomness: Randomness = system_randomness,
) -> Proof:
    """`images` are secret · base, in the order of `bases`; the proof fails if they are not."""
    statement = [point.encoded for point in (*bases, *images)]
    nonce = Scalar.hashed(NONCE_LABEL, secret.encoded, randomness(64), context, *statement)
    challenge = _challenge(bases, images, [base.times(nonce) for base in bases], context)
    return Proof(challenge, nonce + secret * challenge)


def verify(proof: Proof, bases: Sequence[Point], images: Sequence[Point], context: bytes) -> bool:
    try:
        announced = [
            base.times(proof.response) - image.times(proof.challenge) for base, image in zip(bases, images, strict=True)
        ]
    except NotInGroupError:
        return False
    challenge = _challenge(bases, images, announced, context)
    return hmac.compare_digest(challenge.encoded, proof.challenge.encoded)


def _challenge(bases: Sequence[Point], images: Sequence[Point], announced: Sequence[Point], context: bytes) -> Scalar:
    points = (point.encoded for point in (*bases, *images, *announced))
    return Scalar.hashed(CHALLENGE_LABEL, len(bases).to_bytes(1, "big"), context, *points)
