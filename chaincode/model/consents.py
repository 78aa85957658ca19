"""Consents: who may get what until when, in states that are added and never overwritten (contract `consent`)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from chaincode.calldata import to_calldata
from chaincode.events import ConsentByRule, ConsentChanged, Refused, Repeated
from chaincode.ids import EMPTY_ID
from chaincode.model.authority import check_agrees, check_right, check_signed
from chaincode.model.consent_book import (
    EXPIRED,
    GIVEN,
    HOLD_DROPPED,
    HOLD_OPEN,
    HOLD_SEALED,
    IN_FORCE,
    NAME,
    RECORDED,
    REFUSED,
    RENEWED,
    REQUESTED,
    REVOKED,
    SUPERSEDED,
    USES_MAXIMUM,
    WITHDRAWN,
    ConsentBook,
    ConsentRecord,
    Hold,
)
from chaincode.model.ground import (
    MEMBER,
    OPERATOR,
    Digests,
    Emit,
    Refusal,
    Said,
    check_later,
    outdating,
    require,
)
from chaincode.model.membership.roster import MemberBook
from chaincode.model.requests import APPROVED, RequestBook
from chaincode.model.rules import RuleBook, Wish
from chaincode.model.surveys import Survey
from chaincode.typed_data import CONSENT_GIVEN, Consent, Withdrawal


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
        check_right(self._members, NAME, key, withdrawal.member, withdrawal.deadline, now)
        require(record.terms.member == withdrawal.member, NAME, "not the member's")
        require(record.state != WITHDRAWN, NAME, "already withdrawn")
        require(record.state in IN_FORCE, NAME, "not in force")
        self._digests.take("withdrawal", withdrawal.consent_id, content)
        sequence = outdating(withdrawal.sequence, now)
        ended = replace(record.terms, state=WITHDRAWN, notice_hash=withdrawal.reason_hash, position=None)
        self._emit(replace(ended, sequence=sequence))

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
        self._emit(replace(record.terms, state=REVOKED, notice_hash=reason_hash, sequence=0, position=None))

    def expire_batch(self, now: int, consent_ids: Sequence[bytes]) -> None:
        for consent_id in consent_ids:
            record = self._book.consents.get(consent_id)
            if record is None or record.state not in IN_FORCE:
                self._emit(Refused(consent_id, f"{NAME}: not in force", contract=NAME))
            elif now <= record.terms.valid_until:
                self._emit(Refused(consent_id, f"{NAME}: still valid", contract=NAME))
            else:
                self._emit(replace(record.terms, state=EXPIRED, notice_hash=EMPTY_ID, sequence=0, position=None))

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
        require(account is not None and not account.is_resting, "membership", "account recovers")
        require(consent.decision == CONSENT_GIVEN, NAME, "a rule only consents")
        require(consent.sequence == 0, NAME, "a rule has no sequence")
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
            self.check_belongs(consent_id, now)

    def check_belongs(self, consent_id: bytes, until: int) -> None:
        """Refuse a consent of whom the bank suspended or dismissed, or who does not accept its terms until then."""
        member = self._book.consents[consent_id].terms.member
        require(self._members.is_active(member, MEMBER), NAME, "member suspended or gone")
        check_agrees(self._members, member, until)

    def _check(self, consent: Consent, key: str | None, now: int) -> None:
        is_free = self._book.is_free(consent.consent_id, consent.request_id, consent.member)
        require(is_free, NAME, "id already used")
        check_signed(self._members, NAME, key, consent.member, MEMBER, consent.deadline, now)
        last = self._book.sequences.get((consent.request_id, consent.member), 0)
        check_later(NAME, consent.sequence, last, now)
        self._check_terms(consent, now)

    def _check_terms(self, consent: Consent, now: int) -> None:
        if consent.decision == CONSENT_GIVEN:
            check_agrees(self._members, consent.member, now)
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
        self._emit(replace(earlier.terms, state=state, notice_hash=evidence, sequence=0, position=None))
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
        consent.sequence,
    )


__all__ = [
    "EXPIRED",
    "GIVEN",
    "HOLD_DROPPED",
    "HOLD_OPEN",
    "HOLD_SEALED",
    "IN_FORCE",
    "NAME",
    "RECORDED",
    "REFUSED",
    "RENEWED",
    "REQUESTED",
    "REVOKED",
    "SUPERSEDED",
    "USES_MAXIMUM",
    "WITHDRAWN",
    "ConsentBook",
    "ConsentRecord",
    "ConsentRules",
    "Hold",
]
