"""The contracts' whole storage, slot by slot, from what was recorded: to be held against what a chain really holds.

1. The folded state says what every variable must be, the compiler's layout says in which slot it stands.
2. What no event tells is read from the calldata of the transactions that wrote it: the digests that make a repeated
   message harmless, the ids of key rotations, the number of permits.
3. What came through another contract's call is in neither: then the slot is known, or how many there may be.
The addresses that the operator wired the contracts with are the deployment's.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from chaincode.deployment import Deployment
from chaincode.errors import LayoutError
from chaincode.events import Event
from chaincode.model import State
from chaincode.storage import (
    coin,
    consent,
    coupon,
    disclosure,
    draw,
    escrow,
    membership,
    recovery,
    request,
    rule,
    survey,
)
from chaincode.storage.calldata import Calls, Sent
from chaincode.storage.compare import SlotDifference, StorageReport, compare_storage
from chaincode.storage.digests import Digests
from chaincode.storage.expected import Expected, Slot
from chaincode.storage.history import History
from chaincode.storage.layout import StorageLayout
from chaincode.storage.story import Story

CONTRACTS: Mapping[str, Callable[[Story, Expected], None]] = {
    "membership": membership.lay_out,
    "coin": coin.lay_out,
    "survey": survey.lay_out,
    "request": request.lay_out,
    "consent": consent.lay_out,
    "disclosure": disclosure.lay_out,
    "coupon": coupon.lay_out,
    "escrow": escrow.lay_out,
    "rule": rule.lay_out,
    "draw": draw.lay_out,
    "recovery": recovery.lay_out,
}


def tell(state: State, events: Iterable[Event], deployment: Deployment, sent: Mapping[bytes, Sent]) -> Story:
    """Gather what is known: the state that the events fold to, the events, and the calldata by transaction hash."""
    return Story(state, History(events), Digests(state, Calls(deployment, sent)), deployment)


def expected_storage(contract: str, story: Story, layout: Mapping[str, Any]) -> Expected:
    """Return what a contract's storage must be, by the layout that its compiler wrote.

    Raises LayoutError where events contradict each other so that nothing can be rebuilt from them.
    """
    if contract not in CONTRACTS:
        raise LayoutError(contract, "storage", "belongs to a contract that no rule here lays out")
    into = Expected(StorageLayout(contract, layout.get("storage_layout", {})))
    try:
        CONTRACTS[contract](story, into)
    except (KeyError, ValueError) as unknown:
        raise LayoutError(
            contract, "storage", "follows from no such events: {what} is unknown", what=repr(unknown)
        ) from unknown
    return into


__all__ = [
    "CONTRACTS",
    "Expected",
    "Sent",
    "Slot",
    "SlotDifference",
    "StorageReport",
    "Story",
    "compare_storage",
    "expected_storage",
    "tell",
]
