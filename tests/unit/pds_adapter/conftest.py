"""Seeded randomness and people with keys for the tests of pds_adapter; never for anything real."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from pds_adapter.envelope import KeyPair


@pytest.fixture
def randomness() -> Callable[[int], bytes]:
    return random.Random(20170714).randbytes


@pytest.fixture
def member() -> KeyPair:
    return KeyPair.from_seed(b"m" * 32)


@pytest.fixture
def bank() -> KeyPair:
    return KeyPair.from_seed(b"b" * 32)


@pytest.fixture
def stranger() -> KeyPair:
    return KeyPair.from_seed(b"s" * 32)
