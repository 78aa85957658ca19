"""The face of `escrow`: document keys that only enough custodians can open, after a delay the owner can veto in."""

from dataclasses import dataclass
from enum import IntEnum

from chaincode import acts
from chaincode.bindings.face import Face, direct, relayed
from chaincode.ids import EMPTY_ID, NOBODY


class EscrowState(IntEnum):
    UNKNOWN = 0
    CREATED = 1
    ACTIVE = 2
    REPLACED = 3


class OpeningState(IntEnum):
    UNKNOWN = 0
    REQUESTED = 1
    VETOED = 2
    OPENED = 3


@dataclass(frozen=True)
class EscrowRecord:
    """An escrow as the contract holds it; bit i of `acknowledged` is custodian i."""

    owner: str
    state: EscrowState
    threshold: int
    count: int
    opening_delay_seconds: int
    acknowledged: int


@dataclass(frozen=True)
class OpeningRecord:
    """An opening as the contract holds it; bit i of `contributed` is custodian i."""

    escrow_id: bytes
    state: OpeningState
    not_before: int
    contributed: int


class Escrow(Face):
    NAME = "escrow"

    create_batch = relayed(acts.ESCROW_POLICY)
    create = direct(acts.ESCROW_POLICY)
    acknowledge_batch = relayed(acts.SHARE_RECEIPT)
    acknowledge = direct(acts.SHARE_RECEIPT)
    request_opening_batch = relayed(acts.OPENING_REQUEST)
    request_opening = direct(acts.OPENING_REQUEST)
    veto_batch = relayed(acts.VETO)
    veto = direct(acts.VETO)
    contribute_batch = relayed(acts.CONTRIBUTION)
    contribute = direct(acts.CONTRIBUTION)

    def escrow_of(self, escrow_id: bytes) -> EscrowRecord | None:
        """Return an escrow, or None if it was never created."""
        owner, state, *rest = self.read("escrowOf", escrow_id)
        return EscrowRecord(owner, EscrowState(state), *rest) if state else None

    def custodians_of(self, escrow_id: bytes) -> tuple[str, ...]:
        record = self.escrow_of(escrow_id)
        count = record.count if record else 0
        return tuple(str(self.read("custodianAt", escrow_id, index)) for index in range(count))

    def heir_of(self, escrow_id: bytes) -> str | None:
        """Return who may ask for an opening besides owner and custodians, or None."""
        heir = str(self.read("heirOf", escrow_id))
        return None if heir == NOBODY else heir

    def successor_of(self, escrow_id: bytes) -> bytes | None:
        """Return the escrow that took this one's place, or None."""
        successor = bytes(self.read("replacedBy", escrow_id))
        return None if successor == EMPTY_ID else successor

    def opening_of(self, opening_id: bytes) -> OpeningRecord | None:
        """Return an opening, or None if it was never requested."""
        escrow_id, state, *rest = self.read("openingOf", opening_id)
        return OpeningRecord(escrow_id, OpeningState(state), *rest) if state else None
