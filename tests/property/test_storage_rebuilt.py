"""After random operations, fair and foul, storage is what the records say: every slot of every contract, to the bit.

Contracts that act for people hand messages on in calls that no record holds: only then may a slot be known by its
place alone. The machines of the model's test do the operations.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import chaincode_machines as machines
import chaincode_world as world
import pytest

from chaincode.bindings import Contracts
from chaincode.ids import checksummed
from chaincode.invariants import fold
from chaincode.storage import CONTRACTS, Expected, Sent, compare_storage, expected_storage, tell
from chaincode.storage.expected import ALL
from ledger.storage import root_of_slots, storage_root, stored_slots

EXAMPLES, STEPS = 2, 25


def calldata(pair: Any) -> Iterator[tuple[bytes, Sent]]:
    """Yield what every transaction brought."""
    eth = pair.chain.w3.eth
    for number in range(1, eth.block_number + 1):
        for one in eth.get_block(number, full_transactions=True)["transactions"]:
            if one.get("to"):
                yield bytes(one["hash"]), Sent(checksummed(one["to"].lower()), bytes(one["input"]))


def check_storage(pair: Any) -> Counter[str]:
    """Rebuild every contract's storage and hold it against the chain's; return how slots were compared."""
    events = list(Contracts(pair.chain.w3, pair.deployment).events())
    sent = dict(calldata(pair))
    story = tell(fold(events).state, events, pair.deployment, sent)
    relayed = any(call.to not in {one.address for one in pair.deployment.contracts.values()} for call in sent.values())
    chain, compared = pair.chain.chain, Counter[str]()
    read, state_root = chain.nodes.__getitem__, chain.head.header.state_root
    for name in CONTRACTS:
        root = storage_root(read, state_root, bytes.fromhex(pair.deployment.address(name)[2:]))
        found = dict(stored_slots(read, root))
        expected = expected_storage(name, story, world.artifacts()[name].storage_layout)
        report = compare_storage(expected, found.items())
        assert report.differences == (), [f"{one.variable}: {one}" for one in report.differences[:3]]
        assert relayed or not (report.by_key or report.in_part)
        rebuilt = expected.rebuilt(found)
        assert rebuilt is None or root_of_slots(rebuilt) == root
        check_that_every_bit_matters(expected, found)
        compared[f"{name} by value"] += report.by_value
        compared[f"{name} otherwise"] += report.held - report.by_value
    return compared


def check_that_every_bit_matters(expected: Expected, found: dict[bytes, int]) -> None:
    """Whatever is known by its value is known to the last bit, and what must be there is missed."""
    for slot_hash, value in found.items():
        slot = expected.slots.get(slot_hash)
        if slot is not None and slot.free != ALL and len(slot.values) == 1:
            known = ~slot.free & ALL
            assert not slot.allows(value ^ (known & -known))
            assert not slot.allows(value ^ (1 << known.bit_length() - 1))
        if slot is not None and 0 not in slot.values:
            assert not slot.allows(0)


@pytest.mark.parametrize("machine", machines.MACHINES, ids=[one.__name__ for one in machines.MACHINES])
def test_every_slot_is_explained(machine: type[machines.bank.Bank]) -> None:
    compared = Counter[str]()

    class Rebuilt(machine):  # type: ignore[valid-type,misc]
        """The same operations, and the whole storage at the end."""

        census = machines.Census()

        def teardown(self) -> None:
            if hasattr(self, "pair"):
                compared.update(check_storage(self.pair))
            super().teardown()

    machines.run(Rebuilt, EXAMPLES, STEPS, at_random=False)
    assert compared["membership by value"] > 20
    assert compared["coin by value"] > 20
