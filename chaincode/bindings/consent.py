"""The face of `consent`: who may get what for which purpose until when, as the member said."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from enum import IntEnum

from chaincode.bindings.face import Face
from chaincode.bindings.outcome import Outcome, Signed
from chaincode.calldata import to_calldata
from chaincode.events import ConsentChanged, Event
from chaincode.ids import EMPTY_ID
from chaincode.transactor import Transactor
from chaincode.typed_data import Consent as ConsentMessage
from chaincode.typed_data import Withdrawal


class ConsentState(IntEnum):
    UNKNOWN = 0
    REQUESTED = 1
    GIVEN = 2
    REFUSED = 3
    RENEWED = 4
    WITHDRAWN = 5
    EXPIRED = 6
    REVOKED = 7
    SUPERSEDED = 8


IN_FORCE = (ConsentState.GIVEN, ConsentState.RENEWED)
RECORDED = (ConsentState.GIVEN, ConsentState.REFUSED, ConsentState.RENEWED)


@dataclass(frozen=True)
class ConsentRecord:
    """A consent as the contract holds it."""

    member: str
    request_id: bytes
    state: ConsentState
    items: int
    valid_from: int
    valid_until: int
    uses_maximum: int
    used: int
    coins: int
    hold: int


@dataclass(frozen=True)
class Question:
    """What the bank asks one member."""

    consent_id: bytes
    member: str
    request_id: bytes
    items: int
    notice_hash: bytes


class Consent(Face):
    NAME = "consent"

    def record_batch(self, transactor: Transactor, consents: Sequence[Signed[ConsentMessage]]) -> list[Outcome]:
        return self._batch(transactor, "record_batch", consents, _is_recorded, gas_per_item=130_000)

    def record(self, transactor: Transactor, consent: ConsentMessage) -> Outcome:
        """A member decides by a transaction of its own."""
        return self._direct(transactor, "record", consent, _is_recorded)

    def withdraw_batch(self, transactor: Transactor, withdrawals: Sequence[Signed[Withdrawal]]) -> list[Outcome]:
        return self._batch(transactor, "withdraw_batch", withdrawals, _is_withdrawn, gas_per_item=70_000)

    def withdraw(self, transactor: Transactor, withdrawal: Withdrawal) -> Outcome:
        """A member withdraws by a transaction of its own."""
        return self._direct(transactor, "withdraw", withdrawal, _is_withdrawn)

    def ask_batch(self, transactor: Transactor, questions: Sequence[Question]) -> list[Outcome]:
        """Operator: ask members; each decides under the id of its question."""
        ids = [question.consent_id for question in questions]
        rows = [astuple(question) for question in questions]
        return self._rows(transactor, "ask_batch", rows, ids, _is_asked, gas_per_item=100_000)

    def record_by_rule_batch(
        self, transactor: Transactor, consents: Sequence[tuple[ConsentMessage, bytes]]
    ) -> list[Outcome]:
        """Operator: consent for members, each under the standing rule with the given id."""
        ids = [consent.consent_id for consent, _ in consents]
        rows = [(to_calldata(consent), rule_id) for consent, rule_id in consents]
        return self._rows(transactor, "record_by_rule_batch", rows, ids, _is_recorded, gas_per_item=160_000)

    def expire_batch(self, transactor: Transactor, consent_ids: Sequence[bytes]) -> list[Outcome]:
        """Anybody: record that consents have run out."""
        ids = list(consent_ids)
        return self._rows(transactor, "expire_batch", ids, ids, _is_expired, gas_per_item=40_000)

    def revoke(self, transactor: Transactor, consent_id: bytes, reason_hash: bytes) -> Outcome:
        """Operator: take a consent out of force, for instance because a partner broke its contract."""
        return self._single(transactor, "revoke", (consent_id, reason_hash), consent_id, _is_revoked)

    def is_live(self, consent_id: bytes, request_id: bytes, items: int) -> bool:
        return bool(self.read("isLive", consent_id, request_id, items))

    def why_not_live(self, consent_id: bytes, request_id: bytes, items: int) -> str:
        """Return why a release may not use a consent now, or empty text if it may."""
        return str(self.read("whyNotLive", consent_id, request_id, items))

    def latest(self, request_id: bytes, member: str) -> bytes | None:
        """Return the id of a member's latest consent to a request, or None."""
        consent_id = bytes(self.read("latest", request_id, member))
        return consent_id if consent_id != EMPTY_ID else None

    def state_of(self, consent_id: bytes) -> ConsentState:
        return ConsentState(self.read("stateOf", consent_id))

    def record_of(self, consent_id: bytes) -> ConsentRecord | None:
        """Return a consent, or None if it was never recorded."""
        member, request_id, state, *rest = self.read("recordOf", consent_id)
        if not state:
            return None
        return ConsentRecord(member, request_id, ConsentState(state), *rest)

    def ever_used(self, request_id: bytes, member: str) -> bool:
        """Tell whether a member's consent went into any release of a request."""
        return bool(self.read("everUsed", request_id, member))


def _is_recorded(event: Event) -> bool:
    return isinstance(event, ConsentChanged) and event.state in RECORDED


def _is_asked(event: Event) -> bool:
    return isinstance(event, ConsentChanged) and event.state == ConsentState.REQUESTED


def _is_expired(event: Event) -> bool:
    return isinstance(event, ConsentChanged) and event.state == ConsentState.EXPIRED


def _is_revoked(event: Event) -> bool:
    return isinstance(event, ConsentChanged) and event.state == ConsentState.REVOKED


def _is_withdrawn(event: Event) -> bool:
    return isinstance(event, ConsentChanged) and event.state == ConsentState.WITHDRAWN
