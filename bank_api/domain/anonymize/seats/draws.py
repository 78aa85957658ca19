"""Chance that can be had again: numbers drawn from a secret and a place, by BLAKE2b.

A wave in which somebody would be read is made anew without them. Drawn anew, chance would let others wait each time, of
whom again some would be read; drawn from one secret of the wave, and for each circle by itself, nothing changes but
what those did who are left out now.
"""

from __future__ import annotations

import random
from hashlib import blake2b
from typing import Any

SECRET_BYTES, DIGEST_BITS = 32, 512


class Draws(random.Random):
    """Whoever knows the secret knows all numbers; whoever knows numbers of one place, none of another's."""

    def __init__(self, secret: bytes, *place: int) -> None:
        super().__init__()
        key = blake2b(repr(place).encode(), key=secret, digest_size=SECRET_BYTES).digest()
        self._numbers = blake2b(key=key)
        self._drawn = self._left = self._bits = 0
        """Digests so far; bits of them that nobody has had yet, and how many."""

    def getrandbits(self, k: int, /) -> int:
        """`k` bits, the next ones of this place."""
        if k > self._left:
            self._draw(-(-(k - self._left) // DIGEST_BITS))
        self._left -= k
        found = self._bits >> self._left
        self._bits ^= found << self._left
        return found

    def _draw(self, digests: int) -> None:
        more = b"".join(self._next() for _ in range(digests))
        self._bits = self._bits << 8 * len(more) | int.from_bytes(more, "big")
        self._left += 8 * len(more)

    def _next(self) -> bytes:
        self._drawn += 1
        one = self._numbers.copy()
        one.update(self._drawn.to_bytes(8, "big"))
        return one.digest()

    def random(self) -> float:
        """In [0, 1), of 53 bits as Python's own."""
        return self.getrandbits(53) * 2.0**-53

    def seed(self, *_: Any, **__: Any) -> None:
        """What is drawn follows from the secret alone."""

    def getstate(self) -> Any:
        raise NotImplementedError

    def setstate(self, state: Any) -> None:
        raise NotImplementedError
