"""The face of `request`: what partners ask for, what the board says, what stays locked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from chaincode import acts
from chaincode.bindings.face import Face, direct, relayed
from chaincode.bindings.outcome import Outcome
from chaincode.calldata import signature_to_calldata, to_calldata
from chaincode.events import RequestClosed, Sign
from chaincode.events.request import RequestState
from chaincode.transactor import Transactor
from chaincode.typed_data import ApprovalRevocation, Decision, Signed


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
    l_minimum: int
    t_percent: int
    digest: bytes
    """Of the words that the partner signed; board and members sign it with theirs."""


class Request(Face):
    NAME = "request"

    file_batch = relayed(acts.DATA_REQUEST)
    file = direct(acts.DATA_REQUEST)
    decide_batch = relayed(acts.DECISION)
    decide = direct(acts.DECISION)

    def decide_together(self, transactor: Transactor, said: Signed[Decision], approvals: Sequence[bytes]) -> Outcome:
        """A majority of the board decides; `approvals` hold the proposer's signature too, in order of the accounts."""
        return self._together(transactor, "decide_together", said, approvals, acts.DECISION.taken)

    revoke_batch = relayed(acts.APPROVAL_REVOCATION)
    revoke = direct(acts.APPROVAL_REVOCATION)

    def revoke_together(
        self, transactor: Transactor, said: Signed[ApprovalRevocation], approvals: Sequence[bytes]
    ) -> Outcome:
        """A majority of the board takes an approval back; `approvals` as for `decide_together`."""
        return self._together(transactor, "revoke_together", said, approvals, acts.APPROVAL_REVOCATION.taken)

    def _together(
        self, transactor: Transactor, function: str, said: Signed[Any], approvals: Sequence[bytes], taken: Sign
    ) -> Outcome:
        signatures = [signature_to_calldata(one) for one in approvals]
        arguments = (to_calldata(said.struct), signature_to_calldata(said.signature), signatures)
        return self._single(transactor, function, arguments, said.struct.request_id, taken)

    def close(self, transactor: Transactor, request_id: bytes) -> Outcome:
        """Partner or operator: end a request and unlock what is left."""
        return self._single(transactor, "close", (request_id,), request_id, Sign(RequestClosed), "already closed")

    close_batch = relayed(acts.CLOSING)

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
