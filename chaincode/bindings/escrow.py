"""The face of `escrow`: document keys that only enough custodians can open, after a delay the owner can veto in."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from chaincode.bindings.face import Face
from chaincode.bindings.outcome import Outcome, Signed, of_kind
from chaincode.events import Contributed, EscrowCreated, OpeningRequested, OpeningVetoed, ShareAcknowledged
from chaincode.transactor import Transactor
from chaincode.typed_data import Contribution, EscrowPolicy, OpeningRequest, ShareReceipt, Veto


class EscrowState(IntEnum):
    UNKNOWN = 0
    CREATED = 1
    ACTIVE = 2


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

    def create_batch(self, transactor: Transactor, policies: Sequence[Signed[EscrowPolicy]]) -> list[Outcome]:
        return self._batch(transactor, "create_batch", policies, of_kind(EscrowCreated), gas_per_item=300_000)

    def create(self, transactor: Transactor, policy: EscrowPolicy) -> Outcome:
        return self._direct(transactor, "create", policy, of_kind(EscrowCreated))

    def acknowledge_batch(self, transactor: Transactor, receipts: Sequence[Signed[ShareReceipt]]) -> list[Outcome]:
        return self._batch(transactor, "acknowledge_batch", receipts, of_kind(ShareAcknowledged), gas_per_item=70_000)

    def acknowledge(self, transactor: Transactor, receipt: ShareReceipt) -> Outcome:
        return self._direct(transactor, "acknowledge", receipt, of_kind(ShareAcknowledged))

    def request_opening_batch(
        self, transactor: Transactor, requests: Sequence[Signed[OpeningRequest]]
    ) -> list[Outcome]:
        return self._batch(
            transactor, "request_opening_batch", requests, of_kind(OpeningRequested), gas_per_item=120_000
        )

    def request_opening(self, transactor: Transactor, request: OpeningRequest) -> Outcome:
        return self._direct(transactor, "request_opening", request, of_kind(OpeningRequested))

    def veto_batch(self, transactor: Transactor, vetoes: Sequence[Signed[Veto]]) -> list[Outcome]:
        return self._batch(transactor, "veto_batch", vetoes, of_kind(OpeningVetoed), gas_per_item=70_000)

    def veto(self, transactor: Transactor, veto: Veto) -> Outcome:
        return self._direct(transactor, "veto", veto, of_kind(OpeningVetoed))

    def contribute_batch(self, transactor: Transactor, contributions: Sequence[Signed[Contribution]]) -> list[Outcome]:
        return self._batch(transactor, "contribute_batch", contributions, of_kind(Contributed), gas_per_item=100_000)

    def contribute(self, transactor: Transactor, contribution: Contribution) -> Outcome:
        return self._direct(transactor, "contribute", contribution, of_kind(Contributed))

    def escrow_of(self, escrow_id: bytes) -> EscrowRecord | None:
        """Return an escrow, or None if it was never created."""
        owner, state, *rest = self.read("escrowOf", escrow_id)
        return EscrowRecord(owner, EscrowState(state), *rest) if state else None

    def custodians_of(self, escrow_id: bytes) -> tuple[str, ...]:
        record = self.escrow_of(escrow_id)
        count = record.count if record else 0
        return tuple(str(self.read("custodianAt", escrow_id, index)) for index in range(count))

    def opening_of(self, opening_id: bytes) -> OpeningRecord | None:
        """Return an opening, or None if it was never requested."""
        escrow_id, state, *rest = self.read("openingOf", opening_id)
        return OpeningRecord(escrow_id, OpeningState(state), *rest) if state else None
