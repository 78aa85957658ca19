"""Bytes in place of randomness, always the same, from fixed labels: for test vectors, and for nothing real."""

import hashlib
from collections.abc import Callable

from pds_adapter.sealing.keys import KeyPair


def label(name: str) -> bytes:
    return hashlib.sha256(b"azukari vectors: " + name.encode()).digest()


def member_seed(name: str) -> bytes:
    return label("seed of " + name)


def key_pair(name: str) -> KeyPair:
    return KeyPair.from_seed(member_seed(name))


def stream(name: str) -> Callable[[int], bytes]:
    """Endless fixed bytes in place of randomness."""
    count = 0

    def take(size: int) -> bytes:
        nonlocal count
        count += 1
        return hashlib.shake_256(label(name) + count.to_bytes(4, "big")).digest(size)

    return take
