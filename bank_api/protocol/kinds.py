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
    CORRECTION = "correction"
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


class StaysKind(StrEnum):
    """What an erasure leaves, each with its reason in the catalogue."""

    LEDGER = "ledger"
    """Records of consents, coins and releases, under an account that is nobody's name."""
    RELEASED = "released"
    """Anonymized releases in partners' hands, until their time."""
    SERIES = "series"
    """Answers without a name, so that later releases tell no more than they may of others."""
    BACKUPS = "backups"
    """Older copies of the bank, until they are replaced."""
    WORD = "word"
    """The signed word itself."""
    SHARES = "shares"
    """What is kept for others: shares of their escrows."""


class RightKind(StrEnum):
    """What somebody may ask of the bank concerning themselves, and must be answered in time."""

    ACCESS = "access"
    CORRECTION = "correction"
    RESTRICTION = "restriction"
    DELETION = "deletion"


class RightOutcome(StrEnum):
    """How the operator answered."""

    DONE = "done"
    REFUSED = "refused"


class InboxKind(StrEnum):
    """What awaits somebody, or was done with what is theirs."""

    REQUEST_TO_DECIDE = "request-to-decide"
    RELEASE_MADE = "release-made"
    STATISTICS_MADE = "statistics-made"
    """Figures, or rows made up from them."""
    CONSENT_ENDING = "consent-ending"
    OPENING_ASKED = "opening-asked"
    RECOVERY_ASKED = "recovery-asked"
    RECOVERY_CERTAIN = "recovery-certain"
    """Every guardian approved: the contract takes no veto."""
    COUPON_ENDING = "coupon-ending"
    RIGHT_ANSWERED = "right-answered"
    REQUEST_DECIDED = "request-decided"
    APPROVAL_REVOKED = "approval-revoked"
    CONSENT_RESTS = "consent-rests"
    """A consent stands for a request whose approval was taken back: it gives nothing any more."""
    CONSENT_WITHDRAWN = "consent-withdrawn"
    DELETION_DUE = "deletion-due"
    PERSON_ERASED = "person-erased"
    APPROVAL_PENDING = "approval-pending"
    SHARE_TO_KEEP = "share-to-keep"
    CONTRIBUTION_ASKED = "contribution-asked"
    CONTRIBUTION_REFUSED = "contribution-refused"
    RIGHT_ASKED = "right-asked"
    REGISTRATION_ASKED = "registration-asked"
    BUDGET_NEARLY_USED = "budget-nearly-used"
    REQUEST_OVER = "request-over"
    CONSENTS_OVER = "consents-over"
    DRAW_OVERDUE = "draw-overdue"
    DELETION_OVERDUE = "deletion-overdue"
    RULED_CONSENT = "ruled-consent"
    GUARDIAN_APPOINTED = "guardian-appointed"
    GIFTS_ORDERED = "gifts-ordered"
    TERMS_CHANGED = "terms-changed"
    PROMOTION_ASKED = "promotion-asked"
    PROMOTION_APPROVED = "promotion-approved"
    PROMOTION_REFUSED = "promotion-refused"
    """Refused before it was shown, or taken down since."""


class RegistrationState(StrEnum):
    """What became of somebody's wish to be a member."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


class PromotionStanding(StrEnum):
    """What became of a partner's promotion."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    """Its time is over, or its coupon is not to be had any more."""


class RecoveryStanding(StrEnum):
    """How far a recovery is: `waiting` while a veto helps, then `ready` for whoever completes it."""

    WAITING = "waiting"
    READY = "ready"
    COMPLETED = "completed"
    VETOED = "vetoed"


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
    REPLACED = "replaced"
    """Another escrow took its place; nothing more is asked of this one."""


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


class Form(StrEnum):
    """In which form a company may have data, as members prefer it."""

    ANONYMIZED = "anonymized"
    STATISTICAL = "statistical"
