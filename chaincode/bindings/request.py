"""The face of `request`: what partners ask for, what the board says, what stays locked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from chaincode.bindings.face import Face
from chaincode.bindings.outcome import Outcome, Signed, of_kind
from chaincode.events import RequestClosed, RequestDecided, RequestFiled
from chaincode.transactor import Transactor
from chaincode.typed_data import Closing, DataRequest, Decision


class RequestState(IntEnum):
    UNKNOWN = 0
    FILED = 1
    APPROVED = 2
    REFUSED = 3
    CLOSED = 4


class LegalClass(IntEnum):
    """What the output of a release is in law."""

    ANONYMIZED = 1
    STATISTICAL = 2
    PERSONAL = 3


@dataclass(frozen=True)
class RequestTerms:
    """A request as the contract holds it."""

    number: int
    partner: str
    survey_id: bytes
    recipient_hash: bytes
    purpose_hash: bytes
    items: int
    purpose_code: int
    legal_class: int
    state: RequestState
    k_minimum: int
    persons_maximum: int
    persons_used: int
    coins_base: int
    coins_per_item: int
    valid_until: int
    retention_days: int


class Request(Face):
    NAME = "request"

    def file_batch(self, transactor: Transactor, requests: Sequence[Signed[DataRequest]]) -> list[Outcome]:
        return self._batch(transactor, "file_batch", requests, of_kind(RequestFiled), gas_per_item=400_000)

    def file(self, transactor: Transactor, request: DataRequest) -> Outcome:
        """A partner files by a transaction of its own."""
        return self._direct(transactor, "file", request, of_kind(RequestFiled))

    def decide_batch(self, transactor: Transactor, decisions: Sequence[Signed[Decision]]) -> list[Outcome]:
        return self._batch(transactor, "decide_batch", decisions, of_kind(RequestDecided), gas_per_item=130_000)

    def decide(self, transactor: Transactor, decision: Decision) -> Outcome:
        """The board decides by a transaction of its own."""
        return self._direct(transactor, "decide", decision, of_kind(RequestDecided))

    def close(self, transactor: Transactor, request_id: bytes) -> Outcome:
        """Partner or operator: end a request and unlock what is left."""
        return self._single(transactor, "close", (request_id,), request_id, of_kind(RequestClosed), "already closed")

    def close_batch(self, transactor: Transactor, closings: Sequence[Signed[Closing]]) -> list[Outcome]:
        return self._batch(transactor, "close_batch", closings, of_kind(RequestClosed), gas_per_item=100_000)

    def state_of(self, request_id: bytes) -> RequestState:
        return RequestState(self.read("stateOf", request_id))

    def locked(self, request_id: bytes) -> int:
        """Return the partner coins still locked for a request."""
        return int(self.read("locked", request_id))

    def persons_used(self, request_id: bytes) -> int:
        return int(self.read("personsUsed", request_id))

    def terms(self, request_id: bytes) -> RequestTerms | None:
        """Return a request, or None if it was never filed."""
        terms = RequestTerms(*self.read("terms", request_id))
        return replace(terms, state=RequestState(terms.state)) if terms.number else None

    def request_at(self, number: int) -> bytes:
        """Return the id of the `number`-th request; numbers start at 1."""
        return bytes(self.read("requestAt", number))
