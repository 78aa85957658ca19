"""The terms of membership over time, and who agrees to them."""

from bank_api.protocol.fields import Paged, Shape


class TermsVersion(Shape):
    """One version; `number` counts from 1. Who was a member before it may accept until `accept_by`."""

    number: int
    hash: str
    statement: str
    text: str
    language: str
    set_at: int
    accept_by: int


class TermsHistory(Shape):
    """Every version, the present one last."""

    versions: list[TermsVersion]


class OwnTerms(Shape):
    """Which terms an account accepted last, and what follows: without agreement nothing new is done with its data."""

    accepted: int
    present: int
    accept_by: int
    agrees: bool
    """Whether it has accepted the present terms, or is still in time."""


class Unagreed(Shape):
    """A member who has not accepted the present terms."""

    account: str
    name: str
    accepted: int
    is_late: bool


class Agreements(Paged):
    """How the present terms are taken."""

    number: int
    accept_by: int
    accepted: int
    """Members who have."""
    not_accepted: int
    late: int
    """Of those: their time is over, and nothing new is done with what is theirs until they accept."""
    missing: list[Unagreed]
    """A page of them, those who fell behind longest ago first."""
