"""All of the contracts' tests on four geth signers, one killed halfway: equal to ours in gas and state too."""

import pytest

from scripts.engines.record import differences


@pytest.mark.go
@pytest.mark.timeout(3600)
def test_every_contract_test_passes_on_four_geth_signers_while_one_is_killed(played, our_suite, assert_whole):
    theirs = played("geth")
    ours = our_suite()
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
