"""All of the contracts' tests on every engine: the same transactions, outcomes, events and state, test by test."""

import pytest

from scripts.engines.nodes import EngineMissingError
from scripts.engines.record import differences
from scripts.engines.suite import LEFT_OUT, play, prepare

TESTS_AT_LEAST = 280


def played(engine):
    try:
        prepare(engine)
    except EngineMissingError as missing:
        pytest.skip(str(missing))
    return play(engine)


@pytest.fixture(scope="module")
def our_suite():
    return play("ledger")


def assert_whole(record):
    assert record.count("passed") == len(record.plays) >= TESTS_AT_LEAST
    assert {name.split("::")[0].rpartition("/")[2] for name in record.plays}.isdisjoint(LEFT_OUT)


@pytest.mark.node
@pytest.mark.timeout(1800)
def test_every_contract_test_passes_on_anvil_by_the_same_transactions(request):
    theirs = played("anvil")
    ours = request.getfixturevalue("our_suite")
    assert_whole(ours)
    assert_whole(theirs)
    assert differences(ours, theirs, gas=False) == []
    # Berlin, ours, is never dearer: London, which anvil plays, gives less back.
    pairs = zip(ours.transactions(), theirs.transactions(), strict=True)
    assert min(their.gas_used - our.gas_used for our, their in pairs) >= 0


@pytest.mark.go
@pytest.mark.timeout(3600)
def test_every_contract_test_passes_on_four_geth_signers_while_one_is_killed(request):
    theirs = played("geth")
    ours = request.getfixturevalue("our_suite")
    assert_whole(ours)
    assert_whole(theirs)
    assert differences(ours, theirs, gas=True) == []
    blocks, told = theirs.figures["blocks"], theirs.figures
    assert blocks == ours.figures["blocks"]  # of the same second, with the same transactions, receipts and state
    assert len(blocks) == len(theirs.transactions())
    assert 0 < told["killed at"] < len(blocks) - 500
    before, after, killed = told["sealed before"], told["sealed after"], told["killed"]
    assert min(before) > 0
    assert after[killed] == 0
    assert min(after[:killed] + after[killed + 1 :]) > 0
    assert told["caught up"] is True
