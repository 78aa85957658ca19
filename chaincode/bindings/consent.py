"""The face of `consent`: who may get what for which purpose until when, as the member said."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from chaincode import acts
from chaincode.bindings.face import Face, direct, relayed
from chaincode.bindings.outcome import Outcome
from chaincode.calldata import to_calldata
from chaincode.events import ConsentChanged, Sign
from chaincode.events.consent import ConsentState
from chaincode.ids import EMPTY_ID
from chaincode.transactor import Transactor
from chaincode.typed_data import Consent as ConsentMessage


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


ASKED = Sign(ConsentChanged, "consent_id", (ConsentState.REQUESTED,))
EXPIRED = Sign(ConsentChanged, "consent_id", (ConsentState.EXPIRED,))
REVOKED = Sign(ConsentChanged, "consent_id", (ConsentState.REVOKED,))


class Consent(Face):
    NAME = "consent"

    record_batch = relayed(acts.CONSENT)
    record = direct(acts.CONSENT)
    withdraw_batch = relayed(acts.WITHDRAWAL)
    withdraw = direct(acts.WITHDRAWAL)

    def ask_batch(self, transactor: Transactor, questions: Sequence[Question]) -> list[Outcome]:
        """Operator: ask members; each decides under the id of its question."""
        ids = [question.consent_id for question in questions]
        rows = [astuple(question) for question in questions]
        return self._rows(transactor, "ask_batch", rows, ids, ASKED, gas_per_item=100_000)

    def record_by_rule_batch(
        self, transactor: Transactor, consents: Sequence[tuple[ConsentMessage, bytes]]
    ) -> list[Outcome]:
        """Operator: consent for members, each under the standing rule with the given id."""
        ids = [consent.consent_id for consent, _ in consents]
        rows = [(to_calldata(consent), rule_id) for consent, rule_id in consents]
        return self._rows(transactor, "record_by_rule_batch", rows, ids, acts.CONSENT.taken, gas_per_item=160_000)

    def expire_batch(self, transactor: Transactor, consent_ids: Sequence[bytes]) -> list[Outcome]:
        """Anybody: record that consents have run out."""
        ids = list(consent_ids)
        return self._rows(transactor, "expire_batch", ids, ids, EXPIRED, gas_per_item=40_000)

    def revoke(self, transactor: Transactor, consent_id: bytes, reason_hash: bytes) -> Outcome:
        """Operator: take a consent out of force, for instance because a partner broke its contract."""
        return self._single(transactor, "revoke", (consent_id, reason_hash), consent_id, REVOKED)

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

    def sequence_of(self, request_id: bytes, member: str) -> int:
        """Return when a member last spoke about a request, in milliseconds since 1970; earlier words are refused."""
        return int(self.read("sequenceOf", request_id, member))
