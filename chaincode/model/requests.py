"""Requests: what partners may ask, after the board said yes and their coins are locked (contract `request`)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from chaincode.calldata import to_calldata
from chaincode.events import (
    ApprovalRevoked,
    Event,
    Refused,
    Repeated,
    RequestClosed,
    RequestConsumed,
    RequestDecided,
    RequestFiled,
)
from chaincode.ids import EMPTY_ID, text_hash
from chaincode.model.authority import check_signed
from chaincode.model.board import board_agrees
from chaincode.model.coins import Coin
from chaincode.model.ground import BOARD, OPERATOR, PARTNER, SCOPES, Digests, Emit, Refusal, Said, require
from chaincode.model.membership.roster import MemberBook
from chaincode.model.surveys import SurveyBook
from chaincode.typed_data import ApprovalRevocation, Closing, DataRequest, Decision

NAME = "request"
FILED, APPROVED, REFUSED, CLOSED, REVOKED = 1, 2, 3, 4, 5
LEGAL_CLASSES = (1, 2, 3)
REWARD_MAXIMUM = 2**32 - 1
TIME_MAXIMUM = 2**40 - 1


@dataclass(frozen=True)
class RequestRecord:
    """A request, its state and what is left of its coins."""

    terms: RequestFiled
    state: int
    locked: int
    persons_used: int = 0

    def reward(self, items: int) -> int:
        return per_person(self.terms.coins_base, self.terms.coins_per_item, items)


class RequestBook:
    """Requests by id, from events alone."""

    def __init__(self) -> None:
        self.requests: dict[bytes, RequestRecord] = {}

    def apply(self, event: Event) -> None:
        match event:
            case RequestFiled():
                reward = per_person(event.coins_base, event.coins_per_item, event.items)
                record = RequestRecord(event, FILED, locked=reward * event.persons_maximum)
                self.requests[event.request_id] = record
            case RequestDecided():
                self._change(event.request_id, state=APPROVED if event.approved else REFUSED)
            case ApprovalRevoked():
                self._change(event.request_id, state=REVOKED)
            case RequestConsumed():
                record = self.requests[event.request_id]
                used, locked = record.persons_used + event.persons, record.locked - event.coins
                self._change(event.request_id, persons_used=used, locked=locked)
            case RequestClosed():
                record = self.requests[event.request_id]
                state = record.state if record.state in (REFUSED, REVOKED) else CLOSED
                self._change(event.request_id, state=state, locked=record.locked - event.unlocked)

    def _change(self, request_id: bytes, **changes: Any) -> None:
        self.requests[request_id] = replace(self.requests[request_id], **changes)


def per_person(coins_base: int, coins_per_item: int, items: int) -> int:
    """Return what one person's consent to some items earns."""
    return coins_base + coins_per_item * items.bit_count()


class Request:
    """The rules of `request`; `lock` is the account that holds locked coins: the contract's own."""

    def __init__(
        self,
        book: RequestBook,
        members: MemberBook,
        surveys: SurveyBook,
        coin: Coin,
        lock: str,
        digests: Digests,
        emit: Emit,
    ) -> None:
        self._book, self._members, self._surveys = book, members, surveys
        self._coin, self._lock, self._digests, self._emit = coin, lock, digests, emit

    def file(self, request: DataRequest, key: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        content = to_calldata(request)
        if self._digests.is_same(NAME, request.request_id, content):
            self._emit(Repeated(request.request_id, contract=NAME))
            return
        self._check_file(request, key, now)
        total = per_person(request.coins_base, request.coins_per_item, request.items) * request.persons_maximum
        if total:
            locked = self._coin.move(request.partner, self._lock, total, request.request_id)
            require(locked, NAME, "not enough coins")
        self._digests.take(NAME, request.request_id, content)
        self._emit(_filed(request, len(self._book.requests) + 1))

    def file_batch(self, now: int, items: Sequence[Said[DataRequest]]) -> None:
        for item in items:
            try:
                self.file(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.request_id, str(refusal), contract=NAME))

    def decide(self, decision: Decision, key: str | None, now: int) -> None:
        """Direct: `key` is the sender. Only a board of one seat decides so."""
        self._decide(decision, key, now, self._members.board_size == 1)

    def decide_together(self, now: int, decision: Decision, key: str | None, approvers: Sequence[str | None]) -> None:
        """`key` signed as who proposes; `approvers` are the keys that signed, in the order of the signatures."""
        self._decide(decision, key, now, board_agrees(self._members, approvers))

    def _decide(self, decision: Decision, key: str | None, now: int, is_agreed: bool) -> None:
        request = self._book.requests.get(decision.request_id)
        if request is None:
            raise Refusal(NAME, "unknown request")
        content = to_calldata(decision)
        if self._digests.is_same("decision", decision.request_id, content):
            self._emit(Repeated(decision.request_id, contract=NAME))
            return
        check_signed(self._members, NAME, key, decision.board, BOARD, decision.deadline, now)
        require(request.state == FILED, NAME, "already decided")
        require(is_agreed, NAME, "approvals too few")
        self._digests.take("decision", decision.request_id, content)
        self._emit(RequestDecided(decision.request_id, decision.board, decision.approved, decision.decision_hash))
        if not decision.approved:
            self._end(decision.request_id)

    def decide_batch(self, now: int, items: Sequence[Said[Decision]]) -> None:
        for item in items:
            try:
                self.decide(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.request_id, str(refusal), contract=NAME))

    def revoke(self, revocation: ApprovalRevocation, key: str | None, now: int) -> None:
        """Direct: `key` is the sender. Only a board of one seat takes its approval back so."""
        self._revoke(revocation, key, now, self._members.board_size == 1)

    def revoke_together(
        self, now: int, revocation: ApprovalRevocation, key: str | None, approvers: Sequence[str | None]
    ) -> None:
        """`key` signed as who proposes; `approvers` are the keys that signed, in the order of the signatures."""
        self._revoke(revocation, key, now, board_agrees(self._members, approvers))

    def revoke_batch(self, now: int, items: Sequence[Said[ApprovalRevocation]]) -> None:
        for item in items:
            try:
                self.revoke(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.request_id, str(refusal), contract=NAME))

    def _revoke(self, revocation: ApprovalRevocation, key: str | None, now: int, is_agreed: bool) -> None:
        request = self._book.requests.get(revocation.request_id)
        if request is None:
            raise Refusal(NAME, "unknown request")
        content = to_calldata(revocation)
        if self._digests.is_same("approval revocation", revocation.request_id, content):
            self._emit(Repeated(revocation.request_id, contract=NAME))
            return
        check_signed(self._members, NAME, key, revocation.board, BOARD, revocation.deadline, now)
        require(request.state == APPROVED, NAME, "not approved")
        require(is_agreed, NAME, "approvals too few")
        self._digests.take("approval revocation", revocation.request_id, content)
        self._emit(ApprovalRevoked(revocation.request_id, revocation.board, revocation.reason_hash))
        self._end(revocation.request_id)

    def close(self, sender: str, now: int, request_id: bytes) -> None:
        request = self._book.requests.get(request_id)
        if request is None:
            raise Refusal(NAME, "unknown request")
        partner = request.terms.partner
        is_partner = self._members.refusal(sender, partner, PARTNER, SCOPES[NAME], now) is None
        may = is_partner or self._members.holds(sender, OPERATOR)
        require(may, NAME, "neither partner nor operator")
        require(request.state in (FILED, APPROVED), NAME, "already closed")
        self._end(request_id)

    def close_batch(self, now: int, items: Sequence[Said[Closing]]) -> None:
        for item in items:
            try:
                self._close(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.request_id, str(refusal), contract=NAME))

    def check_consume(self, request_id: bytes, persons: int) -> None:
        """Refuse a release that a request does not have the persons for."""
        request = self._book.requests[request_id]
        within = request.persons_used + persons <= request.terms.persons_maximum
        require(within, NAME, "persons maximum reached")

    def _check_file(self, request: DataRequest, key: str | None, now: int) -> None:
        is_new = request.request_id != EMPTY_ID and request.request_id not in self._book.requests
        require(is_new, NAME, "id already used")
        check_signed(self._members, NAME, key, request.partner, PARTNER, request.deadline, now)
        survey = self._surveys.surveys.get(request.survey_id)
        if survey is None:
            raise Refusal(NAME, "unknown survey")
        require(survey.has_items(request.items), NAME, "items outside the survey")
        require(request.legal_class in LEGAL_CLASSES, NAME, "legal class unknown")
        require(request.k_minimum >= 2, NAME, "k minimum below two")
        require(request.l_minimum >= 2, NAME, "l minimum below two")
        require(1 <= request.t_percent <= 100, NAME, "t is no percentage")
        require(request.persons_maximum > 0, NAME, "no persons")
        reward = per_person(request.coins_base, request.coins_per_item, request.items)
        require(reward <= REWARD_MAXIMUM, NAME, "reward too large")
        require(now <= request.valid_until, NAME, "valid until is past")
        require(request.valid_until <= TIME_MAXIMUM, NAME, "valid until too far")

    def _close(self, closing: Closing, key: str | None, now: int) -> None:
        request = self._book.requests.get(closing.request_id)
        if request is None:
            raise Refusal(NAME, "unknown request")
        check_signed(self._members, NAME, key, closing.partner, PARTNER, closing.deadline, now)
        require(closing.partner == request.terms.partner, NAME, "neither partner nor operator")
        require(request.state not in (REFUSED, REVOKED), NAME, "already closed")
        if request.state == CLOSED:
            self._emit(Repeated(closing.request_id, contract=NAME))
        else:
            self._end(closing.request_id)

    def _end(self, request_id: bytes) -> None:
        request = self._book.requests[request_id]
        if request.locked:
            self._coin.move(self._lock, request.terms.partner, request.locked, request_id)
        self._emit(RequestClosed(request_id, request.locked))


def _filed(request: DataRequest, number: int) -> RequestFiled:
    return RequestFiled(
        request_id=request.request_id,
        partner=request.partner,
        survey_id=request.survey_id,
        number=number,
        recipient_hash=text_hash(request.recipient),
        purpose_hash=text_hash(request.purpose),
        items=request.items,
        purpose_code=request.purpose_code,
        legal_class=request.legal_class,
        k_minimum=request.k_minimum,
        l_minimum=request.l_minimum,
        t_percent=request.t_percent,
        persons_maximum=request.persons_maximum,
        coins_base=request.coins_base,
        coins_per_item=request.coins_per_item,
        valid_until=request.valid_until,
        retention_days=request.retention_days,
        contract_hash=request.contract_hash,
        digest=request.struct_hash(),
    )
