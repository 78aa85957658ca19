"""A bank of five processes on PostgreSQL and four geth signers: its own signer, a process that serves and the one that
leads die with -9 while everybody answers; then so many signers that nothing can be sealed, until they are back."""

import pytest

from scripts.stage.audit import replay
from tests.flow.networks_under_fire import network_of, nothing_is_lost_whatever_dies

pytestmark = [pytest.mark.go, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    with network_of("clique", tmp_path_factory.mktemp("network")) as made:
        yield made


def test_nothing_is_lost_or_counts_twice_whatever_dies(stage):
    nothing_is_lost_whatever_dies(stage)
    stage.export(stage.folder / "chain")
    assert replay(stage.folder / "chain")["verdict"] == "true"
