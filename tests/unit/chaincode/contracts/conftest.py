"""A bank for each module: on a ledger of its own in this process, or on the engine that AZUKARI_ENGINE names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from ledger.testing import local_chain
from tests.unit.chaincode.contracts.bank import Bank, make_bank


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """AZUKARI_ENGINE=ledger|anvil|geth: all modules on one such engine. Unset: a ledger in this process for each."""
    if name := os.environ.get("AZUKARI_ENGINE"):
        from scripts.engines.suite_plugin import SuitePlugin

        elsewhere = [item for item in items if item.get_closest_marker("own_chain")]
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in elsewhere]
        ours = [item.nodeid for item in items if item.path.parent == Path(__file__).parent]
        config.pluginmanager.register(SuitePlugin(name, ours), "engine of the contract suite")


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> Iterator[Any]:
    plugin = request.config.pluginmanager.get_plugin("engine of the contract suite")
    with plugin.opened() if plugin else nullcontext() as engine:
        yield engine


@pytest.fixture(scope="module")
def bank(engine: Any) -> Iterator[Bank]:
    with nullcontext(engine.chain) if engine else local_chain() as chain:
        yield make_bank(chain)
