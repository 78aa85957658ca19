"""Escrows: keys of documents that only enough custodians open, after a delay in which the owner may veto."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from chaincode.calldata import to_calldata
from chaincode.events import (
    Contributed,
    EscrowActivated,
    EscrowCreated,
    EscrowOpened,
    EscrowReplaced,
    Event,
    OpeningRequested,
    OpeningVetoed,
    Refused,
    Repeated,
    ShareAcknowledged,
)
from chaincode.ids import EMPTY_ID, NOBODY
from chaincode.model.authority import check_right, check_signed
from chaincode.model.ground import ANY_ROLE, Digests, Emit, Refusal, Said, is_repeated, require
from chaincode.model.membership.roster import MemberBook
from chaincode.typed_data import Contribution, EscrowPolicy, OpeningRequest, ShareReceipt, Veto
from chaincode.typed_data.eip712 import layout

NAME = "escrow"
REQUESTED, VETOED, OPENED = 1, 2, 3


@dataclass(frozen=True)
class EscrowRecord:
    """An escrow and who has acknowledged its share."""

    terms: EscrowCreated
    acknowledged: frozenset[str] = frozenset()
    is_active: bool = False
    successor: bytes | None = None
    """The escrow that took its place."""


@dataclass(frozen=True)
class OpeningRecord:
    """An opening and what custodians contributed to it."""

    terms: OpeningRequested
    state: int = REQUESTED
    contributions: tuple[tuple[str, bytes], ...] = ()


class EscrowBook:
    """Escrows and openings, from events alone."""

    def __init__(self) -> None:
        self.escrows: dict[bytes, EscrowRecord] = {}
        self.openings: dict[bytes, OpeningRecord] = {}

    def apply(self, event: Event) -> None:
        match event:
            case EscrowCreated():
                self.escrows[event.escrow_id] = EscrowRecord(event)
            case ShareAcknowledged():
                record = self.escrows[event.escrow_id]
                self._escrow(event.escrow_id, acknowledged=record.acknowledged | {event.custodian})
            case EscrowActivated():
                self._escrow(event.escrow_id, is_active=True)
            case EscrowReplaced():
                self._escrow(event.escrow_id, successor=event.successor)
            case OpeningRequested():
                self.openings[event.opening_id] = OpeningRecord(event)
            case OpeningVetoed():
                self._opening(event.opening_id, state=VETOED)
            case Contributed():
                entry = (event.custodian, event.contribution_hash)
                contributions = (*self.openings[event.opening_id].contributions, entry)
                self._opening(event.opening_id, contributions=contributions)
            case EscrowOpened():
                self._opening(event.opening_id, state=OPENED)

    def _escrow(self, escrow_id: bytes, **changes: Any) -> None:
        self.escrows[escrow_id] = replace(self.escrows[escrow_id], **changes)

    def _opening(self, opening_id: bytes, **changes: Any) -> None:
        self.openings[opening_id] = replace(self.openings[opening_id], **changes)


class Escrow:
    """The rules of `escrow`."""

    def __init__(self, book: EscrowBook, members: MemberBook, digests: Digests, emit: Emit) -> None:
        self._book, self._members, self._digests, self._emit = book, members, digests, emit

    def create(self, policy: EscrowPolicy, key: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        if self._is_repeated(policy.escrow_id, to_calldata(policy)):
            return
        check_signed(self._members, NAME, key, policy.owner, ANY_ROLE, policy.deadline, now)
        require(len(policy.custodians) >= 2, NAME, "too few custodians")
        require(2 <= policy.threshold <= len(policy.custodians), NAME, "threshold out of range")
        for place, custodian in enumerate(policy.custodians):
            is_account = custodian != NOBODY and custodian in self._members.accounts
            require(is_account, NAME, "custodian not enrolled")
            require(custodian not in policy.custodians[place + 1 :], NAME, "custodian twice")
        require(policy.heir == NOBODY or policy.heir in self._members.accounts, NAME, "heir not enrolled")
        if policy.replaces != EMPTY_ID:
            earlier = self._book.escrows.get(policy.replaces)
            require(earlier is not None and earlier.terms.owner == policy.owner, NAME, "replaces another's")
            require(earlier is not None and earlier.successor is None, NAME, "already replaced")
        self._digests.take(NAME, policy.escrow_id, to_calldata(policy))
        self._emit(
            EscrowCreated(
                policy.escrow_id,
                policy.owner,
                policy.threshold,
                policy.custodians,
                policy.commitments_hash,
                policy.document_hash,
                policy.opening_delay_seconds,
                policy.heir,
                policy.replaces,
            )
        )

    def acknowledge(self, receipt: ShareReceipt, key: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        escrow = self._book.escrows.get(receipt.escrow_id)
        if escrow is None:
            raise Refusal(NAME, "unknown escrow")
        check_signed(self._members, NAME, key, receipt.custodian, ANY_ROLE, receipt.deadline, now)
        require(receipt.custodian in escrow.terms.custodians, NAME, "not a custodian")
        require(receipt.commitments_hash == escrow.terms.commitments_hash, NAME, "other commitments")
        if receipt.custodian in escrow.acknowledged:
            self._emit(Repeated(receipt.escrow_id, contract=NAME))
            return
        require(escrow.successor is None, NAME, "already replaced")
        self._emit(ShareAcknowledged(receipt.escrow_id, receipt.custodian))
        if len(escrow.acknowledged) + 1 < len(escrow.terms.custodians):
            return
        self._emit(EscrowActivated(receipt.escrow_id))
        replaced = self._book.escrows.get(escrow.terms.replaces)
        if replaced is not None and replaced.successor is None:
            self._emit(EscrowReplaced(escrow.terms.replaces, receipt.escrow_id))

    def request_opening(self, request: OpeningRequest, key: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        if self._is_repeated(request.opening_id, to_calldata(request)):
            return
        escrow = self._book.escrows.get(request.escrow_id)
        if escrow is None:
            raise Refusal(NAME, "unknown escrow")
        check_signed(self._members, NAME, key, request.requester, ANY_ROLE, request.deadline, now)
        may = request.requester in (escrow.terms.owner, escrow.terms.heir, *escrow.terms.custodians)
        require(may, NAME, "neither owner, heir nor custodian")
        require(escrow.is_active and escrow.successor is None, NAME, "not active")
        self._digests.take(NAME, request.opening_id, to_calldata(request))
        self._emit(
            OpeningRequested(
                request.opening_id,
                request.escrow_id,
                request.requester,
                request.recipient_key_hash,
                request.reason_hash,
                now + escrow.terms.opening_delay_seconds,
            )
        )

    def veto(self, veto: Veto, key: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        opening = self._book.openings.get(veto.opening_id)
        if opening is None:
            raise Refusal(NAME, "unknown opening")
        check_right(self._members, NAME, key, veto.owner, veto.deadline, now)
        owner = self._book.escrows[opening.terms.escrow_id].terms.owner
        require(veto.owner == owner, NAME, "not the owner")
        require(opening.state != OPENED, NAME, "already opened")
        if opening.state == VETOED:
            self._emit(Repeated(veto.opening_id, contract=NAME))
        else:
            self._emit(OpeningVetoed(veto.opening_id, veto.owner))

    def contribute(self, contribution: Contribution, key: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        opening = self._book.openings.get(contribution.opening_id)
        if opening is None:
            raise Refusal(NAME, "unknown opening")
        custodian = contribution.custodian
        check_signed(self._members, NAME, key, custodian, ANY_ROLE, contribution.deadline, now)
        escrow = self._book.escrows[opening.terms.escrow_id]
        require(custodian in escrow.terms.custodians, NAME, "not a custodian")
        require(contribution.request_hash == self.request_hash(contribution.opening_id), NAME, "other request")
        earlier = dict(opening.contributions).get(custodian)
        if earlier is not None:
            require(earlier == contribution.contribution_hash, NAME, "already contributed")
            self._emit(Repeated(contribution.opening_id, contract=NAME))
            return
        require(opening.state != VETOED, NAME, "vetoed")
        require(escrow.successor is None, NAME, "already replaced")
        require(now >= opening.terms.not_before, NAME, "delay still runs")
        self._emit(Contributed(contribution.opening_id, custodian, contribution.contribution_hash))
        if len(opening.contributions) + 1 == escrow.terms.threshold:
            self._emit(EscrowOpened(contribution.opening_id, opening.terms.escrow_id))

    def request_hash(self, opening_id: bytes) -> bytes:
        """Return the hash of the words that asked for an opening."""
        return OpeningRequest(*self._digests.taken(NAME, opening_id)).struct_hash()

    def batch(self, function: str, now: int, items: Sequence[Said[Any]]) -> None:
        """Relay: `function` is one of the above, for each item."""
        for item in items:
            try:
                getattr(self, function)(item.struct, item.key, now)
            except Refusal as refusal:
                name, _, _ = layout(type(item.struct)).fields[0]
                self._emit(Refused(getattr(item.struct, name), str(refusal), contract=NAME))

    def _is_repeated(self, item: bytes, content: object) -> bool:
        """One space of ids for escrows and openings."""
        return is_repeated(self._digests, self._emit, NAME, item, content)
