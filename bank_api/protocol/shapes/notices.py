"""What reaches somebody how, and what did not arrive."""

from bank_api.protocol.fields import Shape


class NoticeKind(Shape):
    kind: str
    channels: list[str]
    always: bool
    """Whether it cannot be turned off."""


class Notices(Shape):
    """By which ways somebody is told, and of what."""

    email: str | None
    confirmed: bool
    """Whether the code that was sent there came back."""
    waiting_for: str | None
    """An address to which a code was sent."""
    language: str
    kinds: list[NoticeKind]


class WebhookKey(Shape):
    key: str
    tolerance_seconds: int


class Webhook(Shape):
    """Where an organization is told, and how that went."""

    url: str | None
    set_at: int | None
    stopped_at: int | None
    """Since when nothing is sent: the receiver said that it is gone (410)."""
    waiting: int
    """Messages that were not taken yet."""
    given_up: int
    key: str
    """What signatures are checked with (Standard Webhooks, whpk_)."""
