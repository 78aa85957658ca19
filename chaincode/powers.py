"""Uses of a power: what operator, board or guardians did to others, found among the events, for people to read.

That the rules allowed each of them is the business of `chaincode.invariants`; here they are only made visible.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chaincode.events import (
    BudgetAdded,
    ConsentChanged,
    Delegated,
    Dismissed,
    EncryptionKeySet,
    Enrolled,
    Event,
    Granted,
    IssueApproved,
    KeyRotated,
    QuotaSet,
    Recovered,
    RecoveryBegun,
    RecoveryVetoed,
    Reinstated,
    Seated,
    SurveyPublished,
    Suspended,
    TermsSet,
)
from chaincode.events.consent import ConsentState
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


@dataclass(frozen=True)
class UseOfPower:
    """One use: over whom, and what it was about, as the event has it."""

    power: Power
    event: Event
    account: str = ""
    other: str = ""
    """The new key, the guardian, the partner of a shop, whose sale, or a quota's days."""
    role: int = 0
    count: int = 0
    """Coins, or how many approved."""
    time: int = 0
    """Until when, or from when."""


def uses_of_power(events: Sequence[Event], operator: str, coins_at_least: int) -> list[UseOfPower]:
    """Every use in order; sales and budgets of fewer coins than that are left out."""
    sales = {id(one) for one in History(events).sales()}
    seats = {(*_place(one, 1), one.account, one.role) for one in events if isinstance(one, Seated)}
    found = []
    for event in events:
        if isinstance(event, Granted):
            if id(event) in sales and event.amount >= coins_at_least:
                found.append(UseOfPower(Power.SALE, event, event.account, count=event.amount))
            continue
        if isinstance(event, Enrolled | Dismissed) and (*_place(event, 0), event.account, event.role) in seats:
            continue  # told by the seat before it
        found += _use(event, operator, coins_at_least)
    return found


def _use(event: Event, operator: str, coins_at_least: int) -> Iterator[UseOfPower]:
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
            numbers = {"count": event.approvals, "time": event.ready_at}
            yield UseOfPower(Power.RECOVERY_BEGUN, event, event.account, event.new_key, **numbers)
        case RecoveryVetoed():
            yield UseOfPower(Power.RECOVERY_VETOED, event, event.account)
        case Recovered():
            yield UseOfPower(Power.RECOVERED, event, event.account)
        case Delegated() if event.position is not None and event.since > (event.position.timestamp or 0):
            yield UseOfPower(Power.APPOINTED, event, event.account, event.delegate, time=event.until)
        case EncryptionKeySet() if event.account == operator:
            yield UseOfPower(Power.RELEASE_KEY, event, event.account)
        case SurveyPublished() if event.budget_coins >= coins_at_least:
            yield UseOfPower(Power.BUDGET, event, count=event.budget_coins)
        case BudgetAdded() if event.coins >= coins_at_least:
            yield UseOfPower(Power.BUDGET, event, count=event.coins)
        case QuotaSet():
            yield UseOfPower(Power.QUOTA, event, count=event.coins, other=f"{event.period_seconds / 86400:g}")
        case IssueApproved():
            yield UseOfPower(Power.ISSUE_APPROVED, event, other=event.account, count=event.coins)
        case ConsentChanged() if event.state == ConsentState.REVOKED:
            yield UseOfPower(Power.REVOKED, event, event.member)


def _place(event: Event, step: int) -> tuple[bytes, int]:
    at = event.position
    return (b"", 0) if at is None else (at.transaction_hash, at.log_index + step)
