"""After every act that the contracts know, alone and relayed, all of their storage is rebuilt to the last bit.

The acts are those of the gas table, which a test holds complete.
"""

import pytest

from chaincode.storage import CONTRACTS, compare_storage
from chaincode.storage.layout import StorageLayout
from ledger.storage import root_of_slots
from scripts.bench import gas


@pytest.fixture(scope="module", params=[True, False], ids=["alone", "relayed"])
def evidence(request, evidence_of):
    bench = gas.measure(gas.SMALLEST_RELEASE, alone=request.param)
    return evidence_of(bench.chain, bench.contracts)


@pytest.fixture(scope="module")
def expected(evidence):
    return evidence.expected()


@pytest.mark.parametrize("contract", CONTRACTS)
def test_every_slot_is_compared_by_value_and_the_root_is_rebuilt(evidence, expected, contract):
    found = evidence.found[contract]
    report = compare_storage(expected[contract], found.items())
    assert report.differences == ()
    assert report.held == report.by_value == len(found)
    assert root_of_slots(expected[contract].rebuilt(found)) == evidence.roots[contract]


@pytest.mark.parametrize("contract", CONTRACTS)
def test_every_variable_of_the_layout_is_laid_out(evidence, expected, contract):
    """Also those that are empty again at the end."""
    layout = StorageLayout(contract, evidence.layouts[contract]["storage_layout"])
    assert {slot.variable for slot in expected[contract].slots.values()} == set(layout.variables)
