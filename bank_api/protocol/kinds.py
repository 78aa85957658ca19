"""The words that facts travel by: kinds of passbook lines and states of things. Each has its sentence in the catalogue.

States of the contracts travel under the names of the contracts' own enums, in lower case.
"""

from enum import Enum, StrEnum


def word_of(state: Enum) -> str:
    """The name under which a contract's state travels: `ConsentState.GIVEN` is `given`."""
    return state.name.lower().replace("_", "-")


class LineKind(StrEnum):
    """What a line of a passbook tells."""

    JOINED = "joined"
    KEY_REPLACED = "key-replaced"
    GUARDIANS_NAMED = "guardians-named"
    RECOVERY_BEGUN = "recovery-begun"
    RECOVERY_VETOED = "recovery-vetoed"
    ANSWER = "answer"
    PARTNER_REWARD = "partner-reward"
    CONSENT = "consent"
    DISCLOSURE = "disclosure"
    PURCHASE = "purchase"
    GIFT = "gift"
    REDEMPTION = "redemption"
    COUPONS_RECEIVED = "coupons-received"
    COUPONS_SENT = "coupons-sent"
    COINS_BOUGHT = "coins-bought"
    COINS_RECEIVED = "coins-received"
    COINS_SENT = "coins-sent"
    COINS_TO_ONESELF = "coins-to-oneself"
    COINS_LOCKED = "coins-locked"
    COINS_UNLOCKED = "coins-unlocked"
    COINS_SPENT = "coins-spent"
    DRAW_ENTERED = "draw-entered"
    DRAW_REFUNDED = "draw-refunded"
    DRAW_WON = "draw-won"
    ESCROW_CREATED = "escrow-created"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    DISMISSED = "dismissed"
    RULE_SET = "rule-set"
    RULE_ENDED = "rule-ended"
    CONSENT_BY_RULE = "consent-by-rule"
    DELEGATE_NAMED = "delegate-named"
    DELEGATE_ENDED = "delegate-ended"
    WARD_GIVEN = "ward-given"
    WARD_TAKEN = "ward-taken"


class SurveyState(StrEnum):
    """Whether a survey takes answers now."""

    UPCOMING = "upcoming"
    OPEN = "open"
    FULL = "full"
    """Open by its dates, but what is left of its budget pays for no answer."""
    CLOSED = "closed"


class DrawStanding(StrEnum):
    """Whether a draw takes entries now, or who won is known."""

    FORMING = "forming"
    """Its drawers are not all bound yet: nobody enters before."""
    UPCOMING = "upcoming"
    OPEN = "open"
    CLOSED = "closed"
    """Parts of the secret are to be shown now."""
    OVERDUE = "overdue"
    """Parts stay away: coins go back to who asks, and the parts may still be shown."""
    DRAWN = "drawn"


class RedemptionState(StrEnum):
    """What became of a shop's offer to take a coupon."""

    OFFERED = "offered"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    """Nobody signed it in time."""
    CANCELLED = "cancelled"
    """The shop took it back."""


class EscrowStanding(StrEnum):
    """How far an escrow is."""

    CREATED = "created"
    ACTIVE = "active"
    OPENED = "opened"


class OpeningStanding(StrEnum):
    """How far an opening of an escrow is; `waiting` until its delay is over, then `open` for contributions."""

    WAITING = "waiting"
    OPEN = "open"
    VETOED = "vetoed"
    OPENED = "opened"


class KindOfCategory(StrEnum):
    """What a category of standing rules groups; also the field of a rule that names the chosen ones."""

    RECIPIENTS = "recipients"
    PURPOSES = "purposes"
    PROCESSING = "processing"


class RuleStanding(StrEnum):
    """Whether the bank may still consent under a rule."""

    ACTIVE = "active"
    ENDED = "ended"
    EXPIRED = "expired"


class DelegationStanding(StrEnum):
    """Whether somebody may act for another now."""

    WAITING = "waiting"
    """Appointed by the board, and not begun yet."""
    ACTIVE = "active"
    ENDED = "ended"
    EXPIRED = "expired"
