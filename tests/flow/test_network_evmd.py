"""The same bank on four validators of cosmos/evm, whose blocks are final: three processes die, then half of the
validators. Its program takes long to build, so this runs only where it was built before."""

import pytest

from scripts.engines.evmd import PROGRAM
from tests.flow.networks_under_fire import network_of, nothing_is_lost_whatever_dies
from wallet_cli.network_audit import audit_network

pytestmark = [
    pytest.mark.go,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        not PROGRAM.exists(),
        reason="evmd is not built here: python -m scripts.engines --prepare-evmd builds it (Go, minutes)",
    ),
]


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    with network_of("evmd", tmp_path_factory.mktemp("network")) as made:
        yield made


def test_nothing_is_lost_or_counts_twice_whatever_dies(stage):
    contracts = nothing_is_lost_whatever_dies(stage)
    nodes = [node.url for node in stage.network.living()]
    report = audit_network(nodes, contracts.deployment)
    assert report.is_true, report.violations
    assert len(nodes) == 4
