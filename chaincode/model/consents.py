"""Consents: who may get what until when, in states that are added and never overwritten (contract `consent`)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from chaincode.calldata import to_calldata
from chaincode.events import (
    ConsentByRule,
    ConsentChanged,
    ConsentHeld,
    ConsentUsed,
    Disclosed,
    Event,
    Refused,
    ReleaseAbandoned,
    ReleaseOpened,
    Repeated,
)
from chaincode.ids import EMPTY_ID
from chaincode.model.ground import MEMBER, OPERATOR, Digests, Emit, Refusal, Said, require
from chaincode.model.members import MemberBook, check_signed
from chaincode.model.requests import APPROVED, RequestBook
from chaincode.model.rules import RuleBook, Wish
from chaincode.model.surveys import Survey
from chaincode.typed_data import CONSENT_GIVEN, Consent, Withdrawal

NAME = "consent"
REQUESTED, GIVEN, REFUSED, RENEWED, WITHDRAWN, EXPIRED, REVOKED, SUPERSEDED = range(1, 9)
IN_FORCE = (GIVEN, RENEWED)
RECORDED = (GIVEN, REFUSED, RENEWED)
USES_MAXIMUM = 2**16 - 1
HOLD_OPEN, HOLD_SEALED, HOLD_DROPPED = 1, 2, 3


@dataclass(frozen=True)
class ConsentRecord:
    """A consent and its state."""

    terms: ConsentChanged
    state: int
    used: int = 0
    hold: bytes | None = None
    """The large release that gathered it."""
    has_served_before: bool = False
    """Whether one whose place it took went into a release."""


@dataclass(frozen=True)
class Hold:
    """What a large release gathers."""

    number: int
    request_id: bytes
    items: int
    closes_by: int
    state: int = HOLD_OPEN
    consents: frozenset[bytes] = frozenset()


class ConsentBook:
    """Consents, their history and who holds them, from events alone."""

    def __init__(self) -> None:
        self.consents: dict[bytes, ConsentRecord] = {}
        self.latest: dict[tuple[bytes, str], bytes] = {}
        self.holds: dict[bytes, Hold] = {}

    def apply(self, event: Event) -> None:
        match event:
            case ConsentChanged():
                self._change(event)
            case ConsentUsed():
                record = self.consents[event.consent_id]
                hold = None if record.hold == event.release_id else record.hold
                self.consents[event.consent_id] = replace(record, used=record.used + 1, hold=hold)
            case ConsentHeld():
                self.consents[event.consent_id] = replace(self.consents[event.consent_id], hold=event.release_id)
                held = self.holds[event.release_id].consents | {event.consent_id}
                self._hold(event.release_id, consents=held)
            case ReleaseOpened():
                self.holds[event.release_id] = Hold(event.hold, event.request_id, event.items, event.closes_by)
            case ReleaseAbandoned():
                self._hold(event.release_id, state=HOLD_DROPPED)
            case Disclosed() if event.release_id in self.holds:
                self._hold(event.release_id, state=HOLD_SEALED)

    def live_refusal(self, consent_id: bytes, request_id: bytes, items: int, now: int) -> Refusal | None:
        """Return why a release may not use a consent for some items of a request now."""
        record = self.consents.get(consent_id)
        if record is None:
            return Refusal(NAME, "unknown consent")
        terms = record.terms
        checks = (
            (terms.request_id == request_id, "of another request"),
            (record.state in IN_FORCE, "not in force"),
            (now >= terms.valid_from, "not yet valid"),
            (now <= terms.valid_until, "expired"),
            (record.used < terms.uses_maximum, "used up"),
            (items & ~terms.items == 0, "items not covered"),
            (not self._is_held(record), "held by another release"),
        )
        return next((Refusal(NAME, reason) for holds, reason in checks if not holds), None)

    def is_free(self, consent_id: bytes, request_id: bytes, member: str) -> bool:
        """Tell whether a member may decide under an id: a new one, or that of its own question."""
        record = self.consents.get(consent_id)
        if record is None:
            return consent_id != EMPTY_ID
        terms = record.terms
        return record.state == REQUESTED and (terms.request_id, terms.member) == (request_id, member)

    def has_run_out(self, consent_id: bytes, now: int) -> bool:
        """Tell whether time alone ended a consent, recorded or not."""
        record = self.consents[consent_id]
        past = record.state in IN_FORCE and now > record.terms.valid_until
        return record.state == EXPIRED or past

    def has_served(self, request_id: bytes, member: str) -> bool:
        """Tell whether any consent of a member to a request went into a release."""
        latest = self.latest.get((request_id, member))
        return latest is not None and self._has_served(self.consents[latest])

    def _is_held(self, record: ConsentRecord) -> bool:
        return record.hold is not None and self.holds[record.hold].state != HOLD_DROPPED

    def _has_served(self, record: ConsentRecord) -> bool:
        is_sealed = record.hold is not None and self.holds[record.hold].state == HOLD_SEALED
        return record.has_served_before or record.used > 0 or is_sealed

    def _change(self, event: ConsentChanged) -> None:
        if event.state == REQUESTED:
            self.consents[event.consent_id] = ConsentRecord(event, REQUESTED)
            return
        if event.state not in RECORDED:
            self._end(event)
            return
        key = (event.request_id, event.member)
        earlier = self.consents.get(self.latest.get(key, EMPTY_ID))
        served = earlier is not None and self._has_served(earlier)
        self.latest[key] = event.consent_id
        self.consents[event.consent_id] = ConsentRecord(event, event.state, has_served_before=served)

    def _end(self, event: ConsentChanged) -> None:
        """A record that ends leaves a release that is still open."""
        record = replace(self.consents[event.consent_id], state=event.state)
        if record.hold is not None and self.holds[record.hold].state == HOLD_OPEN:
            self._hold(record.hold, consents=self.holds[record.hold].consents - {event.consent_id})
            record = replace(record, hold=None)
        self.consents[event.consent_id] = record

    def _hold(self, release_id: bytes, **changes: Any) -> None:
        self.holds[release_id] = replace(self.holds[release_id], **changes)


class ConsentRules:
    """The rules of `consent`."""

    def __init__(
        self,
        book: ConsentBook,
        members: MemberBook,
        requests: RequestBook,
        rules: RuleBook,
        survey: Survey,
        digests: Digests,
        emit: Emit,
    ) -> None:
        self._book, self._members, self._requests, self._rules = book, members, requests, rules
        self._survey = survey
        self._digests, self._emit = digests, emit

    def record(self, consent: Consent, key: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        content = to_calldata(consent)
        if self._digests.is_same(NAME, consent.consent_id, content):
            self._emit(Repeated(consent.consent_id, contract=NAME))
            return
        self._check(consent, key, now)
        self._append(consent, content, now)

    def _append(self, consent: Consent, content: Any, now: int) -> None:
        self._digests.take(NAME, consent.consent_id, content)
        is_given = consent.decision == CONSENT_GIVEN
        followed = self._give_way(consent, now)
        state = (RENEWED if followed else GIVEN) if is_given else REFUSED
        self._emit(_changed(consent, state))
        survey_id = self._requests.requests[consent.request_id].terms.survey_id
        if is_given and not self._was_paid(survey_id, consent):
            self._survey.accept(survey_id, consent.member, consent.consent_id)

    def _was_paid(self, survey_id: bytes, consent: Consent) -> bool:
        paid = self._survey.accepted(survey_id, consent.member)
        return any(self._book.consents[one].terms.request_id == consent.request_id for one in paid)

    def record_batch(self, now: int, items: Sequence[Said[Consent]]) -> None:
        for item in items:
            try:
                self.record(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.consent_id, str(refusal), contract=NAME))

    def withdraw(self, withdrawal: Withdrawal, key: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        content = to_calldata(withdrawal)
        if self._digests.is_same("withdrawal", withdrawal.consent_id, content):
            self._emit(Repeated(withdrawal.consent_id, contract=NAME))
            return
        record = self._book.consents.get(withdrawal.consent_id)
        if record is None:
            raise Refusal(NAME, "unknown consent")
        check_signed(self._members, NAME, key, withdrawal.member, MEMBER, withdrawal.deadline, now)
        require(record.terms.member == withdrawal.member, NAME, "not the member's")
        require(record.state != WITHDRAWN, NAME, "already withdrawn")
        require(record.state in IN_FORCE, NAME, "not in force")
        self._digests.take("withdrawal", withdrawal.consent_id, content)
        self._emit(replace(record.terms, state=WITHDRAWN, notice_hash=withdrawal.reason_hash, position=None))

    def withdraw_batch(self, now: int, items: Sequence[Said[Withdrawal]]) -> None:
        for item in items:
            try:
                self.withdraw(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.consent_id, str(refusal), contract=NAME))

    def ask_batch(self, sender: str, questions: Sequence[tuple[bytes, str, bytes, int, bytes]]) -> None:
        """Questions are (consent id, member, request id, items, notice hash)."""
        require(self._members.holds(sender, OPERATOR), NAME, "not the operator")
        for question in questions:
            try:
                self._ask(*question)
            except Refusal as refusal:
                self._emit(Refused(question[0], str(refusal), contract=NAME))

    def revoke(self, sender: str, consent_id: bytes, reason_hash: bytes) -> None:
        require(self._members.holds(sender, OPERATOR), NAME, "not the operator")
        record = self._book.consents.get(consent_id)
        if record is None or record.state not in IN_FORCE:
            raise Refusal(NAME, "not in force")
        self._emit(replace(record.terms, state=REVOKED, notice_hash=reason_hash, position=None))

    def expire_batch(self, now: int, consent_ids: Sequence[bytes]) -> None:
        for consent_id in consent_ids:
            record = self._book.consents.get(consent_id)
            if record is None or record.state not in IN_FORCE:
                self._emit(Refused(consent_id, f"{NAME}: not in force", contract=NAME))
            elif now <= record.terms.valid_until:
                self._emit(Refused(consent_id, f"{NAME}: still valid", contract=NAME))
            else:
                self._emit(replace(record.terms, state=EXPIRED, notice_hash=EMPTY_ID, position=None))

    def record_by_rule_batch(self, sender: str, now: int, items: Sequence[tuple[Consent, bytes]]) -> None:
        require(self._members.holds(sender, OPERATOR), NAME, "not the operator")
        for consent, rule_id in items:
            try:
                self._record_by_rule(consent, rule_id, now)
            except Refusal as refusal:
                self._emit(Refused(consent.consent_id, str(refusal), contract=NAME))

    def _record_by_rule(self, consent: Consent, rule_id: bytes, now: int) -> None:
        require(rule_id != EMPTY_ID, "rule", "unknown rule")
        content = ("rule", to_calldata(consent), rule_id)
        if self._digests.is_same(NAME, consent.consent_id, content):
            self._emit(Repeated(consent.consent_id, contract=NAME))
            return
        is_free = self._book.is_free(consent.consent_id, consent.request_id, consent.member)
        require(is_free, NAME, "id already used")
        account = self._members.accounts.get(consent.member)
        is_member = account is not None and account.roles & MEMBER != 0
        require(is_member, "membership", "role missing")
        require(account is not None and not account.is_suspended, "membership", "account suspended")
        require(consent.decision == CONSENT_GIVEN, NAME, "a rule only consents")
        require(now <= consent.deadline, NAME, "deadline passed")
        earlier = self._book.latest.get((consent.request_id, consent.member))
        is_open = earlier is None or self._book.has_run_out(earlier, now)
        require(is_open, NAME, "already decided")
        self._check_terms(consent, now)
        terms = self._requests.requests[consent.request_id].terms
        wish = Wish(consent.member, consent.item_mask, consent.coins, consent.uses_maximum, consent.valid_until)
        if refusal := self._rules.refusal(rule_id, terms, wish, now):
            raise refusal
        self._emit(ConsentByRule(consent.consent_id, rule_id, consent.member))
        self._append(consent, content, now)

    def _ask(self, consent_id: bytes, member: str, request_id: bytes, items: int, notice_hash: bytes) -> None:
        content = ("question", member, request_id, items, notice_hash)
        if self._digests.is_same(NAME, consent_id, content):
            self._emit(Repeated(consent_id, contract=NAME))
            return
        is_new = consent_id != EMPTY_ID and consent_id not in self._book.consents
        require(is_new, NAME, "id already used")
        require(self._members.roles_of(member) & MEMBER != 0, "membership", "role missing")
        request = self._requests.requests.get(request_id)
        if request is None or request.state != APPROVED:
            raise Refusal(NAME, "request not approved")
        require(items != 0 and items & ~request.terms.items == 0, NAME, "items outside the request")
        self._digests.take(NAME, consent_id, content)
        self._emit(ConsentChanged(consent_id, request_id, member, REQUESTED, items, 0, 0, 0, 0, notice_hash))

    def check_use(self, request_id: bytes, items: int, consent_ids: Sequence[bytes], now: int) -> None:
        """Refuse a release unless each consent may be used now; ids ascend, so that none is used twice."""
        previous = EMPTY_ID
        for consent_id in consent_ids:
            require(consent_id > previous, NAME, "ids not ascending")
            previous = consent_id
            if refusal := self._book.live_refusal(consent_id, request_id, items, now):
                raise refusal

    def _check(self, consent: Consent, key: str | None, now: int) -> None:
        is_free = self._book.is_free(consent.consent_id, consent.request_id, consent.member)
        require(is_free, NAME, "id already used")
        check_signed(self._members, NAME, key, consent.member, MEMBER, consent.deadline, now)
        self._check_terms(consent, now)

    def _check_terms(self, consent: Consent, now: int) -> None:
        request = self._requests.requests.get(consent.request_id)
        if request is None or request.state != APPROVED:
            raise Refusal(NAME, "request not approved")
        mask = consent.item_mask
        require(mask != 0 and mask & ~request.terms.items == 0, NAME, "items outside the request")
        require(consent.coins == request.reward(mask), NAME, "wrong reward")
        require(consent.valid_from <= consent.valid_until >= now, NAME, "validity is empty")
        require(consent.valid_until <= request.terms.valid_until, NAME, "outlasts the request")
        require(1 <= consent.uses_maximum <= USES_MAXIMUM, NAME, "uses out of range")
        require(consent.notice_hash != EMPTY_ID, NAME, "notice missing")

    def _give_way(self, consent: Consent, now: int) -> bool:
        """End the member's earlier record on the same request; True if it was a consent still in force."""
        earlier = self._book.consents.get(self._book.latest.get((consent.request_id, consent.member), EMPTY_ID))
        if earlier is None or earlier.state not in RECORDED:
            return False
        was_in_force = earlier.state in IN_FORCE and now <= earlier.terms.valid_until
        has_expired = earlier.state in IN_FORCE and not was_in_force
        state, evidence = (EXPIRED, EMPTY_ID) if has_expired else (SUPERSEDED, consent.consent_id)
        self._emit(replace(earlier.terms, state=state, notice_hash=evidence, position=None))
        return was_in_force


def _changed(consent: Consent, state: int) -> ConsentChanged:
    return ConsentChanged(
        consent.consent_id,
        consent.request_id,
        consent.member,
        state,
        consent.item_mask,
        consent.valid_from,
        consent.valid_until,
        consent.uses_maximum,
        consent.coins,
        consent.notice_hash,
    )
