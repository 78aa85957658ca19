"""All of the contracts' tests on anvil: the same transactions, outcomes and events as on ours, test by test."""

import pytest

from scripts.engines.record import differences


@pytest.mark.node
@pytest.mark.timeout(1800)
def test_every_contract_test_passes_on_anvil_by_the_same_transactions(played, our_suite, assert_whole):
    theirs = played("anvil")
    ours = our_suite()
    assert_whole(ours)
    assert_whole(theirs)
    assert differences(ours, theirs, gas=False) == []
    # Berlin, ours, is never dearer: London, which anvil plays, gives less back.
    pairs = zip(ours.transactions(), theirs.transactions(), strict=True)
    assert min(their.gas_used - our.gas_used for our, their in pairs) >= 0
