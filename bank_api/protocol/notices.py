"""What reaches somebody how: the channels besides the inbox, and which kinds of items go there."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bank_api.protocol.fields import Body
from bank_api.protocol.kinds import InboxKind


class Channel(StrEnum):
    """How somebody may be told."""

    INBOX = "inbox"
    EMAIL = "email"
    WEBHOOK = "webhook"


ALWAYS = frozenset({InboxKind.RECOVERY_ASKED, InboxKind.RECOVERY_CERTAIN})
"""Told by every way that there is, whatever was chosen: the holder must hear of it while something still helps."""
BY_EMAIL = frozenset(
    {
        InboxKind.REQUEST_TO_DECIDE,
        InboxKind.OPENING_ASKED,
        InboxKind.RECOVERY_ASKED,
        InboxKind.RECOVERY_CERTAIN,
        InboxKind.TERMS_CHANGED,
        InboxKind.GUARDIAN_APPOINTED,
        InboxKind.RIGHT_ANSWERED,
        InboxKind.SHARE_TO_KEEP,
        InboxKind.CONTRIBUTION_ASKED,
        InboxKind.RIGHT_ASKED,
        InboxKind.REGISTRATION_ASKED,
        InboxKind.PROMOTION_ASKED,
        InboxKind.PROMOTION_REFUSED,
        InboxKind.DELETION_DUE,
        InboxKind.DELETION_OVERDUE,
        InboxKind.PERSON_ERASED,
        InboxKind.APPROVAL_PENDING,
        InboxKind.APPROVAL_REVOKED,
        InboxKind.CONSENT_RESTS,
    }
)
"""Told by e-mail unless somebody chooses otherwise: what waits for an answer, and what has ended."""
CODE_DIGITS = 8

Email = Annotated[
    str,
    Field(
        max_length=254, pattern=r"^[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]+@[^\s@<>()\[\],;:\\\"]+\.[^\s@<>()\[\],;:\\\"]+$"
    ),
]
"""One address, as it goes into a message's head."""


Kind = Annotated[InboxKind, Field(strict=False)]
Way = Annotated[Channel, Field(strict=False)]


class NoticesBody(Body):
    """What to change; what is left out stays."""

    email: Email | None = None
    """Told only once the code that is sent there came back."""
    language: Annotated[str, Field(pattern="^(ja|en)$")] | None = None
    kinds: dict[Kind, list[Way]] = Field(
        default_factory=dict, examples=[{"release-made": ["inbox", "email"], "request-to-decide": ["inbox"]}]
    )


class CodeBody(Body):
    code: Annotated[str, Field(pattern=f"^[0-9]{{{CODE_DIGITS}}}$", repr=False, examples=["29183740"])]


class WebhookBody(Body):
    url: Annotated[str, Field(max_length=2000, pattern=r"^https?://[^\s]+$", examples=["https://acme.example/azukari"])]
