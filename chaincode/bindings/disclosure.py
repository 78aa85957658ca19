"""The face of `disclosure`: releases that hold only live consents and pay for them in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from chaincode import acts
from chaincode.bindings.consent import Consent
from chaincode.bindings.face import Face, direct, relayed
from chaincode.bindings.outcome import Outcome
from chaincode.deployment import Deployment
from chaincode.errors import ContractRefusedError, LedgerRefusedError, MessageError
from chaincode.events import Disclosed, ReleaseAbandoned, ReleaseOpened, Sign
from chaincode.node import Node
from chaincode.transactor import Transactor

CONSENTS_PER_RELEASE = 1000
"""How many consents the contract takes in one transaction (25,000 gas each for members who hold coins already)."""
CONSENTS_PER_TRANSACTION = 500
"""How many consents a chunk of a larger release has: fits the gas maximum even where all members are new to coins."""


class ReleaseState(IntEnum):
    UNKNOWN = 0
    OPEN = 1
    DISCLOSED = 2
    ABANDONED = 3


@dataclass(frozen=True)
class Release:
    """What the operator says of a release."""

    release_id: bytes
    request_id: bytes
    items: int
    payload_root: bytes
    method_hash: bytes
    rows: int
    suppressed: int
    k: int


@dataclass(frozen=True)
class ReleaseRecord:
    """A release as the contract holds it."""

    partner: str
    request_id: bytes
    state: ReleaseState
    disclosed_at: int
    payload_root: bytes
    acknowledged: bool
    hold: int
    items: int


class Disclosure(Face):
    NAME = "disclosure"

    def __init__(self, node: Node, deployment: Deployment) -> None:
        super().__init__(node, deployment)
        self._consents = Consent(node, deployment)

    def disclose(
        self, transactor: Transactor, release: Release, consent_ids: Sequence[bytes], closes_by: int | None = None
    ) -> Outcome:
        """Operator: record a release and pay its members, all or nothing; refuses as the contract does.

        A release of more consents than fit one transaction is opened until `closes_by`, filled, closed and settled.
        Sent again after a crash it goes on where it stopped.
        """
        record = self.release_of(release.release_id)
        in_chunks = record is not None and record.hold != 0
        if not in_chunks and len(consent_ids) <= CONSENTS_PER_RELEASE:
            arguments = (*_heading(release), *_payload(release), sorted(consent_ids))
            try:
                return self._single(transactor, "disclose", arguments, release.release_id, Sign(Disclosed))
            except LedgerRefusedError as refusal:  # the rehearsal ran out of gas: nothing was recorded
                if "gas" not in refusal.message:
                    raise
        if closes_by is None:
            raise MessageError("closes_by", "is needed for a release that does not fit one transaction")
        if self.state_of(release.release_id) == ReleaseState.UNKNOWN:
            self.open_release(transactor, release, closes_by)
        if self.state_of(release.release_id) == ReleaseState.OPEN:
            self.add_consents(transactor, release.release_id, consent_ids)
        outcome = self.close_release(transactor, release)
        self.settle(transactor, release.release_id, consent_ids)
        return outcome

    def open_release(self, transactor: Transactor, release: Release, closes_by: int) -> Outcome:
        """Operator: begin a large release; what it will contain is said when it is closed."""
        arguments = (*_heading(release), closes_by)
        return self._single(transactor, "open_release", arguments, release.release_id, Sign(ReleaseOpened))

    def add_consents(self, transactor: Transactor, release_id: bytes, consent_ids: Sequence[bytes]) -> None:
        """Operator: put consents into an open release; one that is in it already stays in it once."""
        self._in_chunks(transactor, "add_consents", release_id, consent_ids)

    def close_release(self, transactor: Transactor, release: Release) -> Outcome:
        """Operator: disclose an open release; from here it counts."""
        record = self.release_of(release.release_id)
        if record is not None and record.state == ReleaseState.DISCLOSED:
            if record.payload_root != release.payload_root:
                raise ContractRefusedError(self.NAME, "id already used")
            return self._found(release.release_id, Sign(Disclosed))
        arguments = (release.release_id, *_payload(release))
        return self._single(transactor, "close_release", arguments, release.release_id, Sign(Disclosed))

    def settle(self, transactor: Transactor, release_id: bytes, consent_ids: Sequence[bytes]) -> None:
        """Credit the coins of a closed release to its members; who was credited before is passed over."""
        record = self.release_of(release_id)
        if record is None or record.hold == 0:
            return
        owed = [one for one in consent_ids if self._hold_of(one) == record.hold]
        self._in_chunks(transactor, "settle", release_id, owed)

    acknowledge_batch = relayed(acts.ACKNOWLEDGEMENT)
    acknowledge = direct(acts.ACKNOWLEDGEMENT)
    attest_deletion_batch = relayed(acts.DELETION)
    attest_deletion = direct(acts.DELETION)

    def deletion_due(self, release_id: bytes) -> int:
        """Return until when a release must be deleted; 0 before it is disclosed."""
        return int(self.read("deletionDue", release_id))

    def is_deleted(self, release_id: bytes) -> bool:
        return bool(self.read("isDeleted", release_id))

    def abandon_release(self, transactor: Transactor, release_id: bytes) -> Outcome:
        """Operator: give up an open release."""
        return self._single(transactor, "abandon_release", (release_id,), release_id, Sign(ReleaseAbandoned))

    def state_of(self, release_id: bytes) -> ReleaseState:
        return ReleaseState(self.read("stateOf", release_id))

    def held(self, release_id: bytes) -> int:
        """Return how many consents are in an open release."""
        return int(self.read("held", release_id))

    def release_of(self, release_id: bytes) -> ReleaseRecord | None:
        """Return a release, or None if it was never opened or disclosed."""
        partner, request_id, state, *rest = self.read("releaseOf", release_id)
        return ReleaseRecord(partner, request_id, ReleaseState(state), *rest) if state else None

    def _hold_of(self, consent_id: bytes) -> int:
        record = self._consents.record_of(consent_id)
        return record.hold if record is not None else 0

    def _in_chunks(
        self, transactor: Transactor, function: str, release_id: bytes, consent_ids: Sequence[bytes]
    ) -> None:
        ordered = sorted(consent_ids)
        for start in range(0, len(ordered), CONSENTS_PER_TRANSACTION):
            chunk = ordered[start : start + CONSENTS_PER_TRANSACTION]
            data = self._abi.function(function, 2).encode((release_id, chunk))
            transactor.send(self.address, data, rehearse=True)


def _heading(release: Release) -> tuple[Any, ...]:
    return release.release_id, release.request_id, release.items


def _payload(release: Release) -> tuple[Any, ...]:
    return release.payload_root, release.method_hash, release.rows, release.suppressed, release.k
