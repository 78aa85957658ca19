"""Uses of a power: what operator, board or guardians did to others, found among the events, for people to read.

That the rules allowed each of them is the business of `chaincode.invariants`; here they are only made visible.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from chaincode.events import (
    ApprovalRevoked,
    BudgetAdded,
    ConsentByRule,
    ConsentChanged,
    CouponIssued,
    Delegated,
    Dismissed,
    EncryptionKeySet,
    Enrolled,
    Event,
    GiftGiven,
    Granted,
    IssueApproved,
    KeyRotated,
    QuotaSet,
    Recovered,
    RecoveryBegun,
    RecoveryVetoed,
    Reinstated,
    RequestClosed,
    RequestDecided,
    RequestFiled,
    Seated,
    SurveyPublished,
    Suspended,
    TermsSet,
)
from chaincode.events.consent import ConsentState
from chaincode.ids import to_hex
from chaincode.storage.history import History


class Power(StrEnum):
    """What kind of use it was."""

    TERMS = "terms"
    ENROLLED = "enrolled"
    DISMISSED = "dismissed"
    SEATED = "seated"
    UNSEATED = "unseated"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    ROTATED = "rotated"
    RECOVERY_BEGUN = "recovery-begun"
    RECOVERY_VETOED = "recovery-vetoed"
    RECOVERED = "recovered"
    APPOINTED = "appointed"
    RELEASE_KEY = "release-key"
    SALE = "sale"
    BUDGET = "budget"
    QUOTA = "quota"
    ISSUE_APPROVED = "issue-approved"
    REVOKED = "revoked"
    REQUEST_APPROVED = "request-approved"
    REQUEST_REFUSED = "request-refused"
    APPROVAL_REVOKED = "approval-revoked"
    REQUEST_CLOSED = "request-closed"
    RULED_CONSENT = "ruled-consent"
    GIFT = "gift"


@dataclass(frozen=True)
class UseOfPower:
    """One use: over whom, and what it was about, as the event has it."""

    power: Power
    event: Event
    account: str = ""
    other: str = ""
    """The new key, the guardian, the partner of a shop, whose sale, a quota's days, a request's or a rule's id."""
    role: int = 0
    count: int = 0
    """Coins, or how many approved."""
    time: int = 0
    """Until when, or from when."""
    signers: tuple[str, ...] = ()
    """Accounts of those who signed it together."""


def _nobody(_event: Event) -> tuple[str, ...]:
    return ()


def uses_of_power(
    events: Sequence[Event],
    operator: str,
    coins_at_least: int,
    signers: Callable[[Event], tuple[str, ...]] = _nobody,
) -> list[UseOfPower]:
    """Every use in order; sales and budgets of fewer coins than that are left out.

    `signers` tells who signed an event together (`chaincode.approvals`).
    """
    found = _found(events, operator, coins_at_least)
    return [replace(use, signers=signers(use.event)) for use in found]


def _found(events: Sequence[Event], operator: str, coins_at_least: int) -> list[UseOfPower]:
    sales = {id(one) for one in History(events).sales()}
    seats = {(*_place(one, 1), one.account, one.role) for one in events if isinstance(one, Seated)}
    data = _Data(events)
    found = []
    for event in events:
        if isinstance(event, Granted):
            if id(event) in sales and event.amount >= coins_at_least:
                found.append(UseOfPower(Power.SALE, event, event.account, count=event.amount))
            continue
        if isinstance(event, Enrolled | Dismissed) and (*_place(event, 0), event.account, event.role) in seats:
            continue  # told by the seat before it
        found += _of_people(event, operator)
        found += _of_coins(event, coins_at_least)
        found += data.uses(event)
    return found


def _of_people(event: Event, operator: str) -> Iterator[UseOfPower]:
    """Offices, keys, guardians."""
    match event:
        case TermsSet():
            yield UseOfPower(Power.TERMS, event, time=event.accept_by)
        case Enrolled():
            yield UseOfPower(Power.ENROLLED, event, event.account, event.parent, event.role)
        case Dismissed():
            yield UseOfPower(Power.DISMISSED, event, event.account, role=event.role)
        case Seated():
            power = Power.SEATED if event.seated else Power.UNSEATED
            yield UseOfPower(power, event, event.account, role=event.role)
        case Suspended():
            yield UseOfPower(Power.SUSPENDED, event, event.account)
        case Reinstated():
            yield UseOfPower(Power.REINSTATED, event, event.account)
        case KeyRotated():
            yield UseOfPower(Power.ROTATED, event, event.account, event.new_key)
        case RecoveryBegun():
            begun = UseOfPower(Power.RECOVERY_BEGUN, event, event.account, event.new_key)
            yield replace(begun, count=event.approvals, time=event.ready_at)
        case RecoveryVetoed():
            yield UseOfPower(Power.RECOVERY_VETOED, event, event.account)
        case Recovered():
            yield UseOfPower(Power.RECOVERED, event, event.account)
        case Delegated() if event.position is not None and event.since > (event.position.timestamp or 0):
            yield UseOfPower(Power.APPOINTED, event, event.account, event.delegate, time=event.until)
        case EncryptionKeySet() if event.account == operator:
            yield UseOfPower(Power.RELEASE_KEY, event, event.account)


def _of_coins(event: Event, coins_at_least: int) -> Iterator[UseOfPower]:
    match event:
        case SurveyPublished() if event.budget_coins >= coins_at_least:
            yield UseOfPower(Power.BUDGET, event, count=event.budget_coins)
        case BudgetAdded() if event.coins >= coins_at_least:
            yield UseOfPower(Power.BUDGET, event, count=event.coins)
        case QuotaSet():
            yield UseOfPower(Power.QUOTA, event, count=event.coins, other=f"{event.period_seconds / 86400:g}")
        case IssueApproved():
            yield UseOfPower(Power.ISSUE_APPROVED, event, other=event.account, count=event.coins)


class _Data:
    """Requests, consents and gifts: whose they are stands in other events than those that use a power over them."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._partners = {one.request_id: one.partner for one in events if isinstance(one, RequestFiled)}
        self._ended = {
            one.request_id
            for one in events
            if isinstance(one, ApprovalRevoked) or (isinstance(one, RequestDecided) and not one.approved)
        }
        self._given = {one.purchase_id: one for one in events if isinstance(one, CouponIssued)}

    def uses(self, event: Event) -> Iterator[UseOfPower]:
        match event:
            case RequestDecided():
                power = Power.REQUEST_APPROVED if event.approved else Power.REQUEST_REFUSED
                yield UseOfPower(power, event, self._partners.get(event.request_id, ""), to_hex(event.request_id))
            case ApprovalRevoked():
                partner = self._partners.get(event.request_id, "")
                yield UseOfPower(Power.APPROVAL_REVOKED, event, partner, to_hex(event.request_id))
            case RequestClosed() if event.request_id not in self._ended:  # a refusal gives its coins back so, too
                partner = self._partners.get(event.request_id, "")
                yield UseOfPower(Power.REQUEST_CLOSED, event, partner, to_hex(event.request_id), count=event.unlocked)
            case ConsentByRule():
                yield UseOfPower(Power.RULED_CONSENT, event, event.member, to_hex(event.rule_id))
            case ConsentChanged() if event.state == ConsentState.REVOKED:
                yield UseOfPower(Power.REVOKED, event, event.member)
            case GiftGiven():
                given = self._given.get(event.gift_id)
                whom, count = ("", 0) if given is None else (given.member, given.count)
                yield UseOfPower(Power.GIFT, event, whom, to_hex(event.order_id), count=count)


def _place(event: Event, step: int) -> tuple[bytes, int]:
    at = event.position
    return (b"", 0) if at is None else (at.transaction_hash, at.log_index + step)
